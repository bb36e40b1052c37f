"""The mistakes of a learner in a notebook."""

from __future__ import annotations

from html import escape

from course.study.lessons import Lessons
from course.study.library import the_library
from course.study.questions.mending import Mending
from course.widgets.face import Face
from course.widgets.learner import memory
from course.widgets.plan import learners_folder


def mistakes() -> Face:
    """Everything that was answered wrong and is not mended yet, with its reason; each can be tried again."""
    library = the_library()
    desk = Mending(memory(), library, Lessons(learners_folder(), library.syllabus))
    said = desk.view()["said"]
    text = "Run this cell to see your mistakes and to try them again."
    return Face(desk, f"<p>{escape(said)}</p><p>{text}</p>", f"{said}\n{text}")
