"""A program in a process of its own, which ends with this one, however this one ends."""

from __future__ import annotations

import contextvars
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from course.frameworks import kernel

GUARD = Path(__file__).with_name("guard.py")

_OURS = re.compile(
    r"(?:DJANGO|FLASK|FASTAPI|UVICORN|GUNICORN|WERKZEUG|ALEMBIC|CELERY|COURSE|JPY|JUPYTER|JUPYTERHUB|IPYTHON|PYDEVD)_"
    r"|(?:WEB_CONCURRENCY|PORT|SCRIPT_NAME|MPLBACKEND|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|PYTHONWARNINGS|PYTHONSTARTUP"
    r"|PYTHONUNBUFFERED|VIRTUAL_ENV|VIRTUAL_ENV_PROMPT)$"
)
"""Variables that belong to this kernel and what runs in it: a program of its own must not be configured by them."""

_children: list[Child] = []


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a fresh terminal in which this Python comes first; `more` is added."""
    kept = {name: value for name, value in os.environ.items() if not _OURS.match(name)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **(more or {})}


class Child:
    """A running program. What it writes, on either stream, goes to `heard` line by line, in a thread."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        heard: Callable[[str], object],
        *,
        given: str | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Else an interrupt of the kernel would be one of it too.
            start_new_session=os.name == "posix",
        )
        _children.append(self)
        kernel.on_exit(_end_all)
        self._heard = heard
        # In the context of the cell, so that what `heard` prints appears below it.
        run = contextvars.copy_context().run
        self._ears = threading.Thread(target=run, args=[self._listen], daemon=True, name=f"child-{self._process.pid}")
        self._ears.start()
        order = {"command": list(command), "folder": str(folder), "environment": dict(environment), "input": given}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.poll()

    def wait(self, patience: float) -> int | None:
        """Waits for its end and for all that it wrote; None if it is still running then."""
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return None
        self._ears.join(1)
        self.stop()
        return self._process.returncode

    def release(self) -> None:
        """Lets go of the lifeline: the program is asked to end, and ended when it does not."""
        try:
            if self._process.stdin:
                self._process.stdin.close()
        except OSError:
            pass  # It has ended by itself.

    def stop(self) -> None:
        """Ends it, and waits for that."""
        self.release()
        self._process.wait()
        self._ears.join(1)
        if self._process.stdout and not self._ears.is_alive():
            self._process.stdout.close()
        if self in _children:
            _children.remove(self)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._heard(line.decode("utf-8", "replace").replace("\r\n", "\n"))


def _end_all() -> None:
    children = list(_children)
    for child in children:  # All at once: each takes a moment.
        child.release()
    for child in children:
        child.stop()


def _forget_all() -> None:
    """A forked process must not hold the lifelines of its parent's children."""
    for child in _children:
        child.release()
    _children.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
