"""Forms of an exam: which items of the banks a blueprint asks, and which were not asked before."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeVar

from course.bank import Question, Task
from course.study.exams.blueprints import LEVELS, Blueprint
from course.study.library import Entry, Library

Section = Literal["questions", "tasks"]
SECTIONS: tuple[Section, ...] = ("questions", "tasks")
PARALLEL = 3
"""Forms without repeats that the banks should yield: as long as they are small, forms are shorter."""
SHORTEST: Mapping[Section, int] = {"questions": 10, "tasks": 1}
"""A form is not made shorter than this for the sake of further forms."""

K = TypeVar("K")


@dataclass(frozen=True)
class Form:
    """What one run of an exam asks, in its order, and how much of the blueprint it stands for."""

    blueprint: Blueprint
    number: int
    seed: int
    items: tuple[tuple[Section, str], ...]
    minutes: int
    covered: tuple[str, ...]
    """Topics of the blueprint for which the banks have something."""
    repeated: int
    """Items that earlier forms asked, too."""

    @property
    def share(self) -> int:
        """How much of the blueprint's weight lies on the topics that are covered, in percent."""
        return sum(self.blueprint.asked[topic] for topic in self.covered)

    def count(self, section: Section) -> int:
        """How many questions or tasks there are."""
        return sum(kind == section for kind, _ in self.items)

    def caveats(self) -> list[str]:
        """What must be known to read its result rightly, in sentences."""
        return caveats(self.blueprint, len(self.covered), self.share, self.count("questions"), self.repeated)


def caveats(blueprint: Blueprint, covered: int, share: int, questions: int, repeated: int) -> list[str]:
    """In how far a form is less than its blueprint, in sentences."""
    said, topics = [], len(blueprint.asked)
    if covered < topics:
        said.append(
            f"This form covers {covered} of {topics} topics, {share} % of the exam's weight: "
            "the banks of the others are still empty."
        )
    if questions < blueprint.questions:
        said.append(
            f"It asks {questions} questions instead of {blueprint.questions}, in less time, "
            "so that there is something left for the next form."
        )
    if repeated:
        what = "item was" if repeated == 1 else "items were"
        said.append(f"The bank is exhausted: {repeated} {what} asked in an earlier form, those longest ago first.")
    return said


def draw(
    blueprint: Blueprint,
    library: Library,
    number: int,
    seed: int,
    seen: Mapping[str, int] | None = None,
    met: Mapping[str, int] | None = None,
) -> Form | None:
    """A form, or None when the banks have nothing for it.

    `seen` says when an item was last asked in an exam, by its id, and `met` when it was elsewhere: what is in neither
    comes first, and what was asked in an exam comes only when its topic has nothing else.
    """
    dice = random.Random(seed)
    items: list[tuple[Section, str]] = []
    covered: set[str] = set()
    repeated, points = 0, 0
    for section in SECTIONS:
        pools = _pools(blueprint, library, section)
        covered |= pools.keys()
        number_of_items = _size(section, getattr(blueprint, section), sum(map(len, pools.values())))
        shares = allocate(
            number_of_items,
            {topic: blueprint.asked[topic] for topic in pools},
            {topic: len(pool) for topic, pool in pools.items()},
            dice,
        )
        chosen = _choose(pools, shares, blueprint, dice, seen or {}, met or {})
        repeated += sum(id in (seen or {}) for id in chosen)
        points += len(chosen) * (blueprint.task_points if section == "tasks" else 1)
        dice.shuffle(chosen)
        items += [(section, id) for id in chosen]
    if not items:
        return None
    minutes = max(math.ceil(blueprint.minutes * points / blueprint.points), min(5, blueprint.minutes))
    order = tuple(topic for topic in blueprint.asked if topic in covered)
    return Form(blueprint, number, seed, tuple(items), minutes, order, repeated)


def plan(blueprint: Blueprint, section: Section) -> dict[tuple[str, str], int]:
    """How many items of each topic and level a whole form has, whatever the banks hold today."""
    dice = random.Random(0)
    shares = allocate(getattr(blueprint, section), blueprint.asked, None, dice)
    cells: dict[tuple[str, str], int] = {}
    carried: dict[str, Fraction] = {}
    for topic, share in shares.items():
        for level, count in _by_level(share, blueprint, None, carried, dice).items():
            if count:
                cells[topic, level] = count
    return cells


def allocate(
    total: int, weights: Mapping[K, int | Fraction], room: Mapping[K, int] | None, dice: random.Random
) -> dict[K, int]:
    """Whole shares of `total` by the largest remainder; the dice decide between equal ones.

    Where there is no `room` for a share, the others get the rest of it by their weights.
    """
    shares = dict.fromkeys(weights, 0)
    open_ = [key for key, weight in weights.items() if weight > 0 and (room is None or room[key] > 0)]
    left = total
    while open_ and left > 0:
        whole = sum(Fraction(weights[key]) for key in open_)
        quotas = {key: left * Fraction(weights[key]) / whole for key in open_}
        full = [key for key in open_ if room is not None and quotas[key] >= room[key]]
        if not full:
            shares |= _rounded(quotas, left, dice)
            break
        for key in full:
            shares[key] = room[key]  # type: ignore[index]
            left -= shares[key]
        open_ = [key for key in open_ if key not in full]
    return shares


def _rounded(quotas: Mapping[K, Fraction], total: int, dice: random.Random) -> dict[K, int]:
    shares = {key: math.floor(quota) for key, quota in quotas.items()}
    ties = {key: dice.random() for key in quotas}
    by_remainder = sorted(quotas, key=lambda key: (shares[key] - quotas[key], ties[key]))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def _size(section: Section, wanted: int, available: int) -> int:
    lasting = max(math.ceil(available / PARALLEL), min(available, SHORTEST[section]))
    return min(wanted, lasting)


def _pools(blueprint: Blueprint, library: Library, section: Section) -> dict[str, dict[str, str]]:
    """By topic, the items that fit the blueprint, each with its level."""
    pools: dict[str, dict[str, str]] = {}
    shelf: Mapping[str, Entry[Question]] | Mapping[str, Entry[Task]] = getattr(library, section)
    for entry in shelf.values():
        level = entry.item.level
        if entry.topic in blueprint.asked and blueprint.admits(entry.framework) and blueprint.levels.get(level):
            pools.setdefault(entry.topic, {})[entry.id] = level
    return {topic: pools[topic] for topic in blueprint.asked if topic in pools}


def _choose(
    pools: Mapping[str, Mapping[str, str]],
    shares: Mapping[str, int],
    blueprint: Blueprint,
    dice: random.Random,
    seen: Mapping[str, int],
    met: Mapping[str, int],
) -> list[str]:
    chosen: list[str] = []
    carried: dict[str, Fraction] = {}
    for topic, pool in pools.items():
        ties = {id: dice.random() for id in pool}
        fresh = sorted((id for id in pool if id not in seen), key=lambda id: (met.get(id, 0), ties[id]))
        by_level: dict[str, list[str]] = {level: [id for id in fresh if pool[id] == level] for level in LEVELS}
        room = {level: len(ids) for level, ids in by_level.items()}
        counts = _by_level(min(shares[topic], len(fresh)), blueprint, room, carried, dice)
        for level, count in counts.items():
            chosen += by_level[level][:count]
        again = sorted((id for id in pool if id in seen), key=lambda id: (seen[id], ties[id]))
        chosen += again[: shares[topic] - sum(counts.values())]
    return chosen


def _by_level(
    total: int, blueprint: Blueprint, room: Mapping[str, int] | None, carried: dict[str, Fraction], dice: random.Random
) -> dict[str, int]:
    """A topic's share by level. What rounding takes from a level is carried to the next topic: it evens out."""
    weights: dict[str, int] = {level: blueprint.levels[level] for level in LEVELS if blueprint.levels.get(level)}
    owed = {
        level: max(total * Fraction(weight, 100) + carried.get(level, Fraction(0)), Fraction(0))
        for level, weight in weights.items()
    }
    if not any(owed.values()):
        owed = {level: Fraction(weight) for level, weight in weights.items()}
    counts = allocate(total, owed, None if room is None else {level: room[level] for level in owed}, dice)
    if room is not None and sum(counts.values()) < total:
        # A level that is owed nothing now has the only items that are left.
        rest = {level: room[level] - counts[level] for level in owed}
        for level, count in allocate(total - sum(counts.values()), weights, rest, dice).items():
            counts[level] += count
    for level, weight in weights.items():
        carried[level] = carried.get(level, Fraction(0)) + total * Fraction(weight, 100) - counts[level]
    return counts
