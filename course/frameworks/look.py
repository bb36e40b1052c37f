"""How results look: HTML for eyes, the same in plain text for those who have none, light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

STYLE = """
.threeways { --ink: var(--jp-ui-font-color1, var(--vscode-editor-foreground, CanvasText));
  --line: var(--jp-border-color2, #8884); --shade: var(--jp-layout-color2, #8882);
  --good: var(--jp-success-color1, #2e7d32); --bad: var(--jp-error-color1, #c62828);
  --warn: var(--jp-warn-color1, #b26a00); --info: var(--jp-brand-color1, #1976d2);
  color: var(--ink); font-family: var(--jp-ui-font-family, system-ui, sans-serif);
  font-size: var(--jp-ui-font-size1, 13px); line-height: 1.45; max-width: 72rem; overflow-wrap: anywhere;
  padding-left: 6px }
.threeways p { margin: .3em 0 !important }
.threeways table { border-collapse: collapse; margin: .5em 0; text-align: left; table-layout: auto }
.threeways caption { text-align: left; font-weight: 600; padding: .25em 0; caption-side: top; color: inherit }
.threeways th, .threeways td { text-align: left !important; vertical-align: top; padding: .2em .7em .2em 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
.threeways th { overflow-wrap: normal }
.threeways table tr { background: none !important }
.threeways code, .threeways pre { font-family: var(--jp-code-font-family, monospace); background: none !important;
  color: inherit; font-size: .95em; padding: 0 !important }
.threeways pre { white-space: pre-wrap; overflow-wrap: anywhere; word-break: normal; margin: 0 }
.threeways pre.whole { white-space: pre; overflow-wrap: normal; overflow: visible }
.threeways summary { cursor: pointer; padding: .1em 0 }
.threeways .scroll { overflow: auto; max-height: 26em; border: 1px solid var(--line); padding: .3em .6em;
  margin: .3em 0 }
.threeways .wide { overflow-x: auto }
.threeways .columns { display: grid; gap: .7em; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)) }
.threeways .columns > * { min-width: 0; border: 1px solid var(--line); border-radius: 4px; padding: .4em .7em }
.threeways :focus-visible { outline: 2px solid var(--jp-brand-color1, Highlight); outline-offset: 2px }
"""
"""What everything that is shown shares. Colours are JupyterLab's own, so that its themes hold."""


class Shown:
    """A result that draws itself in a notebook; a subclass says how, as HTML and as plain text."""

    style = ""

    def html(self) -> str:
        """The inside of its HTML."""
        raise NotImplementedError

    def text(self) -> str:
        """The same for a terminal or a reader without HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        body = f'<div class="threeways"><style>{STYLE}{self.style}</style>{self.html()}</div>'
        return {"text/html": sendable(body), "text/plain": sendable(self.text())}

    def __repr__(self) -> str:
        return sendable(self.text())


def sendable(text: str) -> str:
    """The text without halves of characters, which JSON can spell and no notebook can be sent."""
    return text.encode("utf-8", "replace").decode("utf-8")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """An HTML table; the cells of `rows` are HTML already, caption and head are text. Each row begins with its name."""
    columns = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    lines = (
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) for first, *rest in rows
    )
    body = "".join(f"{line}</tr>" for line in lines)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"


def code(text: str) -> str:
    """HTML for a piece of code or data."""
    return f"<code>{escape(text)}</code>"


def listing(text: str, label: str, *, wrap: bool = True) -> str:
    """HTML for many lines of code or data, in a box that scrolls with mouse and keyboard; `label` says what it is.

    Without `wrap` its lines stay whole, as Python's must.
    """
    kind = "" if wrap else ' class="whole"'
    inside = f"<pre{kind}>{escape(text)}</pre>"
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(label)}">{inside}</div>'


def group(label: str, inside: str, kind: str = "") -> str:
    """HTML that belongs together under a name for screen readers; `kind` is a class for its style."""
    return f'<div role="group" aria-label="{escape(label)}" class="{escape(kind)}">{inside}</div>'


def fold(summary: str, inside: str, *, opened: bool = False) -> str:
    """HTML that mouse and keyboard fold and unfold under a summary, which is HTML as well."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{inside}</details>"


def cut(text: str, most: int) -> str:
    """The text, and where it is longer than that, its beginning and how much is missing."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n… {len(text) - most:,} more characters are not shown."


def count(number: int, thing: str) -> str:
    """A number and its thing: "1 header", "3 headers", "2 bodies"."""
    many = f"{thing[:-1]}ies" if thing.endswith("y") and thing[-2] not in "aeo" else f"{thing}s"
    return f"{number:,} {thing if number == 1 else many}"


def in_words(names: Sequence[str]) -> str:
    """ "Flask", "Flask and Django", "Flask, Django and FastAPI"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
