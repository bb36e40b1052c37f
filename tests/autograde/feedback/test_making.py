"""Everybody's pages: where nbgrader's exchange looks for them, and made anew only where something has changed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from nbgrader.exchange.default import ExchangeFetchFeedback, ExchangeReleaseFeedback

from autograde.feedback import Made, make
from autograde.refusal import Refusal
from tests.autograde.feedback.graded import ASSIGNMENT, NOTEBOOK, Course, work

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everybody_who_was_graded_gets_a_page(course: Course) -> None:
    told: list[tuple[Made, int]] = []
    outcome = make(course.config, ASSIGNMENT, told=lambda made, all: told.append((made, all)))
    assert (outcome.written, outcome.unchanged, outcome.problems) == (2, 0, ())
    assert "Feedback: shop" in course.page("ada").read_text("utf-8")
    assert [(made.student, made.written, all) for made, all in told] == [("ada", True, 2), ("ben", True, 2)]


def test_a_second_time_nothing_is_written_unless_it_is_forced(course: Course) -> None:
    make(course.config, ASSIGNMENT)
    before = course.page("ada").stat().st_mtime_ns
    assert make(course.config, ASSIGNMENT).unchanged == 2
    assert course.page("ada").stat().st_mtime_ns == before
    assert make(course.config, ASSIGNMENT, force=True).written == 2


def test_only_the_page_that_would_be_another_one_is_written(course: Course) -> None:
    make(course.config, ASSIGNMENT)
    with course.gradebook() as gradebook:
        gradebook.find_comment("price", NOTEBOOK, ASSIGNMENT, "ben").manual_comment = "Good names."
        gradebook.db.commit()
    told: list[Made] = []
    make(course.config, ASSIGNMENT, told=lambda made, _: told.append(made))
    assert [made.student for made in told if made.written] == ["ben"]
    assert "Good names." in course.page("ben").read_text("utf-8")


def test_another_setting_or_another_notebook_makes_another_page(course: Course) -> None:
    make(course.config, ASSIGNMENT)
    course.config.AutogradeFeedback.hidden_tests = "nothing"
    assert make(course.config, ASSIGNMENT).written == 2
    assert "discount" not in course.page("ada").read_text("utf-8")
    course.add_work("ada", work()[:2], {})
    assert make(course.config, ASSIGNMENT).written == 1


def test_some_students_and_notebooks_can_be_named(course: Course) -> None:
    assert make(course.config, ASSIGNMENT, students=["b*"]).written == 1
    assert not course.page("ada").exists()
    assert make(course.config, ASSIGNMENT, notebooks=["shop"], students=["ada"]).written == 1
    with pytest.raises(Refusal, match="Nothing is graded"):
        make(course.config, ASSIGNMENT, students=["nobody"])


def test_the_courses_own_choice_of_students_counts(course: Course) -> None:
    course.config.CourseDirectory.student_id_exclude = "ada"
    assert make(course.config, ASSIGNMENT).written == 1
    assert not course.page("ada").exists()


def test_marks_of_hidden_tests_are_those_of_the_course(course: Course) -> None:
    course.config.ClearHiddenTests.begin_test_delimeter = "show()"
    make(course.config, ASSIGNMENT)
    page = course.page("ada").read_text("utf-8")
    assert "BEGIN HIDDEN TESTS" in page
    assert "show()" not in page


@pytest.mark.parametrize(("shared", "expected"), [(False, 0o644), (True, 0o664)])
def test_permissions_are_nbgraders(course: Course, shared: bool, expected: int) -> None:
    course.config.CourseDirectory.groupshared = shared
    make(course.config, ASSIGNMENT)
    assert mode(course.page("ada")) == expected
    assert bool(mode(course.page("ada").parent) & stat.S_IWGRP) is shared
    course.config.GenerateFeedback.permissions = 600
    make(course.config, ASSIGNMENT, force=True)
    assert mode(course.page("ada")) == 0o600


def test_a_damaged_notebook_costs_nobody_else_a_page(course: Course) -> None:
    (course.root / "autograded/ada" / ASSIGNMENT / "shop.ipynb").write_text("{", "utf-8")
    outcome = make(course.config, ASSIGNMENT)
    assert outcome.written == 1
    (problem,) = outcome.problems
    assert (problem.student, problem.notebook) == ("ada", NOTEBOOK)
    assert "could not be made" in problem.what


def test_a_notebook_that_the_gradebook_does_not_know_is_told(course: Course) -> None:
    folder = course.root / "autograded/zoe" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / "shop.ipynb").write_text(json.dumps({"cells": []}), "utf-8")
    outcome = make(course.config, ASSIGNMENT)
    assert [str(problem) for problem in outcome.problems] == [
        "zoe, shop: The gradebook holds no grades of it. Grade the submission again."
    ]


def test_many_pages_are_made_by_several_processes_and_are_the_same(course: Course) -> None:
    students = [f"student{number:02}" for number in range(8)]
    for student in students:
        course.add_work(student, work(), {"price-test": 0.0, "total-test": 0.0, "zero-test": 1.0})
    make(course.config, ASSIGNMENT, jobs=1)
    alone = {student: course.page(student).read_bytes() for student in students}
    outcome = make(course.config, ASSIGNMENT, jobs=2, force=True)
    assert outcome.written == 10
    assert {student: course.page(student).read_bytes() for student in students} == alone


def test_nbgrader_releases_and_fetches_them_as_they_are(course: Course, tmp_path: Path) -> None:
    make(course.config, ASSIGNMENT)
    exchange, cache = tmp_path / "exchange", tmp_path / "cache"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    course.config.Exchange.root = str(exchange)
    course.config.Exchange.cache = str(cache)
    course.config.CourseDirectory.assignment_id = ASSIGNMENT
    ExchangeReleaseFeedback(coursedir=course.directory, config=course.config).start()

    stamp = (course.page("ada").parent / "timestamp.txt").read_text("utf-8")
    submitted = cache / "shops" / f"ada+{ASSIGNMENT}+{stamp}"
    submitted.mkdir(parents=True)
    (submitted / "shop.ipynb").write_text("{}", "utf-8")
    (submitted / "submission_secret.txt").write_text("secret of ada", "utf-8")
    course.config.Exchange.assignment_dir = str(tmp_path / "ada")
    ExchangeFetchFeedback(coursedir=course.directory, config=course.config).start()
    fetched = tmp_path / "ada" / ASSIGNMENT / "feedback" / stamp / "shop.html"
    assert fetched.read_bytes() == course.page("ada").read_bytes()
