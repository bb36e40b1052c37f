"""The examiner's end of the line: what stands for the student's names in a test, and what became of the asking."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from queue import SimpleQueue
from typing import Any, NoReturn

from autograde.examiner.inside import applications, objects, remote
from autograde.examiner.inside.exchange import Exchange
from autograde.examiner.inside.failures import Failures
from autograde.examiner.inside.lanes import Lane
from autograde.examiner.inside.lending import Lending
from autograde.examiner.inside.line import MAIN, Box, Broken, Frame, Kind, Reader
from autograde.examiner.inside.plain import Malformed, NotPlain, Tree

MOST_IN_A_CELL = 256_000_000
"""Bytes that may come from the student's process while one cell is judged."""
MOST_NAME = 100
SECONDS_TO_END = 5
OPERATORS = [
    *(
        "call",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
        "hash",
        "bool",
        "len",
        "iter",
        "next",
        "contains",
        "getitem",
        "setitem",
    ),
    *("delitem", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod"),
    *("rmod", "pow", "rpow", "neg", "pos", "abs", "int", "float", "index", "str", "repr", "format", "await", "aiter"),
    *("anext", "enter", "exit", "setattr"),
]


class ExaminerLending(Lending):
    """Lends what the instructor's tests pass to the student's code."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        super().__init__(first=2, forgets=True, in_context=True)
        self._namespace = namespace
        self.makers |= {"M": self._module, "V": lambda number: Borrowed()}

    def _module(self, name: Tree) -> Any:
        raise NotPlain(f"the module {_cut(name)}")


class Borrowed:
    """Something of the student's application, which only that can use."""


class MainLane(Lane):
    """The main thread of the examiner's session."""

    def __init__(self, examiner: Asker, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(MAIN, loop)
        self._examiner = examiner

    def begin(self, frame: Frame) -> None:
        """Has it done by the event loop."""
        self.in_loop(lambda: self._examiner._perform(frame))


class MainBox:
    """Where the main thread waits."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._frames: SimpleQueue[Frame] = SimpleQueue()

    def put(self, frame: Frame) -> None:
        """Hands a frame over."""
        self._frames.put(frame)

    def get(self) -> Frame:
        """Waits for a frame."""
        return self._asker.wait(self)

    def has_any(self) -> bool:
        """Whether there is one."""
        return not self._frames.empty()

    def take(self) -> Frame:
        """The next one, which another thread will hand over if it is not there yet."""
        return self._frames.get()


class Asker(Exchange):
    """The examiner's side of the exchange; one for the life of the process."""

    def __init__(self, shell: Any) -> None:
        lending = ExaminerLending(shell.user_ns)
        super().__init__(lending, Failures(lending), first=2)
        self.shell = shell
        self.failed: list[Exception] = []
        """Why the cell cannot pass, whatever its test makes of it."""
        self.is_late = False
        self.has_begun = False
        """Whether the names are bound."""
        self._closing = False
        self._thread: threading.Thread | None = None
        self._reading = threading.Lock()
        self._reader, self._left = Reader(), 0
        made = remote.Remote(self)
        remote.deeds(self)
        applications.examiner_deeds(self)
        self.objects = objects.Objects(self, made, shell.user_ns)
        self.failures.crossing = self.failed_with
        self.failures.late = self._be_late

    def open(self, connection: socket.socket) -> None:
        """Begins with a cell."""
        self.connection, self.broken, self.failed, self.is_late = connection, None, [], False
        self._closing, self.has_begun, self.has_said_end = False, True, False
        self._reader, self._left, self._thread = Reader(), MOST_IN_A_CELL, None
        self._reading = threading.Lock()
        self.begin_main(MainLane(self, asyncio.get_running_loop()))
        self.resume()

    def _box(self, lane: Lane) -> Box:
        return MainBox(self) if lane.number == MAIN else super()._box(lane)

    def listen(self) -> None:
        """Has a thread read from now on: others than the main thread wait for frames."""
        if self._thread is None and self.connection is not None:
            self._thread = threading.Thread(target=self._listen, args=[self.connection, self._reading], daemon=True)
            self._thread.start()

    def _listen(self, connection: socket.socket, reading: threading.Lock) -> None:
        with reading:
            while self.read_some(connection):
                pass

    def wait(self, box: MainBox) -> Frame:
        """The next frame for the main thread, which reads itself while no other thread does."""
        connection = self.connection
        if self._thread is None and connection is not None:
            with self._reading:
                while not box.has_any() and self.read_some(connection):
                    pass
        return box.take()

    def read_some(self, connection: socket.socket) -> bool:
        """Takes what comes next; False when nothing will come any more."""
        try:
            data = connection.recv(1 << 18)
            self._left -= len(data)
            if self._left < 0:
                raise Malformed("more than a cell may need")
            for kind, lane, call, text in self._reader.feed(data):
                self._take(kind, lane, call, text)
        except Malformed as error:
            self.fail(Broken(f"The notebook's process sent {error}."))
            return False
        except (OSError, Broken):
            data = b""
        except RecursionError:
            self.fail(Broken("The notebook's process sent a value that cannot be read."))
            return False
        if not data:
            self.fail(Broken("The notebook's process has ended."))
        return bool(data)

    def _take(self, kind: int, lane: int, call: int, text: bytes) -> None:
        try:
            frame = self.read(kind, lane, call, text)
        except NotPlain as error:
            if kind in (Kind.ASK, Kind.TASK):
                self.failed_with(error)
                self.send(Kind.FAILED, lane, call, self.failures.told(error))
                return
            frame = Frame(Kind.FAILED, lane, call, ["value", str(error)], [])
        self.route(frame)

    def failed_with(self, error: Exception) -> None:
        """Notes why the cell cannot pass."""
        self.failed.append(error)

    def _be_late(self) -> None:
        self.is_late = True

    def fail(self, error: Broken) -> None:
        """Notes it, unless the cell is over anyway."""
        if not self._closing:
            self.failed.append(error)
            super().fail(error)

    def close(self) -> None:
        """Ends with the cell."""
        connection, thread = self.connection, self._thread
        if connection is None:
            return
        self._closing = True
        with contextlib.suppress(Broken):
            self.send(Kind.END, MAIN, 0)
        self.connection = None
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        if thread is not None:
            thread.join(SECONDS_TO_END)
        connection.close()
        self.lending.drop_all(applications.Once)

    def bind(self, names: Sequence[str], imports: Mapping[str, str]) -> None:
        """Binds the student's names to what they are now."""
        namespace = self.shell.user_ns
        asked = self.ask("names", list(names), self.lending.returned(), self.objects.allowed)
        for name, told in zip(names, asked, strict=True):
            match told:
                case ["is", _, str(origin)] if imports.get(name) == origin:
                    namespace[name] = _imported(origin)
                case ["is", value, origin] if value is not None or origin is None:
                    namespace[name] = value
                case ["value", str(text)]:
                    namespace[name] = Unusable(partial(self._refuse, f"`{name}` is {text}. {remote.NEEDED}"))
                case ["missing"]:
                    namespace.pop(name, None)
                case _:
                    namespace[name] = Unusable(partial(self._refuse, f"`{name}` is a module. {remote.NEEDED}"))

    def _refuse(self, what: str) -> NoReturn:
        error = NotPlain(what)
        self.failures.crossing(error)
        raise error


class Unusable:
    """Stands for a name whose value cannot cross: whatever is done with it says so."""

    def __init__(self, refuse: Callable[[], NoReturn]) -> None:
        object.__setattr__(self, "_refuse", refuse)

    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "__dict__"):
            return object.__getattribute__(self, name)
        return object.__getattribute__(self, "_refuse")()


def _refused(name: str) -> Callable[..., Any]:
    def refused(self: Any, *given: Any) -> Any:
        object.__getattribute__(self, "_refuse")()

    refused.__name__ = name
    return refused


for _name in OPERATORS:
    setattr(Unusable, f"__{_name}__", _refused(f"__{_name}__"))


def _imported(origin: str) -> Any:
    module, _, path = origin.partition(":")
    thing: Any = importlib.import_module(module)
    for part in filter(None, path.split(".")):
        thing = getattr(thing, part)
    return thing


def _cut(text: Any) -> str:
    return str(text)[:MOST_NAME]
