"""An answer, looked at as a person would."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest

from course.frameworks.show import show, status

ATTACK = "</iframe></pre></code><script>alert('x')</script><img src=x onerror=alert(1)>\"' onload='alert(2)"


def answer(
    body: bytes | str = b"",
    kind: str = "text/plain",
    code: int = 200,
    headers: list[tuple[str, str]] | None = None,
    url: str = "http://testserver/books",
    method: str = "GET",
    **more: Any,
) -> httpx2.Response:
    sent = [*([("content-type", kind)] if kind else []), *(headers or [])]
    content = body.encode() if isinstance(body, str) else body
    return httpx2.Response(code, headers=sent, content=content, request=httpx2.Request(method, url), **more)


def html(response: Any, **options: Any) -> str:
    return show(response, **options)._repr_mimebundle_()["text/html"]


def text(response: Any) -> str:
    return show(response)._repr_mimebundle_()["text/plain"]


class Elements(HTMLParser):
    """The elements of a piece of HTML, with their attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def frame(source: str) -> dict[str, str | None]:
    (found,) = Elements(source).named("iframe")
    return found


# Status, request, redirects


def test_the_status_is_said_in_words_with_what_was_asked() -> None:
    said = text(answer("no such book", code=404, url="http://testserver/books/9?full=1"))
    assert said.startswith("404 Not Found (client error)\nNothing was found here")
    assert "GET /books/9?full=1" in said
    drawn = html(answer(code=404))
    assert "404 Not Found (client error)" in drawn
    assert 'aria-label="Answer 404 Not Found (client error)"' in drawn


def test_another_server_is_named() -> None:
    assert "GET https://riverside.example/books" in text(answer(url="https://riverside.example/books"))


@pytest.mark.parametrize(
    "code", [*range(100, 104), *range(200, 209), *range(300, 309), *range(400, 432), *range(500, 512)]
)
def test_every_code_has_a_meaning_in_a_sentence(code: int) -> None:
    assert re.fullmatch(r"[A-Z].+[.]", status.meaning(code))
    assert str(code) in text(answer(code=code))


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (201, "something new was made"),
        (301, "for good"),
        (401, "who is asking"),
        (405, "Allow"),
        (422, "checks"),
        (500, "exception"),
    ],
)
def test_codes_that_a_web_developer_meets_are_explained(code: int, word: str) -> None:
    assert word in text(answer(code=code))
    assert word in html(answer(code=code))


def test_a_code_has_one_name_whoever_answers() -> None:
    for said in (b"UNPROCESSABLE ENTITY", b"Unprocessable Content", b""):
        response = answer(code=422, extensions={"reason_phrase": said})
        assert show(response).answer.reason == "Unprocessable Content"
    assert show(answer(code=422, extensions={"reason_phrase": b"No such day"})).answer.reason == "No such day"


def test_its_attributes_are_for_code() -> None:
    shown = show(answer('{"title": "Emma"}', "application/json", 201))
    assert (shown.status, shown.answer.status, shown.answer.json) == (201, 201, {"title": "Emma"})


def test_a_code_that_no_standard_knows_is_explained_by_its_group() -> None:
    assert text(answer(code=299)).startswith("299 (success)\nA code of the group 2xx: success.")
    assert "no code of HTTP" in status.meaning(799)


@pytest.mark.parametrize(
    ("method", "code", "leads"),
    [
        ("GET", 301, "GET /new/7"),
        ("POST", 302, "GET /new/7"),
        ("PUT", 302, "PUT /new/7"),
        ("POST", 303, "GET /new/7"),
        ("HEAD", 303, "HEAD /new/7"),
        ("POST", 307, "POST /new/7"),
        ("POST", 308, "POST /new/7"),
    ],
)
def test_a_redirect_says_where_a_client_would_go_and_how(method: str, code: int, leads: str) -> None:
    response = answer(code=code, method=method, headers=[("location", "../new/7")], url="http://testserver/old/7")
    assert f"Location leads to {leads}." in text(response)
    assert f"Location leads to {leads}." in html(response)


def test_a_redirect_to_another_host_says_so() -> None:
    response = answer(code=302, headers=[("location", "https://login.example/")])
    assert "GET https://login.example/, on another host" in text(response)


def test_the_redirects_that_led_here_are_listed_in_their_order() -> None:
    first = answer(code=301, headers=[("location", "/b")], url="http://testserver/a")
    second = answer(code=302, headers=[("location", "/c")], url="http://testserver/b")
    last = answer("here", url="http://testserver/c", history=[first, second])
    said = text(last)
    assert said.index("1. GET /a was answered with 301") < said.index(
        "2. GET /b was answered with 302 Found, Location: /c"
    )
    assert html(last).count("<li>GET /") == 2


# Headers and cookies


def test_headers_are_in_a_table_and_those_about_the_message_are_folded() -> None:
    headers = [
        ("x-frame-options", "DENY"),
        ("strict-transport-security", "max-age=60"),
        ("date", "now"),
        ("server", "x"),
    ]
    drawn = html(answer("hello", headers=headers))
    folded = drawn.index("<details>")
    for name in ("x-frame-options", "strict-transport-security", "content-type"):
        assert drawn.index(name) < folded
    assert drawn.index(">server<") > drawn.index("3 more headers") > folded


def test_cookies_are_taken_apart_with_their_flags() -> None:
    cookies = [
        ("set-cookie", "session=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"),
        ("set-cookie", "branch=north; Path=/loans; Secure"),
        ("set-cookie", 'old=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/'),
        ("set-cookie", "gone=; Max-Age=0; Domain=riverside.example; Path=/"),
    ]
    drawn = html(answer(headers=cookies))
    rows = dict(re.findall(r'<th scope="row">(\w+)</th>(.*?)</tr>', drawn[drawn.index("Cookies that it sets") :]))
    cells = {name: re.findall(r"<td>(.*?)</td>", row)[1:] for name, row in rows.items()}
    assert cells["session"] == ["/", "60 s", "yes", "no", "Lax"]
    assert cells["branch"] == ["/loans", "until the browser ends", "no", "yes", "not said"]
    assert cells["old"] == ["/", "deleted now", "no", "no", "not said"]
    assert cells["gone"] == ["riverside.example /", "deleted now", "no", "no", "not said"]
    assert text(answer(headers=cookies)).count("set-cookie: ") == 4


# Bodies


def test_a_page_is_drawn_in_a_frame_in_which_nothing_runs_and_nothing_is_loaded() -> None:
    drawn = frame(html(answer("<!doctype html><h1>Books</h1>", "text/html")))
    assert drawn["sandbox"] is None or drawn["sandbox"] == ""
    assert drawn["title"] == "The page that answers GET http://testserver/books"
    page = drawn["srcdoc"] or ""
    assert page.startswith('<meta http-equiv="Content-Security-Policy" content="default-src \'none\';')
    assert page.endswith("<!doctype html><h1>Books</h1>")
    assert not [part for part in ("script-src", "http:", "https:", "*") if part in page.partition("<!doctype")[0]]


def test_the_source_of_a_page_is_folded_below_it() -> None:
    drawn = html(answer("<h1>Books</h1>", "text/html"))
    assert drawn.index("<iframe") < drawn.index("<details><summary>Its source")
    assert "<pre>&lt;h1&gt;Books&lt;/h1&gt;</pre>" in drawn


def test_the_frame_is_as_high_as_was_asked_and_else_as_the_page_needs() -> None:
    assert frame(html(answer("<p>x</p>", "text/html"), height=333))["style"] == "height: 333px"
    heights = [
        int(re.findall(r"\d+", frame(html(answer("<p>x</p>" * lines, "text/html")))["style"] or "")[0])
        for lines in (1, 6, 1_000)
    ]
    assert heights[0] < heights[1] < heights[2] < 500


def test_what_the_frame_leaves_out_is_named() -> None:
    page = (
        '<link rel="stylesheet" href="/site.css"><script src="/a.js"></script><a href="/">home</a><img src="data:,x">'
    )
    said = html(answer(page, "text/html"))
    assert "In this frame scripts and links do nothing. Not loaded here: /site.css, /a.js." in said
    assert "Not loaded" not in html(answer("<h1>Books</h1>", "text/html"))


@pytest.mark.parametrize("page", ["<![if foo>", "<![foo[x", "<!-- a", "<a href", "<!x[", "\x00<p>"])
def test_a_page_with_broken_markup_is_shown_all_the_same(page: str) -> None:
    assert (frame(html(answer(page, "text/html")))["srcdoc"] or "").endswith(page)


def test_json_is_folded_and_a_small_value_is_open() -> None:
    drawn = html(answer('{"title": "Emma", "loans": [{"member": "ada"}]}', "application/json"))
    assert drawn.count("<details open>") == 3
    assert "<b>title</b>: <code>&quot;Emma&quot;</code>" in drawn
    assert "<b>loans</b>: list of 1 item" in drawn
    assert "object of 2 keys" in drawn


def test_a_large_list_is_shortened_with_a_count() -> None:
    drawn = html(answer(json.dumps([{"id": number} for number in range(500)]), "application/json"))
    assert "list of 500 items" in drawn
    assert "<li>… 480 more</li>" in drawn
    assert drawn.count("<details open>") == 1


def test_a_huge_value_stays_small_in_the_notebook() -> None:
    value = {f"branch {number}": [{"books": list(range(30))}] * 30 for number in range(300)}
    assert len(html(answer(json.dumps(value), "application/json"))) < 150_000


def test_json_of_an_endless_depth_is_shown_as_text() -> None:
    for depth in (200, 100_000):
        assert "nested too deeply" in html(answer("[" * depth + '"Emma"' + "]" * depth, "application/json"))
    assert "Emma" in html(answer("[" * 90 + '"Emma"' + "]" * 90, "application/json"))


def test_what_says_json_and_is_none_is_told_and_shown_as_text() -> None:
    for said in (html(answer("{'title': 1}", "application/json")), text(answer("{'title': 1}", "application/json"))):
        assert "Its Content-Type says JSON, and it is none: Expecting property name" in unescape(said)
        assert "{'title': 1}" in unescape(said)


def test_problem_details_are_json_too() -> None:
    assert "<b>detail</b>" in html(answer('{"detail": "gone"}', "application/problem+json"))


def test_a_picture_is_shown_with_an_alternative_text() -> None:
    (drawn,) = Elements(html(answer(b"\x89PNG data", "image/png"))).named("img")
    assert drawn["alt"] == "The picture that was sent"
    assert drawn["src"] == "data:image/png;base64," + base64.b64encode(b"\x89PNG data").decode()
    assert "Body: image/png, 9 bytes" in text(answer(b"\x89PNG data", "image/png"))


def test_bytes_are_shown_by_size_and_beginning() -> None:
    data = bytes(range(256))
    for said in (html(answer(data, "application/octet-stream")), text(answer(data, "application/octet-stream"))):
        assert "256 bytes" in said
        assert "00000000  00 01 02 03" in said
        assert "0 1 2" not in said
        assert "… 128 more bytes" in said


@pytest.mark.parametrize(
    ("method", "code", "why"),
    [
        ("GET", 200, "Body: empty"),
        ("HEAD", 200, "Body: empty, as it always is with HEAD"),
        ("DELETE", 204, "Body: empty, as it always is with 204"),
        ("GET", 304, "Body: empty, as it always is with 304"),
    ],
)
def test_an_empty_body_says_so(method: str, code: int, why: str) -> None:
    assert text(answer(code=code, method=method)).endswith(why)
    assert f"<p>{why}</p>" in html(answer(code=code, method=method))


def test_a_large_body_is_cut_with_a_message() -> None:
    page = "<p>Emma</p>" * 100_000
    assert "too large to be drawn" in html(answer(page, "text/html"))
    assert "1,080,000 more characters are not shown" in html(answer(page, "text/html"))
    assert "more characters are not shown" in text(answer(page, "text/html"))
    assert len(html(answer("Emma " * 100_000))) < 25_000


def test_text_is_decoded_as_its_content_type_says() -> None:
    assert "café" in text(answer("café".encode("latin-1"), "text/plain; charset=latin-1"))
    assert "café" in text(answer("café".encode(), "text/plain; charset=no-such-thing"))
    assert "caf\ufffd" in text(answer(b"caf\xe9", "text/plain; charset=utf-8"))


def test_a_body_without_a_type_is_text_if_it_reads_as_text() -> None:
    assert text(answer("hello\n", kind="")).endswith("Body: of no declared type, 6 bytes\nhello\n")
    assert "00000000  00 ff" in text(answer(b"\x00\xff", kind=""))


def test_half_a_character_in_json_can_be_sent_to_a_notebook() -> None:
    bundle = show(answer(r'{"title": "\ud83d"}', "application/json"))._repr_mimebundle_()
    assert all(bundle[kind].encode() for kind in bundle)


# Hostile input


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/plain", "image/svg+xml", "", ATTACK])
def test_nothing_that_was_sent_breaks_out_of_its_place(kind: str) -> None:
    body = json.dumps({ATTACK: [ATTACK, {ATTACK: ATTACK}]}) if "json" in kind else ATTACK
    headers = [
        ("x-note", ATTACK),
        ("set-cookie", f"{ATTACK}={ATTACK}; Path={ATTACK}; SameSite={ATTACK}"),
        ("location", ATTACK),
    ]
    earlier = answer(code=302, headers=headers)
    response = answer(
        body, kind, 302, headers, f"http://testserver/{ATTACK}", ATTACK.replace(" ", ""), history=[earlier]
    )
    response.extensions["failure"] = Failed(ATTACK)
    response.extensions["reason_phrase"] = ATTACK.encode()
    elements = Elements(html(response))
    assert not elements.named("script")
    assert not [attributes for _, attributes in elements.found if {"onload", "onerror"} & set(attributes)]
    assert len(elements.named("iframe")) == (kind == "text/html")
    assert all((image["src"] or "").startswith("data:image/") for image in elements.named("img"))
    assert html(response).count("</iframe>") == (kind == "text/html")


class Failed:
    def __init__(self, summary: str) -> None:
        self.summary = summary


def test_an_exception_behind_the_answer_is_told_first() -> None:
    response = answer("Internal Server Error", code=500)
    response.extensions["failure"] = Failed("KeyError: 'title'\n  in lend(), line 3")
    assert text(response).startswith("KeyError: 'title'\n  in lend(), line 3\n\n500 Internal Server Error")
    drawn = html(response)
    assert drawn.index("KeyError") < drawn.index("500 Internal Server Error (server error)</b>")
