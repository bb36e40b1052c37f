"""nbgrader's own command and the formgrader's button judge as `autograde` does, unless nbgrader's scores are wanted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveAutoGrades

from autograde.seam import SAVE, judging
from tests.autograde.courses import answer, check, code, make_course, notebook
from tests.autograde.seam.conftest import SUMS, Grading, solved

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
ALWAYS = """
class Always:
    def __eq__(self, other): return True
    def __bool__(self): return True
def add(a, b): return Always()
"""


def waiting(grading: Grading, student: str) -> dict[str, bool]:
    with Gradebook(grading.course.directory.db_url, grading.course.directory.course_id) as gradebook:
        found = gradebook.find_submission_notebook("p1", "ps1", student)
        return {grade.name: grade.needs_manual_grade for grade in found.grades}


@pytest.mark.parametrize("as_nbgrader", [False, True])
def test_an_answer_that_is_equal_to_everything_earns_points_only_with_nbgraders_scores(
    grading: Grading, as_nbgrader: bool
) -> None:
    grading.as_nbgrader = as_nbgrader
    grading.hand_in("eve", code(ALWAYS, "add", solution=True), *SUMS[1:])
    said = grading.grade("eve")
    assert said["success"], said["log"]
    assert grading.scores("eve") == (
        {"add-test": 2, "other-test": 1} if as_nbgrader else {"add-test": 0, "other-test": 0}
    )


def test_the_reference_is_run_once_and_what_it_taught_is_kept_for_the_command(
    grading: Grading, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ada", "ben"):
        grading.hand_in(student, *solved())
        assert grading.grade(student)["success"]
    (plan,) = (grading.course.root / ".autograde").glob("plan-*.json")
    kept = json.loads(plan.read_text())["examinations"]["p1"]
    assert [cell["cell"] for cell in kept["outside"]] == ["add-test", "other-test"]
    assert grading.scores("ben") == {"add-test": 2, "other-test": 1}


INSIDE = (SUMS[0], check("add-test", "import inspect\nassert inspect.getsource(add)\nassert add(1, 2) == 3", 2))


def test_evidence_of_tampering_costs_the_points_of_the_run_and_is_told(
    grading: Grading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grading.course = make_course(tmp_path / "inside", {"ps1": {"p1.ipynb": notebook(*INSIDE)}})
    monkeypatch.chdir(grading.course.root)
    grading.hand_in("eve", code(ALWAYS, "add", solution=True), INSIDE[1])
    grading.hand_in("ada", *solved()[:1], INSIDE[1])
    said = grading.grade("eve")
    assert said["success"], said["log"]
    assert grading.grade("ada")["success"]
    assert (grading.scores("ada"), waiting(grading, "ada")) == ({"add-test": 2}, {"add-test": False})
    assert (grading.scores("eve"), waiting(grading, "eve")) == ({"add-test": None}, {"add-test": True})
    assert "eve, p1, add-test: " in said["log"]


def test_what_a_person_must_know_is_in_nbgraders_log(grading: Grading) -> None:
    grading.settings = lambda config: config.Execute.update(timeout=1)
    grading.hand_in("ada", *solved(code("while True: pass"), code("import os\nos._exit(3)")))
    said = grading.grade("ada")
    assert said["success"], said["log"]
    assert "ada, p1: cell 2 (while True: pass) did not end within 1 s and was stopped" in said["log"]
    assert "ada, p1: The process ended in cell 3" in said["log"]


def test_the_engines_own_time_counts_before_nbgraders(grading: Grading) -> None:
    def settings(config: Any) -> None:
        config.Execute.timeout = 60
        config.AutogradeEngine.cell_seconds = 0.5

    grading.settings = settings
    grading.hand_in("ada", *solved(code("while True: pass")))
    assert "did not end within 0.5 s" in grading.grade("ada")["log"]


def test_what_the_instructor_should_know_of_the_assignment_is_told_once(grading: Grading) -> None:
    source = grading.course.step("source", ".", "ps1") / "p1.ipynb"
    source.write_bytes(notebook(answer("add", "def add(a, b):\n    return a - b"), *SUMS[1:]))
    logs = []
    for student in ("ada", "ben"):
        grading.hand_in(student, *solved())
        logs.append(grading.grade(student)["log"])
    assert ["does not pass" in log for log in logs] == [True, False]


def test_scores_of_the_courses_own_are_made_of_what_was_judged_inside(
    grading: Grading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settings(config: Any) -> None:
        steps = config.Autograde.autograde_preprocessors
        steps[steps.index(SAVE)] = SaveAutoGrades

    monkeypatch.setattr(judging, "learn", None)
    grading.settings = settings
    grading.hand_in("ada", *solved())
    assert grading.grade("ada")["success"]
    assert grading.scores("ada") == {"add-test": 2, "other-test": 1}


@pytest.mark.parametrize("setting", ["timeout_func", "force_raise_errors"])
def test_a_course_that_stops_runs_otherwise_is_judged_inside_as_ever(
    grading: Grading, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setattr(judging, "learn", None)
    grading.settings = lambda config: config.Execute.update({setting: {"timeout_func": len}.get(setting, True)})
    grading.hand_in("ada", *solved())
    said = grading.grade("ada")
    assert said["success"], said["log"]
    assert grading.scores("ada") == {"add-test": 2, "other-test": 1}


def test_a_submission_that_holds_too_much_is_an_error_of_nbgrader_and_leaves_nothing(grading: Grading) -> None:
    grading.settings = lambda config: config.AutogradeEngine.update(submission=20_000)
    graded = grading.hand_in("eve", *solved(), files={"big.bin": b"x" * 30_000})
    said = grading.grade("eve")
    assert not said["success"]
    assert "more than 0.02 MB" in said["log"]
    assert not graded.exists()
