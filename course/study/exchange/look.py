"""Markdown of the banks as HTML for other programs, and the colours of its code by day and by night."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from course.bank import GAP

COLOURS = {
    "ink": ("#1f2328", "#e6edf3"),
    "paper": ("#ffffff", "#1c1f24"),
    "block": ("#f3f4f6", "#2a2e35"),
    "line": ("#c4c9d0", "#4b525c"),
    "faint": ("#59616b", "#a8b1bc"),
    "keyword": ("#a3195b", "#ff8fc0"),
    "string": ("#0b5f2a", "#8fd6a3"),
    "number": ("#0a4fa3", "#8ec5ff"),
    "name": ("#5b2da8", "#cdb2ff"),
    "comment": ("#59616b", "#a8b1bc"),
    "gap": ("#0a4fa3", "#8ec5ff"),
}
"""Each by day and by night."""
TOKENS = {
    "keyword": "k kc kd kn kp kr kt ow nt",
    "string": "s sa sb sc dl sd s2 se sh si sx sr s1 ss",
    "number": "m mb mf mh mi il mo",
    "name": "nc nd nf fm nb bp na ne",
    "comment": "c ch cm cp cpf c1 cs",
}
"""The names that pygments gives to the parts of code."""

# Anki takes these for sound, for pictures to be made by LaTeX, and for formulas.
_ANKI_TAGS = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\$\$?\])")
_FORMULA = re.compile(r"\\(?=[()\[\]])")
_CODE = re.compile(r"(<pre.*?</pre>|<code.*?</code>)", re.S)


def to_html(text: str, *, coloured: bool = False) -> str:
    """The HTML of a Markdown text; with colours, its code wants the style sheet of `css()`."""
    return _renderer(coloured).render(text).strip()


def to_card(text: str) -> str:
    """The HTML of a field in Anki, coloured, with nothing in it that Anki would take for something else."""
    return _plain_for_anki(to_html(text, coloured=True))


def to_cloze(text: str) -> str:
    """The HTML of a cloze field, whose gaps Anki reads as the course does."""
    pieces, end = [], 0
    rendered = to_card(text)
    for gap in GAP.finditer(rendered):
        hint = f"::{gap['hint']}" if gap["hint"] else ""
        pieces += [
            _no_braces(rendered[end : gap.start()]),
            f"{{{{c{gap['number']}::{_no_braces(gap['word'])}{hint}}}}}",
        ]
        end = gap.end()
    return "".join([*pieces, _no_braces(rendered[end:])])


def css() -> str:
    """The style sheet of the cards, which needs nothing from outside."""
    return _CSS.replace("DAY", _variables(0)).replace("NIGHT", _variables(1)).replace("TOKENS", _tokens())


_CSS = """\
.card { DAY
  font: 18px/1.5 system-ui, sans-serif; text-align: left; color: var(--tw-ink); background: var(--tw-paper);
  max-width: 44em; margin: 0 auto; padding: 0 .5em; overflow-wrap: break-word; }
.card.nightMode, .card.night_mode, .nightMode .card, .night_mode .card { NIGHT }
pre, code { font-family: ui-monospace, Consolas, Menlo, monospace; font-size: .9em; }
code { background: var(--tw-block); padding: .1em .3em; border-radius: .2em; }
pre { background: var(--tw-block); border: 1px solid var(--tw-line); border-radius: .3em; padding: .6em .8em;
  overflow-x: auto; white-space: pre; }
pre code { padding: 0; background: none; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--tw-line); padding: .2em .6em; }
hr { border: 0; border-top: 1px solid var(--tw-line); }
.topic { color: var(--tw-faint); font-size: .8em; }
.options { padding-left: 1.6em; }
.options p { margin: .3em 0; }
.cloze { color: var(--tw-gap); font-weight: bold; }
TOKENS"""


def _variables(mode: int) -> str:
    return " ".join(f"--tw-{name}: {colours[mode]};" for name, colours in COLOURS.items())


def _tokens() -> str:
    lines = []
    for colour, names in TOKENS.items():
        selectors = ", ".join(f"pre .{name}" for name in names.split())
        lines.append(f"{selectors} {{ color: var(--tw-{colour}); }}")
    return "\n".join(lines) + "\n"


@cache
def _renderer(coloured: bool) -> MarkdownIt:
    options = {"html": False, "highlight": _coloured if coloured else None}
    return MarkdownIt("commonmark", options).enable("table")


def _coloured(code: str, language: str, attributes: str) -> str:
    """The HTML of a block of code; a block with a gap stays without colours, which would cut the gap in pieces."""
    escaped = html.escape(code)
    lexer = _lexer(language) if language and not GAP.search(code) else None
    if lexer:
        escaped = highlight(code, lexer, _formatter())
    return f"<pre><code>{escaped.rstrip()}</code></pre>"


@cache
def _lexer(language: str) -> Any:
    """Reads code in a language; None for one that pygments does not know, which is shown as it is."""
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


@cache
def _formatter() -> Any:
    return HtmlFormatter(nowrap=True)


def _plain_for_anki(rendered: str) -> str:
    rendered = _ANKI_TAGS.sub("&#91;", rendered)
    parts = _CODE.split(rendered)
    # MathJax leaves code alone, and takes \( and \[ for formulas anywhere else, unless a tag stands between.
    parts[::2] = [_FORMULA.sub(r"<span>\\</span>", part) for part in parts[::2]]
    return "".join(parts)


def _no_braces(text: str) -> str:
    """Braces that are the reader's, not Anki's."""
    return text.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")
