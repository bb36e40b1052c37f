"""The course that is graded: nbgrader's view of its folders, and who has handed in what."""

from __future__ import annotations

import contextlib
import glob
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets.config import Config

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

SLOW = "rfc3987_syntax"


@contextlib.contextmanager
def _without_slow_import() -> Iterator[None]:
    """Leaves out half of what importing nbgrader takes: jsonschema's check of IRIs, which no notebook's schema has."""
    if SLOW in sys.modules:
        yield
        return
    sys.modules[SLOW] = None  # type: ignore[assignment]  # This is how an import is made to fail.
    try:
        yield
    finally:
        del sys.modules[SLOW]


@dataclass(frozen=True)
class Submission:
    """What a student handed in for an assignment."""

    student: str
    folder: Path


class Course:
    """An nbgrader course, as its configuration describes it."""

    def __init__(self, config: Config) -> None:
        """Imports nbgrader, which takes its time."""
        with _without_slow_import():
            import nbgrader.apps

        # The application only brings settings under their older names to the present ones.
        self.config = nbgrader.apps.AutogradeApp(config=config).config
        self.directory: CourseDirectory = nbgrader.coursedir.CourseDirectory(config=self.config)
        self.root = Path(self.directory.root)

    def submissions(self, assignment: str, students: Sequence[str] = ()) -> list[Submission]:
        """Everybody's submissions, or those of the students that the patterns name; by the student's id."""
        directory = self.directory
        excluded = set(directory.student_id_exclude.split(",")) if directory.student_id_exclude else set()
        pattern = "*" if students else directory.student_id
        step = directory.submitted_directory
        form = re.compile(directory.format_path(step, "(?P<student>.*)", re.escape(assignment), escape=True))
        found = []
        for path in glob.glob(directory.format_path(step, pattern, glob.escape(assignment))):  # noqa: PTH207  # As nbgrader.
            match = form.fullmatch(path)
            student = match["student"] if match else None
            if student is None or student in excluded or not Path(path).is_dir():
                continue
            if not students or any(fnmatchcase(student, one) for one in students):
                found.append(Submission(student, Path(path)))
        return sorted(found, key=lambda submission: submission.student)
