"""Where each card stands and how it got there, as the rows in which Anki keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from fsrs.scheduler import DEFAULT_PARAMETERS

from course.study.cards.schedule import LEARNING_STEPS, CardState, capped
from course.study.clock import as_day, day_start, study_day
from course.study.exchange.trail import Trail, follow, interval, stamps
from course.study.journal import Event

NEW, LEARNING, REVIEW, RELEARNING = range(4)
"""Anki's types of cards; a queue has the number of its type, or one of these:"""
SUSPENDED, BURIED = -1, -3
EASE = 2500
"""What the older algorithm would start from, if the learner turns FSRS off in Anki."""
BIRTH = as_day(date(2020, 1, 1))
"""The study day from which due dates are counted in a package."""
_TYPES = {"new": NEW, "learning": LEARNING, "review": REVIEW, "relearning": RELEARNING}
_KINDS = {"new": 0, "learning": 0, "review": 1, "relearning": 2}
"""Anki's kinds of entries in its log, by the phase before the answer."""


class Place(NamedTuple):
    """The columns of a card that say when it comes, without its position among new cards."""

    type: int
    queue: int
    due: int
    ivl: int
    factor: int
    reps: int
    lapses: int
    left: int
    data: str


class Logged(NamedTuple):
    """An entry of Anki's log, without the card."""

    id: int
    ease: int
    ivl: int
    last_ivl: int
    factor: int
    time: int
    type: int


@dataclass
class History:
    """What goes to Anki of a learner's memory; an empty one for whoever begins anew."""

    places: dict[str, Place] = field(default_factory=dict)
    logs: dict[str, list[Logged]] = field(default_factory=dict)
    leeches: frozenset[str] = frozenset()


def born(offset: int) -> int:
    """The moment in seconds at which a package's collection says that it was made: where a study day begins."""
    return day_start(BIRTH, offset) // 1000


def history(events: Iterable[Event], now: int, offset: int) -> History:
    """The rows for all cards that were ever met."""
    trail = follow(events)
    today = study_day(now, offset)
    cards = trail.deck.cards
    places = {id: place(card, today, trail.settings.retention) for id, card in cards.items()}
    leeches = frozenset(id for id, card in cards.items() if card.leech)
    return History(places, _logs(trail), leeches)


def place(card: CardState, today: int, retention: float) -> Place:
    """Where a card stands."""
    type = _TYPES[card.phase]
    due = card.due_day - BIRTH if type == REVIEW else card.due // 1000
    left = {LEARNING: max(1, len(LEARNING_STEPS) - card.step), RELEARNING: 1}.get(type, 0)
    queue = LEARNING if type == RELEARNING else type
    if card.hidden(today):
        queue = SUSPENDED if card.suspended else BURIED
    if type == NEW:
        return Place(NEW, queue, 0, 0, 0, 0, 0, 0, "{}")
    ivl = {REVIEW: interval(card), RELEARNING: max(1, round(card.stability))}.get(type, 0)
    ease = 0 if type == LEARNING else EASE
    return Place(type, queue, due, ivl, ease, card.reps, card.lapses, left, _memory_state(card, retention))


def _memory_state(card: CardState, retention: float) -> str:
    """FSRS's view of the card, under the short names that Anki gives it."""
    state = {
        "s": round(card.stability, 4),
        "d": round(card.difficulty, 3),
        "dr": round(retention, 2),
        "decay": round(DEFAULT_PARAMETERS[20], 4),
        "lrt": card.last // 1000,
    }
    return json.dumps(state, separators=(",", ":"))


def _logs(trail: Trail) -> dict[str, list[Logged]]:
    logs: dict[str, list[Logged]] = {}
    moments = stamps([review.event for review in trail.reviews])
    for review, moment in zip(trail.reviews, moments, strict=True):
        # With FSRS, Anki keeps the difficulty, from 1 to 10, as 100 to 1100.
        factor = round((review.difficulty - 1) / 9 * 1000) + 100
        entry = Logged(
            moment,
            review.rating,
            review.next_interval,
            review.interval,
            factor,
            capped(review.event.data.get("ms")),
            _KINDS[review.phase],
        )
        logs.setdefault(review.card, []).append(entry)
    return logs
