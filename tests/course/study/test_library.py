"""Questions and hints are found by their ids, in whichever topic they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.house import House
from course.study.library import Library, the_library


def test_questions_come_in_the_order_they_were_asked_for(clone: House) -> None:
    ids = [question.id for question in clone.select(["routing"])[0].bank.record.questions[:3]][::-1]
    assert [question.id for question in the_library().find_questions(ids)] == ids


def test_every_answer_of_the_course_has_its_hints(house: House) -> None:
    steps = Library(house.topics_path).find_hints("greeting")
    assert [len(steps), steps[-1]] == [3, "It is called `strip`."]


def test_an_unknown_question_is_named_with_the_nearest_one(house: House) -> None:
    with pytest.raises(LookupError, match=r"'first-greting'.*Did you mean 'first-greeting'"):
        Library(house.topics_path).find_questions(["first-greting"])


def test_unknown_hints_are_named_with_the_nearest_ones(house: House) -> None:
    with pytest.raises(LookupError, match=r"'greetings'.*Did you mean 'greeting'"):
        Library(house.topics_path).find_hints("greetings")


def test_another_library_can_be_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LIBRARY", str(house.topics_path))
    assert the_library().find_questions(["first-greeting"])[0].item.ask.startswith("What comes back")


def test_what_exams_ask_and_the_core_weigh_more(tmp_path: Path) -> None:
    objectives = the_library().syllabus.objectives
    groups: dict[float, str] = {}
    for one in objectives:
        groups.setdefault(((one.origin == "core") + ("exam" in one.kinds)) / 2, one.id)
    assert sorted(groups) == [0, 0.5, 1]
    cards = [
        {"id": id, "objectives": [id], "kind": "concept", "front": "What?", "back": "So.", "proof": "judgement"}
        for id in groups.values()
    ]
    (tmp_path / "02_routing").mkdir()
    (tmp_path / "02_routing" / "bank.yaml").write_text(json.dumps({"cards": cards}), encoding="utf-8")
    assert {id: entry.weight for id, entry in Library(tmp_path).deck.items()} == {v: k for k, v in groups.items()}


def test_an_empty_library_says_so(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="There is no question"):
        Library(tmp_path).find_questions(["first-greeting"])


@pytest.mark.parametrize("line", ['- id: "first-greeting"', "- id:  first-greeting", "- id: 'first-greeting'"])
def test_an_id_is_found_however_it_is_written(house: House, line: str) -> None:
    bank = house.topics_path / "01_greeting/bank.yaml"
    bank.write_text(bank.read_text(encoding="utf-8").replace("- id: first-greeting", line), encoding="utf-8")
    assert Library(house.topics_path).find_questions(["first-greeting"])
