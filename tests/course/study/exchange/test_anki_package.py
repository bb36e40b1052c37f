"""What is in a package, read without Anki: stable ids, the learner's place, and the way back."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from course.study.clock import DAY, study_day
from course.study.exchange import anki_history, anki_package
from course.study.exchange.anki_notes import FIELDS, make_notes
from course.study.exchange.anki_schedule import BIRTH, history
from course.study.journal import Event, Journal
from course.study.library import Library
from course.study.memory import Memory
from tests.awkward import START, Hands, awkward_library

AT = round(START.timestamp() * 1000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return awkward_library(tmp_path_factory.mktemp("awkward"))


def package(library: Library, path: Path, memory: Memory | None = None, offset: int = 120, now: int = AT) -> Path:
    past = history(memory.journal.events(), *memory.now()) if memory else None
    anki_package.write(make_notes(library), path, now, offset, past)
    return path


def table(path: Path, query: str) -> list[Any]:
    with zipfile.ZipFile(path) as archive:
        archive.extract("collection.anki2", path.parent)
    connection = sqlite3.connect(path.parent / "collection.anki2")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def review(card: str, at: int, id: str, rating: int = 3) -> Event:
    return Event(at, 120, id, "review", {"card": card, "rating": rating, "ms": 1_000})


def learner(events: Iterable[Event] = (), days: int = 1) -> Memory:
    memory = Memory(Journal(), Hands(START + timedelta(days=days)))
    memory.journal.add(events)
    return memory


def test_ids_of_notes_decks_and_types_never_change(library: Library, tmp_path: Path) -> None:
    path = package(library, tmp_path / "a.apkg")
    assert [guid for (guid,) in table(path, "SELECT guid FROM notes ORDER BY guid")] == [
        f"threeways:{id}" for id in sorted(library.cards)
    ]
    [[models, decks]] = table(path, "SELECT models, decks FROM col")
    assert {(int(id), model["name"]) for id, model in json.loads(models).items()} == {
        (1685617514911, "Threeways basic"),
        (1953367476489, "Threeways choice"),
        (2076227407765, "Threeways cloze"),
        (1705164750791, "Threeways code"),
    }
    assert {deck["name"]: int(id) for id, deck in json.loads(decks).items() if id != "1"} == {
        "Threeways::02 Routing and URLs::Django": 1448352983203,
        "Threeways::02 Routing and URLs::Flask": 1151729949199,
        "Threeways::02 Routing and URLs::Side by side": 1123532779417,
    }


def test_the_fields_of_a_type_never_change() -> None:
    # Anki would take a type with other fields for another type, and leave the notes of the old one as they are.
    assert FIELDS == {
        "basic": ("Front", "Back", "Topic"),
        "code": ("Front", "Code", "Topic"),
        "choice": ("Front", "Options", "Back", "Topic"),
        "cloze": ("Text", "Back", "Topic"),
    }


def test_a_package_made_again_holds_the_same(library: Library, tmp_path: Path) -> None:
    first, second = (package(library, tmp_path / name) for name in ("a.apkg", "b.apkg"))
    for name in ("notes", "cards", "col"):
        assert table(first, f"SELECT * FROM {name}") == table(second, f"SELECT * FROM {name}")


def test_nothing_is_left_behind(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    package(library, tmp_path / "a.apkg")
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("offset", [-480, 0, 120, 345])
def test_days_turn_at_four_where_the_learner_is(library: Library, tmp_path: Path, offset: int) -> None:
    [[crt, conf]] = table(package(library, tmp_path / "a.apkg", offset=offset), "SELECT crt, conf FROM col")
    local = datetime.fromtimestamp(crt, timezone(timedelta(minutes=offset)))
    assert (local.date().isoformat(), local.hour, local.minute) == ("2020-01-01", 4, 0)
    assert json.loads(conf)["creationOffset"] == -offset


def test_only_the_learner_who_wants_it_sends_a_history(library: Library, tmp_path: Path) -> None:
    assert table(package(library, tmp_path / "a.apkg"), "SELECT count(*) FROM revlog") == [(0,)]
    memory = learner([review("one-gap#1", AT, "a"), review("one-gap#1", AT + 600_000, "b")])
    path = package(library, tmp_path / "b.apkg", memory)
    assert table(path, "SELECT id, ease, ivl < 0, lastIvl, time, type FROM revlog ORDER BY id") == [
        (AT, 3, 1, 0, 1_000, 0),
        (AT + 600_000, 3, 0, -600, 1_000, 0),
    ]
    card = memory.state.deck.cards["one-gap#1"]
    [[due, ivl, data]] = table(path, "SELECT due, ivl, data FROM cards WHERE reps = 2")
    assert (due, ivl) == (card.due_day - BIRTH, card.due_day - study_day(AT, 120))
    assert json.loads(data) == {
        "s": round(card.stability, 4),
        "d": round(card.difficulty, 3),
        "dr": 0.9,
        "decay": 0.1542,
        "lrt": (AT + 600_000) // 1000,
    }


def test_a_leech_is_marked_as_anki_marks_it(library: Library, tmp_path: Path) -> None:
    events = [review("one-gap#1", AT, "start", 4)]
    for lapse in range(6):
        at = AT + (30 * lapse + 20) * DAY
        events += [review("one-gap#1", at, f"{lapse}-a", 1), review("one-gap#1", at + 600_000, f"{lapse}-b")]
    memory = learner(events, days=200)
    assert memory.state.deck.cards["one-gap#1"].leech
    tagged = table(package(library, tmp_path / "a.apkg", memory), "SELECT guid FROM notes WHERE tags LIKE '% leech %'")
    assert tagged == [("threeways:one-gap",)]


def test_reviews_of_the_same_millisecond_go_and_come_as_two(library: Library, tmp_path: Path) -> None:
    events = [review("one-gap#1", AT, "a"), review("write-a-route", AT, "b"), review("one-gap#1", AT, "c", 1)]
    memory = learner(events)
    path = package(library, tmp_path / "a.apkg", memory)
    assert table(path, "SELECT id, ease FROM revlog ORDER BY id") == [(AT, 3), (AT + 1, 3), (AT + 2, 1)]
    assert anki_history.bring(memory, library, path).new == 0
    other = learner()
    assert anki_history.bring(other, library, path).new == 3
    assert other.state.deck.cards["one-gap#1"].reps == 2


def test_what_was_undone_here_does_not_come_back_from_there(library: Library, tmp_path: Path) -> None:
    memory = learner([review("one-gap#1", AT, "a")])
    path = package(library, tmp_path / "a.apkg", memory)
    memory.undo("a")
    assert anki_history.bring(memory, library, path).new == 0
    assert "one-gap#1" not in memory.state.deck.cards


def test_reviews_keep_their_order_and_their_ids_wherever_they_come_in(library: Library, tmp_path: Path) -> None:
    path = package(
        library, tmp_path / "a.apkg", learner([review("one-gap#1", AT, "a"), review("one-gap#1", AT + 5, "b")])
    )
    first, second = learner(), learner()
    second.record("hint", {"hint": "x", "step": 1})
    for memory in (first, second):
        anki_history.bring(memory, library, path)
    ids = [event.id for event in first.journal.events()]
    assert ids == [f"anki-{AT}-one-gap#1", f"anki-{AT + 5}-one-gap#1"]
    assert [event.id for event in second.journal.events()][:2] == ids
