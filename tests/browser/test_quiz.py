"""A quiz in JupyterLab, with the mouse and with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.house import PAIR_CELL, QUIZ_CELL
from tests.browser.screen import Screen

RIGHT = "The text with status 200"
WRONG = "The text in quotes"


@pytest.fixture
def quiz(screen: Screen) -> Locator:
    """The quiz of one question."""
    return screen.face(QUIZ_CELL)


def answer(quiz: Locator, option: str) -> None:
    quiz.get_by_label(option).check()
    quiz.get_by_role("button", name="Answer", exact=True).click()


def test_no_answer_is_on_the_page_before_one_was_given(quiz: Locator) -> None:
    expect(quiz).to_contain_text("What comes back")
    for told in ("A returned string is the body", "Quotes are only", "The client calls"):
        expect(quiz).not_to_contain_text(told)


def test_nothing_can_be_sent_before_an_option_is_chosen(quiz: Locator) -> None:
    for name in ("Answer", "Guess", "Think so", "Sure"):
        expect(quiz.get_by_role("button", name=name)).to_be_disabled()


def test_a_wrong_answer_gets_its_own_reply_and_another_try(quiz: Locator) -> None:
    answer(quiz, WRONG)
    expect(quiz).to_contain_text("No. Quotes are only how Python shows a string.")
    expect(quiz.get_by_role("status")).to_have_text("Not right. Read the reply, then choose again.")
    expect(quiz.get_by_label(WRONG)).to_be_disabled()
    answer(quiz, RIGHT)
    expect(quiz).to_contain_text("Right. A returned string is the body.")
    expect(quiz.get_by_role("status")).to_have_text("Right, at try 2.")


def test_a_right_answer_ends_the_question(quiz: Locator) -> None:
    answer(quiz, RIGHT)
    expect(quiz.get_by_role("status")).to_have_text("Right at the first try.")
    expect(quiz.get_by_role("button")).to_have_text(["Answer again"])
    expect(quiz.get_by_role("radio", disabled=True)).to_have_count(3)


def test_a_quiz_is_answered_with_the_keyboard_alone(screen: Screen, quiz: Locator) -> None:
    keyboard = screen.page.keyboard
    cell = screen.page.locator(".jp-Notebook .jp-Cell").nth(QUIZ_CELL)
    cell.locator(".jp-InputPrompt").click()
    expect(cell).to_be_focused()
    for _ in range(10):  # On the way lies the cell's own toolbar, when it has been drawn by now.
        keyboard.press("Tab")
        if quiz.evaluate("(face) => face.contains(document.activeElement)"):
            break
    expect(quiz.get_by_role("radio").first).to_be_focused()
    keyboard.press(number_of(quiz, WRONG))
    expect(quiz.get_by_label(WRONG)).to_be_checked()
    keyboard.press("Enter")
    expect(quiz.get_by_role("status")).to_have_text(re.compile("Not right"))
    expect(quiz.get_by_role("radio", disabled=False).first).to_be_focused()
    keyboard.press(number_of(quiz, RIGHT))
    keyboard.press("Enter")
    expect(quiz.get_by_role("status")).to_have_text("Right, at try 2.")


def number_of(quiz: Locator, option: str) -> str:
    labels = quiz.locator("label").all_inner_texts()
    return str(labels.index(option) + 1)


def test_arrows_move_through_the_options_and_the_button_is_one_tab_away(screen: Screen, quiz: Locator) -> None:
    keyboard = screen.page.keyboard
    quiz.get_by_role("radio").first.focus()
    keyboard.press("ArrowDown")
    expect(quiz.get_by_role("radio").nth(1)).to_be_checked()
    keyboard.press("Tab")
    expect(quiz.get_by_role("button", name="Answer")).to_be_focused()
    keyboard.press("Space")
    expect(quiz.get_by_role("status")).not_to_be_empty()


def test_saying_how_sure_one_is_answers_at_once(screen: Screen, quiz: Locator) -> None:
    quiz.get_by_label(WRONG).check()
    quiz.get_by_role("button", name="Think so").click()
    expect(quiz.get_by_role("status")).to_contain_text("Not right")
    expect(quiz).to_contain_text("You said: think so.")
    expect(quiz.get_by_role("button")).to_have_text(["Answer"])
    assert screen.lab.kept("answer")[-1]["confidence"] == 2


def test_a_letter_says_how_sure_one_is(screen: Screen, quiz: Locator) -> None:
    quiz.get_by_role("radio").first.focus()
    screen.page.keyboard.press("s")
    expect(quiz.get_by_role("button", name="Sure")).to_be_disabled()
    screen.page.keyboard.press(number_of(quiz, RIGHT))
    screen.page.keyboard.press("s")
    expect(quiz.get_by_role("status")).to_have_text("Right at the first try.")
    expect(quiz).to_contain_text("You said: sure.")


def test_what_was_answered_is_there_again_after_a_restart_and_can_be_answered_again(
    screen: Screen, quiz: Locator
) -> None:
    answer(quiz, WRONG)
    expect(quiz).to_contain_text("Quotes are only")
    answer(quiz, RIGHT)
    expect(quiz.get_by_role("status")).to_have_text("Right, at try 2.")
    order = quiz.locator("label").all_inner_texts()
    screen.restart()
    screen.run_all()
    expect(quiz.get_by_role("status")).to_have_text("Right, at try 2.")
    expect(quiz).to_contain_text("No. Quotes are only how Python shows a string.")
    assert quiz.locator("label").all_inner_texts() == order
    quiz.get_by_role("button", name="Answer again").press("Enter")
    expect(quiz.get_by_role("status")).to_have_text("Another question about this.")
    expect(quiz.get_by_role("radio").first).to_be_focused()
    expect(quiz).not_to_contain_text("Quotes are only")
    assert quiz.locator("label").all_inner_texts() != order


def test_all_questions_are_asked_again_at_once(screen: Screen) -> None:
    pair = screen.face(PAIR_CELL)
    answer(pair.get_by_role("group", name="Question 1 of 2"), "The sentence in capitals")
    answer(pair.get_by_role("group", name="Question 2 of 2"), "200")
    pair.get_by_role("button", name="Answer all again").click()
    expect(pair.get_by_role("radio", disabled=False)).to_have_count(7)
    expect(pair.get_by_role("button", name="again")).to_have_count(0)


def test_a_question_is_a_named_group_and_its_feedback_is_spoken(quiz: Locator) -> None:
    group = quiz.get_by_role("group", name="Question · beginner")
    expect(group.get_by_role("group")).to_have_accessible_name("Answer, and say how sure you are")
    expect(group).to_have_accessible_description(re.compile("What comes back"))
    expect(group.get_by_role("status")).to_have_attribute("aria-live", "polite")


def test_the_score_comes_when_all_questions_are_answered(screen: Screen) -> None:
    pair = screen.face(PAIR_CELL)
    code = pair.get_by_role("group", name="Question 1 of 2 · advanced")
    status = pair.get_by_role("group", name="Question 2 of 2 · beginner")
    answer(code, "An error")
    answer(code, "The sentence in capitals")
    expect(pair).not_to_contain_text("at the first try.")
    answer(status, "200")
    expect(pair).to_contain_text("1 of 2 right at the first try.")


def test_a_choice_survives_the_answer_to_another_question(screen: Screen) -> None:
    pair = screen.face(PAIR_CELL)
    pair.get_by_label("404").check()
    answer(pair.get_by_role("group", name="Question 1 of 2"), "An error")
    expect(pair).to_contain_text("Every string has")
    expect(pair.get_by_label("404")).to_be_checked()


def test_a_choice_in_one_quiz_leaves_the_others_alone(screen: Screen, quiz: Locator) -> None:
    quiz.get_by_label(WRONG).check()
    screen.face(PAIR_CELL).get_by_label("The sentence as it is").check()
    expect(quiz.get_by_label(WRONG)).to_be_checked()


@pytest.mark.parametrize("key", ["j", "ArrowDown"])
def test_escape_gives_the_keyboard_back_to_the_cell(screen: Screen, quiz: Locator, key: str) -> None:
    quiz.get_by_role("radio").first.focus()
    screen.page.keyboard.press("Escape")
    assert screen.state[:2] == ["command", QUIZ_CELL]
    screen.page.keyboard.press(key)
    assert screen.state[:2] == ["command", QUIZ_CELL + 1]


def test_enter_edits_the_cell_after_escape(screen: Screen, quiz: Locator) -> None:
    quiz.get_by_role("radio").first.focus()
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Enter")
    assert screen.state[:2] == ["edit", QUIZ_CELL]
    screen.page.keyboard.press("Escape")
