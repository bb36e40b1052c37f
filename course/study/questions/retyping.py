"""Words and code that were wrong once and are typed again: for a gap of a card, a card of code, or a task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course.bank import Card, Task
from course.study.cards.gaps import compare, front_filled, front_with_gap, wanted
from course.study.desk import View, md
from course.study.library import Entry, Library
from course.study.running import Outcome

TOLD = 3
"""Failed checks that are told at once; more of them help nobody."""


@dataclass(frozen=True)
class Typed:
    """A card or a task that is answered by typing."""

    entry: Entry[Card] | Entry[Task]
    gap: int = 0

    @property
    def ask(self) -> str:
        """What is asked, as Markdown."""
        item = self.entry.item
        if isinstance(item, Task):
            return item.ask
        return front_with_gap(item, self.gap) if self.gap else item.front

    @property
    def around(self) -> tuple[str, str]:
        """The code before and after what is typed."""
        item = self.entry.item
        return item.around if isinstance(item, Card) and not self.gap else ("", "")

    def right(self) -> View:
        """What is right: words or code, and what belongs to them as Markdown."""
        item = self.entry.item
        if isinstance(item, Task):
            return {"typed": item.reference, "text": md("")}
        if self.gap:
            return {"typed": wanted(item, self.gap), "text": md(f"{front_filled(item, self.gap)}\n\n{item.back}")}
        return {"typed": "", "text": md(item.back)}

    def judge(self, text: str, run: Callable[[str, str], Outcome]) -> dict[str, Any]:
        """Whether a text is right, and why not; code is run for it."""
        item = self.entry.item
        if isinstance(item, Card) and self.gap:
            found = compare(text, wanted(item, self.gap))
            return {"typed": text, "right": found.right, "near": found.near, "failures": []}
        code = item.program(text) if isinstance(item, Card) else text
        outcome = run(code, item.tests or "")
        return {"typed": text, "right": outcome.right, "failures": outcome.failures[:TOLD]}


class Retyping:
    """One time that something is typed again, up to what is right."""

    def __init__(self, typed: Typed, run: Callable[[str, str], Outcome]):
        self._typed = typed
        self._run = run
        self._tries: list[dict[str, Any]] = []
        self.day = 0
        """The study day of the last try."""

    @property
    def about(self) -> dict[str, Any]:
        """What events say of it."""
        return self._typed.entry.about()

    @property
    def done(self) -> bool:
        """Whether what is right was typed."""
        return bool(self._tries) and bool(self._tries[-1]["right"])

    @property
    def right_first(self) -> bool:
        """Whether nothing wrong was typed; a slip of the fingers is not wrong."""
        return self.done and all(one["right"] or one.get("near") for one in self._tries)

    def judge(self, text: Any, day: int) -> dict[str, Any] | None:
        """What is to be kept of a text that was typed on a study day; None when it is the same as before."""
        if not isinstance(text, str) or not text.strip():
            raise ValueError("nothing is typed yet")
        if self.done or (self._tries and self._tries[-1]["typed"] == text):
            return None
        self._tries.append(self._typed.judge(text, self._run))
        self.day = day
        return self._tries[-1]

    def view(self) -> View:
        """What is to be typed, and how the last try did."""
        item, last = self._typed.entry.item, self._tries[-1] if self._tries else None
        before, after = self._typed.around
        return {
            "typed": last["typed"] if last else item.starter if isinstance(item, Task) else "",
            "code": not self._typed.gap,
            "before": before,
            "after": after,
            "tries": len(self._tries),
            "done": self.done,
            "failures": last["failures"] if last else [],
            "said": self._said(),
        }

    def _said(self) -> str:
        if not self._tries:
            return ""
        if self.done:
            return "Right." if self.right_first else f"Right, at try {len(self._tries)}."
        return "Almost: look at the spelling." if self._tries[-1].get("near") else "Not right. Try again."


def find_typed(library: Library, id: str) -> Typed | None:
    """The task with this id, or the card that is answered by typing; None when the course has none."""
    if task := library.tasks.get(id):
        return Typed(task)
    card = library.deck.get(id)
    if card is None or card.item.options or not (card.item.gaps or card.item.tests):
        return None
    return Typed(card, int(id.partition("#")[2] or 0))
