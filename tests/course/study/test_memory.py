"""A memory is at every instant what a replay of the journal gives, however it came to its state."""

from __future__ import annotations

import gc
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import TypeAdapter

from course.study import memory as room
from course.study.journal import Event, Journal
from course.study.memory import Memory, State, replay

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=1)))
AT = round(NOON.timestamp() * 1000)
FORM = TypeAdapter(State)
ABOUT = {"topic": "routing", "framework": "flask", "level": "beginner"}


class Hands:
    """A clock that goes as it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def open_memory(path: Path, tmp_path: Path, hands: Hands) -> Callable[[], Memory]:
    """Opens the same journal as another process would."""
    return lambda: Memory(Journal(path), hands, tmp_path / "cache")


def answer(number: int) -> tuple[str, dict[str, Any]]:
    """One of many things that a learner does."""
    if number % 3 == 0:
        return "review", {"card": f"c-{number % 7}", "rating": 1 + number % 4, "ms": 2000, **ABOUT}
    if number % 11 == 0:
        return "setting", {"name": "retention", "value": 0.8 + number % 15 / 100}
    options = {"chosen": "`404`", "misconception": "status-404", "confidence": 3, "options": 3, "ms": 5000}
    where = {"where": "quiz", "form": "choice"}
    return "answer", {"question": f"q-{number % 9}", "right": number % 5 != 0, **options, **where, **ABOUT}


def events(count: int, seed: int = 1, writer: str = "hub", first: int = AT) -> list[Event]:
    """Answers of some weeks."""
    chance = random.Random(seed)
    found, at = [], first
    for number in range(count):
        at += chance.randrange(20_000, 900_000)
        found.append(Event(at, 60, f"{writer}-{number:08d}", *answer(chance.randrange(1000))))
    return found


def same(memory: Memory) -> None:
    """To the bit."""
    assert FORM.dump_json(memory.state) == FORM.dump_json(replay(memory.journal.events()))
    assert memory.state == replay(memory.journal.events())


# Events ---------------------------------------------------------------------------------------------------------------


def test_what_is_recorded_is_known_at_once_and_in_every_other_process(open_memory: Callable[[], Memory]) -> None:
    here, there = open_memory(), open_memory()
    here.record("setting", {"name": "retention", "value": 0.85})
    assert here.state.settings.retention == there.state.settings.retention == 0.85
    there.record("setting", {"name": "retention", "value": 0.95})
    assert here.state.settings.retention == 0.95


def test_an_event_that_no_room_knows_changes_nothing(open_memory: Callable[[], Memory]) -> None:
    memory = open_memory()
    memory.record("telepathy", {"of": "a later version"})
    assert memory.state == State()


def test_an_event_that_a_room_does_not_understand_harms_no_other(open_memory: Callable[[], Memory]) -> None:
    memory = open_memory()
    memory.journal.append("review", {"rating": "seven"}, at=AT, offset=60, id="strange")
    memory.record("setting", {"name": "retention", "value": 0.85})
    assert memory.state.settings.retention == 0.85
    assert memory.state.misfits["strange"].startswith("rating: input should be a valid integer")
    with pytest.raises(ValueError, match=r"`prediction` was kept and not understood: Mistakes: KeyError: 'right'"):
        memory.record("prediction", {"question": "q"})
    assert memory.state.calendar.days[memory.today()].predictions == 1
    same(memory)


def test_threads_of_one_kernel_share_a_memory(open_memory: Callable[[], Memory]) -> None:
    memory = open_memory()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: memory.record(*answer(number)), range(150)))
    assert memory.journal.count() == 150
    same(memory)


@pytest.mark.parametrize("place", [0, 700, 1290, 1495], ids=lambda place: f"before event {place}")
def test_events_that_come_late_from_another_machine_take_their_place(
    open_memory: Callable[[], Memory], place: int
) -> None:
    memory = open_memory()
    known = events(1500)
    memory.journal.add(known)
    before = memory.state.deck.cards["c-0"]
    at = known[place].at - 1
    memory.journal.add(
        [Event(at + n, 60, f"a-{n}", "review", {"card": "c-0", "rating": 1, "ms": 9, **ABOUT}) for n in (0, 1)]
    )
    assert memory.state.deck.cards["c-0"] != before
    same(memory)


# Values of another type -----------------------------------------------------------------------------------------------

RUN = {"run": "r", "blueprint": "quick-check", "form": 1, "items": [["questions", "a"]], "about": [{}], "minutes": 10}
QUIZ = {"question": "q", "right": False, "chosen": "a", "where": "quiz"}
STRANGE: dict[str, tuple[str, dict[str, Any]]] = {
    "a confidence in words": ("answer", QUIZ | {"confidence": "sure"}),
    "half a confidence": ("answer", QUIZ | {"confidence": 0.5}),
    "a number as an option": ("answer", QUIZ | {"chosen": 3}),
    "a number as a question": ("answer", QUIZ | {"question": 5}),
    "a number as a topic": ("answer", QUIZ | {"topic": 3}),
    "no topic": ("answer", QUIZ | {"topic": None}),
    "a list as a misconception": ("answer", QUIZ | {"misconception": ["m"]}),
    "a number as a hint": ("hint", {"hint": 3, "step": 1}),
    "a number as code": ("task", {"task": "t", "right": True, "passed": 1, "all": 2, "code": 5}),
    "a card of a number": ("suspend", {"card": 5}),
    "a rating that there is not": ("review", {"card": "c", "rating": 5}),
    "an exam of nothing": ("exam-start", RUN | {"seed": 1, "blueprint": None}),
    "an exam without chances": ("exam-start", RUN | {"seed": 1, "chances": None}),
    "an exam with minutes in words": ("exam-start", RUN | {"seed": 1, "minutes": "10"}),
    "an interview of a number": ("interview-start", {"run": "r", "interview": 5, "stages": ["s"], "minutes": [1]}),
    "an interview with numbers as stages": ("interview-start", {"run": "r", "stages": [1], "minutes": [1]}),
    "a plan in words": ("plan", {"minutes": "x", "finish": "y"}),
    "a plan behind the last date": ("plan", {"minutes": 1, "finish": 10**9}),
    "a prediction that is right in words": ("prediction", {"question": "q", "right": "x"}),
    "a cause of a number": ("cause", {"question": "q", "text": 3}),
    "a number as an exam's answer": ("exam-answer", {"run": "r", "item": "a", "chosen": 3}),
    "a draft of a number": ("interview-draft", {"run": "r", "stage": "s", "step": "answer", "keep": 0, "text": 5}),
    "a limit in words": ("more-cards", {"new": "many", "reviews": 0}),
    "a setting that is no number": ("setting", {"name": "retention", "value": "nan"}),
}


@pytest.mark.parametrize(("kind", "data"), STRANGE.values(), ids=STRANGE.keys())
def test_values_of_another_type_stay_out_of_the_state_and_do_no_harm_later(
    open_memory: Callable[[], Memory], monkeypatch: pytest.MonkeyPatch, kind: str, data: dict[str, Any]
) -> None:
    monkeypatch.setattr(room, "TAIL", 2)
    memory = open_memory()
    memory.record("exam-start", RUN | {"seed": 1, "run": "whole"})
    memory.journal.append(kind, data, at=AT - 10, offset=60, id="strange")
    assert list(memory.state.misfits) == ["strange"]
    for number in range(8):
        last = memory.record(*answer(number))
    memory.undo(last)
    same(memory)
    assert last not in memory.understood()
    assert {event.id for event in memory.journal.events()} >= {"strange", last.id}
    assert "strange" not in {event.id for event in memory.understood()}


def test_much_is_read_without_a_collection_of_garbage(
    path: Path, open_memory: Callable[[], Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    Journal(path).add(events(600))
    seen: list[bool] = []
    read, follow = Journal._read, State.follow
    monkeypatch.setattr(Journal, "_read", lambda journal, *row: seen.append(gc.isenabled()) or read(journal, *row))
    monkeypatch.setattr(State, "follow", lambda state, them: seen.append(gc.isenabled()) or follow(state, them))
    assert open_memory().state.deck.cards
    assert len(seen) > 600
    assert not any(seen)
    assert gc.isenabled()


@pytest.mark.parametrize("name", ["dump_json", "validate_json"])
def test_a_state_that_cannot_be_kept_or_loaded_costs_only_time(
    open_memory: Callable[[], Memory], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    class Broken:
        def dump_json(self, state: State) -> bytes:
            if name == "dump_json":
                raise ValueError("no")
            return FORM.dump_json(state)

        def validate_json(self, content: bytes) -> State:
            raise ValueError("no")

    monkeypatch.setattr(room, "TAIL", 2)
    monkeypatch.setattr(room, "_form", Broken)
    memory = open_memory()
    for number in range(20):
        last = memory.record(*answer(number))
    memory.undo(last)
    same(memory)


def test_what_is_cut_off_half_way_is_followed_by_the_next_look(
    open_memory: Callable[[], Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = open_memory()
    memory.record(*answer(0))
    follow = State.follow

    def cut_off(state: State, them: list[Event]) -> None:
        follow(state, them)
        raise KeyboardInterrupt

    monkeypatch.setattr(State, "follow", cut_off)
    with pytest.raises(KeyboardInterrupt):
        memory.record(*answer(3))
    monkeypatch.setattr(State, "follow", follow)
    same(memory)
    assert memory.state.deck.reviews == 2


# Undo -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behind", [0, 10, 450, 900], ids=lambda behind: f"{behind} events ago")
def test_what_is_undone_never_happened(open_memory: Callable[[], Memory], hands: Hands, behind: int) -> None:
    memory = open_memory()
    memory.journal.add(events(300, first=AT - 10**12))
    before = memory.state
    kept = FORM.dump_json(before)
    event = memory.record("review", {"card": "undone", "rating": 1, "ms": 1, **ABOUT})
    later = [Event(AT + n, 60, f"later-{n:08d}", "hint", {"hint": "routing", "step": 1}) for n in range(1, behind + 1)]
    memory.journal.add(later)
    assert "undone" in memory.state.deck.cards
    memory.undo(event)
    assert "undone" not in memory.state.deck.cards
    for one in later[-3:]:
        memory.undo(one)
    same(memory)
    if not behind:
        assert FORM.dump_json(memory.state) == kept


def test_an_undo_in_one_process_is_seen_in_the_other(open_memory: Callable[[], Memory]) -> None:
    here, there = open_memory(), open_memory()
    event = here.record("setting", {"name": "retention", "value": 0.85})
    assert there.state.settings.retention == 0.85
    there.undo(event)
    assert here.state.settings.retention == 0.9


def test_an_undo_can_be_undone(open_memory: Callable[[], Memory]) -> None:
    memory = open_memory()
    event = memory.record("setting", {"name": "retention", "value": 0.85})
    seen = []
    for _ in range(4):
        memory.undo(event)
        seen.append(memory.state.settings.retention)
        event = memory.journal.events()[-1]
    assert seen == [0.9, 0.85, 0.9, 0.85]
    same(memory)


def test_an_undo_that_comes_before_its_event_holds(open_memory: Callable[[], Memory]) -> None:
    memory = open_memory()
    memory.undo("laptop-1")
    assert memory.state.settings.retention == 0.9
    memory.journal.add([Event(AT + 5, 60, "laptop-1", "setting", {"name": "retention", "value": 0.8})])
    assert memory.state.settings.retention == 0.9


def test_an_undo_of_itself_or_of_a_circle_ends(open_memory: Callable[[], Memory]) -> None:
    memory = open_memory()
    memory.journal.add(
        [
            Event(1, 0, "a", "undo", {"event": "a"}),
            Event(2, 0, "b", "undo", {"event": "c"}),
            Event(3, 0, "c", "undo", {"event": "b"}),
        ]
    )
    same(memory)


# Clocks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [{"seconds": 1}, {"seconds": 115}])
def test_a_clock_that_is_set_back_a_little_stands_still_until_it_has_caught_up(
    open_memory: Callable[[], Memory], hands: Hands, back: dict[str, float]
) -> None:
    memory = open_memory()
    first = memory.record("exam-tick", {"run": "r"})
    hands.turn(**{name: -value for name, value in back.items()})
    assert memory.now() == (first.at, 60)
    second = open_memory().record("review", {"card": "c", "rating": 3})
    assert second.order > first.order
    hands.turn(days=2)
    assert memory.record("exam-tick", {"run": "r"}).at == round(hands.now.timestamp() * 1000)


@pytest.mark.parametrize("ahead", [{"minutes": 4}, {"hours": 12}, {"days": 4000}])
def test_events_of_the_future_hold_nothing_up(
    open_memory: Callable[[], Memory], hands: Hands, ahead: dict[str, float]
) -> None:
    hands.turn(**ahead)
    wrong = open_memory()
    for number in range(10):
        wrong.record(*answer(number))
    hands.turn(**{name: -value for name, value in ahead.items()})
    memory = open_memory()
    first = memory.record(*answer(1))
    hands.turn(minutes=1)
    second = memory.record(*answer(2))
    assert (first.at, second.at) == (AT, AT + 60_000)
    assert memory.now() == wrong.now() == (AT + 60_000, 60)
    assert memory.today() == wrong.today() == AT // 86_400_000
    same(memory)


def test_what_is_chosen_now_holds_although_a_wrong_clock_has_chosen_later(
    open_memory: Callable[[], Memory], hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "TAIL", 2)
    hands.turn(hours=12)
    memory = open_memory()
    memory.record("setting", {"name": "retention", "value": 0.8})
    memory.record("setting", {"name": "new_per_day", "value": 5})
    memory.record("suspend", {"card": "c"})
    begun = memory.record("exam-start", RUN | {"seed": 1})
    for number in range(9):
        memory.record("hint", {"hint": f"h-{number}", "step": 1})
    hands.turn(hours=-12)
    assert memory.record("exam-hand-in", {"run": "r"}, id="r-hand-in").order > begun.order
    memory.record("setting", {"name": "retention", "value": 0.9})
    memory.record("unsuspend", {"card": "c"})
    assert memory.record("hint", {"hint": "h-0", "step": 2}).at == AT
    assert memory.state.exams.runs["r"].handed is not None
    assert memory.state.settings.retention == 0.9
    assert memory.state.settings.new_per_day == 5
    assert not memory.state.deck.cards["c"].suspended
    memory.undo(begun)
    assert "r" not in memory.state.exams.runs
    memory.undo(next(event for event in memory.journal.events() if event.kind == "undo"))
    assert "r" in memory.state.exams.runs
    same(memory)


def test_an_undo_of_the_future_can_be_undone(open_memory: Callable[[], Memory], hands: Hands) -> None:
    hands.turn(hours=12)
    memory = open_memory()
    event = memory.record("setting", {"name": "retention", "value": 0.8})
    memory.undo(event)
    undo = memory.journal.events()[-1]
    hands.turn(hours=-12)
    memory.undo(undo)
    assert memory.state.settings.retention == 0.8
    same(memory)


@pytest.mark.parametrize("when", ["from the start", "since the memory was opened"])
def test_many_events_of_the_future_do_not_make_each_new_one_a_replay_of_all(
    open_memory: Callable[[], Memory], hands: Hands, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    memory = open_memory()
    memory.journal.add(events(1000, first=AT - 10**12))
    wrong = events(2 * room.TAIL + 50, writer="wrong", first=AT + 10**8)
    if when == "from the start":
        memory.journal.add(wrong)
    assert memory.state
    memory.journal.add(wrong)
    memory.record(*answer(1))
    followed: list[int] = []
    follow = State.follow
    monkeypatch.setattr(State, "follow", lambda state, them: followed.append(len(them)) or follow(state, them))
    for number in range(3):
        hands.turn(seconds=1)
        memory.record(*answer(number))
    assert max(followed) <= len(wrong) + 2 * room.TAIL
    monkeypatch.setattr(State, "follow", follow)
    same(memory)


def test_a_clock_that_is_set_back_an_hour_costs_one_replay(
    open_memory: Callable[[], Memory], hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = open_memory()
    memory.journal.add(events(1000, first=AT - 10**12))
    last = memory.journal.events()[-1].at
    hands.turn(seconds=(last - AT) / 1000 - 3600 * 24)
    followed: list[int] = []
    follow = State.follow
    monkeypatch.setattr(State, "follow", lambda state, them: followed.append(len(them)) or follow(state, them))
    for number in range(5):
        hands.turn(seconds=1)
        memory.record(*answer(number))
    assert sum(many > 500 for many in followed) <= 1
    monkeypatch.setattr(State, "follow", follow)
    same(memory)


def test_a_study_day_is_that_of_the_place_where_it_was_lived(open_memory: Callable[[], Memory], hands: Hands) -> None:
    memory = open_memory()
    hands.now = datetime(2026, 11, 21, 3, 59, tzinfo=timezone(timedelta(hours=9)))
    evening = memory.today()
    hands.now = datetime(2026, 11, 21, 4, 0, tzinfo=timezone(timedelta(hours=9)))
    assert (evening, memory.today()) == (20777, 20778)


# The cache ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def cached(path: Path, tmp_path: Path, open_memory: Callable[[], Memory]) -> Path:
    """The cache of a journal of 1,500 events."""
    memory = open_memory()
    memory.journal.add(events(1500, first=AT - 10**12))
    assert memory.state
    [cache] = (tmp_path / "cache").iterdir()
    return cache


def test_a_cache_spares_the_replay(
    cached: Path, open_memory: Callable[[], Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[int] = []
    follow = State.follow
    monkeypatch.setattr(State, "follow", lambda state, them: followed.append(len(them)) or follow(state, them))
    memory = open_memory()
    same(memory)
    assert followed[0] <= 400


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b'"retention":0.', b'"retention":1.', 1),
        lambda content: b"0123456789abcdef" + content[16:],
        lambda content: b"",
        lambda content: b"\xff\n" * 9,
    ],
    ids=["torn", "with a flipped bit", "of other code", "empty", "nonsense"],
)
def test_a_cache_that_is_wrong_is_as_if_it_were_not_there(
    cached: Path, open_memory: Callable[[], Memory], spoil: Callable[[bytes], bytes]
) -> None:
    content = cached.read_bytes()
    assert spoil(content) != content
    cached.write_bytes(spoil(content))
    same(open_memory())
    assert cached.read_bytes().partition(b" ")[0] == content.partition(b" ")[0]


def test_a_cache_of_another_journal_at_the_same_place_is_not_believed(
    cached: Path, path: Path, open_memory: Callable[[], Memory]
) -> None:
    for one in path.parent.glob("journal.db*"):
        one.unlink()
    Journal(path).add(events(1600, seed=2, writer="laptop"))
    same(open_memory())


@pytest.mark.skipif(os.name != "posix", reason="a folder takes the name of the cache's")
def test_a_cache_that_cannot_be_written_costs_only_time(path: Path, tmp_path: Path, hands: Hands) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    memory = Memory(Journal(path), hands, tmp_path / "file")
    memory.journal.add(events(1500))
    same(memory)


def test_a_journal_in_memory_has_no_cache(tmp_path: Path, hands: Hands) -> None:
    memory = Memory(Journal(None, hands), hands, tmp_path / "cache")
    memory.journal.add(events(1500))
    same(memory)
    assert not (tmp_path / "cache").exists()


# Everything at once ---------------------------------------------------------------------------------------------------


class Life(RuleBasedStateMachine):
    """Two machines with two processes each, which answer, undo, merge, are started anew and have wrong clocks."""

    @initialize(tail=st.integers(1, 5))
    def begin(self, tail: int) -> None:
        self.patch = pytest.MonkeyPatch()
        # Small bounds: bases, caches and merges into the base come often.
        self.patch.setattr(room, "TAIL", tail)
        self.patch.setattr(room, "WORTH_KEEPING", 4)
        self.folder = tempfile.TemporaryDirectory()
        self.hands = Hands()
        self.number = 0
        self.memories = [self.opened(place) for place in range(4)]

    def opened(self, place: int) -> Memory:
        folder = Path(self.folder.name)
        return Memory(Journal(folder / f"{'hub' if place < 2 else 'laptop'}.db"), self.hands, folder / "cache")

    @rule(place=st.integers(0, 3), count=st.integers(1, 7))
    def study(self, place: int, count: int) -> None:
        for _ in range(count):
            self.number += 1
            self.memories[place].record(*answer(self.number * 7))

    @rule(place=st.integers(0, 3), back=st.integers(1, 12))
    def undo(self, place: int, back: int) -> None:
        if known := self.memories[place].journal.events():
            self.memories[place].undo(known[-min(back, len(known))])

    @rule(minutes=st.one_of(st.integers(0, 600), st.integers(-600, 0), st.just(-100_000), st.just(100_000)))
    def wait(self, minutes: int) -> None:
        self.hands.turn(minutes=minutes)

    @rule(source=st.integers(0, 3), into=st.integers(0, 3))
    def merge(self, source: int, into: int) -> None:
        self.memories[into].journal.add(self.memories[source].journal.read()[0])

    @rule(place=st.integers(0, 3))
    def look(self, place: int) -> None:
        self.memories[place].refresh()

    @rule(place=st.integers(0, 3))
    def start_anew(self, place: int) -> None:
        self.memories[place].journal.close()
        self.memories[place] = self.opened(place)

    @rule(place=st.integers(0, 3))
    def compare(self, place: int) -> None:
        same(self.memories[place])

    @invariant()
    def all_are_understood(self) -> None:
        if hasattr(self, "memories"):
            assert self.memories[0].state.misfits == {}

    def teardown(self) -> None:
        if not hasattr(self, "memories"):
            return
        for memory in self.memories:
            same(memory)
            memory.journal.close()
        self.folder.cleanup()
        self.patch.undo()


TestLife = pytest.mark.usefixtures("quick")(Life.TestCase)
TestLife.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def quick() -> Iterator[None]:
    """Without waiting for the disk: whether that keeps what it says is tested with the journal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("course.study.journal.file.PRAGMAS", ("synchronous = OFF",))
        yield
