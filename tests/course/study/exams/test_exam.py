"""The room of exams follows the journal, and everything about a run can be read from it."""

from __future__ import annotations

from typing import Any

import pytest

from course.study.exams.exam import LONGEST, MINUTE, Exams, Given, Run
from course.study.journal import Event
from course.study.memory import replay

START: dict[str, Any] = {
    "run": "mock-1",
    "blueprint": "mock",
    "form": 1,
    "items": [["questions", "one"], ["tasks", "two"]],
    "about": [{"topic": "routing", "framework": "all", "level": "beginner"}] * 2,
    "minutes": 10,
    "seed": 7,
    "pass_mark": 0.6,
    "task_points": 3,
    "chances": [0.5, 0.25],
}


def events(*happened: tuple[float, str, dict[str, Any]]) -> list[Event]:
    """What happened so many seconds after an exam began."""
    made = [Event(0, 60, "start", "exam-start", START)]
    for number, (seconds, kind, data) in enumerate(happened):
        made.append(Event(round(seconds * 1000), 60, f"e-{number:03d}", kind, {"run": "mock-1", **data}))
    return made


def run_of(*happened: tuple[float, str, dict[str, Any]]) -> Run:
    exams: Exams = replay(events(*happened)).exams
    return exams.runs["mock-1"]


def test_a_form_is_known_from_its_start_alone() -> None:
    run = run_of()
    assert (run.ids, run.seed, run.minutes, run.form) == (["one", "two"], 7, 10, 1)
    assert (run.section("two"), run.about_ids("topic", "routing")) == ("tasks", {"one", "two"})
    assert (run.pass_mark, run.task_points, run.chances) == (0.6, 3, [0.5, 0.25])


def test_time_is_what_lies_between_words_that_are_close_together() -> None:
    run = run_of((20, "exam-tick", {}), (40, "exam-tick", {}), (4000, "exam-tick", {}), (4010, "exam-tick", {}))
    assert run.used_ms == 50_000
    assert run.left(4_015_000) == 10 * MINUTE - 55_000
    assert run.left(4_010_000 + LONGEST + 1) == 10 * MINUTE - 50_000


def test_time_belongs_to_the_item_in_front() -> None:
    run = run_of(
        (20, "exam-tick", {"item": "one"}),
        (30, "exam-tick", {"item": "one"}),
        (30, "exam-tick", {"item": "two"}),
        (75, "exam-answer", {"item": "two", "code": "pass"}),
    )
    assert run.spent == {"one": 30_000, "two": 45_000}


def test_nothing_is_counted_in_a_pause_nor_before_it_is_resumed() -> None:
    run = run_of((10, "exam-pause", {}), (30, "exam-tick", {}), (50, "exam-resume", {}), (55, "exam-tick", {}))
    assert (run.used_ms, run.paused) == (15_000, False)


def test_the_last_answer_stands_until_it_is_handed_in() -> None:
    run = run_of(
        (1, "exam-answer", {"item": "one", "chosen": "a", "right": True, "options": 4}),
        (2, "exam-answer", {"item": "one", "chosen": "b", "right": False, "misconception": "trap", "options": 4}),
        (3, "exam-mark", {"item": "one", "marked": True}),
        (3, "exam-mark", {"item": "two", "marked": True}),
        (4, "exam-mark", {"item": "two", "marked": False}),
        (5, "exam-hand-in", {"by": "time"}),
        (6, "exam-answer", {"item": "one", "chosen": "c"}),
    )
    given = Given("b", False, "trap", 4)
    assert (run.answers, run.marked, run.by, run.handed) == ({"one": given}, ["one"], "time", 5000)
    assert run.score is None


def test_a_finished_exam_has_results_and_a_score_and_is_no_longer_running() -> None:
    about: dict[str, Any] = {"where": "exam", "exam": "mock-1", **START["about"][0]}
    done: tuple[tuple[float, str, dict[str, Any]], ...] = (
        (5, "exam-hand-in", {}),
        (6, "answer", {"question": "one", "chosen": "b", "right": True, "options": 4, "confidence": None, **about}),
        (6, "task", {"task": "two", "code": "x", "passed": 1, "all": 4, "right": False, "failures": ["no"], **about}),
        (6, "exam-finish", {"points": 1.75, "of": 4, "passed": False}),
    )
    exams = replay(events(*done)).exams
    run = exams.runs["mock-1"]
    assert (run.results["one"].right, run.results["two"].share, run.results["two"].failures) == (True, 0.25, ["no"])
    assert (run.score, run.passed, run.finished) == (1.75 / 4, False, 6000)
    assert exams.running() is None
    assert exams.finished("mock") == [run]
    assert exams.next_form("mock") == 2
    assert exams.asked() == {"one": 0, "two": 0}
    assert exams.met == {}


@pytest.mark.parametrize(
    "odd",
    [
        {"items": [], "about": []},
        {"about": START["about"][:1]},
        {"items": [["questions", "one"], ["questions", "one"]]},
        {"items": [["drawings", "one"], ["tasks", "two"]]},
        {"minutes": 1e308},
        {"minutes": 0},
        {"form": 10**30},
        {"chances": ["high"]},
        {"run": None},
    ],
)
def test_a_start_that_could_never_be_sat_is_not_understood_and_blocks_nothing(odd: dict[str, Any]) -> None:
    state = replay([Event(0, 60, "start", "exam-start", START | odd)])
    assert list(state.misfits) == ["start"]
    assert state.exams.running() is None
    assert state.exams.next_form("mock") == 1


@pytest.mark.parametrize("odd", [{"chosen": None}, {"chosen": 5, "right": True, "options": 4}, {"chosen": "a"}])
def test_an_answer_that_does_not_say_what_it_is_worth_is_not_understood(odd: dict[str, Any]) -> None:
    state = replay(events((5, "exam-answer", {"item": "one", **odd})))
    assert (list(state.misfits), state.exams.runs["mock-1"].answers) == (["e-000"], {})


def test_an_exam_that_was_left_is_gone_but_what_it_showed_is_not_new() -> None:
    exams = replay(events((5, "exam-answer", {"item": "two", "code": "x"}), (9, "exam-drop", {}))).exams
    assert (exams.runs, exams.running(), exams.next_form("mock")) == ({}, None, 1)
    assert exams.met == {"one": 9000, "two": 9000}


def test_of_two_endings_of_an_exam_the_first_counts() -> None:
    def ending(seconds: float, right: bool) -> list[tuple[float, str, dict[str, Any]]]:
        one = {"question": "one", "chosen": "b", "right": right, "options": 4, "where": "exam", "exam": "mock-1"}
        return [(seconds, "answer", one), (seconds, "exam-finish", {"points": int(right), "of": 4, "passed": right})]

    exams = replay(events((5, "exam-hand-in", {}), *ending(6, True), *ending(7, False))).exams
    run = exams.runs["mock-1"]
    assert (run.results["one"].right, run.points, run.passed, run.finished) == (True, 1, True, 6000)
    assert exams.met == {}


def test_what_a_quiz_asked_is_remembered_apart_from_exams() -> None:
    data = {"question": "one", "chosen": "b", "right": True, "confidence": 3, "where": "quiz", "options": 4}
    exams = replay(
        [Event(9, 60, "q", "answer", data | {"topic": "routing", "framework": "all", "level": "beginner"})]
    ).exams
    assert exams.met == {"one": 9}
    assert exams.asked() == {}
    assert exams.confidence == {3: [1, 1]}
