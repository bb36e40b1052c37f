"""Notebooks for learners, made by nbgrader itself."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

from course.problems import Problem, Problems

Files = dict[str, bytes]
"""The files of an assignment by their path inside it."""


def make_releases(assignments: dict[str, Files], done: Callable[[str], None] = lambda name: None) -> dict[str, Files]:
    """What `nbgrader generate_assignment` makes of each assignment's source files."""
    assignments = {name: files for name, files in assignments.items() if any(path.endswith(".ipynb") for path in files)}
    if len(assignments) < 2:
        made = {name: release(name, files) for name, files in assignments.items()}
        for name in made:
            done(name)
        return made
    made = {}
    workers = min(len(assignments), cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for name, files in zip(assignments, pool.map(release, assignments, assignments.values()), strict=True):
            made[name] = files
            done(name)
    return made


def release(name: str, files: Files) -> Files:
    """The release of one assignment; raises Problems with nbgrader's own words when it refuses."""
    # Loading nbgrader's converters takes over a second, which only this needs.
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        root = Path(folder)
        source = root / "source" / name
        for relative, content in files.items():
            path = source / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        config = Config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.assignment_id = name
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        config.GenerateAssignment.force = True
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        lines = _Lines()
        converter.log = logging.Logger("release", logging.ERROR)
        converter.log.addHandler(lines)
        try:
            converter.start()
        except (Exception, SystemExit) as error:
            what = f"nbgrader refuses to release it: {_reason(lines.texts) or error}."
            raise Problems([Problem(Path("source") / name, 1, what, "Mend the cell that it names.")]) from None
        made = root / "release" / name
        result = {
            path.relative_to(made).as_posix(): path.read_bytes() for path in sorted(made.rglob("*")) if path.is_file()
        }
        shutil.rmtree(made)
        return result


def _reason(texts: list[str]) -> str:
    """The end of the traceback that nbgrader logged, else its first message."""
    traceback = next((text for text in texts if text.startswith("Traceback")), "".join(texts[:1]))
    return "".join(traceback.strip().splitlines()[-1:]).rstrip(".")


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())
