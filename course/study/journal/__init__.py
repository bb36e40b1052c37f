"""The journal: every answer of a learner, one line each, in one SQLite file that is only ever added to."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic_core import from_json

from course.problems import Problem, Problems
from course.study.clock import Clock, local_now, stamp
from course.study.journal.file import DAMAGED, MOVED, SOURCE, Damaged, code, connect, create, explain, explain_error

T = TypeVar("T")

TRIES, PAUSE = 20, 0.05
"""How often, and after what pause, a file is looked for again that somebody is exchanging right now."""
ADD = "INSERT INTO events (id, at, offset, kind, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
READ = "SELECT place, id, at, offset, kind, data FROM events WHERE place >= ? ORDER BY place"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a learner did. Events are ordered by `order`, on every machine alike."""

    at: int
    """Milliseconds since 1970, UTC: summer time and time zones change nothing in the order."""
    offset: int
    """Minutes that the learner's clock was ahead of UTC; with `at` it gives the study day, wherever that was."""
    id: str
    kind: str
    data: Mapping[str, Any]

    @property
    def order(self) -> tuple[int, str]:
        """What events are sorted by; a writer's events within one millisecond stay in the order of writing."""
        return (self.at, self.id)


class Spot(NamedTuple):
    """How far a journal was read: a place in the file, and the id of the event that stands there."""

    place: int
    id: str


START = Spot(0, "")


class Exchanged(Exception):
    """The file is another one than that in which a spot was noted; it has to be read from the start."""


class Journal:
    """A journal file, for several notebooks and terminals at once; without a path, one in memory.

    Where the file is not there, `find` is asked where it lies by now.
    """

    def __init__(self, path: Path | None = None, clock: Clock = local_now, find: Callable[[], Path] | None = None):
        self.path = path
        self._find = find
        self._clock = clock
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._process = 0
        self._writer = ""
        self._number = 0

    @property
    def kept(self) -> bool:
        """Whether what is written outlives the process."""
        return self.path is not None

    def append(
        self,
        kind: str,
        data: Mapping[str, Any],
        *,
        at: int | None = None,
        offset: int | None = None,
        id: str | None = None,
        after: tuple[int, str] = (0, ""),
    ) -> Event:
        """Writes an event and returns it once it is safe on the disk; with a known `id` nothing is written twice.

        The time is that of the clock, unless `at` and `offset` say it. An event that would sort before `after` comes
        a millisecond behind that.
        """
        now, zone = stamp(self._clock()) if at is None or offset is None else (at, offset)
        now, zone = now if at is None else at, zone if offset is None else offset
        with self._lock:
            own = id or self._next_id()
            event = Event(now if (now, own) > after else after[0] + 1, zone, own, kind, data)
            self.add([event])
        return event

    def add(self, events: Iterable[Event]) -> int:
        """Adds events as they are, in one transaction, and returns how many were new."""
        rows = [(event.id, event.at, event.offset, event.kind, _written(event.data)) for event in events]

        def write(connection: sqlite3.Connection) -> int:
            with connection:
                before = connection.total_changes
                connection.executemany(ADD, rows)
                return connection.total_changes - before

        return self._use(write)

    def read(self, after: Spot = START) -> tuple[list[Event], Spot]:
        """The events that were written after a spot, in the order of writing, and the last spot.

        Raises Exchanged when the file is no longer that in which the spot was.
        """

        def select(connection: sqlite3.Connection) -> tuple[list[Event], Spot]:
            rows = connection.execute(READ, (after.place,))
            if after != START and next(rows, ())[:2] != after:
                raise Exchanged
            place, events = after.place, []
            for place, id, at, offset, kind, data in rows:
                events.append(Event(at, offset, id, kind, self._read(place, data)))
            return events, Spot(place, events[-1].id) if events else after

        return self._use(select)

    def events(self) -> list[Event]:
        """All events in their order."""
        return sorted(self.read()[0], key=lambda event: event.order)

    def count(self) -> int:
        """How many events there are."""
        return self._use(lambda connection: int(connection.execute("SELECT count(*) FROM events").fetchone()[0]))

    def check(self) -> None:
        """Looks at every byte that counts; raises Problems when the file is damaged anywhere."""
        found = self._use(lambda connection: connection.execute("PRAGMA integrity_check").fetchall())
        if found != [("ok",)]:
            raise Damaged([Problem(self._place, 1, f"is damaged ({found[0][0]}).", DAMAGED)])
        self.read()

    def copy(self, to: Path) -> int:
        """Copies the journal as it is at one instant into a file of its own, and returns how many events it holds."""

        def write(connection: sqlite3.Connection) -> int:
            copied = sqlite3.connect(to)
            try:
                connection.backup(copied)
                copied.execute("PRAGMA journal_mode = DELETE")
                with copied:
                    copied.execute("DELETE FROM moved")
                [[count]] = copied.execute("SELECT count(*) FROM events")
            except sqlite3.Error as error:
                raise explain(error, self.path if code(error) in SOURCE else to) from error
            finally:
                copied.close()
            return int(count)

        return self._use(write)

    def leave(self, to: Path, copy: Callable[[], object]) -> None:
        """Calls `copy` while nobody else can write, then sends everybody who has this journal open to another file."""
        with self._lock:
            self.count()
            try:
                connection = self._opened()
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    copy()
                    connection.execute("INSERT INTO moved VALUES (?)", (str(to),))
                # What the log holds goes into the file, which then is complete without it.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as error:
                raise explain(error, self.path) from error
            finally:
                self.close()

    def take_back(self) -> None:
        """Lets a journal that was left be written in again, with all that it holds."""
        self._sign(None)

    def point(self, to: Path) -> None:
        """Has a journal that was left send everybody to another file than before."""
        self._sign(to)

    def _sign(self, to: Path | None) -> None:
        with self._lock:
            self.close()
            try:
                connection = connect(self.path)
                try:
                    with connection:
                        connection.execute("DELETE FROM moved")
                        if to is not None:
                            connection.execute("INSERT INTO moved VALUES (?)", (str(to),))
                finally:
                    connection.close()
            except sqlite3.Error as error:
                raise explain(error, self.path) from error

    def close(self) -> None:
        """Lets go of the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _next_id(self) -> str:
        self._renew()
        self._number += 1
        return f"{self._writer}-{self._number:08d}"

    def _renew(self) -> None:
        """After a fork, parent and child are two writers; SQLite's connections do not survive it."""
        if self._process != os.getpid():
            if self._connection is not None:
                _INHERITED.append(self._connection)
            self._connection = None
            self._process, self._writer, self._number = os.getpid(), secrets.token_hex(8), 0

    @property
    def _place(self) -> Path:
        return self.path or Path("journal")

    def _use(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` makes of the journal; when the file was moved or exchanged meanwhile, it works on the new one."""
        with self._lock:
            for again in range(TRIES):
                try:
                    if (done := self._on(self._opened(), work)) is not None:
                        return done[0]
                except sqlite3.Error as error:
                    if self.path is not None and code(error) != sqlite3.SQLITE_BUSY:
                        self.close()  # The next use should see it when the trouble is over.
                    raise explain(error, self.path) from error
                except FileNotFoundError:
                    self.close()
                    if again == TRIES - 1:
                        what = "is no longer there."
                        todo = "Put it back and do the last thing again; or restart the kernel to begin a new one."
                        raise Problems([Problem(self._place, 1, what, todo)]) from None
                    if self._find is None or self.path == (found := self._find()):
                        time.sleep(PAUSE)
                    else:
                        self.path = found
                except OSError as error:
                    raise explain_error(error, self._place) from error
            raise Problems([Problem(self._place, 1, "is exchanged again and again.", "Try once more.")])

    def _on(self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> tuple[T] | None:
        """What `work` makes of this connection; None when the journal lies elsewhere by now."""
        done: tuple[T] | None = None
        try:
            done = (work(connection),)
        except sqlite3.IntegrityError as error:
            if MOVED not in str(error):
                raise
        if moved := connection.execute("SELECT path FROM moved").fetchone():
            self.close()
            self.path = Path(moved[0])
            return None
        if self.path is not None and _identity(self.path) != self._file:
            self.close()
            return None
        return done

    def _opened(self) -> sqlite3.Connection:
        self._renew()
        if self._connection is None:
            if self.path is not None:
                if self._find is not None and not os.path.lexists(self.path):
                    self.path = self._find()
                # One that was open before and is gone now is waited for; only a journal that never was is made.
                if self._file is None and not os.path.lexists(self.path):
                    create(self.path)
                self._file = _identity(self.path)
            self._connection = connect(self.path)
        return self._connection

    def _read(self, place: int, data: str) -> dict[str, Any]:
        try:
            found = from_json(data)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            what = f"is damaged: event {place} cannot be read."
            raise Damaged([Problem(self._place, 1, what, DAMAGED)])
        return found


_INHERITED: list[sqlite3.Connection] = []
"""Connections of a parent process: closing them here could take away files that the parent still uses."""


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return (found.st_dev, found.st_ino)


def _written(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A browser may send half of a character; the rest of what was typed is kept.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
