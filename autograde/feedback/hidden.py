"""What of a notebook its students must not see, and texts without it."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nbconvert.filters import strip_ansi

INSTEAD = "# (tests that are not shown)"
BLANKED = "(not shown)"
SHORTEST = 6
"""Shorter lines, such as `)` or `x = 1`, stand in anybody's code: blanking them would tell more than it hides."""

FRAME = re.compile(r"^\s*(?:Cell |Input )In ?\[(\d+)\](?:, line (\d+)|, in <cell line: (\d+)>)?")
NUMBERED = re.compile(r"^(?:-+> ?)?\s*(\d+)(?:\s|$)")


@dataclass(frozen=True)
class Regions:
    """The hidden lines of one cell."""

    visible: str
    """Its source without them."""
    lines: frozenset[int]
    """Their numbers, from 1."""
    texts: tuple[str, ...]
    messages: frozenset[str] = field(default=frozenset())
    """Messages of assertions that are plain strings."""


def find_regions(source: str, marks: Sequence[tuple[str, str]], instead: str = INSTEAD) -> Regions:
    """What lies between the marks; a region that nobody closes reaches to the end of the cell."""
    visible: list[str] = []
    hidden: dict[int, str] = {}
    closing: str | None = None
    for number, line in enumerate(source.split("\n"), 1):
        opened = next((end for begin, end in marks if begin in line), None) if closing is None else None
        if opened is not None:
            closing = opened
            if instead:
                visible.append(line[: len(line) - len(line.lstrip())] + instead)
        if closing is None:
            visible.append(line)
            continue
        hidden[number] = line
        if opened is None and closing in line:
            closing = None
    texts = tuple(line.strip() for line in hidden.values() if line.strip())
    return Regions("\n".join(visible), frozenset(hidden), texts, frozenset(_messages(source, hidden)))


def _messages(source: str, hidden: dict[int, str]) -> Iterator[str]:
    if not hidden:
        return
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.lineno in hidden and isinstance(node.msg, ast.Constant):
            yield str(node.msg.value)


class Hidden:
    """The hidden parts of a notebook that was run."""

    def __init__(self, cells: Sequence[dict[str, Any]], marks: Sequence[tuple[str, str]]) -> None:
        self._regions = [
            find_regions(cell["source"], marks, INSTEAD if cell.get("cell_type") == "code" else "") for cell in cells
        ]
        self._skipped = [_empty_at_first(cell["source"]) for cell in cells]
        counts = [cell.get("execution_count") for cell in cells]
        self._by_count = {count: at for at, count in enumerate(counts) if count is not None}
        seen = {line.strip() for region in self._regions for line in region.visible.split("\n")}
        found = {text for region in self._regions for text in region.texts}
        self._texts = sorted((text for text in found - seen if len(text) >= SHORTEST), key=len, reverse=True)

    def of(self, at: int) -> Regions:
        """The hidden lines of the cell at this place."""
        return self._regions[at]

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        forms = dict.fromkeys(form for text in self._texts for form in _forms(text))
        return re.compile("|".join(map(re.escape, forms))) if forms else None

    def blank(self, text: str) -> str:
        """A text without any hidden line, also where it is quoted, escaped or coloured."""
        if self._pattern is None:
            return text
        kept = []
        for line in text.split("\n"):
            plain = strip_ansi(line)
            kept.append(self._pattern.sub(BLANKED, plain) if self._pattern.search(plain) else line)
        return "\n".join(kept)

    def failing_line(self, at: int, traceback: str) -> int | None:
        """The number of the line of the cell at this place in which an error arose, if the traceback says so."""
        for frame in map(FRAME.match, traceback.split("\n")):
            if frame and self._by_count.get(int(frame[1])) == at and (number := frame[2] or frame[3]):
                return int(number) + self._skipped[at]
        return None

    def traceback(self, traceback: str) -> str:
        """A traceback without hidden lines, the context around visible ones included."""
        hidden: frozenset[int] = frozenset()
        skipped = 0
        kept: list[str] = []
        for line in traceback.split("\n"):
            if frame := FRAME.match(line):
                place = self._by_count.get(int(frame[1]))
                hidden = frozenset() if place is None else self._regions[place].lines
                skipped = 0 if place is None else self._skipped[place]
            elif line.startswith(("File ", "~", "/")):
                hidden = frozenset()
            numbered = NUMBERED.match(line)
            if numbered and int(numbered[1]) + skipped in hidden:
                continue
            kept.append(line)
        return self.blank("\n".join(kept))


def _empty_at_first(source: str) -> int:
    """How many lines IPython leaves out before it counts."""
    return source[: len(source) - len(source.lstrip())].count("\n")


def _forms(text: str) -> Iterator[str]:
    """A line as it stands, and as repr, JSON and HTML would quote it."""
    yield text
    yield text.replace("\\", "\\\\").replace("'", "\\'")
    yield json.dumps(text)[1:-1]
    yield html.escape(text)
    yield html.escape(text, quote=False)
