"""What was studied on which day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import ClassVar

from course.study.clock import MINUTE, as_date, study_day
from course.study.journal import Event
from course.study.settings import WEEK, Settings

LONGEST = {"review": MINUTE, "answer": 5 * MINUTE, "task": 30 * MINUTE, "interview-finish": 180 * MINUTE}
"""Milliseconds of one step that count as study; whoever takes longer was called away."""
COUNTERS = {
    "review": "reviews",
    "answer": "answers",
    "task": "tasks",
    "prediction": "predictions",
    "exam-finish": "exams",
    "interview-finish": "interviews",
}


@dataclass
class Day:
    """One study day in numbers."""

    reviews: int = 0
    recalled: int = 0
    """Reviews that were not rated "again"."""
    answers: int = 0
    answers_right: int = 0
    tasks: int = 0
    predictions: int = 0
    exams: int = 0
    interviews: int = 0
    ms: int = 0

    @property
    def minutes(self) -> int:
        """Minutes of study, as far as answers tell."""
        return round(self.ms / MINUTE)


@dataclass
class Baseline:
    """What a plan promised when it was made: the minutes of work that lay ahead, and the day they would be done."""

    day: int
    minutes: int
    finish: int


@dataclass
class Calendar:
    """The days on which something was studied, and the plan that was last made."""

    kinds: ClassVar[frozenset[str]] = frozenset({*COUNTERS, "plan"})

    days: dict[int, Day] = field(default_factory=dict)
    baseline: Baseline | None = None

    def take(self, event: Event, settings: Settings) -> None:
        """Counts one event."""
        today = study_day(event.at, event.offset)
        data = event.data
        if event.kind == "plan":
            self.baseline = Baseline(today, int(data["minutes"]), int(data["finish"]))
            return
        day = self.days.get(today)
        if day is None:
            day = self.days[today] = Day()
        counter = COUNTERS[event.kind]
        setattr(day, counter, getattr(day, counter) + 1)
        if event.kind == "review":
            day.recalled += data["rating"] > 1
        elif event.kind == "answer":
            day.answers_right += bool(data["right"])
        ms = data.get("ms")
        if ms and event.kind in LONGEST:
            day.ms += min(max(int(ms), 0), LONGEST[event.kind])

    def streak(self, today: int, settings: Settings) -> int:
        """How many planned days in a row were kept, up to today; rest days neither count nor break it."""
        count = 0
        day = today if today in self.days else today - 1  # Today is not over yet.
        first = min(self.days, default=today)
        while day >= first:
            if day in self.days:
                count += 1
            elif planned_minutes(day, settings):
                break
            day -= 1
        return count


def planned_minutes(day: int, settings: Settings, off: Collection[str] | None = None) -> int:
    """The minutes that the learner wants to study on a day; `off` are the days off, for who asks about many days."""
    date = as_date(day)
    if date.isoformat() in (settings.days_off if off is None else off):
        return 0
    return round(60 * settings.hours.get(WEEK[date.weekday()], 0.0))
