"""A button in a notebook that grades the learner's own exercises, sealed and against the hidden tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from IPython.display import HTML

from course import grading
from course.grading import Grading
from course.house import House, find_house
from course.problems import Problems
from course.study.desk import View, line
from course.study.memory import Memory
from course.widgets.face import Face, rendered
from course.widgets.learner import memory


class Grader:
    """Grades in the background, so that the notebook can be worked on meanwhile."""

    def __init__(self, learner: Memory, house: House, topic: str):
        self._memory = learner
        self._house = house
        [self._folder] = house.select([topic])
        self._step = ""
        self._running: threading.Thread | None = None
        self._done: Grading | None = None
        self._error = ""
        self.tell: Callable[[], object] = lambda: None
        """Called whenever there is something new to see."""

    def view(self) -> View:
        """What is under way, or how the last grading went."""
        done = self._done
        exercises = [
            {
                "id": exercise.id,
                "solved": exercise.solved,
                "points": f"{exercise.points:g} of {exercise.most:g}",
                "failed": [{"name": test.name, "message": test.message or "No points."} for test in exercise.failed],
            }
            for exercise in (done.exercises if done else ())
        ]
        return {
            "kind": "grade",
            "title": self._folder.topic.title,
            "running": self._running is not None,
            "step": self._step,
            "saved": f"{datetime.fromtimestamp(done.saved):%H:%M:%S}" if done else None,
            "points": f"{done.points:g} of {done.most:g}" if done else None,
            "exercises": exercises,
            "problems": [line(problem) for problem in done.problems] if done else [],
            "trouble": self._error,
        }

    def act(self, event: Mapping[str, Any]) -> None:
        """Begins to grade; while that goes on, a second press is left alone."""
        if event.get("type") != "grade":
            raise ValueError(f"this is no wish for grading: {event}")
        if self._running is None:
            self._error = ""
            self._running = threading.Thread(target=self._grade, name="grading", daemon=True)
            self._running.start()

    def _grade(self) -> None:
        try:
            self._done = grading.grade(self._house, self._folder, self._say)
            grading.record(self._memory, self._done)
        except Problems as problems:
            self._error = str(problems)
        except Exception as error:  # In a thread nobody would see it.
            self._error = f"This did not work. {type(error).__name__}: {error}"
        finally:
            self._running = None
            self.tell()

    def _say(self, step: str) -> None:
        self._step = step
        self.tell()


def grade(topic: str) -> Face | HTML:
    """Shows a button that grades your saved exercises of a topic against all tests, the hidden ones too."""
    try:
        desk = Grader(memory(), find_house(), topic)
    except Problems:
        return HTML("<p>Hand your work in: the hidden tests are with your instructor.</p>")  # A class has no clone.
    text = f"Run this cell to grade your exercises; or use the command `course grade {topic}`."
    face = Face(desk, f"<p>{escape(text)}</p>", text)

    def tell() -> None:
        face.view = rendered(desk.view())

    desk.tell = tell
    return face
