"""Models that are defined in cells, and defined anew when a cell is run again."""

from __future__ import annotations

import inspect
import re
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin.sites import all_sites
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import cached_property as django_cached_property

from course.frameworks.django.tables import is_from_cell, is_hidden, models_changed, why_missing


class Notebook(AppConfig):
    """The app that a notebook is: its models need no `app_label`."""

    name = "__main__"
    label = "notebook"
    path = str(Path.cwd())
    made_of_cells = True

    def import_models(self) -> None:
        """Models are there when their cell has run; the notebook itself is their module."""
        super().import_models()
        self.models_module = self.module


_forgotten: dict[tuple[str, str], Any] = {}
"""Models that are gone until their cells are run again."""


def follow_definition(sender: Any, **_: object) -> None:
    """Receives `class_prepared`: the model takes the place of the former one with its name."""
    options = sender._meta
    if options.apps is not apps:
        return  # Migrations and schema changes work on models of their own.
    _install(options.app_label)
    if isinstance(apps.app_configs[options.app_label], Notebook):
        key = (options.app_label, options.model_name)
        for former in _with_same_table(sender):
            _forget(former)
        forgotten = _forgotten.pop(key, None)
        if former := apps.all_models[options.app_label].get(options.model_name) or forgotten:
            _replace(former, sender)
    models_changed()


def advice(message: str, connection: Any) -> str:
    """What to do about a database's error message about a table, its columns or its rows; "" for any other message."""
    if re.search(r"UNIQUE constraint failed|violates unique constraint", message):
        return (
            "Such a row is there already. If it is of a former run of this cell, begin the cell with "
            "`from course import fresh_database; fresh_database()`, which empties all tables."
        )
    missing = re.search(r'no such table: (?:main\.)?(\S+)|relation "(\S+)" does not exist', message)
    if missing is None:
        changed = re.search(r"no such column|has no column named|column .* does not exist", message)
        return (
            "If the model's cell was run again since, run the cells again that were made with it: forms, serializers, "
            "views, the admin."
            if changed
            else ""
        )
    table = missing[1] or missing[2]
    for (_, _), model in _forgotten.items():
        if model._meta.db_table == table:
            return f"{model.__name__} inherits from or refers to a model that was defined anew: run its cell again."
    for model in apps.get_models(include_auto_created=True, include_swapped=True):
        if model._meta.db_table == table:
            return _why_without_table(model, connection)
    names = ", ".join(sorted(model._meta.db_table for model in apps.get_models() if is_from_cell(model)))
    return f"No model has that table. The tables of this notebook's models: {names or 'none'}."


def _why_without_table(model: Any, connection: Any) -> str:
    if not model._meta.managed:
        return (
            f"{model.__name__} says `managed = False`, so Django makes no table for it: remove that, or CREATE TABLE."
        )
    if error := why_missing(model._meta.db_table):
        return f"The table of {model.__name__} could not be made: {error}. Mend the model and run its cell again."
    unresolved = sorted(
        field.remote_field.model
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.remote_field and isinstance(field.remote_field.model, str)
    )
    if unresolved:
        return f"{model.__name__} refers to {', '.join(unresolved)}, which is not defined yet: run that cell first."
    if is_hidden(model._meta.db_table, connection.alias):
        return (
            f"The table of {model.__name__} is there, but an `.iterator()` that was not read to its end shows the "
            "database as it was before: read it to its end, or `del` it."
        )
    if connection.in_atomic_block:
        return f"Tables are made outside of transactions: define {model.__name__} before `transaction.atomic()` begins."
    return f"Something else has removed the table of {model.__name__}: run the cell of the model again."


def _install(label: str) -> None:
    """Makes an app of a label that a model names itself; without one its relations would not be found."""
    if label in apps.app_configs:
        return
    config = type("Labelled", (Notebook,), {"label": label})(label, sys.modules["__main__"])
    config.apps = apps
    config.models = apps.all_models[label]
    config.models_module = config.module
    apps.app_configs[label] = config
    apps.clear_cache()


def _with_same_table(new: Any) -> list[Any]:
    """Models with another name, and this table: a model that was renamed, usually."""
    if new._meta.proxy:
        return []
    return [
        model
        for model in apps.all_models[new._meta.app_label].values()
        if model._meta.db_table == new._meta.db_table
        and model._meta.model_name != new._meta.model_name
        and not model._meta.proxy
    ]


def _replace(former: Any, new: Any) -> None:
    """Puts `new` into the place of `former` in the registry and in all relations to it."""
    _forget(former)
    if former._meta.auto_created:
        return  # Nothing leads to the table between two models but its owner, which is being replaced itself.
    for model in (new, *apps.get_models(include_auto_created=True)):
        for field in _relations(model):
            if field.remote_field.model is former or getattr(field.remote_field, "through", None) is former:
                _point_to(field, former, new)


def _forget(model: Any) -> None:
    """Takes a model out of the registry, with all that hangs on it."""
    options = model._meta
    models = apps.all_models[options.app_label]
    if models.get(options.model_name) is not model:
        return
    del models[options.model_name]
    apps.clear_cache()
    for site in all_sites:
        if site.is_registered(model):
            site.unregister(model)
    for field in _relations(model):
        _remove_way_back(field)
        through = getattr(field.remote_field, "through", None)
        if through is not None and not isinstance(through, str) and through._meta.auto_created is model:
            _forget(through)
    for other in apps.get_models(include_auto_created=True):
        if issubclass(other, model):
            _forgotten[other._meta.app_label, other._meta.model_name] = other
            _forget(other)


def _relations(model: Any) -> list[Any]:
    options = model._meta
    fields = (*options.local_fields, *options.local_many_to_many, *options.private_fields)
    return [field for field in fields if getattr(field, "remote_field", None)]


def _remove_way_back(field: Any) -> None:
    """Takes away `author.book_set`, unless a later field has taken its place already."""
    relation = field.remote_field
    if isinstance(relation.model, str) or relation.hidden:
        return
    place = relation.model._meta.concrete_model
    name = relation.accessor_name
    accessor = vars(place).get(name)
    if getattr(accessor, "rel", getattr(accessor, "related", None)) is relation:
        delattr(place, name)


def _point_to(field: Any, former: Any, new: Any) -> None:
    """Lets a relation that led to `former` lead to `new`."""
    relation = field.remote_field
    if relation.model is former:
        relation.model = new
        if getattr(relation, "field_name", None) == former._meta.pk.name:
            relation.field_name = new._meta.pk.name
            field.to_fields = [name and new._meta.pk.name for name in field.to_fields]
    else:
        relation.through = new
    for thing in (field, relation):
        _drop_cache(thing)
    try:
        field.do_related_class(relation.model, field.model)
        if getattr(relation, "field_name", None):
            new._meta.get_field(relation.field_name)
    except FieldDoesNotExist:
        _forgotten[field.model._meta.app_label, field.model._meta.model_name] = field.model
        _forget(field.model)
        return
    way = vars(field.model).get(field.name)
    if way is not None:
        setattr(field.model, field.name, type(way)(relation if field.many_to_many or field.one_to_many else field))


def _drop_cache(thing: Any) -> None:
    """Lets go of what a field or relation has worked out about the model at its other end."""
    for name in list(vars(thing)):
        attribute = inspect.getattr_static(type(thing), name, None)
        if isinstance(attribute, cached_property | django_cached_property) or name.startswith("_m2m_"):
            del vars(thing)[name]
