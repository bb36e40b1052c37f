"""Threeways: Django, Flask and FastAPI side by side. What notebooks import."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.frameworks.client import client
    from course.frameworks.django import django_app
    from course.widgets.hint import hint
    from course.widgets.quiz import quiz
    from course.widgets.start import start

__all__ = ["client", "django_app", "hint", "quiz", "start"]

_HOMES = {
    "client": "course.frameworks.client",
    "django_app": "course.frameworks.django",
    "hint": "course.widgets.hint",
    "quiz": "course.widgets.quiz",
    "start": "course.widgets.start",
}


def __getattr__(name: str) -> Any:
    """Loads a name when it is first asked for: `import course` costs a kernel next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'course' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
