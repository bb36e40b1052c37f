"""What a run has come to so far: counted, with every problem kept and nothing else that grows with the class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from autograde.remark import Remark
from autograde.task import Judged, Problem, Result, Verdict, Weight

MOVED = "graded in another Python environment"
AGAIN = "again because the Python environment changed"
"""Why everybody has to be graded in this one, and what is said of it."""


class State(StrEnum):
    """What became of a submission in a run."""

    GRADED = "graded"
    UNCHANGED = "unchanged"  # Graded before, and nothing that matters has changed since.
    UNGRADED = "not graded"
    DUE = "to be graded"  # In a rehearsal.


@dataclass(frozen=True)
class Outcome:
    """What became of one submission."""

    student: str
    state: State
    result: Result
    """For an unchanged one, without notebooks."""
    why: Mapping[str, str] = field(default_factory=dict)
    """For each notebook that was graded, or would be in a rehearsal, why."""

    @property
    def has_moved(self) -> bool:
        """Whether it was graded again only because the environment is another one."""
        return bool(self.why) and set(self.why.values()) == {MOVED}

    @property
    def points(self) -> float:
        """What it earned without a person."""
        return sum(verdict.points or 0 for verdict in self._verdicts)

    @property
    def most(self) -> float:
        """What could be earned without a person."""
        return sum(verdict.most for verdict in self._verdicts if verdict.points is not None)

    @property
    def by_hand(self) -> float:
        """What a person has to judge."""
        return sum(verdict.most for verdict in self._verdicts if verdict.points is None)

    @property
    def _verdicts(self) -> Iterator[Verdict]:
        return (verdict for graded in self.result.graded for verdict in graded.verdicts if verdict.graded)


@dataclass
class Tally:
    """Adds up outcomes."""

    asked: int = 0
    states: Counter[State] = field(default_factory=Counter)
    points: dict[Judged, float] = field(default_factory=dict)
    """How many points could be earned in the submissions that were graded, by the way they were judged."""
    problems: list[Problem] = field(default_factory=list)
    moved: int = 0
    """How many were graded again only because the environment is another one."""
    remarks: tuple[Remark, ...] = ()
    """What the instructor should know of the assignment itself."""

    @property
    def done(self) -> int:
        """How many submissions are through."""
        return self.states.total()

    def add(self, outcome: Outcome) -> None:
        """Counts an outcome."""
        self.states[outcome.state] += 1
        self.problems += outcome.result.problems
        if outcome.state is State.GRADED:
            self.moved += outcome.has_moved
            for graded in outcome.result.graded:
                for verdict in graded.verdicts:
                    if verdict.graded and verdict.most:
                        way = Judged.BY_HAND if verdict.points is None else verdict.judged
                        self.points[way] = self.points.get(way, 0.0) + verdict.most

    def of(self, *weights: Weight) -> list[Problem]:
        """The problems of these weights, in the order of the students."""
        return sorted(
            (problem for problem in self.problems if problem.weight in weights),
            key=lambda problem: (problem.student, problem.notebook or "", problem.cell or ""),
        )


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str], most: int = 4) -> str:
    """Names in a line, the rest of a long list as a number."""
    names = list(names)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
