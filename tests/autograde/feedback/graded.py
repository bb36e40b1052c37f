"""A class that was graded: notebooks under autograded/ and marks in a gradebook, made without running anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

ASSIGNMENT, NOTEBOOK = "week1", "shop"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><script>alert(1)</script>'
    '<rect width="90" height="40" fill="teal"/></svg>'
)


def code(source: str, *outputs: dict[str, Any], count: int | None = 1, **about: Any) -> dict[str, Any]:
    """A code cell that was run; `about` is nbgrader's metadata."""
    cell = {"cell_type": "code", "source": source, "outputs": list(outputs), "execution_count": count}
    return cell | {"metadata": {"nbgrader": about} if about else {}}


def words(source: str, **about: Any) -> dict[str, Any]:
    """A Markdown cell."""
    return {"cell_type": "markdown", "source": source, "metadata": {"nbgrader": about} if about else {}}


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    """What was printed."""
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: Any) -> dict[str, Any]:
    """What was displayed, by kinds such as text_html."""
    kinds = {name.replace("_", "/", 1).replace("__", "+"): value for name, value in data.items()}
    return {"output_type": "display_data", "data": kinds, "metadata": {}}


def failed(name: str, value: str, *frames: str) -> dict[str, Any]:
    """An error; its frames are texts as IPython writes them."""
    head = ["-" * 75, f"\x1b[31m{name}\x1b[39m    Traceback (most recent call last)"]
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": [*head, *frames, f"{name}: {value}"]}


def frame(count: int, line: int, source: str) -> str:
    """The part of a traceback that quotes a cell around the line that failed."""
    quoted = [
        f"{'---->' if number == line else '     '} \x1b[32m{number}\x1b[39m {text}"
        for number, text in enumerate(source.split("\n"), 1)
    ]
    return "\n".join(
        [f"\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[{count}]\x1b[39m\x1b[32m, line {line}\x1b[39m", *quoted]
    )


class Course:
    """A course folder with one assignment of one or more notebooks."""

    def __init__(self, root: Path, *, new: bool = True) -> None:
        self.root = root
        self.config = Config()
        self.config.CourseDirectory.root = str(root)
        self.config.CourseDirectory.course_id = "shops"
        root.mkdir(parents=True, exist_ok=True)
        if new:
            with self.gradebook() as gradebook:
                gradebook.add_assignment(ASSIGNMENT)

    def gradebook(self) -> Gradebook:
        """The gradebook, open."""
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "shops")

    def add_notebook(self, cells: list[dict[str, Any]], name: str = NOTEBOOK) -> None:
        """Tells the gradebook of a notebook with these cells."""
        with self.gradebook() as gradebook:
            gradebook.add_notebook(name, ASSIGNMENT)
            for cell in cells:
                about = cell["metadata"].get("nbgrader", {})
                id = about.get("grade_id")
                if about.get("grade"):
                    gradebook.add_grade_cell(
                        id, name, ASSIGNMENT, max_score=about["points"], cell_type=cell["cell_type"]
                    )
                if id:
                    kind = cell["cell_type"]
                    gradebook.add_source_cell(id, name, ASSIGNMENT, source="", cell_type=kind, locked=False)
                if about.get("solution"):
                    gradebook.add_solution_cell(id, name, ASSIGNMENT)
                if about.get("task"):
                    gradebook.add_task_cell(id, name, ASSIGNMENT, max_score=about["points"], cell_type="markdown")

    def add_work(
        self, student: str, cells: list[dict[str, Any]], scores: dict[str, float | None], name: str = NOTEBOOK
    ) -> Path:
        """Puts a student's graded notebook in place, with the points that the grader gave."""
        folder = self.root / "autograded" / student / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.ipynb"
        named = [cell | {"id": f"cell-{number}"} for number, cell in enumerate(cells)]
        path.write_text(json.dumps({"cells": named, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
        (folder / "timestamp.txt").write_text("2026-02-02 15:58:23 UTC", "utf-8")
        (folder / "submission_secret.txt").write_text(f"secret of {student}", "utf-8")
        with self.gradebook() as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(ASSIGNMENT, student)
            for id, score in scores.items():
                grade = gradebook.find_grade(id, name, ASSIGNMENT, student)
                grade.auto_score, grade.needs_manual_grade = score, score is None
            gradebook.db.commit()
        return path

    @property
    def directory(self) -> CourseDirectory:
        """nbgrader's view of it."""
        return CourseDirectory(config=self.config)

    def page(self, student: str, name: str = NOTEBOOK) -> Path:
        """Where the student's page lies."""
        return self.root / "feedback" / student / ASSIGNMENT / f"{name}.html"


def grade(points: float, **more: Any) -> dict[str, Any]:
    """nbgrader's metadata of a test."""
    return {"grade": True, "solution": False, "task": False, "locked": True, "points": points, **more}


def answer(**more: Any) -> dict[str, Any]:
    """nbgrader's metadata of an answer that a test judges."""
    return {"grade": False, "solution": True, "task": False, "locked": False, **more}


TEST = """assert price(2) == 4, "two apples cost 4"
### BEGIN HIDDEN TESTS
n = 7
assert price(7) == 13, "seven apples have a discount"
### END HIDDEN TESTS"""
WRONG = "price('a', 'b')"
BARE = "assert total([1, 2]) == 3"


def work() -> list[dict[str, Any]]:
    """A notebook of one of everything."""
    return [
        words("# The fruit shop\n\nA price is $p = n \\cdot 2$. ![the stall](stall.png)"),
        code("import json\n\n\ndef price(n):\n    # two each\n    return 2 * n", count=1, grade_id="price", **answer()),
        code(
            TEST,
            printed("price(7) was asked\n"),
            failed("AssertionError", "seven apples have a discount", frame(2, 4, TEST)),
            count=2,
            grade_id="price-test",
            **grade(2),
        ),
        code("def total(prices):\n    return 0", count=3, grade_id="total", **answer()),
        code(BARE, failed("AssertionError", "", frame(4, 1, BARE)), count=4, grade_id="total-test", **grade(1)),
        code("assert price(0) == 0", count=5, grade_id="zero-test", **grade(1)),
        words("Cheap, because **apples** are near.", grade_id="why", **grade(3, solution=True, locked=False)),
        words("Draw the shop.", grade_id="draw", task=True, grade=False, solution=False, points=2, locked=True),
        code(
            "show()",
            printed("\x1b[31mthree apples\x1b[0m\n"),
            shown(image_png=PIXEL, text_plain="<Figure size 640x480 with 1 Axes>"),
            {"output_type": "display_data", "data": {"image/svg+xml": DRAWING}, "metadata": {}},
            shown(text_html='<table class="x"><tr><th>fruit</th></tr><tr><td onclick="x()">apple</td></tr></table>'),
            shown(
                text_plain="IntSlider(value=3)",
                **{"application_vnd.jupyter.widget-view__json": {"model_id": "1", "version_major": 2}},
            ),
            count=6,
        ),
        code(
            "price('a', 'b')", failed("TypeError", "price() takes 1 argument", frame(7, 1, "price('a', 'b')")), count=7
        ),
    ]


SCORES = {"price-test": 0.0, "total-test": 0.0, "zero-test": 1.0, "why": None, "draw": None}


def make_course(root: Path, *students: str) -> Course:
    """A course in which these students were graded for a notebook of one of everything."""
    course = Course(root)
    course.add_notebook(work())
    for student in students:
        course.add_work(student, work(), SCORES)
    return course
