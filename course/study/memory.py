"""What is known of a learner: a replay of the journal, kept in step with it, with a cache that can be thrown away."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Protocol

from platformdirs import user_cache_path
from pydantic import TypeAdapter

from course.study.ability import Ability
from course.study.calendar import Calendar
from course.study.clock import Clock, local_now, stamp, study_day
from course.study.exam import Exams
from course.study.interview import Interviews
from course.study.journal import Event, Journal
from course.study.mistakes import Mistakes
from course.study.schedule import Deck
from course.study.settings import Settings

UNDO = "undo"
TAIL = 200
"""Events that are followed one by one before a new base is taken; each may be undone without reading the journal."""
WORTH_KEEPING = 500
"""Events whose replay takes longer than writing a cache."""


class Room(Protocol):
    """One part of the memory. It is a dataclass of plain values, and a function of the events alone."""

    kinds: ClassVar[frozenset[str]]

    def take(self, event: Event, settings: Settings) -> None:
        """Follows an event of one of its `kinds`."""
        ...


@dataclass
class State:
    """Everything that follows from the events of a journal."""

    settings: Settings = field(default_factory=Settings)
    deck: Deck = field(default_factory=Deck)
    ability: Ability = field(default_factory=Ability)
    mistakes: Mistakes = field(default_factory=Mistakes)
    exams: Exams = field(default_factory=Exams)
    interviews: Interviews = field(default_factory=Interviews)
    calendar: Calendar = field(default_factory=Calendar)

    def follow(self, events: Iterable[Event]) -> None:
        """Takes events in their order."""
        settings = self.settings
        listeners: dict[str, list[Room]] = {}
        for room in (getattr(self, one.name) for one in fields(self)):
            for kind in room.kinds:
                listeners.setdefault(kind, []).append(room)
        for event in events:
            for room in listeners.get(event.kind, ()):
                room.take(event, settings)


@cache
def _form() -> TypeAdapter[State]:
    return TypeAdapter(State)


def replay(events: Iterable[Event]) -> State:
    """The state after all events, in whatever order they come; what was undone never happened."""
    state = State()
    state.follow(_standing(sorted(events, key=lambda event: event.order)))
    return state


def _standing(events: list[Event]) -> list[Event]:
    """The events that were not undone."""
    undone = {event.data.get("event") for event in events if event.kind == UNDO}
    return [event for event in events if event.id not in undone] if undone else events


class Memory:
    """A learner's memory: `state` is always that of the journal as it is now, whoever wrote in it."""

    def __init__(self, journal: Journal, clock: Clock = local_now, cache_folder: Path | None = None):
        self.journal = journal
        self.clock = clock
        self._cache = _cache_path(journal, cache_folder)
        self._place = 0
        self._base = b""
        self._tail: list[Event] = []
        self._last: tuple[int, str] = (0, "")
        self._state = State()
        self._known = False

    @property
    def state(self) -> State:
        """What is known now; not for changing."""
        self.refresh()
        return self._state

    def now(self) -> tuple[int, int]:
        """This moment: milliseconds since 1970, and minutes ahead of UTC."""
        return stamp(self.clock())

    def today(self) -> int:
        """The number of the study day."""
        return study_day(*self.now())

    def record(self, kind: str, data: Mapping[str, Any], *, id: str | None = None) -> Event:
        """Writes an event to the journal and follows it; when this returns, it is kept."""
        event = self.journal.append(kind, data, at=self.now()[0], id=id)
        self.refresh()
        return event

    def undo(self, event: Event) -> None:
        """Makes as if an event had never happened; the journal keeps both."""
        self.record(UNDO, {"event": event.id})

    def refresh(self) -> None:
        """Follows what was written since the last look."""
        if not self._known:
            self._known = True
            self._load()
        new, self._place = self.journal.read(self._place)
        if not new:
            return
        new.sort(key=lambda event: event.order)
        undone = {event.data.get("event") for event in new if event.kind == UNDO}
        if new[0].order < self._last or (undone and not undone <= {event.id for event in (*self._tail, *new)}):
            self._start_anew()
            return
        if undone:
            self._tail = [event for event in (*self._tail, *new) if event.id not in undone]
            self._state = _form().validate_json(self._base) if self._base else State()
            self._state.follow(self._tail)
        else:
            self._state.follow(new)
            self._tail += new
        self._last = max(self._last, new[-1].order)
        if len(self._tail) > TAIL:
            self._settle(len(self._tail))

    def _start_anew(self) -> None:
        events, self._place = self.journal.read()
        self._state = replay(events)
        self._last = max((event.order for event in events), default=(0, ""))
        self._settle(len(events))

    def _settle(self, followed: int) -> None:
        """Takes the present state as the base, and keeps it for the next process when it took a while to come by."""
        self._base = _form().dump_json(self._state)
        self._tail = []
        if self._cache is not None and followed >= WORTH_KEEPING:
            head = f"{_code()} {self._place} {self._last[0]} {self._last[1]}\n".encode()
            temporary = self._cache.with_name(f"{self._cache.name}.{os.getpid()}.new")
            try:
                self._cache.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(head + self._base)
                temporary.replace(self._cache)
            except OSError:
                return  # It only saves time.

    def _load(self) -> None:
        if self._cache is None:
            return
        try:
            head, _, body = self._cache.read_bytes().partition(b"\n")
            code, place, at, id = head.decode().split(" ")
            if code == _code():
                self._state = _form().validate_json(body)
                self._base, self._place, self._last = body, int(place), (int(at), id)
        except (OSError, ValueError):
            return


def _cache_path(journal: Journal, folder: Path | None) -> Path | None:
    if journal.path is None:
        return None
    name = hashlib.sha256(str(journal.path.absolute()).encode()).hexdigest()[:16]
    return (folder or user_cache_path("threeways", appauthor=False)) / f"memory-{name}.json"


@cache
def _code() -> str:
    """Changes with everything that makes a state of events."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    parts = [version("fsrs").encode(), *(path.read_bytes() for path in sources)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
