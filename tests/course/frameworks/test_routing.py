"""How each framework finds the view of a request, shown pattern by pattern."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import include, path, re_path
from fastapi import APIRouter, FastAPI
from flask import Blueprint, Flask
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from course.frameworks.django import django_app
from course.frameworks.routing import Routing, route


def show_book(*args: Any, **params: Any) -> Any:
    return HttpResponse("book")


def library() -> Any:
    return django_app(
        [
            path("", show_book),
            path("books/", include([path("new/", show_book), path("<int:pk>/", show_book, {"full": True})])),
            re_path(r"^year/(\d{4})$", show_book),
            path("about/", show_book),
        ]
    )


def flask_app() -> Flask:
    app = Flask("library", static_folder=None)
    app.add_url_rule("/books/<name>", "by_name", show_book)
    app.add_url_rule("/books/<int:number>", "by_number", show_book)
    app.add_url_rule("/books", "add", show_book, methods=["POST"])
    app.add_url_rule("/branches/", "branches", show_book)
    loans = Blueprint("loans", "loans", url_prefix="/loans")
    loans.add_url_rule("/<uuid:loan>", "loan", show_book)
    app.register_blueprint(loans)
    return app


def fastapi_app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    books = APIRouter(prefix="/books")
    books.add_api_route("/{number:int}", show_book)
    books.add_api_route("/{number:int}", show_book, methods=["DELETE"])
    books.add_api_route("/", show_book)
    version = APIRouter(prefix="/v1")
    version.include_router(books)
    app.include_router(version)
    archive = FastAPI(openapi_url=None)
    archive.add_api_route("/scans/{name}", show_book)
    app.mount("/archive", archive)

    @app.websocket("/news")
    async def news(socket: Any) -> None: ...

    return app


def verdicts(routing: Routing) -> dict[str, str]:
    return {f"{'  ' * tried.depth}{tried.pattern}": tried.verdict for tried in routing.tried}


def why(routing: Routing, pattern: str) -> str:
    return next(tried.why for tried in routing.tried if tried.pattern == pattern)


def test_django_tries_patterns_in_order_and_goes_into_includes() -> None:
    routing = route(library(), "GET", "/books/7/?sort=title")
    assert (routing.framework, routing.route, routing.view) == ("Django", "books/<int:pk>/", show_book)
    assert routing.params == {"pk": 7, "full": True}
    assert verdicts(routing) == {
        '""': "no match",
        "books/…": "matched",
        "  new/": "no match",
        "  <int:pk>/": "matched",
        r"^year/(\d{4})$": "not reached",
        "about/": "not reached",
    }


def test_django_misses_and_says_why() -> None:
    routing = route(library(), "GET", "/books/seven/")
    assert (routing.view, routing.route, routing.params) == (None, None, {})
    assert why(routing, "<int:pk>/") == "'seven' is nothing for <int:pk>"
    assert why(routing, "books/…") == "begins like this, but nothing in it fits"
    assert why(route(library(), "GET", "/about"), "about/") == "lacks the slash at its end"


def test_django_shows_groups_of_an_expression_by_their_number() -> None:
    assert route(library(), "GET", "/year/1965").params == {"0": "1965"}


def test_an_encoded_path_is_decoded_as_a_server_does() -> None:
    assert route(flask_app(), "GET", "/books/D%C3%BCne").params == {"name": "Düne"}


def test_flask_says_that_it_does_not_try_one_after_the_other() -> None:
    routing = route(flask_app(), "GET", "/books/7")
    assert (routing.framework, routing.route, routing.params) == ("Flask", "/books/<int:number>", {"number": 7})
    assert verdicts(routing)["/books/<name>"] == "not reached"
    assert why(routing, "/books/<name>") == "fits too, but /books/<int:number> has precedence"
    assert "does not try its rules one after another" in routing.note


def test_flask_names_the_methods_that_would_do() -> None:
    routing = route(flask_app(), "GET", "/books")
    assert (routing.view, verdicts(routing)["/books"]) == (None, "other method")
    assert why(routing, "/books") == "takes OPTIONS, POST"


def test_flask_tells_of_a_redirect_to_the_slash() -> None:
    routing = route(flask_app(), "GET", "/branches")
    assert (routing.view, why(routing, "/branches/")) == (None, "fits /branches/: Flask redirects there")


def test_flask_shows_rules_of_blueprints_and_their_converters() -> None:
    routing = route(flask_app(), "GET", "/loans/7")
    assert why(routing, "/loans/<uuid:loan>") == "'7' is nothing for <uuid:loan>"


def test_fastapi_goes_on_to_a_route_with_the_method() -> None:
    routing = route(fastapi_app(), "delete", "/v1/books/7")
    assert (routing.framework, routing.route, routing.params) == ("FastAPI", "/v1/books/{number:int}", {"number": 7})
    assert [tried.verdict for tried in routing.tried] == [
        "other method",
        "matched",
        "not reached",
        "not reached",
        "not reached",
    ]


def test_fastapi_answers_405_if_a_route_fits_but_for_its_method() -> None:
    routing = route(fastapi_app(), "PUT", "/v1/books/7")
    assert routing.view is None
    assert [tried.why for tried in routing.tried][:2] == ["takes GET", "takes DELETE"]


@pytest.mark.parametrize(
    ("address", "pattern", "reason"),
    [
        ("/v1/books", "/v1/books/", "fits /v1/books/: redirects there"),
        ("/v1/books/x", "/v1/books/{number:int}", "'x' is nothing for {number:int}"),
        ("/news", "/news", "for WebSockets only"),
        ("/elsewhere", "/archive/…", "does not begin with /archive/"),
    ],
)
def test_fastapi_says_why_a_route_does_not_match(address: str, pattern: str, reason: str) -> None:
    routing = route(fastapi_app(), "GET", address)
    assert (routing.view, why(routing, pattern)) == (None, reason)


def test_fastapi_goes_into_a_mounted_application() -> None:
    routing = route(fastapi_app(), "GET", "/archive/scans/map")
    assert (routing.route, routing.params) == ("/archive/scans/{name}", {"name": "map"})
    assert verdicts(routing)["  /scans/{name}"] == "matched"


def test_starlette_alone_is_understood() -> None:
    app = Starlette(routes=[Mount("/books", routes=[Route("/{name}", show_book)])])
    assert route(app, "GET", "/books/dune").framework == "Starlette"
    assert route(app, "GET", "/books/dune").route == "/books/{name}"


def test_looking_for_a_view_does_not_call_it() -> None:
    def explode() -> None:
        raise AssertionError("called")

    app = FastAPI()
    app.add_api_route("/", explode)
    assert route(app, "GET", "/").view is explode


def test_of_another_application_nothing_is_known() -> None:
    assert route(lambda environ, start_response: [], "GET", "/") == Routing("", ())
