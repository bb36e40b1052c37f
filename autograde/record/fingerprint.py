"""What a notebook's grades were made from, as a few characters: when they change, it is graded again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec

from autograde.assignment import Assignment, Notebook
from autograde.installed import environment
from autograde.record.place import STAMP
from autograde.settings import Settings
from autograde.task import Task

PACKAGE = "threeways-autograde"
OF_WORK, OF_ENVIRONMENT = 47, 16
"""So many characters of a fingerprint say what was graded, and so many behind them in which environment."""
IRRELEVANT = ("jobs", "cluster", "hidden")
"""Settings that change where and how long something runs, not what comes of it."""


def engine_version() -> str:
    """The version of the engine that is installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "unknown"


class Fingerprints:
    """The fingerprints of everybody's notebooks of an assignment.

    A notebook is graded again when one of these changes: a file that the student handed in, the time stamp aside,
    which changes the late penalty alone; the instructor's cells of that notebook, hidden tests and points included;
    the cells of its reference that belong to nobody; its kernel; the support files; the settings that matter to
    scores, the limits among them; the engine's version; the Python of this machine and what is installed in it.
    """

    def __init__(
        self, assignment: Assignment, settings: Settings, *, engine: str = "", also: str = "", installed: str = ""
    ) -> None:
        """`also` is what else of the configuration changes scores."""
        self._installed = installed or environment()
        shared = {
            "engine": engine or engine_version(),
            "settings": {
                name: value for name, value in msgspec.to_builtins(settings).items() if name not in IRRELEVANT
            },
            "files": _hashes(assignment.files),
            "steps": assignment.steps,
            "also": also,
        }
        self._given = {
            notebook.name: _hash({**shared, "name": notebook.name, "notebook": _instructors(notebook)})
            for notebook in assignment.notebooks
        }

    def of(self, task: Task) -> dict[str, str]:
        """The fingerprint of each notebook of the assignment for a submission, those that are missing in it included.

        Notebooks run in one folder, so all files of a student count for each of them.
        """
        files = _hash({path: content for path, content in _hashes(task.files).items() if path != STAMP})
        return {
            name: f"{_hash([given, files])[:OF_WORK]}-{self._installed[:OF_ENVIRONMENT]}"
            for name, given in self._given.items()
        }


def is_same_work(one: str, other: str) -> bool:
    """Whether two fingerprints differ in the environment at most."""
    return one.partition("-")[0] == other.partition("-")[0]


def _instructors(notebook: Notebook) -> dict[str, Any]:
    cells = [
        {
            "name": cell.name,
            "kind": cell.kind,
            "locked": cell.locked,
            "source": cell.source,
            "checksum": cell.checksum,
            # Not the ids of the rows: they say nothing of the cell.
            "grade": bool(cell.grade),
            "solution": bool(cell.solution),
            "task": bool(cell.task),
            "points": float(cell.points),
        }
        for cell in notebook.cells
    ]
    return {"cells": cells, "kernelspec": notebook.kernelspec, "reference": _untagged(notebook.reference)}


def _untagged(reference: str | None) -> Any:
    """The cells of the reference without nbgrader's metadata; its solutions change nobody's grade."""
    if reference is None:
        return None
    try:
        cells = json.loads(reference)["cells"]
        return [
            [cell["cell_type"], "".join(cell["source"])]
            for cell in cells
            if not cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return reference  # Another format, such as that of old notebooks.


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def _hash(what: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(what, order="deterministic")).hexdigest()
