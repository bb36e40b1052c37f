"""The same tasks on a Dask cluster: another executor, for classes that are too large for one machine.

The workers get the assignment once, each task as JSON, and give each result as JSON: nothing that a student's code made
is ever unpickled here. Nothing is forked from a worker, which has threads; each of its slots has a warm process.
"""

from __future__ import annotations

import logging
import queue
from collections import deque
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from distributed import Client, Future, LocalCluster, Security, get_worker
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.scheduler import KilledWorker

from autograde.assignment import Assignment
from autograde.grading.plan import Plan
from autograde.refusal import Refusal
from autograde.run import rooms
from autograde.run.worker import Worker
from autograde.settings import Settings
from autograde.task import Problem, Result, Task, Weight

AHEAD = 3
"""Tasks that a slot has: the one that it grades and those that wait beside it, so that it never waits for us."""
LOCAL = "local"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PATIENCE = 30
"""Seconds in which a scheduler must answer."""


def connect(address: str, assignment: Assignment, plan: Plan, settings: Settings) -> Cluster:
    """An executor on the cluster at an address such as tls://scheduler:8786, or on a small one of this machine."""
    if address == LOCAL:
        # Made of certificates that are only in memory; it listens on this machine alone.
        own = LocalCluster(
            n_workers=settings.workers,
            threads_per_worker=1,
            host="127.0.0.1",
            protocol="tls://",
            security=Security.temporary(),
            dashboard_address=None,
            silence_logs=logging.ERROR,
        )
        return Cluster(Client(own), assignment, plan, settings, own)
    parts = urlsplit(address)
    if parts.scheme != "tls" and parts.hostname not in LOOPBACK:
        raise Refusal(
            f"{address} is not encrypted: whoever listens would read the hidden tests. Start the scheduler with TLS, "
            "give its address as tls://…, and name the certificates in Dask's configuration (distributed.comm.tls)."
        )
    try:
        client = Client(address, timeout=PATIENCE, security=Security() if parts.scheme == "tls" else None)
    except (OSError, ValueError, TypeError) as error:
        raise Refusal(
            f"No scheduler answers at {address} within {PATIENCE} s: {error}. Start it, or mend the address."
        ) from error
    return Cluster(client, assignment, plan, settings)


class Cluster:
    """An executor whose workers are Dask's."""

    def __init__(
        self,
        client: Client,
        assignment: Assignment,
        plan: Plan,
        settings: Settings,
        own: LocalCluster | None = None,
    ) -> None:
        self._client, self._own = client, own
        self._name = f"autograde-{uuid4().hex}"
        self._flying: dict[str, Future] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._order: deque[str] = deque()
        try:
            client.register_plugin(Grader(self._name, assignment, plan, settings))
        except Exception as error:
            self.close(at_once=True)
            raise Refusal(
                f"The workers of the cluster cannot grade: {error}. They need the same autograde and the same packages "
                "as this machine, and the course's own."
            ) from error

    def wanted(self) -> int:
        """How many more tasks it can take now, so that none of its workers has to wait for the next."""
        slots = sum(self._client.nthreads().values())
        return max(1, AHEAD * slots) - len(self._flying)

    def submit(self, task: Task) -> None:
        """Takes a task; a worker that is lost while it grades it costs nothing but time."""
        content = msgspec.json.encode(task)
        future = self._client.submit(_grade, self._name, content, key=f"{self._name}-{task.student}", pure=False)
        self._flying[task.student] = future
        future.add_done_callback(self._done.put)

    def wait(self, seconds: float) -> list[Result]:
        """What has been graded since the last time; after so many seconds at the latest, then it may be nothing."""
        found: list[Result] = []
        with suppress(queue.Empty):
            found.append(self._result(self._done.get(timeout=seconds) if seconds else self._done.get_nowait()))
            while True:
                found.append(self._result(self._done.get_nowait()))
        return found

    def running(self) -> list[str]:
        """The students whose submissions are being graded now, as far as that is known here."""
        return list(self._flying)[: sum(self._client.nthreads().values())]

    def close(self, *, at_once: bool = False) -> None:
        """Leaves the cluster as it was; a small one of this machine is ended."""
        with suppress(Exception):  # A scheduler that is gone cannot be told.
            if self._flying:
                self._client.cancel(list(self._flying.values()), force=True)
            self._client.unregister_worker_plugin(self._name)
        self._client.close(timeout=1 if at_once else PATIENCE)
        if self._own is not None:
            self._own.close(timeout=1 if at_once else PATIENCE)

    def _result(self, future: Future) -> Result:
        student = str(future.key).removeprefix(f"{self._name}-")
        del self._flying[student]
        try:
            return msgspec.json.decode(future.result(), type=Result)
        except KilledWorker as error:
            why = f"The workers that began it were lost, one after the other: {error}."
        except Exception as error:  # Whatever happened there is one student's message, never the class's.
            why = f"The cluster could not grade it: {type(error).__name__}: {error}."
        problem = Problem(
            kind="worker lost",
            weight=Weight.UNGRADED,
            student=student,
            what=why,
            do="See whether the cluster's workers have enough memory, and grade this student again.",
        )
        return Result(student=student, problems=(problem,))


class Grader(WorkerPlugin):
    """What a worker keeps for a run: the assignment, and a warm process for each of its slots."""

    def __init__(self, name: str, assignment: Assignment, plan: Plan, settings: Settings) -> None:
        self.name = name
        self._given = (msgspec.json.encode(assignment), msgspec.json.encode(plan), msgspec.json.encode(settings))

    def setup(self, worker: Any) -> None:
        """Starts a grader for each slot; the sandbox is the best of this machine, not of the one that asked."""
        assignment, plan, settings = self._given
        wished = msgspec.json.decode(settings, type=Settings)
        if wished.sandbox != "none":
            wished = rooms.with_sandbox(msgspec.structs.replace(wished, sandbox="best"))
        self.graders: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._all = [
            Worker(msgspec.json.decode(assignment, type=Assignment), msgspec.json.decode(plan, type=Plan), wished)
            for _ in range(worker.state.nthreads)
        ]
        for grader in self._all:
            grader.ready()
            self.graders.put(grader)

    def teardown(self, worker: Any) -> None:
        """Ends them."""
        for grader in self._all:
            grader.close()

    def grade(self, content: bytes) -> bytes:
        """A task as JSON becomes a result as JSON."""
        grader = self.graders.get()
        try:
            return grader(content)
        finally:
            self.graders.put(grader)


def _grade(name: str, content: bytes) -> bytes:
    grader = get_worker().plugins[name]
    assert isinstance(grader, Grader)
    return grader.grade(content)
