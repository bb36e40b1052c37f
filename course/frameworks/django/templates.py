"""Templates and template tags that are written in cells."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.template import Library, Origin, TemplateDoesNotExist
from django.template.loaders.base import Loader as BaseLoader
from django.urls import get_urlconf
from django.utils._os import safe_join

from course.frameworks.django import latest_urls


class Loader(BaseLoader):
    """Finds the templates of the program that answers; in a cell, those of the program that was made last."""

    def get_template_sources(self, template_name: str) -> Iterator[Any]:
        """Where a template of this name may be."""
        given = _given()
        if isinstance(given, Mapping):
            yield Origin(name=template_name, template_name=template_name, loader=self)
        elif given is not None:
            try:
                path = safe_join(given, template_name)
            except SuspiciousFileOperation:
                return
            yield Origin(name=path, template_name=template_name, loader=self)

    def get_contents(self, origin: Any) -> str:
        """The text of the template."""
        given = _given()
        try:
            if isinstance(given, Mapping):
                return str(given[origin.template_name])
            return Path(origin.name).read_text(encoding="utf-8")
        except (KeyError, FileNotFoundError):
            raise TemplateDoesNotExist(origin) from None


class NotebookLibrary(Library):
    """What `{% load notebook %}` loads: the tags and filters of the `register = template.Library()` of the notebook."""

    @property
    def tags(self) -> dict[str, Any]:
        """The tags as they are now."""
        return getattr(_register(), "tags", {})

    @tags.setter
    def tags(self, value: object) -> None:
        """Django's own library begins with none."""

    @property
    def filters(self) -> dict[str, Any]:
        """The filters as they are now."""
        return getattr(_register(), "filters", {})

    @filters.setter
    def filters(self, value: object) -> None:
        """Django's own library begins with none."""


register = NotebookLibrary()


def _given() -> Any:
    return getattr(get_urlconf() or latest_urls, "templates", None)


def _register() -> Any:
    return getattr(sys.modules["__main__"], "register", None)
