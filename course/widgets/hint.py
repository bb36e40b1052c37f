"""Help in steps, from a nudge to almost the answer."""

from __future__ import annotations

from typing import Any

from course.study.library import find_hints
from course.widgets.face import Face
from course.widgets.markdown import to_html


def hint(id: str) -> Face:
    """Shows the hints for the answer `id`, one at each press of its button."""
    steps = find_hints(id)
    shown = 0

    def view() -> dict[str, Any]:
        return {"kind": "hint", "steps": [to_html(step) for step in steps[:shown]], "all": len(steps)}

    def answer(event: dict[str, Any]) -> dict[str, Any]:
        nonlocal shown
        if event.get("type") != "hint":
            raise ValueError(f"this is no wish for a hint: {event}")
        shown = min(shown + 1, len(steps))
        return view()

    text = f"{len(steps)} hints. Run this cell to see them one by one."
    return Face(view(), answer, f"<p>{text}</p>", text)
