"""Reading what was handed in: regular files within the limits, and nothing a link points to."""

from __future__ import annotations

import fnmatch
import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from nbgrader.utils import parse_utc

from autograde.grading.words import listed, one_line
from autograde.settings import Limits
from autograde.task import Problem, Weight

Find = Callable[[os.stat_result, str], str]
"""Where in the course a file lies that is not this student's; empty when it is."""

DEEPEST = 40
STAMP = "timestamp.txt"


class _Why(NamedTuple):
    """Why a file is not read."""

    kind: str
    reason: str
    remedy: str


LINK = _Why("link handed in", "links are not followed", "put the file itself in its place")
ODD = _Why("odd file handed in", "only ordinary files with ordinary names are", "put an ordinary file in its place")
REFUSED = _Why("unreadable file", "the system does not let you", "make it readable for you")
SOMEBODY_ELSES = _Why(
    "somebody else's file", "what lies elsewhere in the course is not the student's", "put a copy in its place"
)


@dataclass
class _Reading:
    """What was found so far."""

    student: str
    limits: Limits
    ignore: Sequence[str]
    overwritten: Collection[str]
    elsewhere: Find
    files: dict[str, bytes] = field(default_factory=dict)
    size: int = 0
    seen: int = 0
    unread: dict[_Why, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """The paths of what is not read; of somebody else's file also where that lies."""
    too_much: str = ""


def read_submission(
    folder: Path,
    limits: Limits,
    student: str,
    *,
    ignore: Sequence[str] = (),
    overwritten: Collection[str] = (),
    elsewhere: Find = lambda state, student: "",
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The files of a submission by path relative to it, and what a person must know about them.

    `ignore` is nbgrader's `CourseDirectory.ignore`; `overwritten` are the instructor's support files, whose copies in
    the submission are not even read. `elsewhere` is asked about files that have more than one name.
    """
    reading = _Reading(student, limits, ignore, overwritten, elsewhere)
    try:
        start = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        problem = Problem(
            kind="unreadable submission",
            weight=Weight.UNGRADED,
            student=student,
            what=f"The folder of the submission cannot be read ({error.strerror}).",
            do="It has to be a folder, not a link, that you may read. Put it right and grade again.",
        )
        return {}, (problem,)
    try:
        _walk(start, "", 0, reading)
    finally:
        os.close(start)
    return ({} if reading.too_much else reading.files), tuple(_problems(reading))


def _walk(folder: int, prefix: str, depth: int, reading: _Reading) -> None:
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        if reading.too_much:
            return
        path = prefix + name
        if _is_ignored(name, reading.ignore):
            continue
        reading.seen += 1
        if reading.seen > reading.limits.files * 4:
            reading.too_much = f"more than {reading.limits.files:,} files"
            return
        if not _is_plain(name):
            reading.unread[ODD][path] = ""
            continue
        try:
            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        except OSError:
            reading.unread[REFUSED][path] = ""
            continue
        if stat.S_ISDIR(mode):
            _into(folder, name, path, depth, reading)
        elif stat.S_ISLNK(mode):
            reading.unread[LINK][path] = ""
        elif not stat.S_ISREG(mode):
            reading.unread[ODD][path] = ""
        elif path not in reading.overwritten:
            _take(folder, name, path, reading)


def _into(folder: int, name: str, path: str, depth: int, reading: _Reading) -> None:
    if depth >= DEEPEST:
        reading.unread[ODD][path] = ""
        return
    try:
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        reading.unread[REFUSED][path] = ""
        return
    try:
        _walk(inner, f"{path}/", depth + 1, reading)
    finally:
        os.close(inner)


def _take(folder: int, name: str, path: str, reading: _Reading) -> None:
    # O_NONBLOCK: what was a file a moment ago may be a pipe now, and opening that would wait for ever.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    left = reading.limits.submission - reading.size
    try:
        handle = os.open(name, flags, dir_fd=folder)
    except OSError:
        reading.unread[REFUSED][path] = ""
        return
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            reading.unread[ODD][path] = ""
            return
        if state.st_nlink > 1 and (place := reading.elsewhere(state, reading.student)):
            reading.unread[SOMEBODY_ELSES][path] = place
            return
        try:
            data = file.read(left + 1)
        except OSError:
            reading.unread[REFUSED][path] = ""
            return
    if len(data) > left:
        reading.too_much = f"more than {reading.limits.submission / 1e6:,.4g} MB"
        return
    if len(reading.files) >= reading.limits.files:
        reading.too_much = f"more than {reading.limits.files:,} files"
        return
    reading.size += len(data)
    reading.files[path] = data


def _is_ignored(name: str, patterns: Sequence[str]) -> bool:
    """As nbgrader decides it: by the name alone, and a star does not stand for a leading dot."""
    return any(
        fnmatch.fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))
        for pattern in patterns
    )


def _is_plain(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not any(unicodedata.category(each) == "Cc" for each in name)


def _problems(reading: _Reading) -> list[Problem]:
    student = reading.student
    if reading.too_much:
        return [
            Problem(
                kind="too large",
                weight=Weight.UNGRADED,
                student=student,
                what=f"The submission has {reading.too_much}.",
                do="Remove what does not belong to it, or raise the limits (c.AutogradeEngine.submission in bytes, "
                "c.AutogradeEngine.files), and grade again.",
            )
        ]
    found = []
    for why, places in reading.unread.items():
        notebooks = [path for path in places if _is_notebook(path)]
        others = [_same(path, place) for path, place in places.items() if path not in notebooks]
        do = f"If it belongs to the work, {why.remedy} and grade again."
        if others:
            found.append(
                Problem(
                    kind=why.kind,
                    weight=Weight.LOOK,
                    student=student,
                    what=f"Not read, because {why.reason}: {listed(others)}. The rest was graded without.",
                    do=do,
                )
            )
        found += [
            Problem(
                kind=why.kind,
                weight=Weight.UNGRADED,
                student=student,
                notebook=path.removesuffix(".ipynb"),
                what=f"{_same(one_line(path, 120), places[path])} was not read, because {why.reason}.",
                do=do,
            )
            for path in notebooks
        ]
    return found


def _same(path: str, place: str) -> str:
    return f"{path} (the same file as {one_line(place, 120)})" if place else path


def _is_notebook(path: str) -> bool:
    return path.endswith(".ipynb") and "/" not in path and _is_plain(path)


def read_timestamp(files: dict[str, bytes], student: str) -> tuple[datetime | None, tuple[Problem, ...]]:
    """When it was handed in, in UTC, as nbgrader's timestamp.txt says; None where it does not say."""
    text = files.get(STAMP, b"")[:200].decode("utf-8", "replace").strip()
    if not text:
        return None, ()
    try:
        when = parse_utc(text)
        if isinstance(when, datetime):
            return when, ()
    except (ValueError, OverflowError, TypeError, AttributeError):
        pass
    problem = Problem(
        kind="unreadable time",
        weight=Weight.LOOK,
        student=student,
        what=f"{STAMP} says “{one_line(text, 60)}”, which is no time. Whether the work is late is not known.",
        do="Write the time it was handed in there, such as 2026-11-20 18:00:00 UTC, and grade again.",
    )
    return None, (problem,)
