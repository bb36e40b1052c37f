"""The points of a cell: as nbgrader's determine_grade, with two differences that can be switched off."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.utils import compute_checksum, determine_grade

from autograde.assignment import Cell
from autograde.grading.outline import nbgrader_metadata
from autograde.grading.scores import comment, determine
from autograde.settings import Settings

OURS, THEIRS = Settings(), Settings().as_nbgrader()
ERROR = new_output("error", ename="AssertionError", evalue="no", traceback=[])
STDERR = new_output("stream", name="stderr", text="a warning\n")
STDOUT = new_output("stream", name="stdout", text="hello\n")
PICTURE = new_output("display_data", {"text/plain": "3"})


def result(text: Any) -> NotebookNode:
    return new_output("execute_result", {"text/plain": text}, execution_count=1)


def make_cell(points: float = 5, **flags: Any) -> Cell:
    given = {"kind": "code", "locked": True, "source": "", "checksum": None, "grade": "row"} | flags
    return Cell(name="c", points=points, **given)


def node(cell: Cell, *outputs: NotebookNode, source: str = "") -> NotebookNode:
    made = new_code_cell(source, outputs=list(outputs)) if cell.kind == "code" else new_markdown_cell(source)
    made.metadata.nbgrader = nbgrader_metadata(cell)
    return made


SOME = {
    "nothing": None,
    "error": ERROR,
    "stderr": STDERR,
    "stdout": STDOUT,
    "picture": PICTURE,
    "none": result("None"),
    "part": result("2.5"),
    "zero": result("0"),
    "all": result("5"),
    "negative": result("-1"),
    "nan": result("nan"),
    "text": result("'2.5'"),
}
PAIRS = list(itertools.product(SOME, repeat=2))


@pytest.mark.parametrize("names", PAIRS, ids="-".join)
def test_points_are_nbgraders(names: tuple[str, str]) -> None:
    cell = make_cell()
    made = node(cell, *(SOME[name] for name in names if SOME[name] is not None))
    assert determine(made, cell, THEIRS).points == determine_grade(made)[0]


@pytest.mark.parametrize("names", PAIRS, ids="-".join)
def test_without_them_only_the_two_differences_differ(names: tuple[str, str]) -> None:
    cell = make_cell()
    outputs = [SOME[name] for name in names if SOME[name] is not None]
    ours, theirs = (determine(node(cell, *outputs), cell, settings).points for settings in (OURS, THEIRS))
    if ours == theirs:
        return
    quiet = [output for output in outputs if output != STDERR]
    if ERROR in outputs:
        assert ours == 0
        assert outputs.index(ERROR) > 0
    else:
        assert ours == determine(node(cell, *quiet), cell, THEIRS).points


def test_stderr_costs_nothing_unless_it_is_said() -> None:
    cell = make_cell()
    assert determine(node(cell, STDERR), cell, OURS).points == 5
    assert determine(node(cell, STDERR), cell, THEIRS).points == 0


def test_an_error_is_not_overruled_by_a_number_unless_it_is_said() -> None:
    cell = make_cell()
    assert determine(node(cell, result("5"), ERROR), cell, OURS).points == 0
    assert determine(node(cell, result("5"), ERROR), cell, THEIRS).points == 5


@pytest.mark.parametrize("shown", ["6", "1e308", "inf"])
def test_more_points_than_there_are_go_to_a_person(shown: str) -> None:
    cell = make_cell()
    with pytest.raises(ValueError, match="partial credit"):
        determine_grade(node(cell, result(shown)))
    score = determine(node(cell, result(shown)), cell, THEIRS)
    assert (score.points, score.shown) == (None, shown)


@pytest.mark.parametrize("shown", ["-1", "nan"])
def test_points_that_are_none_are_told(shown: str) -> None:
    cell = make_cell()
    assert determine(node(cell, result(shown)), cell, OURS).shown == shown


def test_a_result_without_text_is_no_number() -> None:
    cell = make_cell()
    made = node(cell, new_output("execute_result", {"image/png": ""}, execution_count=1))
    assert determine(made, cell, THEIRS).points == 5


@pytest.mark.parametrize("kind", ["code", "markdown"])
@pytest.mark.parametrize("source", ["as released", "answered"])
def test_an_answer_that_a_person_grades_is_nbgraders(kind: str, source: str) -> None:
    cell = make_cell(kind=kind, locked=False, solution="row")
    released = compute_checksum(node(cell, source="as released"))
    cell = make_cell(kind=kind, locked=False, solution="row", checksum=released)
    made = node(cell, source=source)
    assert determine(made, cell, OURS).points == determine_grade(made)[0] == (0 if source == "as released" else None)
    assert comment(made, cell) == ("No response." if source == "as released" else None)


def test_a_task_has_no_points_of_ours_and_no_comment() -> None:
    cell = make_cell(kind="markdown", grade=None, task="row")
    assert determine(node(cell), cell, OURS).points is None
    assert comment(node(cell), cell) is None


def test_a_cell_of_no_points_is_worth_none() -> None:
    cell = make_cell(points=0)
    assert determine(node(cell), cell, OURS).points == 0
