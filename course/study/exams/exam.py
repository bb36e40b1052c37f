"""Exams: taken, interrupted and finished, as the journal tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, Field, StrictStr, model_validator

from course.study.journal import Event
from course.study.settings import Settings

TICK = 20
"""Seconds after which an open exam says that it is still open."""
LONGEST = 75_000
"""Milliseconds without a word after which nothing was open. Browsers wake a page in the background once a minute."""
MINUTE = 60_000

Share = Annotated[float, Field(ge=0, le=1)]


@dataclass
class Given:
    """An answer before the end, with what the bank said of it when it was given: that may be worded anew meanwhile."""

    text: str
    """Of the option, or the code."""
    right: bool = False
    misconception: str | None = None
    options: int = 0
    """How many were offered; 0 for code."""
    blank: bool = False
    """Whether code is still as the task gave it, or empty."""


@dataclass
class Result:
    """How one item of a finished exam went."""

    given: str | None
    """The text of the option, or the code; None when it was left open."""
    right: bool
    share: float
    """Of the item's points."""
    passed: int = 0
    """Of the checks of a task."""
    all: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass
class Run:
    """One exam of this learner."""

    run: str
    blueprint: str
    form: int
    items: list[list[str]]
    """What it asks, each as section and id."""
    about: list[dict[str, Any]]
    minutes: float
    seed: int
    started: int
    last: int
    """The moment of its last event."""
    pass_mark: float = 0.0
    """The share of the points with which it is passed."""
    task_points: float = 1.0
    covered: int = 0
    share: int = 100
    """Percent of the blueprint's weight that it stands for."""
    repeated: int = 0
    predicted: float | None = None
    """How likely it was to be passed, as far as could be said when it began."""
    chances: list[float] = field(default_factory=list)
    """How likely a right answer to each item was; empty where too little was known."""
    used_ms: int = 0
    here: str = ""
    """The item that was in front."""
    spent: dict[str, int] = field(default_factory=dict)
    """Milliseconds by item."""
    answers: dict[str, Given] = field(default_factory=dict)
    """What was answered so far."""
    marked: list[str] = field(default_factory=list)
    paused: bool = False
    handed: int | None = None
    """When it was handed in; from then on no answer is taken."""
    by: str = ""
    """Who handed it in: "learner" or "time"."""
    finished: int | None = None
    offset: int = 0
    """Minutes that the learner's clock was ahead of UTC when it was handed in."""
    results: dict[str, Result] = field(default_factory=dict)
    points: float = 0.0
    of: float = 0.0
    passed: bool | None = None
    """None before the end, and when nothing of it is left in the course: then it is void."""

    @property
    def ids(self) -> list[str]:
        """The ids of its items, in their order."""
        return [id for _, id in self.items]

    @property
    def score(self) -> float | None:
        """The share of the points that was reached; None before the end, or when nothing was worth a point."""
        return self.points / self.of if self.finished is not None and self.of else None

    def section(self, id: str) -> str:
        """Whether an item is one of the "questions" or of the "tasks"."""
        return next(section for section, other in self.items if other == id)

    def about_ids(self, name: str, value: str) -> set[str]:
        """The items of a topic, a level or a framework."""
        return {id for id, about in zip(self.ids, self.about, strict=True) if about.get(name) == value}

    def left(self, now: int) -> int:
        """The milliseconds that are left at a moment."""
        silent = now - self.last
        going = 0 if self.paused or self.handed is not None or silent > LONGEST else max(silent, 0)
        return max(round(self.minutes * MINUTE) - self.used_ms - going, 0)

    def seconds_left(self, now: int) -> int:
        """The same in seconds, of which the last counts until it is over."""
        return -(-self.left(now) // 1000)

    def take(self, event: Event) -> None:
        """Follows an event between its start and its end."""
        data, kind = event.data, event.kind
        if self.handed is None:
            gap = event.at - self.last
            if kind != "exam-resume" and not self.paused and 0 < gap <= LONGEST:
                self.used_ms += gap
                self.spent[self.here] = self.spent.get(self.here, 0) + gap
            self.last = event.at
            self.here = data.get("item", self.here)
            if kind == "exam-answer":
                self.answers[data["item"]] = _given(data)
            elif kind == "exam-mark":
                if data["marked"] and data["item"] not in self.marked:
                    self.marked.append(data["item"])
                elif not data["marked"] and data["item"] in self.marked:
                    self.marked.remove(data["item"])
            elif kind == "exam-pause":
                self.paused = True
            elif kind == "exam-resume":
                self.paused = False
            elif kind == "exam-hand-in":
                self.handed, self.offset, self.by = event.at, event.offset, str(data.get("by", "learner"))

    def finish(self, event: Event) -> None:
        """Ends with the points that were reached."""
        self.handed = self.handed or event.at
        self.finished, self.offset = event.at, event.offset
        self.points, self.of = float(event.data["points"]), float(event.data["of"])
        self.passed = bool(event.data["passed"]) if self.of else None
        self.answers.clear()  # They stand in the results.


@dataclass
class Exams:
    """All runs of all exams but those that were left, what was asked elsewhere, and how confident answers were."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "exam-start",
            "exam-answer",
            "exam-mark",
            "exam-tick",
            "exam-pause",
            "exam-resume",
            "exam-hand-in",
            "exam-finish",
            "exam-drop",
            "answer",
            "task",
        }
    )

    runs: dict[str, Run] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    """When questions and tasks were last asked outside of exams, by their ids."""
    confidence: dict[int, list[int]] = field(default_factory=dict)
    """By what was said (1 guess, 2 think so, 3 sure): how many answers, and how many of them were right."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows one event."""
        data, kind = event.data, event.kind
        if kind == "answer" or kind == "task":
            if kind == "answer" and data.get("confidence") is not None:
                counts = self.confidence.setdefault(data["confidence"], [0, 0])
                counts[0] += 1
                counts[1] += bool(data["right"])
            run = self.runs.get(data["exam"]) if data.get("where") == "exam" else None
            if run is not None and run.finished is not None:
                return  # Another machine ended the same exam, too; the first ending is the one.
            if run is None:
                self.met[data["question" if kind == "answer" else "task"]] = event.at
            elif kind == "answer":
                run.results[data["question"]] = Result(data["chosen"], data["right"], float(data["right"]))
            else:
                share = data["passed"] / data["all"] if data["all"] else 0.0
                run.results[data["task"]] = Result(
                    data["code"], data["right"], share, data["passed"], data["all"], list(data.get("failures", ()))
                )
        elif kind == "exam-start":
            if data["run"] not in self.runs:
                self.runs[data["run"]] = _run(event)
        elif run := self.runs.get(data["run"]):
            if run.finished is not None:
                return
            if kind == "exam-drop":
                del self.runs[run.run]
                self.met |= dict.fromkeys(run.ids, event.at)
            elif kind == "exam-finish":
                run.finish(event)
            else:
                run.take(event)

    def running(self) -> Run | None:
        """The exam that was begun and is not finished; of several, the one begun last."""
        return max(
            (run for run in self.runs.values() if run.finished is None), key=lambda run: run.started, default=None
        )

    def finished(self, blueprint: str | None = None) -> list[Run]:
        """Finished exams (of a blueprint) in the order in which they were taken."""
        done = [run for run in self.runs.values() if run.finished is not None and blueprint in (None, run.blueprint)]
        return sorted(done, key=lambda run: (run.finished or 0, run.run))

    def next_form(self, blueprint: str) -> int:
        """The number of the form that comes next."""
        return 1 + max((run.form for run in self.runs.values() if run.blueprint == blueprint), default=0)

    def asked(self) -> dict[str, int]:
        """When each item was last asked in an exam, by its id."""
        seen: dict[str, int] = {}
        for run in self.runs.values():
            for id in run.ids:
                seen[id] = max(run.started, seen.get(id, 0))
        return seen


class Start(BaseModel):
    """What the start of an exam must say. One that says less could be neither sat nor ended, and would stay open."""

    run: StrictStr
    blueprint: StrictStr
    form: int = Field(ge=1, le=1_000_000)
    items: list[tuple[Literal["questions", "tasks"], StrictStr]] = Field(min_length=1)
    about: list[dict[str, Any]]
    minutes: float = Field(gt=0, le=24 * 60)
    seed: int
    pass_mark: float = Field(0.0, ge=0, le=1)
    task_points: float = Field(1.0, gt=0, le=1000)
    covered: int = 0
    share: int = 100
    repeated: int = 0
    predicted: Share | None = None
    chances: list[Share] = Field(default_factory=list)

    @model_validator(mode="after")
    def _items_are_told_apart(self) -> Self:
        if len(self.about) != len(self.items):
            raise ValueError("it does not say of each item what it is about")
        if len({id for _, id in self.items}) < len(self.items):
            raise ValueError("an item stands twice in it")
        return self


def _run(event: Event) -> Run:
    start = Start.model_validate(event.data)
    plain = start.model_dump() | {"items": [list(item) for item in start.items]}
    return Run(**plain, started=event.at, last=event.at, here=start.items[0][1])


def _given(data: Mapping[str, Any]) -> Given:
    text = data.get("chosen", data.get("code"))
    if not isinstance(text, str):
        raise ValueError("an answer without a text")
    if "code" in data:
        return Given(text, blank=bool(data.get("blank")))
    return Given(text, bool(data["right"]), data.get("misconception"), int(data["options"]))
