"""A journal goes out as JSON and comes back to the bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course.problems import Problems
from course.study.exchange import journal_json
from course.study.exchange.bringing import Brought
from course.study.journal import Event, Journal
from course.study.memory import Memory
from tests.awkward import Hands

AT = round(Hands().now.timestamp() * 1000)
LONG_AGO = 1_000_000_000_000


def memory() -> Memory:
    return Memory(Journal(), Hands())


@pytest.fixture
def full() -> Memory:
    learner = memory()
    learner.record("setting", {"name": "retention", "value": 0.85})
    learner.record("review", {"card": "one-gap#1", "rating": 3, "ms": 4_000, "topic": "routing", "framework": "flask"})
    gone = learner.record("review", {"card": "one-gap#1", "rating": 1, "ms": 10})
    learner.undo(gone)
    learner.record("of-tomorrow", {"z": 1, "a": [0.1, 1e-7, 12345678901234567890, None, True], "ü": {"☃": "\u2028\n"}})
    learner.journal.add([Event(LONG_AGO, -330, "from-long-ago", "hint", {"hint": "x", "step": 1})])
    return learner


def test_a_round_trip_is_the_same_to_the_bit(full: Memory, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert journal_json.write(full, first) == 6
    other = memory()
    assert journal_json.bring(other, first) == Brought("events", 6, 0)
    journal_json.write(other, second)
    assert first.read_bytes() == second.read_bytes()
    assert other.journal.events() == full.journal.events()
    assert other.state == full.state
    assert [list(event.data) for event in other.journal.events()] == [
        list(event.data) for event in full.journal.events()
    ]


def test_the_file_says_what_it_is_and_which_settings_are_in_force(full: Memory, tmp_path: Path) -> None:
    journal_json.write(full, tmp_path / "journal.json")
    content = json.loads((tmp_path / "journal.json").read_text(encoding="utf-8"))
    assert (content["format"], content["version"]) == ("threeways-journal", 1)
    assert content["settings"]["retention"] == 0.85
    first = {"id": "from-long-ago", "at": LONG_AGO, "offset": -330, "kind": "hint", "data": {"hint": "x", "step": 1}}
    assert content["events"][0] == first


def test_a_second_time_adds_nothing(full: Memory, tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    journal_json.write(full, path)
    assert journal_json.bring(full, path) == Brought("events", 0, 6)


def test_what_is_new_joins_what_is_there(full: Memory, tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    journal_json.write(full, path)
    full.record("hint", {"hint": "x", "step": 2})
    other = memory()
    other.journal.add(full.journal.events()[:2])
    own = other.record("hint", {"hint": "y", "step": 1})
    assert journal_json.bring(other, path) == Brought("events", 4, 2)
    assert own in other.journal.events()


def test_an_empty_journal_can_go_and_come(tmp_path: Path) -> None:
    assert journal_json.write(memory(), tmp_path / "empty.json") == 0
    assert journal_json.bring(memory(), tmp_path / "empty.json") == Brought("events", 0, 0)


def change(place: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda content: content["events"][1].update({place: value})


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda content: content.update(version=2), "written by a newer course .version 2; this one reads 1."),
        (lambda content: content.update(version="1"), "its version is '1', which is none"),
        (lambda content: content.update(format="other"), "is not a journal of this course"),
        (lambda content: content.pop("events"), "is not a journal of this course"),
        (lambda content: content.update(events={}), "event 1 is not whole"),
        (lambda content: content["events"][1].pop("id"), r"event 2 is not whole \(id: "),
        (change("id", ""), r"event 2 is not whole \(id: "),
        (change("at", "5"), r"event 2 is not whole \(at: "),
        (change("at", True), r"event 2 is not whole \(at: "),
        (change("offset", 5000), r"event 2 is not whole \(offset: "),
        (change("kind", None), r"event 2 is not whole \(kind: "),
        (change("data", []), r"event 2 is not whole \(data: "),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_one_message(
    full: Memory, tmp_path: Path, spoil: Callable[[dict[str, Any]], None], message: str
) -> None:
    path = tmp_path / "journal.json"
    journal_json.write(full, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    spoil(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    other = memory()
    with pytest.raises(Problems, match=message) as refused:
        journal_json.bring(other, path)
    assert len(refused.value.problems) == 1
    assert other.journal.events() == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"format": "threeways-journal", "version"', b"[" * 100_000, b"\xff\xfe"]
)
def test_a_damaged_file_is_refused_with_one_message(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    path.write_bytes(content)
    with pytest.raises(Problems) as refused:
        journal_json.bring(memory(), path)
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("at", [-1, 86_400_000, AT + 86_400_001, 2**60, 2**70])
def test_an_event_of_a_time_that_cannot_be_is_left_alone(full: Memory, tmp_path: Path, at: int) -> None:
    path = tmp_path / "journal.json"
    journal_json.write(full, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["events"][1]["at"] = at
    content["events"][2]["at"] = AT + 86_400_000
    path.write_text(json.dumps(content), encoding="utf-8")
    other = memory()
    remark = "1 event lies before 2000 or in the future, by the clock of this machine; it was left alone."
    assert journal_json.bring(other, path) == Brought("events", 5, 0, (remark,))
    assert other.state.misfits == {}


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("NaN", r"journal\.json:2: .*is damaged"),
        ("-Infinity", r"journal\.json:2: .*is damaged"),
        ("1e400", "holds a number that is too large"),
        ("[" * 300 + "]" * 300, r"journal\.json:2: .*is damaged: recursion"),
    ],
    ids=["NaN", "infinity", "too large", "too deep"],
)
def test_what_a_journal_cannot_keep_is_refused_with_one_message(tmp_path: Path, number: str, message: str) -> None:
    path = tmp_path / "journal.json"
    head = '{"format": "threeways-journal", "version": 1, "events": ['
    event = f'{{"id": "a", "at": {AT}, "offset": 0, "kind": "hint", "data": {{"hint": "x", "step": {number}}}}}'
    path.write_text(f"{head}\n{event}\n]}}", encoding="utf-8")
    other = memory()
    with pytest.raises(Problems, match=message) as refused:
        journal_json.bring(other, path)
    assert len(refused.value.problems) == 1
    assert other.journal.events() == []


def test_a_message_names_the_line_of_an_event(full: Memory, tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    journal_json.write(full, path)
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[3] = lines[3].replace('"offset": 120', '"offset": "120"')
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Problems, match=r"journal\.json:4: .*event 3 is not whole"):
        journal_json.bring(memory(), path)
