"""A class whose work takes a moment each, so that something can happen in the middle of it; and what happens then."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tests.autograde.courses import Notebook, SmallCourse, edited, make_course
from tests.autograde.run.conftest import SUMS, Imagined, Running, Said, Small, until
from tests.autograde.run.test_interruption import processes

ANSWER = "import time; time.sleep({})\ndef add(a, b): return a + b"
POINTS = 2.0


def slow(place: Path, engine: Imagined, students: int = 6, *, seconds: float = 0.2, config: str = "") -> Small:
    """The class, everybody of which has earned all points."""
    small = Small(make_course(place / "course", {"ps1": {"sums.ipynb": SUMS}}, config), engine)
    hand_in(small.course, students, seconds)
    return small


def hand_in(course: SmallCourse, students: int, seconds: float) -> None:
    made = answered(course, ANSWER.format(seconds))
    for number in range(students):
        course.hand_in(f"s{number}", "ps1", {"sums.ipynb": made})


def answered(course: SmallCourse, text: str) -> Notebook:
    return edited(course.released("ps1", "sums"), add=text)


def in_the_middle(small: Small, *words: str, **environment: str) -> Running:
    """A run of which two submissions are through, and others are not."""
    running = small.start("ps1", "--jobs", "2", *words, **environment)
    until(lambda: running.out.exists() and "(2 of" in running.out.read_text())
    return running


def workers(running: Running) -> list[int]:
    """Its processes that grade; those are in its session."""
    return [pid for pid in _children(running) if os.getsid(pid) == running.pid]


def warms(running: Running) -> list[int]:
    """Its processes from which rooms are forked; each has a session of its own."""
    return [pid for pid in _children(running) if os.getsid(pid) != running.pid]


def _children(running: Running) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()]


def scores(course: SmallCourse) -> Mapping[str, float]:
    """What stands in the gradebook, by student."""
    query = """SELECT student_id, SUM(auto_score) FROM grade
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id GROUP BY student_id"""
    with closing(sqlite3.connect(course.root / "gradebook.db")) as gradebook:
        return dict(gradebook.execute(query))


def everybody(students: int = 6) -> Mapping[str, float]:
    """What they have earned."""
    return {f"s{number}": POINTS for number in range(students)}


def ended(running: Running, small: Small) -> Said:
    """How it ended; it has left no process, no temporary file, and nothing half in the course."""
    said = running.wait()
    until(lambda: not processes(running))
    assert not list(small.temporary.iterdir())
    assert not list(small.course.root.glob("autograded/*/.*"))
    assert "Traceback" not in said.err
    return said


def once(small: Small, *words: str, **environment: str) -> Said:
    """A run from its beginning to its end."""
    return ended(small.start("ps1", *words, **environment), small)
