"""The learner's copies under `work/`: made once, never overwritten, exchanged for a newer version on demand."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from course.problems import Problem, Problems

START = "Start.ipynb"
LEDGER = ".course/given.json"
KEPT = " (mine, "
"""Stands in the name of a learner's own version that was set aside for a newer one."""


@dataclass(frozen=True)
class Synced:
    """What `sync` did: files that are new, files whose untouched copy was renewed, files that have a newer version."""

    new: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workspace:
    """A learner's folder, and the released notebooks that it is filled from."""

    path: Path
    release: Path
    only: frozenset[str] = field(default_factory=frozenset)
    """Where this is not empty, only these files are copied: who belongs to a class fetches assignments instead."""

    def sync(self) -> Synced:
        """Copies what is missing and what nobody has touched; a learner's file is never overwritten."""
        given = self.given()
        new, renewed, newer = [], [], []
        for relative, content in self._released().items():
            target = self.path / relative
            fingerprint = _fingerprint(relative, content)
            if target.is_dir():
                todo = "Rename it, and start again."
                raise Problems([Problem(target, 1, "is a folder where a notebook belongs.", todo)])
            if not target.exists():
                write_whole(target, content)
                new.append(relative)
            elif (mine := _fingerprint(relative, target.read_bytes())) != fingerprint:
                if given.get(relative) == fingerprint:
                    continue
                if given.get(relative) != mine:
                    newer.append(relative)
                    continue
                write_whole(target, content)
                renewed.append(relative)
            given[relative] = fingerprint
        write_whole(self.path / LEDGER, json.dumps(given, indent=1, sort_keys=True).encode())
        return Synced(tuple(new), tuple(renewed), tuple(newer))

    def newer(self) -> list[str]:
        """The files that were changed here and have a newer version."""
        given = self.given()
        found = []
        for relative, content in self._released().items():
            target = self.path / relative
            fingerprint = _fingerprint(relative, content)
            if not target.is_file() or given.get(relative) == fingerprint:
                continue
            if _fingerprint(relative, target.read_bytes()) != fingerprint:
                found.append(relative)
        return found

    def take(self, relative: str, today: date | None = None) -> Path:
        """Puts the newer version of a file in place and returns where the learner's own now lies, beside it."""
        released = self._released()
        if relative not in released:
            raise LookupError(f"There is no released file {relative!r}.")
        if relative not in self.newer():
            raise LookupError(
                f"There is no newer version of {relative!r}. For a fresh copy, rename yours and start again."
            )
        kept = self.set_aside(relative, today)
        write_whole(self.path / relative, released[relative])
        given = self.given() | {relative: _fingerprint(relative, released[relative])}
        write_whole(self.path / LEDGER, json.dumps(given, indent=1, sort_keys=True).encode())
        return kept

    def set_aside(self, relative: str, today: date | None = None) -> Path:
        """Keeps the learner's own version of a file under another name beside it, and returns where."""
        target = self.path / relative
        day = (today or date.today()).isoformat()
        kept = target.with_name(f"{target.stem}{KEPT}{day}){target.suffix}")
        number = 2
        while kept.exists():
            kept = target.with_name(f"{target.stem}{KEPT}{day}, {number}){target.suffix}")
            number += 1
        # A copy first, so that the learner's file is at no instant without a name.
        shutil.copy2(target, kept)
        return kept

    def untouched(self, relative: str) -> bool:
        """Whether a file is as the course gave it, so that nothing would be lost with it."""
        target = self.path / relative
        return target.is_file() and self.given().get(relative) == _fingerprint(relative, target.read_bytes())

    def bring(self, relative: str, content: bytes, given: str | None = None, today: date | None = None) -> str | None:
        """Puts a file of the learner's from another machine in place, and returns the name that it has now.

        `given` says which version of the course's it was made of. Where the learner has another file of that name, the
        one from elsewhere is laid beside it. None when the very same is there already.
        """
        target = self.path / relative
        if target.is_file():
            if _fingerprint(relative, target.read_bytes()) == _fingerprint(relative, content):
                return None
            if not self.untouched(relative):
                return self._lay_beside(target, content, today)
        elif os.path.lexists(target):
            return self._lay_beside(target, content, today)
        write_whole(target, content)
        if given is not None:
            ledger = self.given() | {relative: given}
            write_whole(self.path / LEDGER, json.dumps(ledger, indent=1, sort_keys=True).encode())
        return relative

    def _lay_beside(self, target: Path, content: bytes, today: date | None) -> str | None:
        day = (today or date.today()).isoformat()
        number, free = 2, target.with_name(f"{target.stem}{KEPT}restored {day}){target.suffix}")
        for path in target.parent.glob(f"{glob.escape(target.stem + KEPT)}restored *"):
            if path.is_file() and path.read_bytes() == content:
                return None  # It was laid there before.
        while os.path.lexists(free):
            free = target.with_name(f"{target.stem}{KEPT}restored {day}, {number}){target.suffix}")
            number += 1
        write_whole(free, content)
        return free.relative_to(self.path).as_posix()

    def _released(self) -> dict[str, bytes]:
        files = (path for path in sorted(self.release.rglob("*")) if path.is_file())
        found = {
            path.relative_to(self.release).as_posix(): path for path in files if ".ipynb_checkpoints" not in path.parts
        }
        return {name: path.read_bytes() for name, path in found.items() if not self.only or name in self.only}

    def given(self) -> dict[str, str]:
        """For each file that the course gave, what tells its version from others."""
        try:
            data = json.loads((self.path / LEDGER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}


def _fingerprint(relative: str, content: bytes) -> str:
    """Equal for two files between which a learner would lose nothing.

    Opening and saving a notebook rewrites its metadata; only cells and outputs are the learner's. The outputs of the
    start page are drawn anew at each start.
    """
    if relative.endswith(".ipynb"):
        try:
            cells = json.loads(content)["cells"]
            kept = [
                [
                    cell["cell_type"],
                    "".join(cell["source"]),
                    sorted(cell.get("attachments", {})),
                    sorted(cell.get("metadata", {}).get("tags", [])),
                    *([] if relative == START else _results(cell)),
                ]
                for cell in cells
            ]
            content = json.dumps(kept).encode()
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # A broken notebook is compared by its bytes: it is the learner's all the same.
    return hashlib.sha256(content).hexdigest()


def _results(cell: dict[str, Any]) -> list[Any]:
    """Whether a cell was run, and what kinds of output it has."""
    kinds = [output.get("output_type") for output in cell.get("outputs", [])]
    return [cell.get("execution_count") is not None, kinds]


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that it is never there in part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
