"""A topic's bank: its questions, cards, interview questions and exam tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Literal, Self

from pydantic import Field, model_validator

from course.records import Record, RecordFile, read_records
from course.syllabus import Id, Level, Words

JUDGEMENT = "judgement"
"""The proof of a claim that is a matter of judgement, which no program can settle."""
GAP = re.compile(r"\{\{c(?P<number>\d+)::(?P<word>.+?)(?:::(?P<hint>[^{}]+?))?\}\}", re.S)
"""A gap of a cloze card, as Anki writes it: {{c1::word}} or {{c1::word::hint}}."""
CODE = re.compile(r"^```python\n(?P<code>.*?)\n```", re.M | re.S)
PLACE = "____"
"""Where in the starter of a syntax card the learner's code belongs."""


class Item(Record):
    """What all entries of a bank have."""

    id: Id
    objectives: tuple[Id, ...] = Field(min_length=1)


class Option(Record):
    """One answer that is offered, and the reply to whoever chooses it."""

    text: Words
    correct: bool = False
    why: Words
    misconception: Id | None = None


def one_key(options: tuple[Option, ...]) -> None:
    """Raises ValueError unless exactly one option is right and each wrong one names its misconception."""
    if sum(option.correct for option in options) != 1:
        raise ValueError("exactly one option must say `correct: true`")
    texts = [option.text for option in options]
    if len(set(texts)) != len(texts):
        raise ValueError("two options have the same text")
    for option in options:
        if option.correct and option.misconception:
            raise ValueError(f"the right option {option.text!r} cannot be a misconception")
        if not option.correct and not option.misconception:
            raise ValueError(f"the wrong option {option.text!r} must name its `misconception`")


class Question(Item):
    """A multiple-choice question with exactly one right option."""

    level: Level
    ask: Words
    options: tuple[Option, ...] = Field(min_length=3, max_length=6)
    proof: Words

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        one_key(self.options)
        return self


class Card(Item):
    """One fact to recall."""

    kind: Literal["concept", "difference", "syntax", "scenario", "cloze", "choice"]
    front: Words
    back: Words
    options: tuple[Option, ...] = ()
    """What a choice card offers: three to six, as a question does."""
    starter: str = ""
    """The code around what a syntax card asks for; `____` marks the place, which is below it without a mark."""
    tests: Words | None = None
    """Checks for the code that is typed for a syntax card."""
    proof: Words

    @model_validator(mode="after")
    def _cloze_has_a_gap(self) -> Self:
        if (self.kind == "cloze") != bool(GAP.search(self.front)):
            raise ValueError("a cloze card, and no other, marks its gap as {{c1::word}} in `front`")
        return self

    @model_validator(mode="after")
    def _only_what_its_kind_has(self) -> Self:
        if self.options:
            if self.kind != "choice":
                raise ValueError("only a choice card has `options`")
            if not 3 <= len(self.options) <= 6:
                raise ValueError(f"a choice card has three to six `options`, and this one has {len(self.options)}")
            one_key(self.options)
        if (self.tests or self.starter) and self.kind != "syntax":
            raise ValueError("only a syntax card has `tests` and a `starter`")
        if self.starter.count(PLACE) > 1:
            raise ValueError(f"the `starter` marks more than one place by {PLACE}")
        return self

    @property
    def gaps(self) -> tuple[int, ...]:
        """The numbers of a cloze card's gaps; each is asked for alone, as a card of its own."""
        return tuple(sorted({int(gap["number"]) for gap in GAP.finditer(self.front)}))

    @property
    def code(self) -> str | None:
        """The Python code on the back, which is what a syntax card asks for."""
        return "\n".join(block["code"] for block in CODE.finditer(self.back)) or None

    @property
    def around(self) -> tuple[str, str]:
        """The code before and after the place of what is typed for a syntax card."""
        if PLACE in self.starter:
            before, _, after = self.starter.partition(PLACE)
            return before, after
        return (self.starter.rstrip("\n") + "\n" if self.starter else ""), "\n"

    def program(self, typed: str) -> str:
        """What runs when this was typed for a syntax card."""
        before, after = self.around
        margin = before[before.rfind("\n") + 1 :]
        if margin.strip():
            return before + typed.strip() + after
        # The place has a line of its own: all that is typed stands as deep as it does.
        lines = dedent(typed.strip("\n")).rstrip().split("\n")
        return before + f"\n{margin}".join(lines) + after

    def untouched(self) -> str:
        """The program of a syntax card while nothing was typed: as much of it as still is a program."""
        before, after = self.around
        alone = not before[before.rfind("\n") + 1 :].strip() and not after.partition("\n")[0].strip()
        return before + ("" if alone else "...") + after


class FollowUp(Record):
    """What an interviewer asks next, and what a good answer says."""

    ask: Words
    answer: Words


class Interview(Item):
    """A question for speaking about, with what a good answer holds."""

    level: Level
    ask: Words
    answer: Words
    key_points: tuple[Words, ...] = Field(min_length=1)
    mistakes: tuple[Words, ...] = Field(min_length=1)
    follow_ups: tuple[FollowUp, ...] = Field(min_length=1)
    red_flags: tuple[Words, ...] = Field(min_length=1)


class Task(Item):
    """Code to write from memory in an exam."""

    level: Level
    ask: Words
    starter: str
    reference: Words
    tests: Words


class Bank(Record):
    """All entries of one topic. A `draft` need not cover its objectives yet; a `complete` topic must."""

    status: Literal["draft", "complete"] = "draft"
    questions: tuple[Question, ...] = ()
    cards: tuple[Card, ...] = ()
    interview: tuple[Interview, ...] = ()
    tasks: tuple[Task, ...] = ()
    retired: tuple[Id, ...] = ()
    """Ids that were published once and may never be used again: journals of learners refer to them."""

    def items(self) -> Iterator[tuple[str, int, Item]]:
        """Every entry with the section and the place where it stands."""
        for section in ("questions", "cards", "interview", "tasks"):
            for index, item in enumerate(getattr(self, section)):
                yield section, index, item


def read_bank(path: Path) -> RecordFile[Bank]:
    """A bank with its line numbers; raises Problems when it does not parse."""
    return read_records(path, Bank)
