"""Honest accidents with cells: which counts, where it goes, and what is said about it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from autograde.assignment import Notebook as Instructors
from autograde.grading.notebook import Taken, take
from autograde.grading.places import Placed
from autograde.grading.reading import read_assignment
from autograde.task import Problem, Weight
from tests.autograde import courses
from tests.autograde.courses import (
    Notebook,
    SmallCourse,
    answer,
    cell_of,
    check,
    code,
    dumped,
    make_course,
    place_of,
    text,
)

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


def source() -> bytes:
    return courses.notebook(
        text("# The library", "intro", locked=True),
        code("import math", "setup", locked=True),
        answer("area", "def area(r): return math.pi * r**2"),
        check("area-one", "assert area(1) > 3"),
        check("area-two", "assert area(2) > 12\n### BEGIN HIDDEN TESTS\nassert area(0) == 0\n### END HIDDEN TESTS"),
        code("# an example of the instructor's\nprint(area(3))"),
        answer("ring", "def ring(a, b): return area(a) - area(b)"),
        check("ring-one", "assert ring(2, 1) > 9", points=2),
        text("### BEGIN SOLUTION\nBecause.\n### END SOLUTION", "why", grade=True, solution=True, points=3),
        text("Draw it.", "draw", task=True, locked=True, points=4),
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    return make_course(tmp_path_factory.mktemp("places"), {"ps": {"p.ipynb": source()}})


@pytest.fixture(scope="module")
def instructors(course: SmallCourse) -> Instructors:
    return read_assignment(course.directory, "ps").notebooks[0]


@pytest.fixture
def solved(course: SmallCourse) -> Notebook:
    return course.solved("ps", "p")


Taking = Callable[[Notebook], tuple[Taken, list[Problem]]]


@pytest.fixture
def taking(instructors: Instructors) -> Taking:
    def take_it(notebook: Notebook) -> tuple[Taken, list[Problem]]:
        taken, problems = take(dumped(notebook), instructors, "ada")
        assert taken is not None
        return taken, problems

    return take_it


def names(taken: Taken) -> list[str]:
    """The order of the cells: the instructor's names, and the text of the student's own."""
    return [placed.cell.name if placed.cell else placed.node.source for placed in taken.placed]


def found(taken: Taken, name: str) -> Placed:
    return next(each for each in taken.placed if each.cell and each.cell.name == name)


def instructors_names(taken: Taken) -> list[str]:
    return [placed.cell.name for placed in taken.placed if placed.cell]


ORDER = ["intro", "setup", "area", "area-one", "area-two", "ring", "ring-one", "why", "draw"]


def said(problems: list[Problem]) -> set[tuple[str, str | None, Weight]]:
    return {(problem.kind, problem.cell, problem.weight) for problem in problems}


def test_an_ordinary_submission_is_taken_without_a_word(
    taking: Taking, solved: Notebook, instructors: Instructors
) -> None:
    taken, problems = taking(solved)
    assert problems == []
    assert instructors_names(taken) == ORDER == [cell.name for cell in instructors.cells]


def test_hidden_tests_are_put_into_their_cells(taking: Taking, solved: Notebook) -> None:
    assert "HIDDEN" not in cell_of(solved, "area-two")["source"]
    taken, _ = taking(solved)
    assert "assert area(0) == 0" in found(taken, "area-two").node.source


@pytest.mark.parametrize("name", ["setup", "area-one", "area-two", "ring-one", "draw", "intro"])
def test_a_deleted_locked_cell_is_put_back_at_its_place(taking: Taking, solved: Notebook, name: str) -> None:
    del solved["cells"][place_of(solved, name)]
    taken, problems = taking(solved)
    assert instructors_names(taken) == ORDER
    assert said(problems) == {("cell missing", name, Weight.NOTE)}


def test_all_deleted_tests_are_put_back_in_their_order(taking: Taking, solved: Notebook) -> None:
    solved["cells"] = [
        cell for cell in solved["cells"] if "-" not in (courses.grade_id(cell) or "-") or not courses.grade_id(cell)
    ]
    taken, problems = taking(solved)
    assert instructors_names(taken) == ORDER
    assert said(problems) == {("cell missing", None, Weight.NOTE)}


def test_a_test_comes_back_below_what_the_student_added_above_it(taking: Taking, solved: Notebook) -> None:
    at = place_of(solved, "area-one")
    solved["cells"][at : at + 2] = [code("helper = 1"), code("more = 2")]
    taken, _ = taking(solved)
    order = names(taken)
    assert order[order.index("area") :][:5] == ["area", "helper = 1", "more = 2", "area-one", "area-two"]


def test_a_test_comes_back_above_the_instructors_next_cell(taking: Taking, solved: Notebook) -> None:
    del solved["cells"][place_of(solved, "area-two")]
    taken, _ = taking(solved)
    order = names(taken)
    assert order.index("area-two") == order.index("area-one") + 1


def test_an_answer_given_in_a_cell_of_its_own_is_above_the_tests(taking: Taking, solved: Notebook) -> None:
    at = place_of(solved, "area")
    own = solved["cells"][at]["source"]
    solved["cells"][at : at + 3] = [code(own)]
    taken, problems = taking(solved)
    order = names(taken)
    assert order.index(own) < order.index("area-one") < order.index("area-two") < order.index("ring")
    assert ("answer missing", "area", Weight.LOOK) in said(problems)


def test_an_answer_for_a_person_that_is_gone_is_asked_for_and_not_run(taking: Taking, solved: Notebook) -> None:
    del solved["cells"][place_of(solved, "why")]
    taken, problems = taking(solved)
    back = found(taken, "why")
    assert back.put_back
    assert not back.runs
    assert "was missing" in back.node.source
    assert said(problems) == {("answer missing", "why", Weight.LOOK)}


def test_a_test_above_its_answer_is_run_below_it(taking: Taking, solved: Notebook) -> None:
    cells = solved["cells"]
    cells.append(cells.pop(place_of(solved, "area")))
    taken, problems = taking(solved)
    order = instructors_names(taken)
    assert order.index("area") < order.index("area-one") < order.index("area-two")
    assert said(problems) == {("test above its answer", None, Weight.NOTE)}


def test_sections_in_another_order_stay_in_the_students(taking: Taking, solved: Notebook) -> None:
    cells = solved["cells"]
    at = place_of(solved, "ring")
    cells[2:2] = [cells.pop(at), cells.pop(at)]
    taken, problems = taking(solved)
    assert instructors_names(taken)[2:4] == ["ring", "ring-one"]
    assert problems == []


def test_of_two_answers_the_filled_in_one_counts(taking: Taking, solved: Notebook) -> None:
    at = place_of(solved, "area")
    empty = copy.deepcopy(solved["cells"][at]) | {"source": STUB, "id": "again"}
    solved["cells"].insert(at + 1, empty)
    taken, problems = taking(solved)
    mine = found(taken, "area")
    assert "math.pi" in mine.node.source
    assert not next(each for each in taken.placed if each.node.source == STUB).runs
    assert said(problems) == {("cell twice", "area", Weight.NOTE)}


def test_of_two_filled_in_answers_the_last_above_the_tests_counts(taking: Taking, solved: Notebook) -> None:
    at = place_of(solved, "why")
    first, last = solved["cells"][at], copy.deepcopy(solved["cells"][at]) | {"id": "again"}
    first["source"], last["source"] = "A first thought.", "A second thought."
    solved["cells"].insert(at + 1, last)
    taken, problems = taking(solved)
    assert found(taken, "why").node.source == "A second thought."
    assert said(problems) == {("cell twice", "why", Weight.LOOK)}


def test_a_split_answer_runs_whole(taking: Taking, solved: Notebook) -> None:
    at = place_of(solved, "area")
    first, second = solved["cells"][at], copy.deepcopy(solved["cells"][at]) | {"id": "second"}
    first["source"], second["source"] = "pi = math.pi", "def area(r): return pi * r**2"
    solved["cells"].insert(at + 1, second)
    taken, _ = taking(solved)
    order = names(taken)
    assert order[order.index("pi = math.pi") :][:3] == ["pi = math.pi", "area", "area-one"]
    assert all(each.runs for each in taken.placed)


@pytest.mark.parametrize("at", [0, -1])
def test_of_two_tests_the_one_at_its_place_counts(taking: Taking, solved: Notebook, at: int) -> None:
    again = copy.deepcopy(cell_of(solved, "area-one")) | {"id": "again", "source": "assert True"}
    solved["cells"].insert(at if at == 0 else len(solved["cells"]), again)
    taken, _ = taking(solved)
    assert instructors_names(taken) == ORDER
    assert "assert True" in names(taken)


@pytest.mark.parametrize("kind", ["code", "markdown", "raw"])
@pytest.mark.parametrize("name", ORDER)
def test_a_retyped_cell_is_of_its_own_type_again(
    taking: Taking, solved: Notebook, instructors: Instructors, name: str, kind: str
) -> None:
    cell_of(solved, name)["cell_type"] = kind
    taken, problems = taking(solved)
    wanted = next(cell.kind for cell in instructors.cells if cell.name == name)
    assert found(taken, name).node.cell_type == wanted
    assert {problem.kind for problem in problems} <= {"cell retyped"}
    assert bool(problems) == (kind != wanted)


def test_an_edited_test_is_the_instructors_again(taking: Taking, solved: Notebook, instructors: Instructors) -> None:
    cell_of(solved, "ring-one")["source"] = "pass"
    taken, problems = taking(solved)
    assert found(taken, "ring-one").node.source == "assert ring(2, 1) > 9"
    assert said(problems) == {("locked cell edited", "ring-one", Weight.NOTE)}


@pytest.mark.parametrize("schema", [0, 1, 2, 4, "3", None, -1])
def test_flags_points_and_schema_are_the_instructors(taking: Taking, solved: Notebook, schema: object) -> None:
    expected = cell_of(copy.deepcopy(solved), "ring-one")["metadata"]["nbgrader"]
    cell_of(solved, "ring-one")["metadata"]["nbgrader"] = {
        "grade_id": "ring-one",
        "grade": False,
        "solution": True,
        "points": 100,
        "schema_version": schema,
        "extra": [],
    }
    taken, _ = taking(solved)
    held = found(taken, "ring-one").node.metadata.nbgrader
    assert {**held, "checksum": expected["checksum"]} == {**expected, "task": False}
    assert held["points"] == 2


def test_a_tag_does_not_keep_a_test_from_running(taking: Taking, solved: Notebook) -> None:
    cell_of(solved, "ring-one")["metadata"]["tags"] = ["skip-execution"]
    taken, _ = taking(solved)
    assert "tags" not in found(taken, "ring-one").node.metadata


def test_a_cell_that_claims_an_unknown_id_is_an_ordinary_one(taking: Taking, solved: Notebook) -> None:
    solved["cells"].append(check("bonus", "100", points=100))
    taken, problems = taking(solved)
    assert names(taken)[-1] == "100"
    assert "nbgrader" not in taken.placed[-1].node.metadata
    assert problems == []


def test_another_notebook_under_the_name_is_told(taking: Taking) -> None:
    _, problems = taking(courses.json.loads(courses.notebook(code("1"))))
    assert said(problems) == {("not this notebook", None, Weight.LOOK)}


def test_the_kernel_is_the_instructors(taking: Taking, solved: Notebook) -> None:
    solved["metadata"]["kernelspec"] = {"name": "bash", "display_name": "Bash"}
    taken, _ = taking(solved)
    assert taken.metadata["kernelspec"]["name"] == "python3"
