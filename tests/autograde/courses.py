"""Small nbgrader courses for tests: nbgrader's quickstart, the fixtures of its wheel, and notebooks of our own.

`nbgrader generate_assignment` runs through nbgrader's API in this process, once per set of sources and test run.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import nbgrader
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from traitlets.config import Config, PyFileConfigLoader

WHEEL = Path(nbgrader.__file__).parent
GUIDE = WHEEL / "docs" / "source" / "user_guide"
CONFIG = "nbgrader_config.py"
COURSE_ID = "small"
STAMP = "2026-11-20 12:00:00 UTC"

Notebook = dict[str, Any]
Edit = Callable[[Notebook], Any]
Sources = Mapping[str, Mapping[str, bytes]]
"""Files by name, by assignment."""


@dataclass(frozen=True)
class SmallCourse:
    """A course in a folder of its own, with its assignments generated."""

    root: Path

    @property
    def config(self) -> Config:
        """What its nbgrader_config.py says, with the folder as its root."""
        config = PyFileConfigLoader(CONFIG, str(self.root)).load_config()
        config.CourseDirectory.setdefault("root", str(self.root))
        return config

    @property
    def directory(self) -> CourseDirectory:
        """nbgrader's view of it."""
        return CourseDirectory(config=self.config)

    def step(self, step: str, student: str, assignment: str) -> Path:
        """A folder of nbgrader's, such as submitted/ada/ps1."""
        return Path(self.directory.format_path(step, student, assignment))

    def released(self, assignment: str, notebook: str) -> Notebook:
        """A notebook as students get it."""
        return read(self.step("release", ".", assignment) / f"{notebook}.ipynb")

    def solved(self, assignment: str, notebook: str) -> Notebook:
        """A notebook as it was released, with the instructor's answers in it."""
        source = read(self.step("source", ".", assignment) / f"{notebook}.ipynb")
        answers = {name: cell["source"] for cell in source["cells"] if (name := grade_id(cell)) and is_solution(cell)}
        made = self.released(assignment, notebook)
        for cell in made["cells"]:
            if (name := grade_id(cell)) in answers:
                cell["source"] = answers[name]
        return made

    def hand_in(
        self, student: str, assignment: str, files: Mapping[str, bytes | Notebook] | None = None, stamp: str = STAMP
    ) -> Path:
        """Puts a submission into its folder: these files, or everything as it was released; answers the folder."""
        folder = self.step("submitted", student, assignment)
        folder.mkdir(parents=True)
        if files is None:
            shutil.copytree(self.step("release", ".", assignment), folder, dirs_exist_ok=True)
        for name, content in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dumped(content))
        if stamp:
            (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
        return folder


def read(path: Path) -> Notebook:
    """A notebook file, the text of each cell in one piece."""
    made: Notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
    return made


def dumped(notebook: Notebook) -> bytes:
    """A notebook as a file."""
    return json.dumps(notebook, indent=1).encode()


def grade_id(cell: Notebook) -> str | None:
    """nbgrader's name of a cell, if it has one."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def is_solution(cell: Notebook) -> bool:
    """Whether a student fills the cell in."""
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def cell_of(notebook: Notebook, name: str) -> Notebook:
    """The cell with this grade id."""
    return next(cell for cell in notebook["cells"] if grade_id(cell) == name)


def place_of(notebook: Notebook, name: str) -> int:
    """Where the cell with this grade id stands."""
    return next(place for place, cell in enumerate(notebook["cells"]) if grade_id(cell) == name)


def edited(notebook: Notebook, **answers: str) -> Notebook:
    """A copy in which cells have another text; `-` in a grade id is written `_`."""
    made = json.loads(json.dumps(notebook))
    for name, text in answers.items():
        known = {(grade_id(cell) or "").replace("-", "_"): cell for cell in made["cells"]}
        known[name]["source"] = text
    return made


def code(source: str, name: str | None = None, **flags: Any) -> Notebook:
    """A code cell; with a name it has nbgrader's metadata."""
    return nbformat.v4.new_code_cell(source, id=_id(source, name), metadata=_metadata(name, flags))


def text(source: str, name: str | None = None, **flags: Any) -> Notebook:
    """A Markdown cell; with a name it has nbgrader's metadata."""
    return nbformat.v4.new_markdown_cell(source, id=_id(source, name), metadata=_metadata(name, flags))


def answer(name: str, solution: str, stub: str = "") -> Notebook:
    """A code cell that a student fills in."""
    return code(f"{stub}### BEGIN SOLUTION\n{solution}\n### END SOLUTION", name, solution=True)


def check(name: str, source: str, points: float = 1) -> Notebook:
    """A locked test cell."""
    return code(source, name, grade=True, locked=True, points=points)


def notebook(*cells: Notebook) -> bytes:
    """A notebook file of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})
    return nbformat.writes(made).encode()


def _id(source: str, name: str | None) -> str:
    return name or hashlib.sha256(source.encode()).hexdigest()[:12]


def _metadata(name: str | None, flags: Mapping[str, Any]) -> Notebook:
    if name is None:
        return {}
    held = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False, "grade_id": name}
    return {"nbgrader": held | flags}


def make_course(root: Path, sources: Sources, config: str = "") -> SmallCourse:
    """A course in `root` with these assignments, generated; a copy of the one made first in this test run."""
    key = hashlib.sha256(repr([config, *((name, sorted(files.items())) for name, files in sources.items())]).encode())
    if key.digest() not in _templates:
        _templates[key.digest()] = _template(sources, config)
    shutil.copytree(_templates[key.digest()].name, root, dirs_exist_ok=True)
    return SmallCourse(root)


_templates: dict[bytes, TemporaryDirectory[str]] = {}


def _template(sources: Sources, config: str) -> TemporaryDirectory[str]:
    held = TemporaryDirectory(prefix="course-")
    root = Path(held.name)
    (root / CONFIG).write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = {COURSE_ID!r}\n{config}\n", encoding="utf-8"
    )
    course = SmallCourse(root)
    for assignment, files in sources.items():
        folder = course.step("source", ".", assignment)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    generate(course, *sources)
    return held


@cache
def _empty_gradebook() -> bytes:
    """A new gradebook. nbgrader asks the alembic command for a number whenever it makes one, and that takes seconds."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "gradebook.db")
        Gradebook(f"sqlite:///{path}", COURSE_ID).close()
        return path.read_bytes()


def generate(course: SmallCourse, *assignments: str) -> None:
    """Runs `nbgrader generate_assignment` in this process."""
    url = make_url(course.directory.db_url)
    if url.get_backend_name() == "sqlite" and url.database and not (path := course.root / url.database).exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty_gradebook())
    with redirect_stderr(StringIO()):
        api = NbGraderAPI(course.directory, config=course.config)
        for assignment in assignments:
            told = api.generate_assignment(assignment)
            assert told["success"], told.get("log") or told.get("error")


def folder_sources(folder: Path, assignment: str = "ps1") -> Sources:
    """The files of a folder as the source of an assignment."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {assignment: {name: data for name, data in files.items() if "__pycache__" not in name}}


def quickstart(root: Path, students: int = 0, config: str = "") -> SmallCourse:
    """nbgrader's quickstart course with its assignment ps1; some students have solved it, some have not."""
    course = make_course(root, folder_sources(GUIDE / "source" / "ps1"), config)
    for number in range(students):
        folder = course.hand_in(f"student{number:03}", "ps1")
        if number % 2:
            for path in folder.glob("*.ipynb"):
                path.write_bytes(dumped(course.solved("ps1", path.stem)))
    return course
