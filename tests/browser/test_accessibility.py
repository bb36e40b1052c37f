"""axe-core finds no serious violation in what is ours, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.house import HINT_CELL, PAIR_CELL, QUIZ_CELL
from tests.browser.screen import Screen

THEMES = ["JupyterLab Light", "JupyterLab Dark"]


@pytest.fixture(params=THEMES)
def window(request: pytest.FixtureRequest, practice: Screen) -> Screen:
    practice.theme(request.param)
    return practice


@pytest.fixture
def lesson(window: Screen, screen: Screen) -> Screen:
    """The lesson of quizzes and hints in one of the themes."""
    return screen


@pytest.fixture(scope="module", autouse=True)
def light_again(practice: Screen) -> Iterator[None]:
    """Leaves the colours as they were: they belong to the JupyterLab that others test, too."""
    yield
    practice.theme(THEMES[0])


def test_nothing_serious_is_wrong_with_quiz_and_hint_before_they_are_used(lesson: Screen) -> None:
    assert lesson.violations(".course-face") == []


def test_nothing_serious_is_wrong_with_quiz_and_hint_in_use(lesson: Screen) -> None:
    quiz = lesson.face(QUIZ_CELL)
    quiz.get_by_label("The text in quotes").check()
    quiz.get_by_role("button").click()
    pair = lesson.face(PAIR_CELL)
    pair.get_by_label("200").check()
    pair.get_by_role("button").last.click()
    lesson.face(HINT_CELL).get_by_role("button").click()
    expect(quiz).to_contain_text("Quotes are only")
    expect(pair).to_contain_text("Right. OK.")
    expect(lesson.face(HINT_CELL).get_by_role("listitem")).to_have_count(1)
    assert lesson.violations(".course-face") == []


def test_nothing_serious_is_wrong_with_the_start_page(window: Screen) -> None:
    window.open("Start.ipynb", run=True)
    window.page.locator(".course-map summary").click()
    assert window.violations(".course-map") == []
