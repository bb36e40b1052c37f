"""The journal and the learner's folder in one zip, to take along or to keep; taken in again, it overwrites nothing."""

from __future__ import annotations

import json
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from course.problems import Problem, Problems
from course.study.journal import Event, Journal
from course.study.journal.file import put_in_place
from course.study.journal.keeping import (
    ZIP,
    Merged,
    Rescued,
    add,
    explain_error,
    free_name,
    is_damaged,
    journal_path,
    read_journal,
    refuse_taken,
    rescue,
    told_of,
)
from course.workspace import Workspace

ABOUT, JOURNAL, WORK = "threeways.json", "journal.db", "work/"
FORM = 1
LARGEST, MOST, FILES = 50_000_000, 500_000_000, 20_000
"""Bytes of one file and of all, and how many there may be: more is no learner's work, and might be a trap."""
LEFT_OUT = frozenset({".ipynb_checkpoints", ".course", ".git", ".venv", "__pycache__", "node_modules"})
"""Folders that are made anew wherever they are needed."""


@dataclass(frozen=True)
class Packed:
    """An archive: where it lies, what is in it, and what was too large for it."""

    path: Path
    events: int
    files: int
    too_large: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    """What came out of an archive or a backup, by the names that files have now; beside others if those are there."""

    journal: Merged
    new: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    same: int = 0
    rescued: Rescued | None = None


def pack(to: Path, work: Path | None, today: date | None = None) -> Packed:
    """Writes the journal and what the learner changed or added under `work` into one zip; no file is overwritten."""
    path = to.expanduser().absolute()
    if path.is_dir() or not path.suffix:
        path = free_name(path / archive_name(today))
    elif path.suffix.lower() != ".zip":
        todo = "Name a folder, a .zip for the journal and your files, or a .db for the journal alone."
        raise Problems([Problem(path, 0, f"would be a zip, and ends in {path.suffix}.", todo)])
    refuse_taken(path)
    files: list[str] = []
    too_large: list[str] = []
    for relative, size in _files(_workspace(work)) if work else ():
        (files if size <= LARGEST else too_large).append(relative)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent, prefix=".threeways-") as folder:
            whole, copy = Path(folder) / "whole.zip", Path(folder) / JOURNAL
            with closing(Journal(journal_path())) as journal:
                journal.check()
                with told_of(path, copy):
                    events = journal.copy(copy)
            given = _workspace(work).given() if work else {}
            about = {"threeways": FORM, "events": events, "given": {one: given[one] for one in files if one in given}}
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
                archive.writestr(ABOUT, json.dumps(about, indent=1))
                archive.write(copy, JOURNAL)
                for relative in files:
                    archive.write(Path(work or "") / relative, WORK + relative)
            put_in_place(whole, path)
    except OSError as error:
        raise explain_error(error, path) from error
    return Packed(path, events, len(files), tuple(too_large))


def archive_name(today: date | None = None) -> str:
    """What an archive of today is called."""
    return f"threeways-{(today or date.today()).isoformat()}.zip"


def restore(source: Path, work: Path | None, today: date | None = None) -> Restored:
    """Takes in an archive, or a backup of a journal alone: its events are merged, its files laid where none is.

    A damaged journal is rescued before, as far as that goes. A second time nothing is added.
    """
    path = source.expanduser()
    with _opened(path) as (archive, events, given):
        rescued = _rescue_if_needed()
        merged = add(events)
        new, beside, same = _unpack(archive, work, given, today) if archive and work else ([], [], 0)
    return Restored(merged, tuple(new), tuple(beside), same, rescued)


def merge(source: Path) -> Merged:
    """Adds all events of another journal, of a copy or an archive to this one; a second time nothing is added."""
    with _opened(source.expanduser()) as (_, events, _):
        return add(events)


def is_archive(path: Path) -> bool:
    """Whether a file is a zip that `pack` made, or says so."""
    try:
        with zipfile.ZipFile(path) as archive:
            return ABOUT in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile | None, list[Event], dict[str, str]]]:
    """An archive that was looked at, its events and what its files are made of; of a journal alone, its events."""
    if not path.is_file():
        raise Problems([Problem(path, 0, "is no file.", "Name an archive, a journal, or a copy of one.")])
    try:
        if not _is_zip(path):
            yield None, read_journal(path), {}
            return
        with zipfile.ZipFile(path) as archive:
            given = _examine(archive, path)
            with TemporaryDirectory() as folder:
                events = read_journal(Path(archive.extract(JOURNAL, folder)), called=path)
            yield archive, events, given
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise _refused(path, f"is damaged ({error}).") from error
    except OSError as error:
        raise explain_error(error, path) from error


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(ZIP)) == ZIP


def _rescue_if_needed() -> Rescued | None:
    own = journal_path()
    return rescue() if own.exists() and is_damaged(own) else None


def _workspace(work: Path) -> Workspace:
    return Workspace(work, work.parent / "release")


def _files(workspace: Workspace) -> Iterator[tuple[str, int]]:
    """What the learner changed or added, and its size. No link is followed: it might lead anywhere."""
    for place, folders, names in os.walk(workspace.path):
        folder = Path(place)
        folders[:] = sorted(
            name for name in folders if name not in LEFT_OUT and not (folder / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            path = folder / name
            relative = path.relative_to(workspace.path).as_posix()
            if path.is_symlink() or not path.is_file() or workspace.untouched(relative):
                continue
            yield relative, path.stat().st_size


def _examine(archive: zipfile.ZipFile, path: Path) -> dict[str, str]:
    """Looks at everything before anything is written; returns which version of the course's each file is made of."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if ABOUT not in names or JOURNAL not in names:
        raise _refused(path, "is a zip of something else.")
    if len(names) != len(set(names)) or len(names) > FILES or sum(entry.file_size for entry in entries) > MOST:
        raise _refused(path, "holds more than a learner's work.")
    for entry in entries:
        if entry.filename not in (ABOUT, JOURNAL) and not _harmless(entry):
            raise _refused(path, f"holds {entry.filename!r}, which does not belong into it.")
    if broken := archive.testzip():
        raise _refused(path, f"is damaged: {broken!r} cannot be read.")
    try:
        about = json.loads(archive.read(ABOUT))
        form, given = about["threeways"], about["given"]
        known = {str(name): str(version) for name, version in given.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(path, "is a zip of something else.") from error
    if form != FORM:
        what = f"was made by a newer version of the course (form {form}; this one knows {FORM})."
        raise Problems([Problem(path, 0, what, "Nothing was taken from it. Update the course.")])
    return known


def _harmless(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file that ends up under the learner's folder, whatever system unpacks it."""
    parts = entry.filename.split("/")
    mode = entry.external_attr >> 16
    return (
        entry.filename.startswith(WORK)
        and len(parts) > 1
        and not any(part in ("", ".", "..") or part in LEFT_OUT for part in parts)
        and not any(sign in entry.filename for sign in "\\:\0")
        and not entry.flag_bits & 1
        and (not stat.S_IFMT(mode) or stat.S_ISREG(mode))
    )


def _unpack(
    archive: zipfile.ZipFile, work: Path, given: dict[str, str], today: date | None
) -> tuple[list[str], list[str], int]:
    workspace = _workspace(work)
    new, beside, same = [], [], 0
    for name in archive.namelist():
        if not name.startswith(WORK):
            continue
        relative = PurePosixPath(name.removeprefix(WORK)).as_posix()
        if not (work / relative).parent.resolve().is_relative_to(work.resolve()):
            todo = "Rename it, and restore again; all before it is in place."
            raise Problems([Problem((work / relative).parent, 0, "leads out of your folder.", todo)])
        laid = workspace.bring(relative, archive.read(name), given.get(relative), today)
        if laid is None:
            same += 1
        elif laid == relative:
            new.append(laid)
        else:
            beside.append(laid)
    return new, beside, same


def _refused(path: Path, what: str) -> Problems:
    todo = "Nothing was taken from it. An archive is what `course journal backup` or the button Download makes."
    return Problems([Problem(path, 0, what, todo)])
