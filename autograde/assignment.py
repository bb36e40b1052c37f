"""What the instructor's gradebook and source folder say of an assignment, as plain data that a worker needs."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell as it was when the instructor made the release; hidden tests are in its source."""

    name: str
    kind: str
    """code or markdown."""
    locked: bool
    source: str
    checksum: str | None
    grade: str | None = None
    """The id of its row in the gradebook, for a cell with points."""
    solution: str | None = None
    """The same for a cell that a student fills in."""
    task: str | None = None
    """The same for a task of which nbgrader grades everything by hand."""
    points: float = 0.0


class Notebook(msgspec.Struct, frozen=True, kw_only=True):
    """One notebook of the assignment."""

    id: str
    name: str
    kernelspec: str | None
    cells: tuple[Cell, ...]
    """Those with nbgrader's metadata, in the instructor's order."""
    reference: str | None = None
    """The text of the notebook under source/, with its solutions; None where there is none."""
    unread: str = ""
    """Why there is none, in words that go on after "The notebook under source/"; empty where it is there."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A preprocessor that nbgrader runs on each notebook: one of its own, or one of the course's."""

    name: str
    """What it is imported by."""
    config: str = "{}"
    """What nbgrader_config.py sets for it, as JSON."""
    code: str = ""
    """What the text of its module is known by."""


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """The preprocessors of a course beside those for which the engine has its own, in their order."""

    first: tuple[Step, ...] = ()
    """For what was handed in, before all else."""
    then: tuple[Step, ...] = ()
    """Before the run, when the instructor's cells are as the instructor made them."""
    ran: tuple[Step, ...] = (Step(name="nbgrader.preprocessors.LimitOutput"),)
    """Between the run and the scores."""
    last: tuple[Step, ...] = ()
    """After the scores, which they change no more."""

    @property
    def own(self) -> list[str]:
        """The names of those that come neither with nbgrader nor with nbconvert."""
        names = [step.name for step in (*self.first, *self.then, *self.ran, *self.last)]
        return [name for name in names if not name.startswith(("nbgrader.", "nbconvert."))]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment, as a worker needs it."""

    id: str
    name: str
    course: str
    due: datetime | None
    notebooks: tuple[Notebook, ...]
    files: dict[str, bytes] = {}
    """The instructor's support files, by path relative to the assignment; they go over the student's."""
    steps: Steps = Steps()
    hidden: tuple[str, str] = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
    """What the first and the last line of hidden tests contain."""
