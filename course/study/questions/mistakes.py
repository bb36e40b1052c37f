"""What went wrong, why, and whether it is mended: right twice, on different study days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from course.study.cards.session import TRIED
from course.study.clock import study_day
from course.study.journal import Event
from course.study.settings import Settings

RIGHT_DAYS = 2
"""Study days on which a question has to be right before its mistake is mended."""
CONFIDENCE = {1: "guess", 2: "think so", 3: "sure"}
"""How sure a learner may say to be."""
GAINS = {1: 1, 2: 2, 3: 3}
LOSSES = {1: 0, 2: -2, 3: -6}
"""Points for a right and for a wrong answer by confidence: only who is sure with good reason gains by saying so."""
RETYPED = "retyped"
"""The kind of an event that keeps what was typed among the mistakes for a card or a task, and whether it was right."""
CAUSES = ("misread", "didn't know", "mixed up frameworks", "slip")
"""Why an answer was wrong, as learners put it; own words are as good."""


@dataclass(slots=True)
class Mistake:
    """A question, a card or a task that was answered wrong."""

    question: str
    """The id of whatever asked: a question, a card, a gap of a card, or a task."""
    topic: str
    framework: str
    level: str
    chosen: str
    """What was answered first when it was last wrong: an option as Markdown, or what was typed."""
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
    typed: bool = False
    """Whether words or code were typed, and no option was chosen."""
    failures: list[str] = field(default_factory=list)
    """What the tests said of the code that was typed."""
    shown_day: int = -1
    """The study day on which the right answer was asked for last."""
    told_day: int = -1
    """The study day on which the right answer was seen last, or the reply to a wrong one: it cannot count as known."""


@dataclass
class Mistakes:
    """All mistakes, the misconceptions behind them, and the points by confidence."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {"answer", "cause", "drop", "prediction", "shown", "task", TRIED, RETYPED}
    )

    open: dict[str, Mistake] = field(default_factory=dict)
    mended: dict[str, Mistake] = field(default_factory=dict)
    misconceptions: dict[str, int] = field(default_factory=dict)
    """How often each was behind an answer."""
    points: int = 0
    rated: int = 0
    """Answers that were given with a confidence."""
    predictions: int = 0
    predictions_wrong: int = 0

    def take(self, event: Event, settings: Settings) -> None:
        """Follows what was answered, looked at, predicted, or said of a mistake; and what is to be dropped."""
        data, day = event.data, study_day(event.at, event.offset)
        if event.kind == "prediction":
            self.predictions += 1
            self.predictions_wrong += not data["right"]
        elif event.kind == "cause":
            if mistake := self.find(data["question"]):
                mistake.cause = str(data["text"])
        elif event.kind == "shown":
            if mistake := self.find(data["question"]):
                mistake.told_day = mistake.shown_day = day
        elif event.kind == "drop":
            self.open.pop(data["question"], None)
        elif event.kind == "answer":
            if data.get("chosen") is not None:
                self._answer(data, event.at, day)
        else:
            self._typed(event.kind, data, event.at, day)

    def find(self, id: str) -> Mistake | None:
        """The mistake with this id, open or mended."""
        return self.open.get(id) or self.mended.get(id)

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
            self.points += (GAINS if right else LOSSES)[confidence]
            self.rated += 1
        if not right:
            self._open(question, data, data["chosen"], at, day)
        for id in dict.fromkeys((question, data.get("instead_of"))):
            if id in self.open:
                self._tried(self.open[id], right, day)

    def _typed(self, kind: str, data: Any, at: int, day: int) -> None:
        """Follows words or code. What is wrong by a slip of the fingers is neither a mistake nor known."""
        id, right = data["task" if kind == "task" else "card" if kind == TRIED else "question"], bool(data["right"])
        text = data.get("code" if kind == "task" else "typed")
        if not isinstance(text, str) or not text.strip() or data.get("near"):
            return
        mistake = self.open.get(id)
        # Whoever tries until it is right, on one day, has made one mistake.
        if not right and (mistake is None or mistake.wrong_day != day):
            mistake = self._open(id, data, text, at, day)
            mistake.typed, mistake.failures = True, [str(one) for one in data.get("failures") or ()]
            mistake.where = mistake.where or "cards"
        if mistake:
            self._tried(mistake, right, day)

    def _open(self, question: str, data: Any, chosen: str, at: int, day: int) -> Mistake:
        mistake = self.open.get(question) or self.mended.pop(question, None)
        if mistake is None:
            about = (data.get("topic", ""), data.get("framework", "all"), data.get("level", ""))
            mistake = Mistake(question, *about, "", None, None, "", day, day, day, at)
        mistake.chosen, mistake.misconception = str(chosen), data.get("misconception")
        mistake.confidence, mistake.where = data.get("confidence"), data.get("where", "")
        mistake.typed, mistake.failures = False, []
        mistake.wrong_day, mistake.wrong_at = day, at
        mistake.times += 1
        self.open[question] = mistake
        return mistake

    def _tried(self, mistake: Mistake, right: bool, day: int) -> None:
        mistake.last_day = day
        if not right:
            mistake.right_days.clear()
            mistake.told_day = day
        elif day not in (mistake.told_day, *mistake.right_days):
            mistake.right_days.append(day)
        if len(mistake.right_days) >= RIGHT_DAYS:
            self.mended[mistake.question] = self.open.pop(mistake.question)


def _gravity(mistake: Mistake) -> tuple[float, int, int, str]:
    confidence = 1.5 if mistake.confidence is None else mistake.confidence
    return (-confidence, -mistake.times, -mistake.wrong_at, mistake.question)
