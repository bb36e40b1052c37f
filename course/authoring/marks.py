"""The short tags of the text, which stand for nbgrader's long metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["answer", "test", "manual", "task", "readonly", "hint", "wrong"]
ID = r"[A-Za-z0-9_\-]+"
POINTS = r"\d+(?:\.\d+)?"

PLAIN_TAGS = {"varies", "raises-exception"}
"""Tags that stay tags: `varies` (outputs differ from run to run), `raises-exception` (an error is the point)."""

FORMS: dict[Role, str] = {
    "answer": "answer:ID",
    "test": "test:ID:NAME:POINTS",
    "manual": "manual:ID:POINTS",
    "task": "task:ID:POINTS",
    "readonly": "readonly:ID",
    "hint": "hint:ID",
    "wrong": "wrong:ID:NAME",
}

_PATTERNS: dict[Role, re.Pattern[str]] = {
    "answer": re.compile(rf"answer:(?P<id>{ID})"),
    # A test without an answer comes from the toolbar; `check` asks its author for a proper name.
    "test": re.compile(rf"test:(?P<id>{ID}):(?:(?P<name>{ID}):)?(?P<points>{POINTS})"),
    "manual": re.compile(rf"manual:(?P<id>{ID}):(?P<points>{POINTS})"),
    "task": re.compile(rf"task:(?P<id>{ID}):(?P<points>{POINTS})"),
    "readonly": re.compile(rf"readonly:(?P<id>{ID})"),
    "hint": re.compile(rf"hint:(?P<id>{ID})"),
    "wrong": re.compile(rf"wrong:(?P<id>{ID}):(?P<name>{ID})"),
}


@dataclass(frozen=True)
class Mark:
    """What a cell is to nbgrader, or to the author's checks."""

    role: Role
    id: str
    name: str | None = None
    points: float | None = None

    @property
    def grade_id(self) -> str:
        """The id that nbgrader knows the cell by."""
        return f"{self.id}-{self.name}" if self.name else self.id

    @property
    def built(self) -> bool:
        """Whether the cell is in the notebooks; hints and wrong answers are not."""
        return self.role not in ("hint", "wrong")

    @property
    def tag(self) -> str:
        """The tag it is written as."""
        points = None if self.points is None else str(int(self.points) if self.points % 1 == 0 else self.points)
        return ":".join(part for part in (self.role, self.id, self.name, points) if part is not None)

    def metadata(self) -> dict[str, Any]:
        """nbgrader's metadata for the cell."""
        graded = self.role in ("test", "manual")
        metadata: dict[str, Any] = {
            "grade": graded,
            "grade_id": self.grade_id,
            "locked": self.role in ("test", "readonly", "task"),
            "schema_version": 3,
            "solution": self.role in ("answer", "manual"),
            "task": self.role == "task",
        }
        if self.points is not None:
            metadata["points"] = int(self.points) if self.points == int(self.points) else self.points
        return metadata


def read_tag(tag: str) -> Mark | None:
    """The mark that a tag stands for; None when it stands for none."""
    for role, pattern in _PATTERNS.items():
        if match := pattern.fullmatch(tag):
            parts = match.groupdict()
            points = parts.get("points")
            return Mark(role, parts["id"], parts.get("name"), None if points is None else float(points))
    return None


def why_unknown(tag: str) -> str | None:
    """What is wrong with a tag, as a sentence; None when it is a known one."""
    if tag in PLAIN_TAGS or read_tag(tag):
        return None
    role = tag.split(":")[0]
    if role in FORMS:
        return f"Write it as `{FORMS[role]}`; ids are letters, digits, `-` and `_`, points a number."
    return f"Use one of {', '.join(FORMS.values())}, {', '.join(sorted(PLAIN_TAGS))}."


def read_metadata(metadata: dict[str, Any], answers: Iterable[str]) -> Mark | None:
    """The mark that a cell's nbgrader metadata stands for; `answers` are the ids that a test may belong to."""
    grade_id = str(metadata.get("grade_id", ""))
    points = float(metadata["points"]) if metadata.get("points") is not None else 0.0
    if metadata.get("task"):
        return Mark("task", grade_id, None, points)
    if metadata.get("grade") and metadata.get("solution"):
        return Mark("manual", grade_id, None, points)
    if metadata.get("grade"):
        owners = [answer for answer in answers if grade_id.startswith(answer + "-")]
        if owners:
            owner = max(owners, key=len)
            return Mark("test", owner, grade_id[len(owner) + 1 :], points)
        return Mark("test", grade_id, None, points)
    if metadata.get("solution"):
        return Mark("answer", grade_id)
    if metadata.get("locked"):
        return Mark("readonly", grade_id)
    return None
