"""What the gradebook says of everybody's work on an assignment, as pages need it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from nbgrader.coursedir import CourseDirectory

from autograde.grading.reading import read_assignment
from autograde.record import NotebookNow, Record, SubmissionNow
from autograde.task import Judged


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one cell."""

    points: float
    most: float
    extra: float = 0.0
    """Points on top that a grader gave; they are in `points`."""
    waiting: bool = False
    """A person has still to judge it, or to look at it again."""
    by_hand: bool = False
    """The points are a grader's."""
    message: str = ""
    """Why points are missing, where the run that graded it has said so."""


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """One student's notebook in the gradebook."""

    student: str
    assignment: str
    notebook: str
    marks: dict[str, Mark]
    comments: dict[str, str]
    penalty: float
    score: float
    """Before the penalty, as nbgrader adds it up."""
    most: float
    judged: dict[str, Judged] = {}
    """Which way cells were judged, answers without points too, where this engine has graded them."""
    graded_at: datetime | None = None
    """In UTC."""
    whole: tuple[float, float] | None = None
    """Score, penalties taken off, and the most of an assignment of several notebooks."""


def read_marks(course: CourseDirectory, assignment: str) -> dict[tuple[str, str], Marks]:
    """Everybody's marks of an assignment, by student and notebook."""
    recorded = Record(course).verdicts(read_assignment(course, assignment))
    return {
        (student, name): _marks(assignment, submission, notebook)
        for student, submission in recorded.items()
        for name, notebook in submission.notebooks.items()
    }


def _marks(assignment: str, submission: SubmissionNow, notebook: NotebookNow) -> Marks:
    messages = {verdict.cell: verdict.message for verdict in notebook.verdicts}
    several = submission.notebooks.values() if len(submission.notebooks) > 1 else ()
    return Marks(
        student=submission.student,
        assignment=assignment,
        notebook=notebook.name,
        marks={
            grade.cell: Mark(
                points=grade.score,
                most=grade.most,
                extra=grade.extra or 0.0,
                waiting=grade.needs_manual,
                by_hand=grade.manual is not None,
                message=messages.get(grade.cell, ""),
            )
            for grade in notebook.grades
        },
        comments={comment.cell: comment.comment for comment in notebook.comments if comment.comment},
        penalty=notebook.penalty or 0.0,
        score=notebook.score,
        most=notebook.most,
        judged={verdict.cell: verdict.judged for verdict in notebook.verdicts},
        graded_at=notebook.graded_at,
        whole=(submission.score, sum(other.most for other in several)) if several else None,
    )
