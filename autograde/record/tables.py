"""The engine's own two tables beside nbgrader's, and what their texts hold.

They name rows of nbgrader's tables by id but do not bind them: nbgrader may remove and upgrade its tables as if these
were not there, and what they say of a row that is gone is never read.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Column, DateTime, Float, MetaData, String, Table, Text

from autograde.task import Problem, Verdict

METADATA = MetaData()

SUBMISSION = Table(
    "autograde_submission",
    METADATA,
    Column("id", String(32), primary_key=True, comment="submitted_assignment.id"),
    Column("tried_at", DateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("problems", Text, nullable=False, comment="of the submission as a whole"),
)

NOTEBOOK = Table(
    "autograde_notebook",
    METADATA,
    Column("id", String(32), primary_key=True, comment="submitted_notebook.id"),
    Column("fingerprint", String(64), comment="what the grades were made from; none where there are no grades of ours"),
    Column("digest", String(64), comment="of the file under autograded/; none for a notebook that was not handed in"),
    Column("graded_at", DateTime),
    Column("engine", String(64)),
    Column("seconds", Float, nullable=False),
    Column("verdicts", Text, nullable=False),
    Column("problems", Text, nullable=False, comment="of the run that graded it"),
    Column("refusal", Text, nullable=False, comment="why a later run did not grade it"),
)

_VERDICTS = msgspec.json.Decoder(tuple[Verdict, ...])
_PROBLEMS = msgspec.json.Decoder(tuple[Problem, ...])


def written(items: tuple[Verdict, ...] | tuple[Problem, ...]) -> str:
    """Verdicts or problems as text."""
    return msgspec.json.encode(items).decode()


def read_verdicts(text: str) -> tuple[Verdict, ...] | None:
    """The verdicts of a text; None where another version of the engine wrote what this one cannot read."""
    try:
        return _VERDICTS.decode(text)
    except msgspec.MsgspecError:
        return None


def read_problems(text: str) -> tuple[Problem, ...]:
    """The problems of a text; none where another version of the engine wrote what this one cannot read."""
    try:
        return _PROBLEMS.decode(text)
    except msgspec.MsgspecError:
        return ()
