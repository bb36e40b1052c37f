"""No key that is pressed in a face reaches the notebook's shortcuts, in JupyterLab and in Notebook 7."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Show
from tests.browser.faces import CASES, Case, Gallery
from tests.browser.lab import Lab
from tests.browser.screen import FOCUSABLE

LETTERS = "abcddefhiijklmnoprsvxyz00123456789"
CAPITALS = ["Shift+M", "Shift+O", "Shift+L", "Shift+J", "Shift+K", "Shift+V", "Shift+ArrowDown"]
MOVES = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageDown", "Delete", "Backspace"]
ACTS = ["Control+Enter", "Shift+Enter", "Alt+Enter", "Space", "Enter"]
"""What would run the cell, and may act on a control."""
LAB, NOTEBOOK_7 = "JupyterLab", "Notebook 7"
KINDS = """(face, selector) => {
  const places = [...face.querySelectorAll(selector)];
  const open = places.filter((place) => !place.hasAttribute("data-lm-suppress-shortcuts"));
  const kind = (place) => `${place.tagName} ${place.type} ${place.className} ${place.getAttribute("role")}`;
  const kinds = new Map(places.map((place) => [kind(place), place]));
  return [open.map((place) => place.outerHTML), [...kinds.values()].map((place) => places.indexOf(place))];
}"""
WATCH = """(face) => {
  window.whereTheKeyboardWas = [];
  const look = () => window.whereTheKeyboardWas.push(face.contains(document.activeElement) ? "inside" : "outside");
  new MutationObserver(look).observe(face, { childList: true });
}"""
FOCUS = """(face, [selector, number, but]) => {
  const place = face.querySelectorAll(selector)[number];
  if (!place || (but && place.matches(but))) return false;
  if (document.activeElement !== place) place.focus();
  return document.activeElement === place;
}"""


@pytest.fixture(scope="module")
def galleries(windows: Show, alone: Lab) -> Callable[[str], Gallery]:
    """The notebook of all faces, opened once in each application that is asked for."""

    @cache
    def gallery(application: str) -> Gallery:
        screen = windows(alone)
        notebook = Gallery.write(alone)
        if application == LAB:
            screen.open(notebook)
        else:
            screen.open_in_notebook_7(notebook)
        gallery = Gallery(screen)
        gallery.begin()
        return gallery

    return gallery


def looked_at() -> list[Any]:
    """Every case in JupyterLab, and the last one of each face in Notebook 7."""
    last = {case.face: case for case in CASES}.values()
    pairs = [*((LAB, case) for case in CASES), *((NOTEBOOK_7, case) for case in last)]
    return [pytest.param(*pair, id=f"{pair[0]}-{pair[1]}") for pair in pairs]


@pytest.mark.parametrize(("application", "case"), looked_at())
def test_no_key_pressed_in_a_face_changes_the_notebook(
    galleries: Callable[[str], Gallery], application: str, case: Case
) -> None:
    gallery = galleries(application)
    screen, keyboard = gallery.screen, gallery.screen.page.keyboard
    face = gallery.show(case)
    before = screen.cells, screen.state
    places = kinds(face)
    assert places
    for number in places:
        if focus(face, number):  # A key may do what it is for, and take other places away.
            keyboard.type(LETTERS)
            for key in (*CAPITALS, *MOVES):
                keyboard.press(key)
            assert (screen.cells, screen.state) == before, f"a key at place {number}"
    for key in ACTS:
        for number in kinds(face):
            if focus(face, number, but="a"):  # Enter on a link is for leaving.
                keyboard.press(key)
                keyboard.type("mdd")
        assert (screen.cells, screen.state) == before, key


@pytest.mark.parametrize("application", [LAB, NOTEBOOK_7])
def test_the_keyboard_is_never_outside_of_a_face_that_is_drawn_anew(
    galleries: Callable[[str], Gallery], application: str
) -> None:
    gallery = galleries(application)
    face = gallery.show(Case("hint"))
    face.get_by_role("button").first.focus()
    face.evaluate(WATCH)
    gallery.screen.page.keyboard.press("Enter")
    expect(face.get_by_role("listitem")).to_have_count(1)
    assert set(gallery.screen.page.evaluate("window.whereTheKeyboardWas")) == {"inside"}


def kinds(face: Locator) -> list[int]:
    """One place of each kind that takes the keyboard; all of them keep their keys from the notebook."""
    open, places = face.evaluate(KINDS, FOCUSABLE)
    assert open == []
    found: list[int] = places
    return found


def focus(face: Locator, number: int, but: str = "") -> bool:
    """Gives the keyboard to one of the places in a face; False when it is not there any more, or is a `but`."""
    found: bool = face.evaluate(FOCUS, [FOCUSABLE, number, but])
    return found
