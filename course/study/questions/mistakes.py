"""What went wrong, why, and whether it is mended: right twice, on different study days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from course.study.clock import study_day
from course.study.journal import Event
from course.study.settings import Settings

RIGHT_DAYS = 2
"""Study days on which a question has to be right before its mistake is mended."""
CONFIDENCE = {1: "guess", 2: "think so", 3: "sure"}
"""How sure a learner may say to be."""
GAINS = {1: 1, 2: 2, 3: 3}
LOSSES = {1: 0, 2: -2, 3: -6}
"""Marks for a right and for a wrong answer by confidence: only who is sure with good reason gains by saying so."""
CAUSES = ("misread", "didn't know", "mixed up frameworks", "slip")
"""Why an answer was wrong, as learners put it; own words are as good."""


@dataclass(slots=True)
class Mistake:
    """A question that was answered wrong."""

    question: str
    topic: str
    framework: str
    level: str
    chosen: str
    """The option that was chosen first when it was last wrong, as Markdown."""
    misconception: str | None
    confidence: int | None
    where: str
    first_day: int
    last_day: int
    """The study day of the last try, right or wrong."""
    wrong_day: int
    wrong_at: int
    """The moment of the last wrong answer, in milliseconds, and its study day."""
    times: int = 0
    right_days: list[int] = field(default_factory=list)
    """Study days on which it was right since it was last wrong."""
    cause: str = ""


@dataclass
class Mistakes:
    """All mistakes, the misconceptions behind them, and the marks by confidence."""

    kinds: ClassVar[frozenset[str]] = frozenset({"answer", "cause", "drop", "prediction"})

    open: dict[str, Mistake] = field(default_factory=dict)
    mended: dict[str, Mistake] = field(default_factory=dict)
    misconceptions: dict[str, int] = field(default_factory=dict)
    """How often each was behind an answer."""
    marks: int = 0
    marked: int = 0
    """Answers that were given with a confidence."""
    predictions: int = 0
    predictions_wrong: int = 0

    def take(self, event: Event, settings: Settings) -> None:
        """Follows an answer, a cause, a prediction, or the wish to drop a question that the course no longer has."""
        data = event.data
        if event.kind == "prediction":
            self.predictions += 1
            self.predictions_wrong += not data["right"]
        elif event.kind == "cause":
            mistake = self.open.get(data["question"]) or self.mended.get(data["question"])
            if mistake:
                mistake.cause = str(data["text"])
        elif event.kind == "drop":
            self.open.pop(data["question"], None)
        elif data.get("chosen") is not None:
            self._answer(data, event.at, study_day(event.at, event.offset))

    def ordered(self) -> list[Mistake]:
        """The open mistakes: what one was sure of comes first, then what goes wrong often, then what is recent."""
        return sorted(self.open.values(), key=_gravity)

    def due(self, day: int) -> list[Mistake]:
        """The mistakes to try again on a day, in the same order: each once a day, and not on the day it was made."""
        return [mistake for mistake in self.ordered() if mistake.last_day < day]

    def _answer(self, data: Any, at: int, day: int) -> None:
        question, right, first = data["question"], bool(data["right"]), data.get("try", 1) == 1
        if not right and data.get("misconception"):
            self.misconceptions[data["misconception"]] = self.misconceptions.get(data["misconception"], 0) + 1
        if not first:
            return  # The reply to the first try was read by then.
        confidence = data.get("confidence")
        if confidence in GAINS and data.get("form") != "retry":
            self.marks += (GAINS if right else LOSSES)[confidence]
            self.marked += 1
        if not right:
            self._open(question, data, at, day)
        for id in dict.fromkeys((question, data.get("instead_of"))):
            if id in self.open:
                self._tried(self.open[id], right, bool(data.get("told")), day)

    def _open(self, question: str, data: Any, at: int, day: int) -> None:
        mistake = self.open.get(question) or self.mended.pop(question, None)
        if mistake is None:
            about = (data.get("topic", ""), data.get("framework", "all"), data.get("level", ""))
            mistake = Mistake(question, *about, "", None, None, "", day, day, day, at)
        mistake.chosen, mistake.misconception = data["chosen"], data.get("misconception")
        mistake.confidence, mistake.where = data.get("confidence"), data.get("where", "")
        mistake.wrong_day, mistake.wrong_at = day, at
        mistake.times += 1
        self.open[question] = mistake

    def _tried(self, mistake: Mistake, right: bool, told: bool, day: int) -> None:
        mistake.last_day = day
        if not right:
            mistake.right_days.clear()
        elif not told and day not in mistake.right_days:
            mistake.right_days.append(day)
        if len(mistake.right_days) >= RIGHT_DAYS:
            self.mended[mistake.question] = self.open.pop(mistake.question)


def misconception_in_words(id: str) -> str:
    """A misconception as a phrase: `missing-method-is-404` says `missing method is 404`."""
    return id.replace("-", " ")


def _gravity(mistake: Mistake) -> tuple[float, int, int, str]:
    confidence = 1.5 if mistake.confidence is None else mistake.confidence
    return (-confidence, -mistake.times, -mistake.wrong_at, mistake.question)
