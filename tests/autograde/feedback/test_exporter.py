"""nbgrader's own command makes the same pages."""

from __future__ import annotations

import re

import pytest
from nbgrader.apps import NbGraderAPI

from autograde.feedback import make
from autograde.seam import configure
from tests.autograde.feedback.graded import ASSIGNMENT, Course

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def test_the_formgraders_button_makes_the_page_that_the_engine_makes(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course.root)
    configure(course.config)
    grader = NbGraderAPI(coursedir=course.directory, config=course.config)
    said = grader.generate_feedback(ASSIGNMENT, "ada")
    assert said["success"], said["log"]
    page = course.page("ada").read_text("utf-8")
    make(course.config, ASSIGNMENT)
    made = course.page("ada").read_text("utf-8")
    assert without_fingerprint(page) == without_fingerprint(made)
    assert "Feedback: shop" in page


def without_fingerprint(page: str) -> str:
    return re.sub(r'fingerprint" content="\w*"', "", page)
