"""How the graded exercises went: each test's points, from the learner's own grading and from a class's feedback."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from course.study.journal import Event
from course.study.settings import Settings


@dataclass
class Tested:
    """One test of an exercise, as it came out last."""

    exercise: str
    points: float
    most: float
    message: str
    at: int

    @property
    def passed(self) -> bool:
        """Whether it gave all of its points."""
        return self.points >= self.most


@dataclass
class Exercises:
    """The exercises of all topics that were graded."""

    kinds: ClassVar[frozenset[str]] = frozenset({"graded"})

    tests: dict[str, dict[str, Tested]] = field(default_factory=dict)
    """By topic and the id of the test."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows the grading of a notebook; what is graded later stands, whoever graded it."""
        known = self.tests.setdefault(event.data["topic"], {})
        for test in event.data["tests"]:
            known[test["test"]] = Tested(test["exercise"], test["points"], test["most"], test["message"], event.at)

    def solved(self, topic: str) -> tuple[int, int]:
        """How many of a topic's graded exercises passed all of their tests, and how many were graded."""
        passed: dict[str, bool] = defaultdict(lambda: True)
        for test in self.tests.get(topic, {}).values():
            passed[test.exercise] &= test.passed
        return sum(passed.values()), len(passed)

    def points(self, topic: str) -> tuple[float, float]:
        """A topic's points, and the most that there are."""
        tests = self.tests.get(topic, {}).values()
        return sum(test.points for test in tests), sum(test.most for test in tests)


def graded(document: Mapping[str, Any], student: str, topic: str, by: str) -> list[dict[str, Any]]:
    """What to record of the engine's JSON about a student: one event's data per notebook that was graded.

    Tests belong to the exercise whose id theirs begins with; cells that a person judges are left out.
    """
    events = []
    for submission in document["students"]:
        if submission["student"] != student:
            continue
        for notebook in submission["notebooks"]:
            answers = [cell["cell"] for cell in notebook["cells"] if not cell["most"]]
            tests = [
                {
                    "exercise": max(
                        (name for name in answers if cell["cell"].startswith(f"{name}-")), key=len, default=""
                    ),
                    "test": cell["cell"],
                    "points": float(cell["points"]),
                    "most": float(cell["most"]),
                    "message": cell["message"],
                }
                for cell in notebook["cells"]
                if cell["most"] and cell["points"] is not None
            ]
            if tests:
                events.append({"topic": topic, "notebook": notebook["notebook"], "by": by, "tests": tests})
    return events
