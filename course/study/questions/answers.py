"""What was answered and what was opened, question by question: a quiz that is run again shows it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from course.study.clock import study_day
from course.study.journal import Event
from course.study.settings import Settings


@dataclass(slots=True)
class Sitting:
    """One time that a question was asked, up to its right answer."""

    question: str
    """The question that was asked; when one is retried, another may stand in for it."""
    again: int
    """How often it had been answered before."""
    day: int
    """The study day of the last answer."""
    chosen: list[str] = field(default_factory=list)
    """The options that were tried, in their order, by their texts."""
    confidence: int | None = None
    """How sure the learner was at the first try."""


@dataclass
class Answers:
    """The last sitting of each question in quizzes and among the mistakes, and the hints that were opened."""

    kinds: ClassVar[frozenset[str]] = frozenset({"answer", "hint"})

    sittings: dict[str, Sitting] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    """How often each question was asked, wherever that was."""
    hints: dict[str, int] = field(default_factory=dict)
    """How many steps of each hint were opened."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows an answer or a hint."""
        data = event.data
        if event.kind == "hint":
            self.hints[data["hint"]] = max(self.hints.get(data["hint"], 0), int(data["step"]))
            return
        question = data["question"]
        if data.get("try", 1) == 1:
            self.asked[question] = self.asked.get(question, 0) + 1
        if data.get("where") not in ("quiz", "mistakes"):
            return
        place = slot(data["where"], data.get("instead_of") or question)
        again = int(data.get("again", 0))
        sitting = self.sittings.get(place)
        # Two windows may have asked two questions in the same place; the one that was answered last stands.
        if sitting is None or again > sitting.again or (again == sitting.again and question != sitting.question):
            day = study_day(event.at, event.offset)
            sitting = self.sittings[place] = Sitting(question, again, day, [], data.get("confidence"))
        if sitting.again == again and data["chosen"] not in sitting.chosen:
            sitting.chosen.append(data["chosen"])
            sitting.day = study_day(event.at, event.offset)


def slot(where: str, question: str) -> str:
    """The place of a question among the sittings: a quiz and the list of mistakes ask it independently."""
    return question if where == "quiz" else f"{where} {question}"
