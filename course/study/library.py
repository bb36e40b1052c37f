"""What the installed course holds for learners: questions, cards, interviews, tasks and hints, by their ids."""

from __future__ import annotations

import gc
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from platformdirs import user_cache_path
from pydantic import TypeAdapter

from course.bank import Bank, Card, Interview, Item, Question, Task, read_bank
from course.syllabus import PATH, Framework, Syllabus, read_syllabus

LIBRARY = "COURSE_LIBRARY"
"""An environment variable that names another folder of topics than the installed one."""
FRAMEWORKS = ("django", "flask", "fastapi")

E = TypeVar("E", bound=Item)


@contextmanager
def no_collection() -> Iterator[None]:
    """Loads much at once without the garbage collector, which finds nothing then and takes as long as the rest."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Entry(Generic[E]):
    """An item of a bank, and where it belongs."""

    item: E
    topic: str
    """A topic of the syllabus, by its id."""
    framework: Framework
    """The one framework that it is about; "all" when it is about several or none."""
    weight: float
    """How much it matters, from 0 to 1: what exams ask and the core of the course come first."""

    @property
    def id(self) -> str:
        """The item's own id."""
        return self.item.id

    def about(self) -> dict[str, Any]:
        """What events say of it, so that a journal can be read without the banks."""
        level = getattr(self.item, "level", None)
        return {"topic": self.topic, "framework": self.framework} | ({"level": level} if level else {})


class Library:
    """All banks of a folder of topics. Each part is read when it is first asked for."""

    def __init__(self, topics: Path):
        self.path = topics

    @cached_property
    def syllabus(self) -> Syllabus:
        """The map of the course."""
        return _prepared("syllabus", PATH, [PATH], Syllabus, lambda: read_syllabus().record)

    @cached_property
    def questions(self) -> Mapping[str, Entry[Question]]:
        """All questions."""
        return self._section("questions", Question)

    @cached_property
    def cards(self) -> Mapping[str, Entry[Card]]:
        """All cards."""
        return self._section("cards", Card)

    @cached_property
    def deck(self) -> Mapping[str, Entry[Card]]:
        """The cards as they are asked: a cloze card once for each of its gaps, under ids such as `router-parts#2`."""
        return {
            id: entry
            for note, entry in self.cards.items()
            for id in ([f"{note}#{gap}" for gap in entry.item.gaps] if entry.item.kind == "cloze" else [note])
        }

    @cached_property
    def interviews(self) -> Mapping[str, Entry[Interview]]:
        """All questions for speaking about."""
        return self._section("interview", Interview)

    @cached_property
    def tasks(self) -> Mapping[str, Entry[Task]]:
        """All code to write from memory."""
        return self._section("tasks", Task)

    @cached_property
    def _hints(self) -> dict[str, list[str]]:
        known: dict[str, list[str]] = {}
        for path in sorted(self.path.glob("*/hints.json")):
            known |= json.loads(path.read_text(encoding="utf-8"))["hints"]
        return known

    def find_questions(self, ids: Sequence[str]) -> tuple[Entry[Question], ...]:
        """The questions with these ids; raises LookupError that names the nearest known id."""
        for id in ids:
            if id not in self.questions:
                raise LookupError(f"There is no question {id!r} in the course.{did_you_mean(id, self.questions)}")
        return tuple(self.questions[id] for id in ids)

    def find_hints(self, id: str) -> tuple[str, ...]:
        """The steps of help for the answer `id`, as Markdown; raises LookupError that names the nearest known id."""
        if id not in self._hints:
            raise LookupError(f"There are no hints for {id!r} in the course.{did_you_mean(id, self._hints)}")
        return tuple(self._hints[id])

    @no_collection()
    def _section(self, name: str, model: type[E]) -> dict[str, Entry[E]]:
        paths = sorted(self.path.glob("*/bank.yaml"))
        shelf: dict[str, list[E]] = _prepared(
            name,
            self.path,
            paths,
            dict[str, list[model]],  # type: ignore[valid-type]
            lambda: {path.parent.name: list(getattr(_bank(path), name)) for path in paths},
        )
        topics = {topic.folder: topic.id for topic in self.syllabus.topics}
        places: dict[tuple[str, ...], tuple[Framework, float]] = {}
        found: dict[str, Entry[E]] = {}
        for folder, items in shelf.items():
            for item in items:
                place = places.get(item.objectives)
                if place is None:
                    place = places[item.objectives] = self._place(item.objectives)
                found[item.id] = Entry(item, topics.get(folder, folder), *place)
        return found

    def _place(self, ids: tuple[str, ...]) -> tuple[Framework, float]:
        """The framework that these objectives are about, and how much they matter."""
        known = self.syllabus.objective_by_id
        objectives = [known[id] for id in ids if id in known]
        frameworks = {one.framework for one in objectives} & set(FRAMEWORKS)
        framework: Framework = frameworks.pop() if len(frameworks) == 1 else "all"
        marks = [(one.origin == "core") + ("exam" in one.kinds) for one in objectives]
        return framework, max(marks, default=0) / 2


def the_library() -> Library:
    """The library of the installed course, or that of the folder which COURSE_LIBRARY names."""
    return _library(Path(os.environ.get(LIBRARY) or PATH.parent / "topics"))


def did_you_mean(id: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known id; empty when none is near."""
    near = get_close_matches(id, list(known), 1)
    return f" Did you mean {near[0]!r}?" if near else ""


@cache
def _library(path: Path) -> Library:
    return Library(path)


@cache
def _bank(path: Path) -> Bank:
    return read_bank(path).record


def _prepared(name: str, place: Path, paths: Sequence[Path], form: Any, read: Callable[[], Any]) -> Any:
    """What `read` returns, from a cache when these files have not changed since: parsing YAML takes seconds."""
    adapter: TypeAdapter[Any] = TypeAdapter(form)
    made_by = (Path(__file__), PATH.with_name("bank.py"), PATH.with_name("syllabus.py"))
    marks = [(str(path), (seen := path.stat()).st_size, seen.st_mtime_ns) for path in (*paths, *made_by)]
    wanted = hashlib.sha256(repr(marks).encode()).hexdigest().encode()
    where = hashlib.sha256(str(place.absolute()).encode()).hexdigest()[:16]
    kept = user_cache_path("threeways", appauthor=False) / f"{name}-{where}.json"
    try:
        head, _, body = kept.read_bytes().partition(b"\n")
        if head == wanted:
            return adapter.validate_json(body)
    except (OSError, ValueError):
        pass
    found = read()
    temporary = kept.with_name(f"{kept.name}.{os.getpid()}.new")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(wanted + b"\n" + adapter.dump_json(found))
        temporary.replace(kept)
    except OSError:
        pass  # It only saves time.
    return found
