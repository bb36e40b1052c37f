"""What was done with cards of late: what can be undone, and what the end of a session tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from course.study.cards.schedule import SITTING, capped
from course.study.clock import study_day
from course.study.journal import Event
from course.study.settings import Settings

STEPS = frozenset({"review", "suspend", "bury"})
TRIED = "card-answer"
"""The kind of an event that keeps what was typed for a card before it is rated."""
MORE = "more-cards"
"""The kind of an event by which the learner goes beyond the limits of a day: the limits that hold on it instead."""
KEPT = 4
"""Study days that are remembered: a clock goes back over one on a flight, and one that was ahead leaves others."""


@dataclass(slots=True)
class Step:
    """A card that was rated, suspended or buried."""

    event: str
    kind: str
    card: str
    at: int = 0
    """The moment in milliseconds."""
    rating: int = 0
    ms: int = 0


@dataclass(slots=True)
class Try:
    """An answer that was given to a card which is not rated yet."""

    event: str
    right: bool
    ms: int
    """How long it took."""
    typed: str = ""
    chosen: str = ""
    near: bool = False
    failures: list[str] = field(default_factory=list)
    passed: int = 0
    all: int = 0


@dataclass(slots=True)
class Doings:
    """What was done on one study day."""

    steps: list[Step] = field(default_factory=list)
    new: int = 0
    """How many new cards may come on this day, where the learner wanted more than the setting says."""
    reviews: int = 0
    """The same for cards that come back."""


@dataclass
class Session:
    """The last study days on which there was anything to do with cards."""

    kinds: ClassVar[frozenset[str]] = frozenset({*STEPS, TRIED, MORE, "answer"})

    days: dict[int, Doings] = field(default_factory=dict)
    tries: dict[str, list[Try]] = field(default_factory=dict)
    """What was tried for cards that wait for their rating, on whatever day that was."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows one event of the learner's own; what was imported is no session."""
        data = event.data
        if "source" in data:
            return
        if event.kind in STEPS:
            card = str(data.get("card"))
            step = Step(event.id, event.kind, card, event.at, int(data.get("rating") or 0), capped(data.get("ms")))
            self._day(event).steps.append(step)
            self.tries.pop(card, None)
        elif event.kind == TRIED:
            self.tries.setdefault(str(data.get("card")), []).append(_typed(event))
        elif event.kind == MORE:
            day = self._day(event)
            day.new, day.reviews = int(data.get("new") or 0), int(data.get("reviews") or 0)
        elif data.get("where") == "cards":
            tried = Try(event.id, bool(data.get("right")), capped(data.get("ms")), chosen=str(data.get("chosen")))
            self.tries.setdefault(str(data.get("question")), []).append(tried)

    def on(self, day: int) -> Doings:
        """What was done on a day."""
        return self.days.get(day) or Doings()

    def lately(self, day: int, now: int) -> list[Step]:
        """The steps that can be taken back: those of a day, and of the sitting that led into it."""
        steps = (
            step
            for number, doings in self.days.items()
            for step in doings.steps
            if step.at <= now and (number == day or now - step.at < SITTING)
        )
        return sorted(steps, key=lambda step: step.at)

    def _day(self, event: Event) -> Doings:
        day = study_day(event.at, event.offset)
        if day not in self.days:
            self.days[day] = Doings()
            if len(self.days) > KEPT:
                del self.days[next(iter(self.days))]
        return self.days[day]


def _typed(event: Event) -> Try:
    data = event.data
    return Try(
        event.id,
        bool(data.get("right")),
        capped(data.get("ms")),
        str(data.get("typed") or ""),
        "",
        bool(data.get("near")),
        [str(one) for one in data.get("failures") or ()],
        int(data.get("passed") or 0),
        int(data.get("all") or 0),
    )
