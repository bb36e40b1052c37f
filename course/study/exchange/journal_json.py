"""A journal as JSON: every event and the settings in force, for keeping, for other programs and for another machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from course.study.clock import DAY
from course.study.exchange.bringing import Brought, counted, left_alone
from course.study.exchange.files import read_text, refuse
from course.study.journal import Event
from course.study.memory import Memory

FORMAT = "threeways-journal"
VERSION = 1
"""Rises when an older course could not read what a newer one writes."""

FIRST_YEAR = 2000
EARLIEST = round(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""Milliseconds: the course is younger than that, so a clock was wrong."""


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the file."""

    id: Annotated[str, Field(strict=True, min_length=1, max_length=300)]
    at: Annotated[int, Field(strict=True)]
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
    latest = memory.now()[0] + DAY
    events = [Event(row.at, row.offset, row.id, row.kind, row.data) for row in rows if EARLIEST <= row.at <= latest]
    try:
        new = memory.journal.add(events)
    except ValueError:
        what = "holds a number that is too large to be one."
        raise refuse(path, what, "Export it again. Nothing was brought in.") from None
    memory.refresh()
    return Brought("events", new, len(events) - new, tuple(_remarks(len(rows) - len(events))))


def is_ours(start: str) -> bool:
    """Whether a text may be such a file, by its beginning."""
    return start.lstrip().startswith("{")


def _content(path: Path) -> dict[str, Any]:
    text = read_text(path)
    try:
        content = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise refuse(path, f"is damaged: {error}.", "Export it again.", int(found[1]) if found else 1) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or "events" not in content:
        raise refuse(path, "is not a journal of this course.", "Name a file that `course export json` wrote.")
    version = content.get("version")
    if not isinstance(version, int) or version < 1:
        raise refuse(path, f"says that its version is {version!r}, which is none.", "Export it again.")
    if version > VERSION:
        what = f"was written by a newer course (version {version}; this one reads {VERSION})."
        raise refuse(path, what, "Bring this course up to date, then try again. Nothing was brought in.")
    return content


def _remarks(strange: int) -> Iterator[str]:
    if strange:
        events = counted(strange, "event lies", "events lie")
        yield f"{events} before {FIRST_YEAR} or in the future, by the clock of this machine; {left_alone(strange)}"


def _line(event: Event) -> str:
    row = {"id": event.id, "at": event.at, "offset": event.offset, "kind": event.kind, "data": event.data}
    return json.dumps(row, ensure_ascii=False)


def _line_of(number: int) -> int:
    """Where an event stands in a file that `write` wrote."""
    return number + 1


@cache
def _rows() -> TypeAdapter[list[Row]]:
    return TypeAdapter(list[Row])
