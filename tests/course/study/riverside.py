"""A small library of questions, of which some share a trap, and a learner's memory with a clock to set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from course.study.journal import Event, Journal
from course.study.library import Library
from course.study.memory import Memory

MORNING = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1)))
UNKNOWN, KNOWN, ELSEWHERE = "unknown-path", "known-path", "query-in-rule"
"""Three questions of routing; the first two share the trap `missing-method-is-404` and an objective."""
BANK = """\
status: draft
questions:
- id: unknown-path
  objectives: [routing-concept]
  level: beginner
  ask: "What comes back for `GET /loan`, which nobody serves?"
  options:
  - {text: "`404`", correct: true, why: The path is unknown.}
  - {text: "`405`", why: That speaks about the method., misconception: missing-method-is-404}
  - {text: "`200`", why: Nothing is there., misconception: everything-is-served}
  - {text: "`500`", why: Nothing broke., misconception: unknown-is-broken}
  proof: |
    assert 404 == 404
- id: known-path
  objectives: [flask-route-methods, routing-concept]
  level: intermediate
  ask: "What comes back for `DELETE /loans`, where only `GET` is served?"
  options:
  - {text: "`405`", correct: true, why: The path is known.}
  - {text: "`404`", why: That speaks about the path., misconception: missing-method-is-404}
  - {text: "`403`", why: Nobody asked who you are., misconception: 405-means-forbidden}
  proof: judgement
- id: query-in-rule
  objectives: [routing-concept]
  level: advanced
  ask: Which part of `/books?sort=title` is matched?
  options:
  - {text: "`/books`", correct: true, why: The query takes no part.}
  - {text: "All of it", why: The query takes no part., misconception: query-is-part-of-the-path}
  - {text: "`sort`", why: The query takes no part., misconception: only-the-query-is-matched}
  proof: judgement
cards:
- id: path-or-method
  objectives: [routing-concept]
  kind: choice
  front: Does `405` speak about the path or about the method?
  back: About the method.
  options:
  - {text: The method, correct: true, why: It is not served there.}
  - {text: The path, why: The path is known., misconception: missing-method-is-404}
  - {text: Neither, why: It is not served there., misconception: status-speaks-about-data}
  proof: judgement
"""


def make_library(folder: Path, bank: str = BANK) -> Library:
    """The library, in a folder of topics."""
    (folder / "02_routing").mkdir(parents=True, exist_ok=True)
    (folder / "02_routing/bank.yaml").write_text(bank, encoding="utf-8")
    return Library(folder)


@dataclass
class Watch:
    """A clock that goes as it is told."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@dataclass
class Study:
    """A learner who sits before the small library."""

    library: Library
    watch: Watch = field(default_factory=Watch)

    def __post_init__(self) -> None:
        self.journal = Journal(clock=self.watch)
        self.memory = self.restarted()

    def restarted(self) -> Memory:
        """The memory as another kernel reads it from the same journal."""
        return Memory(self.journal, self.watch)

    def events(self, kind: str = "answer") -> list[Mapping[str, Any]]:
        """What the journal holds of a kind."""
        return [event.data for event in self.journal.events() if event.kind == kind]

    def answers(self, question: str, right: bool, /, **others: Any) -> Event:
        """An answer as a quiz writes it."""
        entry = self.library.questions[question]
        option = next(one for one in entry.item.options if one.correct == right)
        data = {
            "exam": "a-run",
            "question": question,
            "chosen": option.text,
            "right": right,
            "misconception": option.misconception,
            "confidence": None,
            "options": len(entry.item.options),
            "ms": 1000,
            "where": "quiz",
            "form": "choice",
        }
        return self.memory.record("answer", data | entry.about() | others)
