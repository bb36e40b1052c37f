"""A quiz tells nothing before it was asked, counts the first try, remembers it, and asks again in another form."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from course.study.library import Library
from course.study.questions.asking import shuffled
from course.study.questions.quiz import Quiz
from tests.course.study.riverside import BANK, ELSEWHERE, KNOWN, UNKNOWN, Study, make_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("topics"))


@pytest.fixture
def study(library: Library) -> Study:
    return Study(library)


MEANWHILE = "This question was answered in another window; here is how it stands now."


def quiz_of(study: Study, *ids: str, fresh: bool = False) -> Quiz:
    return Quiz(study.memory, study.library, ids or (UNKNOWN,), fresh=fresh)


def shown(quiz: Quiz, number: int = 0) -> dict[str, Any]:
    question: dict[str, Any] = quiz.view()["questions"][number]
    return question


def texts(quiz: Quiz, number: int = 0) -> list[str]:
    return [option["text"]["line"] for option in shown(quiz, number)["options"]]


def answer(quiz: Quiz, text: str, number: int = 0, **others: Any) -> None:
    place = texts(quiz, number).index(f"`{text}`")
    question = shown(quiz, number)
    quiz.act({"type": "answer", "question": question["id"], "turn": question["turn"], "option": place, **others})


def test_a_fresh_view_holds_no_answer_and_no_reply(study: Study) -> None:
    view = json.dumps(quiz_of(study, UNKNOWN, KNOWN, ELSEWHERE).view())
    for told in ("correct", "why", "misconception", "takes no part", "missing", "is known"):
        assert told not in view


def test_the_place_of_an_option_tells_nothing(study: Study) -> None:
    first = {
        next(place for place, option in enumerate(shuffled(entry, again)) if option.correct)
        for entry in study.library.questions.values()
        for again in range(6)
    }
    assert first == {0, 1, 2, 3}, "in the bank it is always the first"
    assert [option["place"] for option in shown(quiz_of(study))["options"]] == [0, 1, 2, 3]


def test_each_form_has_another_order_than_the_one_before(study: Study) -> None:
    for entry in study.library.questions.values():
        orders = [[option.text for option in shuffled(entry, again)] for again in range(12)]
        assert all(order != former for former, order in pairwise(orders))


def test_a_wrong_answer_gets_its_own_reply_and_nothing_more(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "405")
    view = json.dumps(shown(quiz))
    assert "That speaks about the method." in view
    assert "The path is unknown." not in view
    assert "Nothing is there." not in view


def test_the_right_answer_ends_the_question(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "404")
    answer(quiz, "405")
    assert shown(quiz)["done"]
    assert len(study.events()) == 1


def test_only_the_first_try_counts(study: Study) -> None:
    quiz = quiz_of(study, UNKNOWN, KNOWN)
    answer(quiz, "405")
    answer(quiz, "404")
    answer(quiz, "405", 1)
    assert quiz.view()["score"] == {"right_first": 1, "answered": 2, "all": 2}
    assert shown(quiz)["said"] == "Right, at try 2."
    assert study.memory.state.ability.estimate("routing").answers == 2


def test_clicks_that_are_repeated_count_once(study: Study) -> None:
    quiz, other = quiz_of(study), quiz_of(study)
    for _ in range(3):
        answer(quiz, "405", serial=1.5)
        answer(other, "405")
    assert len(study.events()) == 1


def test_an_answer_is_written_with_all_that_others_count(study: Study) -> None:
    quiz = quiz_of(study, KNOWN)
    study.watch.wait(seconds=12)
    answer(quiz, "404", confidence=3)
    assert study.events() == [
        {
            "question": KNOWN,
            "chosen": "`404`",
            "right": False,
            "misconception": "missing-method-is-404",
            "confidence": 3,
            "options": 3,
            "ms": 12_000,
            "where": "quiz",
            "form": "choice",
            "try": 1,
            "again": 0,
            "topic": "routing",
            "framework": "flask",
            "level": "intermediate",
        }
    ]


def test_nobody_has_to_say_how_sure_they_are(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "404")
    assert study.events()[0]["confidence"] is None
    assert shown(quiz)["confidence"] == ""


def test_who_went_away_did_not_think_all_the_time(study: Study) -> None:
    quiz = quiz_of(study)
    study.watch.wait(hours=3)
    answer(quiz, "404")
    assert study.events()[0]["ms"] == 300_000


def test_what_was_answered_stands_there_in_another_kernel_and_on_another_day(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "405", confidence=1)
    before = shown(quiz)
    study.memory = study.restarted()
    assert shown(quiz_of(study)) == before
    answer(quiz_of(study), "404")
    study.watch.wait(days=1)
    assert shown(quiz_of(study))["said"] == "Right, at try 2, on 20 November 2026."
    assert shown(quiz_of(study))["confidence"] == "guess"


def test_two_kernels_see_each_others_answers(study: Study) -> None:
    here, there = quiz_of(study), Quiz(study.restarted(), study.library, [UNKNOWN])
    answer(here, "405")
    assert shown(there) == shown(here)


def test_options_stay_in_their_order_until_they_are_asked_again(study: Study) -> None:
    quiz = quiz_of(study, ELSEWHERE)
    before = texts(quiz)
    assert texts(quiz_of(study, ELSEWHERE)) == before
    answer(quiz, "/books")
    assert texts(quiz) == before
    quiz.act({"type": "again", "question": ELSEWHERE})
    assert (sorted(texts(quiz)), texts(quiz) != before) == (sorted(before), True)


def test_another_form_is_empty_and_told_nothing(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "404")
    quiz.act({"type": "again", "question": UNKNOWN})
    question = shown(quiz)
    assert (question["done"], question["tries"], question["again"]) == (False, 0, 1)
    assert "why" not in json.dumps(question)


def test_after_a_trap_another_question_with_the_same_trap_stands_in(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "405")
    answer(quiz, "404")
    quiz.act({"type": "again", "question": UNKNOWN})
    assert "DELETE /loans" in shown(quiz)["ask"]["md"]
    answer(quiz, "405")
    last = study.events()[-1]
    assert (last["question"], last["instead_of"], last["form"]) == (KNOWN, UNKNOWN, "retry")
    assert shown(quiz)["done"]
    study.memory = study.restarted()
    assert "DELETE /loans" in shown(quiz_of(study))["ask"]["md"], "it is what was answered last"
    assert shown(quiz_of(study, KNOWN))["tries"] == 0, "its own place is still open"


def test_a_question_of_the_same_quiz_does_not_stand_in(study: Study) -> None:
    quiz = quiz_of(study, UNKNOWN, KNOWN, ELSEWHERE)
    answer(quiz, "405")
    answer(quiz, "404")
    quiz.act({"type": "again", "question": UNKNOWN})
    assert "GET /loan`" in shown(quiz)["ask"]["md"]
    assert shown(quiz)["said"] == "The same question, its options in another order."


def test_without_the_trap_a_question_on_the_same_objective_stands_in(study: Study) -> None:
    quiz = quiz_of(study, UNKNOWN, KNOWN)
    answer(quiz, "405")
    answer(quiz, "404")
    quiz.act({"type": "again", "question": UNKNOWN})
    assert "is matched?" in shown(quiz)["ask"]["md"]
    assert shown(quiz)["said"] == "Another question about this."


def test_what_was_right_is_asked_itself(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "404")
    quiz.act({"type": "again", "question": UNKNOWN})
    assert "GET /loan`" in shown(quiz)["ask"]["md"]


def test_a_retry_does_not_count_for_ability(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "405")
    answer(quiz, "404")
    before = study.memory.state.ability.estimate("routing")
    quiz.act({"type": "again", "question": UNKNOWN})
    answer(quiz, "405")
    assert study.memory.state.ability.estimate("routing") == before


def test_all_that_was_answered_is_asked_again_at_once(study: Study) -> None:
    quiz = quiz_of(study, UNKNOWN, KNOWN)
    answer(quiz, "404")
    quiz.act({"type": "again"})
    assert [question["again"] for question in quiz.view()["questions"]] == [1, 0]
    assert quiz.view()["score"]["answered"] == 0


def test_a_late_click_on_the_former_form_is_no_answer(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "404")
    quiz.act({"type": "again", "question": UNKNOWN})
    quiz.act({"type": "again", "question": UNKNOWN})
    quiz.act({"type": "answer", "question": UNKNOWN, "option": 0, "turn": "unknown-path 0 0"})
    assert (shown(quiz)["again"], shown(quiz)["tries"]) == (1, 0)


def click(quiz: Quiz, text: str) -> dict[str, Any]:
    """The event of an option as it is on the page now."""
    question = shown(quiz)
    place = texts(quiz).index(text)
    return {"type": "answer", "question": question["id"], "turn": question["turn"], "option": place}


@pytest.mark.parametrize("wrong", [1, 2, 3])
def test_what_another_window_was_asked_instead_is_not_what_this_click_answers(study: Study, wrong: int) -> None:
    here, there = quiz_of(study), Quiz(study.restarted(), study.library, [UNKNOWN, KNOWN])
    answer(here, "405")
    answer(here, "404")
    for quiz in (here, there):
        quiz.act({"type": "again", "question": UNKNOWN})
    assert shown(here)["ask"] != shown(there)["ask"]
    late = click(there, texts(there)[1])
    texts_here = [option.text for option in study.library.questions[KNOWN].item.options]
    here.act(click(here, texts_here[wrong % 3]))
    before = study.events()
    there.act(late)
    assert study.events() == before
    assert shown(there)["said"].startswith(MEANWHILE)
    assert shown(there)["ask"] == shown(here)["ask"]
    there.act({"type": "again", "question": KNOWN})
    assert MEANWHILE not in shown(there)["said"]


def test_a_click_beside_a_try_of_another_window_is_shown_what_was_replied(study: Study) -> None:
    here, there = quiz_of(study), Quiz(study.restarted(), study.library, [UNKNOWN])
    late, same = click(there, "`500`"), click(there, "`405`")
    here.act(click(here, "`405`"))
    there.act(same)
    assert MEANWHILE not in shown(there)["said"], "it is what was clicked"
    there.act(late)
    assert (shown(there)["said"].startswith(MEANWHILE), shown(there)["tries"], len(study.events())) == (True, 1, 1)


def test_an_answer_that_does_not_say_to_what_is_refused(study: Study) -> None:
    with pytest.raises(ValueError, match="by its turn"):
        quiz_of(study).act({"type": "answer", "question": UNKNOWN, "option": 0})


def test_of_two_windows_that_asked_two_questions_the_last_answer_stands(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.answers(UNKNOWN, True, again=1, form="retry")
    study.answers(KNOWN, True, again=1, form="retry", instead_of=UNKNOWN)
    assert "DELETE /loans" in shown(quiz_of(study))["ask"]["md"]
    assert shown(quiz_of(study))["done"]


def test_a_question_that_is_not_answered_is_not_asked_again(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "405")
    quiz.act({"type": "again", "question": UNKNOWN})
    assert (shown(quiz)["again"], shown(quiz)["tries"]) == (0, 1)


def test_a_form_that_nobody_answered_leaves_the_answer_before(study: Study) -> None:
    quiz = quiz_of(study)
    answer(quiz, "404")
    quiz.act({"type": "again", "question": UNKNOWN})
    assert shown(quiz_of(study))["done"]


def test_fresh_begins_with_another_form(study: Study) -> None:
    answer(quiz_of(study), "404")
    quiz = quiz_of(study, fresh=True)
    assert (shown(quiz)["again"], shown(quiz)["done"]) == (1, False)
    assert quiz_of(study, KNOWN, fresh=True).view()["questions"][0]["again"] == 0


def test_a_trap_that_catches_again_is_counted_by_name(study: Study) -> None:
    quiz = quiz_of(study, UNKNOWN, KNOWN)
    answer(quiz, "405")
    assert "missing-method" not in json.dumps(quiz.view())
    answer(quiz, "404", 1)
    note = next(option["note"] for option in shown(quiz, 1)["options"] if option["state"] == "wrong")
    idea = "The course calls the idea behind it “missing-method-is-404”"
    assert note == f"{idea}; it was behind 2 of your answers so far."


def test_an_option_that_was_reworded_since_is_open_again(study: Study, tmp_path: Path) -> None:
    answer(quiz_of(study), "404")
    study.library = make_library(tmp_path / "newer", BANK.replace('"`404`", correct', '"`404 Not Found`", correct'))
    quiz = quiz_of(study)
    assert not shown(quiz)["done"]
    answer(quiz, "404 Not Found")
    assert shown(quiz)["done"]


def test_a_question_that_stood_in_and_is_gone_gives_its_place_back(study: Study, tmp_path: Path) -> None:
    study.answers(KNOWN, True, instead_of=UNKNOWN, again=1, form="retry")
    study.library = make_library(tmp_path / "newer", BANK.replace("- id: known-path", "- id: renamed-path"))
    quiz = quiz_of(study)
    assert ("GET /loan`" in shown(quiz)["ask"]["md"], shown(quiz)["again"]) == (True, 2)
    answer(quiz, "404")
    assert shown(quiz)["done"]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "answer", "question": KNOWN, "option": 0},
        {"type": "answer", "question": UNKNOWN, "option": 7},
        {"type": "answer", "question": UNKNOWN, "option": -1},
        {"type": "answer", "question": UNKNOWN, "option": "0"},
        {"type": "answer", "question": UNKNOWN, "option": 0, "confidence": 4},
        {"type": "again", "question": KNOWN},
        {"type": "flip"},
    ],
)
def test_an_event_that_is_none_is_refused_and_nothing_written(study: Study, event: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no answer|no option|a confidence is"):
        quiz_of(study).act(event)
    assert study.events() == []
