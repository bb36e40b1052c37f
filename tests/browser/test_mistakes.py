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

TASK = {
    "task": "write-greeting",
    "topic": "greeting",
    "framework": "flask",
    "level": "beginner",
    "right": False,
    "passed": 0,
    "all": 1,
    "failures": ["There is no greeting."],
    "where": "exam",
    "exam": "a-run",
}
RIGHT = {"200", "The text with status 200", "The sentence in capitals"}


@pytest.fixture(scope="module")
def window(windows: Show, alone: Lab) -> Iterator[Screen]:
    screen = windows(alone)
    screen.open(alone.write("mistakes", *CELLS), run=True)
    yield screen
    alone.forget()


@pytest.fixture
def screen(window: Screen) -> Screen:
    return prepared(window)


def prepared(window: Screen) -> Screen:
    """Of somebody who has made two mistakes: one a week ago, which was right yesterday, and one just now."""
    window.lab.forget()
    now = round(time.time() * 1000)
    wrong(window.lab, STATUS, now - 7 * DAY)
    about = {"question": STATUS, "chosen": "200", "right": True, "misconception": None, "form": "retry"}
    window.lab.journal.append("answer", {**about, "where": "mistakes", "options": 3, "again": 1}, at=now - DAY)
    wrong(window.lab, FIRST, now, confidence=3)
    show(window)
    expect(faces(window)).to_contain_text("2 open mistakes")
    return window


def show(window: Screen) -> None:
    window.forget(MISTAKES)
    window.run(MISTAKES)


def wrong(lab: Lab, question: str, at: int, confidence: int | None = None, **others: str) -> None:
    chosen, misconception = WRONG[question]
    about = {"topic": "greeting", "framework": "flask", "level": "beginner", "confidence": confidence, "options": 3}
    data = {"question": question, "chosen": chosen, "right": False, "misconception": misconception, **about}
    lab.journal.append("answer", {**data, "where": "exam", "form": "choice", "exam": "a-run", **others}, at=at)


def faces(screen: Screen) -> Locator:
    return screen.face(MISTAKES)


def mistake(screen: Screen, number: int) -> Locator:
    """A mistake, unfolded."""
    fold = faces(screen).locator(".course-mistake-fold").nth(number - 1)
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    return fold.get_by_role("group", name=f"Mistake {number}", exact=True)


def place_of_right(shown: Locator) -> int:
    """Where the right option of the question that is asked stands."""
    expect(shown.get_by_role("radio").first).to_be_visible()
    labels = shown.locator(".course-options label").all_inner_texts()
    return next(place for place, text in enumerate(labels) if text in RIGHT)


def test_what_one_was_sure_of_comes_first_with_its_reason_and_without_the_answer(screen: Screen) -> None:
    first = mistake(screen, 1)
    expect(first).to_contain_text("you said: sure · in an exam")
    expect(first).to_contain_text("You answered: The text in quotes")
    expect(first).to_contain_text("Quotes are only how Python shows a string.")
    expect(first).to_contain_text("The course calls the idea behind it “repr-is-sent”.")
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
    second.get_by_role("radio").nth(place_of_right(second)).check()
    second.get_by_role("button", name="Sure").click()
    expect(second.get_by_role("status")).to_contain_text("Mended: it was right on two different days.")
    expect(faces(screen)).to_contain_text("1 open mistake. It is not due today; you may try it earlier, for practice.")
    first = mistake(screen, 1)
    first.get_by_text("Why did it go wrong?").click()
    first.get_by_role("button", name="misread").click()
    expect(first.get_by_role("button", name="misread")).to_have_attribute("aria-pressed", "true")
    screen.restart()
    screen.run_all()
    expect(faces(screen).locator(".course-mistake-fold")).to_have_count(1)
    expect(mistake(screen, 1)).to_contain_text("Why it went wrong: misread")
    expect(faces(screen)).to_contain_text("1 mended")


def test_a_mistake_is_tried_again_with_the_keyboard_alone(screen: Screen) -> None:
    keyboard, first = screen.page.keyboard, mistake(screen, 1)
    first.get_by_role("button", name="Try again").focus()
    keyboard.press("Enter")
    expect(first.get_by_role("radio").first).to_be_focused()
    before = screen.cells
    right = place_of_right(first)
    keyboard.press("1" if right else "2")
    keyboard.press("t")
    expect(first.get_by_role("status")).to_contain_text("Not right. Read the reply, then choose again.")
    expect(first.get_by_role("radio", disabled=False).first).to_be_focused()
    keyboard.press(str(right + 1))
    keyboard.press("Enter")
    expect(first.get_by_role("status")).to_contain_text("It stays open, and comes back tomorrow.")
    expect(first.get_by_role("group", name="Another question about this")).to_be_focused()
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
    show(screen)
    expect(faces(screen)).to_contain_text("No mistakes so far. Whatever you answer wrong")


def test_mistakes_are_a_line_each_and_the_first_one_due_lies_open(screen: Screen) -> None:
    folds = faces(screen).locator(".course-mistake-fold")
    expect(folds.nth(1)).to_have_attribute("open", "")
    expect(folds.nth(0)).not_to_have_attribute("open", "")
    summary = folds.nth(0).locator("summary").first
    expect(summary).to_contain_text("Greeting visitors")
    assert summary.evaluate("(one) => one.getBoundingClientRect().height") < 80
    summary.press("Enter")
    expect(folds.nth(0)).to_have_attribute("open", "")


def test_filters_work_by_the_keyboard(screen: Screen) -> None:
    wrong(screen.lab, FIRST, round(time.time() * 1000), where="quiz")
    show(screen)
    place = faces(screen).get_by_role("combobox", name="Made")
    place.focus()
    screen.page.keyboard.press("ArrowDown")
    expect(faces(screen).locator(".course-mistake-fold")).to_have_count(1)
    expect(place).to_be_focused()
    screen.page.keyboard.press("ArrowUp")
    expect(faces(screen).locator(".course-mistake-fold")).to_have_count(2)


def test_what_was_typed_wrong_is_typed_again_with_the_keyboard_alone(screen: Screen) -> None:
    screen.lab.forget()
    screen.lab.journal.append("task", {**TASK, "code": "# <b>nothing</b>\npass"}, at=round(time.time() * 1000) - DAY)
    show(screen)
    task = mistake(screen, 1)
    expect(task.get_by_role("region", name="What you answered")).to_have_text("# <b>nothing</b>\npass")
    expect(task).to_contain_text("There is no greeting.")
    task.get_by_role("button", name="Try again").press("Enter")
    box = task.get_by_label("Your code")
    expect(box).to_be_focused()
    box.fill("nothing = 0")
    screen.page.keyboard.press("Control+Enter")
    expect(task.get_by_role("status")).to_have_text("Not right. Try again.")
    assert screen.lab.kept("retyped")[-1]["typed"] == "nothing = 0"


def test_text_from_elsewhere_loads_nothing(screen: Screen) -> None:
    foreign = "![x](https://elsewhere.example/t.png) <img src=https://elsewhere.example/u.png>"
    wrong(screen.lab, FIRST, round(time.time() * 1000), chosen=foreign, misconception=foreign)
    screen.lab.journal.append("cause", {"question": FIRST, "text": foreign})
    show(screen)
    expect(mistake(screen, 1).locator(".course-answered code")).to_have_text(foreign)
    expect(faces(screen).locator("img")).to_have_count(0)
    assert screen.outside == []


def test_notebook_7_shows_them_and_asks_again(windows: Show, alone: Lab) -> None:
    window = windows(alone)
    window.open_in_notebook_7(alone.write("mistakes", *CELLS), run=True)
    second = mistake(prepared(window), 2)
    second.get_by_role("button", name="Try again").click()
    expect(second.get_by_role("radio").first).to_be_focused()
    alone.forget()
