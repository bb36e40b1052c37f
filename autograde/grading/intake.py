"""Reading what was handed in: regular files within the limits, and nothing a link points to."""

from __future__ import annotations

import fnmatch
import os
import stat
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograde.grading.words import listed, one_line
from autograde.settings import Limits
from autograde.task import Problem, Weight

DEEPEST = 40
STAMP = "timestamp.txt"


@dataclass
class _Reading:
    """What was found so far."""

    limits: Limits
    ignore: Sequence[str]
    overwritten: Collection[str]
    files: dict[str, bytes] = field(default_factory=dict)
    size: int = 0
    seen: int = 0
    odd: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    too_much: str = ""


def read_submission(
    folder: Path, limits: Limits, student: str, *, ignore: Sequence[str] = (), overwritten: Collection[str] = ()
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """The files of a submission by path relative to it, and what a person must know about them.

    `ignore` is nbgrader's `CourseDirectory.ignore`; `overwritten` are the instructor's support files, whose copies in
    the submission are not even read.
    """
    reading = _Reading(limits, ignore, overwritten)
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
    return ({} if reading.too_much else reading.files), tuple(_problems(reading, student))


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
            reading.odd.append(path)
            continue
        try:
            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        except OSError:
            reading.unreadable.append(path)
            continue
        if stat.S_ISDIR(mode):
            _into(folder, name, path, depth, reading)
        elif stat.S_ISLNK(mode):
            reading.links.append(path)
        elif not stat.S_ISREG(mode):
            reading.odd.append(path)
        elif path not in reading.overwritten:
            _take(folder, name, path, reading)


def _into(folder: int, name: str, path: str, depth: int, reading: _Reading) -> None:
    if depth >= DEEPEST:
        reading.odd.append(path)
        return
    try:
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        reading.unreadable.append(path)
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
        reading.unreadable.append(path)
        return
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            reading.odd.append(path)
            return
        try:
            data = file.read(left + 1)
        except OSError:
            reading.unreadable.append(path)
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


def _problems(reading: _Reading, student: str) -> list[Problem]:
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
    plain = "put an ordinary file in its place"
    for kind, paths, what, do in (
        ("link handed in", reading.links, "Links are not followed", plain),
        ("odd file handed in", reading.odd, "Only ordinary files with ordinary names are read", plain),
        ("unreadable file", reading.unreadable, "These could not be read", "make it readable for you"),
    ):
        if not paths:
            continue
        found.append(
            Problem(
                kind=kind,
                weight=Weight.LOOK,
                student=student,
                what=f"{what}: {listed(paths)}. The rest was graded without.",
                do=f"If it belongs to the work, {do} and grade again.",
            )
        )
        found += [
            Problem(
                kind=kind,
                weight=Weight.UNGRADED,
                student=student,
                notebook=path.removesuffix(".ipynb"),
                what=f"{one_line(path, 120)} is not an ordinary file that can be read.",
                do="Put the notebook itself in its place and grade again.",
            )
            for path in paths
            if path.endswith(".ipynb") and "/" not in path and _is_plain(path)
        ]
    return found


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
