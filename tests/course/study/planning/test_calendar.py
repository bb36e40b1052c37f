"""The calendar counts what was studied, by study days."""

from __future__ import annotations

from datetime import date

from course.study.clock import MINUTE, as_day, day_start
from course.study.journal import Event
from course.study.planning.calendar import Calendar, planned_minutes
from course.study.settings import Settings

MONDAY = as_day(date(2026, 11, 16))
WEEKDAYS = Settings(hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), 1.0))


def review(day: int, *, minute: int = 600, ms: int = 9000, rating: int = 3) -> Event:
    at = day_start(day, 60) + minute * MINUTE
    return Event(at, 60, f"r{at}", "review", {"card": "c", "rating": rating, "ms": ms})


def followed(*events: Event) -> Calendar:
    calendar = Calendar()
    for event in events:
        calendar.take(event, WEEKDAYS)
    return calendar


def test_a_day_counts_its_reviews_and_their_time() -> None:
    day = followed(review(MONDAY), review(MONDAY, minute=601, rating=1)).days[MONDAY]
    assert (day.reviews, day.recalled, day.ms) == (2, 1, 18_000)


def test_three_in_the_morning_belongs_to_the_evening_before() -> None:
    assert set(followed(review(MONDAY, minute=23 * 60)).days) == {MONDAY}
    assert set(followed(review(MONDAY, minute=24 * 60)).days) == {MONDAY + 1}


def test_a_walk_with_the_dog_is_no_study() -> None:
    assert followed(review(MONDAY, ms=3_600_000)).days[MONDAY].ms == MINUTE


def test_a_streak_is_of_planned_days_and_a_weekend_does_not_break_it() -> None:
    calendar = followed(*(review(day) for day in (MONDAY - 4, MONDAY - 3, MONDAY, MONDAY + 1)))
    assert calendar.streak(MONDAY + 1, WEEKDAYS) == 4
    assert calendar.streak(MONDAY + 2, WEEKDAYS) == 4, "today is not over"
    assert calendar.streak(MONDAY + 3, WEEKDAYS) == 0, "Wednesday was planned and missed"


def test_a_day_off_does_not_break_a_streak() -> None:
    settings = Settings(hours=WEEKDAYS.hours, days_off=("2026-11-17",))
    assert followed(review(MONDAY), review(MONDAY + 2)).streak(MONDAY + 2, settings) == 2
    assert planned_minutes(MONDAY + 1, settings) == 0
