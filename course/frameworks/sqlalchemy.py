"""Models of SQLAlchemy, SQLModel and Flask-SQLAlchemy in cells: a cell that is run again defines them anew."""

from __future__ import annotations

import re
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from course.frameworks.loading import when_loaded

TOGETHER = (
    "If one of these models was defined anew since the others were: run the cells of all of them again, the first one "
    "first. Models that refer to each other are best kept in one cell."
)
NO_COLUMN = (
    "If the model has changed since its table was made: create_all() changes no table that is there. Call drop_all() "
    "before it, or take a new engine."
)
ROW = (
    "Such a row is there already, perhaps of a former run of this cell: drop_all() before create_all() empties the "
    "tables."
)
OLD_TABLE = re.compile(r"no such column|has no column named|column .* does not exist")
SAME_ROW = re.compile(r"UNIQUE constraint failed|violates unique constraint")

_run = 0
_made_in: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""The run of a cell in which a class or table was made."""


def follow_definitions() -> None:
    """From now on a model or table that a cell defines takes the place of the former one of its name.

    SQLAlchemy refuses that, since in a program it is a mistake; within one run of a cell it still is. `create_all`
    then makes the new table, where the database has none of that name.
    """
    when_loaded("sqlalchemy.orm", _follow)


def begin_run() -> None:
    """A cell begins to run."""
    global _run
    _run += 1


def advice(error: BaseException | None) -> str:
    """What to do about an error that models or tables give when a cell has defined them anew; "" for any other."""
    text = str(error)
    if not type(error).__module__.startswith("sqlalchemy."):
        return ""
    if "does not reference mapper" in text:
        return TOGETHER
    if SAME_ROW.search(text):
        return ROW
    return NO_COLUMN if OLD_TABLE.search(text) else ""


def _follow(orm: Any) -> None:
    from sqlalchemy import Table
    from sqlalchemy.orm import clsregistry

    if not hasattr(clsregistry._add_class, "__wrapped__"):
        clsregistry._add_class = _replacing_class(clsregistry._add_class)
        Table._new = classmethod(_replacing_table(vars(Table)["_new"].__func__))  # type: ignore[assignment]


def _replacing_class(add_class: Any) -> Any:
    """SQLAlchemy's own, after room was made for the class."""

    @wraps(add_class)
    def add(name: str, cls: type, names: Any) -> None:
        from sqlalchemy.orm.instrumentation import manager_of_class

        registry = manager_of_class(cls).registry
        for manager in list(registry._managers):
            former = manager.class_
            is_same = (former.__name__, former.__module__) == (name, cls.__module__)
            if is_same and former is not cls and _made_in.get(former) != _run:
                _forget(manager, registry)
        _made_in[cls] = _run
        add_class(name, cls, names)

    return add


def _replacing_table(new: Any) -> Any:
    """SQLAlchemy's own, after room was made for the table."""

    @wraps(new)
    def make(cls: type, *args: Any, **options: Any) -> Any:
        if len(args) > 2 and not (options.get("extend_existing") or options.get("keep_existing")):
            name, metadata = args[:2]
            schema = options.get("schema") or metadata.schema
            former = metadata.tables.get(f"{schema}.{name}" if schema else name)
            if former is not None and _made_in.get(former) != _run:
                metadata.remove(former)
        table = new(cls, *args, **options)
        _made_in.setdefault(table, _run)
        return table

    return make


def _forget(manager: Any, registry: Any) -> None:
    """Takes a class out of its registry, and its table out of the metadata. A class that failed has no mapper."""
    mapper = vars(manager).get("mapper")
    if mapper is not None:
        mapper.polymorphic_map.pop(mapper.polymorphic_identity, None)
    if mapper is not None and not mapper.single:
        metadata = mapper.local_table.metadata
        if metadata.tables.get(mapper.local_table.key) is mapper.local_table:
            metadata.remove(mapper.local_table)
    del registry._managers[manager]
    registry._dispose_manager_and_mapper(manager)
