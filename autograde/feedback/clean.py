"""Markup that students wrote or made, as a page may show it: nothing that runs, nothing that loads."""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nh3
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
"""What is shown as a picture, the best first. A browser runs and loads nothing of an SVG that stands in an <img>."""

ENDINGS = {".svg": PICTURES[0], ".png": PICTURES[1], ".jpg": PICTURES[2], ".jpeg": PICTURES[2], ".gif": PICTURES[3]}
LARGEST_PICTURE = 2_000_000
NO_WORDS = "Picture without a description"

TEXT = {"p", "br", "hr", "div", "span", "pre", "code", "blockquote", "kbd", "samp", "var", "q", "cite", "small"}
TEXT |= {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "a", "img", "figure", "figcaption"}
TEXT |= {"strong", "b", "em", "i", "u", "s", "del", "ins", "mark", "sub", "sup", "abbr", "details", "summary"}
TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
NOTHING_OF = {"script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "form", "title"}
NOTHING_OF |= {"audio", "video", "canvas", "select", "textarea", "button"}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "code": {"class"},
    "span": {"class"},
    "div": {"class"},
}
OUR_CLASSES = {"code": {"maths"}, "div": {"highlight", "maths"}}
"""Classes are ours alone: what a student writes must not look like a score of the page."""

DATA = re.compile(r"data:(image/[a-z+]+);base64,([A-Za-z0-9+/=\s]+)")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")
HEADING = re.compile(r"<(/?)h([1-6])>")
IMAGE = re.compile(r"<img((?: [a-z]+=\"[^\"]*\")*)>")
WORDS = re.compile(r' alt="([^"]*)"')


class Maths(IPythonRenderer):
    """Markdown as JupyterLab reads it; formulas stay as written: nothing may be loaded to draw them."""

    def inline_math(self, body: str) -> str:
        """A formula in a line."""
        return f'<code class="maths">{escape(body)}</code>'

    def block_math(self, body: str) -> str:
        """A formula of its own."""
        return f'<div class="maths"><code class="maths">{escape(body.strip())}</code></div>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture; where it comes from is looked at when all is cleaned, pasted ones included."""
        return super(IPythonRenderer, self).image(text, url, title)

    def latex_environment(self, name: str, body: str) -> str:
        """A formula between begin and end."""
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


def plain(text: str) -> str:
    """Text without colours, control characters and turns of the reading direction."""
    return CONTROLS.sub("", strip_ansi(text).replace("\r\n", "\n"))


def picture(kind: str, content: str, words: str) -> str:
    """An <img> of a picture as a notebook holds it; empty where that is none."""
    if kind == PICTURES[0]:
        content = base64.b64encode(content.encode("utf-8", "replace")).decode("ascii")
    data = "".join(content.split())
    try:
        size = len(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        return ""
    if not 0 < size <= LARGEST_PICTURE:
        return ""
    return f'<img src="data:{kind};base64,{data}" alt="{escape(" ".join(plain(words).split()) or NO_WORDS)}">'


def markdown(
    text: str, *, attachments: Mapping[str, Mapping[str, Any]] | None = None, folder: Path | None = None
) -> str:
    """Markdown as clean HTML whose headings lie below those of the page."""
    renderer = Maths(escape=False, exclude_anchor_links=True)
    made = MarkdownWithMath(renderer=renderer).render(plain(text))
    return markup(made, attachments=attachments, folder=folder)


def markup(text: str, *, attachments: Mapping[str, Mapping[str, Any]] | None = None, folder: Path | None = None) -> str:
    """HTML without anything that runs, loads, asks, or looks as if it were the page's own."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return _source(value, attachments or {}, folder)
        if name == "class":
            return _classes(tag, value)
        if name == "href":
            return value if value.lower().startswith(("http://", "https://", "mailto:")) else None
        return value

    cleaned = nh3.clean(
        CONTROLS.sub("", text),
        tags=TEXT | TABLES,
        clean_content_tags=NOTHING_OF,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        generic_attribute_prefixes=set(),
    )
    lowered = HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + 2, 6)}>", cleaned)
    return IMAGE.sub(_described, lowered)


def says_something(cleaned: str) -> bool:
    """Whether there is a word or a picture in it."""
    return "<img" in cleaned or bool(re.sub(r"<[^>]*>|&nbsp;|\s", "", cleaned))


def _described(image: re.Match[str]) -> str:
    """A picture with words, or the words alone where there is no picture to show."""
    words = WORDS.search(image[1])
    if " src=" not in image[1]:
        return f'<span class="note">(Picture that is not part of this page: {words[1] if words else NO_WORDS})</span>'
    return image[0] if words else f'<img{image[1]} alt="{NO_WORDS}">'


def _classes(tag: str, value: str) -> str | None:
    if tag == "span":  # pygments' own are one to three small letters and digits
        return value if re.fullmatch(r"[a-z]{1,2}[a-z0-9]?", value) else None
    kept = [word for word in value.split() if word in OUR_CLASSES.get(tag, ())]
    return " ".join(kept) or None


def _source(value: str, attachments: Mapping[str, Mapping[str, Any]], folder: Path | None) -> str | None:
    """A picture's data; None for whatever would have to be loaded."""
    if found := DATA.fullmatch(value):
        return value if found[1] in PICTURES and len(value) < LARGEST_PICTURE * 4 // 3 else None
    if value.startswith("attachment:"):
        held = attachments.get(unquote(value.removeprefix("attachment:")), {})
        kind = next((kind for kind in PICTURES if isinstance(held.get(kind), str)), None)
        return f"data:{kind};base64,{''.join(held[kind].split())}" if kind else None
    if folder is None or ":" in value or value.startswith("/"):
        return None
    path = unquote(value.split("?")[0].split("#")[0])
    kind = ENDINGS.get(Path(path).suffix.lower())
    content = _read(folder, path) if kind else None
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}" if content else None


def _read(folder: Path, path: str) -> bytes | None:
    """A regular file below a folder; a link or a way out is none."""
    parts = Path(path).parts
    if ".." in parts or any((folder.joinpath(*parts[:depth])).is_symlink() for depth in range(1, len(parts) + 1)):
        return None
    try:
        handle = os.open(folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST_PICTURE:
            return None
        return file.read(LARGEST_PICTURE)
