"""How many cards will come, and how many of those that came were known."""

from __future__ import annotations

from dataclasses import dataclass

from course.study.memory import State

MONDAY = 4
"""The first Monday is study day 4, for 1970 began on a Thursday."""


@dataclass(frozen=True)
class Kept:
    """How many cards came back in a span of days, and how many of them were remembered then."""

    first_day: int
    asked: int
    recalled: int

    @property
    def share(self) -> float | None:
        """The true retention; None where nothing came back."""
        return self.recalled / self.asked if self.asked else None


def due_by_day(state: State, today: int, days: int = 28) -> dict[int, int]:
    """How many cards come on each study day from `today` on, as things stand; what is late comes today.

    Cards come again after that, and new ones are added: the further a day is, the more it will be in the end.
    """
    coming = dict.fromkeys(range(today, today + days), 0)
    for card in state.deck.cards.values():
        if card.planned:
            day = max(card.due_day, card.buried_until, today)
            if day in coming:
                coming[day] += 1
    return coming


def retention_by_week(state: State) -> list[Kept]:
    """The true retention of each week, from Monday on, in which cards came back.

    Only cards in review count, and of each only the first answer of a day: steps of learning say nothing about memory.
    """
    weeks: dict[int, tuple[int, int]] = {}
    for day, count in state.deck.days.items():
        monday = day - (day - MONDAY) % 7
        asked, recalled = weeks.get(monday, (0, 0))
        weeks[monday] = asked + count.asked, recalled + count.recalled
    return [Kept(monday, *weeks[monday]) for monday in sorted(weeks) if weeks[monday][0]]
