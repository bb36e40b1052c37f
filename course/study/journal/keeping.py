"""Where a learner's journal lies, and how it is moved, copied, merged with another one, and saved from damage."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_config_path, user_data_path

from course.problems import Problem, Problems
from course.study.journal import Event, Journal
from course.study.journal.file import RESCUED, Damaged, beside, code, connect, explain_error, put_in_place
from course.study.journal.rescue import search
from course.workspace import write_whole

JOURNAL = "COURSE_JOURNAL"
"""An environment variable that names another file than the usual one."""
NAME = "journal.db"
ENDS = ("", "-wal", "-shm")
ZIP = b"PK\x03\x04"
"""How every archive begins, whole or not."""


@dataclass(frozen=True)
class Place:
    """Where the journal lies, and what decided that: "usual", "moved" or "COURSE_JOURNAL"."""

    path: Path
    decided_by: str


@dataclass(frozen=True)
class Moved:
    """The journal's new place; the former file when that has to stay, as a sign to whoever still looks there."""

    path: Path
    events: int
    left: Path | None
    copied: bool = False
    """Whether the former file could not be written, thus is no sign, but the journal as it was."""


@dataclass(frozen=True)
class Merged:
    """How many events the other journal holds, and how many of them were new to this one."""

    events: int
    new: int


@dataclass(frozen=True)
class Rescued:
    """What could be read, how much is known to be lost, and where the damaged file is kept."""

    events: int
    missing: int
    torn: bool
    """Whether a part of the file is gone; what stood there nobody knows."""
    new: int
    kept: Path


def place() -> Place:
    """Where the journal of whoever sits at this machine lies, whether or not it is there."""
    if named := os.environ.get(JOURNAL):
        path = Path(named).expanduser()
        if not path.is_absolute():
            what = f"is what {JOURNAL} names, and each notebook would look for it in another folder."
            raise Problems([Problem(path, 0, what, "Name it from the root: a whole path.")])
        return Place(path, JOURNAL)
    try:
        return Place(Path(json.loads(_config().read_text(encoding="utf-8"))["journal"]), "moved")
    except (OSError, ValueError, KeyError, TypeError):
        return Place(_usual(), "usual")


def journal_path() -> Path:
    """The journal file of whoever sits at this machine; raises Problems when it was moved to where it is not."""
    found = place()
    if found.decided_by == "moved" and not found.path.exists() and not _rescued(found.path).exists():
        what = "is where the journal was moved to, and it is not there."
        todo = f"Plug in its drive. To begin a new one, delete {_config()}."
        raise Problems([Problem(found.path, 0, what, todo)])
    return found.path


def own_journal() -> Journal:
    """The journal of whoever sits at this machine, which is found again wherever it is moved to."""
    return Journal(journal_path(), find=journal_path)


def move(to: Path) -> Moved:
    """Moves the journal to a folder or file. Who has it open goes on there; what was written is never in no place.

    One that cannot be written is copied, and stays.
    """
    found = place()
    looked, new = journal_path().absolute(), _named(to)
    if looked.exists() and not _same(looked, new) and read_only(looked) and not _is_sign(looked):
        return _copy_out(found, looked, new)
    with closing(Journal(looked)) as journal:
        journal.count()  # Where it was moved before, this finds it.
        old = journal.path or looked
        if old == looked and _same(old, new):
            raise Problems([Problem(new, 0, "is where the journal lies already.", "Name another folder.")])
        try:
            if not _same(old, new):  # Else a former move was cut off when all but its end was done.
                _refuse_other(new)
                _leave(journal, old, new)
            return _point(found, looked, old, new)
        except OSError as error:
            raise explain_error(error, new) from error


def read_only(path: Path) -> bool:
    """Whether a journal is there that cannot be written, by its own permissions or those of its folder."""
    try:
        with closing(connect(path)) as connection:
            connection.execute("DELETE FROM moved WHERE 0")
    except sqlite3.Error as error:
        return code(error) in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
    except (OSError, Problems):
        pass  # Whoever reads it is told.
    return False


def _copy_out(found: Place, old: Path, new: Path) -> Moved:
    refuse_taken(new)
    events = read_journal(old)
    try:
        with _whole(new) as whole, closing(Journal(whole)) as journal:
            journal.add(events)
        if found.decided_by != JOURNAL:
            write_whole(_config(), json.dumps({"journal": str(new)}).encode())
    except OSError as error:
        raise explain_error(error, new) from error
    return Moved(new, len(events), old, copied=True)


def _refuse_other(new: Path) -> None:
    """Raises Problems when a file is there that is no sign which a former move has left."""
    if not os.path.lexists(new):
        return
    read_journal(new)  # Of anything but a journal this tells.
    if not _is_sign(new):
        todo = f"Name another file; or add it to your journal with `course journal merge {new}`."
        raise Problems([Problem(new, 0, "is there already.", todo)])


def _is_sign(path: Path) -> bool:
    """Whether a journal sends everybody elsewhere; it is only looked at."""
    for how in ("mode=ro", "mode=ro&immutable=1"):  # The second where no log can be made beside it.
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?{how}", uri=True)) as connection:
                return connection.execute("SELECT 1 FROM moved").fetchone() is not None
        except sqlite3.Error:
            continue
    return True  # Whoever cannot tell leaves alone what it may point to.


def _leave(journal: Journal, old: Path, new: Path) -> None:
    """Leaves a journal for its new place; where that fails, nothing is there that was not there before."""
    there = os.path.lexists(new)
    try:
        journal.leave(new, lambda: _take_along(old, new))
    except BaseException:
        if not there and os.path.lexists(new) and not _is_sign(old):
            for end in ENDS:
                beside(new, end).unlink(missing_ok=True)
        raise


def _take_along(old: Path, new: Path) -> None:
    """Brings all of a journal to its new place, while nobody writes into it."""
    new.parent.mkdir(parents=True, exist_ok=True)
    with closing(Journal(old)) as journal:
        if os.path.lexists(new):
            # It lay here before, and its sign is still here.
            with closing(Journal(new)) as other:
                other.take_back()
                other.add(journal.read()[0])
            return
        with _whole(new) as whole:
            journal.copy(whole)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A name for a file that is filled, and then is called `path`; what goes wrong with it is told of that."""
    whole = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite would not say which of two files it could not open.
        whole.touch()
        whole.unlink()
        with told_of(path, whole):
            yield whole
        put_in_place(whole, path)
    finally:
        for end in (*ENDS, "-journal"):
            beside(whole, end).unlink(missing_ok=True)


@contextmanager
def told_of(path: Path, temporary: Path) -> Iterator[None]:
    """Has problems of a file that only the course knows name the one that the learner does."""
    try:
        yield
    except Problems as error:
        raise type(error)(
            [replace(one, path=path) if one.path == temporary else one for one in error.problems]
        ) from error


def _point(found: Place, looked: Path, old: Path, new: Path) -> Moved:
    """Has everybody look in the new place, then deletes the old files; each of them says by now where to go."""
    useless = {looked, old} - {new}
    left = None
    if found.decided_by == JOURNAL:
        if looked != new:
            left = looked
            useless.discard(looked)
            with closing(Journal(looked)) as sign:
                sign.point(new)
    else:
        write_whole(_config(), json.dumps({"journal": str(new)}).encode())
    for path in useless:
        try:
            for end in ENDS:
                beside(path, end).unlink(missing_ok=True)
        except OSError:  # Windows deletes no file that somebody has open.
            left = path
    return Moved(new, _count(new), left)


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def backup(to: Path, today: date | None = None) -> Path:
    """Copies the journal, as it is at one instant, into one file, and returns it; a file that is there stays."""
    path = to.expanduser().absolute()
    if path.is_dir():
        path = free_name(path / f"threeways-journal-{(today or date.today()).isoformat()}.db")
    refuse_taken(path)
    with closing(Journal(journal_path())) as journal:
        journal.check()
        try:
            with _whole(path) as whole:
                journal.copy(whole)
        except OSError as error:
            raise explain_error(error, path) from error
    return path


def add(events: list[Event]) -> Merged:
    """Adds events from elsewhere to the journal."""
    with closing(Journal(journal_path())) as journal:
        return Merged(len(events), journal.add(events))


def read_journal(source: Path, called: Path | None = None) -> list[Event]:
    """The events of a journal that is nobody's to write in, such as one on a stick: a copy of it is read.

    Raises Problems about the file as the learner calls it.
    """
    name = called or source
    with TemporaryDirectory() as folder:
        copy = Path(folder) / NAME
        try:
            for end in ENDS[:2]:
                if beside(source, end).exists():
                    shutil.copyfile(beside(source, end), beside(copy, end))
            with closing(Journal(copy)) as journal:
                journal.take_back()
                journal.check()
                return journal.read()[0]
        except OSError as error:
            raise explain_error(error, name) from error
        except Problems as error:
            rescued = f"`course journal rescue {source}` takes what can be read of it."
            if called:
                rescued = f"Unpack it; `course journal rescue {source.name}` takes what can be read of it."
            told = [(one.what, rescued if isinstance(error, Damaged) else one.todo) for one in error.problems]
            raise type(error)([Problem(name, 0, what, todo) for what, todo in told]) from None


def rescue(source: Path | None = None, today: date | None = None) -> Rescued:
    """Saves what can be read of the damaged journal into a new one, and keeps the damaged file beside it.

    Of another damaged file, such as a backup, what can be read is added to the journal; that file stays as it is.
    """
    if source is not None:
        content = _bytes(source)
        if content.startswith(ZIP):
            todo = f"`course journal restore {source}` takes in a backup; of any other zip, unpack it first."
            raise Problems([Problem(source, 0, "is a zip, and no journal.", todo)])
        found = search(content, _bytes(beside(source, "-wal"), missing=b""))
        if not found.events:
            what = "holds nothing that can be read as an entry of a journal."
            raise Problems([Problem(source, 0, what, "Your journal is as it was. Name another file.")])
        with closing(Journal(journal_path())) as journal:
            return Rescued(len(found.events), found.missing, found.torn, journal.add(found.events), source)
    path = place().path
    ready = _rescued(path)
    if not (ready.exists() and not path.exists()):
        if not any(beside(path, end).exists() for end in ENDS[:2]):
            raise Problems([Problem(path, 0, "is not there.", "There is nothing to rescue.")])
        if path.exists() and not is_damaged(path):
            raise Problems([Problem(path, 0, "is in order.", "There is nothing to rescue.")])
    kept = free_name(path.with_name(f"{path.stem} (damaged, {(today or date.today()).isoformat()}){path.suffix}"))
    try:
        return _exchange(path, ready, kept)
    except OSError as error:
        raise explain_error(error, path) from error


def is_damaged(path: Path) -> bool:
    """Whether a journal has to be rescued; raises Problems when something else is in the way."""
    try:
        with closing(Journal(path)) as journal:
            journal.check()
    except Damaged:
        return True
    return False


def free_name(path: Path) -> Path:
    """The path, or where something is there, the first free one of the same name with a number."""
    number, free = 2, path
    while os.path.lexists(free):
        free = path.with_name(f"{path.stem} {number}{path.suffix}")
        number += 1
    return free


def refuse_taken(path: Path) -> None:
    """Raises Problems when a file would be overwritten."""
    if os.path.lexists(path):
        raise Problems([Problem(path, 0, "is there already.", "Name another file, or a folder.")])


def _exchange(path: Path, ready: Path, kept: Path) -> Rescued:
    """Puts what could be read in the place of a damaged journal; cut off anywhere, a second rescue goes on."""
    found = search(_bytes(path, missing=b""), _bytes(beside(path, "-wal"), missing=b""))
    if path.exists() or not ready.exists():
        ready.unlink(missing_ok=True)
        whole = path.with_name(f".{path.name}.{os.getpid()}.rescue")
        whole.unlink(missing_ok=True)
        with closing(Journal(whole)) as journal:
            journal.add(found.events)
        whole.rename(ready)
    else:
        with closing(Journal(ready)) as journal:
            journal.add(found.events)
    for end in ENDS:
        if beside(path, end).exists():
            beside(path, end).rename(beside(kept, end))
    # Somebody may have written until then, and from now on nobody does.
    late = search(_bytes(kept, missing=b""), _bytes(beside(kept, "-wal"), missing=b""))
    with closing(Journal(ready)) as journal:
        journal.add(late.events)
    put_in_place(ready, path)
    count = _count(path)
    return Rescued(count, max(found.missing, late.missing), found.torn or late.torn, count, kept)


def _rescued(path: Path) -> Path:
    return beside(path, RESCUED)


def _bytes(path: Path, missing: bytes | None = None) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        if missing is not None and isinstance(error, FileNotFoundError):
            return missing
        raise explain_error(error, path) from error


def _count(path: Path) -> int:
    with closing(Journal(path)) as journal:
        return journal.count()


def _named(to: Path) -> Path:
    """The file that a learner means: a name with an ending is a file, any other a folder."""
    path = to.expanduser().absolute()
    return path if path.suffix and not path.is_dir() else path / NAME


def _usual() -> Path:
    return user_data_path("threeways", appauthor=False) / NAME


def _config() -> Path:
    return user_config_path("threeways", appauthor=False) / "journal.json"
