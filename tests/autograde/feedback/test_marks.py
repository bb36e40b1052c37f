"""What the gradebook says, as nbgrader itself adds it up."""

from __future__ import annotations

import random

import pytest

from autograde.feedback.marks import read_marks
from autograde.refusal import Refusal
from tests.autograde.feedback.graded import ASSIGNMENT, NOTEBOOK, Course, work

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def test_scores_are_those_that_nbgrader_adds_up(course: Course) -> None:
    chance = random.Random(5)
    with course.gradebook() as gradebook:
        for student in ("ada", "ben"):
            for grade in gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, student).grades:
                for name in ("auto_score", "manual_score", "extra_credit"):
                    setattr(grade, name, chance.choice([None, 0, 0.5, 1, 2]))
            gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, student).late_submission_penalty = 0.25
        gradebook.db.commit()
        found = read_marks(course.directory, ASSIGNMENT)
        for (student, name), marks in found.items():
            notebook = gradebook.find_submission_notebook(name, ASSIGNMENT, student)
            assert marks.score == pytest.approx(notebook.score)
            assert marks.most == notebook.max_score
            assert marks.penalty == 0.25
            assert {id: mark.points for id, mark in marks.marks.items()} == {
                grade.name: grade.score for grade in notebook.grades
            }
            assert {id: mark.most for id, mark in marks.marks.items()} == {
                grade.name: grade.max_score for grade in notebook.grades
            }
    assert set(found) == {("ada", NOTEBOOK), ("ben", NOTEBOOK)}


def test_a_graders_comment_takes_the_place_of_the_automatic_one(course: Course) -> None:
    with course.gradebook() as gradebook:
        comment = gradebook.find_comment("price", NOTEBOOK, ASSIGNMENT, "ada")
        comment.auto_comment = "No response."
        gradebook.find_comment("total", NOTEBOOK, ASSIGNMENT, "ada").auto_comment = "No response."
        comment.manual_comment = "Good names."
        gradebook.db.commit()
    marks = read_marks(course.directory, ASSIGNMENT)
    assert marks["ada", NOTEBOOK].comments == {"price": "Good names.", "total": "No response."}


def test_what_waits_and_what_a_person_gave_is_told_apart(course: Course) -> None:
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade("why", NOTEBOOK, ASSIGNMENT, "ada")
        grade.manual_score, grade.needs_manual_grade = 2, False
        gradebook.db.commit()
    marks = read_marks(course.directory, ASSIGNMENT)
    assert marks["ada", NOTEBOOK].marks["why"].by_hand
    assert not marks["ada", NOTEBOOK].marks["why"].waiting
    assert marks["ben", NOTEBOOK].marks["why"].waiting
    assert not marks["ben", NOTEBOOK].marks["zero-test"].waiting


def test_an_assignment_of_several_notebooks_has_a_score_of_its_own(course: Course) -> None:
    course.add_notebook(work(), "stall")
    course.add_work("cleo", work(), {"zero-test": 1})
    course.add_work("cleo", work(), {"price-test": 2}, "stall")
    with course.gradebook() as gradebook:
        gradebook.find_submission_notebook("stall", ASSIGNMENT, "cleo").late_submission_penalty = 0.5
        gradebook.db.commit()
    marks = read_marks(course.directory, ASSIGNMENT)
    assert marks["cleo", NOTEBOOK].whole == marks["cleo", "stall"].whole == (1 + 2 - 0.5, 18)
    assert marks["ben", NOTEBOOK].whole is None
    assert marks["cleo", "stall"].score == 2


def test_an_assignment_that_nobody_knows_is_refused(course: Course) -> None:
    with pytest.raises(Refusal, match="no assignment week9"):
        read_marks(course.directory, "week9")
