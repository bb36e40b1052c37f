"""A button in a notebook that grades the learner's own exercises, sealed and against the hidden tests."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import traitlets
from IPython.display import HTML

from course import grading
from course.grading import NoSandbox
from course.house import House, TopicFolder, find_house
from course.problems import Problems
from course.study.desk import View
from course.study.exchange import class_feedback
from course.study.exchange.class_feedback import NoResults
from course.study.exercises import Exercise
from course.study.library import the_library
from course.study.memory import Memory
from course.widgets.face import Face, rendered
from course.widgets.learner import memory

HAND_IN = (
    "Hand your work in: the hidden tests are with your instructor. When you have fetched the feedback, run this cell "
    "again, and <code>progress()</code> shows what came of it."
)
STATES = {"solved": "solved", "open": "not yet", "untouched": "not attempted"}


class Grader:
    """Grades in the background, so that the notebook can be worked on meanwhile; what it shows is the journal's."""

    def __init__(self, learner: Memory, house: House, topic: TopicFolder):
        self._memory = learner
        self._house = house
        self._folder = topic
        self._running: threading.Thread | None = None
        self._step = ""
        self._saved: float | None = None
        self._problems: list[str] = []
        self._no_sandbox = False
        self.tell: Callable[[], object] = lambda: None
        """Called whenever there is something new to see."""
        self._trouble = take_feedback(learner, house.work / topic.name / grading.FEEDBACK)

    def view(self) -> View:
        """What is under way, and how the last grading went."""
        known = self._memory.state.exercises
        topic = self._folder.topic
        exercises = known.of(topic.id)
        points, most = known.points(topic.id)
        return {
            "kind": "grade",
            "title": topic.title,
            "running": self._running is not None,
            "step": self._step,
            "score": f"{_counted(sum(one.solved for one in exercises), len(exercises))}, {points:g} of {most:g} points"
            if exercises
            else None,
            "when": self._when(exercises),
            "exercises": [_shown(exercise) for exercise in exercises],
            "problems": self._problems,
            "trouble": self._trouble,
            "unsealed": self._no_sandbox,
        }

    def act(self, event: Mapping[str, Any]) -> None:
        """Begins to grade; while that goes on, a second press is left alone."""
        if event.get("type") != "grade":
            raise ValueError(f"this is no wish for grading: {event}")
        if self._running is None:
            sandbox = "none" if event.get("unsealed") else "best"
            self._step, self._trouble, self._no_sandbox = "Starting", "", False
            run = contextvars.copy_context().run
            self._running = threading.Thread(target=run, args=[self._grade, sandbox], name="grading", daemon=True)
            self._running.start()

    def _grade(self, sandbox: str) -> None:
        try:
            done = grading.grade(self._house, self._folder, self._say, sandbox)
            grading.record(self._memory, done)
            self._saved, self._problems = done.saved, done.problems
        except Problems as problems:
            self._no_sandbox = isinstance(problems, NoSandbox)
            self._trouble = "\n".join(problem.text(self._house.root) for problem in problems.problems)
        except Exception as error:  # In a thread nobody would see it.
            self._trouble = f"This did not work. {type(error).__name__}: {error}"
        finally:
            self._running = None
            self.tell()

    def _say(self, step: str) -> None:
        self._step = step
        self.tell()

    def _when(self, exercises: list[Exercise]) -> str:
        tests = [test for exercise in exercises for test in exercise.tests.values()]
        if not tests:
            return ""
        last = max(tests, key=lambda test: test.at)
        if self._saved is not None and last.by == grading.OWN:
            return f"as it was saved at {datetime.fromtimestamp(self._saved):%H:%M:%S}"
        moment = f"graded on {datetime.fromtimestamp(last.at / 1000):%Y-%m-%d at %H:%M}"
        return moment if last.by == grading.OWN else f"{moment} in your class"


class GraderFace(Face):
    """A face that is drawn anew whenever its desk has something to tell, too."""

    def __init__(self, desk: Grader, fallback: str, plain: str):
        # Else what a press shows could come after what the grading that it began has shown already, and stay.
        self._turn = threading.RLock()
        super().__init__(desk, fallback, plain)
        desk.tell = self._show

    def _show(self) -> None:
        with self._turn:
            self.view = rendered(self.desk.view())

    @traitlets.observe("event")
    def _on_event(self, change: dict[str, Any]) -> None:
        with self._turn:
            super()._on_event(change)


def grade(topic: str) -> Face | HTML:
    """Shows a button that grades your saved exercises of a topic against all tests, the hidden ones too."""
    try:
        house = find_house()
    except Problems:  # A class has no clone.
        trouble = take_feedback(memory(), Path.cwd() / grading.FEEDBACK)
        return HTML(f"<p>{HAND_IN}</p>" + (f"<p>{escape(trouble)}</p>" if trouble else ""))
    text = f"Run this cell to grade your exercises; or use the command `course grade {topic}`."
    return GraderFace(Grader(memory(), house, grading.find_topic(house, topic)), f"<p>{escape(text)}</p>", text)


def take_feedback(learner: Memory, folder: Path) -> str:
    """Takes what a class's feedback says into the journal, where some was fetched; returns what stood in the way."""
    if not folder.is_dir():
        return ""
    try:
        class_feedback.bring(learner, the_library(), folder)
    except NoResults:  # Pages that nbgrader made.
        return ""
    except Problems as problems:
        return "\n".join(problem.text(folder.parents[1]) for problem in problems.problems)
    return ""


def _shown(exercise: Exercise) -> View:
    state = "solved" if exercise.solved else "open" if exercise.attempted else "untouched"
    return {
        "id": exercise.id,
        "state": state,
        "words": STATES[state],
        "points": f"{exercise.points:g} of {exercise.most:g}",
        "failed": [{"name": name, "message": why} for name, why in exercise.troubles.items()],
    }


def _counted(solved: int, all: int) -> str:
    return f"{solved} of {all} {'exercise' if all == 1 else 'exercises'} solved"
