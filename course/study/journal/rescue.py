"""What can still be read of a damaged journal: its file is searched page by page, whatever SQLite says of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_core import from_json

from course.study.journal import Event

HEAD = b"SQLite format 3\0"
LOG_HEAD, FRAME_HEAD = 32, 24
"""Bytes before the first page of a write-ahead log, and before each page in it."""
LEAF, KEYS, KEY_NODE = 0x0D, 0x0A, 0x02
"""The first byte of a page that holds rows of a table, and of one that holds what an index knows of rows."""
PAGES = 28
"""Where the first page says how many there are."""
SIZES = tuple(512 << power for power in range(8))
USUAL = 4096
FIXED = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
"""Bytes of a value by its type; from 12 on, texts and blobs say their length themselves."""
INTEGERS = range(1, 7)
TEXT = 13

Value = int | bytes | None


@dataclass(frozen=True)
class Found:
    """The events that could be read."""

    events: list[Event]
    missing: int
    """How many more the index of the journal names; there may have been others."""
    torn: bool
    """Whether a part of the file is gone, or its beginning cannot be read."""


def search(file: bytes, log: bytes = b"") -> Found:
    """All events in the bytes of a journal and of the log beside it."""
    size = _page_size(file, log)
    pages = {number: file[at : at + size] for number, at in enumerate(range(0, len(file), size), 1)}
    newer = list(_logged(log, size))
    # A row may go on in pages of their own, of which the log has the newer ones.
    newest = {**pages, **dict(newer)}
    found: dict[str, Event] = {}
    places: set[int] = set()
    named: dict[int, str] = {}
    for number, page in [*pages.items(), *newer]:
        for place, values in _rows(page, number, newest, size):
            if (event := _event(values)) is not None:
                found.setdefault(event.id, event)
                places.add(place)
        named.update(_named(page, newest, size))
    # An event is known to be lost only if neither its id nor its place was found: one of them may be damaged itself.
    missing = sum(id not in found and place not in places for place, id in named.items())
    return Found(sorted(found.values(), key=lambda event: event.order), missing, _torn(newest, size))


def _torn(pages: dict[int, bytes], size: int) -> bool:
    first = pages.get(1, b"")
    if first[: len(HEAD)] != HEAD or len(first) < size:
        return True
    [count] = struct.unpack_from(">I", first, PAGES)
    return any(len(pages.get(number, b"")) < size for number in range(1, min(count, len(pages) + 1) + 1))


def _named(page: bytes, pages: dict[int, bytes], size: int) -> Iterator[tuple[int, str]]:
    """The places and ids of events that a page of the index names."""
    if len(page) < 12 or page[0] not in (KEYS, KEY_NODE):
        return
    head, child = (8, 0) if page[0] == KEYS else (12, 4)
    [count] = struct.unpack_from(">H", page, 3)
    for cell in range(count):
        try:
            [at] = struct.unpack_from(">H", page, head + 2 * cell)
            length, at = _number(page, at + child)
            match _values(_payload(page, at, length, pages, size, (size - 12) * 64 // 255 - 23)):
                case [bytes(id), int(place)]:
                    yield place, id.decode()
        except (ValueError, IndexError, KeyError, struct.error):
            continue


def _page_size(file: bytes, log: bytes) -> int:
    """As the file or its log says it; where neither can be believed, the usual one."""
    said = struct.unpack_from(">H", file, 16)[0] if file[:16] == HEAD else 0
    if said not in SIZES and len(log) > LOG_HEAD:
        said = struct.unpack_from(">I", log, 8)[0]
    return said if said in SIZES else USUAL


def _logged(log: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    for at in range(LOG_HEAD, len(log) - FRAME_HEAD, FRAME_HEAD + size):
        yield struct.unpack_from(">I", log, at)[0], log[at + FRAME_HEAD : at + FRAME_HEAD + size]


def _rows(page: bytes, number: int, pages: dict[int, bytes], size: int) -> Iterator[tuple[int, list[Value]]]:
    """The rows of a page, by their numbers; what is not one, or not whole, is passed over."""
    head = 100 if number == 1 else 0
    if len(page) < head + 8 or page[head] != LEAF:
        return
    [count] = struct.unpack_from(">H", page, head + 3)
    for cell in range(count):
        try:
            [at] = struct.unpack_from(">H", page, head + 8 + 2 * cell)
            length, at = _number(page, at)
            place, at = _number(page, at)
            yield place, _values(_payload(page, at, length, pages, size, size - 35))
        except (ValueError, IndexError, KeyError, struct.error):
            continue


def _payload(page: bytes, at: int, length: int, pages: dict[int, bytes], size: int, most: int) -> bytes:
    """A row's bytes: in the page as many as fit, at most `most`, the rest in a chain of pages."""
    least = (size - 12) * 32 // 255 - 23
    if length <= most:
        return page[at : at + length]
    here = least + (length - least) % (size - 4)
    here = here if here <= most else least
    payload = page[at : at + here]
    [following] = struct.unpack_from(">I", page, at + here)
    while following and len(payload) < length:
        rest = pages[following]
        [following] = struct.unpack_from(">I", rest, 0)
        payload += rest[4 : 4 + length - len(payload)]
    return payload


def _values(payload: bytes) -> list[Value]:
    """The values of a row; raises ValueError when they are not all there."""
    end, at = _number(payload, 0)
    types = []
    while at < end:
        kind, at = _number(payload, at)
        types.append(kind)
    values: list[Value] = []
    for kind in types:
        width = FIXED[kind] if kind in FIXED else (kind - 12) // 2
        raw = payload[end : end + width]
        if len(raw) != width:
            raise ValueError("the row is not whole")
        end += width
        if kind in INTEGERS:
            values.append(int.from_bytes(raw, "big", signed=True))
        else:
            values.append(kind - 8 if kind in (8, 9) else raw if kind >= TEXT and kind % 2 else None)
    return values


def _event(values: list[Value]) -> Event | None:
    """The event that a row is; None when it is none."""
    match values:
        case [None, bytes(id), int(at), int(offset), bytes(kind), bytes(data)]:
            try:
                content = from_json(data)
                return Event(at, offset, id.decode(), kind.decode(), content) if isinstance(content, dict) else None
            except ValueError:
                return None
    return None


def _number(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for step in range(8):
        byte = content[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    return value << 8 | content[at + 8], at + 9
