"""The same request to several applications, side by side."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from flask import Flask, jsonify, redirect, request

from course.frameworks.compare import Comparison, compare
from course.frameworks.django import django_app

ATTACK = "</pre></iframe><script>alert('x')</script><img src=x onerror=alert(1)>"

Start = Callable[..., Any]


def flask_app() -> Flask:
    app = Flask("library")

    @app.get("/books")
    def list_books() -> Any:
        return jsonify([{"id": 1, "title": "Emma"}])

    @app.get("/old")
    def old() -> Any:
        return redirect("/books")

    @app.get("/boom")
    def boom() -> Any:
        raise KeyError("title")

    @app.post("/echo")
    def echo() -> Any:
        cover = request.files.get("cover")
        return {
            "json": request.get_json(silent=True),
            "form": dict(request.form),
            "file": [cover.filename, cover.read().decode()] if cover else None,
            "cookie": request.cookies.get("branch"),
            "header": request.headers.get("X-Member"),
            "query": request.args.get("q"),
        }

    return app


def fastapi_app() -> FastAPI:
    app = FastAPI()

    @app.get("/books")
    def list_books() -> Any:
        return [{"title": "Emma", "id": 1}]

    @app.get("/old")
    def old() -> Any:
        return RedirectResponse("/books", 307)

    @app.get("/boom")
    def boom() -> Any:
        raise KeyError("title")

    @app.post("/echo")
    async def echo(request: Request) -> Any:
        async with request.form() as form:
            cover: Any = form.get("cover")
            return {
                "json": await request.json() if request.headers["content-type"] == "application/json" else None,
                "form": {name: value for name, value in form.items() if name != "cover"},
                "file": [cover.filename, (await cover.read()).decode()] if cover else None,
                "cookie": request.cookies.get("branch"),
                "header": request.headers.get("X-Member"),
                "query": request.query_params.get("q"),
            }

    return app


def list_books(request: HttpRequest) -> HttpResponse:
    return JsonResponse([{"id": 1, "title": "Emma"}], safe=False)


class Loans(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("loans")


def boom(request: HttpRequest) -> HttpResponse:
    raise KeyError("title")


def django_program() -> Any:
    return django_app(
        [
            path("books", csrf_exempt(list_books)),
            path("loans", Loans.as_view()),
            path("boom", boom),
        ]
    )


def all_three(address: str, **more: Any) -> Comparison:
    return compare(address, flask=flask_app(), django=django_program(), fastapi=fastapi_app(), **more)


def wsgi(body: str = "", kind: str = "application/json", headers: Any = (), status: str = "200 OK") -> Start:
    """An application that answers everything with this."""

    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response(status, [("Content-Type", kind), *headers])
        return [body.encode()]

    return app


def html(shown: Comparison) -> str:
    return shown._repr_mimebundle_()["text/html"]


def text(shown: Comparison) -> str:
    return shown._repr_mimebundle_()["text/plain"]


# What is the same, what differs


def test_one_request_is_answered_by_all_three_frameworks_and_summed_up_in_a_line() -> None:
    shown = all_three("/books")
    assert shown.same_status
    assert shown.same_body, shown.differences
    assert shown.summary == "All three answer 200 OK; the bodies say the same; Django adds 4 headers."
    assert list(shown.responses) == ["flask", "django", "fastapi"]
    assert {response.status_code for response in shown.responses.values()} == {200}
    assert text(shown).startswith(shown.summary)
    assert f"<b>{shown.summary}</b>" in html(shown)


def test_a_miss_is_404_in_all_and_the_bodies_are_of_different_kinds() -> None:
    shown = all_three("/nowhere")
    assert shown.same_status
    assert not shown.same_body
    assert "body: Flask and Django HTML, FastAPI JSON" in shown.differences
    assert "the bodies are of different kinds: Flask and Django HTML, FastAPI JSON" in shown.summary


def test_redirects_are_compared_and_followed_when_asked_to() -> None:
    shown = compare("/old", flask=flask_app(), fastapi=fastapi_app())
    assert not shown.same_status
    assert shown.differences[0] == "status: Flask 302, FastAPI 307"
    assert html(shown).count("Location leads to GET /books") == 2
    followed = compare("/old", flask=flask_app(), fastapi=fastapi_app(), follow_redirects=True)
    assert followed.same_status
    assert followed.same_body
    assert html(followed).count("Redirects that led here") == 2


def test_an_exception_is_told_in_its_column_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    shown = all_three("/boom")
    assert capfd.readouterr() == ("", "")
    assert shown.summary.startswith("Flask, Django and FastAPI raised KeyError: 'title'; all three answer 500")
    assert html(shown).count('class="failure"') == 3
    assert text(shown).count("KeyError: 'title'\n") >= 3


def test_any_names_will_do_and_only_two_are_both() -> None:
    shown = compare("/", before=wsgi('"a"'), after=wsgi('"a"'))
    assert shown.summary == "Both answer 200 OK; the bodies say the same; the headers say the same."
    assert shown.differences == []


# The request


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ({"json": {"title": "Emma"}}, {"json": {"title": "Emma"}}),
        ({"data": {"title": "Emma"}}, {"form": {"title": "Emma"}}),
        ({"json": 1, "headers": {"X-Member": "ada"}}, {"header": "ada"}),
        ({"json": 1, "cookies": {"branch": "north"}}, {"cookie": "north"}),
        ({"json": 1, "params": {"q": "austen"}}, {"query": "austen"}),
        ({"files": {"cover": io.BytesIO(b"picture")}}, {"file": ["upload", "picture"]}),
        ({"files": {"cover": ("c.png", io.BytesIO(b"picture"), "image/png")}}, {"file": ["c.png", "picture"]}),
        ({"files": [("cover", ("c.png", b"picture"))], "data": {"id": "1"}}, {"file": ["c.png", "picture"]}),
        ({"content": iter([b"[", b"1]"]), "headers": {"content-type": "application/json"}}, {"json": [1]}),
    ],
)
def test_every_application_gets_the_whole_request(sent: dict[str, Any], arrives: dict[str, Any]) -> None:
    shown = compare("/echo", method="POST", flask=flask_app(), fastapi=fastapi_app(), **sent)
    assert shown.same_body, shown.differences
    (key, value), *_ = arrives.items()
    assert [response.json()[key] for response in shown.responses.values()] == [value, value]


def test_an_application_with_a_lifespan_has_it() -> None:
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> Any:
        app.state.branch = "north"
        yield

    app = FastAPI(lifespan=lifespan)
    app.add_api_route("/", lambda: JSONResponse(app.state.branch))
    assert compare("/", first=app, second=wsgi('"north"')).same_body


# The code


def test_the_code_that_made_each_answer_is_shown() -> None:
    shown = all_three("/books?sort=title")
    said = text(shown)
    assert "Flask: /books -> list_books, 3 lines\n@app.get" in said
    assert "Django: books -> list_books, 2 lines\ndef list_books(request" in said
    assert "FastAPI: /books -> list_books, 3 lines" in said
    assert html(shown).count("Code of list_books for") == 6


def test_the_code_of_a_class_is_shown_and_a_miss_has_none() -> None:
    shown = compare("/loans", flask=flask_app(), django=django_program())
    assert "Django: loans -> Loans, 3 lines\nclass Loans(View):" in text(shown)
    assert "Flask: none calls a view" in text(shown)


def test_a_route_for_other_methods_is_said_so() -> None:
    shown = compare("/books", method="DELETE", flask=flask_app(), fastapi=fastapi_app())
    assert "Flask: none for this method" in text(shown)
    assert "FastAPI: none for this method" in text(shown)


def test_how_a_framework_looks_for_a_view_is_said_once() -> None:
    shown = compare("/books", before=flask_app(), after=flask_app(), fastapi=fastapi_app())
    for said in (text(shown), html(shown).replace("&#x27;", "'")):
        assert said.count("Flask's router does not try its rules one after another.") == 1
        assert said.count("FastAPI tries the routes from top to bottom") == 1
    assert "How they look for a view" not in html(compare("/", a=wsgi(), b=wsgi()))


def test_what_was_sent_to_whom_is_said_in_a_sentence() -> None:
    assert "<p><code>GET /books</code> was sent to Flask, Django and FastAPI.</p>" in html(all_three("/books"))


def test_of_what_came_with_a_package_only_the_name_is_shown() -> None:
    from django.views.generic import TemplateView

    library = django_app([path("", TemplateView.as_view(template_name="missing.html"))])
    assert "TemplateView, part of django" in text(compare("/", django=library, other=wsgi()))


def test_an_application_of_no_known_framework_has_no_known_route() -> None:
    assert "a: not known for this kind of application" in text(compare("/", a=wsgi(), b=wsgi()))


# Mistakes


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "at least two applications, .* It was given none"),
        ({"flask": wsgi()}, "at least two applications, .* It was given flask"),
        ({"flask": wsgi(), "django": None}, "^django=: .*None"),
        ({"flask": wsgi(), "django": "main:app"}, "^django=: .*main:app"),
        ({"flask": wsgi(), "django": wsgi(), "param": {"q": 1}}, r"^param=: .* Did you mean params=\?"),
    ],
)
def test_mistakes_are_told_in_one_message(given: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        compare("/books", **given)


def test_applications_without_names_are_told() -> None:
    for given in (("/books", wsgi(), wsgi()), ("/books", wsgi())):
        with pytest.raises(
            TypeError, match=r'^compare\(\) .* Name them: compare\("/books", before=app1, after=app2\)\.$'
        ):
            compare(*given)
    with pytest.raises(TypeError, match=r'compare\("/", before=app1, after=app2\)'):
        compare(wsgi(), wsgi())  # type: ignore[arg-type]


def test_a_request_that_cannot_be_made_is_not_blamed_on_an_application() -> None:
    with pytest.raises(TypeError, match="not JSON serializable") as raised:
        compare("/", method="POST", json={1, 2}, a=wsgi(), b=wsgi())
    assert "a=:" not in str(raised.value)


# How it looks


class Elements(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def test_nothing_that_was_sent_breaks_out_of_its_place() -> None:
    headers = [("X-Note", ATTACK), ("Set-Cookie", f"{ATTACK}={ATTACK}")]
    for kind in ("application/json", "text/html", "text/plain"):
        first = f'{{"{ATTACK}": 1}}' if kind == "application/json" else ATTACK
        other = f'{{"{ATTACK}": "{ATTACK}"}}' if kind == "application/json" else f"{ATTACK} too"
        shown = compare("/", **{ATTACK: wsgi(first, kind, headers), "after": wsgi(other, kind)})
        found = Elements(html(shown)).found
        assert not [tag for tag, attributes in found if tag == "script" or "onerror" in attributes]
        assert html(shown).count("</iframe>") == (2 if kind == "text/html" else 0)


def test_columns_and_code_are_named_for_screen_readers() -> None:
    labels = [attributes.get("aria-label") or "" for _, attributes in Elements(html(all_three("/books"))).found]
    for label in ("Answers compared", "Answer of Flask", "Answer of Django", "Answer of FastAPI"):
        assert label in labels
    assert "Code of list_books for Django" in labels


def test_a_second_run_looks_the_same() -> None:
    first, second = all_three("/books"), all_three("/books")
    assert html(first) == html(second)
    assert text(first) == text(second)
    assert not re.search("0x[0-9a-f]{6}", text(first))
