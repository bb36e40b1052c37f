"""The files beside a notebook: into a room, and what was written there back again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from autograde.grading.intake import read_submission
from autograde.refusal import Refusal
from autograde.settings import Limits
from autograde.task import Weight


def read_folder(folder: Path, limits: Limits) -> dict[str, bytes]:
    """The regular files of a folder, within what may be handed in; a Refusal where it holds more."""
    files, problems = read_submission(folder, limits, folder.name)
    for problem in problems:
        if problem.weight is Weight.UNGRADED and problem.notebook is None:
            raise Refusal(f"{folder}: {problem.what} {problem.do}")
    return files


def write_back(folder: Path, files: Mapping[str, bytes]) -> None:
    """Puts what was written into the folder, as a kernel would have; links that lie there are not followed."""
    for name, content in files.items():
        path = folder / PurePosixPath(name)
        if not _make_folders(folder, path.parent) or path.is_dir():
            continue
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(written).chmod(0o644)
            Path(written).replace(path)
        except BaseException:
            Path(written).unlink(missing_ok=True)
            raise


def _make_folders(folder: Path, inner: Path) -> bool:
    """Whether there is a real folder to write into, made where there was none."""
    for part in [*reversed(inner.parents), inner]:
        if not part.is_relative_to(folder) or part == folder:
            continue
        if part.is_symlink() or (part.exists() and not part.is_dir()):
            return False
        part.mkdir(exist_ok=True)
    return True
