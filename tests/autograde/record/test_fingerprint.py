"""What has to change for a notebook to be graded again, and what may change without that."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import String

from autograde.assignment import Assignment, Cell, Notebook, Step, Steps
from autograde.record import Fingerprints
from autograde.record.fingerprint import is_same_work
from autograde.record.tables import NOTEBOOK
from autograde.settings import Limits, Settings
from autograde.task import Task

replace = msgspec.structs.replace
ANSWER = Cell(name="count", kind="code", locked=False, source="raise NotImplementedError", checksum="1", solution="s1")
TEST = Cell(
    name="some", kind="code", locked=True, source="assert count([1]) == 1", checksum="2", grade="g1", points=2.0
)


def reference(solution: str = "return len(loans)", given: str = "import math") -> str:
    cells = [
        {"cell_type": "code", "source": [given], "metadata": {}},
        {"cell_type": "code", "source": solution, "metadata": {"nbgrader": {"grade_id": "count", "solution": True}}},
    ]
    return json.dumps({"cells": cells})


LOANS = Notebook(id="n1", name="loans", kernelspec='{"name": "python3"}', cells=(ANSWER, TEST), reference=reference())
FINES = replace(LOANS, id="n2", name="fines")
ASSIGNMENT = Assignment(id="a", name="ps1", course="c", due=None, notebooks=(FINES, LOANS), files={"books.csv": b"1"})
FILES = {"loans.ipynb": b"mine", "fines.ipynb": b"mine too", "timestamp.txt": b"2026-11-20"}


def prints(assignment: Assignment = ASSIGNMENT, settings: Settings | None = None, **files: bytes) -> dict[str, str]:
    given = FILES | {name.replace("_", "."): content for name, content in files.items()}
    task = Task(student="ada", assignment="ps1", files=given, notebooks=("loans",))
    return Fingerprints(assignment, settings or Settings(), engine="1").of(task)


def in_loans(**changes: object) -> Assignment:
    return replace(ASSIGNMENT, notebooks=(FINES, replace(LOANS, **changes)))


def changed(found: dict[str, str]) -> set[str]:
    before = prints()
    return {name for name in before if found[name] != before[name]}


LOANS_ALONE: dict[str, Callable[[], dict[str, str]]] = {
    "a test": lambda: prints(in_loans(cells=(ANSWER, replace(TEST, source="assert count([]) == 0")))),
    "its points": lambda: prints(in_loans(cells=(ANSWER, replace(TEST, points=3.0)))),
    "its kind": lambda: prints(in_loans(cells=(replace(ANSWER, grade="g2"), TEST))),
    "the stub": lambda: prints(in_loans(cells=(replace(ANSWER, source="pass"), TEST))),
    "a cell more": lambda: prints(in_loans(cells=(ANSWER, TEST, replace(TEST, name="more")))),
    "the order": lambda: prints(in_loans(cells=(TEST, ANSWER))),
    "the kernel": lambda: prints(in_loans(kernelspec='{"name": "other"}')),
    "a cell of the reference that belongs to nobody": lambda: prints(in_loans(reference=reference(given="import re"))),
    "a reference that is broken": lambda: prints(in_loans(reference="{")),
}
ALL: dict[str, Callable[[], dict[str, str]]] = {
    "what was handed in": lambda: prints(loans_ipynb=b"mended"),
    "a file of the student's": lambda: prints(notes_txt=b"new"),
    "a support file": lambda: prints(replace(ASSIGNMENT, files={"books.csv": b"2"})),
    "another name of it": lambda: prints(replace(ASSIGNMENT, files={"book.csv": b"1"})),
    "a step of the course": lambda: prints(replace(ASSIGNMENT, steps=Steps(ran=(Step(name="ours.Careful"),)))),
    "a limit": lambda: prints(settings=Settings(limits=Limits(cell_seconds=31))),
    "how scores are made": lambda: prints(settings=Settings().as_nbgrader()),
    "how it is sealed": lambda: prints(settings=Settings(sandbox="none")),
}
NONE: dict[str, Callable[[], dict[str, str]]] = {
    "nothing": prints,
    "the time stamp": lambda: prints(timestamp_txt=b"2026-11-21"),
    "the due date": lambda: prints(replace(ASSIGNMENT, due=None, id="b")),
    "ids of rows": lambda: prints(in_loans(id="n9", cells=(replace(ANSWER, solution="s9"), replace(TEST, grade="g9")))),
    "the reference's solution": lambda: prints(in_loans(reference=reference(solution="return sum(1 for _ in loans)"))),
    "the number of workers": lambda: prints(settings=Settings(jobs=7)),
}


@pytest.mark.parametrize("change", LOANS_ALONE.values(), ids=LOANS_ALONE.keys())
def test_what_belongs_to_one_notebook_has_that_one_graded_again(change: Callable[[], dict[str, str]]) -> None:
    assert changed(change()) == {"loans"}


@pytest.mark.parametrize("change", ALL.values(), ids=ALL.keys())
def test_what_belongs_to_all_has_all_graded_again(change: Callable[[], dict[str, str]]) -> None:
    assert changed(change()) == {"fines", "loans"}


@pytest.mark.parametrize("change", NONE.values(), ids=NONE.keys())
def test_what_changes_no_score_has_nothing_graded_again(change: Callable[[], dict[str, str]]) -> None:
    assert changed(change()) == set()


def test_an_engine_of_another_version_grades_again() -> None:
    task = Task(student="ada", assignment="ps1", files=FILES, notebooks=("loans",))
    assert changed(Fingerprints(ASSIGNMENT, Settings(), engine="2").of(task)) == {"fines", "loans"}
    assert changed(Fingerprints(ASSIGNMENT, Settings(), engine="1", also="more").of(task)) == {"fines", "loans"}


def test_another_environment_grades_again_and_it_is_known_that_nothing_else_has_changed() -> None:
    task = Task(student="ada", assignment="ps1", files=FILES, notebooks=("loans",))
    found = Fingerprints(ASSIGNMENT, Settings(), engine="1", installed="another").of(task)
    assert changed(found) == {"fines", "loans"}
    assert is_same_work(found["loans"], prints()["loans"])
    assert not is_same_work(prints(loans_ipynb=b"mended")["loans"], prints()["loans"])


def test_a_fingerprint_fits_into_its_column() -> None:
    column = NOTEBOOK.c.fingerprint.type
    assert isinstance(column, String)
    assert column.length == len(prints()["loans"])


def test_notebooks_that_are_alike_are_not_taken_for_each_other() -> None:
    assert len(set(prints().values())) == 2
