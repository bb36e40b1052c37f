"""What a run came to, as one JSON document: the engine's public face for other programs."""

from __future__ import annotations

from typing import Literal

import msgspec

from autograde.remark import Remark
from autograde.run.tally import Outcome, State
from autograde.task import Graded, Judged, Problem, Verdict

VERSION = 1
"""It goes up when something that is there changes its meaning or goes away; what is added needs no new number."""


class CellLine(msgspec.Struct, frozen=True, kw_only=True):
    """A cell with points or a comment."""

    cell: str
    points: float | None
    """null: a person has to judge."""
    most: float
    judged: Judged
    message: str
    """Why points are missing, in words a student can use; may be empty."""
    seconds: float


class NotebookLine(msgspec.Struct, frozen=True, kw_only=True):
    """A notebook."""

    notebook: str
    points: float
    """What it earned without a person."""
    most: float
    seconds: float
    cells: tuple[CellLine, ...]


class StudentLine(msgspec.Struct, frozen=True, kw_only=True):
    """A submission."""

    student: str
    state: State
    seconds: float
    notebooks: tuple[NotebookLine, ...]
    """For an unchanged one, as they were graded before."""
    problems: tuple[Problem, ...]
    why: dict[str, str] = {}
    """For each notebook that was graded, or would be in a rehearsal, why."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """All of a run."""

    version: int = VERSION
    ended: Literal["finished", "stopped", "refused"]
    message: str = ""
    """What stood in the way of a run that was refused; how to go on with one that was stopped."""
    assignment: str
    course: str = ""
    sandbox: str = ""
    """What student code ran in."""
    graded: int = 0
    unchanged: int = 0
    not_graded: int = 0
    to_be_graded: int = 0
    """Only in a rehearsal (--dry-run)."""
    points: dict[str, float] = {}
    """How many points could be earned in what was graded now, by the way they were judged."""
    remarks: tuple[str, ...] = ()
    """What the instructor should know of the assignment itself, such as a test that its own solution does not pass."""
    look_at: tuple[Remark, ...] = ()
    """The same, each with its notebook and all its cells."""
    seconds: float = 0.0
    students: tuple[msgspec.Raw, ...] = ()
    """Each a StudentLine."""


def line(outcome: Outcome) -> msgspec.Raw:
    """A student's part of the document, ready to be put in; small, for a run keeps all of them."""
    return msgspec.Raw(
        msgspec.json.encode(
            StudentLine(
                student=outcome.student,
                state=outcome.state,
                seconds=round(outcome.result.seconds, 3),
                notebooks=tuple(map(_notebook, outcome.result.graded)),
                problems=outcome.result.problems,
                why=dict(outcome.why),
            )
        )
    )


def _notebook(graded: Graded) -> NotebookLine:
    return NotebookLine(
        notebook=graded.name,
        points=sum((verdict.points or 0 for verdict in graded.verdicts), 0.0),
        most=sum(verdict.most for verdict in graded.verdicts if verdict.graded),
        seconds=round(graded.seconds, 3),
        cells=tuple(map(_cell, graded.verdicts)),
    )


def _cell(verdict: Verdict) -> CellLine:
    return CellLine(
        cell=verdict.cell,
        points=verdict.points if verdict.graded else None,
        most=verdict.most if verdict.graded else 0.0,
        judged=verdict.judged,
        message=verdict.message,
        seconds=round(verdict.seconds, 3),
    )
