"""The reviews of a journal, each with what it did to its card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from course.study.cards.schedule import CardState, Deck, Phase
from course.study.events import misfit
from course.study.journal import Event
from course.study.memory import standing
from course.study.settings import Settings


class Review(NamedTuple):
    """An answer to a card, and how the card was scheduled before and after it."""

    event: Event
    card: str
    rating: int
    phase: Phase
    """Before the answer."""
    interval: int
    """Before the answer: days, or seconds below zero; 0 for a new card."""
    next_interval: int
    difficulty: float
    """After the answer."""


@dataclass
class Trail:
    """All reviews that stand, in their order, and the deck and the settings to which they led."""

    reviews: list[Review] = field(default_factory=list)
    deck: Deck = field(default_factory=Deck)
    settings: Settings = field(default_factory=Settings)


def follow(events: Iterable[Event]) -> Trail:
    """The trail of a journal; what was undone is not on it."""
    trail = Trail()
    deck, settings = trail.deck, trail.settings
    for event in standing(sorted(events, key=lambda event: event.order)):
        if misfit(event):
            continue
        if event.kind == "review":
            _review(trail, event)
        elif event.kind in deck.kinds:
            deck.take(event, settings)
        elif event.kind in settings.kinds:
            with suppress(ValueError):
                settings.take(event, settings)
    return trail


def stamps(reviews: Sequence[Event]) -> list[int]:
    """A moment in milliseconds for each review, in their order, no two the same: Anki tells reviews apart by it."""
    moments, last = [], -1
    for event in reviews:
        last = max(event.at, last + 1)
        moments.append(last)
    return moments


def interval(card: CardState) -> int:
    """How long a card stays away: days, or seconds below zero."""
    if card.phase == "new":
        return 0
    if card.phase == "review":
        return max(1, card.due_day - card.last_day)
    return min(-1, (card.last - card.due) // 1000)


def _review(trail: Trail, event: Event) -> None:
    id, rating = event.data.get("card"), event.data.get("rating")
    before = trail.deck.cards.get(id) if isinstance(id, str) else None
    phase: Phase = before.phase if before else "new"
    wait = interval(before) if before else 0
    count = trail.deck.reviews
    trail.deck.take(event, trail.settings)
    if trail.deck.reviews == count or not isinstance(id, str) or not isinstance(rating, int):
        return  # Not an answer that the deck could use.
    after = trail.deck.cards[id]
    trail.reviews.append(Review(event, id, rating, phase, wait, interval(after), after.difficulty))
