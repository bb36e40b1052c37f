"""What the installed course holds for learners: questions and hints, found by their ids."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from course.bank import Bank, Question, read_bank

LIBRARY = "COURSE_LIBRARY"
"""An environment variable that names another folder of topics than the installed one."""
ENTRY = re.compile(r"""\bid:\s*["']?([a-z0-9-]+)""")


def find_questions(ids: Sequence[str], topics: Path | None = None) -> tuple[Question, ...]:
    """The questions with these ids; raises LookupError that names the nearest known id."""
    found: dict[str, Question] = {}
    entries: set[str] = set()
    for path in sorted((topics or _topics()).glob("*/bank.yaml")):
        # Parsing every bank for one question would take seconds once there are 27; a look at the ids does not.
        present = set(ENTRY.findall(path.read_text(encoding="utf-8")))
        entries |= present
        if present.intersection(ids):
            found |= {question.id: question for question in _bank(path).questions}
    for id in ids:
        if id not in found:
            raise LookupError(f"There is no question {id!r} in the course.{_did_you_mean(id, found or entries)}")
    return tuple(found[id] for id in ids)


def find_hints(id: str, topics: Path | None = None) -> tuple[str, ...]:
    """The steps of help for the answer `id`, as Markdown; raises LookupError that names the nearest known id."""
    known: dict[str, list[str]] = {}
    for path in sorted((topics or _topics()).glob("*/hints.json")):
        known |= json.loads(path.read_text(encoding="utf-8"))["hints"]
    if id not in known:
        raise LookupError(f"There are no hints for {id!r} in the course.{_did_you_mean(id, known)}")
    return tuple(known[id])


def _topics() -> Path:
    return Path(os.environ.get(LIBRARY) or Path(__file__).resolve().parents[1] / "topics")


@cache
def _bank(path: Path) -> Bank:
    return read_bank(path).record


def _did_you_mean(id: str, known: Iterable[str]) -> str:
    near = get_close_matches(id, list(known), 1)
    return f" Did you mean {near[0]!r}?" if near else ""
