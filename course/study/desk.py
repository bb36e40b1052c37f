"""What a quiz, a card session, an exam and an interview have in common, whatever draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

View = dict[str, Any]


class Desk(Protocol):
    """A place to study at: shows a view, plain JSON without any answer too early, and takes what the learner does."""

    def view(self) -> View:
        """What may be shown now; `kind` says of what, and texts in Markdown are wrapped by `md` or `line`."""
        ...

    def act(self, event: Mapping[str, Any]) -> None:
        """Does what the learner wants, and keeps it; raises ValueError with a sentence when that cannot be done."""
        ...


def md(text: str) -> View:
    """Markdown for a face to draw in its own way."""
    return {"md": text}


def line(text: str) -> View:
    """Markdown of a single line, such as an option."""
    return {"line": text}


def lesson(path: str, title: str) -> View:
    """A link to a notebook; `path` is relative to the learner's folder."""
    return {"lesson": path, "title": title}
