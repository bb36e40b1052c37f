"""All faces, in the states in which learners meet them: seen by axe-core, on a phone, and under every key.

A face is brought into a state once, for all that is asked about it: that takes longer than the questions.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Show
from tests.browser.faces import CASES, Case, Gallery, asked_before_the_end, run_in_vain, unfolded
from tests.browser.lab import Lab
from tests.browser.screen import FOCUSABLE

LETTERS = "abcddefhiijklmnoprsvxyz00123456789"
CAPITALS = ["Shift+M", "Shift+O", "Shift+L", "Shift+J", "Shift+K", "Shift+V", "Shift+ArrowDown"]
MOVES = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageDown", "Delete", "Backspace"]
ACTS = ["Control+Enter", "Shift+Enter", "Alt+Enter", "Space", "Enter"]
"""What would run the cell, and may act on a control."""
ELSEWHERE = [
    Case("quiz of two"),
    Case("hint"),
    Case("plan", unfolded),
    Case("exam", asked_before_the_end),
    Case("backup"),
    Case("card of code", run_in_vain),
]
"""Every kind of control once, for Notebook 7."""
ACTIVATE = """(cell) => {
  document.activeElement?.blur();
  window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
}"""
KINDS = """(face, selector) => {
  const places = [...face.querySelectorAll(selector)];
  const open = places.filter((place) => !place.hasAttribute("data-lm-suppress-shortcuts"));
  const kind = (place) => `${place.tagName} ${place.type} ${place.className} ${place.getAttribute("role")}`;
  const seen = places.filter((place) => place.checkVisibility());
  const kinds = new Map(seen.map((place) => [kind(place), place]));
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
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"
PHONE = 320
NARROW = """(width) => {
  for (const face of document.querySelectorAll(".course-face")) face.parentElement.style.width = width;
}"""
TOO_WIDE = """() => [...document.querySelectorAll(".course-face")].flatMap((face) => {
  const edge = face.getBoundingClientRect().right + 1;
  const scrolls = (node) =>
    node !== face && (getComputedStyle(node).overflowX !== "visible" || scrolls(node.parentElement));
  return [...face.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > edge && !scrolls(node.parentElement))
    .map((node) => node.outerHTML.slice(0, 200));
})"""


def rounds() -> list[list[Case]]:
    """Each face in its first state, then each in its second, and so on: so many can be looked at together."""
    by_face: dict[str, list[Case]] = {}
    for case in CASES:
        by_face.setdefault(case.face, []).append(case)
    longest = max(map(len, by_face.values()))
    return [[cases[number] for cases in by_face.values() if number < len(cases)] for number in range(longest)]


@pytest.fixture(scope="module")
def gallery(windows: Show, alone: Lab) -> Iterator[Gallery]:
    """The notebook of all faces in JupyterLab, whose colours are left as they were: others test it, too."""
    screen = windows(alone)
    screen.open(Gallery.write(alone))
    gallery = Gallery(screen)
    gallery.begin()
    yield gallery
    screen.theme(LIGHT)


@pytest.fixture(scope="module")
def elsewhere(windows: Show, alone: Lab) -> Gallery:
    """The same in Notebook 7."""
    screen = windows(alone)
    screen.open_in_notebook_7(Gallery.write(alone))
    gallery = Gallery(screen)
    gallery.begin()
    return gallery


@pytest.fixture(scope="module", params=rounds(), ids=lambda cases: ", ".join(map(str, cases)))
def shown(request: pytest.FixtureRequest, gallery: Gallery) -> tuple[Gallery, list[Case]]:
    """The gallery with several faces in the states of one round."""
    for case in request.param:
        gallery.show(case)
    return gallery, request.param


def test_nothing_serious_is_wrong_with_any_face_in_light_and_in_dark(shown: tuple[Gallery, list[Case]]) -> None:
    screen = shown[0].screen
    light = screen.page.locator('body[data-jp-theme-light="true"]').count() == 1
    assert screen.violations(".course-face") == []
    screen.theme(DARK if light else LIGHT)  # And left so for the next round: a change takes a second.
    assert screen.violations(".course-face") == []


def test_no_face_is_wider_than_a_phone(shown: tuple[Gallery, list[Case]]) -> None:
    page = shown[0].screen.page
    page.evaluate(NARROW, f"{PHONE}px")
    too_wide = page.evaluate(TOO_WIDE)
    page.evaluate(NARROW, "")
    assert too_wide == []


def test_no_key_pressed_in_a_face_changes_the_notebook(shown: tuple[Gallery, list[Case]]) -> None:
    gallery, cases = shown
    for case in cases:
        press_all(gallery, case)


@pytest.mark.parametrize("case", ELSEWHERE, ids=str)
def test_no_key_pressed_in_a_face_changes_notebook_7(elsewhere: Gallery, case: Case) -> None:
    elsewhere.show(case)
    press_all(elsewhere, case)


@pytest.mark.parametrize("application", ["gallery", "elsewhere"])
def test_the_keyboard_is_never_outside_of_a_face_that_is_drawn_anew(
    request: pytest.FixtureRequest, application: str
) -> None:
    gallery: Gallery = request.getfixturevalue(application)
    face = gallery.show(Case("hint"))
    face.get_by_role("button").first.focus()
    face.evaluate(WATCH)
    gallery.screen.page.keyboard.press("Enter")
    expect(face.get_by_role("listitem")).to_have_count(1)
    assert set(gallery.screen.page.evaluate("window.whereTheKeyboardWas")) == {"inside"}


def press_all(gallery: Gallery, case: Case) -> None:
    """Presses every key at each kind of place in a face; afterwards the notebook is as it was."""
    screen, keyboard = gallery.screen, gallery.screen.page.keyboard
    face = gallery.face(case.face)
    places = kinds(face)
    assert places, case
    screen.page.evaluate(ACTIVATE, gallery.places[case.face])  # As a click into the face does.
    focus(face, places[0])
    before = screen.cells, screen.state
    for number in places:
        if focus(face, number):  # A key may do what it is for, and take other places away.
            keyboard.type(LETTERS)
            for key in (*CAPITALS, *MOVES):
                keyboard.press(key)
            assert (screen.cells, screen.state) == before, f"{case}: a key at place {number}"
    for key in ACTS:
        for number in kinds(face):
            if focus(face, number, but="a"):  # Enter on a link is for leaving.
                keyboard.press(key)
                keyboard.type("mdd")
        assert (screen.cells, screen.state) == before, f"{case}: {key}"


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
