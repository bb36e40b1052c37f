"""What is known of each submission, as the report needs it: plain data."""

from __future__ import annotations

import msgspec

from autograde.task import Problem, Verdict


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One notebook of one student, as it stands in the gradebook now."""

    student: str
    notebook: str
    score: float
    """Manual points, extra credit and late penalty included."""
    most: float
    by_hand: bool = False
    """Whether a person still has to judge a part of it."""
    late: float = 0.0
    """Points that were taken because it came late."""
    verdicts: tuple[Verdict, ...] = ()
    answers: dict[str, str] = {}
    """The student's own cells: the source of each answer by its id."""
    problems: tuple[Problem, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the graded cells ran."""
        return sum(verdict.seconds for verdict in self.verdicts)
