"""Room: one submission's place, with the processes that run its notebooks."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from autograde.kernel.line import Closed, Frame, Late, Line, Wrong, wait
from autograde.kernel.session import Session
from autograde.sandbox.space import refusal
from autograde.settings import Limits

if TYPE_CHECKING:
    from autograde.kernel.warm import Warm

SECONDS = 60.0
"""Longer than anything takes that a room does by itself, on a machine that is busy."""


class Ending(NamedTuple):
    """How a process has ended."""

    status: int
    excess: str | None
    """What it used beyond the limits, when it was ended for that."""


class Room:
    """A fork of the warm process in which one submission lies and runs."""

    def __init__(
        self,
        warm: Warm,
        number: int,
        connection: socket.socket,
        files: Mapping[str, bytes],
        env: Mapping[str, str],
        limits: Limits,
    ) -> None:
        self.limits = limits
        self.number = number
        self._warm = warm
        self.line = Line(connection, limits.disk + (1 << 20))
        self.ended: dict[int, Ending] = {}
        """How sessions have ended, by their number."""
        self.failed = ""
        """Why it could not be made."""
        self._sessions = 0
        until = time.monotonic() + SECONDS
        try:
            self.line.send({"ask": "environment", "values": dict(env)}, until=until)
            for path, content in files.items():
                self.line.send({"ask": "file", "path": path}, content, until=until)
        except (Closed, Late) as error:
            self._refuse(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def session(self, *, links: Sequence[int] = (), limits: Limits | None = None) -> Session:
        """A kernel for one notebook; the descriptors in `links` are passed to it.

        They have to stay open as long as the session is used: when its process is replaced, they are passed again.
        """
        return Session(self, links, limits or self.limits)

    def fork(self, links: Sequence[int], output: int) -> tuple[int, socket.socket]:
        """A new process for a session: its number, and our end of the connection to it."""
        self._sessions += 1
        ours, theirs = socket.socketpair()
        try:
            ask = {"ask": "session", "number": self._sessions, "output": output}
            self.line.send(ask, descriptors=[theirs.fileno(), *links], until=time.monotonic() + SECONDS)
        except (Closed, Late) as error:
            ours.close()
            self._refuse(error)
        finally:
            theirs.close()
        return self._sessions, ours

    def tell(self, ask: str, number: int) -> None:
        """Has the supervisor interrupt or end a session; nothing happens when there is no supervisor any more."""
        try:
            self.line.send({"ask": ask, "number": number}, until=time.monotonic() + SECONDS)
        except (Closed, Late):
            return

    def listen(self) -> None:
        """Takes note of what the supervisor has said by now; Closed when there is none any more."""
        try:
            while (frame := self.line.take()) is not None:
                self._note(frame)
        except Wrong as error:
            raise Closed from error

    def _note(self, frame: Frame) -> None:
        number, status = frame.head.get("ended"), frame.head.get("status")
        if isinstance(number, int) and isinstance(status, int):
            excess = frame.head.get("excess")
            self.ended[number] = Ending(status, excess if isinstance(excess, str) else None)
        elif "failed" in frame.head:
            self.failed = str(frame.head["failed"])[:500]

    def changed(self) -> dict[str, bytes]:
        """The files that were written or changed in its folder, within the limits; its sessions are ended first."""
        until = time.monotonic() + SECONDS
        found: dict[str, bytes] = {}
        left = self.limits.disk
        try:
            ask: dict[str, Any] = {"ask": "changed", "most": self.limits.disk, "files": self.limits.files}
            self.line.send(ask, until=until)
            while True:
                frame = self.line.take()
                if frame is None:
                    if not wait([self.line], until):
                        break
                    continue
                if "done" in frame.head:
                    break
                path = frame.head.get("file")
                if path is None:
                    self._note(frame)
                    continue
                left -= len(frame.body)
                if not _is_inside(path) or left < 0 or len(found) >= self.limits.files:
                    break
                found[path] = frame.body
        except (Closed, Wrong, Late):
            pass
        return found

    def _refuse(self, error: Exception) -> None:
        with contextlib.suppress(Closed):
            self.listen()
        why = self.failed or "its first process ended"
        raise refusal("A room for a submission could not be made", why) from error

    @property
    def is_to_blame(self) -> bool:
        """Whether only this room is gone, and not the warm process with all others."""
        return self._warm.alive

    def close(self) -> None:
        """Ends every process of the room and removes its folder."""
        if self.line.connection.fileno() < 0:
            return
        with contextlib.suppress(Closed, Late):
            self.line.send({"ask": "close"}, until=time.monotonic() + 1)
        self._warm.bury(self.number)
        self.line.close()


def _is_inside(path: Any) -> bool:
    """Whether a path leads to a file under the folder that it is relative to."""
    if not isinstance(path, str) or not path or "\0" in path or path.startswith("/"):
        return False
    return os.path.normpath(path) == path and not path.startswith("..")
