"""A run from its configuration to its last result, in the order that wastes no time."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from traitlets.config import Config

from autograde.assignment import Assignment
from autograde.refusal import Refusal
from autograde.remark import Remark
from autograde.run import rooms
from autograde.run.coordinator import coordinate
from autograde.run.course import Course, Submission
from autograde.run.crew import Crew
from autograde.run.desk import Desk
from autograde.run.executor import Executor
from autograde.run.lock import only_one
from autograde.run.progress import Show
from autograde.run.request import Request
from autograde.run.scratch import scratch
from autograde.run.stop import Stop
from autograde.run.tally import Outcome, State, Tally
from autograde.run.terminal import plain
from autograde.run.todo import Job, Todo
from autograde.settings import Settings
from autograde.task import Problem, Result, Weight


@dataclass
class Grading:
    """What a run needs, and what is known of it so far."""

    request: Request
    config: Config
    settings: Settings
    show: Show
    tally: Tally
    tell: Callable[[Outcome], None]
    stop: Stop = field(default_factory=Stop)
    course: str = ""
    sandbox: str = ""
    """What student code ran in."""
    unheeded: tuple[Remark, ...] = ()
    """What the course's configuration says without effect."""

    def run(self) -> None:
        """Grades everybody asked for; KeyboardInterrupt says that it was stopped, Refusal that it cannot be done."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.show.end)
            stack.enter_context(self.stop.listen())
            self.show.say("Starting.")
            stack.callback(gc.enable)
            gc.disable()  # What is imported now stays: to look through it again and again is for nothing.
            sealed = rooms.with_sandbox(self.settings, self.settings.here)
            self.sandbox = sealed.sandbox
            stack.enter_context(scratch())
            hidden = self.settings.secrets(self.config.CourseDirectory.root)
            ahead = rooms.imports_ahead(self.config, self.request.assignment)
            crew = stack.enter_context(Crew(sealed, hidden, ahead))  # Its processes import while this one does.
            course = Course(self.config)
            os.chdir(course.root)  # As nbgrader does: a gradebook's address may be relative to it.
            self.unheeded = rooms.unheeded(course)
            assignment = rooms.read_assignment(course, self.request.assignment)
            self.course = assignment.course
            stack.enter_context(only_one(course.root, assignment.name))
            self._grade(course, assignment, crew)
        if self.stop.asked:
            raise KeyboardInterrupt

    def rehearse(self) -> None:
        """Says who would be graded and why."""
        course = Course(self.config)
        os.chdir(course.root)
        self.unheeded = rooms.unheeded(course)
        assignment = rooms.read_assignment(course, self.request.assignment)
        self.course = assignment.course
        record = rooms.open_record(course)
        self.tally.remarks = (*self.unheeded, *rooms.remember(course, assignment, self.settings))
        submissions, never = self._find(course)
        todo = Todo(
            course, assignment, self.settings, record, notebooks=self.request.notebooks, force=self.request.force
        )
        self.tally.asked = len(submissions) + len(never)
        for outcome in itertools.chain(never, map(expected, map(todo.decide, submissions))):
            self.tally.add(outcome)
            self.tell(outcome)
            self.show.add(outcome, self.tally)

    def _grade(self, course: Course, assignment: Assignment, crew: Crew) -> None:
        submissions, never = self._find(course)
        record = rooms.open_record(course)
        record.ready()
        todo = Todo(
            course, assignment, self.settings, record, notebooks=self.request.notebooks, force=self.request.force
        )
        desk = Desk(record, assignment, self.tally, self.show, self.tell, recall=self.request.as_json)

        def start() -> Executor:
            with self.stop.let_go():
                self.show.say("Learning from the instructor's own solution.")
                plan = rooms.learn(course, assignment, crew.teacher, self.settings, crew.others)
                self.tally.remarks = (*self.unheeded, *plan.told)
                if self.settings.cluster:
                    return rooms.connect(self.settings.cluster, assignment, plan, self.settings, crew.hidden)
                return crew.executor(assignment, plan)

        # Until something is learnt.
        self.tally.remarks = (*self.unheeded, *rooms.remember(course, assignment, self.settings))
        self.tally.asked = len(submissions) + len(never)
        self.show.begin(self.tally)
        for outcome in never:
            desk.through(outcome)
        gc.freeze()
        gc.enable()
        try:
            with self.stop.hold():
                coordinate(map(todo.decide, submissions), start, desk, self.stop)
        finally:
            record.close()

    def _find(self, course: Course) -> tuple[list[Submission], list[Outcome]]:
        """The submissions asked for, and what has become of students who have none that could be read."""
        name, students = self.request.assignment, self.request.students
        found = course.submissions(name, students)
        closed = [path for path in course.closed(name) if not students or path.name in students]
        if closed and not found:
            raise Refusal(f"{closed[0]} cannot be read. Make it readable for you, with all that is in it.")
        there = {*(submission.student for submission in found), *(path.name for path in closed)}
        never = [absent(student, name) for student in self.request.named if student not in there]
        never += [unseen(path) for path in closed]
        never += [unnameable(one.student) for one in found if not is_text(one.student)]
        found = [one for one in found if is_text(one.student)]
        if not found and not never:
            directory = course.directory
            place = directory.format_path(directory.submitted_directory, " or ".join(students) or "*", name)
            raise Refusal(f"There is no submission at {place}. Collect the submissions, or copy them there.")
        return found, never


def expected(job: Job) -> Outcome:
    """What a run would make of a submission, without running it."""
    state = State.UNGRADED if job.result else State.DUE if job.why else State.UNCHANGED
    problems = (job.result or job.task).problems
    return Outcome(job.task.student, state, Result(student=job.task.student, problems=problems), job.why)


def is_text(name: str) -> bool:
    """Whether a name, as the disk has it, can be written down."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def absent(student: str, assignment: str) -> Outcome:
    """What has become of a student who was named and has handed in nothing."""
    what = f"There is no submission for {assignment}."
    return _never(student, "nothing handed in", what, "See whether the name is right, and whether it was collected.")


def unseen(folder: Path) -> Outcome:
    """What has become of a student in whose folder nobody can look."""
    what = f"{folder} cannot be read, so it is not known what was handed in."
    return _never(plain(folder.name), "unreadable folder", what, "Make it readable for you and grade again.")


def unnameable(student: str) -> Outcome:
    """What has become of a student whose folder has a name that is no text."""
    what = "The name of this student's folder is not UTF-8, so no gradebook can hold it."
    return _never(plain(student), "odd name", what, "Rename the folder and grade again.")


def _never(student: str, kind: str, what: str, do: str) -> Outcome:
    problem = Problem(kind=kind, weight=Weight.UNGRADED, student=student, what=what, do=do)
    return Outcome(student, State.UNGRADED, Result(student=student, problems=(problem,)))
