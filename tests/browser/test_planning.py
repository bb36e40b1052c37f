"""The plan and the progress page as a learner meets them, by mouse and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import Screen

STUDIED = """
from course.study.library import the_library
from course.widgets.learner import memory

id, card = next(iter(the_library().deck.items()))
memory().record("review", {"card": id, "rating": 3, "ms": 9000, **card.about()})
"""
CHOICES = "Your exam, your week, your cards"


@pytest.fixture(scope="module")
def window(windows: Show, alone: Lab) -> Screen:
    screen = windows(alone)
    screen.open(alone.write("planning", "from course import plan, progress\nplan()", STUDIED + "progress()"), run=True)
    return screen


@pytest.fixture
def plan(window: Screen) -> Locator:
    window.run(0)
    face = window.face(0)
    expect(face.get_by_text(CHOICES)).to_be_visible()
    return face


def unfold(plan: Locator) -> Locator:
    plan.get_by_text(CHOICES).click()
    return plan.get_by_role("form", name="Choices for the plan")


def test_today_comes_first_and_a_click_opens_the_lesson(window: Screen, plan: Locator) -> None:
    expect(plan.get_by_role("heading").first).to_contain_text("Today, ")
    plan.get_by_role("link", name="A first greeting").first.click()
    expect(window.page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current")).to_have_text(
        "1_first_greeting.ipynb"
    )
    window.page.locator("#jp-main-dock-panel .lm-TabBar-tab").filter(has_text="planning").click()


def test_a_choice_that_cannot_be_says_why_and_keeps_what_was_typed(plan: Locator) -> None:
    form = unfold(plan)
    form.get_by_label("Its day").fill("2099-01-07")
    form.get_by_role("button", name="Make the plan").click()
    expect(plan.locator(".course-error")).to_contain_text("three years ahead at most")
    expect(form.get_by_label("Its day")).to_have_value("2099-01-07")


def test_what_was_chosen_is_there_when_the_cell_runs_again(window: Screen, plan: Locator) -> None:
    form = unfold(plan)
    form.get_by_label("extended").check()
    form.get_by_role("button", name="Make the plan").click()
    expect(plan.get_by_text("The plan was made anew.")).to_be_visible()
    window.run(0)
    form = unfold(window.face(0))
    expect(form.get_by_label("extended")).to_be_checked()


def test_the_keyboard_alone_is_enough(window: Screen, plan: Locator) -> None:
    plan.get_by_text(CHOICES).focus()
    keys = window.page.keyboard
    keys.press("Enter")
    form = plan.get_by_role("form", name="Choices for the plan")
    form.get_by_role("spinbutton", name="Wed").focus()
    keys.press("Control+a")
    keys.type("2.5")
    keys.press("Enter")
    expect(plan.get_by_text("The plan was made anew.")).to_be_visible()
    expect(form.get_by_role("spinbutton", name="Wed")).to_have_value("2.5")
    expect(form.get_by_role("button", name="Undo the last change")).to_be_visible()
    assert window.cells[0][0] == "code"


def test_axe_finds_nothing_serious(window: Screen, plan: Locator) -> None:
    unfold(plan)
    assert window.violations(".course-face") == []
    window.page.get_by_role("heading", name="Study calendar").scroll_into_view_if_needed()
    assert window.violations(".course-figure:last-of-type") == []


def test_progress_is_drawn_without_the_internet(window: Screen) -> None:
    expect(window.page.get_by_role("heading", name="Study calendar")).to_be_visible()
    expect(window.page.locator(".jp-RenderedVegaLite svg").last).to_be_visible()
    assert window.outside == []
