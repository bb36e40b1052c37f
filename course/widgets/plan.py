"""The study plan in a notebook."""

from __future__ import annotations

from html import escape
from pathlib import Path

from course.study.library import the_library
from course.study.planning.planner import Planner
from course.study.progress import TopicProgress, read_progress
from course.widgets.face import Face
from course.widgets.learner import memory


def plan() -> Face:
    """What to do today and on each day until the exam, and the choices that it follows from."""
    library = the_library()

    def topics() -> list[TopicProgress]:
        return read_progress(learners_folder(), library.syllabus)

    desk = Planner(memory(), library, topics)
    said = desk.view()["summary"]
    text = "Run this cell to see your plan. Your choices are kept."
    return Face(desk, "".join(f"<p>{escape(line)}</p>" for line in [*said, text]), "\n".join([*said, text]))


def learners_folder() -> Path:
    """The folder that holds the learner's notebooks, seen from a notebook anywhere in it."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".course").is_dir()), here)
