"""What is written when an exam ends: one event for each of its items, and the points."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from course.bank import Question
from course.study.exams.exam import Given, Result, Run
from course.study.exams.pages import entry_of
from course.study.exams.report import score
from course.study.journal import Event
from course.study.library import Library
from course.study.running import Outcome

FAILURES = 5
"""Messages of failed checks that are kept of a task."""


def last_events(run: Run, library: Library, outcomes: Mapping[str, Outcome]) -> list[Event]:
    """The events that finish a run which was handed in. Their time and ids follow from the run and what they say.

    So two desks that finish it alike write the same events, and two machines that do not, with other banks, write
    events that can stand beside each other: those that come first count.
    """
    results: dict[str, Result] = {}
    said: list[tuple[str, str, dict[str, Any]]] = []
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
        said.append((f"{place:03d}", "answer" if section == "questions" else "task", data))
    whole = score(run, results)
    end = {
        "run": run.run,
        "blueprint": run.blueprint,
        "points": round(whole.points, 4),
        "of": whole.of,
        "passed": whole.passes(run.pass_mark) if whole.of else None,
    }
    said.append(("finish", "exam-finish", end))
    at = (run.handed or run.last) + 1
    digest = hashlib.sha256(json.dumps([at, run.offset, said], sort_keys=True).encode()).hexdigest()[:12]
    return [Event(at, run.offset, f"{run.run}-{digest}-{place}", kind, data) for place, kind, data in said]


def _answered(question: Question, given: Given | None) -> dict[str, Any]:
    return {
        "question": question.id,
        "chosen": given.text if given else None,
        "right": bool(given and given.right),
        "misconception": given.misconception if given else None,
        "confidence": None,
        "options": given.options if given else len(question.options),
        "form": "choice",
    }


def _tried(id: str, given: Given | None, outcome: Outcome | None) -> dict[str, Any]:
    if given is None or outcome is None:
        return {"task": id, "passed": 0, "all": 1, "right": False, "code": None, "failures": []}
    return {
        "task": id,
        "passed": outcome.passed,
        "all": max(outcome.all, 1),
        "right": outcome.right,
        "code": given.text,
        "failures": outcome.failures[:FAILURES],
    }
