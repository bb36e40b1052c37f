"""What lives as long as this process, a kernel usually: its temporary folder, and what is to be stopped at its end."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

PREFIX = "threeways-"

_folders: dict[int, Path] = {}
_at_exit: set[tuple[int, Callable[[], object]]] = set()
_counted: tuple[object, str, int] = (None, "", 0)


def temp_folder() -> Path:
    """The folder of this process for all that it writes; it is gone when the process ends.

    A folder whose process was killed is removed by the next process that asks for one.
    """
    pid = os.getpid()
    if pid not in _folders:  # A forked process has one of its own.
        _sweep()
        _folders[pid] = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{pid}-"))
        on_exit(lambda: shutil.rmtree(_folders[pid], ignore_errors=True))
    return _folders[pid]


def fresh_folder(name: str) -> Path:
    """An empty folder of that name in the temporary folder, so that a cell which writes it can be run again."""
    folder = temp_folder() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def on_exit(stop: Callable[[], object]) -> None:
    """Calls `stop` when this process ends; what was started last is stopped first. A fork does not inherit it.

    A function that is given again is called once all the same.
    """
    owner = os.getpid()
    if (owner, stop) not in _at_exit:
        _at_exit.add((owner, stop))
        atexit.register(lambda: stop() if os.getpid() == owner else None)


def calling_cell() -> str:
    """A name for this call that stays the same when its cell is run again, and is another one in another cell.

    JupyterLab names its cells, so that an edited cell keeps its name; elsewhere the text of the cell counts. A cell
    that asks several times gets several names. Outside of a notebook it is "".
    """
    global _counted
    shell = _shell()
    if shell is None:
        return ""
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = parent.get("metadata", {}).get("cellId") or _text_of_cell(shell)
    execution = parent.get("header", {}).get("msg_id") or shell.execution_count
    number = _counted[2] + 1 if _counted[:2] == (execution, cell) else 0
    _counted = (execution, cell, number)
    return f"{cell}-{number}" if number else cell


def _shell() -> Any:
    """The IPython shell that runs this, if there is one; without importing IPython for it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _text_of_cell(shell: Any) -> str:
    """IPython compiles each cell under a file name of its own, which depends on its text."""
    frame: Any = sys._getframe()
    names = shell.compile._filename_map
    while frame and frame.f_code.co_filename not in names:
        frame = frame.f_back
    if not frame:
        return ""
    name = frame.f_code.co_filename.rpartition("-")[2]  # A terminal counts runs before the last dash.
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _sweep() -> None:
    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
