"""Which addresses of a page get the prefix, and what is left as it is, in whatever pieces the page comes."""

from __future__ import annotations

import pytest

from course.frameworks.serve.page import Page

AT = "/user/ada%40river.org/proxy/absolute/8000"
SCRIPT = f'<script src="{AT}/.threeways/mount.js" data-at="{AT}" data-port="8000"></script>'


def put_right(html: str, *, alive: bool = False, at: str = AT) -> str:
    page = Page(at, 8000, alive=alive)
    return page.feed(html.encode(), last=True).decode()


@pytest.mark.parametrize(
    "html",
    [
        '<a href="{}/books">',
        "<a href='{}/books?page=2#top'>",
        "<A CLASS=x HREF={}/books>",
        "<a href={}/books/>",
        '<a href = "{}/books"title=x>',
        '<a title="a > b" href="{}/books">',
        '<a title="it\'s" href="{}/books">',
        '<a data-note=\'"\' href="{}/books">',
        '<img src="{}/emma.png" srcset="{}/emma.png 1x, {}/large.png 2x,{}/larger.png 3.5x">',
        '<link rel=preload imagesrcset="{}/a.png, {}/b.png 200w">',
        '<meta http-equiv="refresh" content="0; url={}/books">',
        "<META content='5;URL=\"{}/books\"' http-equiv=Refresh>",
        '<svg><use xlink:href="{}/icons.svg#book"/></svg>',
        '<button hx-post="{}/loans" data-hx-get="{}/loans" formaction="{}/loans">',
        '<script src="{}/books.js" defer></script><link href="{}/books.css">',
        '<script>if (a < b) "</scripts>" </script><a href="{}/books">',
        '<textarea></textarea ><a href="{}/books">',
        '<!--> <a href="{}/books"> <!-- > --><img src="{}/x"><!-- --!><img src="{}/x">',
        '2 < 3 <p><a disabled href="{}/books" ="x">',
        '<a href="{}/b\u00fccher">',
    ],
)
def test_an_address_of_the_application_gets_the_prefix(html: str) -> None:
    right = html.replace("{}", AT)
    assert put_right(html.replace("{}", "")) == right
    assert put_right(right) == right
    assert put_right(html.replace("{}", "http://localhost:8000")) == right
    assert put_right(html.replace("{}", "/user/ada@river.org/proxy/absolute/8000")) == right


@pytest.mark.parametrize(
    "html",
    [
        '<input value="see src=/x or href=\'/x\'" placeholder="/x">',
        '<p data-src="/x" title=/x>href="/x"',
        '<textarea><a href="/x"></textarea>',
        '<TITLE><a href="/x"></TITLE>',
        '<!-- <a href="/x"> -->',
        "<script>page = '<a href=\"/x\">'</script>",
        '<style>a[href="/x"] { } <a href="/x"></style>',
        '<a href="//example.org/x"><a href="https://example.org/x"><a href="x"><a href="#x"><a href="">',
        '<a href="http://localhost:80001/x"><a href="http://localhost/x">',
        '<img srcset="data:image/jpeg;base64,/9j/4A 1x">',
        '<meta name="description" content="0; url=/x">',
        '<meta http-equiv="refresh" content="30">',
        '< a href="/x">',
        '<a title="never closed href=/x>',
        '<a href="/x"',
    ],
)
def test_all_else_stays(html: str) -> None:
    assert put_right(html) == html


def test_at_the_port_itself_nothing_is_changed() -> None:
    assert put_right('<a href="/books">', at="", alive=True) == '<a href="/books">'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!doctype html>\n<html lang=en><head>", "<title>Books</title>"),
        ("", "<h1>Books</h1>"),
        ("", "Books"),
        ("<!-- by hand: > --><!DOCTYPE html>", "<header>Books</header>"),
        ("\ufeff<!doctype html><html>", "<body>"),
    ],
)
def test_the_script_comes_first_of_all_that_counts(before: str, after: str) -> None:
    assert put_right(before + after, alive=True) == before + SCRIPT + after


def test_an_empty_answer_stays_empty() -> None:
    assert put_right("", alive=True) == ""


PAGE = """<!-- <head> --><!doctype html><html><head><title><a href="/x"></title>
<style>a { content: '</sty' }</style><script>"<!--" + '</script-' // </script></head><body>
<!-- <a href="/x"> -- > --><a title='>' href='/books' hidden>2 < 3</a><textarea>
<img src="/x"></textarea><img srcset="/a.png 1x, /b.png 2x" src=/a.png></body></html> <"""


def test_it_does_not_matter_where_a_page_is_cut() -> None:
    whole = put_right(PAGE, alive=True)
    assert whole.count(AT) == 6
    content = PAGE.encode()
    for first in range(0, len(content) + 1):
        page = Page(AT, 8000, alive=True)
        parts = [page.feed(content[:first], last=False), page.feed(content[first:], last=False)]
        assert b"".join([*parts, page.feed(b"", last=True)]).decode() == whole
    page = Page(AT, 8000, alive=True)
    bytewise = [page.feed(content[place : place + 1], last=False) for place in range(len(content))]
    assert b"".join([*bytewise, page.feed(b"", last=True)]).decode() == whole


def test_what_is_sure_is_not_held_back() -> None:
    page = Page(AT, 8000, alive=True)
    assert page.feed(b"<!doctype html><h1>Books</h1> 1 <a hr", last=False).endswith(b"<h1>Books</h1> 1 ")
    assert page.feed(b'ef="/books">Emma', last=False) == f'<a href="{AT}/books">Emma'.encode()


def test_a_large_page_is_put_right_to_its_end() -> None:
    page = Page(AT, 8000, alive=True)
    large = b'<a class="x" href="/books">Emma</a>' * 30_000 + b'<img src="' + b"A" * 300_000
    changed = b"".join(page.feed(large[place : place + 65536], last=False) for place in range(0, len(large), 65536))
    assert changed.count(AT.encode()) == 30_002
