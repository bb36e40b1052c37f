"""Tasks graded by processes of this machine."""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from autograde.refusal import Refusal
from autograde.run import process
from autograde.run.channel import Channel, Closed
from autograde.task import Problem, Result, Task, Weight

READY, REFUSED, RESULT, TASK = range(4)
"""What a message between a worker and this process is."""

AHEAD = 2
"""Tasks that a worker has: the one that it grades and the next, so that it never waits for us."""
TRIES = 2
"""How often a task is begun when its worker dies in it."""
FAILED_STARTS = 3
"""So many workers in a row that die before they are ready mean that none ever will be."""
ABOUT_STARTS = "See whether this machine has enough memory, and what they said before they ended, if anything."

Grade = Callable[[bytes], bytes]
"""A task as JSON becomes a result as JSON."""


@dataclass
class _Given:
    """A task that a worker has."""

    student: str
    content: bytes
    seconds: float
    """How long it may take, whatever happens in it."""
    tries: int = 0


@dataclass
class _Worker:
    number: int
    pid: int
    channel: Channel
    given: deque[_Given] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0
    """When it began with the first of its tasks."""
    overdue: bool = False

    def begin(self) -> None:
        self.since = time.monotonic()


class Local:
    """An executor that forks its workers from this process, which may have no thread for as long as it is open."""

    def __init__(
        self,
        start: Callable[[int], Grade],
        workers: int,
        *,
        seconds: Callable[[Task], float] = lambda task: 3600,
    ) -> None:
        """`start(number)` is called in the worker of that number and returns what grades; a Refusal ends the run."""
        self._start, self._seconds = start, seconds
        self._selector = selectors.DefaultSelector()
        self._done: list[Result] = []
        self._failed_starts = 0
        self._workers: list[_Worker] = []
        for number in range(workers):
            self._workers.append(self._fork(number))

    def wanted(self) -> int:
        """How many more tasks it can take now, so that none of its workers has to wait for the next."""
        return sum(AHEAD - len(worker.given) for worker in self._workers)

    def submit(self, task: Task) -> None:
        """Gives a task to the worker with the fewest."""
        given = _Given(task.student, msgspec.json.encode(task), self._seconds(task))
        self._give(min(self._workers, key=lambda worker: len(worker.given)), given)

    def wait(self, seconds: float) -> list[Result]:
        """What has been graded since the last time; after so many seconds at the latest, then it may be nothing."""
        for key, events in self._selector.select(0 if self._done else seconds):
            self._serve(key.data, events)
        now = time.monotonic()
        for worker in self._workers:
            if worker.given and not worker.overdue and now - worker.since > worker.given[0].seconds:
                worker.overdue = True
                os.kill(worker.pid, signal.SIGKILL)
        done, self._done = self._done, []
        return done

    def running(self) -> list[str]:
        """The students whose submissions are being graded now."""
        return [worker.given[0].student for worker in self._workers if worker.given]

    def close(self, *, at_once: bool = False) -> None:
        """Ends all workers; with `at_once`, also in the middle of a task."""
        workers, self._workers = self._workers, []
        for worker in workers:
            if at_once:
                os.kill(worker.pid, signal.SIGKILL)
            worker.channel.close()
        for worker in workers:
            process.end(worker.pid, patience=5)
        self._selector.close()

    def _fork(self, number: int) -> _Worker:
        ours, theirs = Channel.pair()
        # Whoever held another worker's channel would keep that worker from seeing our end.
        drop = {ours.fileno(), *(worker.channel.fileno() for worker in self._workers if worker.channel.is_open)}
        pid = process.fork(lambda: self._work(number, theirs), drop)
        theirs.close()
        worker = _Worker(number, pid, ours)
        self._selector.register(ours, selectors.EVENT_READ, worker)
        return worker

    def _work(self, number: int, channel: Channel) -> None:
        """What a worker does for all of its life."""
        try:
            grade = self._start(number)
            channel.put(READY)
            while True:
                for _, content in channel.pull():
                    channel.put(RESULT, grade(content))
        except Refusal as refusal:
            channel.put(REFUSED, str(refusal).encode())
        except Closed:
            return

    def _give(self, worker: _Worker, given: _Given) -> None:
        if not worker.given:
            worker.begin()
        worker.given.append(given)
        try:
            worker.channel.put(TASK, given.content)
        except Closed:  # It died; reading from it will say so.
            return
        self._watch(worker)

    def _watch(self, worker: _Worker) -> None:
        writing = selectors.EVENT_WRITE if worker.channel.has_unsent else 0
        if self._selector.get_key(worker.channel).events != selectors.EVENT_READ | writing:
            self._selector.modify(worker.channel, selectors.EVENT_READ | writing, worker)

    def _serve(self, worker: _Worker, events: int) -> None:
        alive = True
        try:
            if events & selectors.EVENT_READ:
                for kind, content in worker.channel.pull():
                    self._take(worker, kind, content)
            if events & selectors.EVENT_WRITE:
                worker.channel.push()
        except Closed:
            alive = False
        if alive:
            self._watch(worker)
        else:
            self._replace(worker)

    def _take(self, worker: _Worker, kind: int, content: bytes) -> None:
        if kind == REFUSED:
            raise Refusal(content.decode())
        if kind == READY:
            worker.ready = True
            self._failed_starts = 0
            worker.begin()  # What it was given before has not been waiting for itself.
            return
        self._done.append(msgspec.json.decode(content, type=Result))
        worker.given.popleft()
        worker.begin()

    def _replace(self, worker: _Worker) -> None:
        """Puts a fresh worker in the place of one that died; what it was grading is tried once more."""
        self._selector.unregister(worker.channel)
        worker.channel.close()
        how = process.said(process.end(worker.pid, patience=1))
        if worker.overdue:
            how = "it took longer than all its limits together, and its process was ended"
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts == FAILED_STARTS:
                self._workers.remove(worker)
                raise Refusal(f"No worker can be started: {how}. {ABOUT_STARTS}")
        elif worker.given:
            worker.given[0].tries += 1
            if worker.given[0].tries == TRIES:
                self._done.append(given_up(worker.given.popleft().student, how))
        fresh = self._fork(worker.number)
        self._workers[self._workers.index(worker)] = fresh
        for given in worker.given:
            self._give(fresh, given)


def given_up(student: str, how: str) -> Result:
    """The result of a submission whose worker died each time it was tried."""
    problem = Problem(
        kind="worker lost",
        weight=Weight.UNGRADED,
        student=student,
        what=f"Grading it was begun {TRIES} times and never came to an end: {how}.",
        do="See whether this machine has enough memory, and grade this student again.",
    )
    return Result(student=student, problems=(problem,))
