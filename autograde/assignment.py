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


class Finishing(msgspec.Struct, frozen=True, kw_only=True):
    """What nbgrader does to a notebook between its run and its scores, as nbgrader_config.py has it."""

    ignored: str | None = None
    """IgnorePattern: what is written to stderr and matches this is left out; None where that is not switched on."""
    limited: bool = True
    """LimitOutput: whether outputs are shortened at all."""
    lines: int = 1000
    traceback: int = 100
    cleared: bool = False
    """ClearMetadataPreprocessor: whether metadata is cleared."""
    clear_notebook: bool = True
    clear_cells: bool = True
    keep_notebook: tuple[str | tuple[str, ...], ...] = (("language_info", "name"),)
    """Names of the metadata that is kept, or the path to it."""
    keep_cells: tuple[str | tuple[str, ...], ...] = ()


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment, as a worker needs it."""

    id: str
    name: str
    course: str
    due: datetime | None
    notebooks: tuple[Notebook, ...]
    files: dict[str, bytes] = {}
    """The instructor's support files, by path relative to the assignment; they go over the student's."""
    finishing: Finishing = Finishing()
    hidden: tuple[str, str] = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
    """What the first and the last line of hidden tests contain."""
