"""How the body of an answer looks: a page drawn, JSON folded, a picture, text, or the first bytes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from contextlib import suppress
from html import escape
from html.parser import HTMLParser
from typing import Any

from course.frameworks.look import code, count, cut, fold, in_words, listing
from course.frameworks.show.answer import Answer

SOURCE_AT_MOST = 20_000
TEXT_AT_MOST = 6_000
PAGE_AT_MOST = 500_000
IMAGE_AT_MOST = 2_000_000
HEXDUMP_BYTES = 128
LETTERS = 40
"""How many letters fit beside each other in the frame of a page, where the window is not wide."""

STYLE = """
.threeways iframe { width: 100%; background: #fff; color-scheme: light; border: 1px solid var(--line);
  box-sizing: border-box; display: block; margin: .3em 0 }
.threeways .picture { max-width: 100%; max-height: 24em; background: #fff; border: 1px solid var(--line) }
.threeways .tree ul { list-style: none; margin: 0 !important; padding-left: 1.3em !important }
.threeways .tree li { margin: 0 }
.threeways details[open] > summary > .preview { display: none }
"""

# What is sent must not reach out of its frame: no scripts and forms by the sandbox, nothing loaded by the policy. Links
# lead nowhere: relative addresses have no base, and the target is a new window, which the sandbox forbids.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:; form-action 'none'"
)
IN_FRONT = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><base href="urn:page:" target="_blank">'


def body_html(answer: Answer, height: int | None = None, *, letters: int = LETTERS) -> str:
    """The body as HTML: what it is in a line, then the body itself.

    The frame of a page has this `height`, or is as high as its lines need if so many `letters` stand on each.
    """
    draw: dict[str, Callable[[], str]] = {
        "unread": lambda: "",
        "empty": lambda: "",
        "html": lambda: _page(answer, height, letters),
        "json": lambda: _json(answer),
        "image": lambda: _image(answer),
        "text": lambda: _text(answer),
        "binary": lambda: listing(hexdump(answer.body), "The first bytes of the body"),
    }
    return f"<p>{escape(describe(answer))}</p>{draw[answer.kind]()}"


def body_text(answer: Answer) -> str:
    """The same in plain text."""
    lines = [describe(answer)]
    if answer.kind == "json":
        lines.append(cut(pretty(answer.json), TEXT_AT_MOST))
    elif answer.kind in ("html", "text"):
        lines += [_not_json(answer), cut(answer.text, TEXT_AT_MOST)]
    elif answer.kind == "binary":
        lines.append(hexdump(answer.body))
    return "\n".join(line for line in lines if line)


def body_words(answer: Answer) -> str:
    """A short form in plain text: of a page what can be read on it, without its markup."""
    if answer.kind != "html":
        return body_text(answer)
    return "\n".join([describe(answer), *_Parts(answer.text).text])


def describe(answer: Answer) -> str:
    """Type and size of a body in a line, or why there is none."""
    if answer.kind == "unread":
        return f"Body not shown. {answer.unread}"
    if answer.kind == "empty":
        by_rule = next((what for what in ("HEAD", "204", "304") if what in (answer.method, str(answer.status))), "")
        return f"Body: empty, as it always is with {by_rule}" if by_rule else "Body: empty"
    return f"Body: {answer.header('content-type') or 'of no declared type'}, {count(len(answer.body), 'byte')}"


def pretty(value: Any) -> str:
    """A JSON value over several lines."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def hexdump(data: bytes) -> str:
    """The first bytes, as numbers and as characters."""
    lines = []
    for start in range(0, min(len(data), HEXDUMP_BYTES), 16):
        row = data[start : start + 16]
        marks = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {row.hex(' '):<47}  {marks}")
    if len(data) > HEXDUMP_BYTES:
        lines.append(f"… {count(len(data) - HEXDUMP_BYTES, 'more byte')}")
    return "\n".join(lines)


def _page(answer: Answer, height: int | None, letters: int) -> str:
    """The page in a frame of its own, what that frame leaves out, and the source."""
    page = answer.text
    source = fold("Its source", listing(cut(page, SOURCE_AT_MOST), "Source of the page"))
    if len(page) > PAGE_AT_MOST:
        return f"<p>The page is too large to be drawn here.</p>{source}"
    asked = f"{answer.method} {answer.url}".strip()
    title = f"The page that answers {asked}" if asked else "The page that was sent"
    parts = _Parts(page)
    frame = (
        f'<iframe sandbox title="{escape(title)}" style="height: {height or parts.height(letters)}px" '
        f'srcdoc="{escape(IN_FRONT + page)}"></iframe>'
    )
    return f"{frame}{parts.note}{source}"


LINES = re.compile("p|li|tr|br|div|h[1-6]|form|label|pre|section|article|header|footer|dt|dd")
SILENT = ("script", "style", "template", "title")
DEAD = {"a": "links", "form": "forms", "script": "scripts"}


class _Parts(HTMLParser):
    """What a page consists of, as far as its frame has to know."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words = [""]
        self.silent = ""
        self.dead: dict[str, None] = {}
        self.elsewhere: dict[str, None] = {}
        with suppress(AssertionError):  # What it says to declarations that it does not know.
            self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if LINES.fullmatch(tag):
            self.words.append("")
        if tag in SILENT:
            self.silent = tag
        if tag in DEAD:
            self.dead[DEAD[tag]] = None
        given = dict(attributes)
        address = given.get("href") if tag == "link" else given.get("src")
        if address and not address.startswith("data:"):
            self.elsewhere[address] = None

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""
        if LINES.fullmatch(tag):
            self.words.append("")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words[-1] += data

    @property
    def text(self) -> list[str]:
        """What can be read on the page, a line for each paragraph and the like."""
        return [line for words in self.words if (line := " ".join(words.split()))]

    def height(self, letters: int) -> int:
        """How many pixels its lines need, within limits."""
        return max(90, min(420, 40 + sum(35 + 20 * (len(line) // letters) for line in self.text)))

    @property
    def note(self) -> str:
        notes = []
        if self.dead:
            notes.append(f"In this frame {in_words([*self.dead])} do nothing.")
        if self.elsewhere:
            first = ", ".join(cut(address, 100) for address in [*self.elsewhere][:5])
            more = f" and {len(self.elsewhere) - 5} more" if len(self.elsewhere) > 5 else ""
            notes.append(f"Not loaded here: {first}{more}.")
        return f"<p>{escape(' '.join(notes))}</p>" if notes else ""


def _image(answer: Answer) -> str:
    if len(answer.body) > IMAGE_AT_MOST:
        return "<p>The picture is too large to be shown here.</p>"
    kind = answer.media_type if re.fullmatch(r"image/[a-z0-9.+-]+", answer.media_type) else "image/png"
    data = base64.b64encode(answer.body).decode()
    return f'<img class="picture" alt="The picture that was sent" src="data:{kind};base64,{data}">'


def _text(answer: Answer) -> str:
    note = _not_json(answer)
    warning = f"<p>{escape(note)}</p>" if note else ""
    return warning + listing(cut(answer.text, SOURCE_AT_MOST), "The body as text")


def _not_json(answer: Answer) -> str:
    """What is wrong with a body that says that it is JSON and is not."""
    return f"Its Content-Type says JSON, and it is none: {answer.broken_json}." if answer.broken_json else ""


def _json(answer: Answer) -> str:
    whole = fold("As text", listing(cut(pretty(answer.json), SOURCE_AT_MOST), "The body as text"))
    return f'<div class="tree">{_Tree(answer.json).html}</div>{whole}'


class _Tree:
    """A JSON value to fold and unfold; what would be too much is counted instead."""

    DEEPEST = 12
    ITEMS = 20
    ALL = 400
    TEXT = 500
    PREVIEW = 80
    SMALL = 1_000

    def __init__(self, value: Any) -> None:
        self.left = self.ALL
        self.open_levels = self.DEEPEST if len(json.dumps(value)) < self.SMALL else 1
        self.html = self._draw(value)

    def _draw(self, value: Any, name: str = "", level: int = 0) -> str:
        self.left -= 1
        label = f"<b>{escape(name)}</b>: " if name else ""
        whole = json.dumps(value, ensure_ascii=False)
        if not isinstance(value, dict | list) or not value:
            return label + code(cut(whole, self.TEXT))
        size = count(len(value), "key" if isinstance(value, dict) else "item")
        label += f"{'object' if isinstance(value, dict) else 'list'} of {size}"
        label += f' <code class="preview" aria-hidden="true">{escape(whole[: self.PREVIEW])}</code>'
        if level >= self.DEEPEST or self.left <= 0:
            return label
        return fold(label, f"<ul>{self._items(value, level)}</ul>", opened=level < self.open_levels)

    def _items(self, value: dict[str, Any] | list[Any], level: int) -> str:
        pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        lines = [f"<li>{self._draw(item, str(name), level + 1)}</li>" for name, item in pairs[: self.ITEMS]]
        more = len(pairs) - len(lines)
        return "".join(lines) + (f"<li>… {more:,} more</li>" if more else "")
