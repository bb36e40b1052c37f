"""Questions and hints are found by their ids, in whichever topic they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.house import House
from course.study.library import find_hints, find_questions


def test_questions_come_in_the_order_they_were_asked_for(clone: House) -> None:
    ids = [question.id for question in clone.select(["routing"])[0].bank.record.questions[:3]][::-1]
    assert [question.id for question in find_questions(ids)] == ids


def test_every_answer_of_the_course_has_its_hints(house: House) -> None:
    steps = find_hints("greeting", house.topics_path)
    assert [len(steps), steps[-1]] == [3, "It is called `strip`."]


def test_an_unknown_question_is_named_with_the_nearest_one(house: House) -> None:
    with pytest.raises(LookupError, match=r"'first-greting'.*Did you mean 'first-greeting'"):
        find_questions(["first-greting"], house.topics_path)


def test_unknown_hints_are_named_with_the_nearest_ones(house: House) -> None:
    with pytest.raises(LookupError, match=r"'greetings'.*Did you mean 'greeting'"):
        find_hints("greetings", house.topics_path)


def test_another_library_can_be_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LIBRARY", str(house.topics_path))
    assert find_questions(["first-greeting"])[0].ask.startswith("What comes back")


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="There is no question"):
        find_questions(["first-greeting"], tmp_path)


@pytest.mark.parametrize("line", ['- id: "first-greeting"', "- id:  first-greeting", "- id: 'first-greeting'"])
def test_an_id_is_found_however_it_is_written(house: House, line: str) -> None:
    bank = house.topics_path / "01_greeting/bank.yaml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("- id: first-greeting", line), encoding="utf-8")
    assert find_questions(["first-greeting"], house.topics_path)
