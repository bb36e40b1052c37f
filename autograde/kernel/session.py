"""Session: one notebook's kernel, seen from the worker. Whatever the other end does, this end goes on in time."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from autograde.kernel.line import Closed, Frame, Late, Line, Wrong, decode, wait
from autograde.kernel.ran import Ran
from autograde.refusal import Refusal
from autograde.sandbox.space import NoSpace, refusal
from autograde.settings import Limits
from autograde.task import Ended

if TYPE_CHECKING:
    from autograde.kernel.room import Room

GRACE = 1.5
"""Seconds that a cell has to end after its interrupt."""
SECONDS_TO_BE_BORN = 60.0
SECONDS_TO_DIE = 10.0
MOST_HEAD = 1 << 20
RED = "\x1b[0;31m{}\x1b[0m: {}"


class Dead(Exception):
    """The session's process has ended; the message says how."""


class Failed(Exception):
    """A function that was called in the session raised, or gave something that is not JSON."""


class _Past(NamedTuple):
    """A cell that ended in time, and will be run again if the process has to be replaced."""

    source: str
    number: int
    seconds: float


class Session:
    """A kernel: its cells run in one process, one after another.

    A cell that ends the process, or has to be ended with it, costs what itself did: the next cell runs in a new
    process, in which the cells that had ended in time were run again first.
    """

    def __init__(self, room: Room, links: Sequence[int], limits: Limits) -> None:
        # Lazily: behind it is nbclient, which takes longer to import than a warm process to start.
        from autograde.kernel.outputs import Outputs

        self.limits = limits
        self.births = 0
        """How many processes it has had; whoever prepared something in one has to do it again when this changes."""
        self.aside: list[Any] = []
        """What was said while the last call ran."""
        self.suspect = ""
        """What came that no session sends."""
        self._room = room
        self._links = tuple(links)
        self._outputs = Outputs()
        self._past: list[_Past] = []
        self._id = ""
        self._count = 0
        self._said = 0
        self._spent = 0.0
        self._line: Line | None = None
        self._number = 0
        self._born()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._line is not None and self._number not in self._room.ended

    def _born(self) -> None:
        self._number, connection = self._room.fork(self._links, self.limits.output)
        self._line = Line(connection, 2 * self.limits.output + MOST_HEAD)
        self._said = 0
        self.births += 1
        try:
            frame = self._next(time.monotonic() + SECONDS_TO_BE_BORN)
        except (Dead, Wrong) as error:
            self._drop()
            raise refusal("A process for a notebook could not be made", self._room.failed or str(error)) from error
        # Student code does not run before this frame, so it cannot be the student's.
        if frame is None or "sealed" not in frame.head:
            self._drop()
            why = "it took too long" if frame is None else str(frame.head.get("unsealed"))
            raise Refusal(f"The sandbox does not hold: {why}. `autograde doctor` says what to do.")

    def run(self, source: str, *, seconds: float, count: int | None = None) -> Ran:
        """Runs a cell, for so many seconds at most; `count` is its number, else it has the next one."""
        started = time.monotonic()
        self._outputs.begin()
        self._count = self._count + 1 if count is None else count
        ran = Ran(outputs=self._outputs.cell.outputs)
        try:
            if self._line is None:
                self._begin_again()
                started = time.monotonic()
            self._tell_answers()
            self._ask_run(source, self._count)
            self._until_end(ran, started + seconds)
        except Dead as error:
            self._bury(ran, str(error))
            if (ending := self._room.ended.get(self._number)) and ending.excess:
                ran.ended, ran.how = Ended.LIMIT, ending.excess
        except Wrong as error:
            self._distrust(ran, str(error))
        ran.seconds = time.monotonic() - started
        self._spent += ran.seconds
        if self._line is not None and ran.ended is not Ended.TIMEOUT:
            self._past.append(_Past(source, self._count, ran.seconds))
        return ran

    def _ask_run(self, source: str, count: int) -> None:
        head: dict[str, Any] = {"ask": "run", "id": self._next_id(), "count": count}
        self._send(head, source.encode("utf-8", "surrogatepass"))

    def _next_id(self) -> str:
        # Nobody who runs before can have an answer ready.
        self._id = f"cell-{secrets.token_hex(8)}"
        return self._id

    def _send(self, head: dict[str, Any], body: bytes) -> None:
        assert self._line is not None
        self._said = 0
        try:
            self._line.send(head, body, until=time.monotonic() + SECONDS_TO_DIE)
        except (Closed, Late):
            raise Dead(self._how()) from None

    def _next(self, until: float) -> Frame | None:
        """The next frame, or None when the time is over."""
        line = self._line
        assert line is not None
        while True:
            try:
                frame = line.take()
                if frame is not None:
                    self._said += frame.size
                    if self._said > 2 * self.limits.output + MOST_HEAD:
                        raise Wrong(f"{self._said} bytes, more than a session sends")
                    return frame
                self._room.listen()
            except Closed:
                raise Dead(self._how()) from None
            if self._number in self._room.ended:
                raise Dead(self._how())
            if not wait([line, self._room.line], until):
                return None

    def _how(self) -> str:
        """How the process ended; it is made to end where it has not."""
        self._room.tell("end", self._number)
        until = time.monotonic() + SECONDS_TO_DIE
        try:
            while self._number not in self._room.ended and wait([self._room.line], until):
                self._room.listen()
        except Closed:
            return "with everything in its room"
        ending = self._room.ended.get(self._number)
        if ending is None:
            return "without a trace"
        if ending.excess:
            return ending.excess
        status = ending.status
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            return f"signal {signal.Signals(number).name if number in signal.valid_signals() else number}"
        return f"exit status {os.WEXITSTATUS(status)}"

    def _until_end(self, ran: Ran, until: float) -> None:
        interrupted = False
        while True:
            frame = self._next(until)
            if frame is None:
                if interrupted:
                    self._how()
                    self._drop()
                    self._time_out(ran)
                    return
                interrupted = True
                self._room.tell("interrupt", self._number)
                until = time.monotonic() + GRACE
                continue
            if frame.head.get("end") == "run" and frame.head.get("id") == self._id:
                self._reply(ran, decode(frame.body))
                if interrupted:
                    self._time_out(ran)
                return
            self._hear(frame, ran)

    def _hear(self, frame: Frame, ran: Ran) -> None:
        head = frame.head
        if "end" in head:
            raise Wrong("an end of what was not begun")
        if head.get("id") != self._id:
            return  # Of an earlier cell, whose threads go on: nobody shows that any more.
        if "cut" in head:
            ran.cut = True
            text = f"\n… output cut after {self.limits.output} bytes\n"
            self._outputs.say(self._id, "stream", {"name": "stdout", "text": text}, [])
        elif "say" in head:
            buffers = head.get("buffers", [])
            try:
                data = [base64.b64decode(buffer, validate=True) for buffer in buffers]
            except (TypeError, ValueError):
                raise Wrong("buffers that are none") from None
            self._outputs.say(self._id, head["say"], decode(frame.body), data)
        else:
            raise Wrong("a frame of no kind")

    def _reply(self, ran: Ran, reply: Any) -> None:
        """What nbgrader makes of a reply: an error that was not shown is."""
        if reply is None:
            reply = {"status": "error", "ename": "NoReply", "evalue": "The kernel gave no answer.", "traceback": []}
        if not isinstance(reply, dict) or reply.get("status") not in ("ok", "error", "aborted"):
            raise Wrong("a reply of no kind")
        ran.count = self._count
        if reply["status"] != "error":
            return
        name, value, trace = reply.get("ename"), reply.get("evalue"), reply.get("traceback")
        if not isinstance(name, str) or not isinstance(value, str) or not isinstance(trace, list):
            raise Wrong("an error without its parts")
        ran.ended, ran.name, ran.value = Ended.ERROR, name, value
        ran.traceback = [line for line in trace if isinstance(line, str)]
        self._show(ran)

    def _show(self, ran: Ran) -> None:
        for output in self._outputs.cell.outputs:
            if output.output_type == "error" and output.ename == ran.name:
                return
        lines = ran.traceback or ["ERROR: An error occurred while showtraceback was disabled"]
        self._outputs.error(ran.name, ran.value, lines)

    def _time_out(self, ran: Ran) -> None:
        ran.ended = Ended.TIMEOUT
        ran.name, ran.value = "CellTimeoutError", ""
        ran.traceback = [RED.format(ran.name, "No reply from kernel before timeout")]
        self._show(ran)

    def _bury(self, ran: Ran, how: str) -> None:
        self._drop()
        ran.ended, ran.how = Ended.DIED, how
        ran.name, ran.value = "DeadKernelError", "Kernel died"
        ran.traceback = [RED.format(ran.name, ran.value)]
        self._show(ran)

    def _distrust(self, ran: Ran, what: str) -> None:
        self._how()
        self._bury(ran, "it was ended: it sent what no session sends")
        ran.suspect = self.suspect = what

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _begin_again(self) -> None:
        """A new process in which the cells that ended in time were run again, as far as the notebook's time goes."""
        self._born_again()
        for past in self._past:
            started = time.monotonic()
            until = started + min(past.seconds * 3 + 1, self.limits.notebook_seconds - self._spent)
            try:
                if until <= started:
                    return
                self._run_again(past, until)
            except (Dead, Wrong):
                self._drop()
                self._born_again()
                return
            finally:
                self._spent += time.monotonic() - started

    def _born_again(self) -> None:
        try:
            self._born()
        except Refusal as error:
            if isinstance(error, NoSpace) or not self._room.is_to_blame:
                raise
            raise Dead("with everything in its room") from error

    def _run_again(self, past: _Past, until: float) -> None:
        self._ask_run(past.source, past.number)
        while (frame := self._next(until)) is not None:
            if frame.head.get("end") == "run" and frame.head.get("id") == self._id:
                return
        raise Dead(self._how())

    def _tell_answers(self) -> None:
        messages = self._outputs.answers()
        if messages:
            self._send({"ask": "comm"}, json.dumps(messages, default=str).encode())

    def do(self, function: str, *, seconds: float | None = None, **given: Any) -> Any:
        """What "module:function" returns, called in the session between two cells as function(shell, **given).

        It may be async. Arguments and result are JSON. One with a parameter `links` is given the descriptors' numbers.
        """
        self.start(function, **given)
        return self.finish(seconds=seconds)

    def start(self, function: str, **given: Any) -> None:
        """The same, not waited for."""
        if self._line is None:
            self._begin_again()
        self._send({"ask": "call", "id": self._next_id(), "function": function}, json.dumps(given).encode())

    def finish(self, *, seconds: float | None = None) -> Any:
        """What the function returned that was started; Failed when it raised, Dead when the process ended."""
        until = time.monotonic() + (self.limits.cell_seconds if seconds is None else seconds)
        self.aside = []
        try:
            while (frame := self._next(until)) is not None:
                if frame.head.get("end") == "call" and frame.head.get("id") == self._id:
                    if "failed" in frame.head:
                        raise Failed(str(frame.head["failed"]))
                    return decode(frame.body)
                if "say" in frame.head:
                    self.aside.append(decode(frame.body))
        except Dead:
            self._drop()
            raise
        except Wrong as error:
            self.suspect = str(error)
            self._how()
            self._drop()
            raise Dead("it was ended: it sent what no session sends") from error
        self._how()
        self._drop()
        raise Dead("it took too long")

    def metadata(self) -> dict[str, Any]:
        """What its notebook's metadata say of widgets."""
        return self._outputs.metadata()

    def stop(self) -> None:
        """Ends it with its processes."""
        if self._line is not None:
            self._look_for_the_unasked()
            self._how()
            self._drop()

    def _look_for_the_unasked(self) -> None:
        """An answer that comes when nothing was asked shows that the one before it was forged."""
        assert self._line is not None
        try:
            while (frame := self._line.take()) is not None:
                if "end" in frame.head:
                    self.suspect = "an end of what was not begun"
        except Wrong as error:
            self.suspect = str(error)
        except Closed:
            return
