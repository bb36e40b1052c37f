"""The instructor's notebook as an order to hold a submission against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nbformat import NotebookNode

from autograde.assignment import Cell, Notebook

SKIPPED = "skip-execution"


@dataclass(frozen=True)
class Outline:
    """A notebook's cells with nbgrader's metadata, in order, and what else the reference tells."""

    cells: tuple[Cell, ...]
    rank: dict[str, int]
    by_name: dict[str, Cell]
    before: dict[str, tuple[str, ...]]
    """For a test: the answers that it is about, which is the group of code answers nearest before it."""
    plain: frozenset[str] = frozenset()
    """The text of the instructor's other cells; empty where there is no reference."""
    skipped: frozenset[str] = frozenset()
    """Cells that the instructor tagged not to be run."""

    def is_instructors(self, source: str) -> bool:
        """Whether an ordinary cell came with the release."""
        return source.strip() in self.plain


@lru_cache(maxsize=64)
def outline(notebook: Notebook) -> Outline:
    """The outline of an instructor's notebook."""
    cells = notebook.cells
    plain: set[str] = set()
    skipped: set[str] = set()
    for cell in _reference_cells(notebook.reference):
        held = cell.get("metadata", {})
        name = held.get("nbgrader", {}).get("grade_id")
        if name is None:
            source = cell.get("source", "")
            plain.add(("".join(source) if isinstance(source, list) else source).strip())
        elif SKIPPED in held.get("tags", ()):
            skipped.add(name)
    return Outline(
        cells=cells,
        rank={cell.name: rank for rank, cell in enumerate(cells)},
        by_name={cell.name: cell for cell in cells},
        before={cell.name: _answers_before(cells, rank) for rank, cell in enumerate(cells) if is_test(cell)},
        plain=frozenset(plain - {""}),
        skipped=frozenset(skipped),
    )


def _reference_cells(text: str | None) -> list[dict[str, Any]]:
    if text is None:
        return []
    try:
        cells = json.loads(text).get("cells", [])
    except (ValueError, AttributeError, RecursionError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)]


def _answers_before(cells: tuple[Cell, ...], rank: int) -> tuple[str, ...]:
    group: list[str] = []
    for cell in reversed(cells[:rank]):
        if cell.solution and cell.kind == "code":
            group.append(cell.name)
        elif group:
            break
    return tuple(group)


def is_test(cell: Cell) -> bool:
    """Whether the cell is run and scored by what comes of it."""
    return cell.grade is not None and cell.solution is None and cell.kind == "code"


def is_answer(cell: Cell) -> bool:
    """Whether a student fills it in."""
    return cell.solution is not None


def nbgrader_metadata(cell: Cell) -> NotebookNode:
    """What nbgrader writes about this cell, as the gradebook has it."""
    held: dict[str, Any] = {
        "schema_version": 3,
        "grade": cell.grade is not None,
        "solution": cell.solution is not None,
        "locked": cell.locked,
        "task": cell.task is not None,
        "grade_id": cell.name,
        "cell_type": cell.kind,
    }
    if cell.checksum is not None:
        held["checksum"] = cell.checksum
    if cell.grade is not None or cell.task is not None:
        held["points"] = cell.points
    return NotebookNode(held)
