"""How long a notebook may run, and what is left of it."""

from __future__ import annotations

from autograde.settings import Limits

OVERTIME = 0.2
"""Part of a notebook's time that its tests have together when everything else has used it up."""
LEAST = 0.05


class Clock:
    """The time of one notebook. When it is over, only tests are run any more, and those for a short while."""

    def __init__(self, limits: Limits) -> None:
        self._cell = limits.cell_seconds
        self._left = limits.notebook_seconds
        self._overtime = limits.notebook_seconds * OVERTIME

    def seconds(self, *, scored: bool) -> float:
        """What the next cell may take; 0 when there is nothing left for it."""
        left = self._left
        if left < LEAST and scored:
            left = self._overtime
        return min(self._cell, left) if left >= LEAST else 0.0

    @property
    def is_over(self) -> bool:
        """Whether the notebook's time is used up."""
        return self._left < LEAST

    def spend(self, seconds: float) -> None:
        """Takes what a cell took."""
        if self.is_over:
            self._overtime -= seconds
        else:
            self._left -= seconds
