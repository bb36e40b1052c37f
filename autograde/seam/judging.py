"""A notebook that nbgrader grades, judged as the command does: outside where that is possible, with evidence else."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from autograde.assignment import Assignment, Steps
from autograde.grading.grade import ENDING, grade
from autograde.grading.learn import learn
from autograde.grading.outline import is_test
from autograde.grading.plan import Plan
from autograde.grading.reading import read_assignment
from autograde.kernel.warm import Warm
from autograde.refusal import Refusal
from autograde.settings import Settings
from autograde.task import Graded, Problem, Result, Task, Weight

LEVELS = {Weight.NOTE: logging.INFO, Weight.LOOK: logging.WARNING, Weight.UNGRADED: logging.ERROR}
_told: set[tuple[str, str]] = set()


def assignment_of(course: CourseDirectory, about: Mapping[str, str]) -> Assignment | None:
    """The assignment that a notebook belongs to; None where the gradebook has none, as when it is only validated."""
    try:
        assignment = read_assignment(course, about["assignment"])
    except (KeyError, Refusal):
        return None
    return assignment if any(each.name == about.get("notebook") for each in assignment.notebooks) else None


def judge(
    nb: NotebookNode,
    files: Mapping[str, bytes],
    warm: Warm,
    settings: Settings,
    *,
    course: CourseDirectory,
    assignment: Assignment,
    about: Mapping[str, str],
    log: Any,
) -> Result:
    """What came of a notebook; nbgrader's steps before and after the run are nbgrader's."""
    plan = learn(assignment, warm, settings, folder=Path(course.root))
    _tell_once(assignment, plan, log)
    task = Task(
        student=about["student"],
        assignment=assignment.name,
        files={**files, about["notebook"] + ENDING: nbformat.writes(nb).encode()},
        notebooks=(about["notebook"],),
    )
    return grade(task, msgspec.structs.replace(assignment, steps=Steps(ran=())), warm, settings, plan)


def _tell_once(assignment: Assignment, plan: Plan, log: Any) -> None:
    """What the instructor should know of the assignment, not again with each submission."""
    if (assignment.id, plan.key) not in _told:
        _told.add((assignment.id, plan.key))
        for remark in plan.told:
            log.warning("%s", remark)


def tell(problems: Iterable[Problem], log: Any) -> None:
    """Puts into nbgrader's log what a person must know."""
    for problem in problems:
        log.log(LEVELS[problem.weight], "%s", problem)


def by_hand(graded: Graded, assignment: Assignment) -> tuple[str, ...]:
    """The tests whose outcome a person has to judge, whatever they show."""
    (notebook,) = [each for each in assignment.notebooks if each.name == graded.name]
    tests = {cell.name for cell in notebook.cells if is_test(cell)}
    return tuple(verdict.cell for verdict in graded.verdicts if verdict.points is None and verdict.cell in tests)
