"""The admin of a kernel: Django's, whose models can be registered again when a cell is run again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class Admin(AdminConfig):
    """Django's admin app with the site below."""

    default = False
    default_site = "course.frameworks.django.admin.Site"


class Site(AdminSite):
    """Django's admin site; registering a model again replaces what was registered before."""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Registers the models, again if need be."""
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        for model in models:
            if self.is_registered(model):
                self.unregister(model)
            super().register(model, admin_class, **options)
