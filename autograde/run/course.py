"""The course that is graded: nbgrader's view of its folders, and who has handed in what."""

from __future__ import annotations

import contextlib
import glob
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets import TraitError
from traitlets.config import Config

from autograde.run.config import unusable

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

SLOW = "rfc3987_syntax"


@contextlib.contextmanager
def without_slow_import() -> Iterator[None]:
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
        with without_slow_import():
            import nbgrader.apps

        # The application only brings settings under their older names to the present ones.
        try:
            self.config = nbgrader.apps.AutogradeApp(config=config).config
            self.directory: CourseDirectory = nbgrader.coursedir.CourseDirectory(config=self.config)
        except TraitError as error:
            raise unusable(error) from None
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

    def closed(self, assignment: str) -> list[Path]:
        """The folders on the way to submissions that cannot be looked into, so that what lies in them is not seen."""
        directory = self.directory
        step, anybody = directory.submitted_directory, directory.student_id
        way = Path(directory.format_path(step, anybody, glob.escape(assignment))).parents
        found = [path for folder in way if self.root in folder.parents for path in glob.glob(str(folder))]  # noqa: PTH207
        return sorted(Path(path) for path in found if not os.access(path, os.R_OK | os.X_OK))
