"""What a learner has chosen: limits, retention, the exam and the week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from course.study.journal import Event
from course.study.library import FRAMEWORKS

LOWEST, HIGHEST = 0.70, 0.97
"""Retention outside of these bounds costs far more reviews than it is worth, or teaches nothing."""
MOST = 1e9
"""No setting is a number as large as that, let alone infinite."""
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
    frameworks: tuple[str, ...] = FRAMEWORKS
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
        """Follows one event; raises ValueError at a value that the setting cannot have.

        A setting that this version does not know is left alone.
        """
        name = event.data.get("name")
        if name in _FORMS:
            setattr(self, str(name), checked(str(name), event.data.get("value")))


def checked(name: str, value: Any) -> Any:
    """The value in the form in which it is kept; raises ValueError that says what the setting wants."""
    if name not in _FORMS:
        raise ValueError(f"there is no setting {name!r}; there are {', '.join(sorted(_FORMS))}")
    try:
        return _FORMS[name](value)
    except (LookupError, TypeError, AttributeError):
        raise ValueError(f"{name} cannot be {value!r}") from None


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MOST:
        raise ValueError(f"this has to be a number, and {value!r} is none")
    return value


def _retention(value: Any) -> float:
    return float(min(max(_number(value), LOWEST), HIGHEST))


def _count(value: Any) -> int:
    number = _number(value)
    if number != int(number) or not 0 <= number <= 9999:
        raise ValueError(f"a limit is a whole number between 0 and 9999, and this is {number}")
    return int(number)


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise TypeError
    return tuple(value)


def _weekdays(value: Any) -> tuple[str, ...]:
    names = _names(value)
    if unknown := set(names) - set(WEEK):
        raise ValueError(f"weekdays are {', '.join(WEEK)}, not {', '.join(sorted(unknown))}")
    return tuple(day for day in WEEK if day in names)


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        raise ValueError(f"a date looks like 2026-12-31, and {value!r} does not") from None


def _dates(value: Any) -> tuple[str, ...]:
    return tuple(sorted({_date(day) for day in _names(value) if day}))


def _hours(value: Any) -> dict[str, float]:
    hours = {day: float(_number(value[day])) for day in _weekdays(tuple(value))}
    if any(each > 16 for each in hours.values()):
        raise ValueError("nobody studies more than 16 hours a day")
    return {day: each for day, each in hours.items() if each > 0}


def _frameworks(value: Any) -> tuple[str, ...]:
    names = _names(value)
    chosen = tuple(name for name in FRAMEWORKS if name in names)
    if not chosen or set(names) != set(chosen):
        raise ValueError(f"choose at least one of {', '.join(FRAMEWORKS)}")
    return chosen


def _variant(value: Any) -> str:
    if value not in VARIANTS:
        raise ValueError(f"a plan is one of {', '.join(VARIANTS)}")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_FORMS: dict[str, Callable[[Any], Any]] = {
    "retention": _retention,
    "new_per_day": _count,
    "reviews_per_day": _count,
    "easy_days": _weekdays,
    "exam_date": _date,
    "blueprint": _text,
    "frameworks": _frameworks,
    "hours": _hours,
    "days_off": _dates,
    "variant": _variant,
    "core_only": _switch,
}
