"""The picture of a request: what it says, to whom, and that it can be read."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from flask import Flask
from starlette.responses import HTMLResponse

from course.frameworks.routing import Routing, Tried
from course.frameworks.show import show
from course.frameworks.xray import xray
from course.frameworks.xray.picture import WIDTH, picture
from course.frameworks.xray.result import completed
from course.frameworks.xray.summary import Summary
from course.frameworks.xray.trace import Step

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('&')</script>\"]]>"
SUMMARY = Summary("GET /books", "✓ 200 OK", "It worked.", "text/html")


def drawn(root: Step, routing: Routing | None = None, *, times: bool = False) -> ElementTree.Element:
    html = picture(root, routing or Routing("", ()), SUMMARY, times=times)
    return next(ElementTree.fromstring(f"<div>{html}</div>").iter(f"{SVG}svg"))


def words(image: ElementTree.Element) -> list[str]:
    """What can be read, shortened texts in full."""
    return [text.findtext(f"{SVG}title") or "".join(text.itertext()) for text in image.iter(f"{SVG}text")]


def server(*children: Step) -> Step:
    return Step("server", "WSGI", end=1.0, children=children)


def test_the_picture_has_a_name_and_a_description_for_screen_readers() -> None:
    image = drawn(server())
    assert image.get("role") == "img"
    assert image.findtext(f"{SVG}title") == "GET /books: the way through the application"
    assert "200 OK" in (image.findtext(f"{SVG}desc") or "")


def test_all_steps_stand_in_it() -> None:
    view = Step("view", "show_book", children=(Step("sql", "SELECT 1"), Step("template", "book.html")))
    layer = Step("middleware", "SessionMiddleware", children=(Step("routing", "URL map"), view))
    found = words(drawn(server(layer)))
    for name in ("SessionMiddleware", "URL map", "show_book", "SELECT 1", "book.html", "answer 200 OK"):
        assert name in found


def test_what_is_drawn_in_another_colour_is_also_said() -> None:
    raised = Step("view", "show_book", outcome="raised", problem="KeyError: 'book'")
    outer = Step("middleware", "Outer", outcome="passed on", children=(raised,))
    found = words(drawn(server(outer)))
    assert "⚠ raises KeyError: 'book'" in found
    assert "⚠ exception" in found
    assert "⚠ an exception goes outwards" in found


def test_what_was_not_reached_is_drawn_below_the_turn() -> None:
    layer = Step("middleware", "Closed", outcome="answered")
    done = completed(server(layer), ["Closed", "Gzip"], "Flask", 503)
    found = words(drawn(done))
    assert "↩ the request goes no further: this middleware answers" in found
    assert found[-4:] == ["middleware Gzip", "not reached", "routing and the view", "not reached"]


@pytest.mark.parametrize("times", [True, False])
def test_nothing_is_outside_of_the_picture_even_with_long_names_and_many_layers(times: bool) -> None:
    name = "a_very_long_name_of_something_that_never_ends_" * 4
    step = Step("sql", name, detail=name, problem=name, outcome="raised", end=0.5)
    for _ in range(5):
        step = Step("template", name, children=(step,), end=0.5)
    tried = tuple(Tried(name, "no match", name, depth) for depth in range(30))
    step = Step("middleware", name, children=(Step("routing", name), step), end=0.6)
    for _ in range(15):
        step = Step("middleware", name, children=(step,), detail=name, end=0.7)
    image = drawn(server(step), Routing("Django", tried, params={"name": name}), times=times)
    height = float(image.get("height", "0"))
    for box in image.iter(f"{SVG}rect"):
        x, y, width = (float(box.get(key, "0")) for key in ("x", "y", "width"))
        assert 0 <= x <= x + width <= WIDTH
        assert 0 <= y + float(box.get("height", "0")) <= height
    for text in image.iter(f"{SVG}text"):
        room = float(text.get("x", "0")) + 5.5 * len((text.text or "") + "".join(t.tail or "" for t in text)) * (
            0 if text.get("text-anchor") else 1
        )
        assert room <= WIDTH + 20


def test_of_many_patterns_the_telling_ones_are_shown_and_the_others_counted() -> None:
    tried = [Tried(f"page{number}/", "no match", "another path") for number in range(20)]
    tried[12] = Tried("books/", "matched", "calls list_books")
    found = words(drawn(server(Step("routing", "URL patterns")), Routing("Django", tuple(tried))))
    assert "books/" in found
    assert "matched: calls list_books" in found
    assert sum(int(match[1]) for word in found if (match := re.match(r"… (\d+) ×", word))) == 13


@pytest.mark.parametrize("text", [False, True])
def test_what_the_path_said_stands_below_the_pattern_that_matched(text: bool) -> None:
    app = FastAPI(openapi_url=None)
    for address in ("/books", "/books/{title}", "/books/new"):
        app.add_api_route(address, lambda title="": title)
    seen = xray(app, "GET", "/books/new", times=False)
    lines = [line.strip() for line in seen.text().splitlines()] if text else words(drawn(seen.tree, seen.routing))
    title = lines.index("title = 'new'")
    before, after = "".join(lines[title - 3 : title]), "".join(lines[title : title + 3])
    assert "/books/{title}" in before
    assert "matched, calls" in before or "matched: calls" in before
    assert "/books/new" in after


def test_within_an_include_it_stands_below_the_inner_pattern() -> None:
    tried = (
        Tried("members/…", "matched", "leads to more patterns"),
        Tried("<int:number>/", "matched", "calls show_member", 1),
        Tried("books/", "not reached", "an earlier pattern fits"),
    )
    routing = Routing("Django", tried, params={"number": 7})
    found = words(drawn(server(Step("routing", "URL patterns")), routing))
    assert found.index("number = 7") == found.index("matched: calls show_member") + 1


def test_names_are_text_and_never_code() -> None:
    app = Flask("library")

    def broken() -> None:
        raise ValueError(HOSTILE)

    broken.__name__ = HOSTILE
    app.add_url_rule("/<path:rest>", "hostile", broken)
    seen = xray(app, "GET", "/<script>")
    page = seen._repr_mimebundle_()["text/html"]
    assert "<script" not in page
    ElementTree.fromstring(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))


def test_the_table_says_all_that_the_picture_says() -> None:
    app = FastAPI()
    app.add_api_route("/books/{number}", lambda number: HTMLResponse(number))
    page = xray(app, "GET", "/books/7", times=False).html()
    table = page[page.index("<table") :]
    for name in ("ExceptionMiddleware", "/books/{number}", "number = &#x27;7&#x27;", "/openapi.json", "no match"):
        assert name in table


@pytest.mark.parametrize("address", ["/books", "/nowhere"])
def test_without_times_the_same_request_looks_the_same(address: str) -> None:
    app = Flask("library")
    app.add_url_rule("/books", "books", lambda: {"books": []})
    shown = [xray(app, "GET", address, times=False)._repr_mimebundle_() for _ in range(3)]
    assert shown[0] == shown[1] == shown[2]
    assert " ms" not in shown[0]["text/html"].split("</style>")[1]
    assert " ms" in xray(app, "GET", address).text()


def test_the_outline_is_for_readers_without_html() -> None:
    app = Flask("library", static_folder=None)
    app.add_url_rule("/books/<int:number>", "show_book", lambda number: str(number))
    assert repr(xray(app, "GET", "/books/7", times=False)).splitlines() == [
        "GET /books/7  ✓ 200 OK  text/html · 1 byte",
        "  server WSGI",
        "    routing URL map",
        "      ✓ /books/<int:number>: matched, calls show_book",
        "        number = 7",
        *[line for line in xray(app, "GET", "/books/7", times=False).text().splitlines() if "view" in line],
        "    answer the answer is sent",
    ]


def test_a_callable_of_no_framework_is_drawn_as_what_it_is() -> None:
    def library(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"books"]

    seen = xray(library, "GET", "/")
    assert [step.name for step in seen.steps if step.kind == "view"] == ["library"]
    assert (seen.response.text, seen.routing) == ("books", Routing("", ()))


def test_an_application_inside_of_middleware_is_found() -> None:
    app = Flask("library")
    app.add_url_rule("/books", "books", lambda: "books")

    class Gate:
        def __init__(self, app: Any) -> None:
            self.app = app

        def __call__(self, environ: Any, start_response: Any) -> Any:
            return self.app(environ, start_response)

    seen = xray(Gate(Gate(app)), "GET", "/books")
    assert [step.name for step in seen.steps if step.kind in ("middleware", "view")] == ["Gate", "Gate", "<lambda>"]
    assert seen.routing.framework == "Flask"


def test_the_path_in_place_of_the_method_is_told() -> None:
    with pytest.raises(ValueError, match=r'xray\(app, "GET", "/books"\)'):
        xray(Flask("library"), "/books")


def test_its_attributes_are_for_code() -> None:
    app = Flask("library")
    app.add_url_rule("/books", "books", lambda: "books")
    assert (xray(app, "GET", "/books").status, xray(app, "GET", "/nowhere").status) == (200, 404)


def test_a_status_has_the_name_that_show_and_compare_give_it() -> None:
    app = FastAPI()
    app.add_api_route("/books", lambda year: year)
    flask = Flask("library")
    flask.add_url_rule("/books", "books", lambda: ("", 422))
    for given in (xray(app, "GET", "/books"), xray(flask, "GET", "/books")):
        assert given.summary.answer == "! 422 Unprocessable Content"
        assert show(given.response).answer.reason == "Unprocessable Content"


def test_redirects_are_not_followed() -> None:
    with pytest.raises(ValueError, match="shows one request"):
        xray(Flask("library"), "GET", "/", follow_redirects=True)
