"""A journal as JSON: every event and the settings in force, for keeping, for other programs and for another machine."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from course.study.exchange.bringing import Brought
from course.study.exchange.files import read_text, refuse
from course.study.journal import Event
from course.study.memory import Memory

FORMAT = "threeways-journal"
VERSION = 1
"""Rises when an older course could not read what a newer one writes."""


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the file."""

    id: Annotated[str, Field(strict=True, min_length=1, max_length=300)]
    at: Annotated[int, Field(strict=True, ge=0, lt=2**53)]
    offset: Annotated[int, Field(strict=True, ge=-24 * 60, le=24 * 60)]
    kind: Annotated[str, Field(strict=True, min_length=1, max_length=100)]
    data: dict[str, Any]


def write(memory: Memory, path: Path) -> int:
    """Writes all events in their order, one on each line, and returns their number."""
    settings = asdict(memory.state.settings)
    events = memory.journal.events()
    head = json.dumps({"format": FORMAT, "version": VERSION, "settings": settings}, ensure_ascii=False)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{head[:-1]}, "events": [\n')
        file.write(",\n".join(_line(event) for event in events))
        file.write("\n]}\n")
    return len(events)


def bring(memory: Memory, path: Path) -> Brought:
    """Adds the events that the journal does not have, all or none; settings come with their events."""
    content = _content(path)
    try:
        rows = _rows().validate_python(content["events"])
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "all of it"
        number = int(first["loc"][0]) + 1 if first["loc"] else 1
        what = f"cannot be brought in: event {number} is not whole ({where}: {first['msg'].lower()})."
        raise refuse(path, what, "Export it again. Nothing was brought in.", _line_of(number)) from None
    events = [Event(row.at, row.offset, row.id, row.kind, row.data) for row in rows]
    new = memory.journal.add(events)
    memory.refresh()
    return Brought("events", new, len(events) - new)


def is_ours(start: str) -> bool:
    """Whether a text may be such a file, by its beginning."""
    return start.lstrip().startswith("{")


def _content(path: Path) -> dict[str, Any]:
    text = read_text(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise refuse(path, "is damaged: it is not whole JSON.", "Export it again.", line) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or "events" not in content:
        raise refuse(path, "is not a journal of this course.", "Name a file that `course export json` wrote.")
    version = content.get("version")
    if not isinstance(version, int) or version < 1:
        raise refuse(path, f"says that its version is {version!r}, which is none.", "Export it again.")
    if version > VERSION:
        what = f"was written by a newer course (version {version}; this one reads {VERSION})."
        raise refuse(path, what, "Bring this course up to date, then try again. Nothing was brought in.")
    return content


def _line(event: Event) -> str:
    row = {"id": event.id, "at": event.at, "offset": event.offset, "kind": event.kind, "data": event.data}
    return json.dumps(row, ensure_ascii=False)


def _line_of(number: int) -> int:
    """Where an event stands in a file that `write` wrote."""
    return number + 1


@cache
def _rows() -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[Row])
