"""The student's end of the line: does what the examiner's tests ask for, between two cells of the notebook."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from types import FrameType, ModuleType
from typing import Any

from autograde.examiner.inside import applications, objects, remote
from autograde.examiner.inside.exchange import Exchange
from autograde.examiner.inside.failures import Failures, TookTooLong
from autograde.examiner.inside.lanes import Lane
from autograde.examiner.inside.lending import Lending, about_callable
from autograde.examiner.inside.line import MAIN, MOST_SAID, Box, Broken, Frame, Kind, Reader, Said
from autograde.examiner.inside.plain import Malformed, NotPlain, Tree

SECONDS_TO_CONNECT = 10
MOST_TOLD = 100_000
MISSING: list[Tree] = ["missing"]


class StudentLending(Lending):
    """Lends whatever a student's code has made."""

    def __init__(self) -> None:
        super().__init__(first=1, forgets=False, in_context=False)
        self.objects = True
        """Whether the test that is judged uses objects."""
        self._about: dict[type, list[Tree]] = {}

    def lend_class(self, kind: type) -> list[Tree]:
        """A class, with what can be told of it."""
        try:
            return super().lend_class(kind)
        except NotPlain:
            if kind not in self._about:
                self._about[kind] = objects.about_class(kind, self.lend_class)
            return ["K", self.number(kind), *self._about[kind]]

    def lend_callable(self, value: Any) -> list[Tree]:
        """A function, or an object that can be called."""
        if inspect.isroutine(value):
            return super().lend_callable(value)
        return ["J", self.number(value), self.lend_class(type(value)), about_callable(value)]

    def lend_object(self, value: Any) -> list[Tree]:
        """Any other object."""
        if isinstance(value, applications.Opaque):
            return ["V", self.number(value)]
        if not self.objects:
            raise NotPlain(f"a value of type {type(value).__name__}")
        return ["J", self.number(value), self.lend_class(type(value)), None]


class MainLane(Lane):
    """The main thread of the notebook."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(MAIN, loop)
        self._server = server

    def begin(self, frame: Frame) -> None:
        """Has it done when the thread is free."""
        self._server.later(frame)


class PumpBox:
    """Where the main thread waits: it reads from the line itself."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._frames: deque[Frame] = deque()

    def put(self, frame: Frame) -> None:
        """Keeps it."""
        self._frames.append(frame)

    def get(self) -> Frame:
        """Reads until there is one."""
        while not self._frames:
            self._server.pump(wait=True)
        return self._frames.popleft()


class Server(Exchange):
    """The student's side of the exchange; one for the life of the process."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.student = lending = StudentLending()
        super().__init__(lending, Failures(lending), first=1)
        self._namespace = namespace
        self._said: list[Said] = []
        self._left = MOST_SAID
        self._reader = Reader()
        self._queue: deque[Frame] = deque()
        self._wake: asyncio.Event = asyncio.Event()
        self._is_over = False
        self._theirs = False
        remote.Remote(self)
        remote.deeds(self)
        applications.student_deeds(self)
        objects.deeds(self)
        self.sync["names"] = self._names

    def said(self) -> list[Any]:
        """What was printed since this was asked for the last time."""
        said, self._said = self._said, []
        return [list(each) for each in said]

    def say(self, stream: str, text: str) -> None:
        """Passes on what was printed."""
        text = text[: self._left]
        self._left -= len(text)
        if text:
            self._said.append(Said(stream, text))

    def _show(self, said: list[Said]) -> None:
        """The examiner prints for itself."""

    def _names(self, names: list[str], returned: list[int], objects: bool) -> list[Any]:
        self.lending.drop(returned)
        self.student.objects = objects
        return [self._named(name) for name in names]

    def _named(self, name: str) -> list[Any]:
        if name not in self._namespace:
            return MISSING
        value = self._namespace[name]
        if issubclass(type(value), ModuleType):
            return ["is", None, f"{value.__name__}:"]
        try:
            self.lending.values.tree(value, shared=False)
        except NotPlain as error:
            return ["value", str(error)]
        except Exception as error:  # An object that is asked what it is may do anything.
            return ["value", f"a value that raises {type(error).__name__} when it is looked at"]
        try:
            origin, spelled = value.__module__, value.__qualname__
        except Exception:  # Whatever an object answers that is asked for its names.
            origin = spelled = None
        return ["is", value, f"{origin}:{spelled}" if isinstance(origin, str) and isinstance(spelled, str) else None]

    def _box(self, lane: Lane) -> Box:
        return PumpBox(self) if lane.number == MAIN else super()._box(lane)

    def later(self, frame: Frame) -> None:
        """Has the main thread do something when it is free."""
        self._queue.append(frame)
        self._wake.set()

    def pump(self, *, wait: bool) -> None:
        """Takes what has come, in the main thread."""
        connection = self.connection
        if connection is None or self.broken is not None:
            raise self.broken or Broken("It is closed.")
        try:
            data = connection.recv(1 << 18, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end(Broken("The examiner has gone."))
            return
        try:
            self._take(data)
        except Malformed as error:
            self._end(Broken(f"The examiner sent {error}."))

    def _take(self, data: bytes) -> None:
        for kind, lane, call, text in self._reader.feed(data):
            if kind == Kind.END:
                self._is_over = True
                self._wake.set()
                continue
            try:
                self.route(self.read(kind, lane, call, text))
            except NotPlain as error:
                self.send(Kind.FAILED, lane, call, self.failures.told(error))

    def _end(self, why: Broken) -> None:
        self._is_over = True
        self._wake.set()
        self.fail(why)

    async def serve(self, connection: socket.socket, seconds: float) -> None:
        """Does what the examiner asks for until it says that the cell is over."""
        loop = asyncio.get_running_loop()
        self.connection, self.broken = connection, None
        self._reader, self._wake, self._is_over, self._left = Reader(), asyncio.Event(), False, MOST_SAID
        self._queue.clear()
        self.context = contextvars.copy_context()
        self.begin_main(MainLane(self, loop))
        loop.add_reader(connection, lambda: self.pump(wait=False))
        try:
            self.resume()
            with self._streams(), self._alarm(seconds):
                while not self._is_over:
                    while self._queue:
                        self._perform_mine(self._queue.popleft())
                    if self._is_over:
                        break
                    self._wake.clear()
                    await self._wake.wait()
        finally:
            loop.remove_reader(connection)
            with self._writing:  # Whoever sends from now on keeps it for the next cell.
                self.connection = None
            connection.close()

    def _perform_mine(self, frame: Frame) -> None:
        self._theirs = True
        try:
            self._perform(frame)
        finally:
            self._theirs = False

    @contextlib.contextmanager
    def _streams(self) -> Iterator[None]:
        """What is printed meanwhile goes to the examiner, which prints it in its own place."""
        kept = sys.stdout, sys.stderr
        ours = Passed(self, "stdout", kept[0]), Passed(self, "stderr", kept[1])
        sys.stdout, sys.stderr = ours
        try:
            yield
        finally:
            for name, own, old in zip(("stdout", "stderr"), ours, kept, strict=True):
                if getattr(sys, name) is own:
                    setattr(sys, name, old)

    @contextlib.contextmanager
    def _alarm(self, seconds: float) -> Iterator[None]:
        """Interrupts what takes too long, so that the process may go on with the next cell."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        until = time.monotonic() + seconds

        def ring(number: int, frame: FrameType | None) -> None:
            if self._theirs and time.monotonic() >= until:
                raise TookTooLong(f"It took more than {seconds:g} seconds.")

        handler = signal.signal(signal.SIGALRM, ring)
        timer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, *timer)
            signal.signal(signal.SIGALRM, handler)


class Passed:
    """A stream whose text goes to the examiner."""

    def __init__(self, server: Server, name: str, stream: Any) -> None:
        self._server = server
        self._name = name
        self._stream = stream
        self._process = os.getpid()

    def write(self, text: str) -> int:
        """Passes it on."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() != self._process:
            self._stream.write(text)
        else:
            self._server.say(self._name, text)
        return len(text)

    def writelines(self, lines: Sequence[str]) -> None:
        """Passes several on."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """What is passed on needs none."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


_servers: dict[int, tuple[int, Server]] = {}


def receive_connection(link: int, seconds: float) -> tuple[socket.socket, dict[str, Any]]:
    """The connection that the worker sends for this cell, and what it says of it."""
    if not select.select([link], [], [], seconds)[0]:
        raise TimeoutError("No connection to the other side came.")
    with socket.socket(fileno=os.dup(link)) as channel:
        told, descriptors, _, _ = socket.recv_fds(channel, MOST_TOLD, 1)
    if not descriptors:
        raise ConnectionError("The connection to the other side is missing.")
    return socket.socket(fileno=descriptors[0]), json.loads(told)


async def serve(shell: Any, links: Sequence[int], seconds: float, examiner: int) -> list[Said]:
    """Serves one test cell of the examiner's of that number; what was printed last."""
    known, server = _servers.get(id(shell), (None, None))
    if server is None or known != examiner:
        server = Server(shell.user_ns)
        _servers[id(shell)] = examiner, server
    connection, _ = receive_connection(links[0], SECONDS_TO_CONNECT)
    await server.serve(connection, seconds)
    return server.said()
