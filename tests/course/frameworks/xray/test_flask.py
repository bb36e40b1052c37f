"""The way of a request through Flask."""

from __future__ import annotations

from typing import Any

import flask
import jinja2
import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from course.frameworks.xray import xray
from tests.seen import shape, step


def library() -> Flask:
    app = Flask("library", static_folder=None)
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]

    @app.before_request
    def know_the_reader() -> Any:
        return ("members only", 401) if flask.request.path == "/vault" else None

    @app.after_request
    def say_who_we_are(response: Any) -> Any:
        return response

    @app.teardown_request
    def put_books_back(error: Any) -> None: ...

    @app.errorhandler(KeyError)
    def no_such_key(error: KeyError) -> Any:
        return "no such key", 410

    app.add_url_rule("/books/<int:number>", "show_book", lambda number: {"number": number})
    app.add_url_rule("/lost", "lost", lambda: {}["key"])
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.add_url_rule("/vault", "vault", lambda: "gold")
    app.add_url_rule("/branches/", "branches", lambda: "three")
    return app


def test_flask_shows_layers_functions_view_and_answer_in_order() -> None:
    seen = xray(library(), "GET", "/books/7?full=1")
    assert shape(seen, "middleware", "routing", "hook", "view", "serializer", "answer") == [
        "middleware ProxyFix",
        "routing URL map",
        "hook before_request: know_the_reader",
        "view <lambda>",
        "serializer JSON",
        "hook after_request: say_who_we_are",
        "answer the answer is sent",
        "hook teardown_request: put_books_back",
    ]
    assert seen.response.json() == {"number": 7}
    assert (seen.routing.route, seen.routing.params) == ("/books/<int:number>", {"number": 7})
    assert step(seen, "view").where.startswith("test_flask.py, line ")


def test_flask_misses_and_shows_all_rules() -> None:
    seen = xray(library(), "GET", "/books/seven")
    assert shape(seen, "routing", "handler") == [
        "routing URL map refused",
        "handler Flask's handler of exceptions answered",
    ]
    assert "'seven' is nothing for <int:number>" in seen.text()


def test_flask_redirects_to_the_slash() -> None:
    seen = xray(library(), "GET", "/branches")
    assert (seen.response.status_code, shape(seen, "routing", "handler")) == (308, ["routing URL map answered"])


def test_flask_says_which_function_answered_instead_of_the_view() -> None:
    seen = xray(library(), "GET", "/vault")
    assert shape(seen, "hook", "view")[0] == "hook before_request: know_the_reader answered"
    assert not shape(seen, "view")


def test_flask_says_who_made_an_answer_of_an_exception(capsys: pytest.CaptureFixture[str]) -> None:
    handled = xray(library(), "GET", "/lost")
    assert shape(handled, "view", "handler") == ["view <lambda> raised", "handler errorhandler: no_such_key answered"]
    broken = xray(library(), "GET", "/broken")
    assert shape(broken, "view", "handler")[1] == "handler Flask's handler of exceptions answered"
    assert step(broken, "view").problem.startswith("ZeroDivisionError: division by zero (test_flask.py, line ")
    assert "division by zero" in str(broken.response.extensions["failure"])
    assert capsys.readouterr().err == ""


def test_flask_shows_the_templates_of_a_page_in_each_other() -> None:
    app = Flask("library")
    texts = {"page.html": "{% extends 'base.html' %}{% block a %}{% include 'part.html' %}{% endblock %}"}
    texts |= {"base.html": "<p>{% block a %}{% endblock %}</p>", "part.html": "part"}
    app.jinja_loader = jinja2.DictLoader(texts)
    app.add_url_rule("/", "page", lambda: flask.render_template("page.html"))
    for _ in range(2):
        seen = xray(app, "GET", "/")
        assert seen.response.text == "<p>part</p>"
        outer = step(seen, "template")
        assert [s.name for s in outer.walk()] == ["page.html", "base.html", "part.html"]


def test_a_signed_session_is_no_serializer() -> None:
    app = library()
    app.secret_key = "key of the library"

    def remember() -> str:
        flask.session["reader"] = "ada"
        return "remembered"

    app.add_url_rule("/remember", "remember", remember)
    seen = xray(app, "GET", "/remember")
    assert "session=" in seen.response.headers["set-cookie"]
    assert not shape(seen, "serializer")


@pytest.mark.parametrize("view", [lambda: {"books": 3}, lambda: ["Dune"], lambda: flask.jsonify(books=3)])
def test_each_way_to_answer_with_json_is_a_serializer(view: Any) -> None:
    app = Flask("library")
    app.add_url_rule("/", "books", view)
    assert shape(xray(app, "GET", "/"), "serializer") == ["serializer JSON"]


def test_options_looks_for_the_methods_and_not_for_another_view() -> None:
    seen = xray(library(), "OPTIONS", "/books/7")
    assert set(seen.response.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert shape(seen, "routing", "view", "handler") == ["routing URL map"]


STUMBLES = "hook after_request: stumble raised"
FLASK_ANSWERS = "handler Flask's handler of exceptions answered"


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("/books/7", ["routing URL map", "view <lambda>", STUMBLES, FLASK_ANSWERS, STUMBLES]),
        ("/broken", ["routing URL map", "view <lambda> raised", FLASK_ANSWERS, STUMBLES]),
        (
            "/lost",
            [
                *["routing URL map", "view <lambda> raised", "handler errorhandler: no_such_key answered"],
                *[STUMBLES, FLASK_ANSWERS, STUMBLES],
            ],
        ),
        ("/nowhere", ["routing URL map refused", FLASK_ANSWERS, STUMBLES, FLASK_ANSWERS, STUMBLES]),
    ],
)
def test_flask_answers_after_what_raised_and_before_what_follows(path: str, steps: list[str]) -> None:
    app = library()
    app.after_request_funcs.clear()
    app.before_request_funcs.clear()
    app.teardown_request_funcs.clear()

    @app.after_request
    def stumble(response: Any) -> Any:
        raise LookupError("no stamp")

    assert shape(xray(app, "GET", path), "routing", "hook", "view", "handler") == steps


def test_flask_answers_when_what_follows_an_answer_of_before_request_raises() -> None:
    app = library()

    @app.after_request
    def stumble(response: Any) -> Any:
        raise LookupError("no stamp")

    steps = shape(xray(app, "GET", "/vault"), "hook", "handler")
    assert steps[:4] == ["hook before_request: know_the_reader answered", STUMBLES, FLASK_ANSWERS, STUMBLES]


def test_an_exception_that_flask_lets_through_is_not_answered_by_flask() -> None:
    app = library()
    app.testing = True
    seen = xray(app, "GET", "/broken")
    assert shape(seen, "server", "middleware", "handler") == ["server WSGI passed on", "middleware ProxyFix passed on"]
