"""A topic's bank: its questions, cards, interview questions and exam tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from course.records import Record, RecordFile, read_records
from course.syllabus import Id, Level, Words

JUDGEMENT = "judgement"
"""The proof of a claim that is a matter of judgement, which no program can settle."""


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


class Question(Item):
    """A multiple-choice question with exactly one right option."""

    level: Level
    ask: Words
    options: tuple[Option, ...] = Field(min_length=3, max_length=6)
    proof: Words

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if sum(option.correct for option in self.options) != 1:
            raise ValueError("exactly one option must say `correct: true`")
        texts = [option.text for option in self.options]
        if len(set(texts)) != len(texts):
            raise ValueError("two options have the same text")
        for option in self.options:
            if option.correct and option.misconception:
                raise ValueError(f"the right option {option.text!r} cannot be a misconception")
            if not option.correct and not option.misconception:
                raise ValueError(f"the wrong option {option.text!r} must name its `misconception`")
        return self


class Card(Item):
    """One fact to recall."""

    kind: Literal["concept", "difference", "syntax", "scenario", "cloze", "choice"]
    front: Words
    back: Words
    proof: Words

    @model_validator(mode="after")
    def _cloze_has_a_gap(self) -> Self:
        if (self.kind == "cloze") != bool(re.search(r"\{\{c\d+::.+?\}\}", self.front, re.S)):
            raise ValueError("a cloze card, and no other, marks its gap as {{c1::word}} in `front`")
        return self


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
