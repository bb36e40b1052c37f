"""Warm: the worker's end of a warm process."""

from __future__ import annotations

import os
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import autograde
from autograde.kernel import refusals
from autograde.kernel.line import Closed, Frame, Late, Line, Wrong, wait
from autograde.kernel.room import Room
from autograde.refusal import Refusal
from autograde.sandbox import space
from autograde.sandbox.backend import Backend
from autograde.sandbox.choice import choose
from autograde.sandbox.environment import readable_for
from autograde.sandbox.policy import Policy
from autograde.sandbox.space import NoSpace
from autograde.settings import Limits

SECONDS_TO_START = 120.0
SECONDS_TO_END = 10.0
SECONDS_TO_SAY_HOW = 1.0
MOST_FRAME = 1 << 20
PASSED_ON = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH")
"""What of the environment is no secret and matters to Python. Nothing else reaches student code."""
START = """
import sys
sys.path[:] = [entry for entry in sys.path if entry]
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("autograde", sys.argv[1] + "/__init__.py", submodule_search_locations=[sys.argv[1]])
sys.modules["autograde"] = module = module_from_spec(spec)
spec.loader.exec_module(module)
from autograde.kernel.inside.server import main
main(int(sys.argv[2]))
"""


class Warm:
    """A process in which everything is imported, and from which rooms are forked.

    It is started at once and gets ready by itself; the first use waits for it. Whoever forks after that calls `release`
    in each process that will not use it.
    """

    def __init__(
        self,
        *,
        python: str = sys.executable,
        backend: str | Backend = "none",
        limits: Limits = Limits(),  # noqa: B008  # Frozen.
        preload: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        hidden: Sequence[str] = (),
    ) -> None:
        """Starts it: in `backend`, for the `python` of the notebooks, which will not see what lies at `hidden`."""
        self.limits = limits
        self.about: dict[str, Any] = {}
        """What the warm process said of itself when it was ready: threads, modules, evicted, failed."""
        self.problems: list[str] = []
        self._python = python
        self._backend = choose(backend, limits) if isinstance(backend, str) else backend
        self._names = list(dict.fromkeys(preload))
        self._env = dict(env or {})
        self._owner = os.getpid()
        self._rooms = 0
        self._gone: dict[int, int] = {}
        self._base = Path(tempfile.mkdtemp(prefix="autograde-"))
        self._base.chmod(0o711)  # Rooms in it may belong to another user.
        try:
            policy = Policy.of(readable_for(python, hidden), limits)
        except (OSError, subprocess.CalledProcessError, ValueError, IndexError) as error:
            shutil.rmtree(self._base)
            raise Refusal(refusals.no_python(python, error)) from error
        self._policy = replace(policy, place=str(self._base))
        self._line: Line | None = None
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        folder = self._base / "warm"
        folder.mkdir(exist_ok=True)
        (self._base / "home").mkdir(exist_ok=True)
        try:
            with (self._base / "said").open("wb") as said:
                engine = str(Path(autograde.__file__).resolve().parent)
                command = [self._python, "-c", START, engine, str(theirs.fileno())]
                self._process = subprocess.Popen(
                    self._backend.command(command, self._policy),
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    cwd=folder,
                    env=self._environment(),
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C is for the worker, which says what it means here.
                )
        except OSError as error:
            ours.close()
            raise Refusal(refusals.no_python(self._python, error)) from error
        finally:
            theirs.close()
        self._line = Line(ours, MOST_FRAME)
        self._waiting = True
        head = {"backend": self._backend.name, "policy": self._policy.text(), "preload": self._names}
        head["base"] = str(self._base)
        with suppress(Closed):  # Whoever waits until it is ready is told why.
            self._line.send(head, until=time.monotonic() + SECONDS_TO_START)

    def _environment(self) -> dict[str, str]:
        home = str(self._base / "home")
        made = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return {
            **made,
            "HOME": home,
            "USER": "student",
            "LOGNAME": "student",
            "TMPDIR": str(self._base),
            "IPYTHONDIR": home + "/.ipython",
            "PYTHONUSERBASE": site.getuserbase(),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "OPENBLAS_NUM_THREADS": "1",  # Its threads would not survive a fork.
            **self._env,
        }

    def ready(self) -> None:
        """Waits until rooms can be made."""
        if not self._waiting:
            return
        until = time.monotonic() + SECONDS_TO_START
        frame = self._receive(until)
        while "ready" not in frame.head:
            self._note(frame)
            frame = self._receive(until)
        self._waiting = False
        self.about = frame.head["ready"]
        if self.about["threaded"]:
            name = self.about["threaded"]
            self.problems.append(f"{name} starts a thread when it is imported, so it is imported in each notebook.")
            self._names = [other for other in self._names if other != name]
            self._end()
            self._start()
            self.ready()

    def _receive(self, until: float) -> Frame:
        assert self._line is not None
        try:
            while (frame := self._line.take()) is None:
                if not wait([self._line], until):
                    raise Refusal(f"{self._python} did not get ready in {SECONDS_TO_START:.0f} s. Is the machine busy?")
        except (Closed, Wrong) as error:
            raise Refusal(self._why()) from error
        return frame

    def _why(self) -> str:
        """Why it has ended."""
        said, code = "", None
        with suppress(OSError):
            said = (self._base / "said").read_text(errors="replace")
        if os.getpid() == self._owner:  # Nobody else is told how it ended.
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(SECONDS_TO_SAY_HOW)
        how = refusals.how_ended(code)
        return refusals.no_notebooks(self._python, said, how) if self._waiting else refusals.no_longer(said, how)

    def _note(self, frame: Frame) -> None:
        if "ended" in frame.head:
            self._gone[frame.head["ended"]] = frame.head["status"]

    def preload(self, modules: Sequence[str], *, wait: bool = True) -> None:
        """Imports more, so that notebooks need not; a module that warns or prints on import stays out."""
        new = [name for name in dict.fromkeys(modules) if name not in self._names]
        if not new:
            return
        self.ready()
        self._names += new
        assert self._line is not None
        with suppress(Closed):
            self._line.send({"ask": "preload", "names": new}, until=time.monotonic() + SECONDS_TO_START)
        self._waiting = True
        if wait:
            self.ready()

    def room(self, files: Mapping[str, bytes], *, env: Mapping[str, str] | None = None) -> Room:
        """A room of its own for one submission, with its files; NoSpace where the disk has too little for it."""
        self.ready()
        self.check_space()
        assert self._line is not None
        self._rooms += 1
        ours, theirs = socket.socketpair()
        try:
            ask = {"ask": "room", "number": self._rooms}
            self._line.send(ask, descriptors=[theirs.fileno()], until=time.monotonic() + SECONDS_TO_START)
        except (Closed, Late) as error:
            ours.close()
            raise Refusal(self._why()) from error
        finally:
            theirs.close()
        return Room(self, self._rooms, ours, files, env or {}, self.limits)

    def check_space(self) -> None:
        """Raises NoSpace when a room would lie on a disk that has less than it is promised."""
        if self._backend.on_disk and space.free(str(self._base)) < self.limits.disk:
            raise NoSpace

    def bury(self, number: int) -> None:
        """Waits for the end of a room, and makes it where it does not come by itself."""
        assert self._line is not None
        until = time.monotonic() + SECONDS_TO_END
        killed = False
        while number not in self._gone:
            try:
                frame = self._line.take()
                if frame is not None:
                    self._note(frame)
                elif not wait([self._line], until):
                    if killed:
                        raise Refusal("A room could not be closed: its processes do not end. Look for what hangs.")
                    killed = True
                    until = time.monotonic() + SECONDS_TO_END
                    self._line.send({"ask": "end", "number": number}, until=until)
            except (Closed, Wrong, Late):
                return
        del self._gone[number]

    @property
    def alive(self) -> bool:
        """Whether rooms can be made."""
        if self._line is None:
            return False
        try:
            while (frame := self._line.take()) is not None:
                self._note(frame)
        except (Closed, Wrong):
            return False
        return True

    def release(self) -> None:
        """Gives up this process's end, and leaves the warm process to another one."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def close(self) -> None:
        """Ends the warm process with all its rooms; nothing of it is left."""
        if self._line is None:
            return
        self._end()
        shutil.rmtree(self._base, ignore_errors=True)

    def _end(self) -> None:
        assert self._line is not None
        line, self._line = self._line, None
        until = time.monotonic() + SECONDS_TO_END
        try:
            line.send({"ask": "close"}, until=until)
            while wait([line], until):
                line.take()
        except (Closed, Wrong, Late):
            pass
        line.close()
        if os.getpid() == self._owner:
            try:
                self._process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
