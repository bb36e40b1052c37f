"""Markdown of the banks as HTML that is safe to show."""

from __future__ import annotations

from functools import cache, lru_cache

from markdown_it import MarkdownIt


@cache
def _renderer() -> MarkdownIt:
    # An image would be loaded from wherever its address says, by opening a text that somebody else has written.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@lru_cache(1000)  # A view is rendered anew at each click, and most of its texts were there before.
def to_html(text: str) -> str:
    """The HTML of a Markdown text; HTML inside of it is shown as text, and an image as a link."""
    return _renderer().render(text)


@lru_cache(1000)
def to_inline_html(text: str) -> str:
    """The HTML of a single line of Markdown, without a paragraph around it; a longer text keeps its paragraphs."""
    return to_html(text) if "\n" in text.strip() else _renderer().renderInline(text.strip())
