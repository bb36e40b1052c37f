"""What the authored texts hold, read without the course's own reader: no test takes the product's word for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

TOPICS = sorted(path.parent for path in (ROOT / "course/topics").glob("*/exercises.py"))
"""The folders of all topics with graded exercises."""

TAG = re.compile(r'"(answer|test|manual|task|hint|wrong):([^"]+)"')
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\n[ \t]*### END SOLUTION", re.S)
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)\n[ \t]*### END HIDDEN TESTS", re.S)
SHORTEST = 20
"""Fewer characters than this (`return name`) are nobody's secret."""


@dataclass(frozen=True)
class Cell:
    """A tagged cell: `test:opening:hours:2` has the role `test` and the words `opening`, `hours`, `2`."""

    role: str
    words: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Secret:
    """Something that no learner may find in what they are given."""

    kind: str
    of: str
    text: str


def read_cells(path: Path) -> list[Cell]:
    """The tagged cells of a text in percent format."""
    found = []
    for part in re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        header, _, source = part.partition("\n")
        if tag := TAG.search(header):
            if "[markdown]" in header:
                source = re.sub(r"^# ?", "", source, flags=re.M)
            found.append(Cell(tag[1], tuple(tag[2].split(":")), source.strip()))
    return found


def points(path: Path) -> dict[str, float]:
    """What the tests of each answer are worth together."""
    worth = {cell.words[0]: 0.0 for cell in read_cells(path) if cell.role == "answer"}
    for cell in read_cells(path):
        if cell.role == "test":
            worth[cell.words[0]] += float(cell.words[2])
    return worth


def graded_by_hand(path: Path) -> float:
    """What only a person can give."""
    return sum(float(cell.words[1]) for cell in read_cells(path) if cell.role in ("manual", "task"))


def secrets(path: Path) -> Iterator[Secret]:
    """Solutions, hidden tests, hints and wrong answers, white space folded."""
    for cell in read_cells(path):
        texts = {
            "answer": SOLUTION.findall(cell.source),
            "test": HIDDEN.findall(cell.source),
            "hint": [cell.source],
            "wrong": [re.sub(r"\A# shows: .*\n", "", cell.source)],
        }.get(cell.role, [])
        for text in map(fold, texts):
            if len(text) >= SHORTEST:
                yield Secret(cell.role, ":".join(cell.words), text)


def fold(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())
