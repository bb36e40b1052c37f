"""Databases, caches and message brokers: the real ones where they are found, embedded ones everywhere else."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from course.frameworks import kernel
from course.frameworks.services import postgresql, redis
from course.frameworks.services.daemon import NotStarted, Unusable

QUICK = {"broker_transport_options": {"polling_interval": 0.05}}
"""A message is taken at once, and a worker hears at once that it shall end."""

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, repr=False)
class Database:
    """An empty database: its address for SQLAlchemy and others, its settings for Django, and its end."""

    kind: Kind
    version: str
    url: str
    django: dict[str, Any]
    note: str
    stop: Callable[[], None]
    """Removes it; the end of the kernel does so too."""

    def __repr__(self) -> str:
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self.kind]
        return f"{name} {self.version}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True, repr=False)
class Broker:
    """A place for messages and cached values, with the settings that make each framework use it."""

    kind: Literal["memory", "redis"]
    version: str
    url: str
    celery: dict[str, Any]
    """For `app.config_from_object`: the broker, and where results go."""
    flask: dict[str, Any]
    """For Flask-Caching."""
    django: dict[str, Any]
    """For one entry of CACHES."""
    note: str
    stop: Callable[[], None]
    """Empties it; the end of the kernel does so too."""

    def __repr__(self) -> str:
        name = f"Redis {self.version}" if self.kind == "redis" else "in the memory of this process"
        return name + (f" ({self.note})" if self.note else "")


Service = TypeVar("Service", Database, Broker)
_of_cell: dict[tuple[int, str, type], Any] = {}


def database(prefer: Kind = "sqlite") -> Database:
    """A fresh, empty database; a cell that is run again gets a new one in place of the former.

    It is a file of SQLite, which needs nothing. `database("postgresql")` is a real PostgreSQL where there is one: the
    server that COURSE_POSTGRES names, else a private one made with the programs that are installed. Where there is
    none, it is SQLite too, and says so.
    """
    if prefer not in ("sqlite", "postgresql"):
        raise ValueError(f'There is no kind of database called {prefer!r}: ask for "sqlite" or "postgresql".')
    return _replace(Database, lambda: _postgresql() if prefer == "postgresql" else _sqlite())


def broker() -> Broker:
    """A message broker and cache; a cell that is run again gets a new one in place of the former.

    It is a real Redis where there is one: the server that COURSE_REDIS names, else a private one made with the program
    that is installed. Where there is none, everything stays in the memory of this process, and it says so.
    """
    return _replace(Broker, _broker)


def _replace(kind: type[Service], make: Callable[[], Service]) -> Service:
    cell = (os.getpid(), kernel.calling_cell(), kind)
    former = _of_cell.get(cell)
    service = make()
    if former:
        former.stop()  # Only now, so that a server that both are on need not start again.
    if cell[1]:
        _of_cell[cell] = service
    return service


def _sqlite(note: str = "") -> Database:
    path = kernel.temp_folder() / f"database-{secrets.token_hex(6)}.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")  # The file remembers it. Readers do not wait for the one who writes.
    connection.close()

    def stop() -> None:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)

    django = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
    return Database("sqlite", sqlite3.sqlite_version, f"sqlite:///{path.as_posix()}", django, note, stop)


def _postgresql() -> Database:
    server = postgresql.server()
    if isinstance(server, str):
        return _sqlite(server)
    try:
        address = server.create()
    except NotStarted as error:
        return _sqlite(f"PostgreSQL did not start: {error}")
    except Unusable as error:
        return _sqlite(str(error))
    parts = urlsplit(address)
    django = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
    url = address.replace(f"{parts.scheme}:", "postgresql+psycopg:", 1)
    return Database("postgresql", server.version, url, django, "", lambda: server.drop(address))


def _broker() -> Broker:
    server = redis.server()
    if isinstance(server, str):
        return _memory(server)
    try:
        url = server.create()
    except NotStarted as error:
        return _memory(f"Redis did not start: {error}")
    except Unusable as error:
        return _memory(str(error))
    name = f"threeways-{secrets.token_hex(6)}"
    return Broker(
        "redis",
        server.version,
        url,
        {"broker_url": url, "result_backend": url, "task_default_queue": name, **QUICK},
        {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": url, "CACHE_KEY_PREFIX": name},
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "KEY_PREFIX": name},
        "",
        lambda: server.drop(url),
    )


def _memory(note: str) -> Broker:
    name = f"threeways-{secrets.token_hex(6)}"
    url = "memory://localhost/"
    celery = {"broker_url": url, "result_backend": "cache+memory://", "task_default_queue": name, **QUICK}
    django = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    return Broker("memory", "", url, celery, {"CACHE_TYPE": "SimpleCache"}, django, note, lambda: None)
