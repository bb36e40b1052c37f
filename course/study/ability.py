"""How able a learner is, by topic and framework, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import ClassVar, Literal

from course.study.journal import Event
from course.study.settings import Settings

DIFFICULTIES = {"beginner": -1.0, "intermediate": 0.0, "advanced": 1.0}
"""What authors say of a question, on the logit scale: who is as able as it is difficult knows it half of the time."""
SHARES = (0.5, 0.5, 0.2, 0.1)
"""How much of an answer's surprise goes to the learner as a whole, the topic, the framework, and both together."""
SPREADS = (1.0, 0.8, 0.4, 0.3)
"""By how much learners, and a learner's topics and frameworks, differ before anything is known of them."""
GUESSED = 0.04
"""The variance that stays, however many answers there are: authors only guess how difficult a question is."""
ENOUGH = 8
"""Answers below which nothing is said of an area."""
TARGET = 0.7
"""The share of intermediate questions that somebody who knows an area can answer without guessing."""
SURE = NormalDist().inv_cdf(0.9)
"""An area is weak when its ability is below the target with nine chances in ten."""

_STEPS = tuple(NormalDist().inv_cdf((step + 0.5) / 15) for step in range(15))
"""Fifteen equally likely places of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An ability on the logit scale, the standard deviation of that guess, and the first answers that it rests on."""

    mean: float
    sd: float
    answers: int


@dataclass(slots=True)
class Part:
    """What one topic, one framework, or the whole adds to an ability."""

    mean: float = 0.0
    answers: int = 0
    information: float = 0.0


@dataclass
class Ability:
    """An Elo rating in parts, from the first answer to each question and task alone.

    The parts add up, so a topic with few answers is taken to be as the learner is elsewhere.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"answer", "task"})

    parts: dict[str, Part] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    """Questions and tasks that were asked before, by their ids: a second answer measures memory, not ability."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows an answer or a task."""
        data = event.data
        id = data["question"] if event.kind == "answer" else f"task {data['task']}"
        times = self.seen.get(id, 0)
        self.seen[id] = times + 1
        difficulty = DIFFICULTIES.get(data.get("level", ""))
        if times or difficulty is None or data.get("form") == "retry":
            return
        if data.get("chosen" if event.kind == "answer" else "code") is None:
            return  # Left out in an exam: that the time was over says nothing of this topic.
        floor = _floor(int(data.get("options") or 0))
        parts = [self._part(key) for key in _keys(data.get("topic"), data.get("framework"))]
        knows = _logistic(sum(part.mean for part in parts) - difficulty)
        expected = floor + (1 - floor) * knows
        slope = (1 - floor) * knows * (1 - knows)
        information = slope * slope / (expected * (1 - expected))
        surprise = bool(data["right"]) - expected
        for part, share in zip(parts, SHARES, strict=False):
            part.mean += share * surprise / (1 + 0.05 * part.answers)
            part.answers += 1
            part.information += information

    def _part(self, key: str) -> Part:
        part = self.parts.get(key)
        if part is None:
            part = self.parts[key] = Part()
        return part

    def estimate(self, topic: str | None = None, framework: str | None = None) -> Estimate:
        """The ability in a topic, a framework, both together, or as a whole; "all" stands for any framework.

        `answers` counts what was answered of exactly that.
        """
        framework = None if framework == "all" else framework
        wanted = _keys(topic, framework) if topic or not framework else ("", f"@{framework}")
        spreads = SPREADS if topic or not framework else (SPREADS[0], SPREADS[2])
        parts = [self.parts.get(key) or Part() for key in wanted]
        variance = sum(1 / (1 / spread**2 + part.information) for part, spread in zip(parts, spreads, strict=False))
        return Estimate(sum(part.mean for part in parts), math.sqrt(variance + GUESSED), parts[-1].answers)


@dataclass(frozen=True)
class Area:
    """A topic in a framework ("all": in any), and whether something should be done about it."""

    topic: str
    framework: str
    estimate: Estimate
    verdict: Literal["weak", "fine", "not enough answers"]
    bound: float
    """The share of intermediate questions that the learner knows at best, as far as can be said."""


def difficulty(level: str) -> float:
    """How difficult a question of a level is, on the logit scale."""
    return DIFFICULTIES[level]


def chance(estimate: Estimate, level: str, options: int) -> float:
    """How likely a right answer is, over all abilities that are likely; a choice of some `options` can be guessed."""
    floor = _floor(options)
    mean, sd = estimate.mean - difficulty(level), estimate.sd
    return floor + (1 - floor) * sum(_logistic(mean + sd * step) for step in _STEPS) / len(_STEPS)


def weak_areas(ability: Ability, topics: Iterable[str], frameworks: Iterable[str]) -> list[Area]:
    """Each topic in each framework, with a verdict: the weak ones first, then those of which too little is known.

    An area is weak when even a generous guess of the ability is below the target, which is not the lowest mean: that
    may be low by chance. "all" among the frameworks stands for a topic in any framework.
    """
    names = tuple(frameworks)
    areas = [_area(ability, topic, framework) for topic in topics for framework in names]
    order = ("weak", "not enough answers", "fine")
    return sorted(areas, key=lambda area: (order.index(area.verdict), area.bound))


def _area(ability: Ability, topic: str, framework: str) -> Area:
    estimate = ability.estimate(topic, framework)
    bound = _logistic(estimate.mean + SURE * estimate.sd)
    if estimate.answers < ENOUGH:
        return Area(topic, framework, estimate, "not enough answers", bound)
    return Area(topic, framework, estimate, "weak" if bound < TARGET else "fine", bound)


def _keys(topic: str | None, framework: str | None) -> tuple[str, ...]:
    """The parts that an answer belongs to, in the order of SHARES."""
    if not topic:
        return ("",)
    if not framework or framework == "all":
        return ("", topic)
    return ("", topic, f"@{framework}", f"{topic}@{framework}")


def _floor(options: int) -> float:
    """The chance of a right answer by guessing alone."""
    return 1 / options if options > 1 else 0.0


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(min(x, 40.0), -40.0)))
