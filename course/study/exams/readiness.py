"""How likely an exam is to be passed, as far as the learner's answers tell, and what stands in the way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from course.study.ability import Ability, Estimate, chance
from course.study.exams.blueprints import Blueprint
from course.study.exams.calibration import Calibration as Calibration
from course.study.exams.calibration import calibration as calibration
from course.study.exams.forms import Form, plan
from course.study.library import Library
from course.study.memory import State

LEAST = 30
"""Answers below which no percentage is given."""
HALF = 50
"""Percent of an exam's weight that the topics with answers must hold before a percentage is given."""
NAMED = 4
"""Topics without an answer that are named."""
OPTIONS = 4
"""What a question offers that nobody has written yet."""
MIDDLE = 0.8
"""The likely range holds the truth four times out of five."""
FEW = 8
"""Answers in a topic below which it counts as hardly known."""
UNSEEN = -1.0, 1.0
"""Mean and deviation of the ability in a topic without any answer. What somebody has not studied yet is not as what
they have: without this, who knows one topic well would be ready for all of them."""
STEPS, OWN_STEPS = 11, 5
FINE = 20
"""Abilities are looked up in twentieths of a logit."""


@dataclass(frozen=True)
class Part:
    """Items of an exam that are alike: their topic, level, options to guess from, points each, and how many."""

    topic: str
    level: str
    options: int
    points: int
    count: int = 1


@dataclass(frozen=True)
class Topic:
    """A topic of an exam: the share of the points that is lost in it, and the answers on which that rests."""

    id: str
    title: str
    lost: float
    """Points that are likely to be missed, as a share of the whole exam."""
    expected: float
    """The share of this topic's points that is likely to be reached."""
    answers: int


@dataclass(frozen=True)
class Readiness:
    """The probability to pass, and the range in which it lies four times in five; None while too little is known."""

    probability: float | None
    low: float
    high: float
    answers: int
    reason: str
    """What it rests on, in a sentence or two."""
    topics: tuple[Topic, ...] = ()
    """Those that hold it back most, worst first."""

    @property
    def text(self) -> str:
        """The number in words, with its range."""
        if self.probability is None:
            return "No percentage yet."
        return f"{_percent(self.probability)} likely to be passed (likely range {_range(self.low, self.high)})."


def readiness(state: State, library: Library, blueprint: Blueprint) -> Readiness:
    """How likely a whole exam of that blueprint is to be passed today."""
    ability, framework = state.ability, blueprint.framework
    parts = blueprint_parts(blueprint)
    counts = _counts(ability, blueprint)
    answers = sum(counts.values())
    if reason := too_little(ability, library, blueprint):
        return Readiness(None, 0.0, 1.0, answers, reason)
    probability, low, high = chance_to_pass(ability, parts, blueprint.pass_mark, framework)
    topics = _holding_back(ability, parts, library, framework, counts)
    return Readiness(probability, low, high, answers, _reason(answers, counts), topics)


def too_little(ability: Ability, library: Library, blueprint: Blueprint) -> str:
    """What is missing for a percentage, in sentences; empty when there are answers enough."""
    counts = _counts(ability, blueprint)
    answers, said = sum(counts.values()), []
    if answers < LEAST:
        more = f"{LEAST - answers} more answer{'s' if LEAST - answers > 1 else ''}"
        said.append(f"After {more} on its topics there will be a percentage; a number now would be a guess.")
    weight = sum(blueprint.asked[topic] for topic, count in counts.items() if count)
    if weight < HALF and answers:
        titles = {topic.id: topic.title for topic in library.syllabus.topics}
        open_ = sorted((topic for topic in counts if not counts[topic]), key=lambda id: (-blueprint.asked[id], id))
        names = [titles.get(topic, topic) for topic in open_[:NAMED]]
        rest = f", and {len(open_) - NAMED} more" if len(open_) > NAMED else ""
        there = f"{answers} answer{'s are' if answers > 1 else ' is'}"
        said.append(
            f"So far {there} in topics that hold {weight} % of its weight; a percentage needs {HALF} %. "
            f"Nothing was answered yet in: {'; '.join(names)}{rest}."
        )
    return " ".join(said)


def chance_of_form(ability: Ability, library: Library, form: Form) -> float:
    """How likely this one form is to be passed."""
    parts, blueprint = form_parts(library, form), form.blueprint
    return chance_to_pass(ability, parts, blueprint.pass_mark, blueprint.framework)[0]


def chance_to_pass(
    ability: Ability,
    parts: Sequence[Part],
    pass_mark: float,
    framework: str | None = None,
    *,
    integrated: bool = True,
) -> tuple[float, float, float]:
    """The probability to reach the pass mark, and its range over the abilities that are likely.

    How many points come is a Poisson-binomial for each ability; the abilities are as uncertain as the answers leave
    them: partly together, for the learner as a whole, and partly each topic for itself. A form that is not `integrated`
    takes the means for the truth.
    """
    whole = ability.estimate(None, framework)
    general = [whole.sd * step for step in _steps(STEPS)] if integrated else [0.0]
    topics = _by_topic(parts)
    spreads = {}
    for topic in topics:
        estimate = estimated(ability, topic, framework)
        own = math.sqrt(max(estimate.sd**2 - whole.sd**2, 0.0)) if integrated else 0.0
        spreads[topic] = (estimate.mean, [own * step for step in _steps(OWN_STEPS)] if own else [0.0])
    points = sum(part.points * part.count for part in parts)
    needed = math.ceil(pass_mark * points - 1e-9)

    def passed(shift: float) -> float:
        total = [1.0]
        for topic, own_parts in topics.items():
            mean, own_shifts = spreads[topic]
            mixed: list[float] = []
            for own_shift in own_shifts:
                single = _points(own_parts, mean + shift + own_shift)
                mixed = [a + b for a, b in zip(mixed, single, strict=True)] if mixed else single
            total = _together(total, [one / len(own_shifts) for one in mixed])
        return sum(total[needed:])

    each = [passed(shift) for shift in general]
    edge = NormalDist().inv_cdf((1 + MIDDLE) / 2) * whole.sd if integrated else 0.0
    return min(sum(each) / len(each), 1.0), passed(-edge), min(passed(edge), 1.0)


def estimated(ability: Ability, topic: str, framework: str | None) -> Estimate:
    """The ability in a topic of an exam; without any answer there, that of somebody who has not studied it."""
    if not ability.estimate(topic).answers:
        return Estimate(*UNSEEN, 0)
    return ability.estimate(topic, framework)


def blueprint_parts(blueprint: Blueprint) -> list[Part]:
    """What a whole form asks, whatever the banks hold today."""
    return _planned(blueprint.model_dump_json())


@lru_cache(maxsize=64)
def _planned(text: str) -> list[Part]:
    """The same; it takes milliseconds, and a list of exams asks for all of them."""
    blueprint = Blueprint.model_validate_json(text)
    questions = [Part(t, level, OPTIONS, 1, n) for (t, level), n in plan(blueprint, "questions").items()]
    tasks = [Part(t, level, 0, blueprint.task_points, n) for (t, level), n in plan(blueprint, "tasks").items()]
    return questions + tasks


def form_parts(library: Library, form: Form) -> list[Part]:
    """What a form that was drawn asks, item by item."""
    parts = []
    for section, id in form.items:
        if section == "questions":
            question = library.questions[id]
            parts.append(Part(question.topic, question.item.level, len(question.item.options), 1))
        else:
            task = library.tasks[id]
            parts.append(Part(task.topic, task.item.level, 0, form.blueprint.task_points))
    return parts


def chances(ability: Ability, library: Library, form: Form) -> list[float]:
    """How likely a right answer is to each item of a form."""
    framework = form.blueprint.framework
    return [
        round(chance(estimated(ability, part.topic, framework), part.level, part.options), 4)
        for part in form_parts(library, form)
    ]


def _holding_back(
    ability: Ability, parts: Sequence[Part], library: Library, framework: str | None, counts: Mapping[str, int]
) -> tuple[Topic, ...]:
    points = sum(part.points * part.count for part in parts)
    titles = {topic.id: topic.title for topic in library.syllabus.topics}
    found = []
    for topic, own in _by_topic(parts).items():
        estimate = estimated(ability, topic, framework)
        worth = sum(part.points * part.count for part in own)
        expected = sum(part.points * part.count * chance(estimate, part.level, part.options) for part in own)
        lost = (worth - expected) / points
        found.append(Topic(topic, titles.get(topic, topic), lost, expected / worth, counts.get(topic, 0)))
    return tuple(sorted(found, key=lambda topic: (-topic.lost, topic.id)))


def _reason(answers: int, counts: Mapping[str, int]) -> str:
    unknown = sum(not count for count in counts.values())
    few = sum(0 < count < FEW for count in counts.values())
    said = [f"It rests on {answers} answers in {len(counts) - unknown} of {len(counts)} topics."]
    if unknown:
        there = (
            "1 topic has no answer yet and counts" if unknown == 1 else f"{unknown} topics have no answer yet and count"
        )
        said.append(f"{there} as not studied.")
    elif few:
        there = "1 topic has" if few == 1 else f"{few} topics have"
        said.append(f"{there} fewer than {FEW} answers.")
    return " ".join(said)


def _counts(ability: Ability, blueprint: Blueprint) -> dict[str, int]:
    return {topic: ability.estimate(topic).answers for topic in blueprint.asked}


def _by_topic(parts: Iterable[Part]) -> dict[str, list[Part]]:
    topics: dict[str, list[Part]] = {}
    for part in parts:
        topics.setdefault(part.topic, []).append(part)
    return topics


def _points(parts: Iterable[Part], ability: float) -> list[float]:
    """How likely each number of points is, from none to all."""
    total = [1.0]
    place = round(ability * FINE)
    for part in parts:
        right = _right(place, part.level, part.options)
        one = [1 - right, *[0.0] * (part.points - 1), right]
        for _ in range(part.count):
            total = _together(total, one)
    return total


def _together(one: Sequence[float], other: Sequence[float]) -> list[float]:
    total = [0.0] * (len(one) + len(other) - 1)
    for place, value in enumerate(other):
        if value:
            for start, before in enumerate(one):
                total[start + place] += before * value
    return total


@lru_cache(maxsize=20_000)
def _right(place: int, level: str, options: int) -> float:
    return chance(Estimate(place / FINE, 0.0, 0), level, options)


def _steps(number: int) -> list[float]:
    """Equally likely places of a normal distribution."""
    return [NormalDist().inv_cdf((step + 0.5) / number) for step in range(number)]


def _percent(share: float) -> str:
    """A probability as nobody can be surer of it."""
    return "over 99 %" if share > 0.99 else "under 1 %" if share < 0.01 else f"{share:.0%}".replace("%", " %")


def _range(low: float, high: float) -> str:
    return f"{round(low * 100)} to {round(high * 100)} %"
