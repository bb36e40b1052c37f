"""Help in steps, in a notebook."""

from __future__ import annotations

from course.study.library import the_library
from course.study.questions.hints import Hints
from course.widgets.face import Face
from course.widgets.learner import memory


def hint(id: str) -> Face:
    """Shows the hints for the answer `id`, one at each press of its button; what was opened stays open."""
    desk = Hints(memory(), the_library(), id)
    text = f"{len(desk.steps)} hints. Run this cell to see them one by one."
    return Face(desk, f"<p>{text}</p>", text)
