"""What a run needs of the place where its tasks are graded: this machine's processes, or a cluster."""

from __future__ import annotations

from typing import Protocol

from autograde.task import Result, Task


class Executor(Protocol):
    """Grades tasks somewhere. It is used from one thread; every task that was submitted comes back as one result.

    What goes wrong with the place itself (a process that dies, a machine that is lost) is the executor's to mend or
    to put into the result as a Problem; a Refusal means that no task can be graded there at all.
    """

    def wanted(self) -> int:
        """How many more tasks it can take now, so that none of its workers has to wait for the next."""
        ...

    def submit(self, task: Task) -> None:
        """Takes a task; it may be graded at once or later."""
        ...

    def wait(self, seconds: float) -> list[Result]:
        """What has been graded since the last time; after so many seconds at the latest, then it may be nothing."""
        ...

    def running(self) -> list[str]:
        """The students whose submissions are being graded now."""
        ...

    def close(self, *, at_once: bool = False) -> None:
        """Ends it; with `at_once`, what is being graded is killed. No process is left."""
        ...
