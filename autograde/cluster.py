"""The same tasks on a Dask cluster: another executor, for classes that are too large for one machine.

The workers get the assignment once, each task as JSON, and give each result as JSON: nothing that a student's code made
is ever unpickled here. Nothing is forked from a worker, which has threads; each of its slots has a warm process.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from urllib.parse import urlsplit
from uuid import uuid4

import dask
import msgspec
from distributed import Client, Future, LocalCluster, Security
from distributed.scheduler import KilledWorker

from autograde.assignment import Assignment
from autograde.cluster_worker import Grader, grade
from autograde.grading.plan import Plan
from autograde.refusal import Refusal
from autograde.settings import Settings
from autograde.task import Problem, Result, Task, Weight

AHEAD = 3
"""Parcels that a slot has: the one that it grades and those that wait beside it, so that it never waits for us."""
WORTH, MOST, LARGEST = 0.3, 8, 5_000_000
"""Seconds that a parcel of tasks should take: Dask needs about as long for one task as for eight. And its limits."""
LOCAL = "local"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PATIENCE = 15
"""Seconds in which a scheduler must answer."""
NOBODY = 120.0
"""Seconds in which a worker must come: a cluster may have to get a machine first."""
LOOKS = 1.0
"""Seconds between two looks at who is there."""
QUIET = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # A submission is no graph.
}
OWN = {
    "distributed.scheduler.allowed-failures": 1,  # As many tries as without a cluster.
    # Pages that tell everybody on this machine who is graded.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # What watches where time goes takes some of it.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.scheduler.work-stealing": False,  # There is never much to steal: tasks are handed out one by one.
}
"""Of a cluster of our own."""
LOST = (
    "The scheduler of the cluster is gone ({}). What was graded is kept. Start the scheduler, then run the same again."
)


def connect(
    address: str, assignment: Assignment, plan: Plan, settings: Settings, hidden: Sequence[str] = ()
) -> Cluster:
    """An executor on the cluster at an address such as tls://scheduler:8786, or on a small one of this machine.

    What lies at `hidden` no student's code can reach, where a worker's machine has it.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # What goes wrong is said in our own words.
    dask.config.set(QUIET)
    with contextlib.ExitStack() as stack:
        own: LocalCluster | None = None
        if address == LOCAL:
            own = stack.enter_context(_own(settings.workers))
            client = stack.enter_context(Client(own, direct_to_workers=True))
        else:
            client = stack.enter_context(_client(address))
        cluster = Cluster(client, own)
        stack.callback(cluster.leave)
        cluster.prepare(assignment, plan, settings, hidden)
        stack.pop_all()
    return cluster


def _own(workers: int) -> LocalCluster:
    """A cluster of this machine, with certificates that are only in memory; it listens on this machine alone."""
    dask.config.set(OWN)
    own = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        memory_limit=0,
        host="127.0.0.1",
        protocol="tls://",
        security=Security.temporary(),
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )
    loop, scheduler = own.loop, own.scheduler
    assert loop is not None
    assert scheduler is not None
    loop.add_callback(scheduler.http_server.stop)
    return own


def _client(address: str) -> Client:
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    encrypted = parts.scheme == "tls"
    if not (encrypted or parts.hostname in LOOPBACK):
        raise Refusal(
            f"{address} is not encrypted: whoever listens would read the hidden tests. Start the scheduler with TLS, "
            "give its address as tls://…, and name the certificates in Dask's configuration (distributed.comm.tls)."
        )
    security = Security() if encrypted else None
    try:
        if security and not security.get_connection_args("client").get("ssl_context"):
            raise Refusal(
                f"{address} wants certificates, and Dask's configuration names none. Name them there: ca-file and "
                "client, below distributed.comm.tls."
            )
        return Client(parts.geturl(), timeout=PATIENCE, security=security)
    except (OSError, ValueError, TypeError) as error:
        why = str(error) or type(error).__name__
        raise Refusal(f"No scheduler answers at {address}: {why}. Start it, or mend the address.") from error


Parcel = list[tuple[str, bytes]]
"""Tasks as JSON, by their students, which a worker gets together."""


class Cluster:
    """An executor whose workers are Dask's."""

    def __init__(self, client: Client, own: LocalCluster | None = None) -> None:
        self._client, self._own = client, own
        self._name = f"autograde-{uuid4().hex}"
        self._parcel: Parcel = []
        """What is not sent yet."""
        self._size = 1
        self._flying: dict[str, tuple[Future, Parcel]] = {}
        self._numbers = count()
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._slots = 0
        self._looked = 0.0
        self._seen = time.monotonic()
        """When there was a worker last."""

    def prepare(self, assignment: Assignment, plan: Plan, settings: Settings, hidden: Sequence[str]) -> None:
        """Gives all workers what they need, those too that come later."""
        self._check(self._workers())
        grader = Grader(self._name, assignment, plan, settings, hidden, alone=self._own is not None)
        try:
            self._client.register_plugin(grader)
        except Refusal as refusal:
            raise Refusal(f"A worker of the cluster cannot grade. {refusal}") from refusal
        except Exception as error:
            raise Refusal(
                f"The workers of the cluster cannot grade ({type(error).__name__}: {error}). They need the same "
                "autograde and the same packages as this machine, and the course's own."
            ) from error

    def wanted(self) -> int:
        """How many more tasks it can take now, so that none of its workers has to wait for the next."""
        self._look()
        under_way = sum(len(parcel) for _, parcel in self._flying.values()) + len(self._parcel)
        return max(1, AHEAD * self._slots) * self._size - under_way

    def submit(self, task: Task) -> None:
        """Takes a task; a worker that is lost while it grades it costs nothing but time."""
        self._parcel.append((task.student, msgspec.json.encode(task)))
        if len(self._parcel) >= self._size or sum(len(content) for _, content in self._parcel) > LARGEST:
            self._send()

    def wait(self, seconds: float) -> list[Result]:
        """What has been graded since the last time; after so many seconds at the latest, then it may be nothing."""
        self._look()
        if seconds:
            self._send()  # There is no other task for now.
        found: list[Result] = []
        with contextlib.suppress(queue.Empty):
            found += self._results(self._done.get(timeout=seconds) if seconds else self._done.get_nowait())
            while True:
                found += self._results(self._done.get_nowait())
        if found:
            average = sum(result.seconds for result in found) / len(found)
            self._size = max(1, min(MOST, round(WORTH / max(average, WORTH / MOST))))
        return found

    def running(self) -> list[str]:
        """The students whose submissions are being graded now, as far as that is known here."""
        return [parcel[0][0] for _, parcel in list(self._flying.values())[: self._slots]]

    def close(self, *, at_once: bool = False) -> None:
        """Leaves the cluster as it was; a small one of this machine is ended."""
        self.leave()
        self._client.close(timeout=1 if at_once else PATIENCE)
        if self._own is not None:
            self._own.close(timeout=1 if at_once else PATIENCE)

    def leave(self) -> None:
        """Ends what this run has on the workers."""
        if self._client.status != "running":
            return  # A scheduler that is gone cannot be told.
        with contextlib.suppress(Exception):  # It may go just now.
            if self._flying:
                self._client.cancel([future for future, _ in self._flying.values()], force=True)
            self._client.unregister_worker_plugin(self._name)

    def _look(self) -> None:
        """Sees from time to time who is there; it costs a question to the scheduler."""
        now = time.monotonic()
        if now - self._looked < LOOKS:
            return
        workers = self._workers()
        self._check(workers)
        self._looked, self._slots = now, sum(workers.values())
        if workers:
            self._seen = now
        elif now - self._seen > NOBODY:
            raise Refusal(
                f"The cluster has had no worker for {NOBODY / 60:g} minutes. What was graded is kept. Start workers, "
                "then run the same again."
            )

    def _workers(self) -> Mapping[str, int]:
        """The addresses of the workers, and how many tasks each takes at a time."""
        with self._reaching():
            found: Mapping[str, int] = self._client.nthreads()
            return found

    def _check(self, workers: Mapping[str, int]) -> None:
        for address in workers:
            parts = urlsplit(address)
            if parts.scheme != "tls" and parts.hostname not in LOOPBACK:
                raise Refusal(
                    f"The worker at {address} is reached without encryption: whoever listens would read the hidden "
                    "tests. Start scheduler and workers with TLS."
                )

    @contextlib.contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError) as error:  # What Dask raises when a connection is closed or was never there.
            raise Refusal(LOST.format(str(error) or type(error).__name__)) from error

    def _send(self, parcel: Parcel | None = None) -> None:
        if parcel is None:
            parcel, self._parcel = self._parcel, []
        if not parcel:
            return
        key = f"{self._name}-{next(self._numbers)}"
        with self._reaching():
            future = self._client.submit(grade, self._name, [content for _, content in parcel], key=key, pure=False)
        self._flying[key] = future, parcel
        future.add_done_callback(self._done.put)

    def _results(self, future: Future) -> list[Result]:
        _, parcel = self._flying.pop(str(future.key))
        if future.cancelled():  # Not by us: then nobody waits for it any more.
            raise Refusal(LOST.format("it let go of its tasks"))
        students = [student for student, _ in parcel]
        try:
            results = [msgspec.json.decode(content, type=Result) for content in future.result()]
            if [result.student for result in results] == students:
                return results
            why = f"The cluster gave results of {', '.join(result.student for result in results) or 'nobody'} for it."
        except KilledWorker as error:
            why = f"The workers that began it were lost, one after the other: {error}"
        except Exception as error:  # Whatever happened there is one student's message, never the class's.
            why = f"The cluster could not grade it: {type(error).__name__}: {error}."
        if len(parcel) > 1:  # Whose it was shows when each goes alone.
            for one in parcel:
                self._send([one])
            return []
        return [_lost(students[0], why)]


def _lost(student: str, why: str) -> Result:
    problem = Problem(
        kind="worker lost",
        weight=Weight.UNGRADED,
        student=student,
        what=why,
        do="See whether the cluster's workers have enough memory, and grade this student again.",
    )
    return Result(student=student, problems=(problem,))
