"""What was said is held against what came, for the learner and for the course."""

from __future__ import annotations

from typing import Any

import pytest

from course.study.exams.calibration import SAID, grouped
from course.study.exams.readiness import calibration
from course.study.journal import Event
from course.study.memory import replay

ITEMS = [["questions", "one"], ["questions", "two"], ["tasks", "three"]]
ABOUT = {"topic": "routing", "framework": "all", "level": "beginner"}


def answered(confidence: int | None, right: bool, number: int) -> Event:
    data = {"question": f"q-{number}", "chosen": "this", "right": right, "confidence": confidence, "where": "quiz"}
    return Event(number, 60, f"a-{number:04d}", "answer", data | ABOUT | {"options": 4, "form": "choice"})


def exam(number: int, predicted: float | None, chances: list[float], right: list[bool | None]) -> list[Event]:
    """A whole exam; None is an item that was left open."""
    run, at = f"mock-{number}", 10_000 * number
    start = {"run": run, "blueprint": "mock", "form": number, "items": ITEMS, "about": [ABOUT] * 3, "minutes": 5}
    events = [Event(at, 60, run, "exam-start", start | {"seed": 1, "predicted": predicted, "chances": chances})]
    for place, ((section, id), came) in enumerate(zip(ITEMS, right, strict=True)):
        data: dict[str, Any] = {"exam": run, "where": "exam", "right": bool(came), "ms": 1} | ABOUT
        if section == "questions":
            data |= {"question": id, "chosen": None if came is None else "this", "confidence": None}
        else:
            data |= {"task": id, "code": None if came is None else "pass", "passed": int(bool(came)), "all": 1}
        kind = "answer" if section == "questions" else "task"
        events.append(Event(at + 9, 60, f"{run}-{place}", kind, data))
    end = {"run": run, "points": sum(map(bool, right)), "of": 3, "passed": sum(map(bool, right)) >= 2}
    return [*events, Event(at + 9, 60, f"{run}-finish", "exam-finish", end)]


def test_nothing_is_said_before_there_is_anything() -> None:
    found = calibration(replay([]))
    assert (found.brier, found.answers, found.bins) == (None, 0, ())
    assert found.chances.brier is None
    assert found.exams.brier is None


def test_the_learners_own_confidence_gets_a_brier_score_and_a_bin_for_each_word() -> None:
    events = [answered(3, number < 9, number) for number in range(10)]
    events += [answered(1, number < 11, number) for number in range(10, 14)]
    found = calibration(replay(events))
    guess, sure = found.bins
    assert (guess.name, guess.said, guess.came, guess.count) == ("guess", SAID[1], 0.25, 4)
    assert (sure.name, sure.said, sure.came, sure.count) == ("sure", SAID[3], 0.9, 10)
    assert sure.low < 0.9 < sure.high
    squares = 9 * (1 - SAID[3]) ** 2 + SAID[3] ** 2 + (1 - SAID[1]) ** 2 + 3 * SAID[1] ** 2
    assert found.brier == pytest.approx(squares / 14)
    assert found.base == pytest.approx(10 / 14 * 4 / 14)


def test_answers_without_a_word_of_confidence_do_not_count() -> None:
    assert calibration(replay([answered(None, True, 1)])).answers == 0


def test_it_is_the_same_of_a_state_and_of_its_events() -> None:
    events = [answered(3, True, 1), *exam(1, 0.8, [0.9, 0.4, 0.5], [True, False, True])]
    assert calibration(replay(events)) == calibration(events)


def test_what_the_course_expected_of_items_and_of_exams_is_held_against_what_came() -> None:
    first = exam(1, 0.8, [0.9, 0.4, 0.5], [True, False, None])
    second = exam(2, 0.3, [0.9, 0.9, 0.2], [True, True, True])
    unknown = exam(3, None, [], [True, True, True])
    found = calibration(replay([*first, *second, *unknown]))
    assert found.chances.answers == 5, "what was left open says nothing"
    assert found.chances.brier == pytest.approx((0.01 + 0.16 + 0.01 + 0.01 + 0.64) / 5)
    assert [(one.name, one.count, one.came) for one in found.chances.bins][-1] == ("90 to 100 %", 3, 1.0)
    assert found.exams.answers == 2
    assert found.exams.brier == pytest.approx((0.8**2 + 0.7**2) / 2)


def test_a_prediction_of_certainty_has_a_bin() -> None:
    assert [one.name for one in grouped([(1.0, True), (0.0, False)], 10).bins] == ["0 to 10 %", "90 to 100 %"]
