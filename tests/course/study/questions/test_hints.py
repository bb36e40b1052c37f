"""Hints open one by one, stay open for their learner, and can be folded away."""

from __future__ import annotations

from typing import Any

import pytest

from course.house import House
from course.study.library import Library
from course.study.questions.hints import Hints
from tests.course.study.riverside import Study

MORE = {"type": "hint"}


@pytest.fixture
def study(house: House) -> Study:
    return Study(Library(house.topics_path))


def hints_of(study: Study) -> Hints:
    return Hints(study.memory, study.library, "greeting")


def test_nothing_is_told_before_it_is_asked_for(study: Study) -> None:
    assert hints_of(study).view() == {"kind": "hint", "steps": [], "opened": 0, "all": 3, "folded": False}


def test_each_step_is_written_once(study: Study) -> None:
    hints = hints_of(study)
    for _ in range(5):
        hints.act(MORE)
    assert study.events("hint") == [{"hint": "greeting", "step": step} for step in (1, 2, 3)]


def test_what_was_opened_is_open_in_another_kernel(study: Study) -> None:
    hints_of(study).act(MORE)
    study.memory = study.restarted()
    assert hints_of(study).view()["steps"] == [{"md": "Names come with spaces around them."}]


def test_a_click_that_is_repeated_opens_one_step(study: Study) -> None:
    hints = hints_of(study)
    for _ in range(2):
        hints.act({"type": "hint", "step": 1})
    assert hints.view()["opened"] == 1


def test_hints_are_folded_away_and_come_back(study: Study) -> None:
    hints = hints_of(study)
    hints.act(MORE)
    hints.act({"type": "fold"})
    assert (hints.view()["steps"], hints.view()["opened"], hints.view()["folded"]) == ([], 1, True)
    hints.act({"type": "unfold"})
    assert len(hints.view()["steps"]) == 1


@pytest.mark.parametrize("event", [{}, {"type": "answer"}])
def test_an_event_that_is_none_is_refused(study: Study, event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no wish for a hint"):
        hints_of(study).act(event)
