"""The loop of a run: hand out, collect, write, show, until everybody is through or somebody said stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from autograde.run.executor import Executor
from autograde.run.stop import Stop
from autograde.run.todo import Job
from autograde.task import Result

TICK = 0.2
"""Seconds after which the loop looks up, whatever happens: so long may Ctrl-C take to be noticed."""


class Desk(Protocol):
    """Where results go."""

    def settle(self, job: Job) -> None:
        """Ends a submission whose grades still stand."""

    def write(self, job: Job, result: Result) -> None:
        """Ends a submission with the result of this run."""

    def tick(self, running: list[str]) -> None:
        """Some time has passed."""


def coordinate(jobs: Iterator[Job], start: Callable[[], Executor], desk: Desk, stop: Stop) -> None:
    """Brings every submission to its end, or as many as it can before it is stopped.

    A submission is read when a worker will want it, so the memory of a run does not grow with the class. `start` is
    called for the first that has to run, so a run in which nothing has changed starts nothing.
    """
    executor: Executor | None = None
    under_way: dict[str, Job] = {}
    more = True
    try:
        while not stop.asked and (more or under_way):
            if more and (executor is None or executor.wanted() > 0):
                job = next(jobs, None)
                if job is None:
                    more = False
                elif job.result is not None:
                    desk.write(job, job.result)
                elif not job.task.notebooks:
                    desk.settle(job)
                else:
                    executor = executor or start()
                    executor.submit(job.task)
                    under_way[job.task.student] = job
            if executor is not None:
                waits = not more or executor.wanted() <= 0
                for result in executor.wait(TICK if waits else 0):
                    desk.write(under_way.pop(result.student), result)
            desk.tick(executor.running() if executor else [])
    except BaseException:
        if executor is not None:
            executor.close(at_once=True)
        raise
    if executor is not None:
        executor.close(at_once=stop.asked)
