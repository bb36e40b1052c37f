"""The mistakes in a notebook: read, tried again and mended, with the mouse and with the keyboard alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from course.study.clock import DAY
from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import Screen

MISTAKES, QUIZ = 1, 2
CELLS = ["from course import mistakes, quiz", "mistakes()", 'quiz("first-greeting")']
STATUS, FIRST = "greeting-status", "first-greeting"
WRONG = {STATUS: ("404", "status-404"), FIRST: ("The text in quotes", "repr-is-sent")}


@pytest.fixture(scope="module", params=["JupyterLab", "Notebook 7"])
def window(request: pytest.FixtureRequest, windows: Show, alone: Lab) -> Iterator[Screen]:
    screen = windows(alone)
    notebook = alone.write("mistakes", *CELLS)
    if request.param == "JupyterLab":
        screen.open(notebook)
    else:
        screen.open_in_notebook_7(notebook)
    yield screen
    alone.forget()


@pytest.fixture
def screen(window: Screen) -> Screen:
    """Of somebody who has made two mistakes: one a week ago, which was right yesterday, and one just now."""
    window.lab.forget()
    now = round(time.time() * 1000)
    wrong(window.lab, STATUS, now - 7 * DAY)
    about = {"question": STATUS, "chosen": "200", "right": True, "misconception": None, "form": "retry"}
    window.lab.journal.append("answer", {**about, "where": "mistakes", "options": 3, "again": 1}, at=now - DAY)
    wrong(window.lab, FIRST, now, confidence=3)
    window.run_all()
    expect(faces(window)).to_contain_text("2 open mistakes")
    return window


def wrong(lab: Lab, question: str, at: int, confidence: int | None = None) -> None:
    chosen, misconception = WRONG[question]
    about = {"topic": "greeting", "framework": "flask", "level": "beginner", "confidence": confidence, "options": 3}
    data = {"question": question, "chosen": chosen, "right": False, "misconception": misconception, **about}
    lab.journal.append("answer", {**data, "where": "exam", "form": "choice", "exam": "a-run"}, at=at)


def faces(screen: Screen) -> Locator:
    return screen.face(MISTAKES)


def mistake(screen: Screen, number: int) -> Locator:
    return faces(screen).get_by_role("group", name=f"Mistake {number}", exact=True)


def test_what_one_was_sure_of_comes_first_with_its_reason_and_without_the_answer(screen: Screen) -> None:
    first = mistake(screen, 1)
    expect(first).to_contain_text("you said: sure · in an exam")
    expect(first).to_contain_text("You answered: The text in quotes")
    expect(first).to_contain_text("Quotes are only how Python shows a string.")
    expect(first).to_contain_text("The idea behind it: repr is sent.")
    for told in ("The text with status 200", "A returned string is the body", "add_url_rule"):
        expect(faces(screen)).not_to_contain_text(told)


def test_the_right_answer_comes_with_its_proof_when_it_is_asked_for(screen: Screen) -> None:
    first = mistake(screen, 1)
    first.get_by_role("button", name="Show the right answer").click()
    expect(first).to_contain_text("Right: The text with status 200")
    expect(first.get_by_role("region", name="Proof")).to_contain_text('client(app).get("/").text == "Welcome"')
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first.get_by_role("button", name="Copy").click()
    screen.page.wait_for_function("() => navigator.clipboard.readText().then((text) => text.includes('Welcome'))")
    second = mistake(screen, 2)
    second.get_by_role("button", name="Show the right answer").click()
    expect(second).to_contain_text("This is a matter of judgement")


def test_right_on_a_second_day_mends_it_and_a_restart_forgets_nothing(screen: Screen) -> None:
    second = mistake(screen, 2)
    expect(second).to_contain_text("right once since")
    second.get_by_role("button", name="Try again").click()
    second.get_by_role("radio", name="200").check()
    second.get_by_role("button", name="Sure").click()
    expect(second.get_by_role("status")).to_contain_text("Mended: it was right on two different days.")
    expect(faces(screen)).to_contain_text("1 open mistake, none to try again today.")
    first = mistake(screen, 1)
    first.get_by_text("Why did it go wrong?").click()
    first.get_by_role("button", name="misread").click()
    expect(first.get_by_role("button", name="misread")).to_have_attribute("aria-pressed", "true")
    screen.restart()
    screen.run_all()
    expect(faces(screen).get_by_role("group", name="Mistake")).to_have_count(1)
    expect(mistake(screen, 1)).to_contain_text("Why it went wrong: misread")
    expect(faces(screen)).to_contain_text("1 mended")


def test_a_mistake_is_tried_again_with_the_keyboard_alone(screen: Screen) -> None:
    keyboard, first = screen.page.keyboard, mistake(screen, 1)
    first.get_by_role("button", name="Try again").focus()
    keyboard.press("Enter")
    expect(first.get_by_role("radio").first).to_be_focused()
    before = screen.cells
    labels = (
        first.locator("label").filter(has=screen.page.locator("xpath=./preceding-sibling::input")).all_inner_texts()
    )
    keyboard.press(str(labels.index("Nothing") + 1))
    keyboard.press("t")
    expect(first.get_by_role("status")).to_contain_text("Not right. Read the reply, then choose again.")
    expect(first.get_by_role("radio", disabled=False).first).to_be_focused()
    keyboard.press(str(labels.index("The text with status 200") + 1))
    keyboard.press("Enter")
    expect(first.get_by_role("status")).to_contain_text("It stays open, and comes back tomorrow.")
    expect(first.get_by_role("group", name="In another form")).to_be_focused()
    for _ in range(3):
        keyboard.press("Tab")
    keyboard.press("Escape")
    assert screen.cells == before
    assert screen.state[:2] == ["command", MISTAKES]


def test_own_words_are_kept_when_the_box_is_left(screen: Screen) -> None:
    first = mistake(screen, 1)
    first.get_by_text("Why did it go wrong?").press("Enter")
    first.get_by_label("In your own words").fill("I thought of Django")
    screen.page.keyboard.press("Tab")
    expect(first).to_contain_text("Why it went wrong: I thought of Django")
    assert screen.lab.kept("cause")[-1]["text"] == "I thought of Django"


def test_a_mistake_leads_to_its_lesson(screen: Screen) -> None:
    link = mistake(screen, 1).get_by_role("link", name="A first greeting")
    expect(link).to_have_attribute("href", re.compile(r"/01_greeting/1_first_greeting\.ipynb$"))


def test_without_mistakes_it_says_what_will_come(screen: Screen) -> None:
    screen.lab.forget()
    screen.run_all()
    expect(faces(screen)).to_contain_text("No mistakes so far. Whatever you answer wrong")
