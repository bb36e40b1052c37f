"""Which protocol an application speaks, and what is said of a thing that is none."""

from __future__ import annotations

import functools
import types
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import django.core.handlers.asgi
import django.core.handlers.wsgi
import pytest
from a2wsgi import ASGIMiddleware, WSGIMiddleware
from asgiref.wsgi import WsgiToAsgi
from fastapi import APIRouter, FastAPI
from flask import Blueprint, Flask
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from course.frameworks.protocol import interface


def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"open"]


async def asgi(scope: Any, receive: Any, send: Any) -> None: ...


def show_book(request: Any, number: int) -> str:
    return f"book {number}"


async def list_books() -> list[str]:
    return []


def logged(app: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(app)
    def wrapper(*args: Any) -> Any:
        return app(*args)

    return wrapper


def passed_on(app: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: app(*args)


class Proxy:
    """Hands its calls on, and says nothing of what stands behind it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, *args: Any) -> Any:
        return self._app(*args)


class ClassOfPEP3333:
    def __init__(self, environ: dict[str, Any], start_response: Any) -> None:
        start_response("200 OK", [])

    def __iter__(self) -> Iterator[bytes]:
        yield b"open"


class Catalogue:
    def application(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return wsgi(environ, start_response)

    async def live(self, scope: Any, receive: Any, send: Any) -> None: ...


def plain_asgi(scope: Any, receive: Any, send: Any) -> Awaitable[None]:
    return asgi(scope, receive, send)


WSGI = {
    "function": wsgi,
    "method": Catalogue().application,
    "class": ClassOfPEP3333,
    "partial": functools.partial(lambda shelf, environ, start_response: wsgi(environ, start_response), "A"),
    "Flask": Flask("library"),
    "Django": django.core.handlers.wsgi.WSGIHandler.__new__(django.core.handlers.wsgi.WSGIHandler),
    "Dispatcher": DispatcherMiddleware(Flask("library"), {}),
    "LocalProxy": LocalProxy(lambda: Flask("library")),
    "Proxy": Proxy(Flask("library")),
    "Proxy of a Proxy": Proxy(Proxy(wsgi)),
    "decorated": logged(wsgi),
    "closure": passed_on(wsgi),
    "ASGI in WSGI": ASGIMiddleware(asgi),
}
ASGI = {
    "function": asgi,
    "plain function": plain_asgi,
    "method": Catalogue().live,
    "partial": functools.partial(asgi),
    "FastAPI": FastAPI(),
    "Starlette": Starlette(),
    "middleware": GZipMiddleware(FastAPI()),
    "Django": django.core.handlers.asgi.ASGIHandler.__new__(django.core.handlers.asgi.ASGIHandler),
    "LocalProxy": LocalProxy(FastAPI),
    "Proxy": Proxy(FastAPI()),
    "decorated": logged(asgi),
    "closure": passed_on(asgi),
    "WSGI in ASGI": WsgiToAsgi(wsgi),
    "WSGI in ASGI by a2wsgi": WSGIMiddleware(wsgi),
}


@pytest.mark.parametrize("app", WSGI.values(), ids=WSGI.keys())
def test_wsgi_is_recognised(app: Any) -> None:
    assert interface(app) == "wsgi"


@pytest.mark.parametrize("app", ASGI.values(), ids=ASGI.keys())
def test_asgi_is_recognised(app: Any) -> None:
    assert interface(app) == "asgi"


def test_a_proxy_that_hides_everything_counts_as_wsgi() -> None:
    class Remote:
        def __call__(self, *args: Any) -> Any:
            raise NotImplementedError

    assert interface(Remote()) == "wsgi"


class Shelf:
    def __call__(self) -> None: ...


MISTAKES = {
    "nothing": (None, "return app"),
    "text": ("main:app", "without quotation marks"),
    "number": (3, "This is 3."),
    "dictionary": ({"app": 1}, "This is {'app': 1}."),
    "module": (types.ModuleType("library"), "This is the module `library`"),
    "class": (Flask, "as in `app = Flask(...)`"),
    "urlpatterns": ([], "django_app(...)"),
    "Blueprint": (Blueprint("books", "library"), "app.register_blueprint"),
    "APIRouter": (APIRouter(), "app.include_router"),
    "view of Django": (show_book, "`show_book` is a single function"),
    "view of FastAPI": (list_books, "`list_books` is a single function"),
    "view of Flask": (lambda: "open", "is a single function"),
    "other callable": (Shelf(), "neither with (environ, start_response) nor (scope, receive, send)"),
}


@pytest.mark.parametrize(("thing", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_what_is_no_application_is_named_and_what_to_pass_instead(thing: Any, told: str) -> None:
    with pytest.raises(TypeError) as error:
        interface(thing)
    assert "A WSGI or ASGI application is needed here" in str(error.value)
    assert told in str(error.value)


def test_a_view_that_was_called_without_await_is_named_and_python_does_not_warn_too(
    recwarn: pytest.WarningsRecorder,
) -> None:
    with pytest.raises(TypeError, match="`async def` function `list_books` returns when it is called without `await`"):
        interface(list_books())
    assert not recwarn.list


def test_a_long_thing_is_cut() -> None:
    with pytest.raises(TypeError) as error:
        interface({number: number for number in range(1000)})
    assert len(str(error.value)) < 250
