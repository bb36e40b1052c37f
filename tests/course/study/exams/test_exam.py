"""The room of exams follows the journal, and everything about a run can be read from it."""

from __future__ import annotations

from typing import Any

from course.study.exams.exam import LONGEST, MINUTE, Exams, Run
from course.study.journal import Event
from course.study.memory import replay

START = {
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
        (1, "exam-answer", {"item": "one", "chosen": "a"}),
        (2, "exam-answer", {"item": "one", "chosen": "b"}),
        (3, "exam-mark", {"item": "one", "marked": True}),
        (3, "exam-mark", {"item": "two", "marked": True}),
        (4, "exam-mark", {"item": "two", "marked": False}),
        (5, "exam-hand-in", {"by": "time"}),
        (6, "exam-answer", {"item": "one", "chosen": "c"}),
    )
    assert (run.answers, run.marked, run.by, run.handed) == ({"one": "b"}, ["one"], "time", 5000)
    assert run.score is None


def test_a_finished_exam_has_results_and_a_score_and_is_no_longer_running() -> None:
    about: dict[str, Any] = {"where": "exam", "exam": "mock-1", **START["about"][0]}  # type: ignore[index]
    done = (
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


def test_what_a_quiz_asked_is_remembered_apart_from_exams() -> None:
    data = {"question": "one", "chosen": "b", "right": True, "confidence": 3, "where": "quiz", "options": 4}
    exams = replay(
        [Event(9, 60, "q", "answer", data | {"topic": "routing", "framework": "all", "level": "beginner"})]
    ).exams
    assert exams.met == {"one": 9}
    assert exams.asked() == {}
    assert exams.confidence == {3: [1, 1]}
