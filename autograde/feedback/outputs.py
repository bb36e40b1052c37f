"""What a cell showed, as a page may show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from autograde.feedback.clean import PICTURES, markdown, markup, picture, plain, says_something
from autograde.feedback.hidden import Hidden

TEXT, HTML, MARKDOWN, LATEX = "text/plain", "text/html", "text/markdown", "text/latex"
NOT_HERE = "It showed something interactive, which is not part of this page."


def joined(value: object) -> str:
    """A text of a notebook, which may stand there line by line."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")


def show_outputs(
    outputs: Sequence[dict[str, Any]], hidden: Hidden, *, longest: int, folder: Path | None = None
) -> Iterator[str]:
    """Each output of a cell as HTML, errors excepted; texts that follow one another are one."""
    printed: list[str] = []
    for output in outputs:
        kind = output.get("output_type")
        if kind == "stream":
            printed.append(joined(output.get("text")))
            continue
        if printed:
            yield _text("".join(printed), hidden, longest)
            printed = []
        if kind in ("display_data", "execute_result"):
            yield _rich(output, hidden, longest, folder)
    if printed:
        yield _text("".join(printed), hidden, longest)


def _text(text: str, hidden: Hidden, longest: int, words: str = "What was printed") -> str:
    """Text as it was printed; it can be scrolled with the keyboard, too."""
    shown = plain(hidden.blank(text)).rstrip("\n")
    note = ""
    if len(shown) > longest:
        note = f'<p class="note">{len(shown) - longest:,} more characters are not shown.</p>'
        shown = shown[:longest]
    return f'<pre class="output" tabindex="0" role="group" aria-label="{words}">{escape(shown)}</pre>{note}'


def _rich(output: dict[str, Any], hidden: Hidden, longest: int, folder: Path | None) -> str:
    """The best of the forms in which it was given that a page can show."""
    data = output.get("data") or {}
    text = joined(data.get(TEXT))
    for kind in PICTURES:
        if kind in data:
            about = (output.get("metadata") or {}).get(kind)
            words = joined(about.get("alt")) if isinstance(about, dict) and about.get("alt") else text
            drawn = picture(kind, joined(data[kind]), hidden.blank(words).strip("<>"))
            if drawn:
                return f'<div class="output">{drawn}</div>'
    for kind, clean in ((HTML, markup), (MARKDOWN, markdown)):
        if kind in data and len(source := joined(data[kind])) <= longest * 5:
            cleaned = clean(hidden.blank(source), folder=folder)
            if says_something(cleaned):
                return f'<div class="output rich" tabindex="0" role="group" aria-label="Output">{cleaned}</div>'
    if LATEX in data:
        return f'<div class="output">{markdown(hidden.blank(joined(data[LATEX])))}</div>'
    if text:
        return _text(text, hidden, longest, "Output")
    return f'<p class="note">{NOT_HERE}</p>'
