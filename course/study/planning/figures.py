"""How a learner is doing, as rows of numbers that a chart and a table can both show."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from course.study.ability import Ability, Estimate, weak_areas
from course.study.cards.forecast import due_by_day, retention_by_week
from course.study.clock import as_date, study_day
from course.study.exams.calibration import Calibration
from course.study.exams.exam import Exams
from course.study.exams.report import title_of
from course.study.journal import Event
from course.study.memory import State
from course.study.settings import WEEK, Settings

Rows = list[dict[str, Any]]

SURE = 1.645
"""Standard deviations on each side that hold nine of ten cases."""
ENOUGH = 8
"""Answers below which nothing is said of a topic."""
WEEKS_BACK = 26
FRAMEWORKS = {"django": "Django", "flask": "Flask", "fastapi": "FastAPI"}


@dataclass(frozen=True)
class Figure:
    """Something to look at: a title, what it says in a sentence, and its rows; all rows have the same keys."""

    id: str
    title: str
    said: str
    rows: Rows
    drawn: bool = True
    """Whether there is enough to look at; a table is worth it before."""


def study_days(state: State, today: int) -> Figure:
    """The calendar of the last half year: minutes and steps on each day, rest days included."""
    first = today - 7 * WEEKS_BACK + 1
    first -= as_date(first).weekday()
    rows: Rows = []
    for day in range(first, today + 1):
        done = state.calendar.days.get(day)
        date = as_date(day)
        rows.append(
            {
                "date": date.isoformat(),
                "week": as_date(day - date.weekday()).isoformat(),
                "weekday": WEEK[date.weekday()].capitalize(),
                "minutes": done.minutes if done else 0,
                "cards": done.reviews if done else 0,
                "answers": done.answers if done else 0,
            }
        )
    count = sum(1 for day in state.calendar.days if day >= first)
    kept = state.calendar.streak(today, state.settings)
    said = f"You studied on {_count(count, 'day')} of the last half year"
    said += f"; you kept the last {_count(kept, 'planned day')}." if kept > 1 else "."
    return Figure("calendar", "Study calendar", said, rows, drawn=count > 0)


def knowledge(events: Iterable[Event], titles: dict[str, str]) -> Figure:
    """What share of questions of middle difficulty the learner knows, by topic and framework, after each day."""
    ability, settings = Ability(), Settings()
    rows: Rows = []
    before: int | None = None

    def note(day: int) -> None:
        for name, title in titles.items():
            add(day, "topic", title, ability.estimate(name))
        for name, title in FRAMEWORKS.items():
            add(day, "framework", title, ability.estimate(framework=name))

    def add(day: int, kind: str, name: str, estimate: Estimate) -> None:
        if estimate.answers >= ENOUGH:
            rows.append({"date": as_date(day).isoformat(), "of": kind, "name": name} | _known(estimate))

    for event in events:
        if event.kind not in Ability.kinds:
            continue
        day = study_day(event.at, event.offset)
        if before is not None and day != before:
            note(before)
        ability.take(event, settings)
        before = day
    if before is not None:
        note(before)
    latest = {row["name"]: row for row in rows}
    if not latest:
        return Figure("knowledge", "Knowledge", f"Not enough answers yet: {ENOUGH} of a topic are needed.", rows)
    best = max(latest.values(), key=lambda row: row["known"])
    weak = min(latest.values(), key=lambda row: row["known"])
    said = f"Best known: {best['name']}, {best['known']:.0%}."
    if weak is not best:
        said += f" Least: {weak['name']}, {weak['known']:.0%}."
    return Figure("knowledge", "Knowledge", said, rows, drawn=len({row["date"] for row in rows}) > 1)


def areas(state: State, topics: Iterable[str], titles: dict[str, str]) -> Figure:
    """Each topic in each framework: weak, fine, or not asked about often enough to say."""
    found = weak_areas(state.ability, topics, state.settings.frameworks)
    names = FRAMEWORKS | {"all": "all frameworks"}
    rows: Rows = [
        {
            "topic": titles.get(area.topic, area.topic),
            "framework": names[area.framework],
            "verdict": area.verdict,
            "known at best": round(area.bound, 3),
            "answers": area.estimate.answers,
        }
        for area in found
    ]
    weak = [f"{row['topic']} in {row['framework']}" for row in rows if row["verdict"] == "weak"]
    if weak:
        said = f"Weak: {', '.join(weak)}. cards(weak=True) makes a deck of it."
    elif any(row["verdict"] == "fine" for row in rows):
        said = "Nothing is weak, as far as you were asked."
    else:
        said = "Not enough answers: a topic needs 8 of them in a framework before anything can be said."
    return Figure("areas", "Weak areas", said, rows, drawn=False)


def exams(room: Exams) -> Figure:
    """The practice exams that were handed in."""
    rows: Rows = [
        {
            "date": as_date(study_day(run.finished, run.offset)).isoformat(),
            "exam": title_of(run.blueprint),
            "score": run.score,
            "to pass": run.pass_mark,
        }
        for run in room.finished()
        if run.finished is not None and run.score is not None
    ]
    passed = sum(bool(run.passed) for run in room.finished())
    said = f"Exams handed in: {len(rows)}; passed: {passed}." if rows else "No exam was handed in yet."
    if len(rows) > 1:
        said += " The bar at each date is the mark to pass."
    return Figure("exams", "Practice exams", said, rows, drawn=len(rows) > 1)


def exercises(state: State, titles: dict[str, str]) -> Figure:
    """The graded exercises of each topic."""
    rows: Rows = []
    for topic in state.exercises.tests:
        solved, tried = state.exercises.solved(topic)
        points, most = state.exercises.points(topic)
        title = titles.get(topic, topic)
        rows.append({"topic": title, "solved": solved, "tried": tried, "points": f"{points:g} of {most:g}"})
    solved, tried = (sum(row[name] for row in rows) for name in ("solved", "tried"))
    said = (
        f"Exercises solved: {solved} of {tried} that you tried." if tried else "No exercise was tried and graded yet."
    )
    return Figure("exercises", "Exercises", said, rows, drawn=False)


def ahead(state: State, today: int) -> Figure:
    """The cards that will come on each day of the coming weeks, as things stand."""
    coming = due_by_day(state, today)
    rows: Rows = [{"date": as_date(day).isoformat(), "cards": cards} for day, cards in coming.items()]
    total = sum(coming.values())
    if not total:
        return Figure("ahead", "Cards ahead", "No card is on its way yet.", [])
    said = f"{_count(coming[today], 'card')} today, {total} in four weeks; new ones are not counted."
    return Figure("ahead", "Cards ahead", said, rows)


def retention(state: State) -> Figure:
    """Of the cards that came back, the share that was known, week by week, beside the one that is wanted."""
    weeks = retention_by_week(state)
    rows: Rows = [
        {
            "week": as_date(week.first_day).isoformat(),
            "recalled": round(week.share or 0.0, 3),
            "wanted": state.settings.retention,
            "cards": week.asked,
        }
        for week in weeks
    ]
    asked, recalled = sum(week.asked for week in weeks), sum(week.recalled for week in weeks)
    if not asked:
        return Figure("retention", "Retention", "No card has come back after a day or more yet.", [])
    said = f"{recalled / asked:.0%} of {_count(asked, 'card')} were known when they came back"
    return Figure("retention", "Retention", f"{said}; wanted are {state.settings.retention:.0%}.", rows)


def sureness(known: Calibration) -> Figure:
    """How often the learner was right at each level of confidence."""
    rows: Rows = [
        {
            "you said": one.name,
            "expected": round(one.said, 3),
            "right": round(one.came, 3),
            "answers": one.count,
            "at least": round(one.low, 3),
            "at most": round(one.high, 3),
        }
        for one in known.bins
    ]
    if known.brier is None:
        return Figure("sureness", "Sureness", "Say with an answer how sure you are, and it is compared here.", [])
    if known.answers < ENOUGH:
        said = f"You said how sure you were with {_count(known.answers, 'answer')}; from {ENOUGH} on it is compared."
        return Figure("sureness", "Sureness", said, rows, drawn=False)
    said = f"Brier score {known.brier:.2f} over {_count(known.answers, 'answer')}; 0 is perfect"
    said += f", {known.base:.2f} would be reached by always saying your average." if known.base is not None else "."
    return Figure("sureness", "Sureness", said, rows)


def _known(estimate: Estimate) -> dict[str, Any]:
    return {
        "known": _share(estimate.mean),
        "at least": _share(estimate.mean - SURE * estimate.sd),
        "at most": _share(estimate.mean + SURE * estimate.sd),
        "answers": estimate.answers,
    }


def _share(logit: float) -> float:
    return round(1 / (1 + math.exp(-logit)), 3)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
