"""The pages that other rooms make of a class's results, as commands: for students, and for instructors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from traitlets.config import Config

from autograde.run.config import read_config
from autograde.run.course import Course
from autograde.run.summary import complain
from autograde.run.tally import counted
from autograde.run.terminal import console
from autograde.task import Weight


def make_feedback(
    assignment: str,
    root: Path | None,
    students: Sequence[str],
    notebooks: Sequence[str],
    *,
    jobs: int | None,
    force: bool,
    quiet: bool,
) -> int:
    """Makes feedback/ and returns the exit code: 1 when somebody's page could not be made."""
    config = _enter(root)
    from autograde.feedback import make  # It imports nbgrader, which the course has done by now in less time.

    made = make(config, assignment, students=students, notebooks=notebooks, force=force, jobs=jobs or None)
    complain(console(stderr=True), made.problems)
    if not quiet:
        console().print(f"{counted(made.written, 'page')} written, {made.unchanged} unchanged.")
    return int(any(problem.weight is Weight.UNGRADED for problem in made.problems))


def make_report(assignment: str, root: Path | None) -> int:
    """Makes the report and returns the exit code."""
    config = _enter(root)
    from autograde.report import make  # As above.

    page, data = make(config, assignment)
    console().print(f"{page}\n{data}", soft_wrap=True)
    return 0


def _enter(root: Path | None) -> Config:
    """Goes into the course's folder, as nbgrader's commands do."""
    course = Course(read_config(root))
    os.chdir(course.root)
    return course.config
