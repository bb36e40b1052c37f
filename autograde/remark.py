"""What the instructor should know of the assignment itself, whoever handed in what."""

from __future__ import annotations

import msgspec

MOST = 5
"""So many cells are named in a sentence."""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What weakens the grades of a notebook, and what to do."""

    kind: str
    """A word to sort by: "no solution", "solution stopped", "solution fails", "cannot fail" or "no control"."""
    notebook: str
    cells: tuple[str, ...] = ()
    what: str
    do: str

    @property
    def where(self) -> str:
        """The notebook and its cells; of many, the first."""
        rest = len(self.cells) - MOST
        return ", ".join([self.notebook, *self.cells[:MOST]]) + (f" and {rest} more" if rest > 0 else "")

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.do}"
