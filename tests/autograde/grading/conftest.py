"""What the tests of grading share: one warm process, and a way to grade a submission with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from autograde.assignment import Assignment
from autograde.grading.grade import grade
from autograde.grading.plan import Plan
from autograde.kernel.warm import Warm
from autograde.settings import Limits, Settings
from autograde.task import Result, Task
from tests.autograde.courses import Notebook, dumped

STUDENT = "ada"
LIMITS = Limits(cell_seconds=3)

Grading = Callable[..., Result]


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    with Warm(limits=LIMITS) as made:
        yield made


@pytest.fixture
def grading(warm: Warm) -> Grading:
    def grade_it(
        assignment: Assignment,
        files: Mapping[str, bytes | Notebook],
        *,
        settings: Settings | None = None,
        plan: Plan | None = None,
        notebooks: tuple[str, ...] = (),
    ) -> Result:
        given = {name: data if isinstance(data, bytes) else dumped(data) for name, data in files.items()}
        names = notebooks or tuple(notebook.name for notebook in assignment.notebooks)
        task = Task(student=STUDENT, assignment=assignment.name, files=given, notebooks=names)
        return grade(task, assignment, warm, settings or Settings(limits=LIMITS, examiner=False), plan or Plan())

    return grade_it
