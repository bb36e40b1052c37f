"""Threeways: Django, Flask and FastAPI side by side. What notebooks import."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.frameworks.client import client
    from course.frameworks.compare import compare
    from course.frameworks.django import django_app, django_setup, fresh_database
    from course.frameworks.project import project
    from course.frameworks.serve import serve
    from course.frameworks.services import broker, database
    from course.frameworks.services.worker import worker
    from course.frameworks.show import show
    from course.frameworks.xray import xray
    from course.widgets.cards import cards
    from course.widgets.exam import exam
    from course.widgets.grade import grade
    from course.widgets.hint import hint
    from course.widgets.interview import interview
    from course.widgets.keeping import backup
    from course.widgets.mistakes import mistakes
    from course.widgets.plan import plan
    from course.widgets.predict import predict
    from course.widgets.progress import progress
    from course.widgets.quiz import quiz
    from course.widgets.start import start

__all__ = [
    "backup",
    "broker",
    "cards",
    "client",
    "compare",
    "database",
    "django_app",
    "django_setup",
    "exam",
    "fresh_database",
    "grade",
    "hint",
    "interview",
    "mistakes",
    "plan",
    "predict",
    "progress",
    "project",
    "quiz",
    "serve",
    "show",
    "start",
    "worker",
    "xray",
]

_HOMES = {
    "backup": "course.widgets.keeping",
    "broker": "course.frameworks.services",
    "cards": "course.widgets.cards",
    "client": "course.frameworks.client",
    "compare": "course.frameworks.compare",
    "database": "course.frameworks.services",
    "django_app": "course.frameworks.django",
    "django_setup": "course.frameworks.django",
    "exam": "course.widgets.exam",
    "fresh_database": "course.frameworks.django",
    "grade": "course.widgets.grade",
    "hint": "course.widgets.hint",
    "interview": "course.widgets.interview",
    "mistakes": "course.widgets.mistakes",
    "plan": "course.widgets.plan",
    "predict": "course.widgets.predict",
    "progress": "course.widgets.progress",
    "project": "course.frameworks.project",
    "quiz": "course.widgets.quiz",
    "serve": "course.frameworks.serve",
    "show": "course.frameworks.show",
    "start": "course.widgets.start",
    "worker": "course.frameworks.services.worker",
    "xray": "course.frameworks.xray",
}


def __getattr__(name: str) -> Any:
    """Loads a name when it is first asked for: `import course` costs a kernel next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'course' has no attribute {name!r}")
    import_module("course.frameworks.cells").follow_cells()
    return getattr(import_module(_HOMES[name]), name)
