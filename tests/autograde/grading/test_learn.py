"""What is learnt from the instructor's own solution, and when it is learnt again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograde.assignment import Assignment
from autograde.grading.learn import IMPORTED, learn, remember
from autograde.grading.plan import Plan
from autograde.grading.reading import read_assignment
from autograde.kernel.session import Dead, Session
from autograde.kernel.warm import Warm
from autograde.sandbox import space
from autograde.settings import Limits, Settings
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
    plan = learn(bare, warm, SETTINGS, tmp_path)
    assert (plan.modules, plan.examinations) == ((), {})


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


# What the instructor is told ------------------------------------------------------------------------------------------


def with_reference(assignment: Assignment, old: str, new: str) -> Assignment:
    notebook = assignment.notebooks[0]
    assert old in (notebook.reference or "")
    return of_reference(assignment, (notebook.reference or "").replace(old, new))


def of_reference(assignment: Assignment, text: str | None, unread: str = "") -> Assignment:
    notebook = msgspec.structs.replace(assignment.notebooks[0], reference=text, unread=unread)
    return msgspec.structs.replace(assignment, notebooks=(notebook,))


def kinds(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {remark.kind: remark.cells for remark in plan.told}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> tuple[Assignment, Plan, Path]:
    """Tests that say little of an answer, or nothing; each is one that nobody was told of."""
    cells = courses.notebook(
        answer("a", "from pathlib import Path\ndef a(x): return x\ndef save(x): Path('made').write_text(x)"),
        check("right", "assert a(1) == 1"),
        check("wrong", "assert a(1) == 2"),
        check("idle", "try:\n    a(1)\nexcept Exception:\n    pass"),
        check("idle-for-nothing", "try:\n    a(2)\nexcept Exception:\n    pass", 0),
        check("alone", "assert 1 + 1 == 2"),
        check("free", "save('x')\nassert Path('made').exists()"),
    )
    made = make_course(tmp_path_factory.mktemp("odd"), {"ps": {"p.ipynb": cells}})
    assignment = read_assignment(made.directory, "ps")
    return assignment, learn(assignment, warm, SETTINGS, made.root), made.root


def test_tests_that_say_nothing_of_an_answer_are_told(odd: tuple[Assignment, Plan, Path]) -> None:
    _, plan, _ = odd
    told = [(remark.kind, remark.cells) for remark in plan.told]
    assert sorted(told) == [
        ("cannot fail", ("idle", "alone")),
        ("no control", ("free",)),
        ("solution fails", ("wrong",)),
    ]
    wrong = next(remark for remark in plan.told if remark.kind == "solution fails")
    assert str(wrong) == (
        "p, wrong: The instructor's own solution does not pass it. Run the notebook under source/, correct the "
        "solution or the test, and generate the assignment again."
    )


def test_what_was_told_is_remembered_as_long_as_the_assignment_is_the_same(odd: tuple[Assignment, Plan, Path]) -> None:
    assignment, plan, folder = odd
    slower = Settings(limits=Limits(cell_seconds=31))
    assert remember(assignment, slower, folder) == plan.told
    mended = with_reference(assignment, "return x", "return 2 * x")
    assert remember(mended, slower, folder) == ()


@pytest.mark.parametrize(
    ("text", "unread", "said"),
    [
        (None, "is missing", "The notebook under source/ is missing, so all its tests are judged in the student's"),
        (None, "cannot be read (Permission denied)", "The notebook under source/ cannot be read (Permission denied),"),
        ("{", "", "The notebook under source/ is broken ("),
    ],
)
def test_a_source_notebook_that_teaches_nothing_is_told(
    assignment: Assignment, warm: Warm, tmp_path: Path, text: str | None, unread: str, said: str
) -> None:
    changed = of_reference(assignment, text, unread)
    for told in (learn(changed, warm, SETTINGS, tmp_path).told, remember(changed, SETTINGS, tmp_path / "other")):
        assert [remark.kind for remark in told] == ["no solution"]
        assert str(told[0]).startswith(f"p: {said}")
    assert remember(changed, Settings(examiner=False), tmp_path / "other") == ()


def test_a_solution_that_ends_its_process_is_told_and_run_again(
    assignment: Assignment, warm: Warm, tmp_path: Path
) -> None:
    changed = with_reference(assignment, "import colorsys, lent", "import os, lent; os._exit(3)")
    plan = learn(changed, warm, SETTINGS, tmp_path)
    assert not plan.examinations["p"].outside
    assert kinds(plan)["solution stopped"] == ("a",)
    assert remember(changed, SETTINGS, tmp_path) == plan.told
    with pytest.raises(AttributeError):  # Nothing but the machine may have ended it: it is not believed.
        learn(changed, None, SETTINGS, tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "trouble", ["while True: pass", "raise OSError(28, 'No space left on device')"], ids=["time", "disk"]
)
def test_a_reference_that_time_or_the_machine_has_disturbed_is_run_again(
    assignment: Assignment, warm: Warm, tmp_path: Path, trouble: str
) -> None:
    changed = with_reference(assignment, "import colorsys, lent", f"import lent\\n{trouble}")
    settings = Settings(limits=Limits(cell_seconds=0.5))
    plan = learn(changed, warm, settings, tmp_path)
    assert kinds(plan)["solution stopped"] == ("a",)
    assert plan.disturbed
    mended = learn(assignment, warm, settings, tmp_path)
    assert not mended.disturbed
    assert learn(assignment, None, settings, tmp_path) == mended  # type: ignore[arg-type]


def test_imports_that_could_not_be_seen_are_looked_for_again(
    assignment: Assignment, warm: Warm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Session.do

    def do(session: Session, function: str, **given: Any) -> Any:
        if function == IMPORTED:
            raise Dead("signal SIGKILL")
        return real(session, function, **given)

    monkeypatch.setattr(Session, "do", do)
    plan = learn(assignment, warm, SETTINGS, tmp_path)
    assert (plan.modules, plan.disturbed) == ((), True)


def test_what_the_machine_refuses_is_no_plan(
    assignment: Assignment, warm: Warm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "free", lambda folder: 0)
    with pytest.raises(space.NoSpace):
        learn(assignment, warm, SETTINGS, tmp_path)
    assert not list(tmp_path.iterdir())
