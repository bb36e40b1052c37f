"""No key that is pressed in a widget of ours reaches the notebook's shortcuts, in JupyterLab and in Notebook 7."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Show
from tests.browser.house import HINT_CELL, PAIR_CELL, PRACTICE, QUIZ_CELL
from tests.browser.lab import Lab
from tests.browser.screen import FOCUSABLE, Screen

LETTERS = [*"abcddefhiijklmnoprsvxyz"]
NUMBERS = [*"00123456789"]
CAPITALS = ["Shift+M", "Shift+O", "Shift+L", "Shift+J", "Shift+K", "Shift+V", "Shift+ArrowDown"]
MOVES = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageDown", "Delete", "Backspace"]
ACTS = ["Space", "Enter", "Control+Enter", "Shift+Enter", "Alt+Enter"]
"""What may act on a control, and would run the cell."""
WATCH = """(face) => {
  window.whereTheKeyboardWas = [];
  const look = () => window.whereTheKeyboardWas.push(face.contains(document.activeElement) ? "inside" : "outside");
  new MutationObserver(look).observe(face, { childList: true });
}"""
FOCUS = """(face, [selector, number]) => {
  const place = face.querySelectorAll(selector)[number];
  place?.focus();
  return Boolean(place);
}"""


@pytest.fixture(scope="module", params=["JupyterLab", "Notebook 7"])
def practice(request: pytest.FixtureRequest, windows: Show, alone: Lab) -> Screen:
    screen = windows(alone)
    notebook = alone.copy(PRACTICE)
    if request.param == "JupyterLab":
        screen.open(notebook)
    else:
        screen.open_in_notebook_7(notebook)
    return screen


def fresh(screen: Screen) -> Locator:
    return screen.face(QUIZ_CELL)


def chosen(screen: Screen) -> Locator:
    quiz = screen.face(QUIZ_CELL)
    quiz.get_by_role("radio").first.check()
    return quiz


def answered_wrong(screen: Screen) -> Locator:
    quiz = screen.face(QUIZ_CELL)
    quiz.get_by_label("The text in quotes").check()
    quiz.get_by_role("button").click()
    expect(quiz.get_by_role("status")).to_contain_text("Not right")
    return quiz


def answered_right(screen: Screen) -> Locator:
    quiz = screen.face(QUIZ_CELL)
    quiz.get_by_label("The text with status 200").check()
    quiz.get_by_role("button").click()
    expect(quiz.get_by_role("group")).to_be_focused()
    return quiz


def with_code(screen: Screen) -> Locator:
    return screen.face(PAIR_CELL)


def no_hint_yet(screen: Screen) -> Locator:
    return screen.face(HINT_CELL)


def all_hints(screen: Screen) -> Locator:
    hints = screen.face(HINT_CELL)
    for number in (1, 2, 3):
        hints.get_by_role("button", name=f"Show hint {number} of 3").click()
    expect(hints.get_by_text("That was the last hint.")).to_be_focused()
    return hints


@pytest.mark.parametrize(
    "prepare",
    [fresh, chosen, answered_wrong, answered_right, with_code, no_hint_yet, all_hints],
    ids=lambda prepare: prepare.__name__.replace("_", " "),
)
def test_no_key_pressed_in_a_widget_changes_the_notebook(screen: Screen, prepare: Callable[[Screen], Locator]) -> None:
    face = prepare(screen)
    places = range(face.locator(FOCUSABLE).count())
    assert places
    for number in places:
        for keys in (LETTERS + NUMBERS + CAPITALS, MOVES):
            assert focus(face, number)
            before = screen.cells, screen.state
            for key in keys:
                screen.page.keyboard.press(key)
            assert (screen.cells, screen.state) == before, f"one of {keys} at place {number}"


@pytest.mark.parametrize(
    "prepare", [chosen, with_code, no_hint_yet, all_hints], ids=lambda prepare: prepare.__name__.replace("_", " ")
)
def test_no_key_that_acts_lets_the_next_ones_through(screen: Screen, prepare: Callable[[Screen], Locator]) -> None:
    face = prepare(screen)
    for key in ACTS:
        for number in range(face.locator(FOCUSABLE).count()):
            if not focus(face, number):
                break
            before = screen.cells, screen.state
            for pressed in [key, *"mdd"]:
                screen.page.keyboard.press(pressed)
            assert (screen.cells, screen.state) == before, f"{key} at place {number}"


def test_the_keyboard_is_never_outside_of_a_widget_that_is_drawn_anew(screen: Screen) -> None:
    face = chosen(screen)
    face.get_by_role("radio").first.focus()
    face.evaluate(WATCH)
    screen.page.keyboard.press("Enter")
    expect(face.get_by_role("status")).not_to_be_empty()
    assert screen.page.evaluate("window.whereTheKeyboardWas") == ["inside"]


def focus(face: Locator, number: int) -> bool:
    """Gives the keyboard to one of the places in a widget; False when an answer has taken the place away."""
    found: bool = face.evaluate(FOCUS, [FOCUSABLE, number])
    return found
