"""Which grades of an earlier run still stand, and why others do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import msgspec
from nbgrader import api
from sqlalchemy import Connection, inspect, select

from autograde.assignment import Assignment, Notebook
from autograde.record import rows, tables
from autograde.record.place import Place, digest


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the gradebook knows of an earlier grading of a student's notebook."""

    fingerprint: str
    lost: str = ""
    """Why it does not stand although nothing it was made from has changed, as a sentence; empty when it stands."""


def read_standings(
    connection: Connection, assignment: Assignment, place: Callable[[str], Place]
) -> dict[str, dict[str, Standing]]:
    """Of each student, by notebook, what this engine has graded; `place` knows where a student's files lie."""
    if not is_there(connection):
        return {}
    scores = _scores(connection, assignment)
    notebooks = {notebook.id: notebook for notebook in assignment.notebooks}
    own = tables.NOTEBOOK.c
    query = (
        select(
            rows.SUBMITTED.c.student_id,
            rows.NOTEBOOKS.c.notebook_id,
            rows.NOTEBOOKS.c.id,
            own.fingerprint,
            own.digest,
            own.verdicts,
        )
        .join(rows.NOTEBOOKS, rows.NOTEBOOKS.c.assignment_id == rows.SUBMITTED.c.id)
        .join(tables.NOTEBOOK, own.id == rows.NOTEBOOKS.c.id)
        .where(rows.SUBMITTED.c.assignment_id == assignment.id, own.fingerprint.is_not(None))
    )
    found: dict[str, dict[str, Standing]] = defaultdict(dict)
    for student, notebook_id, id, fingerprint, file_digest, verdicts in connection.execute(query):
        if (notebook := notebooks.get(notebook_id)) is None:
            continue
        lost = _disturbed(notebook, verdicts, file_digest, scores.get(id, {}))
        lost = lost or _gone(notebook, file_digest, place(student))
        found[student][notebook.name] = Standing(fingerprint=fingerprint, lost=lost)
    return dict(found)


def is_there(connection: Connection) -> bool:
    """Whether this engine has ever written into this gradebook."""
    return inspect(connection).has_table(tables.NOTEBOOK.name)


def _scores(connection: Connection, assignment: Assignment) -> dict[str, dict[str, float | None]]:
    """By the row of the notebook and the cell: the score of the last autograder, whichever that was."""
    query = (
        select(rows.GRADES.c.notebook_id, rows.GRADES.c.cell_id, rows.GRADES.c.auto_score)
        .join(api.BaseCell.__table__, api.BaseCell.__table__.c.id == rows.GRADES.c.cell_id)
        .where(api.BaseCell.__table__.c.notebook_id.in_([notebook.id for notebook in assignment.notebooks]))
    )
    found: dict[str, dict[str, float | None]] = defaultdict(dict)
    for notebook, cell, score in connection.execute(query):
        found[notebook][cell] = score
    return found


def _disturbed(notebook: Notebook, verdicts: str, file_digest: str | None, scores: dict[str, float | None]) -> str:
    read = tables.read_verdicts(verdicts)
    if read is None:
        return "Another version of the engine graded it."
    mark = rows.missing_marks(notebook) if file_digest is None else rows.marks(notebook, read)
    expected = {**dict.fromkeys(mark.unscored), **mark.scores}
    if expected != scores:
        return "Its scores in the gradebook were changed by something else."
    return ""


def _gone(notebook: Notebook, file_digest: str | None, place: Place) -> str:
    if file_digest is None:
        return ""
    content = place.read(f"{notebook.name}.ipynb")
    if content is None:
        return f"{place.folder / notebook.name}.ipynb is no longer there."
    if digest(content) != file_digest:
        return f"{place.folder / notebook.name}.ipynb was changed by something else."
    return ""
