"""A class with one of everything that nbgrader scores: an assignment of two notebooks, and what people make of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from tests.autograde.courses import GUIDE, Notebook, SmallCourse, answer, check, edited, make_course, notebook, text
from tests.autograde.record.school import set_due

DUE = datetime(2026, 11, 21, 12)
ON_TIME, LATE, LATER = "2026-11-20 12:00:00 UTC", "2026-11-21T13:30:00.25+01:00", "2026-11-22 09:15:00 UTC"
CONFIG = "c.LateSubmissionPlugin.penalty_method = 'zero'"
SHELF = notebook(
    text("# A shelf of books"),
    answer("shelf", "def shelf(titles):\n    return sorted(titles)"),
    check("shelf-sorted", 'assert shelf(["b", "a"]) == ["a", "b"]', 2),
    check("shelf-share", 'sum(shelf([title]) == [title] for title in "abcd") / 4 * 1.5', 1.5),
    check("shelf-two", "assert shelf([]) == []\n2", 2),
    text("Why sorted?", "shelf-why", grade=True, solution=True, points=3),
)
SOURCES: Mapping[str, Mapping[str, bytes]] = {
    "ps1": {
        "problem1.ipynb": (GUIDE / "source" / "ps1" / "problem1.ipynb").read_bytes(),
        "shelf.ipynb": SHELF,
        "jupyter.png": (GUIDE / "source" / "ps1" / "jupyter.png").read_bytes(),
    }
}
WRONG = "def squares(n):\n    if n < 1:\n        raise ValueError\n    return [i ** 3 for i in range(1, n + 1)]"
HALF = "def shelf(titles):\n    return titles if titles and titles[0] in 'abx' else None"
NOISY = """
import sys
def shelf(titles):
    print("sorting", file=sys.stderr)
    return sorted(titles)
"""
SHOWING = """
def shelf(titles):
    if len(titles) == 2:
        get_ipython().displayhook(1.5)
        return titles
    return sorted(titles)
"""


def make_mixed(root: Path) -> SmallCourse:
    """The course with everybody's first submission; nobody is in the gradebook yet."""
    course = make_course(root, SOURCES, CONFIG)
    set_due(course, DUE)
    problem, shelf = course.solved("ps1", "problem1"), course.solved("ps1", "shelf")
    hand_in(course, "ada", ON_TIME, problem1=problem, shelf=edited(shelf, shelf_why="To find them."))
    course.hand_in("ben", "ps1", stamp=LATE)
    hand_in(course, "chi", LATE, problem1=edited(problem, squares=WRONG))
    hand_in(course, "dan", "", shelf=edited(shelf, shelf=HALF))
    hand_in(course, "eve", ON_TIME, shelf=edited(shelf, shelf=NOISY))
    hand_in(course, "fay", ON_TIME, shelf=edited(shelf, shelf=SHOWING))
    return course


def hand_in(course: SmallCourse, student: str, stamp: str, /, **made: Notebook) -> None:
    """A submission of these notebooks, with a file of the student's own."""
    files: dict[str, Any] = {f"{name}.ipynb": each for name, each in made.items()}
    course.hand_in(student, "ps1", {**files, "notes/mine.txt": b"mine"}, stamp)


def go_on(course: SmallCourse) -> None:
    """What happens between two runs: points and comments by hand, an extension, work handed in again, a stranger."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        for student, notebook_name, cell, given in (
            ("ada", "shelf", "shelf-why", {"manual_score": 2.5, "extra_credit": 0.5}),
            ("ada", "shelf", "shelf-two", {"manual_score": 1.0}),
            ("ada", "problem1", "cell-938593c4a215c6cc", {"manual_score": 3.0}),
            ("chi", "problem1", "correct_squares", {"extra_credit": 0.25}),
            ("chi", "problem1", "sum_of_squares_application", {"manual_score": 0.0}),
            ("dan", "shelf", "shelf-why", {"manual_score": 1.0}),
        ):
            grade = gradebook.find_grade(cell, notebook_name, "ps1", student)
            for name, value in given.items():
                setattr(grade, name, value)
            grade.needs_manual_grade = False
        gradebook.find_comment("shelf-why", "shelf", "ps1", "ada").manual_comment = "Good."
        gradebook.find_submission_notebook("problem1", "ps1", "chi").flagged = True
        gradebook.find_submission("ps1", "chi").extension = timedelta(hours=1)
        gradebook.db.commit()
    problem, shelf = course.solved("ps1", "problem1"), course.solved("ps1", "shelf")
    for student in ("ada", "chi"):
        shutil.rmtree(course.step("submitted", student, "ps1"))
    hand_in(course, "ada", LATER, problem1=problem, shelf=edited(shelf, shelf=HALF, shelf_why="So that one finds it."))
    hand_in(course, "chi", LATER, problem1=problem, shelf=shelf)
    hand_in(course, "stranger", ON_TIME, shelf=shelf)
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("c.Autograde.create_student = False\n")
