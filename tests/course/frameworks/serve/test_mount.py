"""What a browser gets of an application below JupyterLab's own address, and a client in the kernel does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from flask import Flask, Response, redirect, request, session, url_for
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from course.frameworks.django import django_app
from course.frameworks.serve import serve
from course.frameworks.serve.server import Server

HUB = "/user/ada/"
HUB_HOST = {"host": "hub.example.org", "x-forwarded-proto": "https,http"}

Serve = Callable[[Any], Server]


@pytest.fixture
def on_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serves applications as in a JupyterLab under a hub's prefix; what is asked below it comes from a browser."""
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", HUB)
    with ExitStack() as running:
        yield lambda app: running.enter_context(serve(app))


def seen(server: Server, path: str, **options: Any) -> httpx2.Response:
    """What a script in a browser gets; a page of its own gets a script in addition."""
    headers = {"sec-fetch-dest": "empty", **options.pop("headers", {})}
    return httpx2.get(server.url + server.link(path), headers=headers, **options)


def library() -> Flask:
    app = Flask("library")
    app.secret_key = "only for tests"
    app.add_url_rule("/", "home", lambda: '<a href="/books">Books</a>')
    app.add_url_rule("/books", "books", lambda: f"{request.script_root}|{url_for('home')}")
    app.add_url_rule("/old", "old", lambda: redirect("/books"))
    app.add_url_rule("/known", "known", lambda: redirect(url_for("books", page=2)))
    app.add_url_rule("/away", "away", lambda: redirect("https://example.org/books"))
    app.add_url_rule("/cookies", "cookies", lambda: dict(request.cookies))
    app.add_url_rule("/count", "count", count)
    return app


def count() -> str:
    session["visits"] = session.get("visits", 0) + 1
    return str(session["visits"])


def test_an_application_knows_where_it_is_mounted(on_hub: Serve) -> None:
    server = on_hub(library())
    at = f"/user/ada/proxy/absolute/{server.port}"
    assert server.link("/books") == f"{at}/books"
    assert seen(server, "/books").text == f"{at}|{at}/"
    assert httpx2.get(f"{server.url}{at}").text.endswith(f'<a href="{at}/books">Books</a>')


def test_a_client_in_the_kernel_gets_each_answer_as_it_is(on_hub: Serve) -> None:
    server = on_hub(library())
    assert httpx2.get(f"{server.url}/books").text == "|/"
    home = httpx2.get(f"{server.url}/")
    assert (home.text, home.headers["content-length"]) == ('<a href="/books">Books</a>', "26")
    assert httpx2.get(f"{server.url}/old").headers["location"] == "/books"
    assert "Path=/" in httpx2.get(f"{server.url}/count").headers["set-cookie"]


@pytest.mark.parametrize(
    ("asked", "location"),
    [("/old", "{at}/books"), ("/known", "{at}/books?page=2"), ("/away", "https://example.org/books")],
)
def test_redirects_stay_below_the_prefix(on_hub: Serve, asked: str, location: str) -> None:
    server = on_hub(library())
    assert seen(server, asked).headers["location"] == location.format(at=server.prefix)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Refresh", "3; url=/books", "3; url={at}/books"),
        (
            "Link",
            "</a.css>; rel=preload, <https://example.org/>; rel=me",
            "<{at}/a.css>; rel=preload, <https://example.org/>; rel=me",
        ),
        ("HX-Redirect", "/books", "{at}/books"),
        ("HX-Push-Url", "false", "false"),
        ("HX-Location", "/books", "{at}/books"),
        ("HX-Location", '{{"path": "/books", "target": "#list"}}', '{{"path": "{at}/books", "target": "#list"}}'),
        ("X-Note", "/books", "/books"),
    ],
)
def test_other_headers_that_lead_somewhere_stay_below_the_prefix(
    on_hub: Serve, name: str, given: str, expected: str
) -> None:
    app = Flask("library")
    app.add_url_rule("/", "home", lambda: Response("", headers={name: given.format()}))
    server = on_hub(app)
    assert seen(server, "/").headers[name] == expected.format(at=server.prefix)
    assert httpx2.get(server.url).headers[name] == given.format()


@pytest.mark.parametrize("spelling", ["ada%40river.org", "ada@river.org", "ada%2540river.org"])
def test_a_member_may_be_called_by_an_email_address(
    on_hub: Serve, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada%40river.org/")
    app = library()
    app.add_url_rule("/links", "links", lambda: f'<a href="{url_for("books")}"><a href="/books">')
    server = on_hub(app)
    plain = f"/user/ada@river.org/proxy/absolute/{server.port}"
    assert server.prefix == f"/user/ada%40river.org/proxy/absolute/{server.port}"
    address = f"{server.url}/user/{spelling}/proxy/absolute/{server.port}"
    asked = {"headers": {"sec-fetch-dest": "empty"}}
    assert httpx2.get(f"{address}/books", **asked).text == f"{plain}|{plain}/"
    assert httpx2.get(f"{address}/links", **asked).text == f'<a href="{server.prefix}/books">' * 2
    assert httpx2.get(f"{address}/known", **asked).headers["location"] == f"{server.prefix}/books?page=2"
    assert f"Path={server.prefix}" in httpx2.get(f"{address}/count", **asked).headers["set-cookie"]


@pytest.mark.parametrize("headers", [{}, HUB_HOST])
def test_an_absolute_redirect_of_the_application_leads_to_itself(on_hub: Serve, headers: dict[str, str]) -> None:
    app = FastAPI()
    app.add_api_route("/books/", lambda: "books")

    @app.get("/new")
    def new(request: Request) -> RedirectResponse:
        return RedirectResponse(request.url_for("books_page"))

    @app.get("/page")
    def books_page() -> str:
        return "page"

    server = on_hub(app)
    assert seen(server, "/new", headers=headers).headers["location"] == f"{server.prefix}/page"
    assert seen(server, "/books", headers=headers).headers["location"] == f"{server.prefix}/books/"


def test_the_sessions_of_two_applications_are_kept_apart(on_hub: Serve) -> None:
    first, second = on_hub(library()), on_hub(library())
    with httpx2.Client(headers={"sec-fetch-dest": "empty"}) as browser:
        counts = [browser.get(s.url + s.link("/count")).text for s in (first, second, first, first, second)]
    assert counts == ["1", "1", "2", "3", "2"]


def test_cookies_are_for_the_application_alone(on_hub: Serve) -> None:
    app = library()

    @app.get("/set")
    def give() -> Response:
        answer = Response("set")
        answer.set_cookie("shelf", "A")
        answer.set_cookie("desk", "B", path="/desk/")
        answer.set_cookie("known", "C", path=f"{request.script_root}/books")
        answer.headers.add("Set-Cookie", "__Host-strict=D; Secure; Path=/")
        return answer

    server = on_hub(app)
    paths = [line.rpartition("Path=")[2] for line in seen(server, "/set").headers.get_list("set-cookie")]
    assert paths == [server.prefix, f"{server.prefix}/desk", f"{server.prefix}/books", "/"]


def test_an_application_sees_its_own_cookies_only(on_hub: Serve) -> None:
    jar = "_xsrf=2|lab; username-localhost-8888=ada; jupyterhub-session-id=1; shelf=ours; shelf=another; desk=B"
    server = on_hub(library())
    assert seen(server, "/cookies", headers={"cookie": jar}).json() == {"shelf": "ours", "desk": "B"}
    assert httpx2.get(f"{server.url}/cookies", headers={"cookie": "_xsrf=mine"}).json() == {"_xsrf": "mine"}


def test_django_takes_a_form_from_the_browser_behind_a_hub(on_hub: Serve) -> None:
    def form(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.get_host()} {request.method} {get_token(request)}")

    program = django_app(
        [path("loans", form)],
        MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    )
    server = on_hub(program)
    address = server.url + server.link("/loans")
    for host, scheme in (("hub.example.org", "https"), ("localhost:8888", "http"), ("127.0.0.1:8888", "https")):
        headers = {"host": host, "x-forwarded-proto": scheme, "sec-fetch-dest": "empty"}
        with httpx2.Client(headers=headers) as browser:
            page = browser.get(address).text.split()
            token = {"csrfmiddlewaretoken": page[-1]}
            same = {"origin": f"{scheme}://{host}", "referer": f"{scheme}://{host}/loans"}
            assert browser.post(address, data=token, headers=same).status_code == 200
            other = {"origin": "https://elsewhere.example.org"}
            assert browser.post(address, data=token, headers=other).status_code == 403


def test_flask_wtf_takes_a_form_from_the_browser_behind_a_hub(on_hub: Serve) -> None:
    app = Flask("library")
    app.secret_key = "only for tests"
    CSRFProtect(app)
    app.add_url_rule(
        "/loans", "loans", lambda: "lent" if request.method == "POST" else generate_csrf(), methods=["GET", "POST"]
    )
    server = on_hub(app)
    address = server.url + server.link("/loans")
    for host in ("hub.example.org", "127.0.0.1:8888"):
        headers = {"host": host, "x-forwarded-proto": "https", "sec-fetch-dest": "empty"}
        headers["referer"] = f"https://{host}{server.link('/loans')}"
        with httpx2.Client(headers=headers) as browser:
            token = browser.get(address).text
            assert browser.post(address, data={"csrf_token": token}).text == "lent"
            assert browser.post(address).status_code == 400


def test_the_scheme_of_a_lab_behind_tls_is_the_applications(on_hub: Serve) -> None:
    app = FastAPI()

    @app.get("/own")
    def own(request: Request) -> str:
        return request.url.scheme

    server = on_hub(app)
    assert seen(server, "/own", headers={"x-forwarded-proto": "https, http"}).json() == "https"
    assert seen(server, "/own").json() == "http"


def test_a_frame_is_allowed_where_the_notebook_is(on_hub: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask("library")
    policy = "default-src 'self'; frame-ancestors 'none'"
    app.add_url_rule(
        "/", "home", lambda: Response("", headers={"X-Frame-Options": "DENY", "Content-Security-Policy": policy})
    )
    headers = seen(on_hub(app), "/").headers
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["content-security-policy"] == "default-src 'self'; frame-ancestors 'self'"
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX")
    with serve(app) as direct:
        framed = httpx2.get(direct.url, headers={"sec-fetch-dest": "iframe"}).headers
        assert "x-frame-options" not in framed
        assert framed["content-security-policy"] == "default-src 'self'"
        assert httpx2.get(direct.url).headers["x-frame-options"] == "DENY"


PAGE = """<!DOCTYPE html>
<html><head><title>Books</title><link rel="stylesheet" href="/static/books.css"></head>
<body><a class=x href=/books>all</a> <a href='/books?page=2#top'>more</a> <a href="//example.org/">away</a>
<a href="books/1">near</a> <a href="{origin}/books">own</a> <a href="{at}/known">known</a>
<form action="/login" method="post"><button formaction="/logout">Leave</button></form>
<img src="/cover.png"> <div hx-get="/loans" data-note="/kept">2 < 3 and href="/text"</div></body></html>"""


def test_absolute_links_of_a_page_work(on_hub: Serve) -> None:
    app = Flask("library")
    server = on_hub(app)
    at = server.prefix
    text = PAGE.format(origin=server.url, at=at)
    app.add_url_rule("/", "home", lambda: text)
    expected = text.replace(
        "<head>", f'<head><script src="{at}/.threeways/mount.js" data-at="{at}" data-port="{server.port}"></script>'
    )
    for before in (
        'href="/static',
        "href=/books",
        "href='/books",
        'action="/login',
        'action="/logout',
        'src="/cover',
        'get="/loans',
    ):
        expected = expected.replace(before, before.replace("/", f"{at}/"))
    expected = expected.replace(f'href="{server.url}/books"', f'href="{at}/books"')
    assert seen(server, "/", headers={"sec-fetch-dest": "document"}).text == expected


def test_a_piece_of_a_page_gets_no_script(on_hub: Serve) -> None:
    server = on_hub(library())
    assert "mount.js" in seen(server, "/", headers={"sec-fetch-dest": "iframe"}).text
    assert "mount.js" not in seen(server, "/", headers={"sec-fetch-dest": "empty"}).text


def test_a_part_of_a_file_is_not_touched(on_hub: Serve, tmp_path: Path) -> None:
    (tmp_path / "books.html").write_text('<h1>Books</h1> <a href="/books/1">Emma</a>')
    app = FastAPI()
    app.add_api_route("/", lambda: FileResponse(tmp_path / "books.html"))
    part = seen(on_hub(app), "/", headers={"sec-fetch-dest": "document", "range": "bytes=15-32"})
    assert (part.status_code, part.text) == (206, '<a href="/books/1"')
    assert part.headers["content-length"] == "18"


def test_the_script_is_there(on_hub: Serve) -> None:
    server = on_hub(library())
    script = seen(server, "/.threeways/mount.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "window.fetch" in script.text
    assert seen(server, "/.threeways/nothing.js").status_code == 404


def test_what_is_no_page_is_not_touched(on_hub: Serve) -> None:
    app = FastAPI()
    app.add_api_route("/json", lambda: {"html": '<a href="/books">'})
    server = on_hub(app)
    answer = seen(server, "/json")
    assert answer.json() == {"html": '<a href="/books">'}
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_compressed_answer_comes_plain_to_a_browser(on_hub: Serve) -> None:
    from starlette.middleware.gzip import GZipMiddleware

    app = FastAPI()
    app.add_middleware(GZipMiddleware, minimum_size=1)
    app.add_api_route("/", lambda: '<a href="/books">', response_class=HTMLResponse)
    server = on_hub(app)
    assert seen(server, "/").text.endswith(f'<a href="{server.prefix}/books">')
    assert httpx2.get(server.url).headers["content-encoding"] == "gzip"
