"""A manuscript as a notebook for instructors, byte for byte the same wherever and whenever it is built."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat.validator import iter_validate

from course.authoring.manuscript import Cell, Manuscript
from course.authoring.marks import PLAIN_TAGS
from course.problems import Problem, Problems

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LONGEST_ID = 64


def make_notebook(manuscript: Manuscript, topic: str) -> dict[str, Any]:
    """The notebook of a manuscript: no outputs, cell ids that stay, no hints and no wrong answers."""
    seen: dict[str, int] = {}
    cells = [_make_cell(cell, f"{topic}/{manuscript.path.stem}", seen) for cell in manuscript.cells if cell.built]
    about = {"minutes": manuscript.minutes, "title": manuscript.title, "digest": digest(cells)}
    metadata = {"course": about, "kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def digest(cells: list[dict[str, Any]]) -> str:
    """A fingerprint of what an author can edit in cells; outputs, counters and folded cells do not count."""
    content = []
    for cell in cells:
        metadata = cell.get("metadata", {})
        nbgrader = {key: value for key, value in metadata.get("nbgrader", {}).items() if key != "checksum"}
        if nbgrader.get("points") is not None:
            nbgrader["points"] = float(nbgrader["points"])
        labels = [sorted(metadata.get(key, [])) for key in ("tags", "objectives")]
        content.append([cell["cell_type"], source_of(cell), labels, nbgrader])
        if cell.get("attachments"):
            content[-1].append(cell["attachments"])
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_edited(notebook: dict[str, Any]) -> bool:
    """Whether a built notebook was edited since `course build` wrote it."""
    return notebook.get("metadata", {}).get("course", {}).get("digest") != digest(notebook.get("cells", []))


def dump(notebook: dict[str, Any]) -> bytes:
    """A notebook as the bytes of its file."""
    text = nbformat.writes(nbformat.from_dict(notebook), version=nbformat.NO_CONVERT)
    return (text.rstrip("\n") + "\n").encode()


def load(path: Path) -> dict[str, Any]:
    """The notebook at `path`; raises Problems when it is none."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
            raise ValueError("it has no list of cells")
        if error := next(iter_validate(notebook, relax_add_props=True), None):
            raise ValueError(error.message.splitlines()[0][:200])
        for number, cell in enumerate(notebook["cells"], 1):
            points = cell["metadata"].get("nbgrader", {}).get("points")
            if not isinstance(points, int | float | None):
                raise ValueError(f"cell {number} has points that are no number")
        return notebook
    except (OSError, ValueError) as error:
        line = getattr(error, "lineno", 1)
        todo = "Restore it with git, or delete it and run `course build`."
        raise Problems([Problem(path, line, f"is not a notebook ({error}).", todo)]) from None


def _make_cell(cell: Cell, home: str, seen: dict[str, int]) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    mark = cell.mark
    if mark:
        metadata["nbgrader"] = mark.metadata()
    if cell.objectives:
        metadata["objectives"] = list(cell.objectives)
    if plain_tags := [tag for tag in cell.tags if tag in PLAIN_TAGS]:
        metadata["tags"] = plain_tags
    if mark and len(mark.grade_id) <= LONGEST_ID:
        id = mark.grade_id
    else:
        content = f"{home}\0{cell.kind}\0{mark.grade_id if mark else ''}\0{cell.source}"
        seen[content] = seen.get(content, 0) + 1
        id = hashlib.sha256(f"{content}\0{seen[content]}".encode()).hexdigest()[:12]
    made: dict[str, Any] = {"cell_type": cell.kind, "id": id, "metadata": metadata, "source": cell.source}
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell, whichever of its two forms the file uses."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
