"""What will come, and how well what came was known."""

from __future__ import annotations

from datetime import date

from course.study.cards.forecast import Kept, due_by_day, retention_by_week
from course.study.cards.schedule import CardState, DayCount, Deck
from course.study.clock import as_day, day_start
from course.study.journal import Event
from course.study.memory import State, replay

MONDAY = as_day(date(2026, 11, 30))


def card(due_day: int, **known: object) -> CardState:
    found = CardState("note", phase="review", stability=5.0, due_day=due_day)
    for name, value in known.items():
        setattr(found, name, value)
    return found


def state(*cards: CardState, days: dict[int, DayCount] | None = None) -> State:
    return State(deck=Deck(cards={str(number): one for number, one in enumerate(cards)}, days=days or {}))


def test_cards_are_counted_on_their_day_and_late_ones_today() -> None:
    known = state(card(MONDAY - 9), card(MONDAY), card(MONDAY + 2), card(MONDAY + 2), card(MONDAY + 4))
    assert due_by_day(known, MONDAY, 4) == {MONDAY: 2, MONDAY + 1: 0, MONDAY + 2: 2, MONDAY + 3: 0}


def test_cards_that_will_not_come_are_not_counted_and_buried_ones_tomorrow() -> None:
    known = state(
        card(MONDAY, suspended=True), card(MONDAY, phase="new"), card(MONDAY - 1, buried_until=MONDAY + 1), card(MONDAY)
    )
    assert due_by_day(known, MONDAY, 2) == {MONDAY: 1, MONDAY + 1: 1}


def test_nothing_known_gives_empty_days() -> None:
    assert due_by_day(State(), MONDAY, 3) == dict.fromkeys(range(MONDAY, MONDAY + 3), 0)
    assert retention_by_week(State()) == []


def test_retention_is_measured_by_week_from_monday_on() -> None:
    days = {
        MONDAY - 1: DayCount(asked=10, recalled=7),
        MONDAY: DayCount(begun=5),
        MONDAY + 1: DayCount(asked=10, recalled=9),
        MONDAY + 6: DayCount(asked=30, recalled=29),
        MONDAY + 7: DayCount(begun=1),
    }
    known = state(days=days)
    assert retention_by_week(known) == [Kept(MONDAY - 7, 10, 7), Kept(MONDAY, 40, 38)]
    assert [week.share for week in retention_by_week(known)] == [0.7, 0.95]


def test_learning_steps_and_second_answers_measure_nothing() -> None:
    events = []
    for number, (day, minutes, rating) in enumerate(
        [(0, 600, 3), (0, 611, 3), (3, 600, 1), (3, 611, 3), (3, 900, 3), (9, 600, 3)]
    ):
        at = day_start(MONDAY + day, 60) + minutes * 60_000
        events.append(Event(at, 60, str(number), "review", {"card": "paths", "rating": rating}))
    kept = retention_by_week(replay(events))
    assert kept == [Kept(MONDAY, 1, 0), Kept(MONDAY + 7, 1, 1)]
    assert Kept(MONDAY, 0, 0).share is None
