"""How the graded exercises went: each test's points, from the learner's own grading and from a class's feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    attempted: bool = True
    """False where the answer was still as it was given out."""
    notebook: str = ""
    by: str = ""
    answer: str = ""
    """Where the answer itself ended with an error: with which."""

    @property
    def passed(self) -> bool:
        """Whether it gave all of its points."""
        return self.points >= self.most

    @property
    def why(self) -> str:
        """What it says of the points that are missing."""
        return self.message or (f"{self.points:g} of {self.most:g} points." if self.points else "No points.")


@dataclass(frozen=True)
class Exercise:
    """One exercise with its tests, by their names."""

    id: str
    tests: Mapping[str, Tested]

    @property
    def failed(self) -> dict[str, Tested]:
        """The tests that did not give all of their points."""
        return {name: test for name, test in self.tests.items() if not test.passed}

    @property
    def troubles(self) -> dict[str, str]:
        """Why points are missing: of the answer, where it ended with an error itself, then of each test that failed."""
        failed = {name: test for name, test in self.failed.items() if test.attempted}
        stopped = next((test.answer for test in failed.values() if test.answer), "")
        return {**({"your answer": stopped} if stopped else {}), **{name: test.why for name, test in failed.items()}}

    @property
    def solved(self) -> bool:
        """Whether all tests passed."""
        return not self.failed

    @property
    def attempted(self) -> bool:
        """Whether there is anything to judge."""
        return self.solved or any(test.attempted for test in self.tests.values())

    @property
    def points(self) -> float:
        """What it earned."""
        return sum(test.points for test in self.tests.values())

    @property
    def most(self) -> float:
        """What it is worth."""
        return sum(test.most for test in self.tests.values())


@dataclass
class Exercises:
    """The exercises of all topics that were graded."""

    kinds: ClassVar[frozenset[str]] = frozenset({"graded"})

    tests: dict[str, dict[str, Tested]] = field(default_factory=dict)
    """By topic and the id of the test."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows the grading of a notebook; the one that was graded later stands, whoever graded it."""
        topic, now = event.data["topic"], tested(event.data, event.at)
        before = self.tests.get(topic, {})
        # A test that the notebook no longer has counts no more.
        others = {name: test for name, test in before.items() if test.notebook != event.data["notebook"]}
        self.tests[topic] = others | now

    def stands(self, data: Mapping[str, Any]) -> bool:
        """Whether the grading of a notebook, by the data of its event, is what is known of that notebook already."""
        known = self.tests.get(data["topic"], {})
        mine = {name: replace(test, at=0) for name, test in known.items() if test.notebook == data["notebook"]}
        return mine == tested(data, 0)

    def of(self, topic: str) -> list[Exercise]:
        """A topic's exercises, in the order in which the engine told of them."""
        return grouped(self.tests.get(topic, {}))

    def solved(self, topic: str) -> tuple[int, int]:
        """How many of a topic's exercises passed all of their tests, and how many were attempted."""
        tried = [exercise for exercise in self.of(topic) if exercise.attempted]
        return sum(exercise.solved for exercise in tried), len(tried)

    def points(self, topic: str) -> tuple[float, float]:
        """A topic's points, and the most that there are."""
        tests = self.tests.get(topic, {}).values()
        return sum(test.points for test in tests), sum(test.most for test in tests)


def grouped(tests: Mapping[str, Tested]) -> list[Exercise]:
    """The exercises that tests belong to; there the tests are called without the id of their exercise."""
    found: dict[str, dict[str, Tested]] = {}
    for id, test in tests.items():
        found.setdefault(test.exercise or id, {})[id.removeprefix(f"{test.exercise}-")] = test
    return [Exercise(id, of) for id, of in found.items()]


def tested(data: Mapping[str, Any], at: int) -> dict[str, Tested]:
    """The tests of a notebook that was graded at a moment, by their ids, from the data of its event."""
    return {
        test["test"]: Tested(
            exercise=test["exercise"],
            points=test["points"],
            most=test["most"],
            message=test["message"],
            at=at,
            attempted=test.get("attempted", True),
            notebook=data["notebook"],
            by=data["by"],
            answer=test.get("answer", ""),
        )
        for test in data["tests"]
    }
