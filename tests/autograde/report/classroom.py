"""A class with its results, made up, for the report's tests."""

from __future__ import annotations

import random

from autograde.report.sheets import Sheet
from autograde.task import Judged, Problem, Verdict, Weight

LOOP = """\
def total({items}):
    # {remark}
    result = 0
    for {item} in {items}:
        if {item} > 10:
            result += {item} * 2
        else:
            result += {item}
    return result


def mean({items}):
    return total({items}) / len({items}) if {items} else 0


def best({items}):
    return sorted({items}, reverse=True)[: min(3, len({items}))]
"""


def verdict(cell: str, points: float | None, most: float = 1, seconds: float = 0.1, **more: object) -> Verdict:
    given = {"judged": Judged.OUTSIDE, **more}
    return Verdict(cell=cell, points=points, most=most, seconds=seconds, **given)  # type: ignore[arg-type]


def sheet(student: str, *verdicts: Verdict, **more: object) -> Sheet:
    score = sum(one.points or 0 for one in verdicts)
    given = {"notebook": "shop", "score": score, "most": sum(one.most for one in verdicts), **more}
    return Sheet(student=student, verdicts=verdicts, **given)  # type: ignore[arg-type]


def classroom(students: int = 30) -> list[Sheet]:
    """Students of whom the later ones know more; the last test is upside down."""
    chances = random.Random(3)
    found = []
    for number in range(students):
        skill = number / students
        own = [verdict(f"test-{place}", float(chances.random() < skill)) for place in range(5)]
        odd = verdict("test-odd", float(skill < 0.5))
        found.append(sheet(f"student{number:02}", *own, odd))
    return found


def timed_out(student: str) -> Problem:
    what, do = "The cell ran longer than 30 s.", "Read the answer."
    return Problem(
        kind="timed out", weight=Weight.LOOK, student=student, notebook="shop", cell="test-3", what=what, do=do
    )
