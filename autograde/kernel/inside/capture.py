"""Capture: what is printed, and what is written to descriptors 1 and 2 by whomever, in its order."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from ipykernel import iostream

NAMES = {"stdout": 1, "stderr": 2}


class Later:
    """Stands for the event loop of the thread that publishes: what is due runs when somebody writes."""

    def __init__(self) -> None:
        self._due: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        """Runs it at the first `run` after that time."""
        self._due.append((time.monotonic() + seconds, call))

    def add_callback(self, call: Callable[..., None], *given: Any) -> None:
        """Runs it now."""
        call(*given)

    def run(self) -> None:
        """Runs what is due: a kernel's thread would have run it by now."""
        while self._due and self._due[0][0] <= time.monotonic():
            self._due.pop(0)[1]()

    def forget(self) -> None:
        """Drops what was to come."""
        self._due.clear()


class _NoThread:
    ident = None

    def is_alive(self) -> bool:
        return False


class Publisher(iostream.IOPubThread):
    """Stands for the thread that publishes; whoever schedules something runs it."""

    closed = False

    def __init__(self) -> None:
        self.thread: Any = _NoThread()
        self.io_loop: Any = Later()
        self.socket = self

    def schedule(self, f: Callable[[], None]) -> None:
        """Runs it."""
        f()

    def stop(self) -> None:
        """There is nothing to stop."""


class Descriptors:
    """Descriptors 1 and 2 of this process lie in memory, where nobody who writes has to wait for a reader."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._read = dict.fromkeys(NAMES, 0)
        self.originals: dict[str, int] = {}

    def open(self) -> None:
        """Begins to capture; what was there before, which belongs to the engine, is out of reach from here on."""
        nothing = os.open(os.devnull, os.O_RDWR)
        for name, number in NAMES.items():
            file = os.memfd_create(name)
            # Whoever writes, writes at the end, also after it was emptied.
            fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
            os.dup2(file, number)
            self._files[name] = file
            self.originals[name] = os.dup(nothing)
        os.close(nothing)

    def take(self, most: int) -> list[tuple[str, str, int]]:
        """What was written since the last time, by stream: its name, the text, and how many bytes more there were."""
        taken = []
        for name, file in self._files.items():
            size = os.fstat(file).st_size
            start = self._read[name]
            if size > start:
                data = os.pread(file, min(size - start, most), start)
                self._read[name] = size
                taken.append((name, data.decode("utf-8", "replace"), size - start - len(data)))
        return taken

    def recycle(self, most: int) -> None:
        """Gives memory back, between cells, when much was written."""
        for name, file in self._files.items():
            if self._read[name] > most:
                os.ftruncate(file, 0)
                self._read[name] = 0


class OutStream(iostream.OutStream):
    """A kernel's stream, which first shows what others wrote to the descriptors."""

    pull: Callable[[], None]

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Writes to the stream."""
        if os.getpid() != self._master_pid:  # A process that a cell forked: its way out is the shared descriptor.
            if not isinstance(string, str):
                raise TypeError(f"write() argument must be str, not {type(string)}")
            os.write(NAMES[self.name], string.encode("utf-8", "replace"))
            return len(string)
        self.pull()
        self._io_loop.run()
        return super().write(string)

    def flush(self) -> None:
        """Publishes what was written."""
        if os.getpid() == self._master_pid:
            self.pull()
            super().flush()


class Capture:
    """The two streams of a kernel and the descriptors under them."""

    def __init__(self, session: Any) -> None:
        self.publisher = Publisher()
        self.descriptors = Descriptors()
        self.most = 1 << 20
        """Bytes that are taken from a descriptor at a time."""
        self.streams = {name: OutStream(session, self.publisher, name, watchfd=False) for name in NAMES}
        for stream in self.streams.values():
            stream.pull = self.pull

    def install(self) -> None:
        """Makes them this process's streams."""
        sys.stdout, sys.stderr = self.streams["stdout"], self.streams["stderr"]

    def open(self) -> None:
        """Begins to capture in a process that was forked."""
        self.descriptors.open()
        for name, stream in self.streams.items():
            stream._master_pid = os.getpid()
            stream._original_stdstream_copy = self.descriptors.originals[name]
        self.install()

    def pull(self) -> None:
        """Brings what was written to the descriptors into the streams."""
        for name, text, _ in self.descriptors.take(self.most):
            iostream.OutStream.write(self.streams[name], text)

    def finish(self) -> None:
        """Publishes everything: a cell has ended."""
        self.pull()
        for stream in self.streams.values():
            iostream.OutStream.flush(stream)
        self.publisher.io_loop.forget()
        self.descriptors.recycle(self.most)
