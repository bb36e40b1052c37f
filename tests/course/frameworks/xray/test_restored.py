"""Afterwards everything is as it was before, and two requests do not mix."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any

import django.core.handlers.exception
import fastapi.routing
import jinja2
import pytest
import sqlalchemy
import starlette.background
import starlette.routing
from fastapi import Depends, FastAPI
from flask import Flask
from sqlalchemy.engine import Engine
from starlette.middleware.gzip import GZipMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from course.frameworks.client import client
from course.frameworks.django import django_app, django_setup
from course.frameworks.xray import xray
from course.frameworks.xray.trace import current
from tests.seen import shape

django_setup()
from django.core.signals import got_request_exception  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import Template  # noqa: E402
from django.urls import URLResolver, path  # noqa: E402
from rest_framework.serializers import BaseSerializer  # noqa: E402


def attributes() -> dict[str, Any]:
    """Everything in the packages that is ever wrapped."""
    places: list[tuple[Any, str]] = [
        (sqlite3, "connect"),
        (jinja2.Template, "render"),
        (jinja2.Environment, "get_template"),
        (Template, "_render"),
        (URLResolver, "resolve"),
        (django.core.handlers.exception, "response_for_exception"),
        (BaseSerializer, "data"),
        (BaseSerializer, "is_valid"),
        (starlette.routing.Route, "handle"),
        (starlette.routing.Mount, "handle"),
        (starlette.background.BackgroundTask, "__call__"),
        (fastapi.routing, "solve_dependencies"),
        (fastapi.routing, "run_endpoint_function"),
        (fastapi.routing, "serialize_response"),
        (Engine, "_has_events"),
    ]
    found = {f"{owner.__name__}.{name}": vars(owner)[name] for owner, name in places}
    return {**found, "wrappers": list(connection.execute_wrappers), "receivers": len(got_request_exception.receivers)}


def flask_app() -> Flask:
    app = Flask("library")
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(lambda: None)
    app.errorhandler(KeyError)(lambda error: "no such key")
    app.add_url_rule("/books", "books", lambda: "books")
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    return app


def get_shelf() -> Iterator[str]:
    yield "shelf"


def fastapi_app() -> FastAPI:
    app = FastAPI()
    app.add_middleware(GZipMiddleware)

    @app.get("/books")
    def books(shelf: str = Depends(get_shelf)) -> str:
        return "books"

    @app.get("/broken")
    async def broken(shelf: str = Depends(get_shelf)) -> float:
        return 1 / 0

    return app


def django_program() -> Any:
    def broken(request: Any) -> HttpResponse:
        return HttpResponse(str(1 / 0))

    return django_app([path("books", lambda request: HttpResponse("books")), path("broken", broken)])


APPS = [flask_app, fastapi_app, django_program]


@pytest.mark.parametrize("make", APPS)
@pytest.mark.parametrize("address", ["/books", "/broken", "/nowhere"])
def test_the_packages_are_as_before(make: Any, address: str) -> None:
    app = make()
    client(app).get(address)  # What is built or connected at the first request is there now.
    before = attributes()
    xray(app, "GET", address)
    after = attributes()
    assert {name for name in before if after[name] is not before[name] and after[name] != before[name]} == set()
    assert current.get() is None


@pytest.mark.parametrize("address", ["/books", "/broken"])
def test_a_flask_application_is_as_before(address: str) -> None:
    app = flask_app()
    client(app).get(address)
    before = dict(vars(app))
    inner = app.wsgi_app.app  # type: ignore[attr-defined]
    xray(app, "GET", address)
    assert {name for name, value in vars(app).items() if before.get(name, app) is not value} == set()
    assert app.wsgi_app.app == inner  # type: ignore[attr-defined]
    assert "dumps" not in vars(app.json)


@pytest.mark.parametrize("address", ["/books", "/broken"])
def test_a_fastapi_application_is_as_before(address: str) -> None:
    app = fastapi_app()
    client(app).get("/books")
    before, layers = dict(vars(app)), chain(app)
    xray(app, "GET", address)
    assert {name for name, value in vars(app).items() if before[name] is not value} == set()
    assert [id(layer) for layer in chain(app)] == [id(layer) for layer in layers]
    assert app.dependency_overrides == {}


def chain(app: Any) -> list[Any]:
    layers = [app.middleware_stack]
    while hasattr(layers[-1], "app") and layers[-1] is not app.router:
        layers.append(layers[-1].app)
    return layers


def test_a_django_program_is_not_touched() -> None:
    app = django_program()
    before, settings = dict(vars(app)), dict(app.settings)
    xray(app, "GET", "/books")
    assert (vars(app), app.settings) == (before, settings)


def test_a_listener_of_the_learner_is_still_there() -> None:
    heard = []
    engine = sqlalchemy.create_engine("sqlite://")
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *about: heard.append(about[2]))
    xray(flask_app(), "GET", "/books")
    with engine.connect() as database:
        database.exec_driver_sql("SELECT 1")
    engine.dispose()
    assert heard == ["SELECT 1"]


@pytest.mark.parametrize("make", APPS)
def test_two_requests_at_the_same_time_do_not_mix(make: Any) -> None:
    app, seen = make(), {}
    start = threading.Barrier(4)

    def send(number: int) -> None:
        start.wait(10)
        seen[number] = [xray(app, "GET", "/books" if number % 2 else "/nowhere") for _ in range(5)]

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    alone = {address: outline(xray(app, "GET", address)) for address in ("/books", "/nowhere")}
    for number, results in seen.items():
        expected = alone["/books" if number % 2 else "/nowhere"]
        assert [outline(result) for result in results] == [expected] * 5
    assert len(seen) == 4


def outline(seen: Any) -> list[str]:
    return shape(seen, "server", "middleware", "routing", "hook", "dependency", "view", "handler")


@pytest.mark.parametrize("make", APPS)
def test_it_works_in_a_cell_whose_event_loop_is_running(make: Any) -> None:
    async def cell() -> int:
        return int(xray(make(), "GET", "/books").response.status_code)

    assert asyncio.run(cell()) == 200


def test_a_request_from_within_a_view_lies_in_that_view() -> None:
    outer = Flask("outer")
    inner = flask_app()
    outer.add_url_rule("/", "ask", lambda: client(inner).get("/books").text)
    seen = xray(outer, "GET", "/")
    assert (seen.response.text, shape(seen, "view")) == ("books", ["view <lambda>"])
    assert shape(xray(outer, "GET", "/"), "view") == ["view <lambda>"]
