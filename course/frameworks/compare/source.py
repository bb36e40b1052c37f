"""The code behind a view."""

from __future__ import annotations

import inspect
import sysconfig
import textwrap
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """The name of a view and the code that it was written in; `text` is "" where that cannot be read or is not ours."""

    name: str
    text: str = ""
    note: str = ""
    """Why there is no text."""

    @property
    def lines(self) -> int:
        """How many lines it has, without empty ones and without comments."""
        written = [line.strip() for line in self.text.splitlines()]
        return sum(bool(line) and not line.startswith("#") for line in written)


def source_of(view: Any) -> Source:
    """The code of a view: of a function below its decorators, of a class behind `as_view()`, also from a cell."""
    written = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    while hasattr(written, "func") or hasattr(written, "__wrapped__"):
        written = getattr(written, "func", None) or written.__wrapped__
    if not (inspect.isclass(written) or inspect.isroutine(written)):
        written = type(written)
    name = written.__qualname__.rpartition("<locals>.")[2]
    if _is_installed(written):
        return Source(name, note=f"part of {written.__module__.partition('.')[0]}")
    try:
        return Source(name, textwrap.dedent(inspect.getsource(written)).rstrip())
    except (OSError, TypeError):
        return Source(name, note="its source is not at hand")


def _is_installed(written: Any) -> bool:
    """Whether it came with Python or a package, and is not the learner's."""
    try:
        place = inspect.getsourcefile(written) or ""
    except TypeError:  # Something built in.
        return False
    return place.startswith(tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))
