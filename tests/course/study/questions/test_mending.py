"""The list of mistakes explains each, keeps the right answer back until it is wanted, and asks again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course.house import House
from course.study.lessons import Lessons
from course.study.library import Library
from course.study.questions.mending import PAGE, Mending
from course.workspace import Workspace
from tests.course.study.riverside import BANK, ELSEWHERE, KNOWN, UNKNOWN, Study, make_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("topics"))


@pytest.fixture
def study(library: Library) -> Study:
    """A learner who was sure of something wrong yesterday."""
    study = Study(library)
    study.answers(UNKNOWN, False, confidence=3)
    study.watch.wait(days=1)
    return study


def desk_of(study: Study) -> Mending:
    return Mending(study.memory, study.library)


def item(desk: Mending, number: int = 0) -> dict[str, Any]:
    shown: dict[str, Any] = desk.view()["items"][number]
    return shown


def do(desk: Mending, kind: str, question: str = UNKNOWN, **others: Any) -> None:
    desk.act({"type": kind, "question": question, **others})


def answer(desk: Mending, text: str, question: str = UNKNOWN) -> None:
    shown = next(one for one in desk.view()["items"] if one["question"] == question)
    place = [option["text"]["line"] for option in shown["retry"]["options"]].index(f"`{text}`")
    do(desk, "answer", question, option=place)


def test_a_mistake_says_what_was_believed_and_why_it_is_wrong(study: Study) -> None:
    shown = item(desk_of(study))
    assert "GET /loan" in shown["ask"]["md"]
    assert shown["chosen"] == {"line": "`405`"}
    assert shown["why"] == {"line": "That speaks about the method."}
    assert shown["misconception"] == {"words": "missing method is 404", "times": 1}
    assert (shown["confidence"], shown["times"], shown["last"]) == ("sure", 1, "20 November 2026")


def test_the_right_answer_is_nowhere_before_it_is_wanted(study: Study) -> None:
    desk = desk_of(study)
    before = json.dumps(desk.view())
    do(desk, "try")
    for told in ("The path is unknown", "assert 404", "The path is known", "correct"):
        assert told not in before + json.dumps(desk.view())


def test_whoever_asks_gets_the_right_answer_with_its_reason_and_its_proof(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "show")
    right = item(desk)["right"]
    assert (right["text"], right["why"]) == ({"line": "`404`"}, {"line": "The path is unknown."})
    assert right["proof"].strip() == "assert 404 == 404"


def test_a_matter_of_judgement_has_no_proof_to_run(study: Study) -> None:
    study.answers(KNOWN, False, confidence=3)
    desk = desk_of(study)
    do(desk, "show", KNOWN)
    assert next(one for one in desk.view()["items"] if one["question"] == KNOWN)["right"]["proof"] is None


def test_trying_again_asks_another_question_with_the_same_trap(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "try")
    assert "DELETE /loans" in item(desk)["retry"]["ask"]["md"]
    answer(desk, "405")
    last = study.events()[-1]
    assert (last["question"], last["instead_of"], last["where"], last["form"]) == (KNOWN, UNKNOWN, "mistakes", "retry")
    assert item(desk)["right"]["text"] == {"line": "`404`"}, "answered, the first question may be told, too"
    assert item(desk)["outcome"] == "Once more on another day, and it is mended."


def test_without_another_question_the_same_one_comes_in_another_order(study: Study) -> None:
    study.answers(ELSEWHERE, False, confidence=3)
    desk = desk_of(study)
    do(desk, "try", ELSEWHERE)
    options = next(one for one in desk.view()["items"] if one["question"] == ELSEWHERE)["retry"]["options"]
    assert {option["text"]["line"] for option in options} == {"`/books`", "All of it", "`sort`"}


def test_two_days_of_right_answers_mend_it_before_ones_eyes(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "try")
    answer(desk, "405")
    study.watch.wait(days=1)
    do(desk, "try")
    answer(desk, "404")
    assert item(desk)["mended"]
    assert item(desk)["outcome"] == "Mended: it was right on two different days."
    assert desk.view()["open"] == 0
    assert desk_of(study).view()["items"] == []


def test_a_wrong_retry_keeps_it_open_and_may_be_answered_on(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "try")
    answer(desk, "404")
    retry = item(desk)["retry"]
    assert (retry["done"], retry["tries"], item(desk)["right"]) == (False, 1, None)
    answer(desk, "405")
    assert item(desk)["outcome"] == "It stays open, and comes back tomorrow."
    assert study.memory.state.mistakes.open[UNKNOWN].right_days == []


def test_what_was_shown_a_moment_ago_does_not_count_as_known(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "show")
    do(desk, "try")
    answer(desk, "405")
    assert study.memory.state.mistakes.open[UNKNOWN].right_days == []
    assert item(desk)["outcome"].startswith("You had seen the right answer before")


def test_what_was_shown_yesterday_has_to_be_known_today(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "show")
    study.watch.wait(days=1)
    assert item(desk)["right"] is None
    do(desk, "try")
    answer(desk, "405")
    assert item(desk)["days_right"] == 1


def test_an_answer_without_trying_again_is_refused(study: Study) -> None:
    with pytest.raises(ValueError, match="Try again"):
        do(desk_of(study), "answer", option=0)


def test_clicks_that_are_repeated_count_once(study: Study) -> None:
    desk = desk_of(study)
    for _ in range(2):
        do(desk, "try")
    for _ in range(2):
        answer(desk, "405")
    for _ in range(2):
        do(desk, "cause", text="slip")
    assert (len(study.events()), len(study.events("cause"))) == (2, 1)


def test_a_cause_is_kept_in_own_words_and_can_be_taken_back(study: Study) -> None:
    desk = desk_of(study)
    do(desk, "cause", text="  I thought of\nDjango ")
    assert item(desk_of(study))["cause"] == "I thought of Django"
    do(desk, "cause", text="")
    assert item(desk_of(study))["cause"] == ""


def test_the_list_keeps_to_a_topic(study: Study) -> None:
    study.answers(KNOWN, False, topic="forms-validation")
    desk = desk_of(study)
    assert [(topic["id"], topic["count"]) for topic in desk.view()["topics"]] == [
        ("forms-validation", 1),
        ("routing", 1),
    ]
    desk.act({"type": "topic", "topic": "routing"})
    assert [shown["question"] for shown in desk.view()["items"]] == [UNKNOWN]
    desk.act({"type": "topic", "topic": ""})
    assert [shown["question"] for shown in desk.view()["items"]] == [UNKNOWN, KNOWN]


def test_nothing_moves_while_one_looks_at_it(study: Study) -> None:
    study.answers(KNOWN, False)
    study.answers(ELSEWHERE, False, confidence=1)
    desk = desk_of(study)
    before = [shown["question"] for shown in desk.view()["items"]]
    study.answers(ELSEWHERE, False, confidence=3)
    assert [shown["question"] for shown in desk.view()["items"]] == before == [UNKNOWN, KNOWN, ELSEWHERE]
    assert [shown["question"] for shown in desk_of(study).view()["items"]] == [ELSEWHERE, UNKNOWN, KNOWN]


def test_a_long_list_comes_in_parts(study: Study) -> None:
    for number in range(PAGE + 4):
        study.answers(KNOWN, False, question=f"gone-{number}")
    desk = desk_of(study)
    assert (len(desk.view()["items"]), desk.view()["more"]) == (PAGE, 5)
    desk.act({"type": "more"})
    assert (len(desk.view()["items"]), desk.view()["more"]) == (PAGE + 5, 0)


def test_a_question_that_left_the_course_is_named_and_can_be_dropped(study: Study, tmp_path: Path) -> None:
    study.library = make_library(tmp_path / "newer", BANK.replace("- id: unknown-path", "- id: renamed-path"))
    desk = desk_of(study)
    assert (item(desk)["gone"], item(desk)["chosen"]) == (True, {"line": "`405`"})
    do(desk, "drop")
    assert desk.view()["items"] == []


def test_a_question_of_the_course_is_not_dropped_but_mended(study: Study) -> None:
    with pytest.raises(ValueError, match="try it again instead"):
        do(desk_of(study), "drop")


def test_a_choice_card_is_tried_again_as_a_question_with_its_trap(study: Study) -> None:
    card = study.library.cards["path-or-method"]
    wrong = card.item.options[1]
    data = {"question": card.id, "chosen": wrong.text, "right": False, "misconception": wrong.misconception}
    study.memory.record("answer", {**data, "where": "cards", "options": 3, "form": "choice", **card.about()})
    desk = desk_of(study)
    shown = next(one for one in desk.view()["items"] if one["question"] == card.id)
    assert (shown["where"], shown["misconception"]["times"]) == ("at a card", 2)
    do(desk, "try", card.id)
    retry = next(one for one in desk.view()["items"] if one["question"] == card.id)["retry"]
    assert "DELETE /loans" in retry["ask"]["md"]


def test_the_number_of_mistakes_and_the_counts_beside_are_said(study: Study) -> None:
    study.answers(KNOWN, False)
    study.memory.record("prediction", {"question": "?", "predicted": "1", "actual": "2", "right": False, "options": 2})
    view = desk_of(study).view()
    assert view["said"] == "2 open mistakes, 1 to try again today."
    assert view["notes"] == ["-6 marks for 1 answer with a confidence", "1 of 1 predictions wrong"]


def test_without_mistakes_it_says_what_will_come_here(library: Library) -> None:
    view = desk_of(Study(library)).view()
    assert view["said"].startswith("No mistakes so far. Whatever you answer wrong")
    assert view["items"] == view["notes"] == []


@pytest.mark.parametrize("event", [{}, {"type": "try", "question": KNOWN}, {"type": "flip", "question": UNKNOWN}])
def test_an_event_that_is_none_is_refused(study: Study, event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="nothing to do with a mistake"):
        desk_of(study).act(event)


def test_a_mistake_leads_to_the_lesson_that_teaches_it(house: House, study: Study) -> None:
    Workspace(house.work, house.release).sync()
    lessons = Lessons(house.work, house.syllabus.record)
    link = lessons.teaching("greeting", ["greet"])
    assert link == {"lesson": "01_greeting/1_first_greeting.ipynb", "title": "A first greeting"}
    assert lessons.teaching("greeting", ["open"]) is None
    assert lessons.teaching("no-such-topic", ["greet"]) is None
    assert Mending(study.memory, study.library, lessons).view()["items"][0]["lesson"] is None
