"""A room's folder: writing what was handed in, and finding what was written or changed since."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

UNDELIVERED = {"__pycache__", ".ipynb_checkpoints"}
COMPILED = (".pyc", ".pyo")
DEEPEST = 32


class Folder:
    """The folder that the cells of a submission run in."""

    def __init__(self, root: str) -> None:
        self.root = Path(root)
        self._known: dict[str, bytes] = {}

    def write(self, path: str, content: bytes) -> None:
        """Puts a file in place; compiled code is left out, which would run instead of the source beside it."""
        parts = Path(path).parts
        if UNDELIVERED & set(parts) or path.endswith(COMPILED) or not parts or ".." in parts or path.startswith("/"):
            return
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        self._known[path] = _digest(content)

    def changed(self, most: int, files: int) -> Iterator[tuple[str, bytes]]:
        """Regular files that are new or different, until so many bytes or files were given."""
        left = most
        for number, path in enumerate(self._regular(self.root, DEEPEST)):
            if number >= files:
                return
            content = _read(path, left)
            name = os.fsdecode(path.relative_to(self.root))
            if content is not None and _digest(content) != self._known.get(name):
                left -= len(content)
                yield name, content

    def _regular(self, folder: Path, deep: int) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return
        for entry in entries:
            if entry.name in UNDELIVERED or entry.name.endswith(COMPILED):
                continue
            if entry.is_dir(follow_symlinks=False):
                if deep:
                    yield from self._regular(Path(entry.path), deep - 1)
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _read(path: Path, most: int) -> bytes | None:
    """The content of a regular file of at most so many bytes."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_size > most:
            return None
        parts = bytearray()
        while part := os.read(descriptor, 1 << 20):
            parts += part
            if len(parts) > most:
                return None
        return bytes(parts)
    except OSError:
        return None
    finally:
        os.close(descriptor)
