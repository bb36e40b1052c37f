"""axe-core finds no serious violation in what is ours, in light and in dark, and all of it fits on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Show
from tests.browser.faces import CASES, Case, Gallery
from tests.browser.lab import Lab
from tests.browser.screen import Screen

LIGHT, DARK = THEMES = ["JupyterLab Light", "JupyterLab Dark"]
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


@pytest.fixture(scope="module", params=rounds(), ids=lambda cases: ", ".join(map(str, cases)))
def shown(request: pytest.FixtureRequest, gallery: Gallery) -> Gallery:
    """The gallery with several faces in the states of one round."""
    for case in request.param:
        gallery.show(case)
    return gallery


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_serious_is_wrong_with_any_face(shown: Gallery, theme: str) -> None:
    shown.screen.theme(theme)
    assert shown.screen.violations(".course-face") == []


def test_no_face_is_wider_than_a_phone(shown: Gallery) -> None:
    page = shown.screen.page
    page.evaluate(NARROW, f"{PHONE}px")
    too_wide = page.evaluate(TOO_WIDE)
    page.evaluate(NARROW, "")
    assert too_wide == []


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_serious_is_wrong_with_the_start_page(practice: Screen, theme: str) -> None:
    practice.theme(theme)
    practice.open("Start.ipynb", run=True)
    summary = practice.page.locator(".course-map summary")
    summary.click()
    expect(practice.page.locator(".course-map details")).to_have_attribute("open", "")
    found = practice.violations(".course-map")
    practice.theme(LIGHT)
    assert found == []
