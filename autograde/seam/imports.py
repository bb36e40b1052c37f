"""What an instructor's notebook imports, so that it can be imported once for everybody."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath


def imported_by(notebook: Path, beside: Collection[str]) -> list[str]:
    """The modules that a notebook's cells import, in their order; none that lies beside it, and none of a broken one.

    Instructors write them, so nothing that a student hands in decides what is imported for the others.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    own = {PurePosixPath(path).parts[0].partition(".")[0] for path in beside}
    found = dict.fromkeys(name for source in sources for name in _imports(source))
    return [name for name in found if name.partition(".")[0] not in own]


def _imports(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return  # A cell with magics; what it imports is imported when it runs.
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
