"""After our run the gradebook holds what it holds after nbgrader's, row by row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.autograde.courses import SmallCourse
from tests.autograde.record.ledger import ledger
from tests.autograde.record.school import (
    ERROR,
    LATER,
    ON_TIME,
    Ours,
    fill,
    make_school,
    nbgrader_autograde,
    partial,
    resubmit,
    worked,
)

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")  # nbgrader's own
ZERO = "c.LateSubmissionPlugin.penalty_method = 'zero'"
OWN_PLUGIN = """
from nbgrader.plugins import BasePlugin

class Hourly(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"ben": -1, "chi": 1000, "eve": None}.get(student_id, total_seconds_late / 3600 / 10)

c.AssignLatePenalties.plugin_class = Hourly
"""


def grade_by_hand(course: SmallCourse) -> None:
    """What an instructor does in the formgrader between two runs."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        for student, cell, notebook, given in (
            ("ada", "why", "loans", {"manual_score": 2.5, "extra_credit": 0.5}),
            ("ada", "count-some", "loans", {"manual_score": 1.0}),
            ("ada", "draw", "loans", {"manual_score": 3.0}),
            ("ben", "fine-some", "fines", {"extra_credit": 0.25}),
            ("chi", "by-hand", "fines", {"manual_score": 4.0}),
            ("finn", "by-hand", "fines", {"manual_score": 0.0}),
        ):
            grade = gradebook.find_grade(cell, notebook, "ps1", student)
            for name, value in given.items():
                setattr(grade, name, value)
            grade.needs_manual_grade = False
        gradebook.find_comment("why", "loans", "ps1", "ada").manual_comment = "Good."
        gradebook.find_submission_notebook("fines", "ps1", "ben").flagged = True
        gradebook.find_submission("ps1", "finn").extension = timedelta(hours=1)
        gradebook.db.commit()


def work_again(course: SmallCourse) -> None:
    """What students do between two runs."""
    resubmit(course, "ada", LATER, loans=worked(course, "loans", count_some=ERROR), fines=worked(course, "fines"))
    resubmit(course, "ben", ON_TIME, fines=worked(course, "fines"))
    resubmit(course, "chi", LATER, loans=worked(course, "loans"), fines=worked(course, "fines", fine_some=partial(0.1)))


@pytest.mark.parametrize("config", [ZERO, OWN_PLUGIN], ids=["all is lost", "a plugin of one's own"])
def test_a_class_that_is_graded_graded_by_hand_and_graded_again(tmp_path: Path, config: str) -> None:
    theirs, ours = make_school(tmp_path / "theirs", config), make_school(tmp_path / "ours", config)
    for course in (theirs, ours):
        fill(course)
    grading = Ours(ours)

    nbgrader_autograde(theirs)
    grading.grade()
    same(theirs, ours)

    for course in (theirs, ours):
        grade_by_hand(course)
        work_again(course)
    nbgrader_autograde(theirs, force=True)
    grading.grade(force=True)
    same(theirs, ours)


def same(theirs: SmallCourse, ours: SmallCourse) -> None:
    expected, found = ledger(theirs.directory.db_url), ledger(ours.directory.db_url)
    for table in expected:
        assert set(found[table]) ^ set(expected[table]) == set(), table
    assert found == expected
    assert len(found["grade"]) == 6 * 7
    assert sorted(map(str, autograded(ours))) == sorted(map(str, autograded(theirs)))


def autograded(course: SmallCourse) -> list[tuple[Path, str]]:
    root = course.root / "autograded"
    return [(path.relative_to(root), oct(path.stat().st_mode)) for path in root.rglob("*")]
