"""Exceptions on their way: builtin ones arrive as themselves, others with their name and what they say."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable
from typing import Any

from autograde.examiner.inside.lending import SMALL, Lending
from autograde.examiner.inside.line import Broken
from autograde.examiner.inside.plain import NotPlain

MOST_WORDS = 5_000
MOST_PLACES = 20
MOST_ARGUMENTS = 20
DEEPEST_CAUSE = 3
PLACES = "_places_in_the_notebook"
NEVER_RAISED = ("KeyboardInterrupt", "GeneratorExit", "CancelledError")
"""They would end more than the call in which they were raised."""

Told = list[Any]


class RemoteError(Exception):
    """An exception of a class that this process does not have; it says which."""


class TookTooLong(BaseException):
    """The student's code was interrupted: its time was over."""


class Failures:
    """Makes exceptions messages, and messages exceptions."""

    def __init__(self, lending: Lending) -> None:
        self._lending = lending
        lending.tell_error = self.told
        lending.makers["X"] = lambda tree: self.error(lending.values.value(tree))
        self.crossing: Callable[[NotPlain], object] = lambda error: None
        """Is told of values that could not cross."""
        self.late: Callable[[], object] = lambda: None
        """Is told that the other side's code took too long."""

    def told(self, error: BaseException, depth: int = 0) -> Told:
        """What the other side is told of an exception."""
        kind = type(error)
        text = _text(error)
        places = [] if depth else _places(error)
        if isinstance(error, NotPlain):
            return ["value", text]
        if isinstance(error, TookTooLong):
            return ["time", text]
        cause = error.__cause__
        return [
            "error",
            self._class(kind),
            self._plain(list(error.args[:MOST_ARGUMENTS])),
            text,
            self._plain({name: value for name, value in _attributes(error).items() if not name.startswith("__")}),
            places,
            None if cause is None or depth >= DEEPEST_CAUSE else self.told(cause, depth + 1),
        ]

    def _class(self, kind: type) -> Any:
        """The class itself where it can be lent, else its name."""
        try:
            self._lending.values.tree(kind, shared=False)
        except NotPlain:
            return kind.__name__
        return kind

    def _plain(self, value: Any) -> Any:
        """A list or dict with text in place of what cannot cross."""
        try:
            self._lending.values.tree(value, shared=False)
            return value
        except NotPlain:
            if isinstance(value, list):
                return [self._single(item) for item in value]
            return {name: item for name, item in value.items() if type(item) in SMALL}

    def _single(self, value: Any) -> Any:
        try:
            self._lending.values.tree(value, shared=False)
            return value
        except NotPlain:
            return _cut(f"<{type(value).__name__}>")

    def error(self, told: Any) -> BaseException:
        """The exception to raise for what the other side has told."""
        if isinstance(told, Broken):
            return told
        match told:
            case ["value", str(text)]:
                error = NotPlain(text)
                self.crossing(error)
                return error
            case ["time", str()]:
                self.late()
                return TookTooLong("The student's code took too long.")
            case ["error", kind, list(arguments), str(text), dict(attributes), list(places), cause]:
                made = _made(kind, arguments, text)
                _set(made, attributes)
                made.__dict__[PLACES] = places
                if cause is not None:
                    made.__cause__ = self.error(cause)
                return made
        return Broken("An error came that is none.")


def _text(error: BaseException) -> str:
    try:
        return _cut(str(error))
    except Exception:
        return ""


def _cut(text: str) -> str:
    return text if len(text) <= MOST_WORDS else text[:MOST_WORDS] + "…"


def _attributes(error: BaseException) -> dict[str, Any]:
    held = getattr(error, "__dict__", None)
    return {name: value for name, value in held.items() if isinstance(name, str)} if isinstance(held, dict) else {}


def _places(error: BaseException) -> list[list[Any]]:
    """Where it was raised, as far as that is in a notebook: the cell and function, the line, its text."""
    found: list[list[Any]] = []
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-200:]:
        code = frame.f_code
        if frame.f_globals.get("__name__") == "__main__":
            text = linecache.getline(code.co_filename, line).strip()
            function = "" if code.co_name == "<module>" else f", in {code.co_name}()"
            found.append([f"{_cell(code.co_filename)}{function}"[:200], line, text[:200]])
    return found[-MOST_PLACES:]


def _cell(file: str) -> str:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    name = shell.compile.format_code_name(file) if shell is not None else None
    return " ".join(name) if name else "A file"


def _made(kind: Any, arguments: list[Any], text: str) -> BaseException:
    if isinstance(kind, type) and issubclass(kind, BaseException) and kind.__name__ not in NEVER_RAISED:
        try:
            error = BaseException.__new__(kind, *arguments)
            error.args = tuple(arguments)
            if kind.__init__ in (BaseException.__init__, Exception.__init__) or kind.__module__ == "builtins":
                error.__init__(*arguments)  # type: ignore[misc]  # Builtin ones keep their parts there, as in OSError.
        except Exception:
            return RemoteError(f"{kind.__name__}: {text}")
        return error
    name = kind.__name__ if isinstance(kind, type) else kind if isinstance(kind, str) else "an exception"
    return RemoteError(f"{name}: {text}" if text else name)


def _set(error: BaseException, attributes: dict[Any, Any]) -> None:
    for name, value in attributes.items():
        if isinstance(name, str) and not name.startswith("_"):
            try:
                setattr(error, name, value)
            except (AttributeError, TypeError):
                continue
