"""The supervisor: a room's first process. It runs no student code; it forks sessions, watches and ends them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import Any

from autograde.kernel.inside import frames, processes
from autograde.kernel.inside.brood import Brood, tell
from autograde.kernel.inside.cells import become_session
from autograde.kernel.inside.folder import Folder
from autograde.kernel.inside.memory import Memory
from autograde.kernel.inside.place import Place
from autograde.kernel.inside.preloading import make_room_for

LOOK = 0.1
"""Seconds between two looks at what the room uses."""


class Supervisor:
    """What a room's first process does until it is told to close."""

    def __init__(
        self, memory: Memory, preloaded: Mapping[str, Sequence[str]], place: Place, connection: socket.socket
    ) -> None:
        self.memory = memory
        self.preloaded = preloaded
        self.place = place
        self.connection = connection
        self.folder = Folder(place.enter())
        tempfile.tempdir = None  # Every room has another one.
        os.chdir(self.folder.root)
        self.brood = Brood()

    def run(self) -> None:
        """Serves the room to its end."""
        look = time.monotonic() + LOOK
        with contextlib.suppress(frames.Gone):
            going = True
            while going:
                busy = bool(self.brood.numbers)
                if self.brood.wait(self.connection, LOOK if busy else None):
                    going = self._answer()
                for number, status in self.brood.ended():
                    self._sweep()
                    tell(self.connection, number, status)
                if time.monotonic() > look:
                    self._watch()
                    look = time.monotonic() + LOOK
        self._end_all(None)

    def _answer(self) -> bool:
        head, body, descriptors = frames.receive(self.connection)
        kind = head["ask"]
        if kind == "file":
            self.folder.write(head["path"], body)
        elif kind == "environment":
            os.environ.update(head["values"])
        elif kind == "session":
            self.brood.fork(head["number"], descriptors, lambda line, links: self._live(line, links, head["output"]))
        elif kind == "interrupt":
            for process in self.brood.of(head["number"]):
                # As jupyter_client does: to all that the kernel has started, too.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process, signal.SIGINT)
        elif kind == "end":
            self._end(head["number"], None)
        elif kind == "changed":
            self._end_all(None)
            for path, content in self.folder.changed(head["most"], head["files"]):
                self._tell({"file": path}, content)
            self._tell({"done": "changed"})
        return bool(kind != "close")

    def _live(self, connection: socket.socket, links: list[int], output: int) -> None:
        os.setsid()
        make_room_for(self.folder.root, self.preloaded)
        self.memory.capture.open()  # Student code may not make files in memory.
        try:
            self.place.seal()
        except Exception as error:
            frames.send(connection, {"unsealed": f"{type(error).__name__}: {error}"})
            raise
        frames.send(connection, {"sealed": True})
        become_session(self.memory, connection, links, output)

    def _tell(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        frames.send(self.connection, dict(head), body)

    def _end(self, number: int, excess: str | None) -> None:
        for status in self.brood.kill(number):
            self._sweep()
            with contextlib.suppress(frames.Gone):
                tell(self.connection, number, status, excess)

    def _end_all(self, excess: str | None) -> None:
        for number in list(self.brood.numbers.values()):
            self._end(number, excess)
        self._sweep()

    def _sweep(self) -> None:
        if processes.has_children():  # In a room, sweeping is for processes alone.
            self.place.sweep(self.brood.numbers)

    def _watch(self) -> None:
        excess = self.place.excess() if self.brood.numbers else None
        if excess is not None:
            self._end_all(excess)
