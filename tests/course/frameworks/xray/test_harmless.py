"""A program that is traced goes on as if it were not, whatever goes wrong in writing down what happens in it."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
import sqlalchemy
from fastapi import Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse
from flask import Flask, render_template_string
from starlette.middleware.gzip import GZipMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from course.frameworks.client import Client
from course.frameworks.django import django_app, django_setup
from course.frameworks.xray import xray
from course.frameworks.xray.send import send
from course.frameworks.xray.trace import Trace, current, harmless

django_setup()
from django import forms  # noqa: E402
from django.db import DatabaseError, connection  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Silent(Exception):
    """An exception that cannot be put into words."""

    def __str__(self) -> str:
        raise LookupError("no words")


def found_in_sqlite() -> str:
    """What two statements say, one of which fails."""
    with closing(sqlite3.connect(":memory:")) as database:
        with suppress(sqlite3.OperationalError):
            database.execute("SELECT * FROM shelf")
        return str(database.execute("SELECT 1").fetchone()[0])


def found_by_sqlalchemy() -> str:
    """The same."""
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as database:
        with suppress(sqlalchemy.exc.OperationalError):
            database.exec_driver_sql("SELECT * FROM shelf")
        found = database.exec_driver_sql("SELECT 1").scalar()
    engine.dispose()
    return str(found)


def flask_app() -> Any:
    app = Flask("library")
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(lambda: None)
    app.after_request(lambda response: response)

    @app.get("/books")
    def list_books() -> Any:
        said = render_template_string("{{ a }} {{ b }}", a=found_in_sqlite(), b=found_by_sqlalchemy())
        return {"books": said}

    @app.get("/broken")
    def broken() -> str:
        return str(1 / 0)

    @app.get("/silent")
    def silent() -> str:
        raise Silent

    @app.errorhandler(Silent)
    def apologize(error: Silent) -> tuple[str, int]:
        return "a pity", 409

    return app


def get_shelf() -> Iterator[str]:
    yield "shelf"


async def get_branch() -> str:
    return "north"


def fastapi_app() -> Any:
    app = FastAPI()
    app.add_middleware(GZipMiddleware)

    @app.get("/books")
    def list_books(shelf: str = Depends(get_shelf), branch: str = Depends(get_branch)) -> list[str]:
        return [found_in_sqlite(), found_by_sqlalchemy(), shelf, branch]

    @app.get("/broken")
    async def broken(shelf: str = Depends(get_shelf)) -> float:
        return 1 / 0

    @app.get("/silent")
    def silent() -> str:
        raise Silent

    @app.exception_handler(Silent)
    def apologize(request: Request, error: Silent) -> PlainTextResponse:
        return PlainTextResponse("a pity", 409)

    @app.get("/refused")
    def refused(days: int) -> int:
        return days

    return app


class Loan(forms.Form):
    days = forms.IntegerField()


def django_program() -> Any:
    def list_books(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            with suppress(DatabaseError):
                cursor.execute("SELECT * FROM shelf")
            cursor.execute("SELECT 1")
        return render(request, "books.html", {"a": found_by_sqlalchemy()})

    def broken(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(1 / 0))

    def silent(request: HttpRequest) -> HttpResponse:
        raise Silent

    def refused(request: HttpRequest) -> HttpResponse:
        return JsonResponse(Loan({"days": "many"}).errors, status=400)

    def apologizing(get_response: Any) -> Any:
        def middleware(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = get_response(request)
            return response

        middleware.process_exception = lambda request, error: (  # type: ignore[attr-defined]
            HttpResponse("a pity", status=409) if isinstance(error, Silent) else None
        )
        return middleware

    views = (("books", list_books), ("broken", broken), ("silent", silent), ("refused", refused))
    patterns = [path(*view) for view in views]
    return django_app(patterns, templates={"books.html": "{{ a }}"}, MIDDLEWARE=[apologizing], DEBUG=False)


APPS = [flask_app, fastapi_app, django_program]
ADDRESSES = ["/books", "/broken", "/silent", "/refused", "/nowhere"]


def said(response: Any) -> tuple[int, str, str]:
    failure = response.extensions.get("failure")
    return response.status_code, response.text, type(failure.exception).__name__ if failure else ""


def without(app: Any, address: str) -> tuple[int, str, str]:
    """What the program answers when nobody looks."""
    with Client(app, tell=lambda message: None) as client:
        return said(client.get(address))


@pytest.mark.parametrize("make", APPS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_answer_is_the_same_with_and_without_it(make: Any, address: str) -> None:
    app = make()
    assert said(xray(app, "GET", address).response) == without(app, address)


class Stopping:
    """A clock that stops with an exception."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self) -> float:
        self.left -= 1
        if self.left < 0:
            raise OSError("the clock has stopped")
        return 1.0


@pytest.mark.parametrize("make", APPS)
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("after", [1, 3, 7])
def test_the_answer_is_the_same_when_nothing_more_can_be_written_down(make: Any, address: str, after: int) -> None:
    app = make()
    trace = Trace(Stopping(after))
    assert said(send(app, trace, "GET", address, {})) == without(app, address)
    assert trace.missing


@pytest.mark.parametrize("make", APPS)
@pytest.mark.parametrize(
    "part",
    [
        *("trace.place", "trace.name_of", "trace.summary", "trace.written_as"),
        *("sql.shown", "sql.one_line", "django.name_of", "django.place", "starlette.name_of", "starlette.place"),
    ],
)
def test_the_answer_is_the_same_when_something_cannot_be_named(
    make: Any, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: Any, **named: Any) -> Any:
        raise RuntimeError("it has no name")

    app = make()
    module, name = part.split(".")
    monkeypatch.setattr(importlib.import_module(f"course.frameworks.xray.{module}"), name, fails)
    for address in ADDRESSES:
        assert said(xray(app, "GET", address).response) == without(app, address)


def test_what_is_missing_is_said() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise LookupError

        def __conform__(self, protocol: Any) -> str:
            return "Emma"

    def find() -> str:
        with closing(sqlite3.connect(":memory:")) as database:
            return str(database.execute("SELECT ?", (Shy(),)).fetchone()[0])

    app = Flask("library")
    app.add_url_rule("/", "find", find)
    seen = xray(app, "GET", "/")
    assert seen.response.text == "Emma"
    assert [query.name for query in seen.queries] == ["SELECT ?"]
    for drawn in (seen.text(), seen.html()):
        assert "could not be written down (LookupError)" in drawn
    assert "could not be written down" not in xray(app, "GET", "/nowhere").text()


def test_an_application_that_answers_with_keywords_or_nonsense_is_left_to_the_server() -> None:
    def polite(environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", headers=[("Content-Type", "text/plain")])
        return [b"books"]

    def odd(environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
        start_response("fine", [])
        return [b"books"]

    for app in (polite, odd):
        assert said(xray(app, "GET", "/").response) == without(app, "/")


def test_the_trace_knows_the_first_thing_that_is_missing() -> None:
    trace = Trace()
    token = current.set(trace)
    try:
        assert harmless(lambda number: number + 1)(1) == 2
        assert (harmless(dict[str, str]().__getitem__)("title"), trace.missing) == (None, "KeyError")
        harmless(lambda: int("many"))()
        assert trace.missing == "KeyError"
    finally:
        current.reset(token)
