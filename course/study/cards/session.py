"""What was done with cards on the present study day: what can be undone, and what the end of a session tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from course.study.cards.schedule import capped
from course.study.clock import study_day
from course.study.journal import Event
from course.study.settings import Settings

STEPS = frozenset({"review", "suspend", "bury"})
TRIED = "card-answer"
"""The kind of an event that keeps what was typed for a card before it is rated."""
MORE = "more-cards"
"""The kind of an event by which the learner goes beyond the limits of a day: the limits that hold on it instead."""


@dataclass(slots=True)
class Step:
    """A card that was rated, suspended or buried."""

    event: str
    kind: str
    card: str
    rating: int = 0
    ms: int = 0


@dataclass(slots=True)
class Try:
    """An answer that was given to a card which is not rated yet."""

    right: bool
    ms: int
    """How long it took."""
    typed: str = ""
    chosen: str = ""
    near: bool = False
    failures: list[str] = field(default_factory=list)
    passed: int = 0
    all: int = 0


@dataclass
class Session:
    """The last study day on which there was anything to do with cards."""

    kinds: ClassVar[frozenset[str]] = frozenset({*STEPS, TRIED, MORE, "answer", "unsuspend"})

    day: int = -1
    steps: list[Step] = field(default_factory=list)
    tries: dict[str, list[Try]] = field(default_factory=dict)
    """What was tried for cards that wait for their rating."""
    new: int = 0
    """How many new cards may come on this day, where the learner wanted more than the setting says."""
    reviews: int = 0
    """The same for cards that come back."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows one event of the learner's own; what was imported is no session."""
        data = event.data
        if "source" in data or (event.kind == "answer" and data.get("where") != "cards"):
            return
        day = study_day(event.at, event.offset)
        if day != self.day:
            if day < self.day:
                return
            self.day, self.steps, self.tries, self.new, self.reviews = day, [], {}, 0, 0
        if event.kind in STEPS:
            card = str(data.get("card"))
            self.steps.append(Step(event.id, event.kind, card, int(data.get("rating") or 0), capped(data.get("ms"))))
            self.tries.pop(card, None)
        elif event.kind == TRIED:
            self.tries.setdefault(str(data.get("card")), []).append(_typed(data))
        elif event.kind == "answer":
            tried = Try(bool(data.get("right")), capped(data.get("ms")), chosen=str(data.get("chosen")))
            self.tries.setdefault(str(data.get("question")), []).append(tried)
        elif event.kind == MORE:
            self.new, self.reviews = int(data.get("new") or 0), int(data.get("reviews") or 0)

    def on(self, day: int) -> Session:
        """The session of a day: this one, or an empty one."""
        return self if day == self.day else Session(day)


def _typed(data: Any) -> Try:
    return Try(
        bool(data.get("right")),
        capped(data.get("ms")),
        str(data.get("typed") or ""),
        "",
        bool(data.get("near")),
        [str(one) for one in data.get("failures") or ()],
        int(data.get("passed") or 0),
        int(data.get("all") or 0),
    )
