"""What is wrong with something an author wrote: where it stands, what it is, what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One message for the person who has to mend it."""

    path: Path
    line: int
    """From 1 on; 0 where no line is meant, as of a folder, a database or a file that is not there."""
    what: str
    todo: str

    def text(self, root: Path | None = None) -> str:
        """`file:line: what is wrong. What to do.`, the line where there is one, the file from `root` where it can."""
        path = self.path
        if root is not None and path.is_relative_to(root):
            path = path.relative_to(root)
        where = f"{path}:{self.line}" if self.line else str(path)
        return f"{where}: {self.what} {self.todo}"


class Problems(Exception):
    """Raised when something cannot be read at all; carries every problem that was found on the way."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(problem.text() for problem in self.problems))

    def __reduce__(self) -> tuple[type[Problems], tuple[list[Problem]]]:
        """Lets it come back whole from another process."""
        return type(self), (self.problems,)
