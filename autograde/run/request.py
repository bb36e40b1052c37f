"""What a person asked for."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Request:
    """A run, as the command's options describe it."""

    assignment: str
    root: Path | None = None
    students: tuple[str, ...] = ()
    """Names and patterns; none means everybody."""
    notebooks: tuple[str, ...] = ()
    force: bool = False
    dry_run: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False
    said: Mapping[str, Any] = field(default_factory=dict)
    """Settings that were given as options; None is not said."""

    @property
    def named(self) -> tuple[str, ...]:
        """The students that were asked for by name, not by a pattern."""
        return tuple(dict.fromkeys(name for name in self.students if not set(name) & set("*?[")))

    @property
    def again(self) -> str:
        """The command that goes on where this run stopped."""
        words = ["autograde", self.assignment]
        if self.root is not None:
            words += ["--root", str(self.root)]
        for option, names in (("--students", self.students), ("--notebooks", self.notebooks)):
            for name in names:
                words += [option, name]
        return shlex.join(words)
