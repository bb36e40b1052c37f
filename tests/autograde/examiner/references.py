"""Small notebooks of an instructor's, as they lie under source/."""

from __future__ import annotations

import json
import re
from typing import Any

from autograde.assignment import Notebook

HEADER = re.compile(r"^# %% (answer|test|other|locked) ?(\S*)\n", re.MULTILINE)


def reference(text: str) -> Notebook:
    """A notebook of cells behind `# %% KIND NAME` headers."""
    parts = HEADER.split(text)[1:]
    cells = []
    for kind, name, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        metadata: dict[str, Any] = {}
        if kind != "other":
            graded = {
                "grade": kind == "test",
                "solution": kind == "answer",
                "locked": kind != "answer",
                "grade_id": name,
            }
            metadata = {"nbgrader": {**graded, "points": 1, "schema_version": 3, "task": False}}
        cells.append({"cell_type": "code", "metadata": metadata, "source": source.strip(), "outputs": []})
    return Notebook(id="1", name="desk", kernelspec=None, cells=(), reference=json.dumps({"cells": cells}))
