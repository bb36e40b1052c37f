"""A learner for tests: forgets by a memory of their own, which the scheduler does not know, and studies every day."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from fsrs import Card, Rating, Scheduler
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from course.study.cards.queue import today
from course.study.library import Library
from course.study.memory import Memory
from course.syllabus import read_syllabus

BERLIN = timezone(timedelta(hours=1))
"""An hour ahead of UTC, so that a day here is not one there."""
FIRST = datetime(2026, 12, 1, 18, 30, tzinfo=BERLIN)
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Hands:
    """A clock that goes as it is told."""

    now: datetime = FIRST

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **spans: float) -> None:
        self.now += timedelta(**spans)


def make_library(folder: Path, cards: int = 600, topics: int = 9, clozes: Collection[int] = ()) -> Library:
    """Cards for the first topics: about each framework in turn, and beyond the core; cloze cards have two gaps."""
    syllabus = read_syllabus().record
    for number, topic in enumerate(syllabus.topics[:topics]):
        objectives: dict[str, str] = {}
        for objective in syllabus.objectives:
            if objective.topic == topic.id and objective.framework != "study":
                core = objective.origin == "core" or "exam" in objective.kinds
                objectives.setdefault(objective.framework if core else "beyond", objective.id)
        bank = [
            {
                "id": f"card-{id:04d}",
                "objectives": [list(objectives.values())[place % len(objectives)]],
                "kind": "cloze" if id in clozes else "concept",
                "front": "Path and {{c1::method}} pick the {{c2::view}}." if id in clozes else "Which?",
                "back": "This one.",
                "proof": "judgement",
            }
            for place, id in enumerate(range(number, cards, topics))
        ]
        (folder / topic.folder).mkdir(parents=True)
        # JSON is YAML, and quickly written.
        (folder / topic.folder / "bank.yaml").write_text(json.dumps({"cards": bank}), encoding="utf-8")
    return Library(folder)


@dataclass
class Habits:
    """How somebody studies."""

    days: int = 60
    away: Collection[int] = ()
    """Days, counted from the first, on which nothing is studied."""
    seconds: float = 8
    """For each card."""


@dataclass
class Learner:
    """Somebody who studies through the public interface: asks what is next, answers, and comes back tomorrow."""

    memory: Memory
    library: Library
    hands: Hands
    seed: int = 1
    reviews: dict[int, int] = field(default_factory=dict)
    """Answers by study day, without the steps of learning."""
    answers: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        own = (value * math.exp(self._random.gauss(0, 0.05)) for value in DEFAULT_PARAMETERS)
        bounds = zip(own, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
        self._mind = Scheduler([min(max(value, low), high) for value, low, high in bounds], enable_fuzzing=False)
        self._traces: dict[str, Card] = {}
        self._topics = {entry.topic for entry in self.library.deck.values()}

    def study(self, habits: Habits) -> None:
        """Studies once a day, until nothing is left, steps of learning included."""
        evening = self.hands.now
        for number in range(habits.days):
            self.hands.now = evening + timedelta(days=number, minutes=self._random.uniform(-60, 60))
            if number not in habits.away:
                self._sit_down(habits)
        self.hands.now = evening + timedelta(days=habits.days)

    def recall(self, id: str, day: int) -> float:
        """The true chance to remember a card on a later day; 0 for one that was never seen."""
        trace = self._traces.get(id)
        return 0.0 if trace is None else self._mind.get_card_retrievability(trace, _START + timedelta(days=day))

    def mean_recall(self, day: int) -> float:
        """That of the whole library."""
        return sum(self.recall(id, day) for id in self.library.deck) / len(self.library.deck)

    def _sit_down(self, habits: Habits) -> None:
        while True:
            queue = today(self.memory.state, self.library, *self.memory.now(), topics=self._topics)
            if not queue.order and queue.next_step is None:
                return
            if not queue.order:
                self.hands.wait(milliseconds=(queue.next_step or 0) - self.memory.now()[0])
            for id in queue.order:
                if id not in queue.steps:
                    self.reviews[self.memory.today()] = self.reviews.get(self.memory.today(), 0) + 1
                self._answer(id, habits)

    def _answer(self, id: str, habits: Habits) -> None:
        entry = self.library.deck[id]
        rating = self._remember(id)
        self.hands.wait(seconds=habits.seconds)
        about = {**entry.about(), "ms": round(habits.seconds * 1000)}
        self.memory.record("review", {"card": id, "rating": rating.value, **about})
        self.answers += 1

    def _remember(self, id: str) -> Rating:
        moment = _START + timedelta(days=self.memory.today())
        trace = self._traces.get(id) or Card(len(self._traces), due=moment)
        if trace.last_review is None:
            rating = self._random.choices(list(Rating), (25, 10, 50, 15))[0]
        else:
            same_day = trace.last_review == moment
            chance = 0.9 if same_day else self._mind.get_card_retrievability(trace, moment)
            known = self._random.random() < chance
            rating = self._random.choices(list(Rating)[1:], (10, 80, 10))[0] if known else Rating.Again
        after, _ = self._mind.review_card(trace, rating, moment)
        after.stability = (after.stability or 0) * math.exp(self._random.gauss(0, 0.15))
        self._traces[id] = after
        return rating


def date_after(days: int) -> str:
    """The date so many days after the first, as a setting wants it."""
    return (FIRST + timedelta(days=days)).date().isoformat()
