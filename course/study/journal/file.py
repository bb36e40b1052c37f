"""The file of a journal: made whole or not at all, refused when it is anything else, and each failure explained."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from course.problems import Problem, Problems

VERSION = 1
"""The form of the file. It rises when an older course could not read what a newer one writes."""
MARK = 0x54573352
"""SQLite's application id: it tells a journal from any other database."""
PATIENCE = 10.0
"""Seconds in which another notebook or terminal may finish what it writes."""
SMALLEST = 512
"""Bytes; of a smaller file SQLite would say that it is new, and write into it."""
OPTIONS = ""
"""What else SQLite is told when it opens a file, as a part of its URI."""
PRAGMAS = ("synchronous = FULL",)
"""The disk keeps each answer before it is said to be kept."""
RESCUED = ".rescued"
"""The end of the name under which a rescued journal waits until the damaged one is out of the way."""
MOVED = "this journal was moved"
"""What SQLite says to whoever writes into a journal that now lies elsewhere."""

SCHEMA = f"""
CREATE TABLE events (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE TABLE moved (path TEXT NOT NULL);
CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END;
CREATE TRIGGER events_hold BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END;
CREATE TRIGGER events_move BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM moved)
BEGIN SELECT RAISE(ABORT, '{MOVED}'); END;
PRAGMA application_id = {MARK};
PRAGMA user_version = {VERSION};
"""

RESTORE = "`course journal rescue` saves what can be read of it, and `course journal restore FILE` takes a backup."
DAMAGED = f"Nothing was changed in it. {RESTORE}"
FAILURES = {
    sqlite3.SQLITE_FULL: (
        "cannot be written: the disk is full.",
        "Free some space and do the last thing again; all before it is kept.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written: the file or its folder is read-only.",
        "Make both writable, or move the journal with `course journal move FOLDER`.",
    ),
    sqlite3.SQLITE_BUSY: (
        f"is held by another program for more than {PATIENCE:.0f} seconds.",
        "Close what else has it open, then do the last thing again; all before it is kept.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened: you may not read or write it, or its drive cannot keep a database.",
        "Look at who may write the file and its folder; a network drive is no place for it.",
    ),
    sqlite3.SQLITE_IOERR: (
        "cannot be written or read: the disk refuses.",
        "Look for space on it and at its cable, then do the last thing again; all before it is kept.",
    ),
    sqlite3.SQLITE_CORRUPT: ("is damaged.", DAMAGED),
    sqlite3.SQLITE_NOTADB: ("is no journal, or a damaged one.", DAMAGED),
}

SOURCE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""What is the fault of a file that is read, not of the one that is written."""


class Damaged(Problems):
    """A file that was a journal and can no longer be read as one."""


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection to a journal that is seen to be one; without a path, to a new one in memory."""
    if path is None:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(connection)
        return connection
    if path.is_dir():
        todo = "Rename it, or name another file by COURSE_JOURNAL."
        raise Problems([Problem(path, 1, "is a folder where the journal belongs.", todo)])
    if not (size := path.stat().st_size):
        todo = f"Nothing is left in it. Delete it to begin anew. {RESTORE}"
        raise Damaged([Problem(path, 1, "is empty, and a journal never is.", todo)])
    if size < SMALLEST:
        raise Damaged([Problem(path, 1, *FAILURES[sqlite3.SQLITE_NOTADB])])
    connection = _open(path, "rw")  # A file that is not there may come back: it is not made here.
    try:
        _examine(connection, path)
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def create(path: Path) -> None:
    """Makes an empty journal. It is never there in part, and a file that is there by now stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    refuse_orphan(path)
    whole = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        connection = _open(whole, "rwc")
        try:
            _prepare(connection)
            _fill(connection)
        finally:
            connection.close()
        put_in_place(whole, path)
    except FileExistsError:
        return  # Somebody else made it in the same moment.
    finally:
        whole.unlink(missing_ok=True)


def put_in_place(whole: Path, path: Path) -> None:
    """Gives a complete file its name; raises FileExistsError rather than take that name from another file."""
    try:
        os.link(whole, path)
    except FileExistsError:
        raise
    except OSError:
        # Not every drive has links. On Windows a rename takes no name that is taken; elsewhere a moment is left.
        if os.path.lexists(path):
            raise FileExistsError(str(path)) from None
        whole.rename(path)
    else:
        whole.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Has the disk keep the names of a folder, where a system offers that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # Some network drives cannot; the file itself is safe.
    finally:
        os.close(descriptor)


def beside(path: Path, end: str) -> Path:
    """The file that SQLite keeps beside a database: `-wal` holds what was written last, `-shm` an index of it."""
    return path.with_name(path.name + end)


def refuse_orphan(path: Path) -> None:
    """Raises Problems when a journal is missing and something of it was left behind, which SQLite would drop."""
    if beside(path, RESCUED).exists():
        todo = "Run `course journal rescue` once more; it goes on where it was."
        raise Problems([Problem(path, 1, "is not there: its rescue was cut off.", todo)])
    left = beside(path, "-wal")
    if left.exists() and left.stat().st_size:
        what = f"is not there, but {left.name} is, which holds its last answers."
        todo = f"Put {path.name} back beside it. Or run `course journal rescue`, which takes what is there."
        raise Problems([Problem(path, 1, what, todo)])


def code(error: sqlite3.Error) -> int:
    """SQLite's own number for a kind of error; 0 when it has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def explain(error: sqlite3.Error, path: Path | None) -> Problems:
    """What went wrong in a database, for a learner."""
    what, todo = FAILURES.get(code(error), (f"cannot be used ({error}).", "Nothing was changed in it."))
    kind = Damaged if code(error) in SOURCE else Problems
    return kind([Problem(path or Path("journal"), 1, what, todo)])


def explain_error(error: OSError, path: Path) -> Problems:
    """What the system refused, for a learner."""
    what = f"cannot be used ({error.strerror or error})."
    todo = "See that its folder is there, has space, and that you may write in it; or name another by COURSE_JOURNAL."
    return Problems([Problem(path, 1, what, todo)])


def _open(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}{OPTIONS}"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE, check_same_thread=False)


def _examine(connection: sqlite3.Connection, path: Path) -> None:
    """Raises Problems for anything but a journal of this version; nothing is written before that is seen."""
    [[mark]] = connection.execute("PRAGMA application_id")
    [[version]] = connection.execute("PRAGMA user_version")
    if mark != MARK:
        todo = "Nothing was changed in it. Name another file by COURSE_JOURNAL, or move this one away."
        raise Problems([Problem(path, 1, "is the database of another program.", todo)])
    if version > VERSION:
        what = f"was written by a newer version of the course (form {version}; this one knows {VERSION})."
        raise Problems([Problem(path, 1, what, "Nothing was changed in it. Update the course.")])


def _prepare(connection: sqlite3.Connection) -> None:
    """Has writers not wait for readers, where the drive allows it."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # A read-only journal can still be read, and a drive that has no WAL keeps the other kind of log.
        if code(error) not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY):
            raise
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _fill(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _statements(SCHEMA):
            connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one, so that they can share a transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
