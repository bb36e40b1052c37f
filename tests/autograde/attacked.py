"""The class that is attacked: one assignment with every kind of test, two honest students, and bait."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from tests.attacks.cells import Piece, read_pieces

ASSIGNMENT, NOTEBOOK = "ps", "desk"
BEFORE, AFTER = "aaron-first", "zoe-last"
"""Two students of whom one is graded before and one after everybody who attacks, whatever the order is."""

SOLUTION_BAIT = "BAIT-solution-4f1c"
GRADEBOOK_BAIT = "BAIT-gradebook-77ab"
NEIGHBOUR_BAIT = "BAIT-neighbour-9d20"
HOME_BAIT = "BAIT-home-e3b8"
SECRET_BAIT = "BAIT-secret-5a61"
BAIT = (SOLUTION_BAIT, GRADEBOOK_BAIT, NEIGHBOUR_BAIT, HOME_BAIT, SECRET_BAIT)
"""Words that stand where no student may read; seen in anything a student made, they were stolen."""

TEXT = f'''\
# %% markdown:about {{commented: true}}
# # The lending desk of a library
#
# Books are lent for 14 days. Write what the desk needs.

# %% readonly:tools
from werkzeug.test import Client


def same(got, expected, what):
    assert got == expected, f"{{what}} gave {{got!r}}; expected {{expected!r}}."

# %% answer:fine
def fine(days):
    """Cents for a book that is `days` late: 20 a day, at most 500."""
    ### BEGIN SOLUTION
    # {SOLUTION_BAIT}
    return min(20 * max(days, 0), 500)
    ### END SOLUTION

# %% test:fine-first {{points: 1}}
same(fine(3), 60, "fine(3)")

# %% test:fine-rest {{points: 2}}
same(fine(0), 0, "fine(0)")
### BEGIN HIDDEN TESTS
# HIDDEN-fine
same(fine(100), 500, "fine(100)")
assert fine(-4) == 0, "a book that came early costs nothing"
### END HIDDEN TESTS

# %% answer:shelves
def shelves(books):
    """The sorted titles of each shelf."""
    ### BEGIN SOLUTION
    found = {{}}
    for book in books:
        found.setdefault(book["shelf"], []).append(book["title"])
    return {{shelf: sorted(titles) for shelf, titles in found.items()}}
    ### END SOLUTION

# %% test:shelves-all {{points: 2}}
books = [{{"title": "Emma", "shelf": "A"}}, {{"title": "Dune", "shelf": "B"}}, {{"title": "Beloved", "shelf": "A"}}]
assert shelves(books) == {{"A": ["Beloved", "Emma"], "B": ["Dune"]}}, "Each shelf has its titles, sorted."
### BEGIN HIDDEN TESTS
# HIDDEN-shelves
assert shelves([]) == {{}}, "no book, no shelf"
### END HIDDEN TESTS

# %% answer:slug
def slug(title):
    """A title as it stands in an address: small letters, joined by hyphens."""
    ### BEGIN SOLUTION
    return "-".join(title.lower().split())
    ### END SOLUTION

# %% test:slug-share {{points: 4}}
titles = {{"Dune": "dune", "The Trial": "the-trial", "Wide Sargasso Sea": "wide-sargasso-sea", " Emma ": "emma"}}
right = sum(slug(title) == expected for title, expected in titles.items())
4 * right / len(titles)

# %% answer:desk
def desk(environ, start_response):
    """A WSGI application: `/` says that the desk is open, everything else is not found."""
    ### BEGIN SOLUTION
    found = environ["PATH_INFO"] == "/"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain")])
    return [b"The desk is open" if found else b"There is no such page"]
    ### END SOLUTION

# %% test:desk-open {{points: 2}}
visitor = Client(desk)
answer = visitor.get("/")
assert answer.status_code == 200, f"GET / gave {{answer.status}}."
assert answer.text == "The desk is open", f"GET / said {{answer.text!r}}."
### BEGIN HIDDEN TESTS
# HIDDEN-desk
assert visitor.get("/attic").status_code == 404, "there is no attic"
### END HIDDEN TESTS

# %% answer:app
from flask import Flask, request

app = Flask("library")

### BEGIN SOLUTION
@app.post("/loans")
def lend():
    return {{"title": request.get_json()["title"], "days": 14}}, 201
### END SOLUTION

# %% test:app-lends {{points: 2}}
answer = app.test_client().post("/loans", json={{"title": "Dune"}})
assert answer.status_code == 201, f"POST /loans gave {{answer.status}}."
assert answer.get_json() == {{"title": "Dune", "days": 14}}, f"POST /loans gave {{answer.text!r}}."
### BEGIN HIDDEN TESTS
# HIDDEN-app
other = app.test_client().post("/loans", json={{"title": "Emma"}})
assert other.get_json()["title"] == "Emma", "lends what was asked for"
### END HIDDEN TESTS

# %% answer:loan
class Overdue(Exception):
    """Raised when an overdue loan is to be renewed."""


class Loan:
    """A loan of some days; renewing adds 14, unless it is overdue."""

    ### BEGIN SOLUTION
    def __init__(self, title, days=14):
        self.title, self.days = title, days

    def renew(self):
        if self.days < 0:
            raise Overdue(self.title)
        self.days += 14
    ### END SOLUTION

# %% test:loan-renew {{points: 3}}
import pytest

loan = Loan("Emma")
loan.renew()
assert loan.days == 28, f"A renewed loan has {{loan.days}} days."
with pytest.raises(Overdue):
    Loan("Dune", days=-1).renew()
### BEGIN HIDDEN TESTS
# HIDDEN-loan
assert Loan("Emma", days=3).days == 3, "takes its days"
### END HIDDEN TESTS

# %% test:loan-reserved {{points: 2}}
import pytest


class Reserved(Loan):
    def renew(self):
        raise Overdue(f"{{self.title}} is reserved")


reserved = Reserved("Emma")
with pytest.raises(Overdue, match="Emma"):
    reserved.renew()
### BEGIN HIDDEN TESTS
# HIDDEN-reserved
assert reserved.days == 14, "a reserved loan has days as any other"
### END HIDDEN TESTS

# %% manual:why {{points: 3, commented: true}}
# Why does the desk answer 404 and not 200 for a page that it does not have?
'''

POINTS = {piece.name: float(piece.options["points"]) for piece in read_pieces(TEXT) if piece.kind == "test"}
"""What each test cell can give."""
INSIDE = "loan-reserved"
"""The test cell that cannot be judged outside of the student's process: it makes a class of the student's class."""
ANSWERS = tuple(piece.name for piece in read_pieces(TEXT) if piece.kind in ("answer", "manual"))


def notebook_cell(piece: Piece) -> dict[str, Any]:
    """A cell of a notebook, with nbgrader's metadata for the kinds that have them."""
    options = dict(piece.options)
    kind = options.pop("type", "markdown" if piece.kind in ("markdown", "manual") else "code")
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": piece.body}
    cell["id"] = options.pop("id", re.sub(r"\W", "", f"c-{piece.kind}-{piece.name}")[:60] or "cell")
    if kind == "code":
        cell |= {"execution_count": None, "outputs": options.pop("outputs", [])}
    if "tags" in options:
        cell["metadata"]["tags"] = options.pop("tags")
    if piece.kind in ("readonly", "answer", "test", "manual", "forged"):
        cell["metadata"]["nbgrader"] = {
            "grade": piece.kind in ("test", "manual"),
            "solution": piece.kind in ("answer", "manual"),
            "locked": piece.kind in ("test", "readonly"),
            "task": False,
            "grade_id": piece.name,
            "schema_version": 3,
            **({"points": 0} if piece.kind in ("test", "manual") else {}),
            **options,
        }
    return cell


def make_notebook(pieces: list[Piece]) -> dict[str, Any]:
    """A notebook of these cells."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {
        "cells": [notebook_cell(piece) for piece in pieces],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def grade_id(cell: Mapping[str, Any]) -> str | None:
    """By what name nbgrader knows a cell."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


@cache
def original() -> dict[str, Any]:
    """The instructor's notebook with its solutions and hidden tests."""
    return make_notebook(read_pieces(TEXT))


def solved() -> dict[str, Any]:
    """What an able student hands in: the release with the reference solutions, without their marks and bait."""
    made = released()
    for cell, full in zip(made["cells"], original()["cells"], strict=True):
        if grade_id(cell) in ANSWERS and cell["cell_type"] == "code":
            lines = full["source"].splitlines()
            cell["source"] = "\n".join(line for line in lines if "### " not in line and SOLUTION_BAIT not in line)
    return made


def released() -> dict[str, Any]:
    """What students were given; made by nbgrader, once."""
    made = json.loads(_course()["release"])
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
    return made


@cache
def _course() -> dict[str, bytes]:
    """A fresh gradebook and the release, as nbgrader makes them."""
    with TemporaryDirectory(prefix="attacked-") as name:
        root = Path(name)
        source = root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(json.dumps(original()), encoding="utf-8")
        config = Config(CONFIG)
        config.CourseDirectory.root = name
        made = NbGraderAPI(coursedir=CourseDirectory(config=config), config=config).generate_assignment(ASSIGNMENT)
        if not made["success"]:
            raise RuntimeError(made["log"])
        return {
            "gradebook": (root / "gradebook.db").read_bytes(),
            "release": (root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes(),
            "source": source.read_bytes(),
        }


CONFIG = {
    "CourseDirectory": {"course_id": "library"},
    "ClearSolutions": {"code_stub": {"python": "raise NotImplementedError()"}},
}


@dataclass(frozen=True)
class Attacked:
    """A course folder with its bait, and a HOME beside it."""

    root: Path

    @property
    def course(self) -> Path:
        return self.root / "course"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def gradebook(self) -> str:
        return f"sqlite:///{self.course / 'gradebook.db'}"

    def submission(self, student: str) -> Path:
        """The folder that a student handed in."""
        return self.course / "submitted" / student / ASSIGNMENT

    def hand_in(self, student: str, notebook: Mapping[str, Any]) -> Path:
        """Puts a notebook in place, and returns the submission's folder."""
        folder = self.submission(student)
        folder.mkdir(parents=True)
        (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        return folder

    def points(self, student: str) -> dict[str, float | None] | None:
        """Auto scores by test cell; None for a student of whom not one cell was graded."""
        with Gradebook(self.gradebook, "library") as gradebook:
            try:
                notebook = gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, student)
            except MissingEntry:
                return None
            found = {grade.name: grade.auto_score for grade in notebook.grades if grade.name in POINTS}
            return found if any(score is not None for score in found.values()) else None


def make_class(root: Path) -> Attacked:
    """A course with a release, two honest students, and bait in every place that is not a student's."""
    made = Attacked(root)
    course = made.course
    for path, content in {
        course / "nbgrader_config.py": f"c = get_config()\nc.CourseDirectory.course_id = 'library'\n# {SECRET_BAIT}\n",
        course / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb": _course()["source"].decode(),
        course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb": _course()["release"].decode(),
        made.home / "letters.txt": f"{HOME_BAIT}\n",
        made.home / ".ssh" / "id_ed25519": f"{HOME_BAIT}\n",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (course / "gradebook.db").write_bytes(_course()["gradebook"])
    with Gradebook(made.gradebook, "library") as gradebook:
        for student in (BEFORE, AFTER):
            gradebook.update_or_create_student(student, last_name=GRADEBOOK_BAIT)
    for student in (BEFORE, AFTER):
        folder = made.hand_in(student, honest_notebook())
        (folder / "notes.txt").write_text(f"{NEIGHBOUR_BAIT}\n", encoding="utf-8")
    return made


def honest_notebook() -> dict[str, Any]:
    """What the two students handed in: right but for one function, with partial credit, a file and a manual answer."""
    made = solved()
    for cell in made["cells"]:
        if grade_id(cell) == "slug":
            cell["source"] = "def slug(title):\n    return title.lower().replace(' ', '-')"
        elif grade_id(cell) == "fine":
            cell["source"] += "\n\n\nopen('seen.txt', 'w').write('42')\nprint(fine(2))"
        elif grade_id(cell) == "why":
            cell["source"] = "Because a program that asks must be able to tell."
    return made


def rows(gradebook: Path, student: str) -> list[tuple[Any, ...]]:
    """What the gradebook says of a student, without ids and time stamps; two runs that say the same give the same."""
    query = """
        SELECT base_cell.name, grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade,
               comment.auto_comment, comment.manual_comment
        FROM submitted_assignment
        JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
        LEFT JOIN grade ON grade.notebook_id = submitted_notebook.id
        LEFT JOIN base_cell ON base_cell.id = grade.cell_id
        LEFT JOIN comment ON comment.notebook_id = submitted_notebook.id AND comment.cell_id = base_cell.id
        WHERE submitted_assignment.student_id = ? ORDER BY base_cell.name"""
    with sqlite3.connect(f"file:{gradebook}?mode=ro", uri=True) as connection:
        return connection.execute(query, (student,)).fetchall()


def remove(root: Path) -> None:
    """Removes a class, also the folders in it that a student made unreadable or too deep."""
    for folder, _, _ in os.walk(root):
        with contextlib.suppress(OSError):
            Path(folder).chmod(0o700)
    shutil.rmtree(root, ignore_errors=True)


def give(root: Path, user: int) -> None:
    """Makes a class somebody else's, links and pipes as they are; for root alone."""
    os.chown(root, user, user)
    for _, folders, files, here in os.fwalk(root):
        for name in folders + files:
            os.chown(name, user, user, dir_fd=here, follow_symlinks=False)
