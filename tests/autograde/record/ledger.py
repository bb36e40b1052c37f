"""A whole gradebook as text that can be compared: every row of every table, without the random ids."""

from __future__ import annotations

from typing import Any

from nbgrader.api import Base
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from autograde.record.tables import METADATA

Ledger = dict[str, list[str]]


def ledger(url: str, *, own: bool = False, digits: int = 17) -> Ledger:
    """nbgrader's tables; with `own`, the engine's as well. Not every server adds up in the same order."""
    engine = create_engine(url, poolclass=NullPool)
    tables = {**Base.metadata.tables, **(METADATA.tables if own else {})}
    with engine.connect() as connection:
        found = {
            name: [_rounded(row._asdict(), digits) for row in connection.execute(select(table))]
            for name, table in tables.items()
        }
    engine.dispose()
    names = _names(found)
    lines = {
        name: sorted(_line({column: names.get(value, value) for column, value in row.items()}, name) for row in rows)
        for name, rows in found.items()
    }
    assert lines["submitted_notebook"] == sorted(set(lines["submitted_notebook"]))
    return lines


def _rounded(row: dict[str, Any], digits: int) -> dict[str, Any]:
    return {column: round(value, digits) if isinstance(value, float) else value for column, value in row.items()}


def _line(row: dict[str, Any], table: str) -> str:
    if table in ("grade", "comment", "source_cell"):
        row.pop("id")
    return ", ".join(f"{column}={value!r}" for column, value in sorted(row.items()))


def _names(found: dict[str, list[dict[str, Any]]]) -> dict[Any, str]:
    names: dict[Any, str] = {}
    for table, form in (
        ("assignment", "{name}"),
        ("notebook", "{assignment_id}/{name}"),
        ("base_cell", "{notebook_id}/{name}:{type}"),
        ("submitted_assignment", "{assignment_id} of {student_id}"),
        ("submitted_notebook", "{notebook_id} in {assignment_id}"),
    ):
        for row in found[table]:
            names[row["id"]] = form.format(**{column: names.get(value, value) for column, value in row.items()})
    return names
