"""The gradebook's database: opened only when it is nbgrader's present one, and used with patience."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from nbgrader.api import Base
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from autograde.record.failure import explain, is_passing
from autograde.refusal import Refusal

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds for which somebody else may hold the gradebook, or a server may be away."""
FIRST, LONGEST = 0.02, 1.0
"""Seconds between two tries: short at first, then longer and longer."""
AT_FIRST = 5.0
"""Seconds for which a server is waited for that was never reached: its address may be wrong."""
CLASHES = 3
"""How often a row may turn out to be there that was not there a moment before."""
BUSY = 0.5
"""Seconds that the database itself waits for others; Ctrl-C is not heard meanwhile."""
LIBPQ = ("psycopg", "psycopg2")
UPGRADE = "First BACK UP the database, then run `nbgrader db upgrade`."


class Gradebook:
    """A database of nbgrader: an SQLite file, relative to `root`, or a PostgreSQL server."""

    def __init__(self, url: str, root: Path, patience: float = PATIENCE) -> None:
        """Opens nothing yet."""
        self.patience = patience
        try:
            self._url = _with_driver(make_url(url))
        except ArgumentError:
            raise Refusal(f"{url!r} is no address of a gradebook. Correct c.CourseDirectory.db_url.") from None
        self._is_file = self._url.get_backend_name() == "sqlite"
        self._path = (root / (self._url.database or "")).absolute()
        self.place = str(self._path) if self._is_file else self._url.render_as_string(hide_password=True)
        self._engine = self._make_engine()
        self._writing = self._engine.execution_options(writes=True)
        _forget_in_children(self._engine)

    def check(self) -> None:
        """Raises Refusal unless this is a gradebook of the nbgrader that is installed."""
        if self._is_file and not self._path.exists():
            raise Refusal(f"{self.place} is not there. Make the assignment first: `nbgrader generate_assignment NAME`.")
        with self._told():
            found = self.attempt(_columns, patience=self.patience if self._is_file else min(self.patience, AT_FIRST))
        if not found:
            what = f"{self.place} holds no tables of nbgrader."
            raise Refusal(f"{what} Make the assignment first: `nbgrader generate_assignment NAME`.")
        for table in Base.metadata.sorted_tables:
            if lacking := [name for name in table.columns.keys() if name not in found.get(table.name, ())]:  # noqa: SIM118
                missing = f"table {table.name}" if table.name not in found else f"{table.name}.{lacking[0]}"
                raise Refusal(f"{self.place} was made by an older nbgrader: {missing} is not there. {UPGRADE}")

    def attempt(
        self, work: Callable[[Connection], T], *, writes: bool = False, lock: str = "", patience: float | None = None
    ) -> T:
        """What `work` makes of a connection with a transaction, which it or its end commits.

        `work` is called again from the start while somebody else holds the gradebook or the server is away, until
        patience ends; then, or when waiting does not help, Refusal is raised. Who writes under the same `lock` does
        it one after another.
        """
        patience = self.patience if patience is None else patience
        end, pause, clashes = time.monotonic() + patience, FIRST, 0
        while True:
            try:
                with (self._writing if writes else self._engine).connect() as connection, _fresh(connection):
                    if writes and lock and connection.dialect.name == "postgresql":
                        connection.execute(select(func.pg_advisory_xact_lock(_number(lock))))
                    return work(connection)
            except IntegrityError:
                # Somebody else has just written the same row; it is seen the next time.
                clashes += 1
                if clashes == CLASHES:
                    raise
            except DBAPIError as error:
                if not is_passing(error):
                    raise
                if time.monotonic() > end:
                    raise explain(error, self.place, patience) from error
            time.sleep(pause)
            pause = min(pause * 2, LONGEST)

    def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` reads; no connection is left open after it."""
        try:
            with self._told():
                return self.attempt(work)
        finally:
            self.close()

    def write(self, work: Callable[[Connection], T], lock: str = "") -> T:
        """What `work` makes of a transaction that may write."""
        with self._told():
            return self.attempt(work, writes=True, lock=lock)

    def close(self) -> None:
        """Lets go of the database; the next use opens it again."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DataError:
            raise  # What one student is called is no fault of the gradebook.
        except SQLAlchemyError as error:
            raise explain(error, self.place, self.patience) from error

    def _make_engine(self) -> Engine:
        try:
            if self._is_file:
                engine = create_engine("sqlite://", creator=self._open_file, poolclass=QueuePool, pool_size=1)
            elif self._url.get_driver_name() in LIBPQ:
                waits = {"connect_timeout": 5, "options": f"-c lock_timeout={int(BUSY * 1000)}"}
                engine = create_engine(self._url, pool_size=1, connect_args=waits)
            else:
                engine = create_engine(self._url, pool_size=1)
        except ModuleNotFoundError as error:
            what = f"{self.place} needs the package {error.name}, which is not installed."
            raise Refusal(f"{what} For PostgreSQL: `pip install 'threeways-autograde[postgres]'`.") from error
        if self._is_file:
            event.listen(engine, "begin", _begin)
        return engine

    def _open_file(self) -> sqlite3.Connection:
        # A file that is not there is not made: an empty one would look like a gradebook without grades.
        address = f"{self._path.as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=BUSY, isolation_level=None, check_same_thread=False)


@contextmanager
def _fresh(connection: Connection) -> Iterator[None]:
    """A transaction, after whose failure the connection is not used again: a commit that failed may still be open."""
    try:
        with connection.begin():
            yield
    except DBAPIError:
        connection.invalidate()
        raise


def _begin(connection: Connection) -> None:
    # Whoever will write says so at once: two who read first and write later would wait for each other.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _columns(connection: Connection) -> dict[str, set[str]]:
    """The columns of nbgrader's tables that are there."""
    inspector = inspect(connection)
    names = [name for name in inspector.get_table_names() if name in Base.metadata.tables]
    return {name: {column["name"] for column in inspector.get_columns(name)} for name in names}


def _with_driver(url: URL) -> URL:
    """For a plain postgresql:// address the driver that is installed."""
    if url.drivername == "postgresql" and not find_spec("psycopg2") and find_spec("psycopg"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _number(words: str) -> int:
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "replace")).digest()[:8], signed=True)


def _forget_in_children(engine: Engine) -> None:
    """A process that is forked must not use, nor close, the connection of its parent."""
    known: Any = weakref.ref(engine)

    def forget() -> None:
        if (here := known()) is not None:
            here.dispose(close=False)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forget)
