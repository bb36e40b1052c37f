"""What there is to do for a submission: it is read, compared with what was graded before, and becomes a task or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from autograde.assignment import Assignment
from autograde.refusal import Refusal
from autograde.run import rooms
from autograde.run.course import Course, Submission
from autograde.run.tally import MOVED
from autograde.run.worker import failed
from autograde.settings import Settings
from autograde.task import Result, Task, Weight

if TYPE_CHECKING:
    from autograde.record import Record

NEW, CHANGED, ASKED = "not graded yet", "changed since it was graded", "asked for by --force"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A submission, and what is to be done with it."""

    task: Task
    """Its notebooks are those that have to be graded; none means that all grades still stand."""
    why: dict[str, str]
    """For each of these, why."""
    fingerprints: dict[str, str]
    """What its notebooks are known by in the record."""
    timestamp: datetime | None
    """When it was handed in."""
    result: Result | None = None
    """Of a submission in which nothing can run."""


class Todo:
    """Decides for one submission after the other."""

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        settings: Settings,
        record: Record,
        *,
        notebooks: Sequence[str] = (),
        force: bool = False,
    ) -> None:
        self._course, self._assignment, self._settings, self._force = course, assignment, settings, force
        wanted = notebooks or [course.directory.notebook_id]
        names = [one.name for one in assignment.notebooks]
        self._names = tuple(name for name in names if any(fnmatchcase(name, pattern) for pattern in wanted))
        if not self._names:
            raise Refusal(
                f"{assignment.name} has no notebook {' or '.join(wanted)}; it has {', '.join(names)}. "
                "Name one of them, without .ipynb."
            )
        self._fingerprints = rooms.fingerprints(assignment, settings)
        self._standings = record.standings(assignment)
        self._elsewhere = rooms.elsewhere(course, assignment.name)

    def decide(self, submission: Submission) -> Job:
        """What is to be done with a submission, whatever is wrong with it."""
        try:
            return self._decide(submission)
        except Refusal:
            raise
        except Exception as error:
            task = Task(student=submission.student, assignment=self._assignment.name, files={}, notebooks=self._names)
            return Job(task=task, why={}, fingerprints={}, timestamp=None, result=failed(task, error))

    def _decide(self, submission: Submission) -> Job:
        student = submission.student
        files, problems = rooms.read_submission(
            submission.folder,
            self._settings.limits,
            student,
            ignore=self._course.directory.ignore,
            overwritten=self._assignment.files,
            elsewhere=self._elsewhere,
        )
        timestamp, doubts = rooms.read_timestamp(files, student)
        read = Task(
            student=student,
            assignment=self._assignment.name,
            files=files,
            notebooks=self._names,
            problems=(*problems, *doubts),
        )
        fingerprints = self._fingerprints.of(read)
        if self._is_void(read):
            result = rooms.dismiss(read, self._assignment, self._settings)
            return Job(task=read, why={}, fingerprints=fingerprints, timestamp=timestamp, result=result)
        why = {name: reason for name in self._names if (reason := self._why(student, name, fingerprints[name]))}
        return Job(
            task=Task(
                student=student,
                assignment=self._assignment.name,
                files=files,
                notebooks=tuple(why),
                problems=read.problems,
            ),
            why=why,
            fingerprints=fingerprints,
            timestamp=timestamp,
        )

    def _is_void(self, task: Task) -> bool:
        """Whether there is nothing in it that could run."""
        if any(problem.weight is Weight.UNGRADED and problem.notebook is None for problem in task.problems):
            return True
        return not any(f"{one.name}.ipynb" in task.files for one in self._assignment.notebooks)

    def _why(self, student: str, name: str, fingerprint: str) -> str:
        standing = self._standings.get(student, {}).get(name)
        if self._force:
            return ASKED
        if standing is None:
            return NEW
        if standing.lost or standing.fingerprint == fingerprint:
            return standing.lost
        return MOVED if rooms.is_same_work(standing.fingerprint, fingerprint) else CHANGED
