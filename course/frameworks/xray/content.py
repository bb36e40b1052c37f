"""What makes and checks content while a request is traced: templates, serializers, forms."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from course.frameworks.xray.trace import Open, current, harmless, replaced


@contextmanager
def content() -> Iterator[None]:
    """Templates of Jinja and Django, serializers and forms are written down, of packages that are loaded."""
    with ExitStack() as stack:
        for module, owner, name, change in PLACES:
            found = sys.modules.get(module)
            if found is not None:
                stack.enter_context(replaced(getattr(found, owner), name, change))
        yield


def _named(kind: str, name_of: Callable[[Any], str], after: Callable[[Open, Any, Any], None] | None = None) -> Any:
    """A change for a method: it is written down under a name that its object gives."""

    def change(method: Any) -> Any:
        @functools.wraps(method)
        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            trace = current.get()
            if trace is None or not getattr(self, "is_bound", True):  # An empty form is only drawn.
                return method(self, *args, **kwargs)
            with trace.step(kind, lambda: name_of(self)) as node:
                result = method(self, *args, **kwargs)
                if after:
                    after(node, self, result)
            return result

        return wrapper

    return change


def _template(template: Any) -> str:
    debug = getattr(sys.modules.get("django.views.debug"), "DEBUG_ENGINE", None)
    if debug is not None and getattr(template, "engine", None) is debug:
        return "Django's debug page"
    return template.name or "a template without a name"


# Jinja


def _looked_up(get_template: Any) -> Any:
    """Templates that a template extends or includes are written down when their turn comes."""

    @functools.wraps(get_template)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        template = get_template(self, *args, **kwargs)
        trace = current.get()
        if trace is None or not trace.inside("template"):
            return template
        return _twin(template) or template

    return wrapper


@harmless
def _twin(template: Any) -> Any:
    if inspect.isasyncgenfunction(template.root_render_func):
        return None
    twin = object.__new__(type(template))  # The template itself lies in the environment's cache.
    vars(twin).update(vars(template))
    twin.root_render_func = _watched_pieces(template)
    return twin


def _watched_pieces(template: Any) -> Any:
    def pieces(*args: Any, **kwargs: Any) -> Iterator[str]:
        trace = current.get()
        if trace is None:
            yield from template.root_render_func(*args, **kwargs)
            return
        with trace.step("template", lambda: _template(template)):
            made = list(template.root_render_func(*args, **kwargs))
        yield from made

    return pieces


# Django REST framework


def _many(serializer: Any) -> str:
    child = getattr(serializer, "child", None)
    return f"{type(child).__name__}(many=True)" if child is not None else type(serializer).__name__


def _data(was: property) -> property:
    """`serializer.data`, which is written down where it is computed: once, in the outermost class."""

    def compute(self: Any) -> Any:
        trace = current.get()
        if trace is None or hasattr(self, "_data") or was.fget is None:
            return was.fget(self) if was.fget else None
        with trace.step("serializer", lambda: _many(self)) as node:
            result = was.fget(self)
            if isinstance(result, list):
                node.detail = f"{len(result)} objects"
        return result

    return property(compute, was.fset, was.fdel, was.__doc__)


@harmless
def _checked(node: Open, checked: Any, valid: Any) -> None:
    if not valid:
        node.outcome, node.problem = "refused", "; ".join(_problems(checked.errors))


def _problems(errors: Any, place: str = "") -> Iterator[str]:
    """ "title: This field is required." from the nested errors of serializers and forms."""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from _problems(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(errors, list | tuple):
        for inner in errors:
            yield from _problems(inner, place)
    else:
        yield f"{place}: {errors}" if place else str(errors)


def _is_valid(method: Any) -> Any:
    """`is_valid(raise_exception=True)` raises; what it found is then in the errors all the same."""

    @functools.wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        trace = current.get()
        if trace is None or trace.inside("validation"):
            return method(self, *args, **kwargs)
        with trace.step("validation", lambda: _many(self)) as node:
            try:
                return method(self, *args, **kwargs)
            finally:
                _serializer_checked(node, self)

    return wrapper


@harmless
def _serializer_checked(node: Open, serializer: Any) -> None:
    if hasattr(serializer, "_errors"):
        _checked(node, serializer, not serializer._errors)


@harmless
def _form_checked(node: Open, form: Any, result: Any) -> None:
    _checked(node, form, not form.errors)


def _class(thing: Any) -> str:
    return type(thing).__name__


PLACES: tuple[tuple[str, str, str, Any], ...] = (
    ("jinja2", "Template", "render", _named("template", _template)),
    ("jinja2", "Environment", "get_template", _looked_up),
    ("django.template.base", "Template", "_render", _named("template", _template)),
    ("django.forms.forms", "BaseForm", "full_clean", _named("validation", _class, _form_checked)),
    ("django.http.response", "JsonResponse", "__init__", _named("serializer", _class)),
    ("wtforms.form", "Form", "validate", _named("validation", _class, _checked)),
    ("rest_framework.serializers", "BaseSerializer", "data", _data),
    ("rest_framework.serializers", "BaseSerializer", "is_valid", _is_valid),
    ("rest_framework.serializers", "ListSerializer", "is_valid", _is_valid),
)
