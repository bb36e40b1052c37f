"""The study plan: what to do on each day until the exam, made anew from what is known whenever it is looked at."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from fsrs import Card, Rating, Scheduler

from course.study.clock import as_day
from course.study.memory import State
from course.study.planning.calendar import planned_minutes
from course.study.progress import NotebookProgress, TopicProgress
from course.study.settings import Settings
from course.syllabus import Syllabus

WEEKS = {"accelerated": (7, 4.0), "standard": (12, 2.0), "extended": (26, 1.0)}
"""How many weeks a plan without an exam date lasts at most, and the hours a week that it asks for at least."""
PACE = 15.0
"""Seconds for a card before the learner's own pace is known."""
AGAIN = 1.15
"""Reviews for each that goes as planned: some cards are forgotten and come again."""
RESERVE = 0.12
"""The share of the time before an exam that is kept for practice, and for days that go otherwise."""
LEAST, BLOCK = 20, 40
"""Minutes that are worth sitting down for a lesson, and those that one sitting takes: no lesson is longer."""
REPORT = 15
"""Minutes for a look at an exam's report."""
EXAMS = 4
"""Practice exams at most; about one a week."""
TALK = 45
"""Minutes of a mock interview."""
ATTEMPTS = ((True, True, True), (True, False, True), (False, False, True), (False, False, False))
"""Whether the last days are kept free of lessons, whether lessons are spread evenly, whether there is practice."""
LAST_LOOK, LAST_DAYS = 0.04, 5
"""The share of the cards that comes once more on each of the last days before an exam."""


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
    """How long a plan of one variant lasts, and what it asks for."""

    variant: str
    weeks: int
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
    """What does not fit into the time, however full the days are."""
    paces: tuple[Pace, ...]
    late: int | None
    """Days behind what was promised when the plan was made; below 0 ahead of it; None without a promise."""

    @property
    def enough(self) -> bool:
        """Whether everything fits."""
        return not self.left_out

    @property
    def stretch(self) -> float:
        """How many times as much time as there is would be needed for everything."""
        available = sum(day.minutes for day in self.days)
        needed = sum(day.planned for day in self.days) + sum(work.minutes for work in self.left_out)
        return needed / available if available else math.inf


def make_plan(
    state: State,
    topics: Sequence[TopicProgress],
    syllabus: Syllabus,
    unseen: Mapping[str, int],
    today: int,
    *,
    exam_minutes: float = 60,
) -> Plan:
    """The plan from `today` on, for notebooks as they are now; `unseen` counts the new cards of each topic.

    It is a function of what is known: whoever misses a day, or is faster, gets another plan the next time. Lessons are
    spread evenly. When they do not fit so, days are filled, then those too that are kept for practice, and in the end
    there is no practice.
    """
    material = list(_material(topics, syllabus, state.settings))
    sketch = _Sketch(state, material, unseen, today, round(exam_minutes) + REPORT)
    for reserve, even, practice in ATTEMPTS:
        days, finish, left_out = sketch.days(reserve=reserve, even=even, practice=practice)
        if not left_out:
            break
    return Plan(
        days=tuple(days),
        last_day=sketch.last,
        finish=None if left_out else finish,
        material=sketch.material,
        left_out=tuple(left_out),
        paces=_paces(state.settings, sketch.material, days),
        late=_late(state, sketch.material, today),
    )


class _Sketch:
    """What all attempts at one plan have in common."""

    def __init__(self, state: State, material: list[Work], unseen: Mapping[str, int], today: int, exam_minutes: int):
        self._state = state
        self._settings = state.settings
        self._works = material
        self._unseen = unseen
        self._today = today
        self.material = sum(work.minutes for work in material)
        self.last = _last_day(state.settings, today, self.material)
        off = frozenset(state.settings.days_off)
        done = state.calendar.days.get(today)
        self._time = {day: planned_minutes(day, state.settings, off) for day in range(today, self.last + 1)}
        if done:
            self._time[today] = max(0, self._time[today] - done.minutes)
        self._pace = (state.deck.pace() or PACE) / 60
        self._known = _reviews_ahead(state, today, self.last)
        self._cards = len(state.deck.cards) + sum(unseen.values())
        self._practice = self._practice_days(exam_minutes)

    def days(self, *, reserve: bool, even: bool, practice: bool) -> tuple[list[PlannedDay], int | None, list[Work]]:
        """The days, the one on which the last lesson is done, and what does not fit."""
        books = _Books(self._works, self._unseen, self._settings.new_per_day)
        reviews = Counter(self._known)
        sittings = self._sittings(reserve=reserve, even=even)
        exams = self._practice if practice else {}
        end = max(sittings, default=self._today)
        days: list[PlannedDay] = []
        finish = None
        for day, minutes in self._time.items():
            if minutes and day < self.last:
                new = books.new_cards()
                for offset in _new_card_path():
                    reviews[day + offset] += new
            works = [*self._card_work(day, reviews[day], minutes), *exams.get(day, ())]
            left = minutes - sum(work.minutes for work in works)
            if day in sittings and left >= min(LEAST, books.minutes_left()) > 0:
                share = math.ceil(books.minutes_left() / sittings[day])
                works += books.take(min(left, max(share, BLOCK)) if even else left)
                if not books.minutes_left() and finish is None:
                    finish = day
            elif self._settings.exam and end < day < self.last and left >= LEAST and day not in exams:
                works.append(Work("cards", "Weak areas", min(left, BLOCK), call="cards(weak=True)"))
            if works or minutes:
                days.append(PlannedDay(day, minutes, tuple(works)))
        return days, finish, books.left()

    def _sittings(self, *, reserve: bool, even: bool) -> dict[int, int]:
        """The days on which there are lessons, each with the number of sittings from it on."""
        kept = max(3, round((self.last - self._today) * RESERVE)) if self._settings.exam and reserve else 1
        end = self.last - kept if self._settings.exam else self.last
        free = [day for day, minutes in self._time.items() if minutes >= LEAST and (day <= end or day == self._today)]
        wanted = max(math.ceil(self.material / BLOCK), 1)
        if even and len(free) > wanted:
            free = [free[place * len(free) // wanted] for place in range(wanted)]
        return {day: len(free) - number for number, day in enumerate(free)}

    def _card_work(self, day: int, reviews: int, minutes: int) -> Iterable[Work]:
        if not minutes:
            return
        if self._settings.exam and 0 < self.last - day <= LAST_DAYS:
            reviews += math.ceil(self._cards * LAST_LOOK)
        if reviews:
            planned = round(math.ceil(reviews * AGAIN) * self._pace)
            yield Work("cards", "Cards", min(max(planned, 3), max(minutes, 5)), call="cards()")
        if day <= self._today + 1 and (mistakes := len(self._state.mistakes.due(day))):
            title = "A mistake to try again" if mistakes == 1 else f"{mistakes} mistakes to try again"
            yield Work("mistakes", title, min(2 * mistakes, 20, max(minutes // 2, 2)), call="mistakes()")

    def _practice_days(self, exam_minutes: int) -> dict[int, list[Work]]:
        """Practice exams at equal distances, the last two days before the end; a mock interview every two weeks."""
        length = self.last - self._today
        found: dict[int, list[Work]] = {}
        if not self._settings.exam or length < 4:
            return found
        exam = Work("exam", "Practice exam", exam_minutes, call=f'exam("{self._settings.blueprint}")')
        number = min(EXAMS, max(1, length // 7))
        for wish in (*(length * place // number for place in range(1, number)), length - 2):
            day = self._day_with(exam_minutes, self._today + wish, found)
            if day is not None:
                found[day] = [exam]
        for wish in range(14, length - 6, 14):
            day = self._day_with(TALK, self._today + wish, found)
            if day is not None:
                found[day] = [Work("interview", "Mock interview", TALK, call="interview()")]
        return found

    def _day_with(self, minutes: int, wish: int, taken: Iterable[int]) -> int | None:
        """The first day from a wished one on that has the time, within a week; else the one with most of it."""
        tired = {near for day in taken for near in (day - 1, day, day + 1)}
        near = [day for day in range(wish, min(wish + 7, self.last)) if self._time.get(day) and day not in tired]
        fits = (day for day in near if self._time[day] >= minutes)
        return next(fits, max(near, key=lambda day: self._time[day], default=None))


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
        taken: list[Work] = []
        while self._queue and minutes > (LEAST // 2 if taken else 0):
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


def _last_day(settings: Settings, today: int, material: int) -> int:
    if settings.exam is not None and as_day(settings.exam) >= today:
        return as_day(settings.exam)
    return today + 7 * _weeks(settings.variant, material) - 1


def _weeks(variant: str, material: int) -> int:
    """How long a variant takes: less than it may when there is little to do."""
    longest, least = WEEKS[variant]
    return min(longest, max(1, math.ceil(material / 60 / least)))


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


def _paces(settings: Settings, material: int, days: Sequence[PlannedDay]) -> tuple[Pace, ...]:
    """What each variant asks for without an exam date, with as much for cards in a week as the plan has."""
    span = max(7, days[-1].day - days[0].day + 1) if days else 7
    cards = sum(work.minutes for day in days for work in day.works if work.kind == "cards") * 7 / span
    found = []
    for variant in WEEKS:
        weeks = _weeks(variant, material)
        found.append(Pace(variant, weeks, round((material / weeks + cards) / 60, 1), variant == settings.variant))
    return tuple(found)


def _late(state: State, material: int, today: int) -> int | None:
    """Days between what should be done by now, had it gone evenly, and what is done."""
    promised = state.calendar.baseline
    if promised is None or not promised.minutes:
        return None
    span = max(1, promised.finish - promised.day)
    should = min(1.0, (today - promised.day) / span)
    done = (promised.minutes - material) / promised.minutes
    return round((should - done) * span)
