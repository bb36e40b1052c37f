"""Nothing that a student wrote runs, loads, or looks like the page's own."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from autograde.feedback.clean import markdown, markup, picture, plain, says_something
from tests.autograde.feedback.graded import DRAWING, PIXEL

NEVER = ("<script", "onerror", "onload", "javascript:", "example.com", "style", "iframe", "<form", "<input", "<meta")
NEVER += ("<base", "<svg", "id=", "name=", "full", "srcset", "<video", "data:text")
OUT_OF_REACH = ["../secret.png", "link.png", "linked/secret.png", "/etc/hostname.png", "pipe.png", "no.png"]


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<iframe src='https://example.com'></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<form action='https://example.com'><input name=q><button>Go</button></form>",
        "<object data='x.swf'></object><embed src='x'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<link rel=stylesheet href='https://example.com/x.css'>",
        "<style>@import 'https://example.com/x.css'; body { display: none }</style>",
        "<meta http-equiv=refresh content='0;url=https://example.com'>",
        "<base href='https://example.com/'>",
        "<p style='position:fixed;background:url(https://example.com)'>x</p>",
        "<img src='https://example.com/pixel.png'>",
        "<img srcset='https://example.com/pixel.png 2x'>",
        "<img src='//example.com/pixel.png'>",
        "<img src='data:text/html;base64,PHNjcmlwdD4='>",
        "<video src='https://example.com/x.mp4' autoplay></video><audio src=x></audio>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        "<div id='scores' name='top' class='cell full'>x</div>",
        "<!--><script>alert(1)</script>-->",
    ],
)
def test_what_runs_or_loads_is_taken_out(nasty: str) -> None:
    for cleaned in (markup(f"<p>before</p>{nasty}<p>after</p>"), markdown(f"before\n\n{nasty}\n\nafter")):
        assert "before" in cleaned
        assert "after" in cleaned
        lowered = cleaned.lower()
        for word in (
            "<script",
            "onerror",
            "onload",
            "javascript:",
            "example.com",
            "style",
            "iframe",
            "<form",
            "<input",
        ):
            assert word not in lowered, cleaned
        for word in ("<meta", "<base", "<svg", "id=", "name=", "full", "srcset", "<video", "data:text"):
            assert word not in lowered, cleaned


def test_a_table_a_link_and_a_picture_stay() -> None:
    kept = markup(
        f'<table><tr><th colspan="2">a</th></tr></table><a href="https://example.org/x">more</a>'
        f'<img src="data:image/png;base64,{PIXEL}" alt="dot">'
    )
    assert '<th colspan="2">a</th>' in kept
    assert 'href="https://example.org/x" rel="noopener noreferrer"' in kept
    assert f'<img src="data:image/png;base64,{PIXEL}" alt="dot">' in kept


def test_headings_lie_below_those_of_the_page() -> None:
    assert markdown("# One\n\n###### Six") == "<h3>One</h3>\n<h6>Six</h6>\n"


def test_a_formula_stays_as_it_was_written() -> None:
    assert '<code class="maths">a &lt; b_1 * c_2</code>' in markdown("It is $a < b_1 * c_2$ here.")
    assert '<code class="maths">\\frac{1}{2}</code>' in markdown("$$\\frac{1}{2}$$")
    assert "\\begin{align}" in markdown("\\begin{align}x\\end{align}")


def test_code_in_a_text_is_coloured() -> None:
    assert '<span class="k">def</span>' in markdown("```python\ndef f(): pass\n```")


def test_a_picture_beside_the_notebook_becomes_part_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "my plots").mkdir()
    (tmp_path / "my plots/dot.png").write_bytes(base64.b64decode(PIXEL))
    assert f'src="data:image/png;base64,{PIXEL}"' in markdown("![dot](my%20plots/dot.png)", folder=tmp_path)


@pytest.mark.parametrize(
    "path", ["../secret.png", "link.png", "linked/secret.png", "/etc/hostname.png", "pipe.png", "no.png"]
)
def test_nothing_else_of_the_disk_does(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.png")
    shown = markdown(f"![words]({path})", folder=folder)
    assert "<img" not in shown
    assert "words" in shown


def test_a_picture_pasted_into_a_cell_stays_and_a_missing_one_is_told() -> None:
    attachments = {"dot.png": {"image/png": PIXEL}}
    assert PIXEL in markdown("![dot](attachment:dot.png)", attachments=attachments)
    assert "not part of this page: gone" in markdown("![gone](attachment:other.png)", attachments=attachments)


def test_a_drawing_is_a_picture_in_which_nothing_runs() -> None:
    shown = picture("image/svg+xml", DRAWING, "a teal box")
    assert shown.startswith('<img src="data:image/svg+xml;base64,')
    assert shown.endswith('alt="a teal box">')
    assert "script" not in shown


@pytest.mark.parametrize("content", ["", "not base64!", "AAAA" * 1_000_000])
def test_what_is_no_picture_is_none(content: str) -> None:
    assert picture("image/png", content, "x") == ""


def test_every_picture_has_words() -> None:
    assert picture("image/png", PIXEL, "").endswith('alt="Picture without a description">')
    assert 'alt="Picture without a description"' in markup(f'<img src="data:image/png;base64,{PIXEL}">')
    assert picture("image/png", PIXEL, '"><script>').endswith('alt="&quot;&gt;&lt;script&gt;">')


def test_text_has_no_colours_no_controls_and_no_turned_direction() -> None:
    assert plain("\x1b[31mred\x1b[0m\x07 \u202eabc\r\nnext\ttab") == "red abc\nnext\ttab"


def test_an_empty_frame_says_nothing() -> None:
    assert not says_something(markup("<div><script>1</script>&nbsp; </div>"))
    assert says_something(markup("<b>x</b>"))
