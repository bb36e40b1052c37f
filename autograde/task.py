"""What a worker is asked, and what it answers: plain data, which travels as JSON to a process or to another machine."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Weight(StrEnum):
    """How much a problem matters."""

    NOTE = "note"  # Worth a line, costs nothing.
    LOOK = "look"  # A person should look at it.
    UNGRADED = "not graded"  # What it names has no grade of this run.


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What a person must know: whose, where, what happened, what to do."""

    kind: str
    """A word to sort by, such as "broken notebook", "timed out" or "tampering suspected"."""
    weight: Weight
    student: str
    notebook: str | None = None
    cell: str | None = None
    what: str
    do: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.student, self.notebook, self.cell) if part)
        return f"{where}: {self.what} {self.do}".rstrip()


class Judged(StrEnum):
    """Which way a cell's points were judged."""

    OUTSIDE = "outside"  # The assertions ran in another process than the student's code.
    INSIDE = "inside"  # In the student's process, with tamper evidence.
    UNTOUCHED = "untouched"  # An answer as it was released: nothing, without running it.
    BY_HAND = "by hand"  # A person judges it.
    MISSING = "missing"  # The cell or its notebook was not handed in.


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell with points or a comment earned."""

    cell: str
    judged: Judged
    points: float | None
    """What nbgrader calls auto_score; None where a person has to judge."""
    most: float
    comment: str | None = None
    """What nbgrader calls auto_comment."""
    message: str = ""
    """Why points are missing, in words a student can use; may be empty."""
    seconds: float = 0.0
    graded: bool = True
    """False for a solution that only has a comment, not points."""


class Ended(StrEnum):
    """How the run of a cell ended."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    DIED = "died"  # The process ended in it.
    LIMIT = "limit"  # It wrote or used more than is allowed.


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """One notebook of a submission after its run."""

    name: str
    text: str
    """The executed notebook, as it is to lie under autograded/."""
    verdicts: tuple[Verdict, ...]
    seconds: float = 0.0


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One submission that is to be graded; it needs no file of the course but those it carries."""

    student: str
    assignment: str
    files: dict[str, bytes]
    """What was handed in, notebooks included, by path relative to the submission."""
    notebooks: tuple[str, ...]
    """The names, without .ipynb, of the notebooks that are to be graded."""
    problems: tuple[Problem, ...] = ()
    """What reading the submission found."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a task."""

    student: str
    graded: tuple[Graded, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: dict[str, bytes] = {}
    """What the student's code wrote or changed in its folder, within the limits."""
    seconds: float = 0.0

    @property
    def is_graded(self) -> bool:
        """Whether this submission has grades of this run."""
        return bool(self.graded) and not any(
            problem.weight is Weight.UNGRADED and problem.notebook is None for problem in self.problems
        )
