"""What the gradebook says of an assignment by now, for reports and feedback: verdicts, and what people gave."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from autograde.assignment import Assignment, Cell
from autograde.record import rows, tables
from autograde.record.penalty import seconds_late
from autograde.record.standing import is_there
from autograde.task import Problem, Verdict


class GradeNow(msgspec.Struct, frozen=True, kw_only=True):
    """The points of a cell, as they are now."""

    cell: str
    most: float
    auto: float | None
    manual: float | None
    extra: float | None
    needs_manual: bool

    @property
    def score(self) -> float:
        """What counts, as nbgrader counts it."""
        given = self.manual if self.manual is not None else self.auto
        return 0.0 if given is None else given + (self.extra or 0.0)


class CommentNow(msgspec.Struct, frozen=True, kw_only=True):
    """The comment to a cell, as it is now."""

    cell: str
    auto: str | None
    manual: str | None

    @property
    def comment(self) -> str | None:
        """What counts, as nbgrader counts it."""
        return self.manual if self.manual is not None else self.auto


class NotebookNow(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a student's notebook."""

    name: str
    grades: tuple[GradeNow, ...]
    comments: tuple[CommentNow, ...]
    penalty: float | None
    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Of the run that graded it."""
    refusal: tuple[Problem, ...] = ()
    """Why the last run did not grade it; then all else is from before."""
    graded_at: datetime | None = None
    """In UTC; None when this engine has not graded it."""
    engine: str = ""
    seconds: float = 0.0
    handed_in: bool = True

    @property
    def score(self) -> float:
        """The points, without the late penalty."""
        return sum(grade.score for grade in self.grades)

    @property
    def most(self) -> float:
        """The points that it can give."""
        return sum(grade.most for grade in self.grades)


class SubmissionNow(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a student's submission."""

    student: str
    first_name: str | None
    last_name: str | None
    timestamp: datetime | None
    """When it was handed in, in UTC."""
    seconds_late: float
    notebooks: dict[str, NotebookNow]
    problems: tuple[Problem, ...] = ()
    """Those of the submission as a whole."""
    tried_at: datetime | None = None
    seconds: float = 0.0

    @property
    def score(self) -> float:
        """The points, less the late penalties."""
        return sum(notebook.score - (notebook.penalty or 0.0) for notebook in self.notebooks.values())


def read_recorded(connection: Connection, assignment: Assignment) -> dict[str, SubmissionNow]:
    """Everybody's submission by the student's id, sorted."""
    own = _own(connection, assignment) if is_there(connection) else {}
    grades, comments = _grades(connection, assignment), _comments(connection, assignment)
    by_id = {notebook.id: notebook for notebook in assignment.notebooks}
    notebooks: dict[str, dict[str, NotebookNow]] = defaultdict(dict)
    query = select(rows.NOTEBOOKS).where(rows.NOTEBOOKS.c.notebook_id.in_(list(by_id)))
    for row in connection.execute(query):
        notebook = by_id[row.notebook_id]
        notebooks[row.assignment_id][notebook.name] = NotebookNow(
            name=notebook.name,
            grades=tuple(grades.get(row.id, ())),
            comments=tuple(comments.get(row.id, ())),
            penalty=row.late_submission_penalty,
            **own.get(row.id, {}),
        )
    found = {}
    student = rows.STUDENT.c
    query = (
        select(rows.SUBMITTED, student.first_name, student.last_name)
        .join(rows.STUDENT, student.id == rows.SUBMITTED.c.student_id)
        .where(rows.SUBMITTED.c.assignment_id == assignment.id)
        .order_by(student.id)
    )
    for row in connection.execute(query):
        found[row.student_id] = SubmissionNow(
            student=row.student_id,
            first_name=row.first_name,
            last_name=row.last_name,
            timestamp=row.timestamp,
            seconds_late=seconds_late(row.timestamp, assignment.due, row.extension),
            notebooks=dict(sorted(notebooks[row.id].items())),
            **own.get(row.id, {}),
        )
    return found


def _own(connection: Connection, assignment: Assignment) -> dict[str, dict[str, Any]]:
    """What the engine's tables say, by the id of the row in nbgrader's."""
    found: dict[str, dict[str, Any]] = {}
    mine = tables.SUBMISSION
    query = select(mine).join(rows.SUBMITTED, rows.SUBMITTED.c.id == mine.c.id)
    for row in connection.execute(query.where(rows.SUBMITTED.c.assignment_id == assignment.id)):
        problems = tables.read_problems(row.problems)
        found[row.id] = {"problems": problems, "tried_at": row.tried_at, "seconds": row.seconds}
    names = [notebook.id for notebook in assignment.notebooks]
    query = select(tables.NOTEBOOK).join(rows.NOTEBOOKS, rows.NOTEBOOKS.c.id == tables.NOTEBOOK.c.id)
    for row in connection.execute(query.where(rows.NOTEBOOKS.c.notebook_id.in_(names))):
        found[row.id] = {
            "verdicts": tables.read_verdicts(row.verdicts) or (),
            "problems": tables.read_problems(row.problems),
            "refusal": tables.read_problems(row.refusal),
            "graded_at": row.graded_at,
            "engine": row.engine or "",
            "seconds": row.seconds,
            "handed_in": row.digest is not None or row.fingerprint is None,
        }
    return found


def _cells(assignment: Assignment, kind: str) -> dict[str, tuple[int, Cell]]:
    """By the id of their row: the place of the cells in their notebook, and the cells."""
    return {
        id: (place, cell)
        for notebook in assignment.notebooks
        for place, cell in enumerate(notebook.cells)
        for id in (getattr(cell, kind), cell.task)
        if id
    }


def _grades(connection: Connection, assignment: Assignment) -> dict[str, list[GradeNow]]:
    cells = _cells(assignment, "grade")
    found: dict[str, list[tuple[int, GradeNow]]] = defaultdict(list)
    for row in connection.execute(select(rows.GRADES).where(rows.GRADES.c.cell_id.in_(list(cells)))):
        place, cell = cells[row.cell_id]
        grade = GradeNow(
            cell=cell.name,
            most=cell.points,
            auto=row.auto_score,
            manual=row.manual_score,
            extra=row.extra_credit,
            needs_manual=row.needs_manual_grade,
        )
        found[row.notebook_id].append((place, grade))
    return _in_order(found)


def _comments(connection: Connection, assignment: Assignment) -> dict[str, list[CommentNow]]:
    cells = _cells(assignment, "solution")
    found: dict[str, list[tuple[int, CommentNow]]] = defaultdict(list)
    for row in connection.execute(select(rows.COMMENTS).where(rows.COMMENTS.c.cell_id.in_(list(cells)))):
        place, cell = cells[row.cell_id]
        found[row.notebook_id].append(
            (place, CommentNow(cell=cell.name, auto=row.auto_comment, manual=row.manual_comment))
        )
    return _in_order(found)


def _in_order(found: dict[str, list[tuple[int, Any]]]) -> dict[str, list[Any]]:
    """In the order of the instructor's notebook."""
    return {id: [item for _, item in sorted(items, key=lambda pair: pair[0])] for id, items in found.items()}
