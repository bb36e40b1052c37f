"""Markdown becomes HTML that does nothing but show text."""

from __future__ import annotations

import pytest

from course.widgets.markdown import to_html, to_inline_html

IMAGES = [
    "![x](https://elsewhere.example/t.png)",
    "![x][1]\n\n[1]: https://elsewhere.example/t.png",
    "![x](data:image/png;base64,AA)",
]


@pytest.mark.parametrize("text", IMAGES)
def test_an_image_is_never_loaded(text: str) -> None:
    for made in (to_html(text), to_inline_html(text)):
        assert "<img" not in made


def test_html_is_shown_as_text() -> None:
    assert "<script" not in to_html("<script>alert(1)</script>")
    assert "<img" not in to_inline_html("<img src=x onerror=alert(1)>")


def test_code_and_tables_are_drawn() -> None:
    assert "<code>404</code>" in to_inline_html("`404`")
    assert "<table>" in to_html("|a|\n|-|\n|b|\n")
