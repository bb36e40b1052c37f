"""Answers are read from whoever's response object they come in."""

from __future__ import annotations

import gzip
import inspect
import io
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from course.frameworks.show import show


def html(response: Any) -> str:
    return show(response)._repr_mimebundle_()["text/html"]


def text(response: Any) -> str:
    return show(response)._repr_mimebundle_()["text/plain"]


def streamed(chunks: Iterator[bytes]) -> httpx2.Response:
    return httpx2.Response(200, content=chunks, request=httpx2.Request("GET", "http://testserver/loans.csv"))


def test_a_stream_that_was_not_read_is_left_alone_and_explained() -> None:
    response = streamed(iter([b"title\n", b"Emma\n"]))
    assert "call response.read() first" in text(response)
    response.read()
    assert text(response).endswith("title\nEmma\n")


def test_a_stream_that_is_over_is_explained() -> None:
    response = streamed(iter([b"Emma"]))
    list(response.iter_raw())
    assert "call response.read() inside the `with` block" in text(response)


def test_an_asynchronous_stream_is_explained() -> None:
    async def chunks() -> Any:
        yield b"Emma"

    response = httpx2.Response(200, content=chunks())
    assert "await response.aread()" in text(response)


def test_a_response_of_requests_has_all_its_cookies() -> None:
    requests = pytest.importorskip("requests")
    from urllib3 import HTTPHeaderDict, HTTPResponse

    response = requests.Response()
    headers = HTTPHeaderDict([("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    response.raw = HTTPResponse(io.BytesIO(b'{"title": "Emma"}'), headers=headers, preload_content=False)
    response.status_code, response.reason, response.url = 200, "OK", "http://riverside.example/books"
    response.headers.update(headers)
    response.request = requests.Request("GET", response.url).prepare()
    said = text(response)
    assert said.startswith("200 OK (success)")
    assert "GET http://riverside.example/books" in said
    assert "Set-Cookie: a=1\nSet-Cookie: b=2" in said
    assert '"title": "Emma"' in said


def test_responses_of_django_are_shown_with_their_cookies() -> None:
    from course.frameworks.django import django_app

    django_app([])
    from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
    from django.template import engines
    from django.template.response import TemplateResponse
    from django.test import RequestFactory
    from rest_framework.response import Response

    response = HttpResponse("<h1>Books</h1>", status=201)
    response.set_cookie("branch", "north", httponly=True)
    assert text(response).startswith("201 Created (success)")
    assert "Set-Cookie: branch=north; HttpOnly; Path=/" in text(response)
    assert 'title="The page that was sent"' in html(response)
    assert '"title": "Emma"' in text(JsonResponse({"title": "Emma"}))
    assert "show() does not use it up" in text(StreamingHttpResponse(iter([b"Emma"])))
    page = TemplateResponse(
        RequestFactory().get("/"), engines["django"].from_string("<h1>{{ title }}</h1>"), {"title": "Emma"}
    )
    assert "<h1>Emma</h1>" in text(page)
    assert "could not be rendered outside of a request" in text(Response({"title": "Emma"}))


def test_an_answer_of_djangos_test_client_says_what_was_asked() -> None:
    from course.frameworks.django import django_app

    django_app([])
    from django.test import Client, override_settings

    with override_settings(ROOT_URLCONF=()):
        response = Client().get("/books?title=Emma")
    assert "GET /books?title=Emma" in text(response)


def test_responses_of_flask_are_shown() -> None:
    from flask import Flask, Response, redirect

    app = Flask("library")
    app.add_url_rule("/books", "books", lambda: {"title": "Emma"})
    app.add_url_rule("/old", "old", lambda: redirect("/books"))
    said = text(app.test_client().get("/old", follow_redirects=True))
    assert said.startswith("200 OK (success)")
    assert "was answered with 302 Found, Location: /books" in said
    assert '"title": "Emma"' in said
    response = Response("Emma", 418, mimetype="text/plain")
    response.set_cookie("branch", "north")
    assert text(response).startswith("418 I'm a Teapot (client error)")
    assert "Set-Cookie: branch=north; Path=/" in text(response)
    stream = Response(iter(["Emma"]))
    assert "show() does not use it up" in text(stream)
    assert stream.get_data() == b"Emma"


def test_responses_of_starlette_and_fastapi_are_shown() -> None:
    from fastapi.responses import (
        FileResponse,
        HTMLResponse,
        JSONResponse,
        RedirectResponse,
        Response,
        StreamingResponse,
    )

    assert '"title": "Emma"' in text(JSONResponse({"title": "Emma"}, 201))
    assert "<iframe sandbox" in html(HTMLResponse("<h1>Emma</h1>"))
    assert "Location leads to GET /books" in text(RedirectResponse("/books"))
    assert "show() does not use it up" in text(StreamingResponse(iter([b"Emma"])))
    assert "from the file catalogue.pdf" in text(FileResponse("catalogue.pdf"))
    response = Response(status_code=204)
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    assert text(response).count("set-cookie: ") == 2


def test_a_packed_body_is_unpacked_and_stays_of_bearable_size() -> None:
    from django.http import HttpResponse

    response = HttpResponse(
        gzip.compress(b"Emma" * 10), headers={"Content-Encoding": "gzip"}, content_type="text/plain"
    )
    assert text(response).endswith("Emma" * 10)
    bomb = HttpResponse(
        gzip.compress(bytes(30_000_000)), headers={"Content-Encoding": "gzip"}, content_type="image/png"
    )
    assert "Body: image/png, 10,000,000 bytes" in text(bomb)


# Mistakes


async def list_books() -> str:
    return "Emma"


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (None, "show() was given None, which is what a function without `return` returns"),
        ("books", "show() needs a response, and was given a str"),
        ({"title": "Emma"}, "was given a dict"),
        (("Emma", 404), "was given a tuple"),
        (list_books, "was given the function list_books"),
        (httpx2.Response, "was given the class Response"),
        (KeyError("title"), "was given an exception (KeyError)"),
        (httpx2.Client, "was given the class Client"),
        (7, "was given an instance of int"),
    ],
)
def test_what_is_no_response_is_told_in_one_message_that_says_what_to_do(thing: Any, said: str) -> None:
    with pytest.raises(TypeError) as raised:
        show(thing)
    assert said in str(raised.value)
    assert 'show(client(app).get("/books"))' in str(raised.value)


def test_an_application_is_to_be_asked_first() -> None:
    from fastapi import FastAPI, HTTPException
    from flask import Flask

    for thing, said in ((FastAPI(), "FastAPI"), (Flask("library"), "Flask"), (HTTPException(404), "HTTPException")):
        with pytest.raises(TypeError, match=said):
            show(thing)


def test_an_async_view_that_was_not_awaited_is_told_once() -> None:
    called = list_books()
    with pytest.raises(TypeError, match=r"list_books\(\) is an `async def` function that was called without `await`"):
        show(called)
    assert inspect.getcoroutinestate(called) == inspect.CORO_CLOSED  # Python would warn of another one.
