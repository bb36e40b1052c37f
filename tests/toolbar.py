"""What an author does to a notebook in JupyterLab, with nbgrader's toolbar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from course.house import House
from tests.disk import notebook

Raw = dict[str, Any]
"""A notebook, or a cell of one, as its file has it."""

GRADE: dict[str, Raw] = {
    "answer": {"grade": False, "locked": False, "solution": True, "task": False},
    "test": {"grade": True, "locked": True, "points": 2, "solution": False, "task": False},
    "manual": {"grade": True, "locked": False, "points": 2, "solution": True, "task": False},
    "task": {"grade": False, "locked": True, "points": 2, "solution": False, "task": True},
    "readonly": {"grade": False, "locked": True, "solution": False, "task": False},
}
"""What nbgrader's toolbar writes for each kind of cell, its id apart."""


def new_cell(kind: str, source: str, grade_id: str | None = None, role: str | None = None) -> Raw:
    """A cell as JupyterLab adds it, with the kind of cell that was chosen in nbgrader's toolbar."""
    cell: Raw = {"cell_type": kind, "id": "f00d-cafe", "metadata": {}, "source": source.splitlines(True)}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    if role:
        cell["metadata"]["nbgrader"] = {**GRADE[role], "grade_id": grade_id, "schema_version": 3}
    return cell


def find(raw: Raw, id: str) -> Raw:
    """The cell with this id."""
    return next(cell for cell in raw["cells"] if cell["id"] == id)


@contextmanager
def opened(house: House, stem: str = "exercises") -> Iterator[Raw]:
    """A notebook that is edited and saved."""
    path = notebook(house, stem)
    raw = json.loads(path.read_text(encoding="utf-8"))
    yield raw
    path.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
