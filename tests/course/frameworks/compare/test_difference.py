"""What counts as a difference between answers, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from course.frameworks.compare import Comparison, compare

Start = Callable[..., Any]


def wsgi(body: str = "", kind: str = "application/json", headers: Any = (), status: str = "200 OK") -> Start:
    """An application that answers everything with this."""

    def app(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        start_response(status, [("Content-Type", kind), *headers])
        return [body.encode()]

    return app


def pair(before: str, after: str, kind: str = "application/json") -> Comparison:
    return compare("/", before=wsgi(before, kind), after=wsgi(after, kind))


def html(shown: Comparison) -> str:
    return shown._repr_mimebundle_()["text/html"]


def text(shown: Comparison) -> str:
    return shown._repr_mimebundle_()["text/plain"]


def test_the_order_of_keys_does_not_count_and_that_of_items_does() -> None:
    assert pair('{"a": 1, "b": [1, 2]}', '{"b": [1, 2], "a": 1}').same_body
    shown = pair("[1, 2]", "[2, 1]")
    assert shown.differences == ["body[0]: before 1, after 2", "body[1]: before 2, after 1"]
    assert "the bodies differ in 2 places" in shown.summary


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('{"a": {"b": 1}}', '{"a": {"b": "1"}}', ['body.a.b: before 1, after "1"']),
        ('{"a": 1}', '{"b": 1}', ["body.a: before 1, after nothing", "body.b: before nothing, after 1"]),
        ("[1]", "[1, 2]", ["length of body: before 1 items, after 2 items", "body[1]: before nothing, after 2"]),
        ('{"a": true}', '{"a": 1}', ["body.a: before true, after 1"]),
        ('{"a": null}', "{}", ["body.a: before null, after nothing"]),
        ('"nothing"', "null", ['body: before "nothing", after null']),
        ('{"a": 1.0}', '{"a": 1}', []),
    ],
)
def test_json_is_compared_place_by_place(before: str, after: str, said: list[str]) -> None:
    shown = pair(before, after)
    assert shown.differences == said
    assert shown.same_body == (not said)
    for line in said:
        assert line.partition(":")[0] in html(shown)


def test_many_differing_places_are_counted_and_shortened() -> None:
    shown = pair(str([0] * 90), str([1] * 90))
    assert len(shown.differences) == 90
    assert "… and 70 places more." in html(shown)


def test_pages_are_compared_tag_by_tag_and_white_space_between_tags_does_not_count() -> None:
    assert pair("<ul><li>Emma</li></ul>", "<ul>\n  <li>Emma</li>\n</ul>\n", "text/html").same_body
    shown = pair("<ul><li>Emma</li><li>Dune</li></ul>", "<ul><li>Emma</li><li>Dracula</li></ul>", "text/html")
    assert shown.differences == ["body: 2 lines of before and after differ"]
    assert "\n- &lt;li&gt;Dune&lt;/li&gt;\n+ &lt;li&gt;Dracula&lt;/li&gt;\n" in html(shown)
    assert "<pre>  &lt;ul&gt;\n" in html(shown)
    assert "- is only in before, + only in after" in html(shown)


def test_lines_that_were_left_out_are_marked() -> None:
    lines = [str(number) for number in range(40)]
    shown = pair("\n".join(lines), "\n".join(["first", *lines, "last"]), "text/plain")
    assert "\n…\n" in html(shown)
    assert shown.differences == ["body: 2 lines of before and after differ"]


def test_a_text_that_looks_like_the_marks_of_a_diff_is_compared_too() -> None:
    assert "\n- -- Emma\n+ ++ Emma" in html(pair("x\n-- Emma", "x\n++ Emma", "text/plain"))


def test_csrf_tokens_are_not_compared() -> None:
    page = '<form><input type="hidden" name="csrfmiddlewaretoken" value="{}"><p>{}</p></form>'
    assert pair(page.format("abc", "Emma"), page.format("xyz", "Emma"), "text/html").same_body
    assert not pair(page.format("abc", "Emma"), page.format("abc", "Dune"), "text/html").same_body


def test_bodies_that_are_empty_or_bytes_are_compared() -> None:
    assert pair("", "").same_body
    assert "the bodies are empty" in pair("", "").summary
    assert pair("a", "b", "application/octet-stream").differences == ["body: not the same bytes"]
    assert pair("a", "a", "image/png").same_body


# Headers


def header_pair(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> Comparison:
    return compare("/", before=wsgi("1", headers=before), after=wsgi("1", headers=after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("Allow", "GET, HEAD")], [("Allow", "HEAD,GET")]),
        ([("Vary", "Cookie, Accept")], [("vary", "accept, cookie")]),
        ([("Date", "Mon")], [("Date", "Tue")]),
        ([("ETag", '"1"')], [("ETag", '"2"')]),
        ([("Content-Length", "1")], []),
        ([("Set-Cookie", "session=abc; HttpOnly")], [("Set-Cookie", "session=xyz; HttpOnly")]),
    ],
)
def test_what_makes_no_difference_is_none(before: Any, after: Any) -> None:
    assert header_pair(before, after).differences == []


def test_what_is_not_compared_is_said() -> None:
    shown = header_pair([("ETag", '"1"'), ("Set-Cookie", "a=1")], [("ETag", '"2"'), ("Set-Cookie", "a=2")])
    assert "Values not compared: etag, set-cookie a" in text(shown)
    assert "<td>value not compared: another one each time</td>" in html(shown)
    assert "<td>= same flags, value not compared</td>" in html(shown)


@pytest.mark.parametrize(
    ("before", "after", "said", "mark"),
    [
        ([], [("X-Frame-Options", "DENY")], "header x-frame-options: only after sends it (DENY)", "+ only after"),
        ([("ETag", "1")], [], "header etag: only before sends it (1)", "+ only before"),
        ([("X-A", "1")], [("X-A", "2")], "header x-a: before 1, after 2", "≠ differs"),
        (
            [("Set-Cookie", "session=1; HttpOnly")],
            [("Set-Cookie", "session=1; Secure")],
            "header set-cookie session: before 1; HttpOnly, after 1; Secure",
            "≠ differs",
        ),
        ([("X-A", "1"), ("X-A", "2")], [("X-A", "1")], "header x-a: before 1, 2, after 1", "≠ differs"),
    ],
)
def test_headers_that_differ_are_marked_in_words(before: Any, after: Any, said: str, mark: str) -> None:
    shown = header_pair(before, after)
    assert shown.differences == [said]
    assert f"<td>{mark}</td>" in html(shown)


def test_a_header_that_one_of_three_lacks_is_said_so() -> None:
    with_it, without = wsgi("1", headers=[("X-A", "1")]), wsgi("1")
    shown = compare("/", north=with_it, south=with_it, west=without)
    assert "<td>− not from west</td>" in html(shown)
    assert shown.summary.endswith("1 header differs.")
