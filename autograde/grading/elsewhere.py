"""Where else in a course a file lies: through a hard link, one of somebody else's may stand in a submission."""

from __future__ import annotations

import glob
import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url

from autograde.grading.intake import STAMP


class Elsewhere:
    """The files of a course by what they are on the disk.

    They are looked for once, and not before a file has more than one name: hardly any has, but backups and programs
    that save space make some that are honest.
    """

    def __init__(self, directory: CourseDirectory, assignment: str, kept: Path) -> None:
        """`assignment` is the one whose released files every student has; in `kept` the engine keeps its own."""
        self._directory = directory
        self._assignment = assignment
        self._kept = kept

    def find(self, state: os.stat_result, student: str) -> str:
        """Where the file lies that is not this student's to hand in, relative to the course; else nothing."""
        places = self._places.get((state.st_dev, state.st_ino), []) if state.st_nlink > 1 else []
        if any(folder == self._given for folder, _ in places):
            return ""
        for folder, path in places:
            if not self._is_own(folder, path, student):
                return os.path.relpath(path, self._directory.root)
        return ""

    def _is_own(self, folder: str, path: str, student: str) -> bool:
        if Path(path).name == STAMP:  # Many have handed in at one time, and it is no secret.
            return True
        directory = self._directory
        steps = [directory.submitted_directory, directory.feedback_directory]
        if not path.endswith(".ipynb"):  # The notebooks there have the hidden tests in them.
            steps.append(directory.autograded_directory)
        return any(folder in self._folders(step, glob.escape(student)) for step in steps)

    @cached_property
    def _given(self) -> str:
        return self._directory.format_path(self._directory.release_directory, ".", self._assignment)

    @cached_property
    def _places(self) -> dict[tuple[int, int], list[tuple[str, str]]]:
        """Of each file, the folder of an assignment or a submission in which it lies, and its path."""
        found = defaultdict(list)
        for folder, path in self._files():
            with suppress(OSError):
                state = os.lstat(path)
                if stat.S_ISREG(state.st_mode):
                    found[state.st_dev, state.st_ino].append((folder, path))
        return dict(found)

    def _files(self) -> Iterator[tuple[str, str]]:
        directory = self._directory
        ours = [directory.source_directory, directory.source_with_tests_directory, directory.solution_directory]
        students = [directory.submitted_directory, directory.autograded_directory, directory.feedback_directory]
        folders = [folder for step in (*ours, directory.release_directory) for folder in self._folders(step, ".")]
        folders += [folder for step in students for folder in self._folders(step, "*") if not _is_link(folder)]
        for folder in (*folders, str(self._kept)):
            for place, _, names in os.walk(folder):
                yield from ((folder, os.path.join(place, name)) for name in names)  # noqa: PTH118
        with suppress(OSError):
            yield from (("", entry.path) for entry in os.scandir(directory.root))
        url = make_url(directory.db_url)
        if url.get_backend_name() == "sqlite":
            yield "", str(Path(directory.root, url.database or ""))

    def _folders(self, step: str, student: str) -> list[str]:
        return glob.glob(self._directory.format_path(step, student, "*"))  # noqa: PTH207  # As nbgrader.


def _is_link(folder: str) -> bool:
    """Whether a student may have put a link there, behind which the whole machine could lie."""
    path = Path(folder)
    return path.is_symlink() or path.parent.is_symlink()
