"""Reviews from elsewhere become events of the journal: at their own time, once, and only for cards of the course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from course.study.cards.schedule import LONGEST_LOOK, note_of
from course.study.clock import DAY
from course.study.exchange.trail import stamps
from course.study.journal import Event
from course.study.library import Library
from course.study.memory import UNDO, Memory, standing

EARLIEST = 100_000_000_000
"""Milliseconds; a smaller number was meant as seconds."""


class Answer(NamedTuple):
    """A review as another program kept it."""

    card: str
    at: int
    rating: int
    ms: int


@dataclass(frozen=True)
class Brought:
    """What came of a file."""

    what: str
    """What is counted, in the plural: reviews or events."""
    new: int
    known: int
    remarks: tuple[str, ...] = ()
    """What was left alone, and why, in sentences."""


def bring_answers(memory: Memory, library: Library, answers: Iterable[Answer], source: str) -> Brought:
    """Writes the answers that the journal does not have yet, all or none; those of unknown cards are left alone."""
    now, offset = memory.now()
    reviews = [event for event in memory.journal.events() if event.kind in ("review", UNDO)]
    # What was undone here does not come back from there.
    seen = {(event.data.get("card"), event.at) for event in reviews}
    stood = [event for event in standing(reviews) if event.kind != UNDO]
    seen |= {(event.data.get("card"), at) for event, at in zip(stood, stamps(stood), strict=True)}
    fresh: dict[str, Event] = {}
    known = future = 0
    strange: list[str] = []
    for card, at, rating, ms in answers:
        entry = library.deck.get(card)
        if entry is None:
            strange.append(card)
        elif at > now + DAY:
            future += 1
        elif (card, at) in seen:
            known += 1
        else:
            seen.add((card, at))
            data = {"card": card, "rating": rating, "ms": min(max(0, ms), LONGEST_LOOK), **entry.about()}
            if note_of(card) != card:
                data["note"] = note_of(card)
            id = f"{source}-{at}-{card}"
            fresh[id] = Event(at, offset, id, "review", data | {"source": source})
    new = memory.journal.add(fresh.values())
    memory.refresh()
    return Brought("reviews", new, known + len(fresh) - new, tuple(_remarks(strange, future)))


def counted(number: int, one: str, many: str) -> str:
    """The number with its noun, such as `1 note` and `12 notes`."""
    return f"{number} {one if number == 1 else many}"


def left_alone(number: int) -> str:
    """What was done with so many things: nothing."""
    return "it was left alone." if number == 1 else "they were left alone."


def _remarks(strange: Sequence[str], future: int) -> Iterable[str]:
    if strange:
        cards = counted(len(set(strange)), "card", "cards")
        reviews = counted(len(strange), "review belongs", "reviews belong")
        yield f"{reviews} to {cards} that the course does not have; {left_alone(len(strange))}"
    if future:
        reviews = counted(future, "review lies", "reviews lie")
        yield f"{reviews} in the future, by the clock of this machine; {left_alone(future)}"
