"""Exams: taken, interrupted and finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from course.study.journal import Event
from course.study.settings import Settings


@dataclass
class Exams:
    """Counted so far."""

    kinds: ClassVar[frozenset[str]] = frozenset({"exam-start"})

    counts: dict[str, int] = field(default_factory=dict)

    def take(self, event: Event, settings: Settings) -> None:
        """Follows one event."""
        self.counts[event.kind] = self.counts.get(event.kind, 0) + 1
