"""Notebooks as nobody should hand them in: what hypothesis does to a released notebook, seeded and shrinkable."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Notebook = dict[str, Any]
Mutation = Callable[[Notebook, st.DataObject], None]

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([-1, 0, 2**53, 10**400, -(10**60)]),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["\ud800", "\udc00x", "\x00", "\x1b[2J", "../../etc", "a" * 300, "é\u0301", "\u202e", ""]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SOURCES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["1/0", "x = 1", "%%bash\nls", "### BEGIN SOLUTION", "raise SystemExit", "def f(:", "'\ud83d'"]),
    st.lists(st.text(max_size=10), max_size=4),
)
FIELDS = (
    "cell_type",
    "source",
    "metadata",
    "outputs",
    "execution_count",
    "id",
    "attachments",
    "nbgrader",
    "worksheets",
)
FLAGS = ("grade", "solution", "locked", "task", "grade_id", "points", "schema_version", "checksum", "cell_type")


def _cell(notebook: Notebook, data: st.DataObject) -> Any:
    cells = notebook.get("cells")
    return data.draw(st.sampled_from(cells)) if isinstance(cells, list) and cells else None


def _held(notebook: Notebook, data: st.DataObject) -> dict[str, Any] | None:
    cell = _cell(notebook, data)
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    held = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return held if isinstance(held, dict) else None


def delete(notebook: Notebook, data: st.DataObject) -> None:
    """A cell is gone."""
    if (cell := _cell(notebook, data)) is not None:
        notebook["cells"].remove(cell)


def duplicate(notebook: Notebook, data: st.DataObject) -> None:
    """A cell is there twice, the second time anywhere and perhaps with another text."""
    if (cell := _cell(notebook, data)) is not None:
        again = copy.deepcopy(cell)
        if isinstance(again, dict) and data.draw(st.booleans()):
            again["source"] = data.draw(SOURCES)
        notebook["cells"].insert(data.draw(st.integers(0, len(notebook["cells"]))), again)


def move(notebook: Notebook, data: st.DataObject) -> None:
    """A cell stands elsewhere."""
    if (cell := _cell(notebook, data)) is not None:
        notebook["cells"].remove(cell)
        notebook["cells"].insert(data.draw(st.integers(0, len(notebook["cells"]))), cell)


def split(notebook: Notebook, data: st.DataObject) -> None:
    """A cell is two, both with its metadata, as JupyterLab splits them."""
    cell = _cell(notebook, data)
    if not isinstance(cell, dict) or not isinstance(cell.get("source"), str | list):
        return
    source = cell["source"] if isinstance(cell["source"], str) else "".join(map(str, cell["source"]))
    at = data.draw(st.integers(0, len(source)))
    again = copy.deepcopy(cell)
    cell["source"], again["source"] = source[:at], source[at:]
    notebook["cells"].insert(notebook["cells"].index(cell) + 1, again)


def merge(notebook: Notebook, data: st.DataObject) -> None:
    """A cell has swallowed the next one."""
    cells = notebook.get("cells")
    if not isinstance(cells, list) or len(cells) < 2:
        return
    at = data.draw(st.integers(0, len(cells) - 2))
    first, second = cells[at], cells.pop(at + 1)
    if isinstance(first, dict) and isinstance(second, dict):
        first["source"] = [str(first.get("source")), "\n", str(second.get("source"))]


def retype(notebook: Notebook, data: st.DataObject) -> None:
    """A cell is of another type."""
    if isinstance(cell := _cell(notebook, data), dict):
        cell["cell_type"] = data.draw(st.sampled_from(["code", "markdown", "raw", "heading", "", None, 7]))


def rewrite(notebook: Notebook, data: st.DataObject) -> None:
    """A cell has another text."""
    if isinstance(cell := _cell(notebook, data), dict):
        cell["source"] = data.draw(SOURCES | ANYTHING)


def add(notebook: Notebook, data: st.DataObject) -> None:
    """There is a cell of the student's own, or something that is none."""
    if isinstance(cells := notebook.get("cells"), list):
        own = {
            "cell_type": "code",
            "metadata": {},
            "source": data.draw(SOURCES),
            "outputs": [],
            "execution_count": None,
        }
        cells.insert(data.draw(st.integers(0, len(cells))), data.draw(st.just(own) | ANYTHING))


def spoil(notebook: Notebook, data: st.DataObject) -> None:
    """A field of a cell holds anything, or is gone."""
    if isinstance(cell := _cell(notebook, data), dict):
        field = data.draw(st.sampled_from(FIELDS))
        cell.pop(field, None) if data.draw(st.booleans()) else cell.__setitem__(field, data.draw(ANYTHING))


def forge(notebook: Notebook, data: st.DataObject) -> None:
    """nbgrader's metadata say something else."""
    if (held := _held(notebook, data)) is not None:
        flag = data.draw(st.sampled_from(FLAGS))
        held.pop(flag, None) if data.draw(st.booleans()) else held.__setitem__(flag, data.draw(ANYTHING))


def rename(notebook: Notebook, data: st.DataObject) -> None:
    """A cell has the id of another one."""
    first, second = _held(notebook, data), _held(notebook, data)
    if first is not None and second is not None:
        first["grade_id"] = second.get("grade_id")


def disturb(notebook: Notebook, data: st.DataObject) -> None:
    """A field of the notebook holds anything, or is gone."""
    field = data.draw(st.sampled_from(["cells", "metadata", "nbformat", "nbformat_minor", "worksheets"]))
    notebook.pop(field, None) if data.draw(st.booleans()) else notebook.__setitem__(field, data.draw(ANYTHING))


HONEST: tuple[Mutation, ...] = (delete, duplicate, move, split, merge, retype, add)
MUTATIONS: tuple[Mutation, ...] = (*HONEST, rewrite, spoil, forge, rename, disturb)


@st.composite
def mutated(draw: st.DrawFn, notebook: Notebook, most: int = 6) -> Notebook:
    """A notebook after some mutations."""
    made = copy.deepcopy(notebook)
    data = draw(st.data())
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=most)):
        mutation(made, data)
    return made


@st.composite
def mutated_bytes(draw: st.DrawFn, notebook: Notebook) -> bytes:
    """A notebook file after some mutations, of its cells and of its bytes."""
    text = json.dumps(
        draw(mutated(notebook)), ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1]))
    )
    encoding = draw(st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"]))
    made = text.encode(encoding, "surrogatepass")
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        at = draw(st.integers(0, len(made)))
        match draw(st.sampled_from(["cut", "drop", "put", "twice"])):
            case "cut":
                made = made[:at]
            case "drop":
                made = made[:at] + made[at + draw(st.integers(1, 9)) :]
            case "put":
                made = made[:at] + draw(st.binary(max_size=8)) + made[at:]
            case "twice":
                made = made[:at] + made[max(0, at - 40) :]
    return made
