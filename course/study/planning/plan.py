"""The study plan: what to do on each day until the exam, made anew from what is known whenever it is looked at."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from fsrs import Card, Rating, Scheduler

from course.study.clock import as_date, as_day
from course.study.memory import State
from course.study.planning.calendar import planned_minutes
from course.study.progress import NotebookProgress, TopicProgress
from course.study.settings import WEEK, Settings
from course.syllabus import Syllabus

WEEKS = {"accelerated": 7, "standard": 12, "extended": 26}
"""How long a plan without an exam date lasts, by its variant."""
PACE = 15.0
"""Seconds for a card before the learner's own pace is known."""
AGAIN = 1.15
"""Reviews for each that goes as planned: some cards are forgotten and come again."""
RESERVE = 0.12
"""The share of the time before an exam that is kept for practice, and for days that go otherwise."""
LEAST = 20
"""Minutes that are worth sitting down for a lesson."""
PRACTICE = 60
"""Minutes of a practice exam with a look at its report."""
TALK = 45
"""Minutes of a mock interview."""


@dataclass(frozen=True)
class Work:
    """Something to do: a notebook to go through, or a call to run in a cell."""

    kind: str
    """lesson, exercises, cards, exam, interview or mistakes."""
    title: str
    minutes: int
    path: str = ""
    """The notebook, relative to the learner's folder."""
    call: str = ""
    """The call, such as `cards()`."""
    topic: str = ""


@dataclass(frozen=True)
class PlannedDay:
    """A day's work, and the minutes that the learner has for it."""

    day: int
    minutes: int
    works: tuple[Work, ...]

    @property
    def planned(self) -> int:
        """The minutes that the work takes."""
        return sum(work.minutes for work in self.works)


@dataclass(frozen=True)
class Pace:
    """What a plan of one variant asks for."""

    variant: str
    weeks: float
    hours_a_week: float
    chosen: bool


@dataclass(frozen=True)
class Plan:
    """All days from today on, and whether the time is enough."""

    days: tuple[PlannedDay, ...]
    last_day: int
    """The day of the exam, else the last day of the plan."""
    finish: int | None
    """The day on which the last lesson is done; None when there is nothing left, or not enough time."""
    material: int
    """Minutes of lessons and exercises that lie ahead."""
    left_out: tuple[Work, ...]
    """What does not fit into the time."""
    paces: tuple[Pace, ...]
    core_hours_a_week: float
    """Hours a week that the core path would take in the same time."""
    late: int | None
    """Days behind what was promised when the plan was made; below 0 ahead of it; None without a promise."""

    @property
    def enough(self) -> bool:
        """Whether everything fits."""
        return not self.left_out

    @property
    def hours_a_week(self) -> float:
        """What the chosen plan asks for."""
        return next(pace.hours_a_week for pace in self.paces if pace.chosen)


def make_plan(
    state: State,
    topics: Sequence[TopicProgress],
    syllabus: Syllabus,
    unseen: Mapping[str, int],
    today: int,
    *,
    ready: bool = True,
) -> Plan:
    """The plan from `today` on, for notebooks as they are now; `unseen` counts the new cards of each topic.

    It is a function of what is known: whoever misses a day, or is faster, gets another plan the next time.
    """
    settings = state.settings
    last = _last_day(settings, today)
    material = list(_material(topics, syllabus, settings))
    core = list(_material(topics, syllabus, replace(settings, core_only=True)))
    total = sum(work.minutes for work in material)
    pace = (state.deck.pace() or PACE) / 60
    reviews = _reviews_ahead(state, today, last)
    books = _Books(material, unseen, settings.new_per_day)
    lesson_days = _lesson_days(settings, today, last)
    days, finish = [], None
    for day in range(today, last + 1):
        minutes = planned_minutes(day, settings)
        if day == today and today in state.calendar.days:
            minutes = max(0, minutes - state.calendar.days[today].minutes)
        new = books.new_cards() if minutes and day < last else 0
        for offset in _new_card_path():
            reviews[day + offset] += new
        works = list(_card_work(state, day, today, round(math.ceil(reviews[day] * AGAIN) * pace), minutes))
        works += _practice(settings, day, today, last, ready)
        left = minutes - sum(work.minutes for work in works)
        if day in lesson_days and left >= min(LEAST, books.minutes_left()):
            share = math.ceil(books.minutes_left() / (len(lesson_days) - lesson_days[day]))
            works += books.take(min(left, max(share, LEAST)))
            if not books.minutes_left() and finish is None and total:
                finish = day
        if works or minutes:
            days.append(PlannedDay(day, minutes, tuple(works)))
    left_out = tuple(books.left())
    return Plan(
        days=tuple(days),
        last_day=last,
        finish=None if left_out else finish,
        material=total,
        left_out=left_out,
        paces=_paces(settings, total, sum(reviews.values()) * AGAIN * pace, today, last),
        core_hours_a_week=_weekly(sum(work.minutes for work in core), today, last),
        late=_late(state, finish, today),
    )


def unseen_cards(state: State, topic_of: Iterable[tuple[str, str]]) -> Counter[str]:
    """How many cards of each topic were never studied, of pairs of a card's id and its topic."""
    known = {id for id, card in state.deck.cards.items() if card.phase != "new" or card.suspended}
    return Counter(topic for card, topic in topic_of if card not in known)


class _Books:
    """The lessons and exercises that lie ahead, in order, and the new cards that come with them."""

    def __init__(self, material: list[Work], unseen: Mapping[str, int], new_per_day: int):
        self._queue = list(material)
        self._unseen = Counter(unseen)
        self._open: Counter[str] = Counter()
        self._per_day = new_per_day
        ahead = {work.topic for work in material}
        for topic in set(unseen) - ahead:
            self._open[topic] = unseen[topic]

    def minutes_left(self) -> int:
        return sum(work.minutes for work in self._queue)

    def left(self) -> list[Work]:
        return self._queue

    def take(self, minutes: int) -> list[Work]:
        """The next work, for about so many minutes; a long lesson may go on the next day."""
        taken = []
        while self._queue and minutes > 0:
            work = self._queue.pop(0)
            part = min(work.minutes, minutes)
            if work.minutes - part < LEAST // 2:
                part = work.minutes  # Nobody stops a few minutes before the end.
            taken.append(replace(work, minutes=part))
            minutes -= part
            self._open[work.topic] = self._unseen[work.topic]
            if part < work.minutes:
                self._queue.insert(0, replace(work, minutes=work.minutes - part))
        return taken

    def new_cards(self) -> int:
        """How many new cards come on a day: those of topics that were begun."""
        left = self._per_day
        for topic in list(self._open):
            take = min(left, self._open[topic])
            self._open[topic] -= take
            self._unseen[topic] -= take
            left -= take
        return self._per_day - left


def _last_day(settings: Settings, today: int) -> int:
    if settings.exam is not None and as_day(settings.exam) >= today:
        return as_day(settings.exam)
    return today + 7 * WEEKS[settings.variant] - 1


def _material(topics: Sequence[TopicProgress], syllabus: Syllabus, settings: Settings) -> Iterable[Work]:
    wanted = {
        objective.id
        for objective in syllabus.objectives
        if objective.framework in (*settings.frameworks, "all", "study")
        and (objective.origin == "core" or not settings.core_only)
    }
    for topic in topics:
        for notebook in topic.unfinished:
            if not notebook.objectives or notebook.objectives & wanted:
                kind = "exercises" if notebook.max_points else "lesson"
                yield Work(kind, notebook.title, _minutes_ahead(notebook), path=notebook.path, topic=topic.topic.id)


def _minutes_ahead(notebook: NotebookProgress) -> int:
    """What is left of a notebook that was begun."""
    share = 1 - notebook.ran / notebook.cells if notebook.cells else 1.0
    return max(5, round(notebook.minutes * share))


def _lesson_days(settings: Settings, today: int, last: int) -> dict[int, int]:
    """The days on which there are lessons, numbered; the time right before an exam is for practice."""
    end = last - max(3, round((last - today) * RESERVE)) if settings.exam is not None else last
    days = [day for day in range(today, max(end, today) + 1) if planned_minutes(day, settings)]
    return {day: number for number, day in enumerate(days)}


def _reviews_ahead(state: State, today: int, last: int) -> Counter[int]:
    """Reviews by day of the cards that are known already: each comes when it is due, and after ever longer whiles."""
    found: Counter[int] = Counter()
    for card in state.deck.cards.values():
        if card.suspended:
            continue
        day, gap = max(card.due_day, today), max(card.stability, 1.0)
        while day <= last:
            found[day] += 1
            gap *= 2.5
            day += max(1, round(gap))
    return found


@cache
def _new_card_path() -> tuple[int, ...]:
    """Days after its first lesson on which a card comes that is always known."""
    scheduler = Scheduler(enable_fuzzing=False)
    card = Card(card_id=1)
    first = card.due
    days = []
    for _ in range(8):
        card, _log = scheduler.review_card(card, Rating.Good, card.due)
        days.append((card.due - first).days)
    return (0, *days)


def _card_work(state: State, day: int, today: int, minutes: int, available: int) -> Iterable[Work]:
    mistakes = len(state.mistakes.due(day)) if day == today else 0
    if minutes and available:
        yield Work("cards", "Cards", min(max(minutes, 3), max(available, 5)), call="cards()")
    if mistakes and available:
        title = "A mistake to try again" if mistakes == 1 else f"{mistakes} mistakes to try again"
        yield Work("mistakes", title, min(2 * mistakes, 20), call="mistakes()")


def _practice(settings: Settings, day: int, today: int, last: int, ready: bool) -> Iterable[Work]:
    """Practice exams at a third, at two thirds, a week and two days before the end; mock interviews every two weeks."""
    length = last - today
    if not ready or not planned_minutes(day, settings) or settings.exam is None or day >= last:
        return
    wished = {today + length // 3, today + 2 * length // 3, last - 7, last - 2}
    due = [wish for wish in wished if wish > today and _next_study_day(wish, settings, last) == day]
    if due and length >= 4:
        yield Work("exam", "Practice exam", PRACTICE, call=f'exam("{settings.blueprint}")')
    elif length >= 21 and (day - today) >= 14 and _next_study_day(day - (day - today) % 14, settings, last) == day:
        yield Work("interview", "Mock interview", TALK, call="interview()")


def _next_study_day(day: int, settings: Settings, last: int) -> int:
    """The first day from `day` on that has time, or the last one before the end."""
    return next((later for later in range(day, last) if planned_minutes(later, settings)), day)


def _weekly(minutes: float, today: int, last: int) -> float:
    return round(minutes / 60 / max(1.0, (last - today + 1) / 7), 1)


def _paces(settings: Settings, material: int, cards: float, today: int, last: int) -> tuple[Pace, ...]:
    """What each variant asks for; an exam date decides how long the chosen one lasts."""
    found = []
    for variant, weeks in WEEKS.items():
        chosen = variant == settings.variant
        days = last - today + 1 if chosen else 7 * weeks
        hours = (material / 60 + cards / 60 * days / (last - today + 1)) / (days / 7) if days else 0.0
        found.append(Pace(variant, round(days / 7, 1), round(hours, 1), chosen))
    return tuple(found)


def _late(state: State, finish: int | None, today: int) -> int | None:
    promised = state.calendar.baseline
    if promised is None:
        return None
    return max(0, today - promised.finish) if finish is None else finish - promised.finish


def weekday(day: int) -> str:
    """The weekday of a study day, as in WEEK."""
    return WEEK[as_date(day).weekday()]
