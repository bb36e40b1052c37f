"""What a person sees in a terminal, made safe: text that students made cannot move the cursor or forge a line."""

from __future__ import annotations

import sys
import unicodedata

from rich.console import Console

DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
"""What turns the direction of a text or ends a line without being a control character."""


def plain(text: str) -> str:
    """The text in one line with whatever is not to be seen written out, such as an escape as \\x1b."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written_out(character) if _is_unseen(character) else character for character in text)


def _is_unseen(character: str) -> bool:
    return character in DIRECTIONS or unicodedata.category(character) in ("Cc", "Cs")


def _written_out(character: str) -> str:
    return ascii(character)[1:-1]


def console(*, stderr: bool = False, quiet: bool = False) -> Console:
    """Where a run speaks: colours and a live display on a terminal, plain lines elsewhere."""
    return Console(file=sys.stderr if stderr else sys.stdout, highlight=False, emoji=False, markup=False, quiet=quiet)


def is_live(console: Console) -> bool:
    """Whether lines may be drawn over: on a terminal that can."""
    return console.is_terminal and not console.is_dumb_terminal
