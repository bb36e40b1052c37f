"""A browser, and a JupyterLab for each role, shared by all tests of this folder that run in one process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from course.browser import find_browser
from tests.browser.house import HINT_CELL, PAIR_CELL, PRACTICE, QUIZ_CELL, make_study_house
from tests.browser.lab import Lab, running_lab
from tests.browser.screen import Screen

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Show = Callable[[Lab], Screen]
expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine. Package-wide, no wider: while Playwright runs, asyncio is taken in its thread."""
    path = find_browser()
    if path is None and os.environ.get("CI"):
        pytest.fail("No browser was found; in CI the browser tests must run.")
    if path is None:
        pytest.skip("No browser was found.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[Show]:
    """Opens windows onto a JupyterLab, which stay for all tests of a module; the kernels in them end with it."""
    with ExitStack() as opened:

        def show(lab: Lab) -> Screen:
            context = browser.new_context(viewport={"width": 1300, "height": 950})
            screen = Screen(context.new_page(), lab)
            opened.callback(screen.close)
            return screen

        yield show


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab of a learner who studies alone; a test works on copies of notebooks, not on those of the topics."""
    house = make_study_house(tmp_path_factory.mktemp("alone") / "house")
    with running_lab(house, tmp_path_factory.mktemp("alone-home"), "alone") as lab:
        yield lab


@pytest.fixture(scope="module")
def practice(windows: Show, alone: Lab) -> Screen:
    """The lesson of quizzes and hints, open in JupyterLab for all tests of a module."""
    screen = windows(alone)
    screen.open(alone.copy(PRACTICE))
    return screen


@pytest.fixture
def screen(practice: Screen) -> Screen:
    """That lesson as it is after somebody who knows nothing of it has run it."""
    practice.lab.forget()
    practice.run_all()
    for cell in (QUIZ_CELL, PAIR_CELL, HINT_CELL):
        expect(practice.face(cell).get_by_role("button").first).to_be_visible()
    return practice
