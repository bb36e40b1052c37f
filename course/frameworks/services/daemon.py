"""Servers of other people, such as PostgreSQL and Redis, that run beside this process and end with it."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from course.frameworks.child import Child, clean_environment

PATIENCE = 30.0
TRIES = 3


class NotStarted(Exception):
    """A server that was found did not start; says why."""


class Unusable(Exception):
    """A server that runs is of no use; says why, as a part of a sentence."""


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Daemon:
    """A server on a free loopback port, which answers once this is made."""

    def __init__(
        self,
        command: Callable[[int], Sequence[str]],
        answers: Callable[[int], bool],
        folder: Path,
        given: Callable[[int], str] | None = None,
    ) -> None:
        for _ in range(TRIES):  # Somebody else may take the port before the server does.
            self.port = free_port()
            said: deque[str] = deque(maxlen=20)
            text = given(self.port) if given else None
            self._child = Child(command(self.port), folder, clean_environment(), said.append, given=text)
            if self._wait(answers):
                return
            self._child.stop()
        raise NotStarted(said[-1].strip() if said else "it said nothing")

    def _wait(self, answers: Callable[[int], bool]) -> bool:
        end = time.monotonic() + PATIENCE
        while self._child.status is None and time.monotonic() < end:
            if answers(self.port):
                return True
            time.sleep(0.02)
        return False

    @property
    def running(self) -> bool:
        """Whether it has not died."""
        return self._child.status is None

    def stop(self) -> None:
        """Ends it, and waits for that."""
        self._child.stop()
