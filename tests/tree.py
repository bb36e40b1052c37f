"""The files of the clone that git would commit, found without git."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from tests.conftest import ROOT


def committed() -> Iterator[Path]:
    """The paths of all files that .gitignore does not name."""
    ignored = GitIgnoreSpec.from_lines([".git", *(ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()])

    def kept(folder: Path, name: str, end: str = "") -> bool:
        return not ignored.match_file((folder / name).relative_to(ROOT).as_posix() + end)

    for place, folders, files in os.walk(ROOT):
        folder = Path(place)
        folders[:] = [name for name in folders if kept(folder, name, "/")]
        yield from (folder / name for name in files if kept(folder, name))


def copy_to(folder: Path) -> Path:
    """A fresh clone in `folder`."""
    for path in committed():
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return folder
