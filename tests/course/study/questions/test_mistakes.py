"""A mistake stays open until it was right on two days, and what one was sure of comes first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course.study.library import Library
from course.study.memory import replay
from course.study.questions.mistakes import Mistakes
from tests.course.study.riverside import ELSEWHERE, KNOWN, UNKNOWN, Study, make_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("topics"))


@pytest.fixture
def study(library: Library) -> Study:
    return Study(library)


def room(study: Study) -> Mistakes:
    return study.memory.state.mistakes


def test_a_wrong_answer_is_kept_with_what_was_believed(study: Study) -> None:
    study.answers(UNKNOWN, False, confidence=2)
    mistake = room(study).open[UNKNOWN]
    assert (mistake.chosen, mistake.misconception) == ("`405`", "missing-method-is-404")
    assert (mistake.topic, mistake.level, mistake.where) == ("routing", "beginner", "quiz")
    assert (mistake.confidence, mistake.times, mistake.last_day) == (2, 1, study.memory.today())


def test_a_right_answer_is_no_mistake(study: Study) -> None:
    study.answers(UNKNOWN, True, confidence=1)
    assert room(study).ordered() == []


@pytest.mark.parametrize("where", ["exam", "cards", "quiz"])
def test_wrong_answers_count_wherever_they_are_given(study: Study, where: str) -> None:
    study.answers(UNKNOWN, False, where=where)
    assert room(study).open[UNKNOWN].where == where


def test_a_question_that_was_left_out_is_no_mistake(study: Study) -> None:
    study.answers(UNKNOWN, False, where="exam", chosen=None, misconception=None)
    assert room(study).open == {}


def test_what_one_was_sure_of_comes_first(study: Study) -> None:
    study.answers(ELSEWHERE, False, confidence=1)
    study.answers(KNOWN, False)
    study.answers(UNKNOWN, False, confidence=3)
    assert [mistake.question for mistake in room(study).ordered()] == [UNKNOWN, KNOWN, ELSEWHERE]


def test_among_equals_what_goes_wrong_often_comes_first_then_what_is_recent(study: Study) -> None:
    for question in (ELSEWHERE, KNOWN, UNKNOWN, ELSEWHERE):
        study.answers(question, False)
        study.watch.wait(minutes=1)
    assert [mistake.question for mistake in room(study).ordered()] == [ELSEWHERE, UNKNOWN, KNOWN]


def test_right_twice_on_one_day_is_not_enough(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.watch.wait(days=1)
    study.answers(UNKNOWN, True, form="retry")
    study.answers(UNKNOWN, True, form="retry")
    assert room(study).open[UNKNOWN].right_days == [study.memory.today()]


def test_right_on_two_days_mends_it(study: Study) -> None:
    study.answers(UNKNOWN, False)
    for _ in range(2):
        study.watch.wait(days=1)
        study.answers(UNKNOWN, True, form="retry")
    assert (list(room(study).open), list(room(study).mended)) == ([], [UNKNOWN])


def test_an_evening_that_goes_past_midnight_is_one_day(study: Study) -> None:
    study.watch.now = study.watch.now.replace(hour=23)
    study.answers(UNKNOWN, False)
    study.watch.wait(days=1)
    study.answers(UNKNOWN, True, form="retry")
    study.watch.wait(hours=3)
    study.answers(UNKNOWN, True, form="retry")
    assert UNKNOWN in room(study).open
    study.watch.wait(hours=3)
    study.answers(UNKNOWN, True, form="retry")
    assert UNKNOWN in room(study).mended


def test_wrong_again_begins_anew(study: Study) -> None:
    study.answers(UNKNOWN, False)
    for right in (True, False, True):
        study.watch.wait(days=1)
        study.answers(UNKNOWN, right, form="retry")
    mistake = room(study).open[UNKNOWN]
    assert (mistake.times, mistake.right_days) == (2, [study.memory.today()])


def test_a_mended_mistake_that_is_made_again_keeps_its_count(study: Study) -> None:
    study.answers(UNKNOWN, False)
    for right in (True, True, False):
        study.watch.wait(days=1)
        study.answers(UNKNOWN, right)
    assert (room(study).open[UNKNOWN].times, room(study).mended) == (2, {})


def test_a_second_try_after_the_reply_is_no_right_answer(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.answers(UNKNOWN, True, **{"try": 2})
    assert room(study).open[UNKNOWN].right_days == []


def test_a_second_wrong_try_names_its_misconception_and_is_the_same_mistake(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.answers(UNKNOWN, False, misconception="everything-is-served", chosen="`200`", **{"try": 2})
    assert room(study).open[UNKNOWN].times == 1
    assert room(study).open[UNKNOWN].chosen == "`405`"
    assert room(study).misconceptions == {"missing-method-is-404": 1, "everything-is-served": 1}


@pytest.mark.parametrize("where", ["mistakes", "quiz", "exam"])
def test_on_the_day_on_which_the_answer_was_looked_at_nothing_counts(study: Study, where: str) -> None:
    study.answers(UNKNOWN, False)
    study.watch.wait(days=1)
    study.memory.record("shown", {"question": UNKNOWN})
    study.answers(UNKNOWN, True, form="retry", where=where)
    assert room(study).open[UNKNOWN].right_days == []
    study.watch.wait(days=1)
    study.answers(UNKNOWN, True, form="retry", where=where)
    assert room(study).open[UNKNOWN].right_days == [study.memory.today()]


def test_on_the_day_on_which_it_was_wrong_nothing_counts(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.answers(UNKNOWN, True, form="retry")
    assert room(study).open[UNKNOWN].right_days == []


def tasks(study: Study, right: bool, code: str | None = "x = 1") -> None:
    about = {"topic": "routing", "framework": "flask", "level": "beginner"}
    data = {
        "task": "serve-books",
        "passed": int(right),
        "all": 1,
        "right": right,
        "code": code,
        "failures": ["no route"],
    }
    study.memory.record("task", {**data, "where": "exam", "exam": "a-run", **about})


def types(study: Study, right: bool, typed: str = "routes", **others: object) -> None:
    about = {"topic": "routing", "framework": "flask"}
    study.memory.record(
        "card-answer", {"card": "router-parts#1", "typed": typed, "right": right, "ms": 1, **about, **others}
    )


def test_code_that_failed_in_an_exam_is_a_mistake(study: Study) -> None:
    tasks(study, False)
    mistake = room(study).open["serve-books"]
    assert (mistake.chosen, mistake.failures, mistake.typed) == ("x = 1", ["no route"], True)
    assert (mistake.where, mistake.topic, mistake.times) == ("exam", "routing", 1)


@pytest.mark.parametrize("code", [None, "", " \n"])
def test_a_task_without_any_code_is_no_mistake(study: Study, code: str | None) -> None:
    tasks(study, False, code)
    assert room(study).open == {}


def test_a_word_that_is_wrong_at_a_card_is_a_mistake_and_once_a_day(study: Study) -> None:
    types(study, False)
    types(study, False, "paths")
    mistake = room(study).open["router-parts#1"]
    assert (mistake.chosen, mistake.where, mistake.times) == ("routes", "cards", 1)
    study.watch.wait(days=1)
    types(study, False, "paths")
    mistake = room(study).open["router-parts#1"]
    assert (mistake.chosen, mistake.times) == ("paths", 2)


def test_a_slip_of_the_fingers_is_neither_a_mistake_nor_known(study: Study) -> None:
    types(study, False, near=True)
    assert room(study).open == {}
    types(study, False)
    study.watch.wait(days=1)
    types(study, False, near=True)
    assert (room(study).open["router-parts#1"].times, room(study).open["router-parts#1"].right_days) == (1, [])


def test_what_is_typed_right_on_two_days_is_mended_wherever_that_is(study: Study) -> None:
    types(study, False)
    types(study, True)
    study.watch.wait(days=1)
    types(study, True)
    assert room(study).open["router-parts#1"].right_days == [study.memory.today()]
    study.watch.wait(days=1)
    study.memory.record("retyped", {"question": "router-parts#1", "typed": "rules", "right": True})
    assert list(room(study).mended) == ["router-parts#1"]


def test_a_question_that_stands_in_mends_what_it_stands_for(study: Study) -> None:
    study.answers(UNKNOWN, False)
    for _ in range(2):
        study.watch.wait(days=1)
        study.answers(KNOWN, True, form="retry", instead_of=UNKNOWN)
    assert list(room(study).mended) == [UNKNOWN]


def test_a_question_that_stands_in_and_is_wrong_is_a_mistake_too(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.watch.wait(days=1)
    study.answers(UNKNOWN, True, form="retry")
    study.watch.wait(days=1)
    study.answers(KNOWN, False, form="retry", instead_of=UNKNOWN)
    assert (room(study).open[UNKNOWN].right_days, room(study).open[UNKNOWN].times) == ([], 1)
    assert room(study).open[KNOWN].times == 1


def test_mistakes_are_due_from_the_next_day_and_once_a_day(study: Study) -> None:
    study.answers(UNKNOWN, False)
    today = study.memory.today()
    assert room(study).due(today) == []
    assert [mistake.question for mistake in room(study).due(today + 1)] == [UNKNOWN]
    study.watch.wait(days=1)
    study.answers(UNKNOWN, True, form="retry")
    assert room(study).due(today + 1) == []
    assert [mistake.question for mistake in room(study).due(today + 2)] == [UNKNOWN]


def test_misconceptions_are_counted_by_name(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.answers(KNOWN, False)
    study.answers(ELSEWHERE, False)
    assert room(study).misconceptions == {"missing-method-is-404": 2, "query-is-part-of-the-path": 1}


@pytest.mark.parametrize(
    ("right", "confidence", "points"),
    [(True, 1, 1), (True, 2, 2), (True, 3, 3), (False, 1, 0), (False, 2, -2), (False, 3, -6), (True, None, 0)],
)
def test_points_reward_who_knows_what_they_know(study: Study, right: bool, confidence: int | None, points: int) -> None:
    study.answers(UNKNOWN, right, confidence=confidence)
    assert (room(study).points, room(study).rated) == (points, 0 if confidence is None else 1)


def test_points_are_a_running_score_of_what_was_not_seen_before(study: Study) -> None:
    study.answers(UNKNOWN, False, confidence=3)
    study.answers(UNKNOWN, True, confidence=3, **{"try": 2})
    study.answers(UNKNOWN, True, confidence=3, form="retry")
    study.answers(KNOWN, True, confidence=2)
    assert (room(study).points, room(study).rated) == (-4, 2)


def test_a_cause_is_kept_with_its_mistake(study: Study) -> None:
    study.answers(UNKNOWN, False)
    study.memory.record("cause", {"question": UNKNOWN, "text": "misread"})
    study.memory.record("cause", {"question": "nothing", "text": "slip"})
    assert room(study).open[UNKNOWN].cause == "misread"


def test_predictions_are_only_counted(study: Study) -> None:
    for right in (True, False, False):
        study.memory.record(
            "prediction", {"question": "?", "predicted": "1", "actual": "2", "right": right, "options": 2}
        )
    assert (room(study).predictions, room(study).predictions_wrong, room(study).open) == (3, 2, {})


def test_an_answer_that_is_undone_was_never_given(study: Study) -> None:
    wrong = study.answers(UNKNOWN, False, confidence=3)
    study.memory.undo(wrong)
    assert room(study) == Mistakes()


@pytest.mark.parametrize("step", [lambda study: study.watch.wait(days=1), lambda study: None])
def test_a_replay_gives_the_same_room(study: Study, step: Callable[[Study], None]) -> None:
    for number, question in enumerate((UNKNOWN, KNOWN, ELSEWHERE, UNKNOWN, KNOWN, UNKNOWN)):
        study.answers(question, number % 3 == 0, confidence=number % 4 or None)
        step(study)
    assert replay(reversed(study.journal.events())).mistakes == room(study)
    assert study.restarted().state.mistakes == room(study)
