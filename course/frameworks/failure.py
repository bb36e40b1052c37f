"""An exception in a view: found from outside, in all three frameworks alike, and told in one message."""

from __future__ import annotations

import inspect
import linecache
import logging
import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Any

from course.frameworks.advice import advice

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
CELL = re.compile(r"<ipython-input-.*>")
NAMED = ("<stdin>", "<template>")
"""Code of a learner that lies in no file."""


@dataclass
class Seen:
    """What a `watch()` has seen until now."""

    exception: Exception | None = None


_watch: ContextVar[Seen | None] = ContextVar("course.frameworks.watch", default=None)
_heard: set[str] = set()


class watch:
    """`with watch() as seen:` sees the exception that an application raises, also when its framework answers for it.

    It is then in `seen.exception`; one that the application handles itself is not. Meanwhile the framework's own
    log of it is not written to the console. A `seen` that is passed in is watched on: an answer may come in pieces.
    """

    def __init__(self, seen: Seen | None = None):
        self._seen = seen or Seen()

    def __enter__(self) -> Seen:
        _hear()
        self._token = _watch.set(self._seen)
        return self._seen

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, Exception):
            note(error)
        _watch.reset(self._token)


def note(exception: Exception) -> None:
    """Tells the watch around this that an application has raised `exception`."""
    seen = _watch.get()
    if seen is not None:
        seen.exception = exception
        _close_coroutines(exception)


def let_go(exception: BaseException) -> None:
    """Lets the threads end in which asgiref ran async views: kept exceptions would keep them alive."""
    for frame in _frames(exception.__traceback__):
        if frame.f_globals.get("__name__") == "asgiref.sync":
            with suppress(RuntimeError):  # It is still running.
                frame.clear()
                _ = frame.f_locals  # Before Python 3.13 a frame also keeps a copy; looking at it brings it up to date.


@dataclass(frozen=True)
class Place:
    """A line of the learner's own code that was running."""

    function: str
    file: str
    line: int

    def __str__(self) -> str:
        name = self.function.rpartition("<locals>.")[2]
        inside = "" if name == "<module>" else "in a lambda, " if name == "<lambda>" else f"in {name}(), "
        source = linecache.getline(self.file, self.line).strip()
        return f"{inside}line {self.line} of {_file(self.file)}" + (f": {source}" if source else "")


@dataclass(frozen=True)
class Failure:
    """What went wrong in an application: the exception, where it was raised, and what to do about it."""

    exception: BaseException
    without_lifespan: bool = False
    """Whether the application has a lifespan that was not run."""

    @property
    def place(self) -> Place | None:
        """The innermost line of the learner's own code, if any of it was running."""
        error: BaseException | None = self._cause
        while error is not None:
            places = [
                Place(frame.f_code.co_qualname, frame.f_code.co_filename, line)
                for frame, line in walk_tb(error.__traceback__)
            ]
            own = [place for place in places if _is_own(place.file)]
            if own:
                return own[-1]
            error = error.__cause__ or error.__context__
        return None

    @property
    def advice(self) -> str:
        """What to do next."""
        return advice(self._cause, own=self.place is not None, without_lifespan=self.without_lifespan)

    @property
    def summary(self) -> str:
        """What was raised, in which line, and what to do: a few lines of text, the same in each run."""
        error = self._cause
        text = ADDRESS.sub("", str(error)).strip()
        raised = f"{type(error).__name__}: {text}" if text else type(error).__name__
        place = self.place
        return "\n".join([raised, *([f"    {place}"] if place else []), self.advice])

    def __str__(self) -> str:
        return self.summary

    @property
    def _cause(self) -> BaseException:
        """An ExceptionGroup of a single exception says nothing that this one does not."""
        error = self.exception
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        return error


def _frames(traceback: TracebackType | None) -> Iterator[FrameType]:
    return (frame for frame, _ in walk_tb(traceback))


def _is_own(file: str) -> bool:
    if file.startswith("<"):
        return file in NAMED or bool(CELL.fullmatch(file))
    return not file.startswith(_OTHERS)


_OTHERS = (
    *{sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parents[1]) + os.sep,
)
"""Where the code of Python, of installed packages and of this course lies."""


def _file(file: str) -> str:
    """How a learner calls it. No number of a cell: it is another one each time the cell is run."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if CELL.fullmatch(file) or (shell is not None and shell.compile.format_code_name(file)):
        return "its cell"
    return file if file in NAMED else Path(file).name


def _close_coroutines(exception: BaseException) -> None:
    """Coroutines that nobody awaited: the message tells of them, so Python need not warn as well, on stderr."""
    if "coroutine" not in str(exception):
        return
    for frame in _frames(exception.__traceback__):
        for value in list(frame.f_locals.values()):
            if inspect.iscoroutine(value) and inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
                value.close()


def _hear() -> None:
    """Listen to the frameworks that are there; none is loaded for it."""
    if "flask" not in _heard and "flask.app" in sys.modules:
        from flask.logging import default_handler
        from flask.signals import got_request_exception

        got_request_exception.connect(_on_flask_exception)
        default_handler.addFilter(_not_told)
        _heard.add("flask")
    if "django" not in _heard and "django.core.handlers.base" in sys.modules:
        from django.core.signals import got_request_exception as django_exception

        django_exception.connect(_on_django_exception)
        if logging.lastResort is not None:
            logging.lastResort.addFilter(_not_told)
        _heard.add("django")


def _on_flask_exception(sender: Any, exception: Exception, **_: Any) -> None:
    note(exception)


def _on_django_exception(sender: Any, **_: Any) -> None:
    error = sys.exc_info()[1]
    if isinstance(error, Exception):
        note(error)
    for handler in logging.getLogger("django").handlers:
        if type(handler) is logging.StreamHandler:
            handler.addFilter(_not_told)


def _not_told(record: logging.LogRecord) -> bool:
    """A filter for the frameworks' own handlers: what the client tells need not be told a second time."""
    seen = _watch.get()
    return seen is None or seen.exception is None or not record.exc_info or record.exc_info[1] is not seen.exception
