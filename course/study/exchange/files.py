"""Files that leave the course and come to it: written whole or not at all, and read without surprises."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from course.problems import Problem, Problems

LARGEST = 512 * 1024 * 1024
"""Bytes that a file, or what is packed in it, may have; years of study take a tenth of it."""

Step = Callable[[str], None]
"""Is told what was done, once for each note, question or stage."""


def no_step(what: str) -> None:
    """For whoever does not watch."""


def refuse(path: Path, what: str, todo: str, line: int = 0) -> Problems:
    """The one message about a file or an option, to be raised."""
    return Problems([Problem(path, line, what, todo)])


def write_new(path: Path, write: Callable[[Path], None], *, over: bool = False) -> None:
    """Lets `write` fill a file and puts it at `path` when it is whole; another file there stays unless `over`."""
    if path.is_dir():
        raise refuse(path, "is a folder.", f"Name a file in it, such as {path / 'threeways'}.")
    if path.exists() and not over:
        raise refuse(path, "exists already.", "Name another file, or say --over to replace it.")
    if not path.parent.is_dir():
        raise refuse(path, "cannot be written: there is no such folder.", f"Make {path.parent} first.")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write(temporary)
        temporary.replace(path)
    except OSError as error:
        raise refuse(path, f"cannot be written ({error.strerror or error}).", "Nothing was exported.") from error
    finally:
        temporary.unlink(missing_ok=True)


def read_text(path: Path) -> str:
    """The text of a file; raises Problems when it is no text, or larger than any export."""
    try:
        if path.stat().st_size > LARGEST:
            raise refuse(path, "is larger than any export of this course.", "Nothing was brought in.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refuse(path, f"cannot be read ({error.strerror or error}).", "Name a file that you may read.") from error
    except UnicodeDecodeError as error:
        raise refuse(path, "is not text in UTF-8.", "Export it again, as UTF-8.") from error
