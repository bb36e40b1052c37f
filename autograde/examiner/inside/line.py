"""The line between the examiner's session and the student's: frames, and which thread each of them is for.

A lane is a thread of the examiner's together with one of the student's, which act as one: what the first calls runs in
the second, and what that one calls back runs in the first, as if there were a single stack.
"""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from enum import IntEnum
from itertools import count
from typing import Any, NamedTuple, Protocol

from autograde.examiner.inside.plain import Malformed, NotPlain, Tree
from autograde.examiner.inside.values import Values

HEAD = struct.Struct(">IBII")
MOST_BYTES = 16_000_000
"""Of a frame."""
MOST_SAID = 1_000_000
"""Characters printed by the student's code in one cell that are passed on."""
MAIN = 0
"""The lane of the main threads."""


class Kind(IntEnum):
    """What a frame is."""

    ASK = 1  # To be done at once, in the thread of the lane.
    TASK = 2  # To be done in a task of the lane's event loop.
    ANSWER = 3
    FAILED = 4
    CANCEL = 5
    LANE = 6  # A new lane; its call is 1 where it has an event loop.
    LEAVE = 7  # A lane ends.
    END = 8  # The cell is over.


class Broken(Exception):
    """The line to the student's code is of no use any more; the message says why."""


class Said(NamedTuple):
    """What was printed: the stream's name and the text."""

    stream: str
    text: str


class Frame(NamedTuple):
    """A frame that has come."""

    kind: int
    lane: int
    call: int
    value: Any
    said: list[Said]


class Box(Protocol):
    """Where a thread that waits gets its frames."""

    def put(self, frame: Frame) -> None:
        """Hands it over."""

    def get(self) -> Frame:
        """Waits for it."""


class Reader:
    """Makes frames of bytes, however they come in."""

    def __init__(self) -> None:
        self._read = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
        """The frames that are complete now."""
        self._read += data
        start = 0
        while len(self._read) - start >= HEAD.size:
            length, kind, lane, call = HEAD.unpack_from(self._read, start)
            if length > MOST_BYTES:
                raise Malformed(f"a message of {length} bytes")
            end = start + HEAD.size + length
            if len(self._read) < end:
                break
            yield kind, lane, call, bytes(self._read[start + HEAD.size : end])
            start = end
        del self._read[:start]


class End:
    """What both ends of a line have in common: values are made messages, and messages sent."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.connection: socket.socket | None = None
        self.broken: Broken | None = None
        self.has_said_end = False
        """Whether this side has ended the cell: the other one hears nothing more."""
        self.calls = count(1)
        self._writing = threading.Lock()

    def said(self) -> list[Said]:
        """What was printed here and goes with the next frame."""
        return []

    def send(
        self, kind: Kind, lane: int, call: int, value: Any = None, *, shared: bool = False, forget: bool = False
    ) -> None:
        """Sends a value; NotPlain when it cannot cross, Broken when the other end is gone."""
        with self._writing:
            body: list[Tree] = [*self.values.message(value, shared=shared, forget=forget), self.said()]
            text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
            if len(text) > MOST_BYTES:
                self.values.undo()
                raise NotPlain("a value that is too large")
            self.values.sent(shared)
            self._write(HEAD.pack(len(text), kind, lane, call) + text)
            self.has_said_end = kind == Kind.END

    def _write(self, data: bytes) -> None:
        connection = self.connection
        if self.broken is not None or connection is None or self.has_said_end:
            raise self.broken or Broken("It is closed.")
        left = memoryview(data)
        try:
            while left:
                try:
                    left = left[connection.send(left, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) :]
                except BlockingIOError:
                    select.select([], [connection], [])
        except OSError as error:
            raise self.broken or Broken("The notebook's process has ended.") from error
        except BaseException:  # An interrupt: half a frame may be on its way.
            self.broken = Broken("It was interrupted.")
            raise

    def read(self, kind: int, lane: int, call: int, text: bytes) -> Frame:
        """The frame in these bytes; Malformed when they are none. To be called in the order of their arrival."""
        try:
            value, changed, forgotten, said = json.loads(text.decode("utf-8", "surrogatepass"))
            shown = [Said(str(stream), str(words)) for stream, words in said]
        except (ValueError, TypeError, RecursionError):
            raise Malformed("a message that cannot be read") from None
        if changed or forgotten:
            self.values.apply(changed, forgotten)
        return Frame(kind, lane, call, self.values.value(value), shown)


@contextlib.contextmanager
def without_signals() -> Iterator[None]:
    """Keeps interrupts out of a few lines."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGALRM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
