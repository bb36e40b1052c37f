"""What is learnt from the instructor's own solution, and when it is learnt again."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from autograde.assignment import Assignment
from autograde.grading.learn import learn
from autograde.grading.plan import Plan
from autograde.grading.reading import read_assignment
from autograde.kernel.warm import Warm
from autograde.settings import Settings
from autograde.task import Judged
from tests.autograde import courses
from tests.autograde.courses import SmallCourse, answer, check, make_course
from tests.autograde.grading.conftest import Grading

SETTINGS = Settings()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    own = courses.notebook(
        answer("a", "import colorsys, lent\ndef a(x): return colorsys.rgb_to_hsv(x, 0, lent.ZERO)[2]"),
        check("a-one", "assert a(1) == 1"),
    )
    return make_course(tmp_path_factory.mktemp("learn"), {"ps": {"p.ipynb": own, "lent.py": b"ZERO = 0"}})


@pytest.fixture(scope="module")
def assignment(course: SmallCourse) -> Assignment:
    return read_assignment(course.directory, "ps")


@pytest.fixture(scope="module")
def plan(assignment: Assignment, course: SmallCourse, warm: Warm) -> Plan:
    return learn(assignment, warm, SETTINGS, course.root)


def test_installed_modules_are_imported_before_and_not_the_assignments_own(plan: Plan) -> None:
    assert "colorsys" in plan.modules
    assert "lent" not in plan.modules


def test_it_travels_as_json(plan: Plan) -> None:
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_what_is_known_is_not_learnt_again(plan: Plan, assignment: Assignment, course: SmallCourse) -> None:
    nobody: Warm = None  # type: ignore[assignment]
    assert learn(assignment, nobody, SETTINGS, course.root) == plan


def test_another_test_is_learnt_again(plan: Plan, assignment: Assignment, course: SmallCourse, warm: Warm) -> None:
    notebook = assignment.notebooks[0]
    cells = tuple(
        msgspec.structs.replace(cell, source="assert a(1) == 2") if cell.name == "a-one" else cell
        for cell in notebook.cells
    )
    changed = msgspec.structs.replace(assignment, notebooks=(msgspec.structs.replace(notebook, cells=cells),))
    assert learn(changed, warm, SETTINGS, course.root).key != plan.key


def test_without_a_reference_there_is_nothing_to_learn(assignment: Assignment, warm: Warm, tmp_path: Path) -> None:
    bare = msgspec.structs.replace(
        assignment, notebooks=tuple(msgspec.structs.replace(each, reference=None) for each in assignment.notebooks)
    )
    assert learn(bare, warm, SETTINGS, tmp_path) == Plan()


def test_a_plan_that_cannot_be_read_or_kept_is_learnt(assignment: Assignment, warm: Warm, tmp_path: Path) -> None:
    (tmp_path / ".autograde").write_text("in the way")
    assert learn(assignment, warm, SETTINGS, tmp_path).examinations


def test_a_test_that_qualifies_is_judged_outside(
    plan: Plan, assignment: Assignment, course: SmallCourse, grading: Grading
) -> None:
    result = grading(assignment, {"p.ipynb": course.solved("ps", "p")}, settings=SETTINGS, plan=plan)
    verdict = next(each for each in result.graded[0].verdicts if each.cell == "a-one")
    assert (verdict.judged, verdict.points) == (Judged.OUTSIDE, 1)


def test_without_the_examiner_all_are_judged_inside(
    plan: Plan, assignment: Assignment, course: SmallCourse, grading: Grading
) -> None:
    result = grading(assignment, {"p.ipynb": course.solved("ps", "p")}, plan=plan)
    verdict = next(each for each in result.graded[0].verdicts if each.cell == "a-one")
    assert (verdict.judged, verdict.points) == (Judged.INSIDE, 1)


def test_a_solution_that_cannot_be_run_is_told(assignment: Assignment, warm: Warm, tmp_path: Path) -> None:
    notebook = assignment.notebooks[0]
    deadly = (notebook.reference or "").replace("import colorsys, lent", "import os, lent; os._exit(3)")
    changed = msgspec.structs.replace(assignment, notebooks=(msgspec.structs.replace(notebook, reference=deadly),))
    plan = learn(changed, warm, SETTINGS, tmp_path)
    assert not plan.examinations.get("p") or not plan.examinations["p"].outside
