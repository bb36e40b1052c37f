"""Rules of `course check`, broken on purpose in the small house."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from inspect import getmembers, isfunction
from pathlib import Path
from types import ModuleType

from course.authoring.build import build
from course.authoring.check import Report
from course.house import House
from course.problems import Problem, Problems
from tests.disk import Edit, edit, line_of, topic

LESSON, EXERCISES, BANK = "1_first_greeting.py", "exercises.py", "bank.yaml"
SYLLABUS, IDS = "course/syllabus.yaml", "course/ids.txt"

Edits = tuple[tuple[str, Edit], ...]
Said = tuple[str, str | int, str]
"""The file of a message, its line (or the words that begin on it), and the message."""


@dataclass(frozen=True)
class Break:
    """One way to break a rule: what is changed in which file, and all that is said of it."""

    rule: Callable[..., object]
    name: str
    edits: Edits
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Ran:
    """What `course check` said of a house after it had run everything in it."""

    house: House
    report: Report

    def told(self, said: Said) -> bool:
        """Whether a message is among those that were told."""
        return set(expected(self.house, (said,))) <= set(told(self.house, self.report))


def named(broken: Break) -> str:
    """The name of a break in pytest's output."""
    return f"{broken.rule.__name__}: {broken.name}"


def lesson(*pairs: Edit) -> Edits:
    """Edits of the lesson."""
    return tuple((LESSON, pair) for pair in pairs)


def exercise(*pairs: Edit) -> Edits:
    """Edits of the exercises."""
    return tuple((EXERCISES, pair) for pair in pairs)


def bank(*pairs: Edit) -> Edits:
    """Edits of the bank."""
    return tuple((BANK, pair) for pair in pairs)


def syllabus(*pairs: Edit) -> Edits:
    """Edits of the syllabus."""
    return tuple((SYLLABUS, pair) for pair in pairs)


def before(words: str, new: str) -> Edit:
    """Puts a cell before the one that these words begin."""
    return words, f"{new}\n\n{words}"


DRAFT = bank(("status: complete", "status: draft"))
"""A draft owes less, so that a break of another rule shows alone."""


def place(house: House, file: str) -> Path:
    """A file of the topic by its name, any other by its path."""
    return house.root / file if "/" in file else topic(house, file)


def spoiled(house: House, edits: Edits) -> House:
    """The house with edits, and with notebooks that are up to date with them where they can be built."""
    for file, pair in edits:
        edit(place(house, file), pair)
    with suppress(Problems):
        build(House(house.root))
    return House(house.root)


def expected(house: House, said: tuple[Said, ...]) -> list[str]:
    """The messages in full, in the order in which they are told."""
    found = []
    for file, where, message in said:
        path = place(house, file)
        found.append(Problem(path, where if isinstance(where, int) else line_of(path, where), message, ""))
    return [problem.text(house.root).rstrip() for problem in sorted(found)]


def told(house: House, report: Report) -> list[str]:
    """What a report says."""
    return [problem.text(house.root) for problem in report.problems]


def rules_of(module: ModuleType) -> set[str]:
    """The names of the rules that a module holds."""
    own = [(name, function) for name, function in getmembers(module, isfunction) if not name.startswith("_")]
    return {name for name, function in own if function.__annotations__.get("return") == "Iterator[Problem]"}
