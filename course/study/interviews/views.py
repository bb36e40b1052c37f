"""The views of an interview: plain JSON, and in each only what the learner may see by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from course.study.desk import View, lesson, line, md
from course.study.interviews.interview import Reply, Run
from course.study.interviews.levelled import LEVELS
from course.study.interviews.report import FOLLOW_UP_GRADES, Report, clock, day_of, percent, to_markdown
from course.study.interviews.staged import MockInterview, Stage
from course.study.library import Library
from course.study.progress import TopicProgress

NOTEBOOKS = 2
"""Notebooks of a topic that are linked."""
HOW = (
    "A stage begins with what the interviewer says. Answer as you would there: aloud, or in writing.",
    "The clock runs while you answer, and stands while you compare. You can pause it.",
    "Then you see what a good answer holds, tick what yours had, and grade it. Follow-ups come after that.",
    "Everything is kept as you write. Close the notebook whenever you want, and go on later.",
)


def start(interview: MockInterview, run: Run | None, earlier: Sequence[Run], sheet: str | None) -> View:
    """The page before the first question."""
    shown: View = {
        "kind": "interview",
        "phase": "start",
        "title": interview.title,
        "about": md(interview.about),
        "level": interview.level,
        "minutes": interview.minutes,
        "stages": [{"title": stage.title, "minutes": stage.minutes} for stage in interview.stages],
        "how": [line(one) for one in HOW],
        "begun": run is not None,
        "earlier": [_run_view(one) for one in reversed(earlier)],
    }
    if sheet is not None:
        shown["sheet"] = {"name": f"{interview.id}-sheet", "text": sheet}
    return shown


def between(interview: MockInterview, run: Run, stage: Stage | None) -> View:
    """The page between two stages, where the clock stands; without a further stage, the last one before the report."""
    places = [one.id for one in interview.stages]
    place = places.index(stage.id) if stage else len(places)
    before = interview.stages[place - 1]
    turn = run.turn(before.id)
    return {
        **_head(interview, run, stage, "between"),
        "done": {
            "number": place,
            "title": before.title,
            "used": clock(turn.used_ms),
            "planned": clock(before.minutes * 60_000),
            "share": percent(turn.share),
        },
        "last": stage is None,
        "can_undo": bool(run.gradings),
    }


def paused(interview: MockInterview, run: Run, stage: Stage) -> View:
    """The page of a clock that stands in the middle of an answer."""
    return _head(interview, run, stage, "paused")


def question(interview: MockInterview, run: Run, stage: Stage, number: int) -> View:
    """The interviewer's question, with what was written so far."""
    turn = run.turn(stage.id)
    shown = {
        **_head(interview, run, stage, "question"),
        "says": md(stage.says),
        "step": "answer",
        "text": turn.reply.text,
    }
    if stage.choice:
        options = [{"id": id, "text": line(text)} for id, text in stage.choice.options.items()]
        shown["choice"] = {"ask": stage.choice.ask, "options": options}
    return shown


def compare(interview: MockInterview, run: Run, stage: Stage, number: int) -> View:
    """What a good answer holds, beside the learner's own."""
    turn = run.turn(stage.id)
    options: dict[str, str] = {}
    for one in interview.stages:
        options |= one.choice.options if one.choice else {}

    def titled(id: str | None, text: str, title: str = "") -> View:
        return {"title": title or options.get(id or "", ""), "text": md(text), "mine": id is None or id in run.choices}

    answers = [titled(id, text) for id, text in stage.answers.items()]
    code = [titled(one.choice, f"```python\n{one.code}\n```", one.title) for one in stage.code]
    return {
        **_head(interview, run, stage, "compare"),
        "says": md(stage.says),
        "mine": _said(turn.reply),
        "chosen": line(options[turn.choice]) if turn.choice in options else None,
        "structure": [line(one) for one in stage.structure],
        "points": [{"text": line(one), "ticked": one in turn.points} for one in stage.key_points],
        "mistakes": [line(one) for one in stage.mistakes],
        "flags": [{"text": line(one), "ticked": one in turn.flags} for one in stage.red_flags],
        "answer": md(stage.answer),
        "answers": sorted(answers, key=lambda one: not one["mine"]),
        "code": sorted(code, key=lambda one: not one["mine"]),
        "rubric": [
            {
                "id": one.id,
                "title": one.title,
                "levels": [line(level) for level in one.levels],
                "grade": turn.grades.get(one.id),
            }
            for one in stage.rubric
        ],
    }


def follow_up(interview: MockInterview, run: Run, stage: Stage, number: int) -> View:
    """One further question, with what was written so far."""
    reply = run.turn(stage.id).follow_ups.get(str(number), Reply())
    return {
        **_head(interview, run, stage, "follow-up"),
        **_place(run, stage, number),
        "says": md(stage.follow_ups[number].ask),
        "step": str(number),
        "text": reply.text,
        "can_undo": bool(run.gradings),
    }


def follow_up_compare(interview: MockInterview, run: Run, stage: Stage, number: int) -> View:
    """What a good answer to it says, beside the learner's own."""
    return {
        **_head(interview, run, stage, "follow-up-compare"),
        **_place(run, stage, number),
        "says": md(stage.follow_ups[number].ask),
        "mine": _said(run.turn(stage.id).follow_ups[str(number)]),
        "answer": md(stage.follow_ups[number].answer),
        "grades": list(FOLLOW_UP_GRADES),
    }


def report_view(made: Report, library: Library, topics: Iterable[TopicProgress], *, can_undo: bool) -> View:
    """What the interview showed; `topics` say which notebooks there are to read."""
    run = made.run
    known = {topic.topic.id: topic.notebooks[:NOTEBOOKS] for topic in topics}
    titles = {topic.id: topic.title for topic in library.syllabus.topics}
    return {
        "kind": "interview",
        "phase": "report",
        "run": run.run,
        "title": run.title,
        "date": day_of(run),
        "share": percent(run.share),
        "used": clock(run.used_ms),
        "planned": clock(sum(run.minutes) * 60_000),
        "flags": run.flags,
        "stages": [
            {
                "title": stage.stage.title,
                "used": clock(stage.turn.used_ms),
                "planned": clock(stage.planned_ms),
                "over": stage.turn.used_ms > stage.planned_ms,
                "share": percent(stage.turn.share),
                "grades": [
                    {"title": one.title, "grade": one.grade, "levels": one.levels, "says": line(one.says)}
                    for one in stage.grades
                ],
                "had": [line(one) for one in stage.turn.points],
                "missed": [line(one) for one in stage.missed],
                "flags": [line(one) for one in stage.turn.flags],
                "follow_ups": [
                    {"ask": line(ask), "grade": FOLLOW_UP_GRADES[reply.grade - 1] if reply.grade else None}
                    for ask, reply in stage.follow_ups
                ],
            }
            for stage in made.stages
        ],
        "criteria": [
            {"title": title, "share": percent(sum(one.share for one in grades) / len(grades)), "stages": len(grades)}
            for title, grades in made.criteria.items()
        ],
        "advice": [
            {
                "topic": titles.get(one.topic, one.topic),
                "because": one.because,
                "notebooks": [lesson(notebook.path, notebook.title) for notebook in known.get(one.topic, ())],
            }
            for one in made.advice
        ],
        "earlier": [_run_view(one) for one in reversed(made.earlier)],
        "can_undo": can_undo,
        "export": {"name": f"interview-{run.interview}-{day_of(run)}", "text": to_markdown(made, titles)},
    }


def lobby(
    interviews: Sequence[tuple[MockInterview, Run | None, Sequence[Run]]], drawn: Sequence[Run], topics: Sequence[View]
) -> View:
    """All interviews that can be held, and those that were."""
    return {
        "kind": "interview",
        "phase": "lobby",
        "interviews": [
            {
                "id": one.id,
                "title": one.title,
                "about": line(one.about.strip().split("\n\n")[0].replace("\n", " ")),
                "level": one.level,
                "minutes": one.minutes,
                "stages": len(one.stages),
                "open": run is not None,
                "earlier": [_run_view(before) for before in reversed(earlier)],
            }
            for one, run, earlier in interviews
        ],
        "drawn": [_run_view(one) for one in reversed(drawn)],
        "topics": list(topics),
        "levels": list(LEVELS),
    }


def _head(interview: MockInterview, run: Run, stage: Stage | None, phase: str) -> View:
    """What all pages of a running interview have at their top."""
    shown: View = {"kind": "interview", "phase": phase, "run": run.run, "title": interview.title}
    planned = interview.minutes * 60_000
    clocks: dict[str, Any] = {"all_ms": run.used_ms, "all_planned_ms": planned, "running": False}
    if stage is not None:
        turn = run.turn(stage.id)
        number = [one.id for one in interview.stages].index(stage.id) + 1
        shown["stage"] = {
            "id": stage.id,
            "title": stage.title,
            "number": number,
            "all": len(interview.stages),
            "minutes": stage.minutes,
        }
        running = phase in ("question", "follow-up")
        clocks |= {"used_ms": turn.used_ms, "planned_ms": stage.minutes * 60_000, "running": running}
    return {**shown, "clock": clocks}


def _place(run: Run, stage: Stage, number: int) -> View:
    asked = stage.asked_next(run.choices, run.turn(stage.id).grades)
    return {"number": number, "place": asked.index(number) + 1, "of": len(asked)}


def _said(reply: Reply) -> View:
    return {"text": reply.text, "said": clock(reply.said_ms) if reply.said_ms else None, "skipped": reply.skipped}


def _run_view(run: Run) -> View:
    return {
        "run": run.run,
        "title": run.title,
        "date": day_of(run),
        "share": percent(run.share),
        "used": clock(run.used_ms),
        "planned": clock(sum(run.minutes) * 60_000),
        "flags": run.flags,
    }
