"""Pictures of the course as learners see it: `python -m tests.browser.pictures FOLDER` (or COURSE_SCREENSHOTS)."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, expect, sync_playwright

from course.browser import find_browser
from course.house import House
from tests.browser.conftest import ARGUMENTS
from tests.browser.lab import Lab, running_lab
from tests.browser.screen import Screen

ROOT = Path(__file__).resolve().parents[2]
START = "Start.ipynb"
LESSON = "02_routing/1_matching.ipynb"
FOR_THE_README = "02_routing/2_parameters.ipynb"
EXERCISES = "02_routing/exercises.ipynb"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def main() -> int:
    """Takes every picture, light and dark."""
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("COURSE_SCREENSHOTS")
    if not folder:
        sys.exit(__doc__)
    Path(folder).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="pictures-") as place:
        house = copy_of_the_clone(Path(place) / "house")
        home = Path(place) / "home"
        home.mkdir()
        with running_lab(house, home, "alone") as lab, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
            for name, theme in THEMES.items():
                take(lab, Screen(chromium.new_page(viewport={"width": 1200, "height": 900}), lab), name, theme, folder)
            page = chromium.new_page(viewport={"width": 1200, "height": 956})
            take_for_the_readme(Screen(page, lab), folder)
            chromium.close()
    return 0


def copy_of_the_clone(root: Path) -> House:
    """What a learner has of this clone."""
    for name in ("course", "release"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, root)
    return House(root)


def take(lab: Lab, screen: Screen, name: str, theme: str, folder: str) -> None:
    """All pictures in one theme."""

    def save(what: str, place: Locator | None = None) -> None:
        if place:
            place.evaluate("(node) => node.closest('.jp-Cell').scrollIntoView({ block: 'start' })")
        screen.page.mouse.move(0, 0)
        screen.page.wait_for_timeout(400)  # What moves has come to rest.
        screen.page.screenshot(path=f"{folder}/{what}-{name}.png")

    screen.load(START)
    screen.theme(theme)
    save("start")
    screen.load(LESSON)
    save("lesson")
    screen.run_all()
    quiz = screen.page.locator(".course-face").first
    expect(quiz.get_by_role("button")).to_be_visible()
    save("quiz-open", quiz)
    for number in range(quiz.get_by_role("radio").count()):
        quiz.get_by_role("radio").nth(number).check()
        quiz.get_by_role("button").click()
        expect(quiz.locator(".course-why")).to_have_count(number + 1)
        right = quiz.get_by_role("button").count() == 0
        save("quiz-right" if right else "quiz-wrong", quiz)
        if right:
            break
    screen.load(EXERCISES)
    sources = [source for _, source in screen.cells]
    asks = next(place for place, source in enumerate(sources) if source.startswith("hint("))
    screen.run(next(place for place, source in enumerate(sources) if source.startswith("from ")))
    screen.run(asks)
    hints = screen.face(asks)
    for number in (1, 2):
        hints.get_by_role("button", name=f"Show hint {number}").click()
    expect(hints.locator(".course-hints > li")).to_have_count(2)
    save("hint", hints)
    screen.page.close()


def take_for_the_readme(screen: Screen, folder: str) -> None:
    """A program, what it prints, and a quiz about the next one, answered wrong and then right."""
    screen.load(FOR_THE_README)
    screen.theme(THEMES["light"])
    screen.command("application:toggle-left-area")
    screen.run_all()
    quiz = screen.page.locator(".course-face").first
    screen.page.wait_for_timeout(1000)  # The notebook has come to rest.
    asked_in = next(place for place, (_, source) in enumerate(screen.cells) if source.startswith("quiz("))
    for number in (0, 1):
        quiz.get_by_role("radio").nth(number).check()
        quiz.get_by_role("button").click()
        expect(quiz.locator(".course-why")).to_have_count(number + 1)
        if not quiz.get_by_role("button").count():
            break
    cells = screen.page.locator(".jp-Notebook .jp-Cell")
    cells.nth(asked_in - 2).evaluate("(cell) => cell.scrollIntoView({ block: 'start' })")
    screen.page.mouse.move(0, 0)
    screen.page.wait_for_timeout(400)
    screen.page.screenshot(path=f"{folder}/lesson.png")


if __name__ == "__main__":
    sys.exit(main())
