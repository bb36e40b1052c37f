"""Time as learners live it: a study day ends at four in the morning, where they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

TURN = 4 * 60
"""Minutes after midnight at which a study day begins: whoever studies past midnight still studies that evening."""
MINUTE = 60_000
DAY = 24 * 60 * MINUTE

Clock = Callable[[], datetime]
"""Gives the local time, with its offset from UTC."""

_EPOCH = date(1970, 1, 1)


def local_now() -> datetime:
    """The time of this machine."""
    return datetime.now().astimezone()


def stamp(moment: datetime) -> tuple[int, int]:
    """Milliseconds since 1970 in UTC, and the minutes that the local time is ahead of UTC."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment needs its offset from UTC")
    return round(moment.timestamp() * 1000), int(offset.total_seconds() // 60)


def study_day(at: int, offset: int) -> int:
    """The number of the study day, from 1970-01-01, to which a moment belongs."""
    return (at // MINUTE + offset - TURN) // (24 * 60)


def day_start(day: int, offset: int) -> int:
    """The moment in milliseconds at which a study day begins."""
    return (day * 24 * 60 + TURN - offset) * MINUTE


def as_date(day: int) -> date:
    """The date of a study day."""
    return _EPOCH + timedelta(days=day)


def as_day(value: date) -> int:
    """The study day of a date."""
    return (value - _EPOCH).days
