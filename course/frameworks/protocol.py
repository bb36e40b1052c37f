"""Which of the two protocols an application speaks: WSGI or ASGI."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import partial
from types import ModuleType
from typing import Any, Literal
from weakref import WeakKeyDictionary

Interface = Literal["wsgi", "asgi"]

WANTED = "A WSGI or ASGI application is needed here: the Flask(...) or FastAPI(...) object, or django_app(urlpatterns)."
DEPTH = 5
"""So many proxies in a row are looked behind."""

_known: WeakKeyDictionary[type, Interface | None] = WeakKeyDictionary()


def interface(app: Any) -> Interface:
    """How `app` wants to be called: "wsgi" with (environ, start_response), "asgi" with (scope, receive, send).

    Told by the protocol alone, so any callable that speaks one of them will do, also behind a proxy. What is no
    application raises a TypeError that says what it is, and what to pass instead.
    """
    kind = type(app)
    if kind not in _known:
        _known[kind] = _of_kind(kind)
    known = _known[kind]
    if known:
        return known
    mistake = _mistake(app)
    if mistake:
        raise TypeError(f"{WANTED} {mistake}")
    return _spoken(app) or "wsgi"


def _of_kind(kind: type) -> Interface | None:
    """What all objects of a class speak, if its `__call__` says so."""
    call = getattr(kind, "__call__", None)  # noqa: B004 - what it is counts, not that it is there.
    if not inspect.isfunction(call) or _part(kind):
        return None
    return _spoken(partial(call, None))


def _spoken(app: Any, depth: int = 0) -> Interface | None:
    """None for a callable that takes anything and does not show what stands behind it."""
    call = _call(app)
    if inspect.iscoroutinefunction(call):
        return "asgi"
    wanted = _wanted(call)
    if wanted is not None:
        return {2: "wsgi", 3: "asgi"}.get(wanted)  # type: ignore[return-value]
    behind = _behind(app) if depth < DEPTH else iter(())
    return next(filter(None, (_spoken(other, depth + 1) for other in behind)), None)


def _call(app: Any) -> Any:
    return app if inspect.isroutine(app) or isinstance(app, partial | type) else app.__call__


def _wanted(call: Any) -> int | None:
    """How many arguments a callable wants: 2, 3, or 0 for neither; None if it takes any number or does not say."""
    try:
        signature = inspect.signature(call, follow_wrapped=False)
    except (TypeError, ValueError):
        return None
    if any(parameter.kind == parameter.VAR_POSITIONAL for parameter in signature.parameters.values()):
        return None
    return next((count for count in (2, 3) if _takes(signature, count)), 0)


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _behind(app: Any) -> Iterator[Any]:
    """The callables that a proxy may hand its calls to: what it wraps, holds or closes over."""
    held = [getattr(app, "__wrapped__", None), getattr(app, "func", None), *getattr(app, "__dict__", {}).values()]
    for cell in getattr(app, "__closure__", None) or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:  # A name that has no value yet.
            continue
    return (thing for thing in held if callable(thing) and not isinstance(thing, type))


def _mistake(app: Any) -> str:
    """What it is instead of an application, and what to do; empty for what may be one."""
    if app is None:
        return "This is None: does the function that makes the app end with `return app`?"
    if isinstance(app, str):
        return f"This is the text {app!r}: pass the app itself, without quotation marks."
    if isinstance(app, ModuleType):
        return f"This is the module `{app.__name__}`: pass the app that is in it."
    if inspect.iscoroutine(app):
        app.close()  # Else Python would warn of it too, on stderr.
        return f"This is what the `async def` function `{app.__name__}` returns when it is called without `await`."
    if isinstance(app, list | tuple):
        return "This is a list: if it holds Django's paths, pass `django_app(...)` of it."
    if isinstance(app, type):
        made = f"This is the class `{app.__name__}`: make an app of it, as in `app = {app.__name__}(...)`."
        return "" if _is_application_class(app) else made
    part = _part(type(app))
    if part:
        return f"{part}, and pass the app."
    if not callable(app):
        return f"This is {_cut(repr(app))}."
    if inspect.isfunction(app) and _is_view(app):
        return f"`{app.__name__}` is a single function, a view perhaps: pass the app that it belongs to."
    if _wanted(_call(app)) == 0:
        return (
            f"{_cut(repr(app))} can be called, but neither with (environ, start_response) nor (scope, receive, send)."
        )
    return ""


def _part(kind: type) -> str:
    """What is done with objects of this class when they are but a part of an application."""
    names = {f"{base.__module__.partition('.')[0]}.{base.__name__}" for base in kind.__mro__}
    if "flask.Blueprint" in names:
        return "This is a Blueprint: add it by `app.register_blueprint(...)`"
    if "fastapi.APIRouter" in names:
        return "This is an APIRouter: add it by `app.include_router(...)`"
    return ""


def _is_application_class(kind: type) -> bool:
    """PEP 3333 allows one: it is made with (environ, start_response), and its object gives the body."""
    return hasattr(kind, "__iter__") and _wanted(kind) == 2


def _is_view(function: Any) -> bool:
    wanted = _wanted(function)
    if wanted is None:
        return False
    first = next(iter(inspect.signature(function, follow_wrapped=False).parameters), "")
    return wanted == 0 or first == "request" or (wanted == 2 and inspect.iscoroutinefunction(function))


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
