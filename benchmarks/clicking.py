"""A click in a quiz until the browser has drawn the reply, beside a bare anywidget that counts, in the same page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Locator, sync_playwright

from benchmarks.measure import Measured
from course.browser import find_browser
from course.study.library import Library
from tests.browser.conftest import ARGUMENTS
from tests.browser.house import make_study_house
from tests.browser.lab import running_lab
from tests.browser.screen import Screen

TOPICS = Path(__file__).resolve().parents[1] / "course/topics"
QUESTIONS = 10
CLICKS = 20
LIBRARY = f'import os\nos.environ["COURSE_LIBRARY"] = {str(TOPICS)!r}'
COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
      const button = document.createElement("button");
      const draw = () => { button.textContent = `Clicked ${model.get("count")} times`; };
      button.addEventListener("click", () => { model.set("clicks", model.get("clicks") + 1); model.save_changes(); });
      model.on("change:count", draw);
      draw();
      el.append(button);
    } }"""
    clicks = traitlets.Int(0).tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)

    @traitlets.observe("clicks")
    def on_click(self, change):
        self.count += 1

Counter()
'''
REPLY = """(button) => new Promise((done) => {
  const cell = button.closest(".jp-Cell-outputArea");
  const begin = performance.now();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    done((performance.now() - begin) / 1000);
  }).observe(cell, { childList: true, characterData: true, subtree: true });
  button.click();
})"""


def measure() -> list[Measured]:
    """The first click after the cell has run, and the median of those that follow."""
    ids = [entry.id for entry in Library(TOPICS).questions.values() if entry.topic == "routing"][:QUESTIONS]
    quiz = f"from course import quiz\nquiz(*{ids!r})"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        house, home = make_study_house(Path(folder) / "house"), Path(folder) / "home"
        home.mkdir()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        with running_lab(house, home, "alone") as lab:
            screen = Screen(browser.new_page(), lab)
            screen.open(lab.write("clicking", LIBRARY, quiz, COUNTER.strip()), run=True)
            face = screen.face(1)
            counter = screen.page.get_by_role("button", name="Clicked")
            face.get_by_role("button", name="Answer", exact=True).first.wait_for()
            counter.wait_for()
            bare = [counter.evaluate(REPLY) for _ in range(CLICKS)]
            ours = []
            while face.get_by_role("button", name="Answer", exact=True).count():
                ours.append(_answer(face))
            screen.close()
        browser.close()
    return [
        Measured(f"a click in a quiz of {QUESTIONS}, the first", ours[0], "a bare anywidget", bare[0], bound=0.15),
        Measured(
            f"a click in a quiz of {QUESTIONS}, the median",
            median(ours[1:]),
            "a bare anywidget",
            median(bare[1:]),
            bound=0.05,
        ),
    ]


def _answer(face: Locator) -> float:
    """Chooses the next option that was not tried yet, and answers."""
    question = face.get_by_role("group").filter(has=face.page.get_by_role("button", name="Answer", exact=True)).first
    question.get_by_role("radio", disabled=False).first.check()
    seconds: float = question.get_by_role("button", name="Answer", exact=True).evaluate(REPLY)
    return seconds
