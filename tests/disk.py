"""Files as tests see them: edited in place, found by line, compared as a whole tree."""

from __future__ import annotations

import os
from pathlib import Path

from course.house import House

Edit = tuple[str, str]
"""Words that a file has exactly once, and what stands there instead."""


def topic(house: House, file: str = "") -> Path:
    """A file of the small house's topic."""
    return house.topics_path / "01_greeting" / file


def notebook(house: House, stem: str = "exercises") -> Path:
    """A notebook for instructors of the small house."""
    return house.source / "01_greeting" / f"{stem}.ipynb"


def edit(path: Path, *edits: Edit) -> None:
    """Changes a text; fails when it is not what the test believes it to be."""
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, f"{path.name} has {old!r} {text.count(old)} times"
        text = text.replace(old, new)
    path.write_bytes(text.encode())


def line_of(path: Path, words: str) -> int:
    """The number of the line on which these words begin, which the file has exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(words) == 1, f"{path.name} has {words!r} {text.count(words)} times"
    return text[: text.index(words)].count("\n") + 1


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file below `root` with its content."""
    found = {}
    for folder, _, files in os.walk(root):
        for name in files:
            path = Path(folder) / name
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found
