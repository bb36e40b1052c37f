"""Hints come one at a time, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.house import HINT_CELL
from tests.browser.screen import Screen

STEPS = [
    "Names come with spaces around them.",
    "Strings have a method that removes them.",
    "It is called strip.",
]


@pytest.fixture
def hints(screen: Screen) -> Locator:
    return screen.face(HINT_CELL)


def test_no_hint_is_on_the_page_before_it_is_asked_for(hints: Locator) -> None:
    expect(hints.get_by_role("button", name="Show hint 1 of 3")).to_be_visible()
    expect(hints.get_by_role("listitem")).to_have_count(0)


def test_each_press_shows_one_more_step(hints: Locator) -> None:
    for number in (1, 2, 3):
        hints.get_by_role("button", name=f"Show hint {number} of 3").click()
        expect(hints.get_by_role("listitem")).to_have_text(STEPS[:number])
    expect(hints).to_contain_text("That was the last hint.")
    expect(hints.get_by_role("button")).to_have_text(["Hide the 3 hints"])


def test_what_was_opened_stays_open_and_can_be_hidden(screen: Screen, hints: Locator) -> None:
    for number in (1, 2):
        hints.get_by_role("button", name=f"Show hint {number} of 3").click()
    expect(hints.get_by_role("listitem")).to_have_count(2)
    screen.run_all()
    expect(hints.get_by_role("listitem")).to_have_text(STEPS[:2])
    hints.get_by_role("button", name="Hide the 2 hints").press("Enter")
    expect(hints.get_by_role("listitem")).to_have_count(0)
    expect(hints.get_by_role("button", name="Show the 2 hints again")).to_be_focused()
    screen.page.keyboard.press("Space")
    expect(hints.get_by_role("listitem")).to_have_count(2)


def test_the_keyboard_stays_on_the_button_from_step_to_step(screen: Screen, hints: Locator) -> None:
    hints.get_by_role("button").focus()
    screen.page.keyboard.press("Enter")
    expect(hints.get_by_role("button", name="Show hint 2 of 3")).to_be_focused()
    screen.page.keyboard.press("Space")
    expect(hints.get_by_role("button", name="Show hint 3 of 3")).to_be_focused()


def test_the_keyboard_stays_in_the_widget_after_the_last_step(screen: Screen, hints: Locator) -> None:
    for number in (1, 2, 3):
        button = hints.get_by_role("button", name=f"Show hint {number} of 3")
        button.focus()
        screen.page.keyboard.press("Enter")
        expect(hints.get_by_role("listitem")).to_have_count(number)
    expect(hints.get_by_text("That was the last hint.")).to_be_focused()


def test_new_hints_are_spoken(hints: Locator) -> None:
    expect(hints.get_by_role("list", name="Hints")).to_have_attribute("aria-live", "polite")


def test_escape_gives_the_keyboard_back_to_the_cell(screen: Screen, hints: Locator) -> None:
    hints.get_by_role("button").focus()
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("k")
    assert screen.state[:2] == ["command", HINT_CELL - 1]
