"""Cards can be read by day and by night, offline, and hold no HTML but ours."""

from __future__ import annotations

import re

import pytest
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from course.study.exchange.look import COLOURS, TOKENS, css, to_card, to_cloze, to_html

CODE = '''
@app.get("/books/<int:id>")
async def book(id: int, late=False) -> str | None:
    """One of them."""  # No. 7
    return f"{id:>4}" if id in range(3) else None
'''


def light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize("ink", sorted(COLOURS.keys() - {"paper", "block", "line"}))
def test_every_colour_stands_out_from_what_is_behind_it(ink: str, mode: int) -> None:
    for behind in ("paper", "block"):
        assert contrast(COLOURS[ink][mode], COLOURS[behind][mode]) >= 4.5


def test_the_style_sheet_needs_nothing_from_outside_and_knows_every_night() -> None:
    sheet = css()
    assert not re.search(r"url\(|@import|https?:", sheet)
    used, day = set(re.findall(r"var\((--tw-\w+)\)", sheet)), set(re.findall(r"(--tw-\w+):", sheet))
    assert used <= day
    assert sheet.count("--tw-ink: ") == 2
    for night in (".card.nightMode", ".card.night_mode", ".nightMode .card", ".night_mode .card"):
        assert night in sheet
    assert sheet.count("{") == sheet.count("}")


def test_code_is_coloured_by_names_that_the_style_sheet_has() -> None:
    shown = to_card(f"```python{CODE}```")
    names = set(re.findall(r'class="(\w+)"', shown))
    known = {name for names in TOKENS.values() for name in names.split()}
    assert {"k", "nd", "nf", "mi", "c1", "sd"} & names <= known
    assert len(names & known) >= 5
    plain = re.sub(r"<[^>]+>", "", shown)
    assert (
        plain.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", '"').replace("&#39;", "'").strip()
        == CODE.strip()
    )


def test_every_name_in_the_style_sheet_is_one_of_pygments() -> None:
    styles = HtmlFormatter().get_style_defs()
    classes = set(re.findall(r"\.(\w+) \{", styles)) | {"n", "p", "fm", "bp", "ne", "il", "kr", "ow"}
    assert {name for names in TOKENS.values() for name in names.split()} - classes <= {"dl", "mb", "s", "m"}
    assert get_lexer_by_name("python")


def test_without_colours_code_is_plain() -> None:
    assert to_html("```python\nx = 1\n```") == '<pre><code class="language-python">x = 1\n</code></pre>'


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=y>", "[x](javascript:alert(1))"])
def test_html_and_scripts_in_a_text_are_text(text: str) -> None:
    for shown in (to_html(text), to_card(text), to_cloze(text + " {{c1::x}}")):
        assert "<script" not in shown
        assert "<img" not in shown
        assert 'href="javascript' not in shown


@pytest.mark.parametrize("language", ["", "nonsense", "python"])
def test_code_of_any_language_stays_as_it_is(language: str) -> None:
    shown = re.sub(r"<[^>]+>", "", to_card(f"```{language}\na  =  1\n\n\tb\n```"))
    assert shown == "a  =  1\n\n\tb"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{{c1::a}} {{c2::b::hint}}", "<p>{{c1::a}} {{c2::b::hint}}</p>"),
        ("{{ x }} {{c1::a}} }}", "<p>&#123;&#123; x &#125;&#125; {{c1::a}} &#125;&#125;</p>"),
        ("`{{c12::a < b}}`", "<p><code>{{c12::a &lt; b}}</code></p>"),
        ("{{c1::`x`}}", "<p>{{c1::<code>x</code>}}</p>"),
        ("```python\nx = {{c1::1}}\n```", "<pre><code>x = {{c1::1}}</code></pre>"),
    ],
)
def test_gaps_survive_and_other_braces_are_no_gaps(text: str, field: str) -> None:
    assert to_cloze(text) == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[sound:a.mp3]", "<p>&#91;sound:a.mp3]</p>"),
        ("`[$]x[/$]`", "<p><code>&#91;$]x&#91;/$]</code></p>"),
        ("[a, b][0]", "<p>[a, b][0]</p>"),
        (r"a \\(b\\)", r"<p>a <span>\</span>(b<span>\</span>)</p>"),
        (r"`\(b\)`", r"<p><code>\(b\)</code></p>"),
    ],
)
def test_what_anki_would_take_for_its_own_is_shown_as_it_is(text: str, field: str) -> None:
    assert to_card(text) == field
