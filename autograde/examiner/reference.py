"""The reference: a notebook under source/ as cells, and what is learned when it is run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from autograde.assignment import Notebook
from autograde.kernel.ran import Ran
from autograde.kernel.session import Dead, Failed, Session
from autograde.sandbox.space import says_full
from autograde.task import Ended

NAMES = "autograde.examiner.inside.names"


class Role(StrEnum):
    """What a code cell of a reference is."""

    TEST = "test"
    ANSWER = "answer"
    OTHER = "other"  # Imports, helpers, examples.


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A code cell of the reference."""

    place: int
    role: Role
    name: str
    """The id of nbgrader's, or empty."""
    source: str


class Learned(msgspec.Struct, kw_only=True):
    """What running a cell of the reference has shown."""

    part: Part
    ran: Ran
    binds: list[str] = []
    """Names that it bound."""
    mentions: list[str] = []
    imports: list[str] = []
    """Names that it bound by importing them."""
    students: list[str] = []
    """For a test or another cell: names of the student's that it reaches."""
    others: list[str] = []
    files: list[str] = []
    looks: list[str] = []
    """Names by which it looks at the code of answers."""
    kinds: dict[str, str] = {}
    origins: dict[str, str] = {}
    is_python: bool = True


def parts(notebook: Notebook) -> list[Part]:
    """The code cells of the notebook under source/, in their order."""
    try:
        cells = json.loads(notebook.reference or "{}").get("cells", [])
    except (ValueError, AttributeError, RecursionError):
        return []
    found = []
    for place, cell in enumerate(cells):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        held = cell.get("metadata", {}).get("nbgrader", {})
        source = cell.get("source", "")
        text = "".join(source) if isinstance(source, list) else source
        role = Role.OTHER
        if held.get("solution"):
            role = Role.ANSWER
        elif held.get("grade") and held.get("locked", True):
            role = Role.TEST
        found.append(Part(place=place, role=role, name=str(held.get("grade_id", "")), source=text))
    return found


def learn(cells: Sequence[Part], session: Session, seconds: float) -> list[Learned]:
    """Runs the reference as plain nbgrader would, and looks at the names before and after each cell."""
    learned: list[Learned] = []
    students: set[str] = set()
    session.do(f"{NAMES}:changed")
    for part in cells:
        reached = session.do(f"{NAMES}:reached", source=part.source, students=sorted(students)) or {}
        said = session.do(f"{NAMES}:said", source=part.source)
        known = [*reached.get("students", ()), *reached.get("others", ())]
        described: dict[str, Any] = session.do(f"{NAMES}:described", names=known)
        ran = session.run(part.source, seconds=seconds)
        try:
            bound = session.do(f"{NAMES}:changed")
        except (Dead, Failed):
            bound = []
        if part.role is Role.ANSWER:
            students.update(bound)
        learned.append(
            Learned(
                part=part,
                ran=ran,
                binds=sorted({*bound, *reached.get("binds", ())}),
                mentions=said["reads"],
                imports=said["imports"],
                students=reached.get("students", []),
                others=reached.get("others", []),
                files=reached.get("files", []),
                looks=reached.get("looks", []),
                kinds={name: kind for name, (kind, _) in described.items()},
                origins={name: origin for name, (_, origin) in described.items() if origin},
                is_python=bool(reached),
            )
        )
    return learned


def has_passed(ran: Ran) -> bool:
    """Whether a test ended well: without an error, and none was shown by a magic that caught it."""
    return ran.ok and not any(output.output_type == "error" for output in ran.outputs)


def was_stopped(ran: Ran) -> bool:
    """Whether not the code ended a cell but the time, a limit or this machine: another time it may go on."""
    return ran.ended in (Ended.TIMEOUT, Ended.DIED, Ended.LIMIT) or says_full(ran.value)


def credit(ran: Ran) -> str | None:
    """The text of what a cell's last expression gave, which may be partial credit."""
    for output in ran.outputs:
        if output.output_type == "execute_result":
            text = output.get("data", {}).get("text/plain")
            return "".join(text) if isinstance(text, list) else text
    return None
