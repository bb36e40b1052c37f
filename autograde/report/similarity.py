"""Which submissions are alike, whatever their names, comments and layout are."""

from __future__ import annotations

import io
import keyword
import token
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Indel

ALIKE = 0.9
"""From this similarity on a pair is worth a look; 1 is the same but for names, comments and layout."""
ENOUGH = 60
"""Tokens below which two answers are alike by chance, because there is only one way to say it."""
COMMON = 0.2
"""An answer that a larger part of the class gave is what the lesson led to."""
LAYOUT = {token.NEWLINE, token.INDENT, token.DEDENT, tokenize.NL, tokenize.COMMENT, token.ENDMARKER}
Tokens = tuple[str, ...]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two students whose answers in a notebook are alike."""

    notebook: str
    one: str
    other: str
    similarity: float
    tokens: int
    """How long the shorter of the two is."""


def pairs(notebook: str, answers: Mapping[str, Mapping[str, str]], given: Mapping[str, str]) -> list[Pair]:
    """The pairs of students that are alike in a notebook, the most alike first.

    `answers` has the cells of each student by id, `given` what stood in them when they were released: a cell that was
    left as it was counts for nothing.
    """
    wholes = {student: _whole(cells, given) for student, cells in answers.items()}
    spread = Counter(wholes.values())
    most = max(1, int(COMMON * len(wholes)))
    compared = {
        student: whole
        for student, whole in sorted(wholes.items())
        if len(whole) >= ENOUGH and spread[whole] <= max(most, 2)
    }
    students, texts = list(compared), list(compared.values())
    found = []
    for place, (student, text) in enumerate(compared.items()):
        rest = texts[place + 1 :]
        alike = process.extract(text, rest, scorer=Indel.normalized_similarity, score_cutoff=ALIKE, limit=None)
        for other, similarity, at in alike:
            pair = sorted((student, students[place + 1 + at]))
            tokens = min(len(text), len(other))
            found.append(
                Pair(notebook=notebook, one=pair[0], other=pair[1], similarity=round(similarity, 3), tokens=tokens)
            )
    return sorted(found, key=lambda pair: (-pair.similarity, -pair.tokens, pair.one, pair.other))


def _whole(cells: Mapping[str, str], given: Mapping[str, str]) -> Tokens:
    return tuple(one for name, source in sorted(cells.items()) if source != given.get(name) for one in tokens(source))


def tokens(source: str) -> Tokens:
    """The code as a reader of its structure sees it: every own name is the same; words where it is no Python."""
    try:
        return tuple(_told(tokenize.generate_tokens(io.StringIO(source).readline)))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return tuple(source.split())


def _told(found: Iterable[tokenize.TokenInfo]) -> Sequence[str]:
    return [
        "name" if one.type == token.NAME and not keyword.iskeyword(one.string) else one.string
        for one in found
        if one.type not in LAYOUT
    ]
