"""What a run made of a submission, sorted by what has to be written of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from autograde.assignment import Assignment, Notebook
from autograde.record import rows
from autograde.task import Graded, Problem, Result, Task, Verdict, Weight


@dataclass(frozen=True)
class Outcome:
    """A submission that was asked for, what came of it, and what it is compared with the next time."""

    task: Task
    result: Result
    assignment: Assignment
    timestamp: datetime | None
    fingerprints: Mapping[str, str]

    @property
    def student(self) -> str:
        """Whose it is."""
        return self.task.student

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, each once."""
        return tuple(dict.fromkeys((*self.task.problems, *self.result.problems)))

    @cached_property
    def general(self) -> tuple[Problem, ...]:
        """The problems of the submission as a whole."""
        return tuple(problem for problem in self.problems if problem.notebook is None)

    @cached_property
    def graded(self) -> dict[str, Graded]:
        """The notebooks that have grades of this run."""
        return {
            graded.name: graded
            for graded in self.result.graded
            if graded.name in self._notebooks and graded.name not in self._ungraded and not self._is_void
        }

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The notebooks of the assignment that were not handed in."""
        if self._is_void:
            return ()
        known = {*self.graded, *self._ungraded}
        return tuple(name for name in self._notebooks if name not in known and not self._is_handed_in(name))

    @cached_property
    def refused(self) -> dict[str, tuple[Problem, ...]]:
        """The notebooks that were to be graded and were not, and why."""
        asked = [name for name in self._notebooks if name in self.task.notebooks or name in self._ungraded]
        return {
            name: self.problems_of(name, Weight.UNGRADED) or self._void or (self._unexplained(name),)
            for name in asked
            if name not in self.graded and name not in self.missing
        }

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """The notebooks whose rows and files stay as they are."""
        return tuple(name for name in self._notebooks if name not in self.graded and name not in self.missing)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the assignment was handed in; then nbgrader does not know of a submission either."""
        was_read = not any(problem.weight is Weight.UNGRADED for problem in self.task.problems)
        return was_read and not any(map(self._is_handed_in, self._notebooks))

    @cached_property
    def marked(self) -> dict[str, rows.Marks]:
        """What is to stand in the gradebook, by notebook."""
        given = {name: rows.marks(self._notebooks[name], graded.verdicts) for name, graded in self.graded.items()}
        return given | {name: rows.missing_marks(self._notebooks[name]) for name in self.missing}

    def verdicts(self, name: str) -> tuple[Verdict, ...]:
        """The verdicts on a notebook that was graded or is missing."""
        return self.graded[name].verdicts if name in self.graded else rows.missing_verdicts(self._notebooks[name])

    def problems_of(self, name: str, weight: Weight | None = None) -> tuple[Problem, ...]:
        """The problems of a notebook, or those of one weight."""
        return tuple(each for each in self.problems if each.notebook == name and weight in (None, each.weight))

    @cached_property
    def _notebooks(self) -> dict[str, Notebook]:
        return {notebook.name: notebook for notebook in self.assignment.notebooks}

    @cached_property
    def _ungraded(self) -> set[str]:
        found = {problem.notebook for problem in self.problems if problem.weight is Weight.UNGRADED}
        return {name for name in found if name is not None}

    @cached_property
    def _void(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.general if problem.weight is Weight.UNGRADED)

    @property
    def _is_void(self) -> bool:
        return bool(self._void)

    def _is_handed_in(self, name: str) -> bool:
        return f"{name}.ipynb" in self.task.files

    def _unexplained(self, name: str) -> Problem:
        return Problem(
            kind="not graded",
            weight=Weight.UNGRADED,
            student=self.student,
            notebook=name,
            what="Nothing came back from grading it.",
            do="Grade it again.",
        )
