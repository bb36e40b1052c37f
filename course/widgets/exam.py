"""Practice exams in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from course.study.exams.blueprints import blueprints, find_blueprint
from course.study.exams.sitting import Sitting
from course.study.library import the_library
from course.study.progress import TopicProgress, read_progress
from course.widgets.face import Face
from course.widgets.learner import memory
from course.widgets.plan import learners_folder


def exam(blueprint: str | None = None) -> Face:
    """Sits an exam, or goes on with the one that is running; without a name, all exams are there to choose from."""
    library = the_library()

    def topics() -> Iterable[TopicProgress]:
        return read_progress(learners_folder(), library.syllabus)

    desk = Sitting(memory(), library, blueprint, topics)
    chosen = [find_blueprint(blueprint)] if blueprint else list(blueprints().values())
    lines = [f"{one.title}: {one.purpose}" for one in chosen]
    end = "Run this cell to sit an exam."
    static = "".join(f"<p><b>{escape(one.title)}</b>: {escape(one.purpose)}</p>" for one in chosen)
    return Face(desk, f"{static}<p>{end}</p>", "\n".join([*lines, end]))
