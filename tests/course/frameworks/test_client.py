"""One client for applications of all three frameworks."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import path
from fastapi import FastAPI
from flask import Flask, redirect

from course import client, django_app


def flask_app() -> Flask:
    app = Flask("library")
    app.add_url_rule("/books/<name>", "book", lambda name: f"book {name}")
    app.add_url_rule("/old", "old", lambda: redirect("/books/new"))
    return app


def fastapi_app() -> FastAPI:
    app = FastAPI()
    app.add_api_route("/books/{name}", lambda name: f"book {name}")
    return app


def django_program() -> Any:
    return django_app([path("books/<str:name>", lambda request, name: HttpResponse(f"book {name}"))])


@pytest.mark.parametrize("make", [flask_app, fastapi_app, django_program])
@pytest.mark.parametrize(("address", "expected"), [("7", "book 7"), ("caf%C3%A9", "book café"), ("a%20b", "book a b")])
def test_every_framework_answers_the_same_request(make: Any, address: str, expected: str) -> None:
    response = client(make()).get(f"/books/{address}")
    assert response.status_code == 200
    assert response.text.strip('"') == expected


@pytest.mark.parametrize("make", [flask_app, fastapi_app, django_program])
def test_a_missing_page_is_a_404_and_nothing_is_written_to_stderr(make: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert client(make()).get("/nowhere").status_code == 404
    assert capfd.readouterr().err == ""


def test_redirects_are_returned_not_followed() -> None:
    app = flask_app()
    assert client(app).get("/old").headers["location"] == "/books/new"
    assert client(app).get("/old", follow_redirects=True).text == "book new"


@pytest.mark.parametrize("thing", [None, "app", 3, {"app": 1}])
def test_a_thing_that_is_no_application_is_named(thing: object) -> None:
    with pytest.raises(TypeError, match="needs a WSGI or ASGI application"):
        client(thing)


def test_plain_wsgi_and_asgi_callables_will_do() -> None:
    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode("latin-1")]

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    assert client(wsgi).get("/é").text == client(asgi).get("/é").text == "/é"


def test_importing_the_course_loads_no_framework() -> None:
    code = "import course, sys; print([m for m in ('django', 'flask', 'fastapi', 'IPython') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
