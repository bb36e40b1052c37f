"""The doors to the other rooms. Each opens when it is used: behind most of them waits the import of nbgrader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import msgspec

from autograde.assignment import Assignment
from autograde.refusal import Refusal
from autograde.settings import Limits, Settings
from autograde.task import Problem, Result, Task

if TYPE_CHECKING:
    from datetime import datetime

    from traitlets.config import Config

    from autograde.grading.intake import Find
    from autograde.grading.plan import Plan
    from autograde.kernel.warm import Warm
    from autograde.record import Fingerprints, Record
    from autograde.remark import Remark
    from autograde.run.course import Course
    from autograde.run.executor import Executor


def with_sandbox(settings: Settings, submissions: int) -> Settings:
    """The settings with the name of the sandbox that holds on this machine.

    A Refusal when there is none, or when so many submissions at a time have not the room on its disk.
    """
    from autograde.sandbox import space
    from autograde.sandbox.choice import choose

    backend = choose(settings.sandbox, settings.limits)
    if backend.on_disk:
        space.check(gettempdir(), settings.limits, submissions)
    return msgspec.structs.replace(settings, sandbox=backend.name)


def imports_ahead(config: Config, assignment: str) -> list[str]:
    """What the assignment's source seems to import, for who starts before nbgrader can be asked where that lies."""
    from autograde.grading.ahead import imports_below

    course = config.CourseDirectory
    structure = course.get("directory_structure", "{nbgrader_step}/{student_id}/{assignment_id}")
    names = {"nbgrader_step": course.get("source_directory", "source"), "student_id": "."}
    try:
        place = str(structure).format(assignment_id=assignment, **names)
    except (KeyError, IndexError, ValueError):
        return []
    return imports_below(Path(str(course.root), place))


def start_warm(settings: Settings, hidden: Sequence[str] = (), ahead: Sequence[str] = ()) -> Warm:
    """A warm process, which imports while we do; it returns at once. What lies at `hidden` is not in its reach."""
    from autograde.examiner import PRELOAD
    from autograde.kernel.warm import Warm

    return Warm(backend=settings.sandbox, limits=settings.limits, preload=(*PRELOAD, *ahead), hidden=hidden)


def unheeded(course: Course) -> tuple[Remark, ...]:
    """What the course's configuration says without effect; a Refusal where that cannot be left out."""
    from autograde.run.unheeded import unheeded

    return unheeded(course.config)


def read_assignment(course: Course, name: str) -> Assignment:
    """An assignment as the gradebook and source/ have it, with the steps that the course has of its own."""
    from autograde.grading.reading import read_assignment
    from autograde.grading.steps import read_steps
    from autograde.record.gradebook import Gradebook

    gradebook = Gradebook(course.directory.db_url, course.root)  # It waits for whoever holds it.
    gradebook.check()
    assignment = gradebook.read(lambda connection: read_assignment(course.directory, name, connection))
    return msgspec.structs.replace(assignment, steps=read_steps(course.directory))


def elsewhere(course: Course, assignment: str) -> Find:
    """Tells where in the course a file lies that is not a student's to hand in."""
    from autograde.grading.elsewhere import Elsewhere
    from autograde.run.lock import FOLDER

    return Elsewhere(course.directory, assignment, course.root / FOLDER).find


def read_submission(
    folder: Path, limits: Limits, student: str, *, ignore: list[str], overwritten: Mapping[str, bytes], elsewhere: Find
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The files of a submission, and what reading them found."""
    from autograde.grading.intake import read_submission

    return read_submission(folder, limits, student, ignore=ignore, overwritten=overwritten, elsewhere=elsewhere)


def read_timestamp(files: dict[str, bytes], student: str) -> tuple[datetime | None, tuple[Problem, ...]]:
    """When a submission was handed in."""
    from autograde.grading.intake import read_timestamp

    return read_timestamp(files, student)


def fingerprints(assignment: Assignment, settings: Settings) -> Fingerprints:
    """By what each notebook of a submission is known; where it is graded makes no difference."""
    from autograde.record import Fingerprints

    also = msgspec.json.encode([assignment.hidden]).decode()
    return Fingerprints(assignment, msgspec.structs.replace(settings, cluster=""), also=also)


def is_same_work(one: str, other: str) -> bool:
    """Whether fingerprints differ in the environment at most."""
    from autograde.record.fingerprint import is_same_work

    return is_same_work(one, other)


def open_record(course: Course) -> Record:
    """The one writer of the gradebook and of autograded/."""
    from autograde.record import Record

    return Record(course.directory, course.config)


def learn(course: Course, assignment: Assignment, warm: Warm, settings: Settings, others: Sequence[Warm] = ()) -> Plan:
    """What the instructor's own solution teaches about grading this assignment; the others get ready meanwhile."""
    from autograde.grading.learn import learn

    return learn(assignment, warm, settings, folder=course.root, others=others)


def remember(course: Course, assignment: Assignment, settings: Settings) -> tuple[Remark, ...]:
    """What is known of the assignment itself without running anything."""
    from autograde.grading.learn import remember

    return remember(assignment, settings, course.root)


def grade(task: Task, assignment: Assignment, warm: Warm, settings: Settings, plan: Plan) -> Result:
    """Grades a submission."""
    from autograde.grading.grade import grade

    return grade(task, assignment, warm, settings, plan)


def dismiss(task: Task, assignment: Assignment, settings: Settings) -> Result:
    """The result of a submission in which nothing can run, and why."""
    from autograde.grading.plan import Plan

    nobody: Any = None
    return grade(task, assignment, nobody, settings, Plan())


def connect(
    address: str, assignment: Assignment, plan: Plan, settings: Settings, hidden: Sequence[str] = ()
) -> Executor:
    """A cluster that grades; what lies at `hidden` is out of the reach of its workers' warm processes, too."""
    if own := assignment.steps.own:
        raise Refusal(
            f"The course runs {own[0]} over each notebook, which no other machine has. Grade without --cluster."
        )
    try:
        from autograde import cluster
    except ModuleNotFoundError as error:
        raise Refusal(
            f"Grading on a cluster needs the package {error.name}: pip install 'threeways-autograde[cluster]'."
        ) from error
    return cluster.connect(address, assignment, plan, settings, hidden)
