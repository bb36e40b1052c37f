"""The warm processes and workers of a run on this machine: when they start, who holds what, and that they end."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from autograde.assignment import Assignment
from autograde.run import process, rooms
from autograde.run.executor import Executor
from autograde.run.local import Grade, Local
from autograde.run.worker import Worker
from autograde.settings import Settings
from autograde.task import Task

if TYPE_CHECKING:
    from autograde.grading.plan import Plan
    from autograde.kernel.warm import Warm

MARGIN = 60.0
"""Seconds for all that a submission takes beside its cells, on a machine that is busy."""
PATIENCE = 5.0
"""Seconds that processes have to end by themselves when nobody needs them any more."""


class Crew:
    """Starts a warm process for each worker at once, so that they import while this process does."""

    def __init__(self, settings: Settings, hidden: Sequence[str], ahead: Sequence[str] = ()) -> None:
        """What lies at `hidden`, such as the course, no warm process can reach; `ahead` is what they import."""
        self._settings, self.hidden = settings, hidden
        self._before = set(children())
        self._warms: list[Warm | None] = []
        self._given: set[int] = set()
        """The processes that are the workers'."""
        try:
            for _ in range(settings.here):
                self._warms.append(rooms.start_warm(settings, hidden, ahead))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def teacher(self) -> Warm:
        """The warm process in which the instructor's own solution runs, before there are workers."""
        warm = self._warms[0]
        assert warm is not None
        return warm

    @property
    def others(self) -> list[Warm]:
        """The other warm processes."""
        return [warm for warm in self._warms[1:] if warm is not None]

    def executor(self, assignment: Assignment, plan: Plan) -> Executor:
        """The workers, each with its warm process; from now on these are the workers'."""

        def start(number: int) -> Grade:
            for other, warm in enumerate(self._warms):
                if warm is not None and other != number:
                    warm.release()
            worker = Worker(assignment, plan, self._settings, self.hidden, self._warms[number])
            worker.ready()
            return worker

        def seconds(task: Task) -> float:
            # The cells of a notebook may run in two processes, each within the limit.
            return 2 * self._settings.limits.notebook_seconds * max(1, len(task.notebooks)) + MARGIN

        local = Local(start, len(self._warms), seconds=seconds)
        self._release()
        return local

    def close(self) -> None:
        """Ends the warm processes that nobody has taken, and waits for the others to end with their workers."""
        for warm in self._warms:
            if warm is not None:
                warm.close()
        self._warms = []
        wait_for(self._given)

    def _release(self) -> None:
        self._given = set(children()) - self._before
        for number, warm in enumerate(self._warms):
            if warm is not None:
                warm.release()
            self._warms[number] = None  # A worker that takes a dead one's place starts its own.


def children() -> list[int]:
    """The processes that were started from here and have not been waited for; none where there is no /proc."""
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def wait_for(pids: set[int]) -> None:
    """Waits until these children have ended, and ends those that do not."""
    until = time.monotonic() + PATIENCE
    for pid in pids:
        with contextlib.suppress(OSError):
            process.end(pid, until - time.monotonic())
