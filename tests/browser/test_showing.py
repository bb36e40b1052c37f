"""What show, compare and xray draw, in a real browser with the colours of JupyterLab; no JupyterLab runs."""

from __future__ import annotations

import sysconfig
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from course.frameworks.client import Client
from course.frameworks.compare import compare
from course.frameworks.django import django_app
from course.frameworks.look import Shown
from course.frameworks.show import show
from course.frameworks.xray import xray

SHARE = Path(sysconfig.get_path("data")) / "share/jupyter"
OUTPUTS = SHARE / "nbconvert/templates/lab/static/index.css"
THEMES = {name: SHARE / f"lab/themes/@jupyterlab/theme-{name}-extension/index.css" for name in ("light", "dark")}
PAGE = """<!doctype html><html lang="en"><head><title>An output</title><style>{styles}</style>
<style>body {{ background: var(--jp-layout-color0); margin: 0; overflow: auto; height: auto }}
.jp-OutputArea-output {{ width: 100%; min-width: 0 }}</style></head>
<body data-jp-theme-light="{light}"><main class="jp-OutputArea"><div class="jp-OutputArea-child">
<div class="jp-OutputArea-output jp-RenderedHTMLCommon jp-RenderedHTML">{outputs}</div></div></main></body></html>"""


def document(*results: Shown, theme: str = "light") -> str:
    """A page with results as they would stand below a cell."""
    styles = "".join(path.read_text(encoding="utf-8") for path in (OUTPUTS, THEMES[theme]))
    outputs = "".join(result._repr_mimebundle_()["text/html"] for result in results)
    return PAGE.format(styles=styles, outputs=outputs, light="true" if theme == "light" else "false")


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 700, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    opened = window.new_page()
    yield opened
    opened.close()


def answer(body: bytes | str, kind: str = "text/html", code: int = 200, **headers: str) -> Shown:
    content = body.encode() if isinstance(body, str) else body
    asked = httpx2.Request("GET", "http://testserver/books")
    return show(httpx2.Response(code, headers={"content-type": kind, **headers}, content=content, request=asked))


def flask_app() -> Any:
    from flask import Flask, redirect

    app = Flask("library")
    app.add_url_rule("/books", "books", lambda: [{"id": number, "title": "Emma"} for number in range(30)])
    app.add_url_rule("/old", "old", lambda: redirect("/books"))
    app.add_url_rule("/boom", "boom", lambda: [1 / 0])
    app.add_url_rule("/loans", "loans", lambda: ({"errors": {"days": ["not a number"]}}, 400), methods=["POST"])
    return app


def fastapi_app() -> Any:
    from fastapi import FastAPI
    from fastapi.responses import RedirectResponse

    app = FastAPI()
    app.add_api_route("/books", lambda: [{"id": number, "title": "Emma"} for number in range(31)])
    app.add_api_route("/old", lambda: RedirectResponse("/books"))
    app.add_api_route("/boom", lambda: 1 / 0)

    def lend(days: int) -> int:
        return days

    app.add_api_route("/loans", lend, methods=["POST"])
    return app


def django_program() -> Any:
    from django.http import HttpResponse, JsonResponse
    from django.shortcuts import redirect
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    def page(request: Any) -> Any:
        response = HttpResponse("<!doctype html><title>Riverside</title><h1>Books</h1><a href='/'>home</a>")
        response.set_cookie("branch", "north", httponly=True)
        return response

    return django_app(
        [
            path("books", page),
            path("old", lambda request: redirect("/books", permanent=True)),
            path("boom", lambda request: 1 / 0),
            path("loans", csrf_exempt(lambda request: JsonResponse({"errors": {}}, status=400))),
        ]
    )


def library_page(book: str) -> Any:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html"), ("X-Book", book)])
        return [f"<h1>Books</h1><ul><li>{book}</li></ul>".encode()]

    return app


def answers() -> list[Shown]:
    asked = [
        (flask_app(), "GET", "/old"),
        (flask_app(), "GET", "/books"),
        (fastapi_app(), "POST", "/loans"),
        (fastapi_app(), "GET", "/boom"),
        (django_program(), "GET", "/books"),
        (django_program(), "GET", "/boom"),
        (django_program(), "GET", "/nowhere"),
    ]
    given = []
    for app, method, path in asked:
        with Client(app, tell=lambda message: None) as client:
            given.append(show(client.request(method, path)))
    with Client(flask_app(), follow_redirects=True) as client:
        given.append(show(client.get("/old")))
    return [
        *given,
        answer(b"\x89PNG", "image/png"),
        answer(bytes(99), "application/octet-stream"),
        answer("", code=204),
    ]


def comparisons() -> list[Shown]:
    apps = {"flask": flask_app(), "django": django_program(), "fastapi": fastapi_app()}
    return [
        *(compare(path, **apps) for path in ("/books", "/old", "/boom", "/nowhere")),
        compare("/loans", method="POST", params={"days": "many"}, **apps),
        compare("/", before=library_page("Emma"), after=library_page("Dracula")),
    ]


def pictures() -> list[Shown]:
    asked = [
        (flask_app(), "GET", "/old"),
        (fastapi_app(), "POST", "/loans"),
        (fastapi_app(), "GET", "/boom"),
        (django_program(), "GET", "/books"),
        (django_program(), "GET", "/nowhere"),
    ]
    return [xray(app, method, path) for app, method, path in asked]


@pytest.fixture(scope="module", params=[answers, comparisons, pictures], ids=["show", "compare", "xray"])
def results(request: pytest.FixtureRequest) -> list[Shown]:
    """All that one of them has to draw: pages, JSON, a redirect, a miss, a validation error, an exception."""
    return request.param()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong(page: Page, results: list[Shown], theme: str) -> None:
    page.set_content(document(*results, theme=theme))
    page.evaluate("document.querySelectorAll('.threeways details').forEach((fold) => { fold.open = true; })")
    # Only colours depend on the theme.
    only = {"runOnly": ["color-contrast"]} if theme == "dark" else {}
    found = Axe().run(page, context=".threeways", options={"iframes": False, **only}).response
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    wrong = [(rule["id"], node["html"][:200]) for rule in found["violations"] for node in rule["nodes"]]
    assert wrong == []


def test_a_narrow_window_need_not_be_scrolled_sideways(page: Page, results: list[Shown]) -> None:
    page.set_content(document(*results))
    for width in (700, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_the_picture_of_a_request_can_be_read_in_a_narrow_window(page: Page) -> None:
    page.set_content(document(xray(fastapi_app(), "GET", "/books")))
    smallest = """() => {
        const scale = document.querySelector("svg").getScreenCTM().a
        const letters = [...document.querySelectorAll("svg text")].map((text) => getComputedStyle(text).fontSize)
        return scale * Math.min(...letters.map(parseFloat))
    }"""
    box = page.get_by_role("group", name="The way of GET /books")
    for width in (1200, 700, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(smallest) >= 10
        assert box.evaluate("(box) => box.scrollWidth > box.clientWidth") == (width == 360)
        expect(page.get_by_text("✓ 200 OK", exact=True)).to_be_in_viewport(ratio=1)


def test_the_picture_of_a_request_is_scrolled_by_the_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content(document(xray(fastapi_app(), "GET", "/books")))
    box = page.get_by_role("group", name="The way of GET /books")
    expect(box).to_have_attribute("tabindex", "0")  # Not all browsers let the keyboard come to what scrolls.
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.xray-box').scrollLeft > 0")


def test_the_lines_of_a_page_are_all_seen_in_columns_as_narrow_as_they_get(page: Page) -> None:
    apps = {name: flask_app() for name in ("north", "south", "east")}
    page.set_viewport_size({"width": 820, "height": 800})
    page.set_content(document(compare("/nowhere", **apps)))
    frame = page.frame_locator("iframe").first
    expect(frame.get_by_role("heading")).to_be_visible()
    columns = page.evaluate("getComputedStyle(document.querySelector('.columns')).gridTemplateColumns")
    assert len(columns.split()) == 3
    assert frame.locator("html").evaluate("(page) => page.scrollHeight <= innerHeight")


def test_nothing_lies_under_the_bar_beside_an_output(page: Page, results: list[Shown]) -> None:
    page.set_content(document(*results))
    lefts = "[...document.querySelectorAll('.threeways > *')].map((part) => part.getBoundingClientRect().left)"
    assert min(left for left in page.evaluate(lefts) if left) >= 5


ATTACK = """<!doctype html><p id="said">quiet</p>
<script>document.getElementById("said").textContent = "loud"; parent.document.title = "taken"</script>
<img src="SITE/pixel.png" onerror="parent.document.title = 'taken'"><img src="/relative.png">
<link rel="stylesheet" href="SITE/site.css"><style>@import "SITE/more.css";</style>
<meta http-equiv="refresh" content="0; url=SITE/refresh">
<iframe src="SITE/frame"></iframe></iframe></div><script>document.title = "taken"</script>
<a href="SITE/link" id="link">next</a> <a href="/same" target="_self" id="same">next</a>
<form action="SITE/form"><button id="button">Send</button></form>"""


class Site:
    """A server that has one page, and knows what else it was asked for."""

    def __init__(self) -> None:
        site = self
        self.page = ""
        self.asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path not in ("/notebook", "/favicon.ico"):
                    site.asked.append(self.path)
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(site.page.encode())

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = Thread(target=site.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


@pytest.fixture
def attacked(page: Page, site: Site) -> Page:
    """A notebook with an answer that tries to get out of its frame."""
    attack = ATTACK.replace("SITE", site.url)
    site.page = document(answer(attack, **{"x-note": attack.replace("\n", " ")}), theme="dark")
    page.goto(f"{site.url}/notebook")
    expect(page.frame_locator("iframe").locator("#link")).to_be_visible()
    return page


def test_a_page_in_its_frame_runs_nothing_and_loads_nothing(attacked: Page, site: Site) -> None:
    expect(attacked.frame_locator("iframe").locator("#said")).to_have_text("quiet")
    attacked.wait_for_timeout(200)
    assert attacked.title() == "An output"
    assert site.asked == []


@pytest.mark.parametrize("place", ["#link", "#same", "#button"])
def test_a_link_or_form_in_the_frame_leads_nowhere(attacked: Page, site: Site, place: str) -> None:
    attacked.frame_locator("iframe").locator(place).click()
    attacked.wait_for_timeout(200)
    assert len(attacked.context.pages) == 1
    assert site.asked == []


def test_a_page_stands_on_white_in_the_dark_theme_too(page: Page) -> None:
    page.set_content(document(answer("<p>Emma"), theme="dark"))
    assert page.evaluate("getComputedStyle(document.querySelector('iframe')).backgroundColor") == "rgb(255, 255, 255)"


def test_json_is_folded_with_the_keyboard(page: Page) -> None:
    page.set_content(document(answer('[{"title": "Emma"}]', "application/json")))
    summary = page.get_by_text("list of 1 item")
    title = page.get_by_text('"Emma"', exact=True)
    expect(title).to_be_visible()
    summary.focus()
    page.keyboard.press("Enter")
    expect(title).to_be_hidden()
    page.keyboard.press("Enter")
    expect(title).to_be_visible()


def test_a_screen_reader_is_told_what_stands_where(page: Page) -> None:
    page.set_content(document(answer('{"detail": "no such book"}', "application/json", 404)))
    group = page.get_by_role("group", name="Answer 404 Not Found (client error)")
    expect(group.get_by_role("table", name="Headers", exact=True)).to_be_visible()
    expect(group.get_by_role("rowheader", name="content-type")).to_be_visible()
    page.set_content(document(answer("<p>Emma")))
    expect(page.get_by_title("The page that answers GET http://testserver/books")).to_be_visible()
