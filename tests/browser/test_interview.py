"""A mock interview in a browser: with the mouse from the list to the report, and by keyboard over a restart."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from course.study.interviews.desk import InterviewDesk
from course.study.interviews.staged import find_mock_interview
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory
from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import Screen

BEGIN = """\
import os
os.environ["COURSE_JOURNAL"] = {journal!r}
from course import interview
"""
INTERVIEW = 1
LINES = 4
"""How many criteria the first stage of the To-Do API has."""


@pytest.fixture(scope="module")
def lab_screen(windows: Show, alone: Lab) -> Screen:
    return windows(alone)


def opened(screen: Screen, folder: Path, call: str) -> Locator:
    """The face of a call in a notebook with a journal of its own."""
    begin = BEGIN.format(journal=str(folder / "journal.db"))
    screen.open(screen.lab.write("interview", begin, call, '"the cell below"'), run=True)
    return screen.face(INTERVIEW)


def test_from_the_list_to_the_report_with_the_mouse(lab_screen: Screen, tmp_path: Path) -> None:
    face = opened(lab_screen, tmp_path, "interview()")
    expect(face.get_by_role("button", name=re.compile("^Open A|^Open You"))).to_have_count(5)
    face.get_by_label("Topic", exact=True).select_option("Greeting visitors (1)")
    face.get_by_label("Minutes", exact=True).select_option("10")
    face.get_by_role("button", name="Open an interview over questions of a topic").click()
    expect(face).to_contain_text("1 stage, 4 minutes")
    face.get_by_role("button", name="Make the sheet").click()
    with lab_screen.page.expect_download() as download:
        face.get_by_role("link", name="For printing (HTML)").click()
    assert download.value.suggested_filename == "levelled-sheet.html"
    sheet = Path(download.value.path()).read_text(encoding="utf-8")
    assert "<h1>Interviewer's sheet: Greeting visitors, all levels</h1>" in sheet
    face.get_by_role("button", name="Start", exact=True).click()

    expect(face).to_contain_text("How does a page come about?")
    expect(face.get_by_role("timer")).to_have_text(re.compile(r"Time left [34]:\d\d"))
    assert "A function returns it" not in face.inner_html()
    face.get_by_role("button", name="Say it aloud").click()
    expect(face).to_contain_text("Speaking. The time counts.")
    face.get_by_role("button", name="I have said it").click()

    expect(face).to_contain_text("A function returns it.")
    expect(face.get_by_role("timer")).to_have_count(0)
    face.get_by_label("a function").check()
    face.get_by_role("button", name="Keep these grades").click()
    expect(face.get_by_role("region", name="Your grades")).to_contain_text("still open: Right and complete, Clear, Wei")
    first = face.get_by_role("group", name="Right and complete").get_by_role("radio").first
    expect(first).to_be_focused()
    expect(face.get_by_label("a function")).to_be_checked()
    for line in face.locator("fieldset").all():
        line.get_by_role("radio").last.check()
    expect(face.get_by_text("still open")).to_have_count(0)
    face.get_by_role("button", name="Keep these grades").click()

    expect(face).to_contain_text("Which one?")
    assert "whose route matches" not in face.inner_html()
    face.get_by_label("Your answer").fill("The one that fits.")
    # The text is kept once the box is left, and what Python says to that comes while the button is still down.
    face.get_by_role("button", name="I have written it").click(delay=500)
    expect(face).to_contain_text("The one whose route matches.")
    face.get_by_role("button", name="3 Had it").click()
    face.get_by_role("button", name="To the report").click()

    expect(face.get_by_role("table", name="By criterion").get_by_role("row", name="Clear 100 % 1")).to_be_visible()
    expect(face).to_contain_text("Nothing stands out.")
    with lab_screen.page.expect_download() as download:
        face.get_by_role("link", name="Save as Markdown").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert re.match(r"interview-levelled-\d{4}-\d\d-\d\d\.md", download.value.suggested_filename)
    assert "The one that fits." in saved
    assert "- **Clear**: 4 of 4." in saved
    face.get_by_role("button", name="All interviews").click()
    expect(face).to_contain_text("Greeting visitors, all levels")


def test_what_was_written_outlives_the_kernel_by_keyboard_alone(lab_screen: Screen, tmp_path: Path) -> None:
    screen, press = lab_screen, lab_screen.page.keyboard.press
    face = opened(screen, tmp_path, 'interview("todo-api")')
    begin_at_the_cell(screen)
    tab_to(screen, face.get_by_role("button", name="Start", exact=True))
    press("Enter")
    expect(face.get_by_role("heading", name="The choice of framework")).to_be_focused()
    press("Tab")
    press("2")
    expect(face.get_by_label("Flask")).to_be_checked()
    press("Tab")
    expect(face.get_by_role("textbox")).to_be_focused()
    screen.page.keyboard.type("Flask, since the team kn")
    press("Escape")
    assert screen.state[:2] == ["command", INTERVIEW]

    screen.restart()
    expect(face.locator(".course-note")).to_contain_text("Run this cell to go on")
    screen.run_all()
    expect(face).to_contain_text("You are in “The choice of framework”. The clock stands")
    begin_at_the_cell(screen)
    tab_to(screen, face.get_by_role("button", name="Go on"))
    press("Enter")
    expect(face.get_by_role("textbox")).to_have_value("Flask, since the team kn")
    tab_to(screen, face.get_by_role("radio").first)
    press("2")
    tab_to(screen, face.get_by_role("textbox"))
    press("Control+End")
    screen.page.keyboard.type("ows it.")
    press("Control+Enter")

    expect(face.get_by_role("heading", name="The choice of framework: compare")).to_be_focused()
    expect(face).to_contain_text("Flask, since the team knows it.")
    tab_to(screen, face.get_by_role("checkbox").first)
    press("Space")
    expect(face.get_by_role("checkbox").first).to_be_checked()
    tab_to(screen, face.get_by_role("group", name="Reasons").get_by_role("radio").first)
    for level in "1223":
        press(level)
        press("Enter")
    expect(face.get_by_role("heading", name="Follow-up 1 of 3")).to_be_focused()
    press("u")
    expect(face.get_by_role("heading", name="The choice of framework: compare")).to_be_focused()
    expect(face.get_by_role("radio", checked=True)).to_have_count(LINES)
    tab_to(screen, face.get_by_role("button", name="Keep these grades"))
    press("Enter")

    for number in (1, 2, 3):
        expect(face.get_by_role("heading", name=f"Follow-up {number} of 3")).to_be_focused()
        tab_to(screen, face.get_by_role("button", name="I do not know"))
        press("Enter")
        expect(face.get_by_role("heading", name=f"Follow-up {number} of 3: compare")).to_be_focused()
        press("2")
    expect(face.get_by_role("button", name=re.compile("Start stage 2: The data models"))).to_be_focused()
    expect(face).to_contain_text("Your grades: 50 %")


def test_one_goes_on_the_next_day_and_nothing_takes_the_pen_away(lab_screen: Screen, tmp_path: Path) -> None:
    begin_yesterday("behavioural", tmp_path)
    face = opened(lab_screen, tmp_path, 'interview("behavioural")')
    expect(face.get_by_role("timer")).to_have_text("Time left, stopped 3:00")
    face.get_by_role("button", name="Go on").click()
    expect(face.get_by_role("timer")).to_have_text(re.compile(r"Time left [23]:\d\d"))
    box = face.get_by_role("textbox")
    box.press_sequentially("A sports club kept its bookings on paper", delay=35)
    expect(box).to_be_focused()
    expect(box).to_have_value("A sports club kept its bookings on paper")
    box.press("Control+Enter")
    expect(face).to_contain_text("A sports club kept its bookings on paper")


def begin_at_the_cell(screen: Screen) -> None:
    cell = screen.page.locator(".jp-Notebook .jp-Cell").nth(INTERVIEW)
    cell.locator(".jp-InputPrompt").click()
    expect(cell).to_be_focused()


def begin_yesterday(name: str, folder: Path) -> None:
    """Begins an interview, thinks for three minutes, and goes away."""
    moment = [datetime.now(UTC) - timedelta(days=1)]
    memory = Memory(Journal(folder / "journal.db"), lambda: moment[0])
    desk = InterviewDesk(memory, Library(folder), find_mock_interview(name))
    desk.act({"type": "start"})
    for _ in range(9):
        moment[0] += timedelta(seconds=20)
        desk.act({"type": "tick"})
    memory.journal.close()


def tab_to(screen: Screen, target: Locator) -> None:
    for _ in range(40):
        screen.page.keyboard.press("Tab")
        if target.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by Tab")
