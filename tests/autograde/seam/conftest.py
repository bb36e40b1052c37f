"""A course that grades through the engine, in this process; a stock kernel that is started is an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from autograde.seam import configure, warmth
from tests.autograde.courses import Notebook, SmallCourse, answer, check, code, make_course, notebook

SUMS = (
    answer("add", "def add(a, b):\n    return a + b", "# Add.\n"),
    check("add-test", "assert add(1, 2) == 3", 2),
    check("other-test", "assert add(0, 0) == 0", 1),
)


@dataclass
class Grading:
    """A course of one assignment, ps1, of one notebook, p1."""

    course: SmallCourse
    as_nbgrader: bool = False
    settings: Callable[[Any], None] = lambda config: None

    def hand_in(self, student: str, *cells: Notebook, files: Mapping[str, bytes] | None = None) -> Path:
        """What a student hands in: the cells, or what was released; answers the folder it is graded in."""
        given = {"p1.ipynb": notebook(*cells)} if cells else {}
        released = {"p1.ipynb": (self.course.step("release", ".", "ps1") / "p1.ipynb").read_bytes()}
        self.course.hand_in(student, "ps1", released | given | dict(files or {}))
        return self.course.step("autograded", student, "ps1")

    def grade(self, student: str) -> dict[str, Any]:
        """What the formgrader's button does."""
        config = self.course.config
        configure(config, as_nbgrader=self.as_nbgrader)
        self.settings(config)
        said: dict[str, Any] = NbGraderAPI(self.course.directory, config=config).autograde("ps1", student)
        return said

    def scores(self, student: str) -> dict[str, float | None]:
        """What the gradebook holds then."""
        with Gradebook(self.course.directory.db_url, self.course.directory.course_id) as gradebook:
            found = gradebook.find_submission_notebook("p1", "ps1", student)
            return {grade.name: grade.auto_score for grade in found.grades}


@pytest.fixture
def grading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_stock_kernel: None) -> Grading:
    """A course with one notebook: an answer and two tests."""
    monkeypatch.chdir(tmp_path)
    return Grading(make_course(tmp_path, {"ps1": {"p1.ipynb": notebook(*SUMS)}}))


@pytest.fixture
def no_stock_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever starts a kernel fails."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("A stock kernel was started.")

    monkeypatch.setattr(NotebookClient, "setup_kernel", refuse)
    monkeypatch.setattr(NotebookClient, "async_start_new_kernel", refuse)


@pytest.fixture(scope="module", autouse=True)
def cold_afterwards() -> Iterator[None]:
    """No process is left behind."""
    yield
    warmth.cool()


def solved(*more: Notebook) -> tuple[Notebook, ...]:
    """The assignment with a right answer, and cells after it."""
    return (code("def add(a, b):\n    return a + b", "add", solution=True), *more, *SUMS[1:])
