"""What a database or a disk refuses: whether waiting helps, and what to say to the person who has to act."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError

from autograde.refusal import Refusal

KEPT = "What was recorded before is kept; run the same command again to go on."
PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
HELD = ("is held by another program for more than {patience:.0f} seconds.", "Close what has it open.")
SQLITE = {
    sqlite3.SQLITE_BUSY: HELD,
    sqlite3.SQLITE_LOCKED: HELD,
    sqlite3.SQLITE_FULL: ("cannot be written: the disk is full.", "Free some space."),
    sqlite3.SQLITE_IOERR: (
        "cannot be written or read: the disk refuses.",
        "Look for space on it, at your quota and at its cable.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written: the file or its folder is read-only.",
        "Make both writable for you.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened: it is not there, or you may not read and write it and its folder.",
        "Look at who may write there.",
    ),
    sqlite3.SQLITE_PERM: ("cannot be opened: you may not read and write it.", "Look at who may write there."),
    sqlite3.SQLITE_CORRUPT: ("is damaged.", "Put a backup in its place."),
    sqlite3.SQLITE_NOTADB: ("is no SQLite database, or a damaged one.", "Correct c.CourseDirectory.db_url."),
}
SERVER = {
    "53100": ("cannot be written: the server's disk is full.", "Free some space there."),
    "25006": ("cannot be written: the database is read-only now.", "Wait for its administrator, or ask."),
    "42501": ("may not be written by you.", "Ask its administrator for the right to change the tables of nbgrader."),
    "55P03": HELD,
    "42P01": ("lacks a table.", "First BACK UP the database, then run `nbgrader db upgrade`."),
    "42703": ("lacks a column.", "First BACK UP the database, then run `nbgrader db upgrade`."),
}
WAITED_FOR = ("08", "57P", "40", "53300", "55P03")
"""What PostgreSQL's codes begin with while it restarts, breaks a deadlock, has too many guests or waits for a lock."""
WHOLE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EROFS)
"""What concerns not one folder but the disk: nobody after this one could be recorded."""


def is_passing(error: Exception) -> bool:
    """Whether the same may well be possible a moment later."""
    if (number := _sqlite_code(error)) is not None:
        return number in PASSING
    if not isinstance(error, DBAPIError):
        return False
    state = _state(error)
    if state:
        return state.startswith(WAITED_FOR)
    # Without a code the server has not answered at all.
    return error.connection_invalidated or type(error).__name__ == "OperationalError"


def explain(error: Exception, place: str, patience: float) -> Refusal:
    """What went wrong in the gradebook, where, and what to do."""
    what, todo = f"cannot be used ({_one_line(error)}).", ""
    if (number := _sqlite_code(error)) is not None:
        if number == sqlite3.SQLITE_ERROR and "no such" in str(error):
            what, todo = SERVER["42P01" if "no such table" in str(error) else "42703"]
        else:
            what, todo = SQLITE.get(number, (what, todo))
    elif isinstance(error, IntegrityError):
        what = f"no longer has what was to be graded ({_one_line(error)})."
    elif isinstance(error, DBAPIError):
        state = _state(error)
        if state in SERVER:
            what, todo = SERVER[state]
        elif is_passing(error):
            what = f"does not answer for more than {{patience:.0f}} seconds ({_one_line(error)})."
            todo = "See that the server runs and that c.CourseDirectory.db_url is right."
    said = " ".join(part for part in (what.replace("{patience:.0f}", f"{patience:.0f}"), todo, KEPT) if part)
    return Refusal(f"{place} {said}")


def explain_disk(error: OSError, place: str) -> Refusal:
    """What the disk refused when files were put under autograded/."""
    what = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror or str(error)
    todo = "Free some space." if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Look at the disk and at its rights."
    return Refusal(f"{place} cannot be written: {what}. {todo} {KEPT}")


def _sqlite_code(error: Exception) -> int | None:
    """SQLite's own number for a kind of error; None for errors of others."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(origin, sqlite3.Error):
        return None
    return int(getattr(origin, "sqlite_errorcode", 0)) & 0xFF


def _state(error: DBAPIError) -> str:
    origin = error.orig
    return str(getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None) or "")


def _one_line(error: Exception) -> str:
    origin = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(origin).split())[:300]
