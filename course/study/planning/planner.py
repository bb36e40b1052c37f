"""The desk at which a learner makes their plan and sees what is for today."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from course.study.clock import as_date, as_day
from course.study.desk import View, lesson
from course.study.exams.blueprints import blueprints
from course.study.library import Library
from course.study.memory import Memory
from course.study.planning.calendar import planned_minutes
from course.study.planning.plan import Plan, PlannedDay, Work, make_plan, unseen_cards
from course.study.progress import TopicProgress
from course.study.settings import Settings, checked

CHOICES = (
    "exam_date",
    "blueprint",
    "frameworks",
    "hours",
    "days_off",
    "variant",
    "core_only",
    "retention",
    "new_per_day",
    "reviews_per_day",
    "easy_days",
)
"""The settings that can be changed here."""
FARTHEST = timedelta(days=3 * 365)


class Planner:
    """The plan of today, the weeks after it, and the choices that it follows from."""

    def __init__(self, memory: Memory, library: Library, topics: Callable[[], Sequence[TopicProgress]]):
        self._memory = memory
        self._library = library
        self._topics = topics
        self._done: list[list[str]] = []
        self._said = ""

    @property
    def plan(self) -> Plan:
        """The plan as of now."""
        state = self._memory.state
        cards = ((id, entry.topic) for id, entry in self._library.deck.items())
        unseen = unseen_cards(state, cards)
        exam = blueprints().get(state.settings.blueprint)
        minutes = exam.minutes if exam else 60
        return make_plan(
            state, self._topics(), self._library.syllabus, unseen, self._memory.today(), exam_minutes=minutes
        )

    def view(self) -> View:
        """Today, the weeks ahead, how it adds up, and the choices."""
        plan = self.plan
        settings = self._memory.state.settings
        today = self._memory.today()
        first = next((day for day in plan.days if day.day == today), PlannedDay(today, 0, ()))
        done = self._memory.state.calendar.days.get(today)
        return {
            "kind": "plan",
            "today": self._day(first) | {"done": done.minutes if done else 0},
            "weeks": list(self._weeks(plan)),
            "summary": summary(plan, settings, today),
            "fits": plan.enough,
            "settings": {name: _plain(getattr(settings, name)) for name in CHOICES},
            "variants": [asdict(pace) for pace in plan.paces],
            "blueprints": [{"id": one.id, "title": one.title} for one in blueprints().values()],
            "earliest": as_date(today + 1).isoformat(),
            "undoable": bool(self._done),
            "said": self._said,
        }

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes new choices, which are all looked at before the first is kept, or takes the last ones back."""
        if event.get("type") == "choose":
            self._choose(event.get("settings"))
        elif event.get("type") == "undo":
            self._undo()
        else:
            raise ValueError(f"this is nothing that can be done with a plan: {event}")

    def _choose(self, wanted: Any) -> None:
        if not isinstance(wanted, Mapping):
            raise ValueError("no choices came with this event")
        settings = self._memory.state.settings
        today = as_date(self._memory.today())
        changes = {}
        for name, value in wanted.items():
            if name not in CHOICES:
                raise ValueError(f"{name} cannot be chosen here")
            value = checked(name, value)
            if name == "exam_date" and value and value != settings.exam_date:
                _refuse_date(date.fromisoformat(value), today)
            if name == "blueprint" and value not in blueprints():
                raise ValueError(f"there is no exam {value!r}; there are {', '.join(blueprints())}")
            if value != getattr(settings, name):
                changes[name] = value
        if not changes:
            self._said = "Nothing was changed."
            return
        records = [
            self._memory.record("setting", {"name": name, "value": _plain(value)}) for name, value in changes.items()
        ]
        plan = self.plan
        if plan.finish is not None:
            records.append(self._memory.record("plan", {"minutes": plan.material, "finish": plan.finish}))
        self._done.append([record.id for record in records])
        self._said = "The plan was made anew."

    def _undo(self) -> None:
        if not self._done:
            raise ValueError("there is nothing to take back")
        for id in reversed(self._done.pop()):
            self._memory.record("undo", {"event": id})
        self._said = "The last change was taken back."

    def _weeks(self, plan: Plan) -> list[View]:
        weeks: dict[int, list[PlannedDay]] = {}
        today = self._memory.today()
        for day in (day for day in plan.days if day.day != today):
            weeks.setdefault(day.day - as_date(day.day).weekday(), []).append(day)
        return [
            {
                "title": f"{_short(as_date(monday))} to {_short(as_date(monday + 6))}",
                "minutes": sum(day.minutes for day in days),
                "planned": sum(day.planned for day in days),
                "days": [self._day(day) for day in days],
            }
            for monday, days in sorted(weeks.items())
            if any(day.works for day in days)
        ]

    def _day(self, day: PlannedDay) -> View:
        return {
            "date": as_date(day.day).isoformat(),
            "title": _long(as_date(day.day)),
            "minutes": day.minutes,
            "planned": day.planned,
            "works": [_work(work) for work in day.works],
        }


def summary(plan: Plan, settings: Settings, today: int) -> list[str]:
    """How the plan adds up, in sentences."""
    said = []
    week = sum(settings.hours.values())
    if settings.exam is not None:
        days = as_day(settings.exam) - today
        title = blueprints()[settings.blueprint].title if settings.blueprint in blueprints() else settings.blueprint
        when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
        if days >= 0:
            said.append(f"{title} is on {_long(settings.exam)}, {when}.")
        else:
            said.append(f"{title} was on {_long(settings.exam)}. Choose a new date, or none.")
    if not plan.material:
        said.append("All lessons and exercises are done; what is left is practice.")
    elif plan.enough and plan.finish is not None:
        ahead = f"{_hours(plan.material)} of lessons and exercises lie ahead"
        said.append(f"{ahead}; they are done by {_long(as_date(plan.finish))}.")
    else:
        names = ", ".join(work.title for work in plan.left_out[:3]) + ("…" if len(plan.left_out) > 3 else "")
        missing = _hours(sum(work.minutes for work in plan.left_out))
        said.append(f"The time is short: {missing} of lessons and exercises do not fit ({names}).")
        ways = ["choose a later date"]
        if week and plan.stretch < 10:
            enough = max(math.ceil(2 * week * plan.stretch) / 2, week + 0.5)
            ways.insert(0, f"study {enough:g} hours a week instead of {week:g}")
        if not settings.core_only:
            ways.append("take the core path, which leaves out what goes beyond the exam")
        said.append(f"You can {', '.join(ways[:-1])}, or {ways[-1]}." if len(ways) > 1 else f"You can {ways[0]}.")
    if plan.late:
        word = "behind" if plan.late > 0 else "ahead of"
        days = abs(plan.late)
        said.append(f"You are {days} {'day' if days == 1 else 'days'} {word} the plan that you made.")
    if not any(planned_minutes(day, settings) for day in range(today, today + 7)):
        said.append("No time is planned in the next seven days.")
    return said


def _refuse_date(value: date, today: date) -> None:
    if value <= today:
        raise ValueError(f"an exam lies ahead, and {_long(value)} does not")
    if value - today > FARTHEST:
        raise ValueError(f"a plan reaches three years ahead at most, and {_long(value)} is later")


def _work(work: Work) -> View:
    shown: View = {"kind": work.kind, "title": work.title, "minutes": work.minutes, "call": work.call}
    return shown | ({"lesson": lesson(work.path, work.title)} if work.path else {})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _short(value: date) -> str:
    return f"{value.day} {value:%b}"


def _long(value: date) -> str:
    return f"{value:%A} {value.day} {value:%B} {value.year}"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours and rest else f"{hours} h" if hours else f"{rest} minutes"
