"""What a worker of a Dask cluster keeps for a run: the assignment, and a warm process for each of its slots."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import os
import queue
import sys
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
from distributed import get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from autograde.assignment import Assignment
from autograde.grading.plan import Plan
from autograde.refusal import Refusal
from autograde.run import rooms
from autograde.run.course import without_slow_import
from autograde.run.scratch import scratch
from autograde.run.worker import Worker
from autograde.settings import Settings

IDLE = 600.0
"""Seconds without a task after which warm processes end: whoever asked may be gone. The next task starts them again."""


class Grader(WorkerPlugin):
    """Grades tasks in the worker that it was sent to."""

    def __init__(
        self,
        name: str,
        assignment: Assignment,
        plan: Plan,
        settings: Settings,
        hidden: Sequence[str] = (),
        *,
        alone: bool = False,
    ) -> None:
        """With `alone`, the worker's process is there for this run only."""
        self.name = name
        self._alone = alone
        self._hidden = tuple(hidden)
        self._engine = _engine()
        self._given = (msgspec.json.encode(assignment), msgspec.json.encode(plan), msgspec.json.encode(settings))

    async def setup(self, worker: Any) -> None:
        """Starts a slot for each thread; the sandbox is one that holds here, wherever the wish for it comes from."""
        self._over = threading.Event()
        self._slots: list[Slot] = []
        self._free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        self._tasks = 0
        if self._alone:
            with contextlib.suppress(OSError):
                os.setpgid(0, 0)  # Ctrl-C in the terminal is for the command, which tells us.
            worker.http_server.stop()
        try:
            await asyncio.to_thread(self._start, worker.state.nthreads)  # The worker goes on to talk meanwhile.
        except BaseException:
            await self.teardown(worker)
            raise
        threading.Thread(target=self._watch, name="autograde-idle", daemon=True).start()
        if self._alone:
            gc.freeze()  # An end of the process that looks through all of it takes seconds.

    def _start(self, threads: int) -> None:
        assignment, plan, settings = self._given
        wished = rooms.with_sandbox(msgspec.json.decode(settings, type=Settings), threads)
        _own_folder()
        for _ in range(threads):
            warm = rooms.start_warm(wished, self._hidden)
            known = msgspec.json.decode(assignment, type=Assignment), msgspec.json.decode(plan, type=Plan)
            self._slots.append(Slot(self._over, *known, wished, self._hidden, warm))
        _import()  # While the warm processes do.
        if (here := _engine()) != self._engine:
            raise Refusal(f"It has autograde {here}, and this machine {self._engine}. Install the same there.")
        for slot in self._slots:
            slot.ready()
            self._free.put(slot)

    async def teardown(self, worker: Any) -> None:
        """Ends all that was started; what is being graded is over."""
        self._over.set()
        for slot in self._slots:
            await asyncio.to_thread(slot.close)

    def grade(self, contents: Sequence[bytes]) -> list[bytes]:
        """Tasks as JSON become results as JSON."""
        slot = self._free.get()
        self._tasks += 1
        try:
            return [slot(content) for content in contents]
        finally:
            self._free.put(slot)

    def _watch(self) -> None:
        before = -1
        while not self._over.wait(IDLE):
            if self._tasks != before:
                before = self._tasks
                continue
            with contextlib.suppress(queue.Empty):
                for _ in self._slots:
                    slot = self._free.get_nowait()
                    slot.close()
                    self._free.put(slot)


class Slot(Worker):
    """Grades as any worker does, until the run is over; then nothing is started any more."""

    def __init__(self, over: threading.Event, *given: Any) -> None:
        super().__init__(*given)
        self._over = over

    def ready(self) -> None:
        """Waits until it can grade."""
        self._refuse()
        super().ready()
        self._refuse()

    def _refuse(self) -> None:
        if self._over.is_set():
            self.close()
            raise Refusal("The run is over.")


def grade(name: str, contents: Sequence[bytes]) -> list[bytes]:
    """What a parcel of tasks is to Dask."""
    grader = get_worker().plugins[name]
    assert isinstance(grader, Grader)
    return grader.grade(contents)


def _engine() -> str:
    """The version of the engine."""
    from autograde.record.fingerprint import engine_version  # Behind it waits nbgrader.

    return engine_version()


@cache
def _own_folder() -> None:
    """From now on, all temporary files of this process lie in a folder that is found again should it be killed."""
    held = contextlib.ExitStack()
    held.enter_context(scratch())
    atexit.register(held.close)


def _import() -> None:
    """Imports what grading needs, which takes seconds: before the first task, not in it."""
    if "autograde.grading.grade" not in sys.modules:
        with without_slow_import():
            import autograde.grading.grade  # noqa: F401  # Behind it waits nbgrader.
