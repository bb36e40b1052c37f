"""SQL while a request is traced: Django's connections, SQLAlchemy's engines, and sqlite3 alone."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from course.frameworks.xray.trace import Trace, current, replaced, shared

LONGEST = 60


@contextmanager
def sql() -> Iterator[None]:
    """Statements are written down in the trace of the request that runs them."""
    with ExitStack() as stack:
        stack.enter_context(replaced(sqlite3, "connect", _connecting))
        if "sqlalchemy" in sys.modules:
            stack.enter_context(shared("sqlalchemy", _sqlalchemy))
        yield


def shown(parameters: Any) -> str:
    """Parameters of a statement, shortened."""
    if not parameters:
        return ""
    if isinstance(parameters, dict):
        return _cut(", ".join(f"{name}={_cut(repr(value))}" for name, value in parameters.items()))
    if isinstance(parameters, list) and isinstance(parameters[0], tuple | dict | list):
        return f"{len(parameters)} sets of values"
    return _cut(", ".join(_cut(repr(value)) for value in parameters))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


# Django


class DjangoQueries:
    """Writes down what Django's connections execute for one trace, also those of other threads once they are met."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._met: list[Any] = []

    def meet(self) -> None:
        """Looks at the connections of this thread."""
        from django.db import connections

        for connection in connections.all():
            if connection not in self._met:
                connection.execute_wrappers.append(self._write)
                self._met.append(connection)

    def leave(self) -> None:
        """Takes all of it back."""
        for connection in self._met:
            connection.execute_wrappers.remove(self._write)

    def _write(self, execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        if current.get() is not self._trace:
            return execute(statement, parameters, many, context)
        with self._trace.brief("sql", " ".join(statement.split()), shown(parameters)):
            return execute(statement, parameters, many, context)


# SQLAlchemy


@contextmanager
def _sqlalchemy() -> Iterator[None]:
    """Its events, on every engine, the ones inside of async engines included."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    running: dict[Any, ExitStack] = {}

    def before(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        trace = current.get()
        if trace is not None:
            running[cursor] = ExitStack()
            running[cursor].enter_context(trace.brief("sql", " ".join(statement.split()), shown(parameters)))

    def after(connection: Any, cursor: Any, *rest: Any) -> None:
        if cursor in running:
            running.pop(cursor).close()

    def failed(context: Any) -> None:
        stack = running.pop(context.cursor, None)
        if stack:
            error = context.original_exception
            stack.__exit__(type(error), error, error.__traceback__)

    with replaced(Engine, "_has_events", lambda was: was):  # SQLAlchemy never takes it back.
        listeners: list[tuple[str, Any]] = [
            ("before_cursor_execute", before),
            ("after_cursor_execute", after),
            ("handle_error", failed),
        ]
        for name, listener in listeners:
            event.listen(Engine, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners:
                event.remove(Engine, name, listener)


# sqlite3 without anything


def _connecting(connect: Any) -> Any:
    """`sqlite3.connect`, whose connections write down what they execute while a request is traced."""

    def traced(*args: Any, **kwargs: Any) -> Any:
        if current.get() is not None:
            kwargs["factory"] = _watching(kwargs.get("factory", sqlite3.Connection))
        return connect(*args, **kwargs)

    return traced


def _watching(factory: Any) -> Any:
    class Connection(factory):
        def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
            return super().cursor(_writing(factory))

        def execute(self, statement: str, parameters: Any = (), /) -> Any:
            return self.cursor().execute(statement, parameters)

        def executemany(self, statement: str, parameters: Any, /) -> Any:
            return self.cursor().executemany(statement, parameters)

        def executescript(self, script: str, /) -> Any:
            return self.cursor().executescript(script)

    return Connection


def _writing(factory: Any) -> Any:
    class Cursor(factory):
        def execute(self, statement: str, parameters: Any = (), /) -> Any:
            return _written(super().execute, statement, parameters)

        def executemany(self, statement: str, parameters: Any, /) -> Any:
            return _written(super().executemany, statement, parameters)

        def executescript(self, script: str, /) -> Any:
            return _written(lambda script, _: super(Cursor, self).executescript(script), script, ())

    return Cursor


def _written(execute: Any, statement: str, parameters: Any) -> Any:
    trace = current.get()
    if trace is None:
        return execute(statement, parameters)
    with trace.brief("sql", " ".join(statement.split()), shown(parameters)):
        return execute(statement, parameters)
