"""A small class: two notebooks with all kinds of cells, prepared outputs in place of a run, and a way to grade them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Assignment as AssignmentRow
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task, parse_utc
from sqlalchemy import Engine, create_engine, update
from sqlalchemy.pool import NullPool

from autograde.assignment import Assignment
from autograde.grading.reading import read_assignment
from autograde.record import Fingerprints, Record
from autograde.settings import Settings
from autograde.task import Graded, Judged, Problem, Result, Task, Verdict, Weight
from tests.autograde.courses import (
    Notebook,
    SmallCourse,
    answer,
    cell_of,
    check,
    code,
    grade_id,
    make_course,
    notebook,
    text,
)

ASSIGNMENT: Any = AssignmentRow.__table__
ON_TIME, LATE, LATER = "2026-11-20 12:00:00 UTC", "2026-11-21 13:30:00 UTC", "2026-11-22 09:15:00 UTC"
DUE = datetime(2026, 11, 21, 12)
NOW = datetime(2026, 11, 23, 8, 30)
CONFIG = """
c.Execute.enabled = False
c.ClearOutput.enabled = False
"""
"""nbgrader scores the outputs that are there: everything but the slow part."""

LOANS = notebook(
    text("# Loans"),
    answer("count", "def count(loans):\n    return len(loans)"),
    check("count-some", "assert count([1, 2]) == 2", 2),
    check("count-partial", "0.3", 1.1),
    code("loans = []", "given", locked=True),
    text("Why?", "why", grade=True, solution=True, points=3),
    text("Draw it.", "draw", task=True, locked=True, points=4),
)
FINES = notebook(
    answer("fine", "def fine(days):\n    return days * 0.1"),
    check("fine-none", "assert fine(0) == 0", 0.1),
    check("fine-some", "assert fine(3) == 0.3", 0.2),
    code("### BEGIN SOLUTION\nfine = 1\n### END SOLUTION", "by-hand", grade=True, solution=True, points=5),
)
SOURCES = {"ps1": {"loans.ipynb": LOANS, "fines.ipynb": FINES, "data/books.csv": b"title\nEmma\n"}}
ERROR = nbformat.v4.new_output("error", ename="AssertionError", evalue="", traceback=["AssertionError"])
NOISE = nbformat.v4.new_output("stream", name="stderr", text="careful")


def partial(points: float) -> Notebook:
    """The output of a cell that ends in a number."""
    return nbformat.v4.new_output("execute_result", {"text/plain": str(points)}, execution_count=1)


def make_school(root: Path, config: str = "") -> SmallCourse:
    """The course without submissions."""
    course = make_course(root, SOURCES, CONFIG)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(config)
    set_due(course, DUE)
    return course


def set_due(course: SmallCourse, due: datetime | None) -> None:
    """Changes the due date, as `nbgrader db assignment add` does."""
    with engine_of(course).begin() as connection:
        connection.execute(update(ASSIGNMENT).values(duedate=due))


def engine_of(course: SmallCourse) -> Engine:
    """A way into its gradebook that leaves nothing open."""
    return create_engine(course.directory.db_url, poolclass=NullPool)


def worked(course: SmallCourse, name: str, **outputs: Notebook) -> Notebook:
    """A notebook that somebody worked in; tests have passed but for those with an output (`-` is written `_`)."""
    made = course.solved("ps1", name)
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            said = outputs.get((grade_id(cell) or "").replace("-", "_"))
            cell["outputs"] = [] if said is None else [said]
    return made


def without(made: Notebook, name: str) -> Notebook:
    """The same without one of its cells."""
    made["cells"].remove(cell_of(made, name))
    return made


def hand_in(course: SmallCourse, student: str, stamp: str = ON_TIME, /, **files: Notebook | bytes) -> None:
    """A submission of these notebooks (`loans=...`), or of both as they were released."""
    given = {f"{name}.ipynb": made for name, made in files.items()}
    course.hand_in(student, "ps1", {**given, "notes.txt": b"mine"} if files else None, stamp)


def resubmit(course: SmallCourse, student: str, stamp: str, /, **files: Notebook) -> None:
    """The same once more."""
    shutil.rmtree(course.step("submitted", student, "ps1"))
    hand_in(course, student, stamp, **files)


# The class -----------------------------------------------------------------------------------------------------------


def fill(course: SmallCourse) -> None:
    """Six students who handed in, of every kind."""
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    hand_in(
        course,
        "ben",
        LATE,
        loans=worked(course, "loans", count_some=ERROR, count_partial=partial(0.3)),
        fines=worked(course, "fines", fine_none=NOISE),
    )
    hand_in(course, "chi", LATE, loans=worked(course, "loans", count_partial=partial(0.7)))
    hand_in(course, "dan", "")
    hand_in(course, "eve", LATER, fines=worked(course, "fines", fine_some=ERROR))
    hand_in(course, "finn", LATE, loans=worked(course, "loans"), fines=without(worked(course, "fines"), "fine-some"))


def read_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def judge(name: str, content: bytes, assignment: Assignment) -> Graded:
    """What grading makes of a notebook whose outputs are there: nbgrader's own score of each cell."""
    cells = {cell.name: cell for one in assignment.notebooks if one.name == name for cell in one.cells}
    made = nbformat.reads(content.decode(), as_version=4)
    verdicts = []
    for cell in made.cells:
        if not (is_grade(cell) or is_solution(cell) or is_task(cell)):
            continue
        given = cells[cell.metadata.nbgrader.grade_id]
        cell.metadata.nbgrader.checksum = given.checksum
        untouched = not is_task(cell) and compute_checksum(cell) == given.checksum
        verdicts.append(
            Verdict(
                cell=given.name,
                judged=Judged.INSIDE,
                points=determine_grade(cell)[0] if is_grade(cell) else None,
                most=given.points,
                comment="No response." if untouched and (is_solution(cell) or is_task(cell)) else None,
                graded=is_grade(cell),
            )
        )
    return Graded(name=name, text=nbformat.writes(made) + "\n", verdicts=tuple(verdicts), seconds=0.5)


class Ours:
    """Grades the class with the record."""

    def __init__(self, course: SmallCourse, **options: Any) -> None:
        self.course = course
        self.assignment = read_assignment(course.directory, "ps1")
        self.record = Record(course.directory, course.config, clock=lambda: NOW, **options)
        self.record.ready()

    def task(self, student: str, notebooks: Sequence[str] = ("fines", "loans")) -> Task:
        files = read_files(self.course.step("submitted", student, "ps1"))
        for name in self.assignment.files:
            files.pop(name, None)
        return Task(student=student, assignment="ps1", files=files, notebooks=tuple(notebooks))

    def result(self, task: Task, *, but: Iterable[Problem] = (), files: Mapping[str, bytes] | None = None) -> Result:
        """What grading answers; notebooks that a problem names have no grades."""
        problems = tuple(but)
        spared = {problem.notebook for problem in problems if problem.weight is Weight.UNGRADED}
        graded = tuple(
            judge(name, task.files[f"{name}.ipynb"], self.assignment)
            for name in task.notebooks
            if f"{name}.ipynb" in task.files and name not in spared
        )
        return Result(student=task.student, graded=graded, problems=problems, files=dict(files or {}), seconds=1.5)

    def prints(self) -> Fingerprints:
        return Fingerprints(self.assignment, Settings(), engine="test")

    def write(self, student: str, notebooks: Sequence[str] = ("fines", "loans"), **given: Any) -> tuple[Problem, ...]:
        task = self.task(student, notebooks)
        result, fingerprints = self.result(task, **given), self.prints().of(task)
        return self.record.write(task, result, self.assignment, timestamp=self.stamp(task), fingerprints=fingerprints)

    def grade(self, *, force: bool = False, notebooks: Sequence[str] = ("fines", "loans")) -> list[str]:
        """Grades whoever has to be graded, and returns which notebooks those were."""
        known = self.record.fingerprints(self.assignment)
        again = []
        for student in self.students():
            task = self.task(student)
            now = self.prints().of(task)
            todo = [name for name in notebooks if force or known.get(student, {}).get(name) != now[name]]
            if todo:
                self.write(student, todo)
                again += [f"{student}/{name}" for name in todo]
            else:
                self.record.settle(task, self.assignment, timestamp=self.stamp(task), fingerprints=now)
        return again

    def stamp(self, task: Task) -> datetime | None:
        """When it was handed in."""
        said = task.files.get("timestamp.txt", b"").decode()
        return parse_utc(said) if said else None

    def students(self) -> list[str]:
        return sorted(path.parent.name for path in (self.course.root / "submitted").glob("*/ps1"))


def nbgrader_autograde(course: SmallCourse, *, force: bool = False) -> None:
    """Runs nbgrader's own autograde over the whole class, in this process."""
    directory = course.directory
    directory.assignment_id = "ps1"
    converter = Autograde(coursedir=directory, config=course.config)
    converter.force = force
    logging.disable(logging.CRITICAL)
    try:
        with suppress(NbGraderException):
            converter.start()
    finally:
        logging.disable(logging.NOTSET)
