"""The record: the one writer into nbgrader's gradebook and into autograded/, and what others may know of both."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from nbgrader import api
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import DataError
from traitlets.config import Config

from autograde.assignment import Assignment
from autograde.record.failure import WHOLE_DISK, explain_disk
from autograde.record.fingerprint import Fingerprints, engine_version
from autograde.record.gradebook import PATIENCE, Gradebook
from autograde.record.outcome import Outcome
from autograde.record.penalty import LatePenalties, PenaltyFailed
from autograde.record.place import Place, gather
from autograde.record.recorded import CommentNow, GradeNow, NotebookNow, SubmissionNow, read_recorded
from autograde.record.rows import NOTEBOOKS, SUBMITTED
from autograde.record.standing import Standing, read_standings
from autograde.record.tables import METADATA, NOTEBOOK, SUBMISSION
from autograde.record.writing import StudentUnknown, Writing
from autograde.refusal import Refusal
from autograde.task import Problem, Result, Task, Weight

__all__ = [
    "CommentNow",
    "Fingerprints",
    "GradeNow",
    "NotebookNow",
    "Record",
    "Standing",
    "SubmissionNow",
]

T = TypeVar("T")


def utc_now() -> datetime:
    """This moment, as nbgrader's gradebook writes moments."""
    return datetime.now(UTC).replace(tzinfo=None)


class Record:
    """What is known of a course's grades.

    Reading leaves no connection open, so workers may be forked after it. Writing keeps one until `close`.
    """

    def __init__(
        self,
        directory: CourseDirectory,
        config: Config | None = None,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Raises Refusal unless the gradebook is there and is one of the nbgrader that is installed."""
        self._directory = directory
        self._clock = clock
        self._root = Path(directory.root)
        converter = Autograde(coursedir=directory, config=directory.config if config is None else config)
        self._create_student = bool(converter.create_student)
        self._permissions = _mode(converter.permissions)
        self._penalties = LatePenalties(converter)
        self._engine = engine_version()
        self._gradebook = Gradebook(directory.db_url, self._root, patience)
        self._gradebook.check()

    def ready(self) -> None:
        """Makes sure, before anything is graded, that grades can be written; raises Refusal when not."""
        self._gradebook.write(self._make_tables)
        self._gradebook.close()
        folder = Path(self._directory.format_path(self._directory.autograded_directory, ".", "."))
        while not folder.exists():
            folder = folder.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Refusal(f"{folder} cannot be written. Make it writable for you; the autograded files belong there.")

    def standings(self, assignment: Assignment) -> dict[str, dict[str, Standing]]:
        """Of each student, by notebook, what was graded before and whether it still stands."""
        return self._gradebook.read(
            lambda connection: read_standings(connection, assignment, lambda student: self._place(assignment, student))
        )

    def fingerprints(self, assignment: Assignment) -> dict[str, dict[str, str]]:
        """Of each student, by notebook, what the grades that stand were made from; see Fingerprints."""
        return {
            student: {name: standing.fingerprint for name, standing in notebooks.items() if not standing.lost}
            for student, notebooks in self.standings(assignment).items()
        }

    def verdicts(self, assignment: Assignment) -> dict[str, SubmissionNow]:
        """Everybody's verdicts, problems and grades by student, with what people changed in them by now."""
        return self._gradebook.read(lambda connection: read_recorded(connection, assignment))

    def write(
        self,
        task: Task,
        result: Result,
        assignment: Assignment,
        *,
        timestamp: datetime | None,
        fingerprints: Mapping[str, str],
    ) -> tuple[Problem, ...]:
        """Puts the files of a submission into autograded/ and all its rows into the gradebook, or neither.

        `fingerprints` are those of `Fingerprints.of(task)`. Returns what happened in writing beyond the problems that
        task and result hold; one of weight UNGRADED says that nothing was written. Raises Refusal when nobody else's
        could be written either.
        """
        if task.student != result.student:
            raise ValueError(f"The result of {result.student} cannot be that of {task.student}.")
        outcome = Outcome(task, result, assignment, parse_utc(timestamp), fingerprints)
        if outcome.is_empty:
            if any(problem.weight is Weight.UNGRADED for problem in outcome.problems):
                return ()
            what = "No notebook of the assignment was handed in; the gradebook stays as it is."
            do = f"They are: {', '.join(each.name for each in assignment.notebooks)}."
            return (_ungraded(task.student, "nothing handed in", what, do),)
        files = gather(task, result, assignment, self._directory.ignore) if outcome.graded else {}
        place = self._place(assignment, task.student)
        return self._guarded(
            task.student,
            place,
            lambda connection: self._writing().write(connection, outcome, place, files),
            f"{assignment.id}/{task.student}",
        )

    def settle(
        self,
        task: Task,
        assignment: Assignment,
        *,
        timestamp: datetime | None,
        fingerprints: Mapping[str, str] | None = None,
    ) -> tuple[Problem, ...]:
        """For a submission of which nothing is graded again: its time stamp and its late penalties, written anew.

        They depend on what may change without the work: the time it was handed in, the due date, an extension, scores
        that people gave. With `fingerprints`, what a run in between could not grade is no longer said of notebooks
        that are again what was graded before. Returns a note for each penalty that is another one now.
        """
        place, stamp, marks = self._place(assignment, task.student), parse_utc(timestamp), fingerprints or {}
        return self._guarded(
            task.student,
            place,
            lambda connection: self._writing().settle(connection, task, assignment, stamp, marks, place),
            f"{assignment.id}/{task.student}",
        )

    def close(self) -> None:
        """Lets go of the gradebook; the next use opens it again."""
        self._gradebook.close()

    def _guarded(
        self, student: str, place: Place, work: Callable[[Connection], tuple[Problem, ...]], lock: str
    ) -> tuple[Problem, ...]:
        """What `work` returns, or why it could not be done for this student alone."""
        try:
            return self._gradebook.write(work, lock)
        except PenaltyFailed as error:
            what = f"The plugin for late submissions failed ({error}); nothing was written."
            return (_ungraded(student, "late penalty", what, "Correct the plugin and grade again."),)
        except StudentUnknown:
            what = f"No student with ID '{student}' exists in the database."
            do = f"Add it with `nbgrader db student add {student}`, or set c.Autograde.create_student = True."
            return (_ungraded(student, "unknown student", what, do),)
        except (DataError, UnicodeError) as error:
            what = f"The gradebook cannot keep this ({str(error).splitlines()[0][:200]})."
            return (_ungraded(student, "not recorded", what, "Rename what has too long or too odd a name."),)
        except OSError as error:
            if error.errno in WHOLE_DISK:
                raise explain_disk(error, str(place.folder)) from error
            what = f"{error.filename or place.folder} cannot be written ({error.strerror or error})."
            do = "Nothing was recorded. Make the folder writable for you and grade again."
            return (_ungraded(student, "not recorded", what, do),)

    def _writing(self) -> Writing:
        return Writing(self._penalties, create_student=self._create_student, engine=self._engine, now=self._clock())

    def _place(self, assignment: Assignment, student: str) -> Place:
        directory = self._directory
        step = directory.autograded_directory
        folder = Path(os.path.normpath(directory.format_path(step, student, assignment.name)))
        root = Path(os.path.normpath(directory.format_path(step, ".", ".")))
        return Place(folder, root, permissions=self._permissions, shared=bool(directory.groupshared))

    def _make_tables(self, connection: Connection) -> None:
        METADATA.create_all(connection)
        # Until something is written, a read-only place is not noticed.
        connection.execute(insert(SUBMISSION), {"id": "", "tried_at": self._clock(), "seconds": 0, "problems": "[]"})
        connection.execute(delete(SUBMISSION).where(SUBMISSION.c.id.not_in(select(SUBMITTED.c.id))))
        connection.execute(delete(NOTEBOOK).where(NOTEBOOK.c.id.not_in(select(NOTEBOOKS.c.id))))
        course = api.Course.__table__
        id = self._directory.course_id
        if id and connection.execute(select(course.c.id).where(course.c.id == id)).first() is None:
            connection.execute(insert(course), {"id": id})


def _mode(permissions: int) -> int:
    try:
        return int(str(permissions), 8)
    except ValueError:
        raise Refusal(f"c.Autograde.permissions is {permissions}; it has to be like 444 or 664.") from None


def _ungraded(student: str, kind: str, what: str, do: str) -> Problem:
    return Problem(kind=kind, weight=Weight.UNGRADED, student=student, what=what, do=do)
