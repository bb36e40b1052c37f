"""The start page: where the course opens, what it tells before anything is run, and where it leads."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from course.house import House
from tests.browser.conftest import Show
from tests.browser.house import LESSON, make_study_house
from tests.browser.lab import Lab, running_lab
from tests.browser.screen import Screen

START = "Start.ipynb"
MAP_CELL = 1
TAKE = "Take the newer version of 01_greeting/1_first_greeting.ipynb"


@dataclass(frozen=True)
class Room:
    """A JupyterLab, and what the learner's folder and the release were like when it was started."""

    lab: Lab
    kept: Path

    def tidy(self) -> None:
        """Makes both as they were; folders stay, because kernels run in them."""
        for name in ("work", "release"):
            folder = self.lab.house.root / name
            for path in folder.rglob("*.ipynb"):
                path.unlink()
            shutil.copytree(self.kept / name, folder, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    house = make_study_house(tmp_path_factory.mktemp("start") / "house")
    with running_lab(house, tmp_path_factory.mktemp("start-home"), "alone") as lab:
        kept = tmp_path_factory.mktemp("kept")
        for folder in (house.work, house.release):
            shutil.copytree(folder, kept / folder.name)
        yield Room(lab, kept)


@pytest.fixture(scope="module")
def window(room: Room, windows: Show) -> Screen:
    return windows(room.lab)


@pytest.fixture
def start(room: Room, window: Screen) -> Screen:
    """The start page as it was drawn when JupyterLab was started."""
    room.tidy()
    window.open(START)
    return window


@pytest.fixture
def fresh(room: Room, window: Screen) -> Iterator[Screen]:
    """A window for a test that changes the learner's folder or the release."""
    room.tidy()
    yield window
    window.close_notebooks()
    room.lab.stop_kernels()


def the_map(screen: Screen) -> Locator:
    return screen.page.locator(".course-map")


def row(screen: Screen, title: str) -> Locator:
    return the_map(screen).get_by_role("row").filter(has_text=title)


def front(screen: Screen) -> Locator:
    """The tab of the document that is in front."""
    return screen.page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current")


def run_the_map(screen: Screen) -> None:
    screen.run_all()
    expect(the_map(screen)).to_be_visible()


def test_the_course_opens_at_the_start_page(window: Screen) -> None:
    window.enter()
    expect(front(window)).to_have_text(START)
    expect(the_map(window)).to_be_visible()
    assert window.page.url.endswith("/lab/tree/Start.ipynb")
    window.wait_until_ready()  # What closes a page whose kernel is only starting may find it open again.


def test_the_map_tells_topics_minutes_and_prerequisites_before_anything_is_run(start: Screen) -> None:
    assert start.runs == [0]
    expect(the_map(start).get_by_role("rowheader").first).to_have_text(
        re.compile(r"1\. Greeting visitors\s*17 minutes in all\s*Builds on: nothing")
    )
    expect(the_map(start).get_by_role("rowheader").nth(1)).to_have_text(
        re.compile(r"2\. Opening hours\s*7 minutes in all\s*Builds on: Greeting visitors")
    )
    expect(row(start, "A first greeting").get_by_role("cell")).to_have_text(["A first greeting", "3", "not begun"])


def test_the_map_tells_what_is_next_before_anything_is_run(start: Screen) -> None:
    expect(the_map(start).locator(".next")).to_have_text("Next: A first greeting (3 minutes)")


def test_the_drawn_page_is_trusted(start: Screen) -> None:
    assert start.trusted


def test_one_click_opens_a_lesson_in_jupyterlab(start: Screen) -> None:
    the_map(start).get_by_role("link", name="A first greeting").first.click()
    expect(front(start)).to_have_text("1_first_greeting.ipynb")
    start.wait_until_ready()
    assert start.cells[0] == ["markdown", "# A first greeting\n\nThe library greets its visitors."]
    assert len(start.page.context.pages) == 1


def test_a_lesson_is_opened_with_the_keyboard_alone(start: Screen) -> None:
    the_map(start).get_by_role("link", name="Practice").focus()
    start.page.keyboard.press("Enter")
    expect(front(start)).to_have_text("2_practice.ipynb")


def test_no_key_pressed_on_the_map_changes_the_page(start: Screen) -> None:
    before = start.cells, start.runs
    for link in the_map(start).get_by_role("link").all():
        link.focus()
        for key in "mrbaxzyc1l":
            start.page.keyboard.press(key)
        for _ in "dd":
            start.page.keyboard.press("d")
    assert (start.cells, start.runs) == before


def test_the_links_work_after_the_cell_was_run_again(start: Screen) -> None:
    run_the_map(start)
    assert start.runs == [1]
    the_map(start).get_by_role("link", name="When the library is open").click()
    expect(front(start)).to_have_text("1_hours.ipynb")


def test_nothing_is_asked_of_the_internet(start: Screen) -> None:
    the_map(start).get_by_role("link", name="Practice").click()
    expect(front(start)).to_have_text("2_practice.ipynb")
    start.wait_until_ready()
    start.run_all()
    start.theme("JupyterLab Dark")
    start.theme("JupyterLab Light")
    start.open_in_notebook_7(start.lab.copy(LESSON), run=True)
    assert len(start.asked) > 20
    assert start.outside == []


def test_a_lesson_that_was_run_and_saved_counts(fresh: Screen) -> None:
    fresh.open(LESSON, run=True)
    fresh.save()
    fresh.open(START)
    run_the_map(fresh)
    expect(row(fresh, "A first greeting").get_by_role("cell").last).to_have_text("✓ done")
    expect(the_map(fresh).locator(".next")).to_have_text("Next: Practice (4 minutes)")


def test_what_was_done_is_on_the_map_at_the_next_start(fresh: Screen) -> None:
    fresh.open(LESSON, run=True)
    fresh.save()
    fresh.lab.course("lab", "--prepare-only")
    fresh.open(START)
    assert fresh.runs == [0]
    expect(row(fresh, "A first greeting").get_by_role("cell").last).to_have_text("✓ done")


def change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def outdated(fresh: Screen) -> Screen:
    """The start page of a learner who changed a lesson that has a newer version now."""
    house: House = fresh.lab.house
    change(house.work / LESSON, "The library greets", "My library greets")
    change(house.release / LESSON, "The library greets", "The new library greets")
    fresh.lab.course("lab", "--prepare-only")
    fresh.open(START)
    return fresh


def test_a_newer_version_of_a_changed_notebook_is_told_before_anything_is_run(outdated: Screen) -> None:
    assert outdated.runs == [0]
    expect(the_map(outdated)).to_contain_text("A newer version exists of notebooks that you have worked on")
    expect(the_map(outdated).locator(".next code")).to_have_text("01_greeting/1_first_greeting.ipynb")


def test_the_newer_version_is_taken_and_the_old_one_lies_beside_it(outdated: Screen) -> None:
    run_the_map(outdated)
    face = outdated.face(MAP_CELL)
    face.get_by_role("button", name=TAKE).click()
    expect(face.get_by_role("status")).to_contain_text("is the newer version now; yours is 1_first_greeting (mine, ")
    work = outdated.lab.work
    (kept,) = (work / LESSON).parent.glob("*(mine, *).ipynb")
    assert "My library greets" in kept.read_text(encoding="utf-8")
    assert "The new library greets" in (work / LESSON).read_text(encoding="utf-8")


def test_the_newer_version_is_taken_with_the_keyboard_alone(outdated: Screen) -> None:
    run_the_map(outdated)
    button = outdated.face(MAP_CELL).get_by_role("button", name=TAKE)
    button.focus()
    before = outdated.cells
    for key in "mrbaxz1dd":
        outdated.page.keyboard.press(key)
    assert outdated.cells == before
    outdated.page.keyboard.press("Enter")
    for key in "mdd":
        outdated.page.keyboard.press(key)
    expect(outdated.face(MAP_CELL).get_by_role("status")).to_contain_text("is the newer version now")
    assert outdated.cells == before


def test_nothing_serious_is_wrong_with_the_offer_of_a_newer_version(outdated: Screen) -> None:
    run_the_map(outdated)
    expect(outdated.face(MAP_CELL).get_by_role("button", name=TAKE)).to_be_visible()
    assert outdated.violations(".course-face") + outdated.violations(".course-map") == []


def test_an_untouched_notebook_is_renewed_without_a_question(fresh: Screen) -> None:
    house: House = fresh.lab.house
    change(house.release / LESSON, "The library greets", "The new library greets")
    fresh.lab.course("lab", "--prepare-only")
    fresh.open(START)
    expect(the_map(fresh)).to_be_visible()
    expect(the_map(fresh)).not_to_contain_text("A newer version exists")
    assert "The new library greets" in json.dumps(json.loads((house.work / LESSON).read_text(encoding="utf-8")))
