"""What became of a cell that was run."""

from __future__ import annotations

from typing import Any

import msgspec

from autograde.task import Ended


class Ran(msgspec.Struct, kw_only=True):
    """A cell after its run."""

    outputs: list[Any]
    """As nbformat has them. A later cell may still change them: an update of a display goes to where it was shown."""
    count: int | None = None
    ended: Ended = Ended.OK
    name: str = ""
    """Of the error: its class."""
    value: str = ""
    traceback: list[str] = []
    seconds: float = 0.0
    cut: bool = False
    """It said more than is allowed, and the rest was dropped."""
    how: str = ""
    """How its process ended, when it did, such as "exit status 3" or "signal SIGKILL"."""
    suspect: str = ""
    """What it sent that no session sends; whoever finds something here should look for tampering."""

    @property
    def ok(self) -> bool:
        """Whether it ran to its end without an error."""
        return self.ended is Ended.OK
