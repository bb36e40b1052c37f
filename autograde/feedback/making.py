"""Everybody's pages of an assignment, made on all cores, and only where something has changed."""

from __future__ import annotations

import glob
import hashlib
import multiprocessing
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograde.feedback.marks import Marks, read_marks
from autograde.feedback.page import make_page
from autograde.feedback.settings import Wishes, read_wishes
from autograde.refusal import Refusal
from autograde.settings import read_settings
from autograde.task import Problem, Weight

FOR_THE_EXCHANGE = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's release_feedback reads beside the pages. It copies no other file, so there is none to copy here."""

FINGERPRINT = re.compile(rb'<meta name="autograde-fingerprint" content="([0-9a-f]+)">')
HEAD = 2_000
WORTH_A_PROCESS = 4
"""Pages that are made sooner than a process has started."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One page that is to be made."""

    notebook: Path
    page: Path
    marks: Marks
    wishes: Wishes
    permissions: int
    shared: bool
    """The folder belongs to a group, which may write in it."""
    force: bool


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one page."""

    student: str
    notebook: str
    page: Path
    written: bool
    """False where the page that was there says the same."""
    problem: Problem | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of all of them."""

    written: int
    unchanged: int
    problems: tuple[Problem, ...]


def make(
    config: Config,
    assignment: str,
    *,
    students: Sequence[str] = (),
    notebooks: Sequence[str] = (),
    force: bool = False,
    jobs: int | None = None,
    told: Callable[[Made, int], None] | None = None,
) -> Outcome:
    """Makes feedback/STUDENT/ASSIGNMENT/NOTEBOOK.html for everybody who was graded, and says how many it wrote.

    `config` is the course's (`Course.config`); `students` and `notebooks` are patterns, none of them is all; `force`
    makes pages that have not changed, too; `told` is called with each page as it is done, and with how many there are.
    A page that could not be made is a problem of the outcome; a Refusal says that none could.
    """
    course = CourseDirectory(config=config)
    orders, problems = _orders(course, config, assignment, students, notebooks, force)
    written = unchanged = 0
    for made in _make_all(orders, jobs or read_settings(config).workers):
        if told:
            told(made, len(orders))
        if made.problem:
            problems.append(made.problem)
        elif made.written:
            written += 1
        else:
            unchanged += 1
    return Outcome(written=written, unchanged=unchanged, problems=tuple(problems))


def make_one(order: Order) -> Made:
    """Makes one page where it has to be made."""
    marks = order.marks
    try:
        text = order.notebook.read_bytes()
        sign = _fingerprint(text, marks, order.wishes)
        _bring(order)
        if not order.force and _read_fingerprint(order.page) == sign:
            return _made(order, written=False)
        notebook = msgspec.json.decode(text)
        page = make_page(notebook, marks, order.wishes, folder=order.notebook.parent, fingerprint=sign)
        _place(order.page, page.encode("utf-8", "replace"), order.permissions)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        problem = Problem(
            kind="no feedback",
            weight=Weight.UNGRADED,
            student=marks.student,
            notebook=marks.notebook,
            what=f"The page could not be made: {type(error).__name__}: {error}.",
            do=f"Look at {order.notebook}; grade the submission again if it is damaged.",
        )
        return _made(order, written=False, problem=problem)
    return _made(order, written=True)


def _made(order: Order, *, written: bool, problem: Problem | None = None) -> Made:
    marks = order.marks
    return Made(student=marks.student, notebook=marks.notebook, page=order.page, written=written, problem=problem)


def _orders(
    course: CourseDirectory,
    config: Config,
    assignment: str,
    students: Sequence[str],
    notebooks: Sequence[str],
    force: bool,
) -> tuple[list[Order], list[Problem]]:
    found = list(_graded(course, assignment, students, notebooks))
    if not found:
        folder = course.format_path(course.autograded_directory, "*", assignment)
        raise Refusal(f"Nothing is graded under {folder}. Grade the assignment first.")
    everybody = read_marks(course, assignment)
    wishes = read_wishes(config)
    permissions = int(str(GenerateFeedback(coursedir=course, config=config).permissions), 8)
    orders, problems = [], []
    for student, path in found:
        marks = everybody.get((student, path.stem))
        if marks is None:
            problems.append(_without_grades(student, path.stem))
            continue
        folder = Path(course.format_path(course.feedback_directory, student, assignment))
        orders.append(
            Order(
                notebook=path,
                page=folder / f"{path.stem}.html",
                marks=marks,
                wishes=wishes,
                permissions=permissions,
                shared=course.groupshared,
                force=force,
            )
        )
    return orders, problems


def _graded(
    course: CourseDirectory, assignment: str, students: Sequence[str], notebooks: Sequence[str]
) -> Iterator[tuple[str, Path]]:
    """Each student with each notebook under autograded/, by name."""
    excluded = set(course.student_id_exclude.split(",")) if course.student_id_exclude else set()
    step = course.autograded_directory
    form = re.compile(course.format_path(step, "(?P<student>.*)", re.escape(assignment), escape=True))
    pattern = "*" if students else course.student_id
    for folder in sorted(glob.glob(course.format_path(step, pattern, glob.escape(assignment)))):  # noqa: PTH207 - its pattern is absolute
        match = form.fullmatch(folder)
        if match is None or match["student"] in excluded or not _chosen(match["student"], students):
            continue
        for path in sorted(Path(folder).glob("*.ipynb")):
            if _chosen(path.stem, notebooks or (course.notebook_id,)):
                yield match["student"], path


def _chosen(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _make_all(orders: Sequence[Order], jobs: int) -> Iterable[Made]:
    jobs = min(jobs, len(orders) // WORTH_A_PROCESS)
    if jobs < 2:
        yield from map(make_one, orders)
        return
    # A fork has everything imported; where threads run, one could hold a lock that the fork would wait for.
    way = "fork" if threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods() else "spawn"
    with ProcessPoolExecutor(jobs, multiprocessing.get_context(way)) as pool:
        try:
            for done in as_completed([pool.submit(make_one, order) for order in orders]):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _without_grades(student: str, notebook: str) -> Problem:
    return Problem(
        kind="no feedback",
        weight=Weight.UNGRADED,
        student=student,
        notebook=notebook,
        what="The gradebook holds no grades of it.",
        do="Grade the submission again.",
    )


def _fingerprint(text: bytes, marks: Marks, wishes: Wishes) -> str:
    """Different whenever the page would be."""
    parts = (_look(), text, msgspec.json.encode(marks), msgspec.json.encode(wishes))
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:32]


@cache
def _look() -> bytes:
    """Different whenever what makes the pages is."""
    files = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in (".py", ".css", ".j2"))
    return b"".join(path.read_bytes() for path in files)


def _read_fingerprint(page: Path) -> str | None:
    try:
        with page.open("rb") as file:
            found = FINGERPRINT.search(file.read(HEAD))
    except OSError:
        return None
    return found[1].decode() if found else None


def _bring(order: Order) -> None:
    """Makes the page's folder, with what the exchange asks for."""
    source, folder = order.notebook.parent, order.page.parent
    folder.mkdir(parents=True, exist_ok=True)
    if order.shared and folder.stat().st_mode & 0o2770 != 0o2770:
        folder.chmod((folder.stat().st_mode | 0o2770) & 0o2777)
    for name in FOR_THE_EXCHANGE:
        try:
            content = (source / name).read_bytes()
        except FileNotFoundError:
            continue
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            _place(folder / name, content, order.permissions)


def _place(path: Path, content: bytes, permissions: int) -> None:
    """Writes a file as a whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        written.chmod(permissions)
        written.replace(path)
    except BaseException:
        written.unlink()
        raise
