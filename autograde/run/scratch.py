"""A folder for all temporary files of a run. It is gone after it; that of a run that was killed, after the next one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PREFIX = "autograde-run-"
LOCK = "held"


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """While it is open, `tempfile` and all that is started from here put their files into it."""
    before = tempfile.tempdir
    above = Path(tempfile.gettempdir())
    sweep(above)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
    folder.chmod(0o711)  # Student code may be another user, and has a folder of its own in it.
    with _hold(folder):
        tempfile.tempdir = str(folder)
        try:
            yield folder
        finally:
            tempfile.tempdir = before
            shutil.rmtree(folder, ignore_errors=True)


def sweep(above: Path) -> None:
    """Removes the folders of runs that were killed: they are ours, and nobody holds them any more."""
    for folder in above.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            with (folder / LOCK).open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def _hold(folder: Path) -> IO[str]:
    """The file that says that the folder is in use, for as long as it is open."""
    new = folder / f"{LOCK}.new"
    held = new.open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    new.rename(folder / LOCK)  # It is held from the moment on that others can see it.
    return held
