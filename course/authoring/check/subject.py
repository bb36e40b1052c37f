"""What is being checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course.authoring.manuscript import Cell, Manuscript
from course.authoring.marks import Mark
from course.bank import Bank
from course.house import House, TopicFolder
from course.problems import Problem
from course.records import RecordFile


@dataclass(frozen=True)
class Subject:
    """One topic with everything that was read from its folder."""

    house: House
    folder: TopicFolder
    texts: tuple[Manuscript, ...]
    bank: RecordFile[Bank]
    library: Path | None = None
    """Where the cells that are run find questions and hints: what `course build` would make of the present text."""

    @property
    def complete(self) -> bool:
        """Whether the topic claims to be done, and so owes everything."""
        return self.bank.record.status == "complete"

    @cached_property
    def lessons(self) -> list[Manuscript]:
        """Its lessons, without the exercises."""
        return [text for text in self.texts if text.path != self.folder.exercises_path]

    def marked(self, role: str) -> Iterator[tuple[Manuscript, Cell, Mark]]:
        """All cells of that role, with their text and mark."""
        for text in self.texts:
            for cell, mark in text.marked(role):
                yield text, cell, mark


def at(text: Manuscript, cell: Cell, what: str, todo: str, offset: int = 0) -> Problem:
    """A problem with a cell, at its header's line or `offset` lines below."""
    return Problem(text.path, cell.line + offset, what, todo)
