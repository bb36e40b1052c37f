"""Tables follow the models: made and replaced just before the next SQL statement, in any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connections, router

_lock = threading.RLock()
_made: dict[str, dict[str, Any]] = {}
_failed: dict[str, str] = {}
_followed: set[str] = set()


def models_changed() -> None:
    """Lets the tables be looked over before the next SQL statement."""
    _followed.clear()


def forget_rows() -> None:
    """Lets every table be made anew, empty, before the next SQL statement."""
    from django.contrib.contenttypes.models import ContentType

    with _lock:
        for alias in connections:
            _made[alias] = {}
        _followed.clear()
        ContentType.objects.clear_cache()  # Their numbers may be other ones then.


def begin_anew() -> None:
    """Lets go of all that was made: the databases are other ones now."""
    with _lock:
        _made.clear()
        models_changed()


def follow(connection: Any, **_: object) -> None:
    """Receives `connection_created`: from now on, this connection's statements find their tables."""
    if _with_tables not in connection.execute_wrappers:
        # Outermost: `with connection.execute_wrapper(…)` takes the last one away when it ends.
        connection.execute_wrappers.insert(0, _with_tables)
    if "set_autocommit" in vars(connection):
        return
    set_autocommit = connection.set_autocommit

    def followed(autocommit: bool, *options: Any, **more: Any) -> None:
        if not autocommit:  # A transaction begins. Not every database is sent a statement then.
            _follow_models(connection)
        set_autocommit(autocommit, *options, **more)

    connection.set_autocommit = followed


def _with_tables(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    connection = context["connection"]
    _follow_models(connection)
    try:
        return execute(sql, params, many, context)
    except DatabaseError as error:
        from course.frameworks.django.models import advice

        if note := advice(str(error), connection):
            error.add_note(note)
        raise


def _follow_models(connection: Any) -> None:
    if connection.alias in _followed or connection.in_atomic_block:
        return
    with _lock:
        if connection.alias not in _followed:
            _make_tables(connection.alias)
            _followed.add(connection.alias)


def _make_tables(alias: str) -> None:
    with _quiet_connection(alias) as connection:
        with connection.cursor() as cursor:
            present = set(connection.introspection.table_names(cursor))
        wanted = {model._meta.db_table: model for model in _models_with_tables(connection)}
    former = _made.get(alias)
    if former is None:  # A database that this kernel did not make keeps what is in it.
        former = {table: model for table, model in wanted.items() if table in present and not is_from_cell(model)}
    new = outdated(wanted, former)
    gone = [table for table in former if table not in wanted]
    dropped = present & {*gone, *(model._meta.db_table for model in new)}
    # The table between two models is made with that of its owner.
    roots = [model for model in new if model._meta.auto_created not in new]
    for model in new:
        _failed.pop(model._meta.db_table, None)
    try:
        _build(alias, dropped, roots)
    except Exception:
        _build(alias, dropped, [])
        for model in roots:  # One model that has no table must not keep the others from theirs.
            try:
                _build(alias, (), [model])
            except Exception as error:
                _failed[model._meta.db_table] = str(error)
    if new:
        _fill(alias)
    _made[alias] = wanted


def _build(alias: str, dropped: Iterable[str], made: Iterable[Any]) -> None:
    with _quiet_connection(alias) as connection, connection.schema_editor() as editor:
        for table in sorted(dropped):
            editor.execute(editor.sql_delete_table % {"table": editor.quote_name(table)})
        for model in made:
            editor.create_model(model)


@contextmanager
def _quiet_connection(alias: str) -> Iterator[Any]:
    """In place of this thread's own, a connection whose statements are in nobody's list."""
    own, quiet = connections[alias], connections.create_connection(alias)
    connections[alias] = quiet
    try:
        quiet.ensure_connection()
        quiet.execute_wrappers.clear()
        del quiet.set_autocommit
        yield quiet
    finally:
        quiet.close()
        connections[alias] = own


def outdated(wanted: Mapping[str, Any], made: Mapping[str, Any]) -> list[Any]:
    """The models whose tables are to be made: those that are new, and those that refer to them, however indirectly."""
    found = [model for table, model in wanted.items() if made.get(table) is not model]
    for model in found:  # Grows while it is gone through.
        found += [other for other in wanted.values() if other not in found and model in _referred(other)]
    return found


def _referred(model: Any) -> set[Any]:
    fields = model._meta.local_fields
    return {field.remote_field.model._meta.concrete_model for field in fields if field.remote_field}


def _models_with_tables(connection: Any) -> Iterable[Any]:
    for model in apps.get_models(include_auto_created=True):
        relations = [*model._meta.local_fields, *model._meta.local_many_to_many]
        # A model that refers to one whose cell was not run yet has to wait for it.
        complete = not any(field.remote_field and isinstance(field.remote_field.model, str) for field in relations)
        allowed = router.allow_migrate_model(connection.alias, model)
        if complete and allowed and model._meta.can_migrate(connection):
            yield model


def is_from_cell(model: Any) -> bool:
    """Whether the model's app is a notebook's, so that the table is the kernel's to make and to drop."""
    return getattr(apps.get_app_config(model._meta.app_label), "made_of_cells", False)


def why_missing(table: str) -> str:
    """What went wrong when the table was to be made; "" if nothing did."""
    return _failed.get(table, "")


def is_hidden(table: str, alias: str) -> bool:
    """Whether a new connection finds a table that one of this thread did not."""
    with _quiet_connection(alias) as connection, connection.cursor() as cursor:
        return table in connection.introspection.table_names(cursor)


def _fill(alias: str) -> None:
    """What Django does after `migrate`: content types and permissions for each model."""
    with _quiet_connection(alias):
        emit_post_migrate_signal(verbosity=0, interactive=False, db=alias)
