"""Where results come in: each is written, counted, shown, and then forgotten."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from autograde.assignment import Assignment
from autograde.refusal import Refusal
from autograde.run.progress import Show
from autograde.run.tally import Outcome, State, Tally
from autograde.run.todo import Job
from autograde.run.worker import failed
from autograde.task import Graded, Problem, Result, Weight

if TYPE_CHECKING:
    from autograde.record import Record, SubmissionNow


class Desk:
    """Takes what comes of submissions, one after the other."""

    def __init__(
        self,
        record: Record,
        assignment: Assignment,
        tally: Tally,
        show: Show,
        tell: Callable[[Outcome], None],
        *,
        recall: bool,
    ) -> None:
        """With `recall`, outcomes of unchanged submissions have the verdicts that still stand."""
        self._record, self._assignment = record, assignment
        self._tally, self._show, self._tell, self._recall = tally, show, tell, recall

    def settle(self, job: Job) -> None:
        """Ends a submission whose grades still stand; a penalty for lateness may be another one now."""
        student = job.task.student
        problems = self._record.settle(
            job.task, self._assignment, timestamp=job.timestamp, fingerprints=job.fingerprints
        )
        graded = self._graded_before(student) if self._recall else ()
        self.through(Outcome(student, State.UNCHANGED, Result(student=student, graded=graded, problems=problems)))

    def write(self, job: Job, result: Result) -> None:
        """Ends a submission with the result of this run."""
        added = self._written(job, result)
        problems = tuple(dict.fromkeys((*job.task.problems, *result.problems, *added)))
        failed = any(problem.weight is Weight.UNGRADED for problem in problems)
        self.through(
            Outcome(
                result.student,
                State.UNGRADED if failed else State.GRADED,
                msgspec.structs.replace(result, problems=problems, files={}),
                job.why,
            )
        )

    def _written(self, job: Job, result: Result) -> tuple[Problem, ...]:
        try:
            return self._record.write(
                job.task, result, self._assignment, timestamp=job.timestamp, fingerprints=job.fingerprints
            )
        except Refusal:
            raise
        except Exception as error:  # One student's odd work is never the end of the run.
            return failed(job.task, error).problems

    @cached_property
    def _recorded(self) -> dict[str, SubmissionNow]:
        return self._record.verdicts(self._assignment)

    def _graded_before(self, student: str) -> tuple[Graded, ...]:
        recorded = self._recorded.get(student)
        notebooks = recorded.notebooks.values() if recorded else ()
        return tuple(Graded(name=one.name, text="", verdicts=one.verdicts, seconds=one.seconds) for one in notebooks)

    def through(self, outcome: Outcome) -> None:
        """Counts and shows what has become of a submission."""
        self._tally.add(outcome)
        self._tell(outcome)
        self._show.add(outcome, self._tally)

    def tick(self, running: list[str]) -> None:
        """Some time has passed."""
        self._show.tick(self._tally, running)
