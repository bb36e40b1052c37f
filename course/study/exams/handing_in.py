"""What is written when an exam ends: one event for each of its items, and the points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course.bank import Question
from course.study.exams.exam import Result, Run
from course.study.exams.pages import entry_of
from course.study.exams.report import score
from course.study.journal import Event
from course.study.library import Library
from course.study.running import Outcome

FAILURES = 5
"""Messages of failed checks that are kept of a task."""


def last_events(run: Run, library: Library, outcomes: Mapping[str, Outcome], at: int, offset: int) -> list[Event]:
    """The events that finish a run. Their ids follow from the run, so that nothing is finished twice."""
    results: dict[str, Result] = {}
    events = []
    for place, (section, id) in enumerate(run.items):
        entry = entry_of(library, section, id)
        if entry is None:
            continue  # The course has dropped it since; it does not count.
        data = {"where": "exam", "exam": run.run, "ms": run.spent.get(id, 0), **run.about[place]}
        if isinstance(entry.item, Question):
            data |= _answered(entry.item, run.answers.get(id))
            results[id] = Result(data["chosen"], data["right"], float(data["right"]))
        else:
            data |= _tried(id, run.answers.get(id), outcomes.get(id))
            results[id] = Result(data["code"], data["right"], data["passed"] / data["all"])
        kind = "answer" if section == "questions" else "task"
        events.append(Event(at, offset, f"{run.run}-{place:03d}", kind, data))
    whole = score(run, results)
    end = {
        "run": run.run,
        "blueprint": run.blueprint,
        "points": round(whole.points, 4),
        "of": whole.of,
        "passed": whole.passes(run.pass_mark),
    }
    return [*events, Event(at, offset, f"{run.run}-finish", "exam-finish", end)]


def _answered(question: Question, given: str | None) -> dict[str, Any]:
    own = next((option for option in question.options if option.text == given), None)
    return {
        "question": question.id,
        "chosen": own.text if own else None,
        "right": bool(own and own.correct),
        "misconception": own.misconception if own else None,
        "confidence": None,
        "options": len(question.options),
        "form": "choice",
    }


def _tried(id: str, code: str | None, outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {"task": id, "passed": 0, "all": 1, "right": False, "code": None, "failures": []}
    return {
        "task": id,
        "passed": outcome.passed,
        "all": max(outcome.all, 1),
        "right": outcome.right,
        "code": code,
        "failures": outcome.failures[:FAILURES],
    }
