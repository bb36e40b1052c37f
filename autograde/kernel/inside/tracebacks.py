"""Tracebacks at a fraction of their cost, letter by letter the same: what is equal for all frames is made once."""

from __future__ import annotations

import functools
import inspect
import sys
from types import CodeType, FrameType
from typing import Any

import pygments  # type: ignore[import-untyped]
import stack_data
import stack_data.core
from IPython.core.error import UsageError
from pygments.formatters.terminal256 import Terminal256Formatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]

BRIEF = (SystemExit, SyntaxError, UsageError)
"""Errors that are shown in another form than the history has."""


class _MarkingLexer(PythonLexer):
    """Marks what is being executed; stack_data builds such a class for each frame."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        super().__init__(stripnl=False)
        self.ranges = ranges

    def get_tokens(self, text: str, unfiltered: bool = False) -> Any:
        """The tokens; those within the ranges are marked."""
        length = 0
        for kind, value in super().get_tokens(text):
            marked = kind.ExecutingNode if any(start <= length < end for start, end in self.ranges) else kind
            length += len(value)
            yield marked, value


def _highlight(formatter: Any, code: str, ranges: list[tuple[int, int]]) -> list[str]:
    try:
        text: str = pygments.highlight(code, _MarkingLexer(ranges), formatter)
    except Exception:  # As stack_data does: rather no colours than no traceback.
        text = code
    return text.splitlines()


class _Styles:
    """The escape sequences of a style, worked out once."""

    def __init__(self) -> None:
        self._known: dict[Any, dict[str, Any]] = {}
        self._work_out = Terminal256Formatter._setup_styles

    def set_up(self, formatter: Any) -> None:
        key = type(formatter), formatter.style, formatter.usebold, formatter.useunderline, formatter.useitalic
        if key not in self._known:
            self._work_out(formatter)
            self._known[key] = dict(formatter.style_string)
        formatter.style_string.update(self._known[key])


def _style_maker() -> Any:
    original = stack_data.style_with_executing_node
    known: dict[tuple[Any, str], Any] = {}

    def style_with_executing_node(style: Any, modifier: str) -> Any:
        """A style that also says how what is being executed looks."""
        if (style, modifier) not in known:
            known[style, modifier] = original(style, modifier)
        return known[style, modifier]

    return style_with_executing_node


def quicken(shell: Any) -> None:
    """Makes a shell's tracebacks cheap."""
    if type(get_lexer_by_name("python3")) is PythonLexer:
        stack_data.core._pygmented_with_ranges = _highlight
    stack_data.style_with_executing_node = _style_maker()
    inspect.getmodule = _module_finder()
    styles = _Styles()
    Terminal256Formatter._setup_styles = lambda self: styles.set_up(self)
    _format_once(shell)


def _module_finder() -> Any:
    """`inspect.getmodule`, which goes through all modules to find that a cell belongs to none, for each frame anew."""
    original = inspect.getmodule
    strangers: dict[str, tuple[int, str]] = {}

    @functools.wraps(original)
    def getmodule(object: Any, _filename: str | None = None) -> Any:
        code = object.f_code if isinstance(object, FrameType) else object
        if not isinstance(code, CodeType) or _filename not in (None, code.co_filename):
            return original(object, _filename)
        modules = len(sys.modules), next(reversed(sys.modules))
        if strangers.get(code.co_filename) == modules:
            return None
        found = original(object, _filename)
        if found is None:
            strangers[code.co_filename] = modules
        return found

    return getmodule


def _format_once(shell: Any) -> None:
    """Has a traceback that was shown a moment ago not formatted again for the history."""
    original = getattr(shell, "_format_exception_for_storage", None)
    if original is None:
        return
    shown: list[Any] = [None, None]
    show = shell._showtraceback

    def show_and_keep(kind: Any, error: Any, lines: Any) -> Any:
        if not isinstance(error, BRIEF):
            shown[:] = [error, lines]
        return show(kind, error, lines)

    def format_for_storage(error: Any, *given: Any, **named: Any) -> Any:
        last, lines = shown
        shown[:] = [None, None]
        if last is error and error is not None and not given and not named:
            return {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}
        return original(error, *given, **named)

    shell._showtraceback = show_and_keep
    shell._format_exception_for_storage = format_for_storage


def learn_modules() -> None:
    """Has `inspect` note which file belongs to which module, which the first traceback of each process would do."""
    # It notes them when it is asked for something of a file that it does not know.
    inspect.getmodule(compile("", "<of no module>", "exec"))
