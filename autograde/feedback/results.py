"""The engine's JSON about one student's notebook, as a page carries it for programs: data, which no browser runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

import msgspec
from markupsafe import Markup

from autograde.feedback.marks import Marks
from autograde.task import Judged

VERSION = 1
"""Of the form, which is that of the documents that a run writes (autograde/run/document.py)."""
ID = "autograde-results"
ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""In JSON these stand in strings alone; written so, none of them can end or open anything in the page."""


def results(marks: Marks, cells: Sequence[Mapping[str, Any]], messages: Mapping[str, str]) -> Markup:
    """The notebook's results as JSON; of hidden tests it says what the page says, by the `messages` of the page."""
    notebook = {
        "notebook": marks.notebook,
        "points": marks.score,
        "most": marks.most,
        "seconds": 0.0,
        "cells": [_cell(marks, id, messages.get(id, "")) for id in _ids(marks, cells)],
        "penalty": marks.penalty,
        "graded_at": marks.graded_at.replace(tzinfo=UTC).isoformat() if marks.graded_at else "",
    }
    student = {"student": marks.student, "state": "graded", "seconds": 0.0, "notebooks": [notebook], "problems": []}
    document = {
        "version": VERSION,
        "ended": "finished",
        "assignment": marks.assignment,
        "graded": 1,
        "students": [student],
    }
    return Markup(msgspec.json.encode(document).decode().translate(ESCAPED))


def _ids(marks: Marks, cells: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """All parts in the order of the notebook, also answers without points: a test belongs to one of them."""
    abouts = (cell["metadata"].get("nbgrader") or {} for cell in cells)
    shown = [str(about.get("grade_id") or "") for about in abouts if about.get("solution") or about.get("grade")]
    return [id for id in dict.fromkeys([*shown, *marks.marks]) if id]


def _cell(marks: Marks, id: str, message: str) -> dict[str, Any]:
    mark, judged = marks.marks.get(id), marks.judged.get(id, Judged.INSIDE)
    if mark is None:
        return {"cell": id, "points": None, "most": 0.0, "judged": judged, "message": "", "seconds": 0.0}
    waits = mark.waiting and not mark.by_hand
    return {
        "cell": id,
        "points": None if waits else mark.points,
        "most": mark.most,
        "judged": Judged.BY_HAND if waits or mark.by_hand else judged,
        "message": message,
        "seconds": 0.0,
    }
