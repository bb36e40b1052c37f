"""A file that takes the place of a module which tests import is noticed."""

from __future__ import annotations

from autograde.assignment import Cell
from autograde.grading.shadows import doubted, shadows


def cell(name: str, source: str) -> Cell:
    return Cell(name=name, kind="code", locked=True, source=source, checksum=None, grade="1", points=1)


def test_only_what_the_instructor_imports_and_does_not_hand_out_is_shadowed() -> None:
    files = ["pytest.py", "helpers.py", "json/__init__.py", "data/math.py", "given.py", "notes.txt"]
    assert shadows(files, ["given.py"], ["pytest", "json.decoder", "math", "given", "notes"]) == {"pytest", "json"}


def test_a_test_that_uses_it_is_doubted_and_no_other() -> None:
    cells = [cell("raises", "import pytest\nwith pytest.raises(ValueError): f()"), cell("adds", "assert f(1) == 2")]
    [(name, why, problem)] = doubted(cells, {"pytest"}, "eve", "ps1")
    assert name == "raises"
    assert why == "The test uses pytest, and a file that was handed in takes the place of that module."
    assert (problem.student, problem.notebook, problem.cell) == ("eve", "ps1", "raises")
