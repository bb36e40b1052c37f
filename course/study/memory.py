"""What is known of a learner: a replay of the journal, kept in step with it, with a cache that can be thrown away."""

from __future__ import annotations

import hashlib
import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar, Protocol

from platformdirs import user_cache_path
from pydantic import TypeAdapter

from course.study.ability import Ability
from course.study.cards.schedule import Deck
from course.study.cards.session import Session
from course.study.clock import MINUTE, Clock, local_now, stamp, study_day
from course.study.events import misfit
from course.study.exams.exam import Exams
from course.study.exercises import Exercises
from course.study.interviews.interview import Interviews
from course.study.journal import START, Event, Exchanged, Journal, Spot
from course.study.library import no_collection
from course.study.planning.calendar import Calendar
from course.study.questions.answers import Answers
from course.study.questions.mistakes import Mistakes
from course.study.settings import Settings
from course.workspace import write_whole

UNDO = "undo"
TAIL = 200
"""The last so many events may be undone, or preceded by late ones, without reading the journal."""
WORTH_KEEPING = 500
"""Events whose replay takes longer than writing a cache."""
MISFITS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a room raises at an event that it does not understand, such as one of another version of the course."""
DRIFT = 2 * MINUTE
"""A clock that was set back by less is waited for: what follows an event must not come before it."""
CHAINS = {"setting": "name", "suspend": "card", "unsuspend": "card", "cause": "question", "drop": "question"}
"""The key of what an event is about, where it comes behind the last one about the same even if that lies in the
future: what is chosen or handed in now holds now. For other kinds it is a run."""

_order = attrgetter("at", "id")
_at = attrgetter("at")


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
    session: Session = field(default_factory=Session)
    ability: Ability = field(default_factory=Ability)
    answers: Answers = field(default_factory=Answers)
    mistakes: Mistakes = field(default_factory=Mistakes)
    exams: Exams = field(default_factory=Exams)
    exercises: Exercises = field(default_factory=Exercises)
    interviews: Interviews = field(default_factory=Interviews)
    calendar: Calendar = field(default_factory=Calendar)

    misfits: dict[str, str] = field(default_factory=dict)
    """Events that were not understood, by their ids, and why. The journal keeps them.

    One whose data have other types than its kind wants is followed by no room. Where only one room cannot follow it,
    the others do.
    """

    def follow(self, events: Iterable[Event]) -> None:
        """Takes events in their order; one of a kind that no room knows is left alone."""
        settings = self.settings
        listeners: dict[str, list[Room]] = {}
        for room in (getattr(self, one.name) for one in fields(self)):
            for kind in getattr(room, "kinds", ()):
                listeners.setdefault(kind, []).append(room)
        for event in events:
            if event.kind not in listeners:
                continue
            if why := misfit(event):
                self.misfits[event.id] = why
                continue
            for room in listeners[event.kind]:
                try:
                    room.take(event, settings)
                except MISFITS as error:
                    self.misfits[event.id] = f"{type(room).__name__}: {type(error).__name__}: {error}"


@cache
def _form() -> TypeAdapter[State]:
    return TypeAdapter(State)


def replay(events: Iterable[Event]) -> State:
    """The state after all events, in whatever order they come; what was undone never happened."""
    state = State()
    state.follow(standing(sorted(events, key=_order)))
    return state


def standing(events: list[Event]) -> list[Event]:
    """The events that were not undone."""
    gone = _undone(event for event in events if event.kind == UNDO)
    return [event for event in events if event.id not in gone] if gone else events


def _chain(kind: str, data: Mapping[str, Any]) -> tuple[str, Any] | None:
    """What an event is about, if it has to come behind the last one about the same."""
    key = CHAINS.get(kind, "run")
    return (key, data[key]) if key in data else None


def _undone(undos: Iterable[Event]) -> frozenset[str]:
    """The ids of what never happened. An undo can itself be undone, by a later one: then its event stands again."""
    gone: set[str] = set()
    for undo in sorted(undos, key=_order, reverse=True):
        if undo.id not in gone:
            gone.add(str(undo.data.get("event")))
    return frozenset(gone)


class Memory:
    """A learner's memory: `state` is always that of the journal as it is now, whoever wrote in it.

    Between the first event and now lies a base: the state up to an event, as it can be kept and loaded. The events
    after it are the tail, with all that a wrong clock has put into the future. What comes late, or is undone, in the
    tail costs a replay of the tail; in the base, one of the journal.
    """

    def __init__(self, journal: Journal, clock: Clock = local_now, cache_folder: Path | None = None):
        self.journal = journal
        self.clock = clock
        self._cache = CacheFile(_cache_path(journal.path, cache_folder)) if journal.path else None
        self._lock = threading.RLock()
        self._known = False
        self._saved = 0
        """Events since the cache was written."""
        self._reset()

    def _reset(self) -> None:
        self._spot = START
        self._base = b""
        self._edge = (0, "")
        self._tail: list[Event] = []
        self._undos: list[Event] = []
        self._gone: frozenset[str] = frozenset()
        self._state = State()

    @property
    def state(self) -> State:
        """What is known now; not for changing, and not for keeping: it changes with what comes."""
        self.refresh()
        return self._state

    def now(self) -> tuple[int, int]:
        """This moment by the clock: milliseconds since 1970, and minutes ahead of UTC.

        A clock that was set back by less than DRIFT stands still until it has caught up. Events that are further
        ahead are in the future: they hold nothing up.
        """
        now, offset = stamp(self.clock())
        return max(now, self._last(now)[0]), offset

    def today(self) -> int:
        """The number of the study day."""
        return study_day(*self.now())

    def record(self, kind: str, data: Mapping[str, Any], *, id: str | None = None) -> Event:
        """Writes an event to the journal and follows it; when this returns, it is kept.

        Its time is that of the clock, unless it would come before what it follows. Raises ValueError when it was kept
        and not understood.
        """
        with self._lock:
            if not self._known:
                self.refresh()
            now, offset = stamp(self.clock())
            if self._edge[0] > now + DRIFT:
                self._start_anew()  # The clock was set back: from now on, the base ends before the present.
            event = self.journal.append(kind, data, at=now, offset=offset, id=id, after=self._before(now, kind, data))
            self.refresh()
            if event.id in self._state.misfits:
                raise ValueError(f"`{kind}` was kept and not understood: {self._state.misfits[event.id]}")
            return event

    def undo(self, event: Event | str) -> None:
        """Makes as if an event, or the one with an id, had never happened; the journal keeps both.

        An undo can be undone like any event.
        """
        self.record(UNDO, {"event": event if isinstance(event, str) else event.id})

    def understood(self) -> list[Event]:
        """All events in their order, without those that were undone or not understood."""
        misfits = self.state.misfits
        return [event for event in standing(self.journal.events()) if event.id not in misfits]

    def refresh(self) -> None:
        """Follows what was written since the last look."""
        with self._lock:
            if not self._known:
                self._load()
                self._known = True
            try:
                new, spot = self._read()
            except Exchanged:
                self._reset()
                new, spot = self._read()
            if new:
                try:
                    self._take(sorted(new, key=_order), spot)
                except BaseException:
                    self._reset()  # Cut off half-way, by Ctrl-C say: the next look begins anew.
                    raise

    @no_collection()
    def _read(self) -> tuple[list[Event], Spot]:
        return self.journal.read(self._spot)

    def _last(self, now: int) -> tuple[int, str]:
        """The order of the last event that is not in the future."""
        present = self._present(now)
        last = self._tail[present - 1].order if present else self._edge
        return last if last[0] <= now + DRIFT else (0, "")

    def _present(self, now: int) -> int:
        """How many events of the tail are not in the future."""
        return bisect_right(self._tail, now + DRIFT, key=_at)

    def _before(self, now: int, kind: str, data: Mapping[str, Any]) -> tuple[int, str]:
        """The order of the event behind which a new one comes."""
        about = _chain(kind, data)
        for event in reversed(self._tail[self._present(now) :]):
            if event.id == data.get("event") or (about and about == _chain(event.kind, event.data)):
                return event.order
        return self._last(now)

    def _take(self, new: list[Event], spot: Spot) -> None:
        if self._spot == START:
            self._start_with(new, spot)
            return
        try:
            followed = self._follow(new, spot)
        except ValueError:
            followed = False  # The base cannot be loaded; the journal knows it all.
        if not followed:
            self._start_anew()

    def _follow(self, new: list[Event], spot: Spot) -> bool:
        """Follows new events; says False where they reach into the base, and only the whole journal will do."""
        undos = [event for event in new if event.kind == UNDO]
        gone = _undone([*self._undos, *undos]) if undos else self._gone
        changed = gone ^ self._gone
        if new[0].order < self._edge or not changed <= {event.id for event in (*self._tail, *new)}:
            return False
        late = bool(self._tail) and new[0].order < self._tail[-1].order
        late = late or not changed.isdisjoint(event.id for event in self._tail)
        self._undos += undos
        self._gone = gone
        self._tail += new
        if late:
            self._tail.sort(key=_order)
            self._state = self._loaded()
            new = self._tail
        self._state.follow(self._standing(new))
        self._spot = spot
        self._saved += len(new)
        if (cut := self._cut()) > TAIL:
            state = self._loaded()
            state.follow(self._standing(self._tail[:cut]))
            self._settle(state, cut)
        return True

    def _start_anew(self) -> None:
        """Reads the whole journal."""
        self._reset()
        self._start_with(*self._read())

    @no_collection()
    def _start_with(self, events: list[Event], spot: Spot) -> None:
        self._reset()
        self._tail = sorted(events, key=_order)
        self._undos = [event for event in events if event.kind == UNDO]
        self._gone = _undone(self._undos)
        self._saved = len(events)
        self._spot = spot
        cut = self._cut()
        rest = self._tail[cut:]
        if cut:
            self._state.follow(self._standing(self._tail[:cut]))
            self._settle(self._state, cut)
        self._state.follow(self._standing(rest))

    def _cut(self) -> int:
        """How many events of the tail could belong to the base: all but the last TAIL that are not in the future."""
        return max(0, self._present(stamp(self.clock())[0]) - TAIL) if len(self._tail) > TAIL else 0

    def _standing(self, events: list[Event]) -> list[Event]:
        return [event for event in events if event.id not in self._gone] if self._gone else events

    @no_collection()
    def _loaded(self) -> State:
        """The base, as a state of its own; raises ValueError when it cannot be loaded."""
        return _form().validate_json(self._base) if self._base else State()

    def _settle(self, state: State, cut: int) -> None:
        """Takes the state after so many events of the tail as the base, and keeps it for the next process."""
        try:
            self._base = _form().dump_json(state)
        except ValueError:
            return  # It cannot be kept: the tail grows until it can.
        self._edge = self._tail[cut - 1].order
        self._tail = self._tail[cut:]
        if self._cache and self._saved >= WORTH_KEEPING:
            self._saved = 0
            self._cache.write(Kept(self._spot, self._edge, self._tail, self._undos), self._base)

    @no_collection()
    def _load(self) -> None:
        if not self._cache or not (found := self._cache.read()):
            return
        kept, self._base = found
        try:
            self._state = self._loaded()
        except ValueError:
            self._base = b""  # Not what this code wrote; the journal knows it all.
            return
        self._edge, self._tail, self._undos = kept.edge, kept.tail, kept.undos
        self._gone = _undone(self._undos)
        self._state.follow(self._standing(self._tail))
        self._spot = kept.spot


@dataclass(frozen=True)
class Kept:
    """What a cache says beside the base: how far the journal was read, and the events after the base."""

    spot: Spot
    edge: tuple[int, str]
    tail: list[Event]
    undos: list[Event]


@cache
def _kept_form() -> TypeAdapter[Kept]:
    return TypeAdapter(Kept)


class CacheFile:
    """A base on the disk. It only saves time: whatever is wrong with it, it is as if it were not there."""

    def __init__(self, path: Path):
        self.path = path

    def write(self, kept: Kept, base: bytes) -> None:
        """Exchanges the file as a whole."""
        head = _kept_form().dump_json(kept)
        seal = hashlib.sha256(head + base).hexdigest()
        try:
            write_whole(self.path, b"\n".join([f"{_code()} {seal}".encode(), head, base]))
        except OSError:
            return

    def read(self) -> tuple[Kept, bytes] | None:
        """What was written last by this very code; None when that is not there whole."""
        try:
            first, head, base = self.path.read_bytes().split(b"\n", 2)
            if first.decode() != f"{_code()} {hashlib.sha256(head + base).hexdigest()}":
                return None
            return _kept_form().validate_json(head), base
        except (OSError, ValueError):
            return None


def _cache_path(journal: Path, folder: Path | None) -> Path:
    name = hashlib.sha256(str(journal.absolute()).encode()).hexdigest()[:16]
    return (folder or user_cache_path("threeways", appauthor=False)) / f"memory-{name}.json"


@cache
def _code() -> str:
    """Changes with everything that makes a state of events."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    parts = [version("fsrs").encode(), *(path.read_bytes() for path in sources)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
