"""Grades that somebody else has changed, or whose files are gone, are noticed and made again."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest
from nbgrader.api import Gradebook

from tests.autograde.courses import SmallCourse
from tests.autograde.record.ledger import ledger
from tests.autograde.record.school import ERROR, LATE, Ours, hand_in, nbgrader_autograde, resubmit, worked
from tests.disk import snapshot

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")  # nbgrader's own


@pytest.fixture
def graded(course: SmallCourse, ours: Ours) -> Ours:
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    hand_in(course, "ben", loans=worked(course, "loans"))
    assert ours.grade() == ["ada/fines", "ada/loans", "ben/fines", "ben/loans"]
    assert ours.grade() == []
    return ours


def delete_all(course: SmallCourse) -> None:
    shutil.rmtree(course.root / "autograded")


def delete_one(course: SmallCourse) -> None:
    (course.step("autograded", "ada", "ps1") / "fines.ipynb").unlink()


def edit_one(course: SmallCourse) -> None:
    path = course.step("autograded", "ada", "ps1") / "fines.ipynb"
    path.chmod(0o644)
    path.write_text("{}")


def change_a_score(course: SmallCourse) -> None:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        gradebook.find_grade("fine-some", "fines", "ps1", "ada").auto_score = 7
        gradebook.db.commit()


def remove_the_submission(course: SmallCourse) -> None:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        gradebook.remove_submission("ps1", "ada")


def forget_the_student(course: SmallCourse) -> None:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        gradebook.remove_student("ada")


CASES: dict[str, tuple[Callable[[SmallCourse], None], list[str], str]] = {
    "autograded/ deleted": (delete_all, ["ada/fines", "ada/loans", "ben/loans"], "is no longer there."),
    "a file deleted": (delete_one, ["ada/fines"], "is no longer there."),
    "a file edited": (edit_one, ["ada/fines"], "was changed by something else."),
    "a score changed": (change_a_score, ["ada/fines"], "Its scores in the gradebook were changed by something else."),
    "the submission removed": (remove_the_submission, ["ada/fines", "ada/loans"], ""),
    "the student removed": (forget_the_student, ["ada/fines", "ada/loans"], ""),
}


@pytest.mark.parametrize(("disturb", "again", "said"), CASES.values(), ids=CASES.keys())
def test_what_is_disturbed_is_graded_again_and_nothing_else(
    graded: Ours, disturb: Callable[[SmallCourse], None], again: list[str], said: str
) -> None:
    course = graded.course
    before, files = ledger(course.directory.db_url, own=True), snapshot(course.root / "autograded")
    disturb(course)
    standings = graded.record.standings(graded.assignment)
    lost = {f"{who}/{name}": one.lost for who, one_s in standings.items() for name, one in one_s.items() if one.lost}
    assert sorted(lost) == (again if said else [])
    assert all(why.endswith(said) for why in lost.values())
    graded.record.ready()
    assert graded.grade() == again
    assert graded.grade() == []
    assert ledger(course.directory.db_url, own=True) == before
    assert snapshot(course.root / "autograded") == files


def test_what_a_person_gave_disturbs_nothing(graded: Ours) -> None:
    with Gradebook(graded.course.directory.db_url, graded.course.directory.course_id) as gradebook:
        grade = gradebook.find_grade("fine-some", "fines", "ps1", "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.1, 1, False
        gradebook.find_comment("fine", "fines", "ps1", "ada").manual_comment = "Better."
        gradebook.db.commit()
    before = ledger(graded.course.directory.db_url)
    assert graded.grade() == []
    assert ledger(graded.course.directory.db_url) == before


def test_nbgrader_grading_in_between_is_noticed_and_put_right(graded: Ours) -> None:
    course = graded.course
    before, files = ledger(course.directory.db_url, own=True), snapshot(course.root / "autograded")
    resubmit(course, "ada", LATE, loans=worked(course, "loans", count_some=ERROR), fines=worked(course, "fines"))
    nbgrader_autograde(course)
    resubmit(course, "ada", "2026-11-20 12:00:00 UTC", loans=worked(course, "loans"), fines=worked(course, "fines"))
    assert "ada/loans" in graded.grade()
    assert ledger(course.directory.db_url, own=True) == before
    assert snapshot(course.root / "autograded") == files


def test_a_gradebook_that_only_nbgrader_knows_has_nothing_that_stands(course: SmallCourse) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    nbgrader_autograde(course)
    ours = Ours(course)
    assert ours.record.standings(ours.assignment) == {}
    ada = ours.record.verdicts(ours.assignment)["ada"]
    assert ada.notebooks["fines"].score == pytest.approx(0.3)
    assert (ada.notebooks["fines"].graded_at, ada.tried_at) == (None, None)
    rows = ledger(course.directory.db_url)
    assert ours.grade() == ["ada/fines", "ada/loans"]
    assert ledger(course.directory.db_url) == rows
