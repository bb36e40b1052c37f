"""What an interview showed: grades by criterion and stage, time against plan, red flags, and what to study next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from course.study.interviews.interview import Reply, Run, Turn
from course.study.interviews.staged import Criterion, MockInterview, Stage

WEAK = 0.6
"""A share of the grades below which a stage's topics are worth studying again."""
FOLLOW_UP_GRADES = ("Missed it", "A part of it", "Had it")


@dataclass(frozen=True)
class Grade:
    """One criterion in one stage."""

    title: str
    grade: int
    levels: int
    says: str

    @property
    def share(self) -> float:
        """From 0, the weakest level, to 1, the best."""
        return (self.grade - 1) / (self.levels - 1)


@dataclass(frozen=True)
class StageReport:
    """One stage."""

    stage: Stage
    turn: Turn
    planned_ms: int
    grades: tuple[Grade, ...]
    missed: tuple[str, ...]
    """Key points that the answer did not have."""
    follow_ups: tuple[tuple[str, Reply], ...]
    """What was asked, and the reply."""


@dataclass(frozen=True)
class Advice:
    """A topic to study next, and what showed it."""

    topic: str
    because: str


@dataclass(frozen=True)
class Report:
    """One interview."""

    run: Run
    interview: MockInterview
    stages: tuple[StageReport, ...]
    advice: tuple[Advice, ...]
    earlier: tuple[Run, ...]

    @property
    def criteria(self) -> dict[str, list[Grade]]:
        """The grades of all stages by the title of their criterion."""
        found: dict[str, list[Grade]] = {}
        for stage in self.stages:
            for grade in stage.grades:
                found.setdefault(grade.title, []).append(grade)
        return found


def report(run: Run, interview: MockInterview, earlier: Sequence[Run] = ()) -> Report:
    """What a run showed, beside those that were finished before it."""
    minutes = dict(zip(run.stages, run.minutes, strict=False))
    stages = tuple(
        _stage(stage, run.turn(stage.id), minutes.get(stage.id, stage.minutes) * 60_000)
        for stage in interview.stages
        if run.turn(stage.id).begun
    )
    before = tuple(other for other in earlier if other.started < run.started)
    return Report(run, interview, stages, tuple(_advice(stages)), before)


def percent(share: float | None) -> int | None:
    """A share as a whole number of a hundred."""
    return None if share is None else round(100 * share)


def clock(ms: int) -> str:
    """A time as minutes and seconds, such as 9:05."""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02d}"


def day_of(run: Run) -> str:
    """The date on which an interview began, where the learner was."""
    zone = timezone(timedelta(minutes=run.offset))
    return datetime.fromtimestamp(run.started / 1000, zone).date().isoformat()


def to_markdown(made: Report, titles: Mapping[str, str]) -> str:
    """The report to take along, with all questions and answers; `titles` are those of the topics."""
    return "\n".join(_markdown(made, titles)).strip() + "\n"


def _stage(stage: Stage, turn: Turn, planned_ms: int) -> StageReport:
    known = {criterion.id: criterion for criterion in stage.rubric}
    grades = tuple(_grade(known.get(id), id, grade, turn.levels.get(id, 0)) for id, grade in turn.grades.items())
    asked = tuple(
        (reply.ask or stage.follow_ups[int(number)].ask, reply)
        for number, reply in turn.follow_ups.items()
        if reply.given and (reply.ask or int(number) < len(stage.follow_ups))
    )
    missed = tuple(point for point in stage.key_points if point not in turn.points) if turn.graded else ()
    graded = tuple(grade for grade in grades if grade.levels > 1) if turn.graded else ()
    return StageReport(stage, turn, planned_ms, graded, missed, asked)


def _grade(criterion: Criterion | None, id: str, grade: int, levels: int) -> Grade:
    if criterion is None or len(criterion.levels) != levels or not 0 < grade <= levels:
        return Grade(id, grade, levels, "")
    return Grade(criterion.title, grade, levels, criterion.levels[grade - 1])


def _advice(stages: Sequence[StageReport]) -> Iterator[Advice]:
    """The weakest stage's topics first; a red flag alone is a reason."""
    weak = []
    for stage in stages:
        share = stage.turn.share
        replies = [reply.grade for _, reply in stage.follow_ups if reply.grade]
        short = bool(replies) and sum(replies) < 2 * len(replies)
        if share is not None and (share < WEAK or stage.turn.flags or short):
            weak.append((share, stage))
    seen: set[str] = set()
    for share, stage in sorted(weak, key=lambda pair: pair[0]):
        if share < WEAK:
            because = f"{stage.stage.title}: {percent(share)} % of the grades."
        elif stage.turn.flags:
            because = f"{stage.stage.title}: a red flag."
        else:
            because = f"{stage.stage.title}: the follow-ups."
        for topic in stage.stage.study:
            if topic not in seen:
                seen.add(topic)
                yield Advice(topic, because)


def _markdown(made: Report, titles: Mapping[str, str]) -> Iterator[str]:
    run = made.run
    share = percent(run.share)
    yield from (f"# Mock interview: {run.title}", "")
    yield (
        f"{day_of(run)}. "
        + (f"Own grades: {share} %. " if share is not None else "")
        + _time(run.used_ms, sum(run.minutes) * 60_000)
    )
    if run.flags:
        yield f"\nRed flags: {run.flags}."
    if made.criteria:
        yield from ("", "| Criterion | " + " | ".join(str(n) for n, _ in enumerate(made.stages, 1)) + " |")
        yield "|---|" + "---|" * len(made.stages)
        for name in made.criteria:
            cells = []
            for stage in made.stages:
                grade = next((grade for grade in stage.grades if grade.title == name), None)
                cells.append(f"{grade.grade} of {grade.levels}" if grade else "")
            yield f"| {name} | " + " | ".join(cells) + " |"
    for number, stage in enumerate(made.stages, 1):
        yield from _stage_markdown(number, stage)
    if made.advice:
        yield from ("", "## What to study next", "")
        yield from (f"- {titles.get(one.topic, one.topic)}. {one.because}" for one in made.advice)
    if made.earlier:
        yield from ("", "## Earlier", "")
        yield from (
            f"- {day_of(one)}: {percent(one.share)} %, {clock(one.used_ms)}, red flags: {one.flags}"
            for one in made.earlier
        )


def _stage_markdown(number: int, stage: StageReport) -> Iterator[str]:
    turn = stage.turn
    yield from ("", f"## {number}. {stage.stage.title}", "", _time(turn.used_ms, stage.planned_ms), "")
    yield from (_quoted(stage.stage.says), "", " ".join(filter(None, ["**My answer.**", _said(turn.reply)])), "")
    if turn.reply.text:
        yield from (_own(turn.reply.text), "")
    if turn.choice and stage.stage.choice:
        yield from (f"I chose {stage.stage.choice.options.get(turn.choice, turn.choice)}.", "")
    for grade in stage.grades:
        yield f"- **{grade.title}**: {grade.grade} of {grade.levels}. {grade.says}"
    for name, lines in (("I had", turn.points), ("I missed", stage.missed), ("Red flags", turn.flags)):
        if lines:
            yield from ("", f"{name}:", "", *(f"- {line}" for line in lines))
    for ask, reply in stage.follow_ups:
        yield from ("", f"**Then:** {ask}", "", " ".join(filter(None, [_said(reply), _graded(reply)])))
        if reply.text:
            yield from ("", _own(reply.text))


def _time(used_ms: int, planned_ms: int) -> str:
    return f"Time: {clock(used_ms)} of {clock(planned_ms)}."


def _said(reply: Reply) -> str:
    if reply.skipped:
        return "I did not know."
    return f"Said aloud, {clock(reply.said_ms)}." if reply.said_ms else ""


def _graded(reply: Reply) -> str:
    return f"{FOLLOW_UP_GRADES[reply.grade - 1]}." if reply.grade else ""


def _own(text: str) -> str:
    """What the learner typed, as it is: no fence or tag in it reaches what stands below."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text.strip()}\n{fence}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
