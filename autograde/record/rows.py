"""The rows of a submission in nbgrader's tables, with what nbgrader's autograde writes into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from nbgrader import api
from sqlalchemy import Boolean, Connection, bindparam, case, func, insert, literal_column, or_, select, true, update

from autograde.assignment import Assignment, Notebook
from autograde.task import Judged, Verdict

STUDENT: Any = api.Student.__table__
SUBMITTED: Any = api.SubmittedAssignment.__table__
NOTEBOOKS: Any = api.SubmittedNotebook.__table__
GRADES: Any = api.Grade.__table__
COMMENTS: Any = api.Comment.__table__

# As nbgrader's Grade.score.
_HAS_SCORE = or_(GRADES.c.manual_score.is_not(None), GRADES.c.auto_score.is_not(None))
_EXTRA = case((_HAS_SCORE, func.coalesce(GRADES.c.extra_credit, 0.0)), else_=0.0)
_SCORE = func.coalesce(GRADES.c.manual_score, GRADES.c.auto_score, 0.0) + _EXTRA
_GRADE = (GRADES.c.cell_id == bindparam("cell")) & (GRADES.c.notebook_id == bindparam("notebook"))
_COMMENT = (COMMENTS.c.cell_id == bindparam("cell")) & (COMMENTS.c.notebook_id == bindparam("notebook"))

SUBMISSION_OF = select(SUBMITTED.c.id, SUBMITTED.c.timestamp, SUBMITTED.c.extension).where(
    SUBMITTED.c.assignment_id == bindparam("assignment"), SUBMITTED.c.student_id == bindparam("student")
)
NOTEBOOKS_OF = select(NOTEBOOKS.c.notebook_id, NOTEBOOKS.c.id, NOTEBOOKS.c.late_submission_penalty).where(
    NOTEBOOKS.c.assignment_id == bindparam("submission"),
    NOTEBOOKS.c.notebook_id.in_(bindparam("notebooks", expanding=True)),
)
STAMPED = update(SUBMITTED).where(SUBMITTED.c.id == bindparam("submission")).values(timestamp=bindparam("stamp"))
SCORED = (
    update(GRADES)
    .where(_GRADE)
    .values(
        auto_score=bindparam("score"),
        # A person's score stays, and somebody should see whether it still fits.
        needs_manual_grade=case((GRADES.c.manual_score.is_not(None), true()), else_=bindparam("needs", type_=Boolean)),
    )
)
UNSCORED = (
    update(GRADES).where(_GRADE, GRADES.c.auto_score.is_not(None)).values(auto_score=None, needs_manual_grade=True)
)
NOT_HANDED_IN = update(GRADES).where(_GRADE).values(auto_score=0.0, needs_manual_grade=False)
COMMENTED = update(COMMENTS).where(_COMMENT).values(auto_comment=bindparam("comment"))
_TAKEN: Any = {"late_submission_penalty": bindparam("penalty")}
PENALIZED = update(NOTEBOOKS).where(NOTEBOOKS.c.id == bindparam("notebook")).values(_TAKEN)
# Both columns, though the notebook alone would do: that is the index there is.
_SCORES = select(_SCORE.label("score")).where(
    GRADES.c.cell_id.in_(bindparam("cells", expanding=True)), GRADES.c.notebook_id == bindparam("notebook")
)


def _sum(scores: Any) -> Any:
    return select(func.coalesce(func.sum(scores.subquery().c.score), 0.0))


SCORE_OF = _sum(_SCORES)
SCORE_OF_IN_SQLITE = _sum(_SCORES.order_by(literal_column("grade.rowid")))
"""Added up in the order in which nbgrader's query meets the rows, so that no last digit differs."""


class Submitted(NamedTuple):
    """A row of a submission."""

    id: str
    student: str
    timestamp: datetime | None
    extension: timedelta | None


class Marks(NamedTuple):
    """What is to stand in the rows of one notebook, by the ids of its cells in the gradebook."""

    scores: dict[str, float | None]
    """Of cells with points that were judged; None where a person has to."""
    unscored: tuple[str, ...]
    """Tasks, and cells with points that were not there."""
    comments: dict[str, str | None]
    missing: bool = False


def graded_cells(notebook: Notebook) -> tuple[str, ...]:
    """The ids of what has a row for a grade, in nbgrader's order."""
    grades = [cell.grade for cell in notebook.cells if cell.grade]
    return (*grades, *(cell.task for cell in notebook.cells if cell.task))


def commented_cells(notebook: Notebook) -> tuple[str, ...]:
    """The ids of what has a row for a comment, in nbgrader's order."""
    solutions = [cell.solution for cell in notebook.cells if cell.solution]
    return (*solutions, *(cell.task for cell in notebook.cells if cell.task))


def marks(notebook: Notebook, verdicts: Iterable[Verdict]) -> Marks:
    """What nbgrader would write for a notebook that was graded."""
    by_cell = {verdict.cell: verdict for verdict in verdicts}
    scores: dict[str, float | None] = {}
    unscored: list[str] = []
    comments: dict[str, str | None] = {}
    for cell in notebook.cells:
        verdict = by_cell.get(cell.name)
        if cell.grade:
            if verdict is None:
                unscored.append(cell.grade)
            else:
                scores[cell.grade] = verdict.points
        if cell.task:  # Only a person grades it: nbgrader never writes a score of its own.
            unscored.append(cell.task)
        for commented in (cell.solution, cell.task):
            if commented:
                comments[commented] = verdict.comment if verdict else None
    return Marks(scores, tuple(unscored), comments)


def missing_marks(notebook: Notebook) -> Marks:
    """What nbgrader would write for a notebook that was not handed in."""
    return Marks(dict.fromkeys(graded_cells(notebook), 0.0), (), {}, missing=True)


def missing_verdicts(notebook: Notebook) -> tuple[Verdict, ...]:
    """The same, for people."""
    return tuple(
        Verdict(cell=cell.name, judged=Judged.MISSING, points=0.0, most=cell.points)
        for cell in notebook.cells
        if cell.grade or cell.task
    )


def find(connection: Connection, assignment: Assignment, student: str) -> Submitted | None:
    """The row of a student's submission, where there is one."""
    row = connection.execute(SUBMISSION_OF, {"assignment": assignment.id, "student": student}).one_or_none()
    return Submitted(row.id, student, row.timestamp, row.extension) if row else None


def is_known(connection: Connection, student: str) -> bool:
    """Whether the gradebook has this student."""
    return connection.execute(select(STUDENT.c.id).where(STUDENT.c.id == student)).first() is not None


def create(connection: Connection, assignment: Assignment, student: str, timestamp: datetime | None) -> Submitted:
    """Makes the row of a submission."""
    made = Submitted(uuid4().hex, student, timestamp, None)
    row = {"id": made.id, "assignment_id": assignment.id, "student_id": student, "timestamp": timestamp}
    connection.execute(insert(SUBMITTED), {**row, "extension": None})
    return made


def complete(
    connection: Connection, assignment: Assignment, submission: Submitted, marked: Mapping[str, Marks], *, new: bool
) -> dict[str, str]:
    """Makes the rows below a submission that are not there, and returns the id of each notebook's row by its name.

    New rows get what is `marked`; without it, they wait for a person, as nbgrader makes them. Rows that were there stay
    as they are.
    """
    ids = {} if new else _notebook_rows(connection, assignment, submission)
    notebooks = [notebook for notebook in assignment.notebooks if notebook.name not in ids]
    ids |= {notebook.name: uuid4().hex for notebook in notebooks}
    if notebooks:
        rows = [
            {
                "id": ids[notebook.name],
                "assignment_id": submission.id,
                "notebook_id": notebook.id,
                "flagged": False,
                "late_submission_penalty": None,
            }
            for notebook in notebooks
        ]
        connection.execute(insert(NOTEBOOKS), rows)
    there: set[tuple[str, str, str]] = set() if new else _present(connection, assignment, ids)
    for table, cells_of, row in ((GRADES, graded_cells, _grade), (COMMENTS, commented_cells, _comment)):
        lacking = [
            row(cell, id, marked.get(notebook.name))
            for notebook in assignment.notebooks
            if (id := ids[notebook.name])
            for cell in cells_of(notebook)
            if (table.name, cell, id) not in there
        ]
        if lacking:
            connection.execute(insert(table), lacking)
    return ids


def change(connection: Connection, ids: Mapping[str, str], marked: Mapping[str, Marks]) -> None:
    """Writes what is marked into rows that are there; what people wrote stays."""
    scored, unscored, absent, commented = [], [], [], []
    for name, mark in marked.items():
        for cell, score in mark.scores.items():
            key = {"cell": cell, "notebook": ids[name]}
            if mark.missing:
                absent.append(key)
            else:
                scored.append({**key, "score": score, "needs": score is None})
        unscored += [{"cell": cell, "notebook": ids[name]} for cell in mark.unscored]
        commented += [{"cell": cell, "notebook": ids[name], "comment": said} for cell, said in mark.comments.items()]
    for statement, rows in ((SCORED, scored), (UNSCORED, unscored), (NOT_HANDED_IN, absent), (COMMENTED, commented)):
        if rows:
            connection.execute(statement, rows)


def stamp(connection: Connection, submission: Submitted, timestamp: datetime | None) -> Submitted:
    """Notes when it was handed in; where that is not known, what was noted before stays."""
    if timestamp is None or timestamp == submission.timestamp:
        return submission
    connection.execute(STAMPED, {"submission": submission.id, "stamp": timestamp})
    return submission._replace(timestamp=timestamp)


def score(connection: Connection, notebook: Notebook, id: str) -> float:
    """What a notebook has earned by now, the scores that people gave included."""
    cells = graded_cells(notebook)
    if not cells:
        return 0.0
    query = SCORE_OF_IN_SQLITE if connection.dialect.name == "sqlite" else SCORE_OF
    return float(connection.execute(query, {"cells": cells, "notebook": id}).scalar_one())


def penalties(
    connection: Connection, assignment: Assignment, submission: Submitted
) -> dict[str, tuple[str, float | None]]:
    """By name: the id of the row of each notebook, and its penalty."""
    names = {notebook.id: notebook.name for notebook in assignment.notebooks}
    rows = connection.execute(NOTEBOOKS_OF, {"submission": submission.id, "notebooks": list(names)})
    return {names[notebook]: (id, penalty) for notebook, id, penalty in rows}


def penalize(connection: Connection, changes: Mapping[str, float | None]) -> None:
    """Writes penalties, by the id of the notebook's row."""
    if changes:
        rows = [{"notebook": id, "penalty": penalty} for id, penalty in changes.items()]
        connection.execute(PENALIZED, rows)


def _notebook_rows(connection: Connection, assignment: Assignment, submission: Submitted) -> dict[str, str]:
    return {name: id for name, (id, _) in penalties(connection, assignment, submission).items()}


def _present(connection: Connection, assignment: Assignment, ids: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """The rows for grades and comments that are there, as (table, cell, notebook)."""
    found = set()
    for table, cells_of in ((GRADES, graded_cells), (COMMENTS, commented_cells)):
        cells = [cell for notebook in assignment.notebooks for cell in cells_of(notebook)]
        query = select(table.c.cell_id, table.c.notebook_id)
        query = query.where(table.c.cell_id.in_(cells), table.c.notebook_id.in_(list(ids.values())))
        found |= {(table.name, cell, notebook) for cell, notebook in connection.execute(query)}
    return found


def _grade(cell: str, notebook: str, mark: Marks | None) -> dict[str, Any]:
    judged = mark is not None and cell in mark.scores
    score = mark.scores[cell] if mark is not None and judged else None
    return {
        "id": uuid4().hex,
        "cell_id": cell,
        "notebook_id": notebook,
        "auto_score": score,
        "manual_score": None,
        "extra_credit": None,
        "needs_manual_grade": score is None,
    }


def _comment(cell: str, notebook: str, mark: Marks | None) -> dict[str, Any]:
    said = mark.comments.get(cell) if mark else None
    row = {"id": uuid4().hex, "cell_id": cell, "notebook_id": notebook}
    return {**row, "auto_comment": said, "manual_comment": None}
