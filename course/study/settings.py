"""What a learner has chosen: limits, retention, the exam and the week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, ClassVar

from course.study.journal import Event

LOWEST, HIGHEST = 0.70, 0.97
"""Retention outside of these bounds costs far more reviews than it is worth, or teaches nothing."""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VARIANTS = ("accelerated", "standard", "extended")


@dataclass
class Settings:
    """The choices in force; each is changed by an event `setting` with its name and its new value."""

    kinds: ClassVar[frozenset[str]] = frozenset({"setting"})

    retention: float = 0.9
    """The share of cards that should be known when they come back."""
    new_per_day: int = 12
    reviews_per_day: int = 120
    easy_days: tuple[str, ...] = ()
    """Weekdays, as in WEEK, on which few cards should come."""
    exam_date: str = ""
    """As in 2026-12-31; empty without an exam in sight."""
    blueprint: str = "quick-check"
    """The exam that readiness and plan are about."""
    frameworks: tuple[str, ...] = ("django", "flask", "fastapi")
    hours: dict[str, float] = field(default_factory=lambda: dict.fromkeys(WEEK[:5], 1.0))
    """Hours of study by weekday."""
    days_off: tuple[str, ...] = ()
    """Dates on which nothing is studied."""
    variant: str = "standard"
    core_only: bool = False
    """Whether the plan keeps to the core path, for those who are short of time."""

    @property
    def exam(self) -> date | None:
        """The day of the exam."""
        return date.fromisoformat(self.exam_date) if self.exam_date else None

    def take(self, event: Event, settings: Settings | None = None) -> None:
        """Follows one event; a setting that this version does not know is left alone."""
        name = event.data.get("name")
        if name in {known.name for known in fields(self)}:
            try:
                setattr(self, str(name), checked(str(name), event.data.get("value")))
            except ValueError:
                return  # Written by another version, with other bounds; the value in force stays.


def checked(name: str, value: Any) -> Any:
    """The value in the form in which it is kept; raises ValueError that says what the setting wants."""
    try:
        return _FORMS[name](value)
    except KeyError:
        raise ValueError(f"there is no setting {name!r}; there are {', '.join(sorted(_FORMS))}") from None
    except TypeError:
        raise ValueError(f"{name} cannot be {value!r}") from None


def _retention(value: Any) -> float:
    return min(max(float(value), LOWEST), HIGHEST)


def _count(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= 9999:
        raise ValueError(f"a limit lies between 0 and 9999, and this is {number}")
    return number


def _weekdays(value: Any) -> tuple[str, ...]:
    days = tuple(day for day in WEEK if day in value)
    if unknown := set(value) - set(WEEK):
        raise ValueError(f"weekdays are {', '.join(WEEK)}, not {', '.join(sorted(unknown))}")
    return days


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        raise ValueError(f"a date looks like 2026-12-31, and {value!r} does not") from None


def _dates(value: Any) -> tuple[str, ...]:
    return tuple(sorted({_date(day) for day in value if day}))


def _hours(value: Any) -> dict[str, float]:
    hours = {day: float(value[day]) for day in _weekdays(tuple(value)) if float(value[day]) > 0}
    if any(each > 16 for each in hours.values()):
        raise ValueError("nobody studies more than 16 hours a day")
    return hours


def _frameworks(value: Any) -> tuple[str, ...]:
    chosen = tuple(name for name in ("django", "flask", "fastapi") if name in value)
    if not chosen:
        raise ValueError("choose at least one of django, flask and fastapi")
    return chosen


def _variant(value: Any) -> str:
    if value not in VARIANTS:
        raise ValueError(f"a plan is one of {', '.join(VARIANTS)}")
    return str(value)


_FORMS: dict[str, Callable[[Any], Any]] = {
    "retention": _retention,
    "new_per_day": _count,
    "reviews_per_day": _count,
    "easy_days": _weekdays,
    "exam_date": _date,
    "blueprint": str,
    "frameworks": _frameworks,
    "hours": _hours,
    "days_off": _dates,
    "variant": _variant,
    "core_only": bool,
}
