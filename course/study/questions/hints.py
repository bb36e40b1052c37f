"""Help in steps, from a nudge to almost the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course.study.desk import View, md
from course.study.library import Library
from course.study.memory import Memory


class Hints:
    """The steps of help for one answer. What was opened once is open again, and can be folded away."""

    def __init__(self, memory: Memory, library: Library, id: str):
        self.id = id
        self.steps = library.find_hints(id)
        self.folded = False
        self._memory = memory

    @property
    def shown(self) -> int:
        """How many steps were asked for so far."""
        return min(self._memory.state.answers.hints.get(self.id, 0), len(self.steps))

    def view(self) -> View:
        """What was asked for so far."""
        steps = [] if self.folded else [md(step) for step in self.steps[: self.shown]]
        return {"kind": "hint", "steps": steps, "opened": self.shown, "all": len(self.steps), "folded": self.folded}

    def act(self, event: Mapping[str, Any]) -> None:
        """Shows one more, `step` if that is the next one; or folds all away, and unfolds them."""
        kind = event.get("type")
        if kind == "hint":
            self.folded = False
            if self.shown < len(self.steps) and event.get("step", self.shown + 1) == self.shown + 1:
                self._memory.record("hint", {"hint": self.id, "step": self.shown + 1})
        elif kind in ("fold", "unfold"):
            self.folded = kind == "fold"
        else:
            raise ValueError(f"this is no wish for a hint: {dict(event)}")
