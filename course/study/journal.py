"""The journal: every answer of a learner, one line each, in one SQLite file that is only ever added to."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.problems import Problem, Problems
from course.study.clock import Clock, local_now, stamp

VERSION = 1
"""The form of the file. It rises when an older course could not read what a newer one writes."""
MARK = 0x54573352
"""SQLite's application id: it tells a journal from any other database."""
PATIENCE = 10.0
"""Seconds in which another notebook or terminal may finish what it writes."""

SCHEMA = f"""
CREATE TABLE events (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END;
CREATE TRIGGER events_hold BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END;
PRAGMA application_id = {MARK};
PRAGMA user_version = {VERSION};
"""
COLUMNS = "place, id, at, offset, kind, data"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a learner did. Events are ordered by `order`, on every machine alike."""

    at: int
    """Milliseconds since 1970, UTC."""
    offset: int
    """Minutes that the learner's clock was ahead of UTC."""
    id: str
    kind: str
    data: Mapping[str, Any]

    @property
    def order(self) -> tuple[int, str]:
        """What events are sorted by; a writer's events within one millisecond stay in the order of writing."""
        return (self.at, self.id)


class Journal:
    """A journal file, for several notebooks and terminals at once; without a path, one in memory."""

    def __init__(self, path: Path | None = None, clock: Clock = local_now):
        self.path = path
        self._clock = clock
        self._writer = secrets.token_hex(4)
        self._number = 0
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    @property
    def kept(self) -> bool:
        """Whether what is written outlives the process."""
        return self.path is not None

    def append(self, kind: str, data: Mapping[str, Any], *, at: int | None = None, id: str | None = None) -> Event:
        """Writes an event and returns it once it is safe on the disk; with a known `id` nothing is written twice."""
        now, offset = stamp(self._clock())
        with self._lock:
            self._number += 1
            event = Event(now if at is None else at, offset, id or f"{self._writer}-{self._number:08d}", kind, data)
            self.add([event])
        return event

    def add(self, events: Iterable[Event]) -> int:
        """Adds events as they are, in one transaction, and returns how many were new."""
        rows = [(e.id, e.at, e.offset, e.kind, json.dumps(e.data, ensure_ascii=False)) for e in events]
        with self._opened() as connection, connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT OR IGNORE INTO events (id, at, offset, kind, data) VALUES (?, ?, ?, ?, ?)", rows
            )
            return connection.total_changes - before

    def read(self, after: int = 0) -> tuple[list[Event], int]:
        """The events that were written after a place in the file, in the order of writing, and the last place."""
        with self._opened() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM events WHERE place > ? ORDER BY place", (after,)
            ).fetchall()
        events = [Event(at, offset, id, kind, json.loads(data)) for _, id, at, offset, kind, data in rows]
        return events, rows[-1][0] if rows else after

    def events(self) -> list[Event]:
        """All events in their order."""
        return sorted(self.read()[0], key=lambda event: event.order)

    def close(self) -> None:
        """Lets go of the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._open()
                yield self._connection
            except sqlite3.Error as error:
                raise self._explain(error) from error

    def _open(self) -> sqlite3.Connection:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path or ":memory:", timeout=PATIENCE, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
                for statement in _statements(SCHEMA):
                    connection.execute(statement)
        return connection

    def _explain(self, error: sqlite3.Error) -> Problems:
        todo = "Nothing was changed in it."
        return Problems([Problem(self.path or Path("journal"), 1, f"cannot be used ({error}).", todo)])


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one, so that they can share a transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
