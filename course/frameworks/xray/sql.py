"""SQL while a request is traced: Django's connections, SQLAlchemy's engines, and sqlite3 alone."""

from __future__ import annotations

import inspect
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sized
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from course.frameworks.xray.trace import Open, Trace, current, harmless, replaced, shared

FACTORY = 5
"""The place of the factory among the arguments of `sqlite3.connect`."""


@contextmanager
def sql() -> Iterator[None]:
    """Statements are written down in the trace of the request that runs them."""
    with ExitStack() as stack:
        stack.enter_context(replaced(sqlite3, "connect", _connecting))
        if "sqlalchemy" in sys.modules:
            stack.enter_context(shared("sqlalchemy", _sqlalchemy))
        yield


def one_line(statement: Any) -> str:
    """A statement on one line."""
    return " ".join(str(statement).split())


def shown(parameters: Any, many: bool = False) -> str:
    """Parameters of a statement, or how many sets of them."""
    if many:  # They may be such as can be walked through only once.
        return f"{len(parameters)} sets of values" if isinstance(parameters, Sized) else "sets of values"
    if not parameters:
        return ""
    if isinstance(parameters, Mapping):
        return ", ".join(f"{name}={value!r}" for name, value in parameters.items())
    return ", ".join(repr(value) for value in parameters)


# Django


class DjangoQueries:
    """Writes down what Django's connections execute for one trace, also those of other threads once they are met."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._met: list[Any] = []

    @harmless
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
            with suppress(ValueError):
                connection.execute_wrappers.remove(self._write)

    def _write(self, execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        if current.get() is not self._trace:
            return execute(statement, parameters, many, context)
        with self._trace.brief("sql", lambda: one_line(statement), lambda: shown(parameters, many)):
            return execute(statement, parameters, many, context)


# SQLAlchemy


@contextmanager
def _sqlalchemy() -> Iterator[None]:
    """Its events, on every engine, the ones inside of async engines included."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    running: dict[Any, tuple[Trace, Open]] = {}

    @harmless
    def before(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        trace = current.get()
        if trace is not None:
            node = trace.begin("sql", lambda: one_line(statement), lambda: shown(parameters, many), brief=True)
            running[cursor] = trace, node

    @harmless
    def after(connection: Any, cursor: Any, *rest: Any) -> None:
        if cursor in running:
            trace, node = running.pop(cursor)
            trace.end(node)

    @harmless
    def failed(context: Any) -> None:
        cursor = getattr(context.execution_context, "cursor", None)  # Connecting may fail as well.
        if cursor in running:
            trace, node = running.pop(cursor)
            trace.failed(node, context.sqlalchemy_exception or context.original_exception)
            trace.end(node)

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
        factory = kwargs.get("factory", sqlite3.Connection)
        if current.get() is not None and len(args) <= FACTORY and _is_plain(factory, sqlite3.Connection):
            kwargs["factory"] = _watching(factory)
        return connect(*args, **kwargs)

    return traced


def _is_plain(factory: Any, known: type) -> bool:
    """Whether what executes statements is sqlite3's own, which can be written down without changing what it does."""
    ways = ("cursor", "execute", "executemany", "executescript")
    return inspect.isclass(factory) and all(getattr(factory, name, None) is getattr(known, name, None) for name in ways)


def _watching(factory: Any) -> Any:
    class Connection(factory):
        def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
            return super().cursor(_writing(factory) if _is_plain(factory, sqlite3.Cursor) else factory)

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
            return _written(super().executemany, statement, parameters, many=True)

        def executescript(self, script: str, /) -> Any:
            return _written(lambda script, _: super(Cursor, self).executescript(script), script, ())

    return Cursor


def _written(execute: Any, statement: str, parameters: Any, *, many: bool = False) -> Any:
    trace = current.get()
    if trace is None:
        return execute(statement, parameters)
    with trace.brief("sql", lambda: one_line(statement), lambda: shown(parameters, many)):
        return execute(statement, parameters)
