"""A brood: the children that a process forks for others, and the news of their end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import traceback
from collections.abc import Callable, Iterator, Sequence

from autograde.kernel.inside import frames, processes
from autograde.sandbox import kernel_calls


class Brood:
    """The children of a process, by the number that the worker gave them."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        """By process."""
        self._alarm, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._poll = select.poll()
        self._poll.register(self._alarm, select.POLLIN)

    def wait(self, connection: socket.socket, seconds: float | None = None) -> bool:
        """Waits for a frame or for news of children; whether there is a frame."""
        self._poll.register(connection, select.POLLIN)
        ready = [number for number, _ in self._poll.poll(None if seconds is None else seconds * 1000)]
        if self._alarm in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._alarm, 4096)
        return connection.fileno() in ready

    def ended(self) -> Iterator[tuple[int, int]]:
        """The numbers and statuses of the children that have ended since the last time."""
        for process, status in processes.reap().items():
            number = self.numbers.pop(process, None)
            if number is not None:
                yield number, status

    def of(self, number: int) -> list[int]:
        """The process of that number, if it is still there."""
        return [process for process, known in self.numbers.items() if known == number]

    def kill(self, number: int) -> Iterator[int]:
        """Ends a child at once; its status."""
        for process in self.of(number):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            del self.numbers[process]
            with contextlib.suppress(ChildProcessError):
                yield os.waitpid(process, 0)[1]

    def fork(
        self,
        number: int,
        descriptors: Sequence[int],
        live: Callable[[socket.socket, list[int]], None],
        how: Callable[[], int] = os.fork,
    ) -> None:
        """Forks a child, which lives with nothing open but these descriptors (a connection first), and ends."""
        parent = os.getpid()
        process = how()
        if process:
            for descriptor in descriptors:
                os.close(descriptor)
            self.numbers[process] = number
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            processes.close_all_but(descriptors)
            kernel_calls.die_with_parent()
            if os.getppid() in (parent, 0):  # Where processes have other numbers, a parent outside is number 0.
                live(socket.socket(fileno=descriptors[0]), list(descriptors[1:]))
                status = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(status)


def tell(connection: socket.socket, number: int, status: int, excess: str | None = None) -> None:
    """Says that a child has ended, and why where it was ended."""
    frames.send(connection, {"ended": number, "status": status, "excess": excess})
