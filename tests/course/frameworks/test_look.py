"""What everything that is shown shares."""

from __future__ import annotations

import json

from course.frameworks.look import Shown, code, count, cut, fold, group, in_words, listing, table

HOSTILE = "</pre><script>alert('x')</script>\"'&"
ESCAPED = "&lt;/pre&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&#x27;&amp;"


class Shelf(Shown):
    style = ".shelf { color: inherit }"

    def html(self) -> str:
        return "<p>Middlemarch</p>"

    def text(self) -> str:
        return "Middlemarch"


def test_a_result_draws_itself_and_has_a_text_for_readers_without_html() -> None:
    bundle = Shelf()._repr_mimebundle_()
    assert bundle["text/plain"] == repr(Shelf()) == "Middlemarch"
    assert "<p>Middlemarch</p>" in bundle["text/html"]
    assert ".shelf { color: inherit }" in bundle["text/html"]


def test_half_a_character_can_be_sent_to_a_notebook() -> None:
    class Broken(Shelf):
        def html(self) -> str:
            return json.loads(r'"\ud83d book"')

        text = html

    bundle = Broken()._repr_mimebundle_()
    assert [bundle[kind].encode() for kind in bundle]
    assert bundle["text/plain"] == repr(Broken()) == "? book"


def test_what_is_text_is_escaped() -> None:
    assert code(HOSTILE) == f"<code>{ESCAPED}</code>"
    assert f"<pre>{ESCAPED}</pre>" in listing(HOSTILE, "Books")
    for html in (listing("", HOSTILE), group(HOSTILE, ""), table(HOSTILE, (HOSTILE,), [])):
        assert "<script>" not in html
        assert ESCAPED in html


def test_a_table_says_what_its_rows_and_columns_are() -> None:
    html = table("Books", ("Title", "Year"), [("Emma", "1815")])
    assert "<caption>Books</caption>" in html
    assert '<th scope="col">Year</th>' in html
    assert '<th scope="row">Emma</th><td>1815</td>' in html


def test_a_fold_is_closed_unless_it_is_asked_for_open() -> None:
    assert fold("Source", "<p>code</p>") == "<details><summary>Source</summary><p>code</p></details>"
    assert fold("Source", "", opened=True).startswith("<details open>")


def test_a_listing_is_reached_by_the_keyboard() -> None:
    assert 'tabindex="0"' in listing("Emma", "Books")


def test_lines_of_code_stay_whole() -> None:
    assert '<pre class="whole">Emma</pre>' in listing("Emma", "Books", wrap=False)
    assert "<pre>Emma</pre>" in listing("Emma", "Books")


def test_what_is_cut_says_how_much_is_missing() -> None:
    assert cut("Emma", 4) == "Emma"
    assert cut("x" * 1_500, 300) == "x" * 300 + "\n… 1,200 more characters are not shown."


def test_numbers_and_names_read_as_sentences() -> None:
    assert [count(1, "header"), count(1200, "byte"), count(2, "body"), count(2, "key")] == [
        "1 header",
        "1,200 bytes",
        "2 bodies",
        "2 keys",
    ]
    assert [in_words(names) for names in ([], ["Flask"], ["Flask", "Django"], ["Flask", "Django", "FastAPI"])] == [
        "",
        "Flask",
        "Flask and Django",
        "Flask, Django and FastAPI",
    ]
