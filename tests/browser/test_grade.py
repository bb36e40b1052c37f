"""The button that grades, in JupyterLab: the keyboard alone, what is seen and spoken, and a kernel that goes away."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, expect

from course.house import House
from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import Screen
from tests.course.test_grading import RIGHT, answer, begun, wrong
from tests.small import make_house

KERNEL, FACE = 0, 1
LONG = 60
NAP = f"import time\ntime.sleep({LONG})"
SPOKEN = ".course-aloud[role=status]"
PICTURES = os.environ.get("COURSE_SCREENSHOTS")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A clone of its own, in which somebody has got the copies."""
    return begun(make_house(tmp_path_factory.mktemp("grader") / "house"))


@pytest.fixture(scope="module")
def screen(windows: Show, alone: Lab, house: House) -> Screen:
    screen = windows(alone)
    here = f"import os\nfrom course import grade\nos.chdir({str(house.root)!r})\nprint(os.getpid())"
    screen.open(alone.write("grading", here, 'grade("greeting")', '"after"'), run=True)
    return screen


@pytest.fixture
def face(screen: Screen) -> Locator:
    return screen.face(FACE)


def press(face: Locator) -> None:
    """Presses the button as somebody without a mouse does."""
    face.get_by_role("button", name=re.compile("^Grade")).focus()
    face.page.keyboard.press("Enter")


def test_it_is_pressed_heard_and_read_with_the_keyboard_alone(screen: Screen, face: Locator, house: House) -> None:
    answer(house, wrong(house, "spaces"))
    press(face)
    expect(face.get_by_role("progressbar", name="Preparing the tests")).to_be_visible()
    expect(screen.page.locator(SPOKEN)).to_have_text("Preparing the tests")
    expect(face.get_by_role("button", name="Grade")).to_be_focused()
    expect(screen.page.locator(SPOKEN)).to_have_text("Running your work against the tests", timeout=LONG * 1000)
    expect(face.get_by_role("button", name="Grade again")).to_be_focused(timeout=LONG * 1000)
    expect(screen.page.locator(SPOKEN)).to_have_text("Graded: 0 of 1 exercise solved, 1 of 3 points.")
    expect(face.get_by_role("listitem").first).to_contain_text("greeting: not yet, 1 of 3 points")
    expect(face.get_by_role("listitem").last).to_have_text(
        "others: greeting(' Chinua ') kept the spaces around the name."
    )
    assert [data["tests"][0]["test"] for data in screen.lab.kept("graded")] == ["greeting-ada"]


def test_it_can_be_read_by_everybody(screen: Screen, face: Locator) -> None:
    expect(face.get_by_role("list").first).to_be_visible()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        screen.theme(theme)
        assert screen.violations(".course-face") == []
        picture(face, theme)


def test_it_fits_into_a_narrow_window(screen: Screen, face: Locator) -> None:
    face.evaluate("(face) => { face.parentElement.style.width = '400px'; }")
    wide = "(face) => [...face.querySelectorAll('*')].filter((one) => one.scrollWidth > face.clientWidth).length"
    assert face.evaluate(wide) == 0
    picture(face, "narrow")
    face.evaluate("(face) => { face.parentElement.style.width = ''; }")


def test_what_was_saved_since_is_graded_anew_and_shown_when_the_cell_runs_again(
    screen: Screen, face: Locator, house: House
) -> None:
    answer(house, RIGHT)
    press(face)
    expect(face.locator(".course-score")).to_contain_text("1 of 1 exercise solved, 3 of 3 points, as it was saved")
    screen.forget(FACE)
    screen.run(FACE)
    expect(face.locator(".course-score")).to_contain_text("1 of 1 exercise solved, 3 of 3 points, graded on 20")


def test_no_process_is_left_when_the_kernel_is_restarted_while_it_grades(
    screen: Screen, face: Locator, house: House
) -> None:
    kernel = psutil.Process(
        int(screen.page.locator(".jp-Notebook .jp-Cell").nth(KERNEL).locator("pre").last.inner_text())
    )
    answer(house, NAP)
    press(face)
    until(lambda: len(kernel.children(recursive=True)) >= 5)
    started = kernel.children(recursive=True)
    screen.restart()
    until(lambda: not [process for process in started if process.is_running()])
    expect(face.locator(".course-note")).to_contain_text("The kernel was restarted. Run this cell to go on")


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def picture(face: Locator, name: str) -> None:
    """For people to look at, when they ask for it."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        face.screenshot(path=Path(PICTURES) / f"grade-{name.replace(' ', '-').lower()}.png")
