"""Help in steps, from a nudge to almost the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course.study.desk import View, md
from course.study.library import the_library
from course.widgets.face import Face


class Hints:
    """The steps of help for one answer, of which so many are shown."""

    def __init__(self, steps: tuple[str, ...]):
        self.steps = steps
        self.shown = 0

    def view(self) -> View:
        """What was asked for so far."""
        return {"kind": "hint", "steps": [md(step) for step in self.steps[: self.shown]], "all": len(self.steps)}

    def act(self, event: Mapping[str, Any]) -> None:
        """Shows one more."""
        if event.get("type") != "hint":
            raise ValueError(f"this is no wish for a hint: {event}")
        self.shown = min(self.shown + 1, len(self.steps))


def hint(id: str) -> Face:
    """Shows the hints for the answer `id`, one at each press of its button."""
    desk = Hints(the_library().find_hints(id))
    text = f"{len(desk.steps)} hints. Run this cell to see them one by one."
    return Face(desk, f"<p>{text}</p>", text)
