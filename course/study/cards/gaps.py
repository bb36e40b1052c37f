"""The gaps of cloze cards: the text around one of them, and whether what was typed into it is what was wanted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from course.bank import GAP, Card

NEAR = 0.8
"""How alike two words are that differ by a slip of the fingers."""
SHORTEST = 4
"""In fewer letters than this, a slip makes another word."""

_TRIMMED = re.compile(r"^(?:an?|the)\s+|[\s`'\"“”‘’.,;:!?]+$|^[\s`'\"“”‘’]+", re.I)


@dataclass(frozen=True)
class Comparison:
    """What was typed beside what was wanted."""

    right: bool
    near: bool
    """Whether it is wrong by a letter or two."""
    parts: tuple[tuple[str, str], ...]
    """Pieces of text, each "same", "extra" (was typed, and is not wanted) or "missing"."""


def front_with_gap(card: Card, gap: int) -> str:
    """The front of a cloze card as Markdown, with one gap open and the others filled."""
    return _filled(card, gap, lambda found: f"[{found['hint'] or '…'}]")


def front_filled(card: Card, gap: int) -> str:
    """The front with every gap filled, and the words of this one emphasised."""
    return _filled(card, gap, lambda found: found["word"])


def wanted(card: Card, gap: int) -> str:
    """What belongs into a gap, as plain text; several words where the same gap stands several times."""
    words = dict.fromkeys(found["word"] for found in GAP.finditer(card.front) if int(found["number"]) == gap)
    return ", ".join(word.strip("`") for word in words)


def compare(typed: str, answer: str) -> Comparison:
    """How near `typed` is to `answer`; case, quotes, articles and spaces make no difference."""
    left, right = _plain(typed), _plain(answer)
    if not right:
        left, right = typed.strip(), answer.strip()  # A gap for a mark, which is all that is trimmed elsewhere.
    if left == right:
        return Comparison(True, False, (("same", answer),))
    return Comparison(False, _near(left, right), tuple(_parts(typed.strip(), answer)))


def _filled(card: Card, gap: int, fill: Callable[[re.Match[str]], str]) -> str:
    def one(found: re.Match[str]) -> str:
        if int(found["number"]) != gap:
            return found["word"]
        text = fill(found)
        in_code = card.front[: found.start()].count("`") % 2
        return text if in_code else f"**{text}**"

    return GAP.sub(one, card.front)


def _plain(text: str) -> str:
    """Text without what makes no difference."""
    text = " ".join(text.casefold().split())
    while (shorter := _TRIMMED.sub("", text)) != text:
        text = shorter
    return text


def _near(left: str, right: str) -> bool:
    if min(len(left), len(right)) < SHORTEST:
        return False
    return sorted(left) == sorted(right) or SequenceMatcher(None, left, right, autojunk=False).ratio() >= NEAR


def _parts(typed: str, answer: str) -> list[tuple[str, str]]:
    parts = []
    left, right = ([letter.casefold() for letter in text] for text in (typed, answer))
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(("same", answer[c:d]))
            continue
        if a < b:
            parts.append(("extra", typed[a:b]))
        if c < d:
            parts.append(("missing", answer[c:d]))
    return parts
