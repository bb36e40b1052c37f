"""Whatever is handed in: intake answers with a notebook that can be graded or with a problem that says whose it is."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograde.assignment import Notebook
from autograde.grading.notebook import take
from autograde.grading.parsing import is_valid
from autograde.grading.reading import read_assignment
from autograde.grading.scores import comment, determine
from autograde.settings import Settings
from autograde.task import Weight
from tests.autograde.courses import GUIDE, quickstart
from tests.autograde.grading.campaign import graded_or_named
from tests.autograde.grading.mutations import mutated_bytes

RELEASED = json.loads((GUIDE / "release" / "ps1" / "problem1.ipynb").read_text(encoding="utf-8"))
STUDENT = "ada"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Notebook:
    course = quickstart(tmp_path_factory.mktemp("fuzz"))
    return read_assignment(course.directory, "ps1").notebooks[0]


def check(data: bytes, notebook: Notebook) -> None:
    """What holds for every file; `make soak` has whole classes of them."""
    taken, problems = take(data, notebook, STUDENT)
    assert all(problem.student == STUDENT and problem.notebook == notebook.name for problem in problems)
    assert all(problem.what and str(problem).isprintable() for problem in problems)
    if taken is None:
        assert [problem.weight for problem in problems] == [Weight.UNGRADED]
        return
    assert not any(problem.weight is Weight.UNGRADED for problem in problems)
    assert is_valid(taken.node)
    assert nbformat.reads(taken.text(), 4) == taken.node
    at = {placed.cell.name: placed for placed in taken.placed if placed.cell}
    ids = [placed.node.id for placed in taken.placed]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        if cell.locked or cell.grade:
            node = at[cell.name].node
            assert node.cell_type == cell.kind
            assert not cell.locked or node.source == cell.source
            assert node.metadata.nbgrader.get("points", 0) == cell.points
            determine(node, cell, Settings())
            comment(node, cell)
    again, _ = take(data, notebook, STUDENT)
    assert again is not None
    assert again.text() == taken.text()


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=mutated_bytes(RELEASED))
def test_a_mutated_notebook_is_graded_or_named(data: bytes, notebook: Notebook) -> None:
    check(data, notebook)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_file_is_named(data: bytes, notebook: Notebook) -> None:
    check(data, notebook)


def test_in_a_class_of_mutants_everybody_is_graded_or_named(tmp_path: Path) -> None:
    assert graded_or_named(tmp_path, 16, Random(7)) == []


@pytest.mark.parametrize("path", sorted(GUIDE.parents[2].rglob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_of_the_wheel_is_graded_or_named(path: Path, notebook: Notebook) -> None:
    check(path.read_bytes(), notebook)
