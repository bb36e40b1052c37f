"""Somebody who is interviewed, with a clock in their hand, and an interview small enough to read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from course.study.desk import View
from course.study.interviews.desk import InterviewDesk
from course.study.interviews.interview import Run
from course.study.interviews.staged import MockInterview
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory

LEVELS = ("Nothing.", "Half of it.", "All of it.")

BOOKS: dict[str, Any] = {
    "id": "books",
    "title": "A library's API",
    "kind": "design",
    "level": "beginner",
    "about": "Design it.",
    "stages": [
        {
            "id": "choice",
            "title": "The choice",
            "minutes": 2,
            "says": "What do you build it on?",
            "choice": {"ask": "Which one?", "options": {"flask": "Flask", "django": "Django"}},
            "structure": ["Reasons first.", "Then the end."],
            "key_points": ["The readers.", "The load.", "The team."],
            "mistakes": ["A fashion."],
            "red_flags": ["Contempt.", "No reason."],
            "answer": "It depends on the readers.",
            "answers": {"flask": "Flask, it is small.", "django": "Django, it has an admin."},
            "code": [
                {"choice": "django", "title": "In Django", "code": "class Book: ...", "proof": "assert Book"},
                {"choice": "flask", "title": "In Flask", "code": "def book(): ...", "proof": "assert book"},
            ],
            "follow_ups": [
                {"ask": "And with ten readers?", "answer": "The same."},
                {"ask": "Which extensions?", "answer": "Few.", "when": {"choice": ["flask"]}},
                {"ask": "Which apps?", "answer": "Many.", "when": {"choice": ["django"]}},
                {"ask": "One reason, please.", "answer": "This.", "when": {"criterion": "reasons", "at_most": 1}},
            ],
            "rubric": [
                {"id": "reasons", "title": "Reasons", "levels": LEVELS},
                {"id": "told", "title": "Told", "levels": LEVELS},
                {"id": "costs", "title": "Costs", "levels": LEVELS},
            ],
            "study": ["choosing-framework"],
        },
        {
            "id": "models",
            "title": "The models",
            "minutes": 3,
            "says": "Which tables?",
            "structure": ["Entities.", "Keys."],
            "key_points": ["A key."],
            "mistakes": ["None."],
            "red_flags": ["No key."],
            "answer": "Two tables.",
            "follow_ups": [{"ask": "An index?", "answer": "On the reader."}],
            "rubric": [
                {"id": "reasons", "title": "Reasons", "levels": LEVELS},
                {"id": "rules", "title": "Rules", "levels": LEVELS},
                {"id": "code", "title": "Code", "levels": LEVELS},
            ],
            "study": ["data-access", "queries"],
        },
    ],
}

SECRETS = (
    *(
        "Reasons first",
        "The load",
        "A fashion",
        "Contempt",
        "It depends",
        "Flask, it is small",
        "class Book",
        "All of it",
    ),
    *("ten readers", "The same", "Which extensions", "Two tables"),
)
"""What must not be on the page before the first answer."""


class Candidate:
    """Does in an interview what a learner does in the browser."""

    def __init__(self, library: Library, path: Path | None = None, wanted: dict[str, Any] | None = None):
        self.moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        self.library = library
        self.wanted = wanted
        self.memory = Memory(Journal(path), lambda: self.moment)
        self.come_back()

    def come_back(self) -> None:
        """Opens a new desk over the same journal, as after a restart of the kernel."""
        staged = None if self.wanted else MockInterview.model_validate(BOOKS)
        self.desk = InterviewDesk(self.memory, self.library, staged, self.wanted)

    @property
    def view(self) -> View:
        """What is on the page."""
        return self.desk.view()

    @property
    def phase(self) -> str:
        """Which page it is."""
        return str(self.view["phase"])

    @property
    def run(self) -> Run:
        """What is remembered of the interview that was begun last."""
        return max(self.memory.state.interviews.runs.values(), key=lambda run: run.started)

    def waits(self, seconds: float) -> None:
        """Lets time go by, of which nobody hears."""
        self.moment += timedelta(seconds=seconds)

    def thinks(self, seconds: int) -> None:
        """Lets time go by with the page open, which says so every 20 seconds."""
        for _ in range(seconds // 20):
            self.waits(20)
            self.does("tick")

    def does(self, type: str, **more: Any) -> None:
        """Sends an event, about the present stage where there is one."""
        stage = self.view.get("stage")
        self.desk.act({"type": type, **({"stage": stage["id"]} if stage else {}), **more})

    def answers(self, text: str = "An answer.", **more: Any) -> None:
        """Answers the question of the stage."""
        self.does("answer", **{"text": text, "choice": "flask", **more})

    def grades(self, *levels: int, points: tuple[int, ...] = (), flags: tuple[int, ...] = ()) -> None:
        """Grades the stage, criterion by criterion."""
        given = {one["id"]: level for one, level in zip(self.view["rubric"], levels, strict=True)}
        self.does("grade", points=list(points), flags=list(flags), grades=given)

    def is_asked_further(self, *levels: int) -> list[str]:
        """Answers the follow-ups and grades them, as often as levels are given; returns what was asked."""
        asked = []
        for level in levels:
            asked.append(self.view["says"]["md"])
            number = self.view["number"]
            self.does("follow-up", number=number, text="More.")
            self.does("follow-up-grade", number=number, grade=level)
        return asked

    def holds_it(self, *first: int) -> None:
        """Goes through the whole interview."""
        self.does("start")
        self.thinks(60)
        self.answers()
        self.grades(*first)
        while self.phase == "follow-up":
            self.is_asked_further(2)
        self.does("begin")
        self.answers()
        self.grades(3, 3, 3, points=(0,))
        self.is_asked_further(3)
        self.does("finish")
