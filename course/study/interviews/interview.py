"""Mock interviews: what was asked, what the learner said and how they graded it, and the time that answering took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from course.study.journal import Event
from course.study.settings import Settings

AWAY = 90_000
"""Milliseconds without a sign of life after which nobody was answering. A browser slows the clock of a hidden page
to one tick a minute, and whoever speaks to a friend may well have hidden it."""

DRAWN = "levelled"
"""What an interview is called whose questions were drawn from the banks."""


@dataclass
class Reply:
    """What the learner said to one question; until `given`, `text` is what they have written so far."""

    text: str = ""
    given: bool = False
    said_ms: int = 0
    """How long they spoke; 0 when they wrote."""
    skipped: bool = False
    grade: int = 0
    """Of a follow-up: 1 missed it, 2 had a part of it, 3 had it; 0 before."""
    ask: str = ""


@dataclass
class Turn:
    """One stage."""

    begun: bool = False
    used_ms: int = 0
    reply: Reply = field(default_factory=Reply)
    choice: str = ""
    graded: bool = False
    points: list[str] = field(default_factory=list)
    """The key points that the answer had, in their words."""
    flags: list[str] = field(default_factory=list)
    """The red flags that applied, in their words."""
    grades: dict[str, int] = field(default_factory=dict)
    """By criterion, the number of the level from 1."""
    levels: dict[str, int] = field(default_factory=dict)
    """By criterion, how many levels there were."""
    all_points: int = 0
    follow_ups: dict[str, Reply] = field(default_factory=dict)
    """By their number in the stage."""

    @property
    def share(self) -> float | None:
        """The grades as a part of what could be had, from 0 to 1; None before there are any."""
        parts = [(self.grades[id] - 1) / (self.levels[id] - 1) for id in self.grades if self.levels.get(id, 0) > 1]
        return sum(parts) / len(parts) if self.graded and parts else None


@dataclass
class Run:
    """One interview that was begun."""

    run: str
    interview: str
    title: str
    started: int
    offset: int
    stages: list[str]
    """The ids of the stages; where questions were drawn from the banks, those of the questions."""
    minutes: list[int]
    drawn: dict[str, Any] = field(default_factory=dict)
    """By which wishes questions were drawn: topic, level, minutes."""
    finished: int = 0
    turns: dict[str, Turn] = field(default_factory=dict)
    stage: str = ""
    """The stage that was begun last."""
    running: bool = False
    paused: bool = False
    last: int = 0
    """The last sign of life."""
    gradings: list[str] = field(default_factory=list)
    """The events that graded something and the one that finished; they can be taken back, the last one first."""

    def turn(self, stage: str) -> Turn:
        """What was said in a stage; an empty turn before it was begun."""
        return self.turns.get(stage) or Turn()

    @property
    def used_ms(self) -> int:
        """How long the learner took for their answers."""
        return sum(turn.used_ms for turn in self.turns.values())

    @property
    def share(self) -> float | None:
        """The mean grade, from 0 to 1, over the stages that were graded; None without any."""
        shares = [turn.share for turn in self.turns.values() if turn.share is not None]
        return sum(shares) / len(shares) if shares else None

    @property
    def flags(self) -> int:
        """How many red flags applied."""
        return sum(len(turn.flags) for turn in self.turns.values())

    @property
    def choices(self) -> frozenset[str]:
        """What the learner decided on the way, such as a framework."""
        return frozenset(turn.choice for turn in self.turns.values() if turn.choice)


@dataclass
class Interviews:
    """All interviews that were begun, and when each question of a bank was last asked."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "interview-start",
            "interview-turn",
            "interview-draft",
            "interview-tick",
            "interview-pause",
            "interview-resume",
            "interview-finish",
        }
    )

    runs: dict[str, Run] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    """By question, the moment at which it was last asked."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows one event."""
        data = event.data
        if event.kind == "interview-start":
            self._start(event)
            return
        run = self.runs.get(str(data.get("run")))
        if run is None or run.finished:
            return
        self._count(run, event)
        if event.kind == "interview-draft":
            reply = _reply(_turn(run, str(data["stage"])), str(data["step"]))
            if not reply.given:
                reply.text = reply.text[: int(data["keep"])] + str(data["text"])
        elif event.kind == "interview-turn":
            self._turn(run, event)
        elif event.kind == "interview-pause":
            run.paused = True
        elif event.kind == "interview-resume":
            run.paused = False
        elif event.kind == "interview-finish":
            run.finished, run.running = event.at, False
            run.gradings.append(event.id)

    def finished(self, interview: str) -> list[Run]:
        """The finished runs of an interview that were graded at least once, the oldest first."""
        runs = (run for run in self.runs.values() if run.finished and run.interview == interview)
        return sorted((run for run in runs if run.share is not None), key=lambda run: run.started)

    def open_run(self, interview: str, drawn: Mapping[str, Any] | None = None) -> Run | None:
        """The run of an interview that was begun last and is not finished; of drawn questions, by the same wishes."""
        runs = [
            run
            for run in self.runs.values()
            if not run.finished and run.interview == interview and run.drawn == dict(drawn or {})
        ]
        return max(runs, key=lambda run: run.started, default=None)

    def _start(self, event: Event) -> None:
        data = event.data
        id = str(data["run"])
        if id in self.runs:
            return
        drawn = dict(data.get("drawn") or {})
        stages = [str(stage) for stage in data["stages"]]
        minutes = [int(minutes) for minutes in data["minutes"]]
        title = str(data.get("title", data["interview"]))
        self.runs[id] = Run(id, str(data["interview"]), title, event.at, event.offset, stages, minutes, drawn)
        self.runs[id].last = event.at

    def _count(self, run: Run, event: Event) -> None:
        """Adds the time since the last sign of life while the learner was answering."""
        gap = event.at - run.last
        run.last = event.at
        if run.running and not run.paused and event.kind != "interview-resume" and 0 < gap <= AWAY:
            _turn(run, run.stage).used_ms += gap

    def _turn(self, run: Run, event: Event) -> None:
        data = event.data
        stage, step = str(data["stage"]), str(data["step"])
        turn = _turn(run, stage)
        if step == "begin":
            turn.begun, run.stage, run.paused = True, stage, False
            if run.interview == DRAWN:
                self.asked[stage] = event.at
        elif step in ("answer", "follow-up"):
            number = str(data["number"]) if step == "follow-up" else "answer"
            reply = _reply(turn, number)
            reply.text, reply.given = str(data.get("text", "")), True
            reply.said_ms, reply.skipped = int(data.get("said_ms", 0)), bool(data.get("skipped"))
            reply.ask = str(data.get("ask", ""))
            turn.choice = str(data.get("choice") or turn.choice)
        elif step in ("check", "grade"):
            turn.points, turn.flags = list(data["points"]), list(data["flags"])
            turn.grades = {str(id): int(grade) for id, grade in data["grades"].items()}
            if step == "grade":
                turn.graded = True
                turn.levels, turn.all_points = dict(data["levels"]), int(data["all_points"])
                run.gradings.append(event.id)
        elif step == "follow-up-grade":
            _reply(turn, str(data["number"])).grade = int(data["grade"])
            run.gradings.append(event.id)
        if "clock" in data:
            run.running = bool(data["clock"])


def _turn(run: Run, stage: str) -> Turn:
    return run.turns.setdefault(stage, Turn())


def _reply(turn: Turn, step: str) -> Reply:
    """The reply to the question of a stage, or to one of its follow-ups."""
    return turn.reply if step == "answer" else turn.follow_ups.setdefault(step, Reply())
