"""The mistakes of a learner, until they are mended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from course.study.journal import Event
from course.study.settings import Settings


@dataclass
class Mistakes:
    """Counted so far."""

    kinds: ClassVar[frozenset[str]] = frozenset({"answer"})

    counts: dict[str, int] = field(default_factory=dict)

    def take(self, event: Event, settings: Settings) -> None:
        """Follows one event."""
        self.counts[event.kind] = self.counts.get(event.kind, 0) + 1
