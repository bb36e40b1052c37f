"""Today in a few lines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from course.study.interviews.desk import InterviewDesk
from course.study.interviews.staged import find_mock_interview
from course.study.journal import Journal
from course.study.library import the_library
from course.study.memory import Memory
from course.study.planning.agenda import agenda

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""A Friday."""


@pytest.fixture
def memory() -> Memory:
    return Memory(Journal(), clock=lambda: NOON)


def lines(memory: Memory) -> str:
    return " ".join(agenda(memory, the_library()).lines())


def test_somebody_new_has_an_hour_and_cards_once_a_topic_was_begun(memory: Memory) -> None:
    assert lines(memory) == "0 of 60 minutes are done."


def test_what_is_done_and_what_comes_again_is_counted(memory: Memory) -> None:
    id, card = next(iter(the_library().deck.items()))
    memory.record("review", {"card": id, "rating": 1, "ms": 60_000, **card.about()})
    assert "Cards: 1 to review, 11 new." in lines(memory)
    assert "1 of 60 minutes are done." in lines(memory)


def test_the_exam_is_named_with_the_days_until_it(memory: Memory) -> None:
    memory.record("setting", {"name": "blueprint", "value": "flask-developer"})
    memory.record("setting", {"name": "exam_date", "value": "2026-11-21"})
    assert "Flask developer is tomorrow." in lines(memory)
    memory.record("setting", {"name": "exam_date", "value": "2026-12-21"})
    assert "Flask developer is in 31 days." in lines(memory)
    memory.record("setting", {"name": "exam_date", "value": "2026-11-01"})
    assert "Flask developer" not in lines(memory)


def test_mistakes_wait_from_the_next_day_on() -> None:
    now = [NOON]
    memory = Memory(Journal(), clock=lambda: now[0])
    question = next(iter(the_library().questions.values()))
    wrong = next(option for option in question.item.options if not option.correct)
    data = {"question": question.id, "chosen": wrong.text, "right": False, "misconception": wrong.misconception}
    data |= {"confidence": 3, "options": 4, "ms": 9000, "where": "quiz", "form": "choice", **question.about()}
    memory.record("answer", data)
    assert "Open mistakes: 1, none due today." in lines(memory)
    now[0] = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert "Mistakes to try again: 1 of 1." in lines(memory)


def test_on_a_day_without_hours_only_what_was_done_is_said() -> None:
    memory = Memory(Journal(), clock=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))
    assert "minutes" not in lines(memory)


def test_an_interview_that_was_begun_is_named(memory: Memory) -> None:
    desk = InterviewDesk(memory, the_library(), find_mock_interview("todo-api"))
    desk.act({"type": "start"})
    assert "An interview is not finished: interview() goes on." in lines(memory)
