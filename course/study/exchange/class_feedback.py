"""A class's feedback pages: what the engine wrote into them for programs comes into the learner's journal, once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from course.problems import Problem, Problems
from course.study.clock import DAY
from course.study.exchange.bringing import EARLIEST, Brought, counted, left_alone
from course.study.exchange.files import read_text, refuse
from course.study.journal import Event
from course.study.library import Library
from course.study.memory import Memory
from course.study.results import Notebook, Results, event_of, read_results

CLASS = "class"
BLOCK = "autograde-results"
"""The id of the element of a page that holds the results."""
PAGES = "*.html"


@dataclass(frozen=True)
class Page:
    """A page of feedback."""

    path: Path
    results: Results


class NoResults(Problems):
    """Raised where there are no results at all, as in pages that nbgrader made itself."""


class _Reader(HTMLParser):
    """Finds the results in a page; whatever else is in it is only text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: str | None = None
        self._open = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and self.found is None and dict(attrs).get("id") == BLOCK:
            self.found, self._open = "", True

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found = f"{self.found}{data}"


def is_ours(start: str) -> bool:
    """Whether a text may be such a page, by its beginning."""
    return start.lstrip().lower().startswith(("<!doctype html", "<html"))


def bring(memory: Memory, library: Library, path: Path, student: str | None = None) -> Brought:
    """Adds the results of a page, or of all pages below a folder, that the journal does not have, all or none.

    They are the learner's own: of whom they came before, or of `student`.
    """
    paths = [path]
    if path.is_dir():
        paths = [page for page in sorted(path.rglob(PAGES)) if page.is_file() and not page.is_symlink()]
    pages = list(_read(paths))
    if not pages:
        what = "holds no results of exercises." if path.is_dir() else "is no feedback of `autograde`."
        todo = "Name a page of feedback, or the folder into which your class's feedback was fetched."
        raise NoResults([Problem(path, 0, what, todo)])
    if len(students := sorted({work.student for page in pages for work in page.results.students})) > 1:
        what = f"holds feedback of {len(students)} students ({', '.join(students[:3])}…)."
        raise refuse(path, what, "Name the folder of your own. Nothing was brought in.")
    graded = [event for event in memory.journal.events() if event.kind == "graded"]
    before = [event.data["student"] for event in graded if "student" in event.data]
    mine = [student] if student else before[-1:]
    if mine and students and students != mine:
        what = f"is feedback for {students[0]}, not for {mine[0]} as before. Nothing was brought in."
        todo = f"Name your own; if you are {students[0]}, add `--student {students[0]}`."
        raise refuse(path, what, todo)
    topics = {topic.folder: topic.id for topic in library.syllabus.topics}
    fresh: dict[str, Event] = {}
    now, offset = memory.now()
    taken = {_when(event) for event in graded}
    known = 0
    for page in pages:
        for topic, name, notebook in _notebooks(page, topics):
            data = event_of(notebook, topic, CLASS)
            if not data["tests"]:
                continue
            # The same results always make an event of the same id.
            said = json.dumps([name, notebook.graded_at, data], sort_keys=True)
            id = f"{CLASS}-{sha256(said.encode()).hexdigest()[:32]}"
            event = Event(_moment(notebook.graded_at, now), offset, id, "graded", data | {"student": name})
            if _when(event) in taken:  # A person has changed points since: that came later.
                event = replace(event, at=now)
            taken.add(_when(event))
            known += id in fresh
            fresh[id] = event
    new = memory.journal.add(fresh.values())
    memory.refresh()
    return Brought("results", new, known + len(fresh) - new, tuple(_remarks(paths, pages, topics)))


def _read(paths: Iterable[Path]) -> Iterator[Page]:
    for path in paths:
        found = _Reader(read_text(path)).found
        if found is None:
            continue
        try:
            yield Page(path, read_results(found))
        except ValueError as error:
            raise refuse(path, f"cannot be brought in. {error}", "Fetch the feedback again.") from None


def _notebooks(page: Page, topics: Mapping[str, str]) -> Iterator[tuple[str, str, Notebook]]:
    """The notebooks of a page with topic and student; none where the course has no such topic."""
    topic = topics.get(page.results.assignment)
    for work in page.results.students if topic else ():
        for notebook in work.notebooks:
            yield topic or "", work.student, notebook


def _when(event: Event) -> tuple[object, ...]:
    """What was graded by whom, and when."""
    return (event.at, *(event.data.get(name) for name in ("by", "topic", "notebook")))


def _moment(graded_at: str, now: int) -> int:
    """When it was graded, in milliseconds; now, where that is not said or cannot be."""
    try:
        said = datetime.fromisoformat(graded_at)
        moment = round(said.replace(tzinfo=said.tzinfo or UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        return now
    return moment if EARLIEST <= moment <= now + DAY else now


def _remarks(paths: list[Path], pages: list[Page], topics: dict[str, str]) -> Iterator[str]:
    if others := len(paths) - len(pages):
        yield f"{counted(others, 'page holds', 'pages hold')} no results of `autograde`; {left_alone(others)}"
    strange = [page.results.assignment for page in pages if page.results.assignment not in topics]
    if strange:
        names = ", ".join(sorted(set(strange)))
        of = counted(len(strange), "page is", "pages are")
        yield f"{of} of no topic of this course ({names}); {left_alone(len(strange))}"
