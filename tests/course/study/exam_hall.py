"""A place to sit exams in tests: banks of a few topics, an exam about them, a clock to set, and quick checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from course.study.exams.sitting import Sitting
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory
from course.study.running import Outcome
from course.syllabus import read_syllabus

MORNING = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=1)))
TOPICS = ("routing", "templates", "forms")
LEVELS = ("beginner", "intermediate", "advanced")
BLUEPRINT = """\
blueprints:
- id: mock
  title: Mock exam
  purpose: For practice.
  minutes: 30
  questions: {questions}
  tasks: {tasks}
  pass_mark: 0.6
  frameworks: [django, flask, fastapi]
  levels: {{beginner: 40, intermediate: 40, advanced: 20}}
  topics: {{routing: 50, templates: 30, forms: 20}}
- id: far-away
  title: Far away
  purpose: About what nobody has written yet.
  minutes: 10
  questions: 5
  pass_mark: 0.6
  frameworks: [flask]
  levels: {{beginner: 100}}
  topics: {{caching: 100}}
"""


def make_library(folder: Path, each: int = 4, tasks: int = 4) -> Library:
    """Banks with `each` questions per topic and level, of which the first option is right, and some tasks."""
    syllabus = read_syllabus().record
    for topic in TOPICS:
        objective = next(one.id for one in syllabus.objectives if one.topic == topic and one.framework == "all")
        lines = ["questions:"]
        for level in LEVELS:
            lines += [_question(f"{topic}-{level}-{number}", objective, level) for number in range(each)]
        if tasks:
            lines.append("tasks:")
            lines += [
                TASK.format(id=f"write-{topic}-{number}", objective=objective, level=LEVELS[number % 3])
                for number in range(tasks)
            ]
        lines += [
            "cards:",
            f"- {{id: card-{topic}, objectives: [{objective}], kind: concept, front: Which?, back: This.,",
        ]
        lines.append("   proof: judgement}")
        place = folder / syllabus.topic_by_id[topic].folder
        place.mkdir(parents=True)
        (place / "bank.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Library(folder)


def _question(id: str, objective: str, level: str) -> str:
    wrong = "".join(
        f"\n  - {{text: wrong {n} of {id}, why: secret of {n}, misconception: trap-{n}}}" for n in (1, 2, 3)
    )
    return (
        f"- id: {id}\n  objectives: [{objective}]\n  level: {level}\n  ask: What of {id}?\n  options:\n"
        f"  - {{text: right of {id}, correct: true, why: secret of the key}}{wrong}\n  proof: judgement"
    )


TASK = """\
- id: {id}
  objectives: [{objective}]
  level: {level}
  ask: Write {id}.
  starter: 'def answer(): ...'
  reference: |
    def answer():
        return 42  # secret
  tests: |
    assert answer() == 42, 'not 42'
    assert answer() > 0, 'not positive'"""


@dataclass
class Hands:
    """A clock that goes as it is told."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@dataclass
class Checks:
    """Grades code by a word in it, as the real checks would; counts what it was asked."""

    asked: list[str] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def __call__(self, code: str, tests: str) -> Outcome:
        self.before()
        self.asked.append(code)
        passed = 2 if "42" in code else 1 if "7" in code else 0
        return Outcome(passed, 2, ["not 42"][: 2 - passed], "", 0.1)


@dataclass
class Hall:
    """Everything that outlives a kernel: banks, a journal, a clock."""

    library: Library
    hands: Hands = field(default_factory=Hands)
    checks: Checks = field(default_factory=Checks)
    journal: Journal = field(default_factory=Journal)

    def memory(self) -> Memory:
        """The learner's memory, as a new process makes it of the journal."""
        return Memory(self.journal, self.hands)

    def desk(self, blueprint: str | None = "mock") -> Sitting:
        """A desk as a new kernel makes it."""
        return Sitting(self.memory(), self.library, blueprint, run_code=self.checks)

    def begun(self) -> Sitting:
        """A desk at which an exam has just begun."""
        desk = self.desk()
        desk.act({"type": "start", "form": desk.view()["form"]})
        assert desk.view()["state"] == "sitting"
        return desk


def option(view: Mapping[str, Any], wanted: str = "right") -> int:
    """The place of the right option, or of a wrong one, of the question in front."""
    texts = [one["text"]["line"] for one in view["item"]["options"]]
    return next(place for place, text in enumerate(texts) if text.startswith(wanted))


def answer_all(
    desk: Sitting, wanted: str = "right", code: str = "return 42", only: Iterable[int] | None = None
) -> None:
    """Goes through all items (or the `only` ones, by their numbers) and answers them all alike."""
    for item in desk.view()["items"]:
        if only is not None and item["number"] not in set(only):
            continue
        desk.act({"type": "go", "item": item["id"]})
        if item["kind"] == "question":
            desk.act({"type": "answer", "item": item["id"], "option": option(desk.view(), wanted)})
        else:
            desk.act({"type": "code", "item": item["id"], "code": code})


def finish(desk: Sitting) -> dict[str, Any]:
    """Hands in, lets all code be checked, and returns the report."""
    desk.act({"type": "hand-in", "sure": True})
    while (view := desk.view())["state"] == "handing-in":
        desk.act({"type": "grade", "done": view["done"]})
    assert view["state"] == "report"
    return view
