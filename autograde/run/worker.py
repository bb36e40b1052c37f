"""What a worker does: a task becomes a result, whatever happens in it. A process of this machine or Dask calls it."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograde.assignment import Assignment
from autograde.run import rooms
from autograde.sandbox.space import NoSpace
from autograde.settings import Settings
from autograde.task import Problem, Result, Task, Weight

if TYPE_CHECKING:
    from autograde.grading.plan import Plan
    from autograde.kernel.warm import Warm


class Worker:
    """Grades with one warm process, and starts another one when that fails."""

    def __init__(
        self,
        assignment: Assignment,
        plan: Plan,
        settings: Settings,
        hidden: Sequence[str] = (),
        warm: Warm | None = None,
    ) -> None:
        """Without a warm process, it starts its own, out of whose reach is what lies at `hidden`."""
        self._assignment, self._plan, self._settings, self._hidden = assignment, plan, settings, hidden
        self._warm = warm
        self._prepared = False

    def ready(self) -> None:
        """Waits until it can grade. A Refusal says that it never can: no submission has been near it yet."""
        if self._warm is None:
            self._warm, self._prepared = rooms.start_warm(self._settings, self._hidden), False
        if not self._prepared:
            self._warm.preload(self._plan.modules)
            self._prepared = True
        self._warm.ready()

    def __call__(self, content: bytes) -> bytes:
        """The result of a task, both as JSON; a Refusal is that of `ready`."""
        task = msgspec.json.decode(content, type=Task)
        result = self.grade(task)
        try:
            return msgspec.json.encode(result)
        except Exception as error:  # Such as text that no encoding has.
            return msgspec.json.encode(failed(task, error))

    def grade(self, task: Task) -> Result:
        """The result of a task. What fails in the machinery is tried once more with a fresh warm process."""
        self.ready()
        try:
            return self._grade(task)
        except NoSpace:
            return without_space(task)
        except Exception:
            self.close()
        self.ready()
        try:
            return self._grade(task)
        except Exception as error:
            self.close()
            return failed(task, error)

    def close(self) -> None:
        """Ends the warm process."""
        if self._warm is not None:
            warm, self._warm = self._warm, None
            warm.close()

    def _grade(self, task: Task) -> Result:
        assert self._warm is not None
        return rooms.grade(task, self._assignment, self._warm, self._settings, self._plan)


def failed(task: Task, error: Exception) -> Result:
    """The result of a submission in which not the student's code failed but the engine."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}, line {frame.lineno}"
    problem = Problem(
        kind="engine failed",
        weight=Weight.UNGRADED,
        student=task.student,
        what=f"The engine failed at it, not the student: {type(error).__name__}: {error} ({where}).",
        do="Grade this student again; if it happens again, grade the submission by hand.",
    )
    return Result(student=task.student, problems=(*task.problems, problem))


def without_space(task: Task) -> Result:
    """The result of a submission for which the disk of the machine had no space."""
    problem = Problem(
        kind="machine's disk full",
        weight=Weight.UNGRADED,
        student=task.student,
        what="There was no space left on the disk for temporary files. It is not the student's fault.",
        do="Free some space, or name another folder in TMPDIR, and run the same command again.",
    )
    return Result(student=task.student, problems=(*task.problems, problem))
