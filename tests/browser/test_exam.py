"""An exam in a browser: over a restart of the kernel with the mouse, and from start to report by keyboard alone."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from course.study.journal import Journal
from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import Screen

BLUEPRINT = """\
blueprints:
- id: greeting-check
  title: Greeting check
  purpose: A few minutes on greeting visitors.
  minutes: {minutes}
  questions: 3
  tasks: 1
  pass_mark: 0.6
  frameworks: [flask]
  levels: {{beginner: 60, advanced: 40}}
  topics: {{greeting: 100}}
"""
BEGIN = """\
import os
os.environ["COURSE_JOURNAL"] = {journal!r}
os.environ["COURSE_BLUEPRINTS"] = {blueprints!r}
from course import exam
"""
RIGHT = ("The text with status 200", "The sentence in capitals", "200")
CODE = 'def hello():\nreturn "hello"'
EXAM = 1


def notebook(lab: Lab, folder: Path, minutes: int = 15) -> str:
    """A notebook of an exam with a journal of its own."""
    blueprints, journal = folder / "blueprints.yaml", folder / "journal.db"
    blueprints.write_text(BLUEPRINT.format(minutes=minutes), encoding="utf-8")
    begin = BEGIN.format(journal=str(journal), blueprints=str(blueprints))
    return lab.write("exam", begin, 'exam("greeting-check")', '"the cell below"')


def group(face: Locator, number: int) -> Locator:
    return face.get_by_role("group", name=f"{number} of 4")


def right_option(face: Locator) -> Locator:
    return face.get_by_role("radio", name=re.compile("^(" + "|".join(RIGHT) + ")$"))


def number_of(option: Locator) -> str:
    return option.evaluate(
        "(input) => [...input.closest('fieldset').querySelectorAll('[type=radio]')].indexOf(input) + 1"
    )


@pytest.fixture(scope="module")
def lab_screen(windows: Show, alone: Lab) -> Screen:
    return windows(alone)


def test_an_exam_over_a_restart_of_the_kernel(lab_screen: Screen, alone: Lab, tmp_path: Path) -> None:
    screen = lab_screen
    screen.open(notebook(alone, tmp_path), run=True)
    face = screen.face(EXAM)
    expect(face).to_contain_text("Closed book")
    expect(face).to_contain_text("Form 1: 3 questions and 1 code task in 15 minutes.")
    face.get_by_role("button", name="Start the exam").click()

    expect(face.get_by_role("timer")).to_have_text(re.compile(r"Time left 1[45]:\d\d"))
    right_option(group(face, 1)).check()
    expect(face).to_contain_text("1 of 4 answered.")
    expect(face.get_by_role("button", name="Question 1, answered")).to_be_visible()
    face.get_by_role("button", name="Next").click()
    group(face, 2).get_by_label("Mark for later").check()
    face.get_by_role("button", name="Code task 4, open").click()
    expect(face.get_by_role("group", name="4 of 4, code task")).to_be_visible()
    group(face, 4).get_by_label("Your code").fill("def hello():\n    retu rn")
    face.get_by_role("button", name="Check that it is Python").click()
    expect(face).to_contain_text("Line 2: invalid syntax")
    face.get_by_label("Your code").fill("def hello():\n    retu")
    face.get_by_role("button", name="Question 2, open, marked").click()
    expect(group(face, 2)).to_be_visible()
    assert "A returned string is the body" not in face.inner_html()

    screen.restart()
    expect(face.locator(".course-note")).to_contain_text("Run this cell to go on")
    screen.run_all()
    expect(group(face, 2)).to_be_visible()
    expect(face.get_by_label("Mark for later")).to_be_checked()
    expect(face).to_contain_text("2 of 4 answered, 1 marked")
    face.get_by_role("button", name="Code task 4, answered").click()
    expect(face.get_by_label("Your code")).to_have_value("def hello():\n    retu")

    face.get_by_role("button", name="Pause").click()
    expect(face).to_contain_text("2 of 4 items are answered")
    expect(face.get_by_role("group")).to_have_count(0)
    face.get_by_role("button", name="Go on").click()
    face.get_by_label("Your code").fill("def hello():\n    return 'hello'")
    face.get_by_role("button", name="Hand in").click()
    asked = face.get_by_role("group", name=re.compile("Still open: 2, 3. Marked: 2."))
    asked.get_by_role("button", name="Back to the exam").click()
    expect(asked).to_have_count(0)
    face.get_by_role("button", name="Hand in").click()
    asked.get_by_role("button", name="Hand in now").click()

    expect(face.get_by_role("heading", name="Greeting check, form 1")).to_be_visible()
    expect(face).to_contain_text("67 % (4 of 6 points)")
    expect(face).to_contain_text("coin's toss from failing")
    expect(face.get_by_role("table")).to_have_count(3)
    face.locator("summary").filter(has_text="Question 2: – open").click()
    expect(face).to_contain_text("You left it open.")
    link = face.get_by_role("link").first
    expect(link).to_have_attribute("href", re.compile(r"01_greeting/.*\.ipynb"))
    finished = [line for line in kinds(tmp_path) if line in ("answer", "task", "exam-finish")]
    assert finished == ["answer"] * 3 + ["task", "exam-finish"]


def kinds(folder: Path) -> list[str]:
    """The kinds of all events in the journal of a test."""
    journal = Journal(folder / "journal.db")
    found = [event.kind for event in journal.events()]
    journal.close()
    return found


def test_an_exam_with_the_keyboard_alone(lab_screen: Screen, alone: Lab, tmp_path: Path) -> None:
    screen = lab_screen
    screen.open(notebook(alone, tmp_path), run=True)
    face, press = screen.face(EXAM), screen.page.keyboard.press
    before = screen.cells, screen.runs
    face.get_by_role("button", name="Start the exam").focus()
    press("Enter")
    for number in (1, 2, 3):
        expect(group(face, number).get_by_role("radio").first).to_be_focused()
        press(str(number_of(right_option(group(face, number)))))
        expect(right_option(group(face, number))).to_be_focused()
        press("Enter")
    code = face.get_by_label("Your code")
    expect(code).to_be_focused()
    press("Control+a")
    for line in CODE.splitlines():
        screen.page.keyboard.insert_text(line)
        press("Enter")
    expect(code).to_have_value('def hello():\n    return "hello"\n    ')
    press("Tab")
    expect(code).to_be_focused()
    press("Escape")
    expect(screen.page.get_by_role("status").filter(has_text="Tab leaves the code now")).to_have_count(1)
    reach(screen, "Mark for later")
    press("Space")
    expect(face).to_contain_text("4 of 4 answered, 1 marked")
    expect(face.get_by_label("Mark for later")).to_be_focused()
    reach(screen, "Code task 4, answered, marked")
    press("ArrowLeft")
    expect(face.get_by_role("button", name="Question 3, answered")).to_be_focused()
    reach(screen, "Hand in")
    press("Enter")
    expect(face.get_by_role("button", name="Back to the exam")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(face.get_by_role("heading", name="Greeting check, form 1: passed")).to_be_focused()
    expect(face).to_contain_text("100 % (6 of 6 points)")
    assert (screen.cells, screen.runs) == before
    press("Escape")
    assert screen.state[:2] == ["command", EXAM]


def reach(screen: Screen, name: str) -> None:
    """Goes on by Tab until a control with this name has the keyboard."""
    for _ in range(12):
        screen.page.keyboard.press("Tab")
        if screen.page.evaluate(NAME) == name:
            return
    raise AssertionError(f"{name!r} cannot be reached by Tab")


NAME = """() => {
  const { activeElement: place } = document;
  return place.getAttribute("aria-label") ?? place.labels?.[0]?.textContent ?? place.textContent;
}"""


def test_the_time_is_said_and_the_kernels_counts_and_when_it_is_over_the_page_hands_in(
    lab_screen: Screen, alone: Lab, tmp_path: Path
) -> None:
    lab_screen.open(notebook(alone, tmp_path, minutes=7), run=True)
    face, page = lab_screen.face(EXAM), lab_screen.page
    face.get_by_role("button", name="Start the exam").click()
    timer, spoken = face.get_by_role("timer"), page.locator(".course-aloud[role=status]")
    expect(timer).to_have_text(re.compile(r"Time left 6:5\d"))
    page.evaluate(LATER, 118)
    expect(spoken.filter(has_text="5 minutes left.")).to_have_count(1)
    page.evaluate(LATER, 239)
    expect(spoken.filter(has_text="1 minute left.")).to_have_count(1)
    page.evaluate(LATER, 70)
    expect(timer).to_have_text(re.compile(r"Time left 6:\d\d"))
    expect(group(face, 1)).to_be_visible()

    face.get_by_role("button", name="Leave this exam").click()
    asked = face.get_by_role("group", name=re.compile("^Leave this exam for good"))
    expect(asked.get_by_role("button", name="Back to the exam")).to_be_focused()
    asked.get_by_role("button", name="Leave it for good").click()
    expect(face.get_by_role("button", name="Start the exam")).to_be_visible()
    assert kinds(tmp_path)[-1] == "exam-drop"

    begin_a_minute_ago(tmp_path)
    face.get_by_role("button", name="Start the exam").click()  # It was begun elsewhere in between.
    expect(face.get_by_role("heading", name="Greeting check, form 1: not passed")).to_be_visible()
    expect(face).to_contain_text("the time ran out")
    expect(face).to_contain_text("50 % (1 of 2 points)")


def begin_a_minute_ago(folder: Path) -> None:
    """Begins an exam of a minute, which is almost over, and answers one of two questions."""
    now = round(time.time() * 1000)
    about = {"topic": "greeting", "framework": "flask", "level": "beginner"}
    items = [["questions", "first-greeting"], ["questions", "greeting-status"]]
    start = {"run": "late", "blueprint": "greeting-check", "form": 1, "items": items, "about": [about] * 2}
    worth = {"right": True, "misconception": None, "options": 4}
    journal = Journal(folder / "journal.db")
    journal.append("exam-start", {**start, "minutes": 1, "seed": 1, "pass_mark": 0.6}, at=now - 57_500)
    journal.append("exam-answer", {"run": "late", "item": "first-greeting", "chosen": RIGHT[0], **worth}, at=now)
    journal.close()


LATER = """(seconds) => {
  const before = Date.now;
  Date.now = () => before() + seconds * 1000;
}"""
"""Lets the page believe that time has passed."""
