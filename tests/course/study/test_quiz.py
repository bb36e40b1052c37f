"""A quiz tells nothing before it was asked, and counts the first try."""

from __future__ import annotations

import json

import pytest

from course.bank import Option, Question
from course.study.quiz import QuizState, reduce, shuffled, view


def question(id: str = "one") -> Question:
    options = [
        Option(text="Wrong A", why="because A", misconception="a"),
        Option(text="Right", correct=True, why="because it is so"),
        Option(text="Wrong B", why="because B", misconception="b"),
    ]
    return Question(id=id, objectives=("o",), level="beginner", ask="Which?", options=tuple(options), proof="judgement")


def answer(state: QuizState, option: int, id: str = "one") -> QuizState:
    return reduce(state, {"type": "answer", "question": id, "option": option})


def test_a_fresh_view_holds_no_answer_and_no_reply() -> None:
    shown = json.dumps(view(QuizState((question(),))))
    assert "because" not in shown
    assert "correct" not in shown


def test_a_wrong_answer_gets_its_own_reply_and_nothing_more() -> None:
    shown = json.dumps(view(answer(QuizState((question(),)), 0)))
    assert "because A" in shown
    assert "because it is so" not in shown
    assert "because B" not in shown


def test_the_right_answer_ends_the_question() -> None:
    state = answer(answer(QuizState((question(),)), 0), 1)
    assert view(state)["questions"][0]["done"]
    assert answer(state, 2) == state


def test_only_the_first_try_counts() -> None:
    state = QuizState((question("one"), question("two")))
    state = answer(answer(answer(state, 0), 1), 1, "two")
    assert view(state)["score"] == {"right_first": 1, "answered": 2, "all": 2}


def test_an_option_that_was_tried_cannot_be_tried_again() -> None:
    state = answer(QuizState((question(),)), 0)
    assert answer(state, 0) == state


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "answer", "question": "other", "option": 0},
        {"type": "answer", "question": "one", "option": 7},
        {"type": "answer", "question": "one", "option": -1},
        {"type": "answer", "question": "one", "option": "0"},
        {"type": "flip"},
    ],
)
def test_an_event_that_is_none_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no answer|no option"):
        reduce(QuizState((question(),)), event)


def test_options_stand_in_the_same_order_each_time_and_not_always_in_the_banks() -> None:
    orders = {tuple(place for place, _ in shuffled(question(f"question-{number}"))) for number in range(20)}
    assert shuffled(question()) == shuffled(question())
    assert len(orders) > 1
