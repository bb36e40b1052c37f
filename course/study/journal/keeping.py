"""Where a learner's journal lies, and how it is moved, copied, merged with another one, and saved from damage."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from platformdirs import user_config_path, user_data_path

from course.problems import Problem, Problems
from course.study.journal import Event, Journal
from course.study.journal.file import RESCUED, Damaged, beside, explain_error, put_in_place
from course.study.journal.rescue import search
from course.workspace import write_whole

JOURNAL = "COURSE_JOURNAL"
"""An environment variable that names another file than the usual one."""
NAME = "journal.db"
ENDS = ("", "-wal", "-shm")
FORGETFUL = {
    "BINDER_": "a Binder session",
    "COLAB_": "a Colab session",
    "KAGGLE_KERNEL_": "a Kaggle session",
}
"""Environment variables by which services that throw everything away are known."""
HUB, FLEETING = "JUPYTERHUB_", ("overlay", "tmpfs", "aufs")
"""On a hub, a home in one of these file systems is that of a container, and ends with it."""


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


@dataclass(frozen=True)
class Merged:
    """How many events the other journal holds, and how many of them were new to this one."""

    events: int
    new: int


@dataclass(frozen=True)
class Rescued:
    """What could be read, at least how much could not, and where the damaged file is kept."""

    events: int
    missing: int
    new: int
    kept: Path


def place() -> Place:
    """Where the journal of whoever sits at this machine lies, whether or not it is there."""
    if named := os.environ.get(JOURNAL):
        path = Path(named).expanduser()
        if not path.is_absolute():
            what = f"is what {JOURNAL} names, and each notebook would look for it in another folder."
            raise Problems([Problem(path, 1, what, "Name it from the root, such as /home/ada/journal.db.")])
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
        raise Problems([Problem(found.path, 1, what, todo)])
    return found.path


def own_journal() -> Journal:
    """The journal of whoever sits at this machine, which is found again wherever it is moved to."""
    return Journal(journal_path(), find=journal_path)


def move(to: Path) -> Moved:
    """Moves the journal to a folder or file. Who has it open goes on there; what was written is never in no place."""
    found = place()
    looked, new = journal_path().absolute(), _named(to)
    with closing(Journal(looked)) as journal:
        journal.count()  # Where it was moved before, this finds it.
        old = journal.path or looked
        if old == looked and _same(old, new):
            raise Problems([Problem(new, 1, "is where the journal lies already.", "Name another folder.")])
        try:
            if not _same(old, new):  # Else a former move was cut off when all but its end was done.
                journal.leave(new, lambda: _take_along(old, new))
            return _point(found, looked, old, new)
        except OSError as error:
            raise explain_error(error, new) from error


def _take_along(old: Path, new: Path) -> None:
    """Brings all of a journal to its new place, while nobody writes into it."""
    new.parent.mkdir(parents=True, exist_ok=True)
    with closing(Journal(old)) as journal:
        if os.path.lexists(new):
            # Another journal, or this one when a former move was cut off: both are taken together.
            with closing(Journal(new)) as other:
                other.take_back()
                other.add(journal.read()[0])
            return
        whole = new.with_name(f".{new.name}.{os.getpid()}.new")
        try:
            journal.copy(whole)
            put_in_place(whole, new)
        finally:
            whole.unlink(missing_ok=True)


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
            path.parent.mkdir(parents=True, exist_ok=True)
            whole = path.with_name(f".{path.name}.{os.getpid()}.new")
            try:
                journal.copy(whole)
                put_in_place(whole, path)
            finally:
                whole.unlink(missing_ok=True)
        except OSError as error:
            raise explain_error(error, path) from error
    return path


def merge(source: Path) -> Merged:
    """Adds all events of another journal or of a backup to this one; a second time nothing is added."""
    path = source.expanduser()
    if not path.is_file():
        raise Problems([Problem(path, 1, "is no file.", "Name a journal or a backup of one.")])
    return add(read_journal(path))


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
            told = [(one.what, rescued if isinstance(error, Damaged) else one.todo) for one in error.problems]
            raise type(error)([Problem(name, 1, what, todo) for what, todo in told]) from None


def rescue(source: Path | None = None, today: date | None = None) -> Rescued:
    """Saves what can be read of the damaged journal into a new one, and keeps the damaged file beside it.

    Of another damaged file, such as a backup, what can be read is added to the journal; that file stays as it is.
    """
    if source is not None:
        found = search(_bytes(source), _bytes(beside(source, "-wal"), missing=b""))
        with closing(Journal(journal_path())) as journal:
            return Rescued(len(found.events), found.missing, journal.add(found.events), source)
    path = place().path
    ready = _rescued(path)
    if not (ready.exists() and not path.exists()):
        if not any(beside(path, end).exists() for end in ENDS[:2]):
            raise Problems([Problem(path, 1, "is not there.", "There is nothing to rescue.")])
        if path.exists() and not is_damaged(path):
            raise Problems([Problem(path, 1, "is in order.", "There is nothing to rescue.")])
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


def forgetful(*paths: Path) -> str | None:
    """What kind of machine this is, when it is known to throw away what is written at the given paths.

    Known are Binder, Colab and Kaggle by their environment, and a hub whose homes are not on a disk of their own. A hub
    that deletes its disks cannot be told from one that keeps them.
    """
    for start, kind in FORGETFUL.items():
        if any(name.startswith(start) for name in os.environ):
            return kind
    if any(name.startswith(HUB) for name in os.environ) and any(_fleeting(path) for path in paths):
        return "a hub that keeps no home"
    return None


def warning(work: Path) -> str | None:
    """Markdown for who is about to lose what they do here; None on a machine that keeps it."""
    kind = forgetful(place().path, work)
    if kind is None:
        return None
    return (
        f"**This machine forgets.** It is {kind}: your answers and notebooks are gone when it ends. Before you leave, "
        "run `from course import backup` and `backup()` in a cell and press **Download**. Next time, **Restore** "
        "brings everything back."
    )


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
        raise Problems([Problem(path, 1, "is there already.", "Name another file, or a folder.")])


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
    return Rescued(_count(path), max(found.missing, late.missing), len(found.events), kept)


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


def _fleeting(path: Path) -> bool:
    """Whether the disk of a path is the inside of a container."""
    best = max(
        (disk for disk in psutil.disk_partitions(all=True) if path.absolute().is_relative_to(disk.mountpoint)),
        key=lambda disk: len(disk.mountpoint),
        default=None,
    )
    return best is not None and best.fstype in FLEETING
