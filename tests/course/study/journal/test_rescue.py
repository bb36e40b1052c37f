"""What a damaged journal still holds is found, whatever is wrong around it; what is no answer is not taken for one."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from course.problems import Problems
from course.study.journal import Event, Journal, keeping
from course.study.journal.file import beside
from course.study.journal.keeping import rescue
from course.study.journal.rescue import search

TODAY = date(2026, 11, 20)
COUNT = 400


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The journal of whoever sits here: 400 events, some of which are longer than a page."""
    path = tmp_path / "journal.db"
    monkeypatch.setenv("COURSE_JOURNAL", str(path))
    with closing(Journal(path)) as journal:
        journal.add(made(number) for number in range(COUNT))
    return path


def made(number: int) -> Event:
    code = "print('Ünïcode ✓')\n" * (number * 40) if number % 50 == 0 else ""
    return Event(1_000_000 + number * 777, -300, f"hub-{number:08d}", "task", {"n": number, "code": code, "zero": 0})


def everything() -> list[Event]:
    return [made(number) for number in range(COUNT)]


def events(path: Path) -> list[Event]:
    with closing(Journal(path)) as journal:
        return journal.events()


def test_all_events_of_a_sound_file_are_found_as_they_were_written(path: Path) -> None:
    found = search(path.read_bytes())
    assert (found.events, found.missing, found.torn) == (everything(), 0, False)


def test_no_loss_is_told_of_that_did_not_happen(path: Path) -> None:
    with closing(Journal(path)) as journal:
        for _ in range(3):
            journal.add(everything())  # Each line that is known already takes a number and leaves a gap.
        journal.append("answer", {"n": COUNT})
        last = journal.read()[1].place
    assert last > COUNT + 1
    found = search(path.read_bytes())
    assert (len(found.events), found.missing, found.torn) == (COUNT + 1, 0, False)


@pytest.mark.parametrize("ids", ["hub-{:08d}", "a very long id " * 400 + "{:08d}"])
def test_what_the_index_names_and_no_page_holds_is_known_to_be_lost(tmp_path: Path, ids: str) -> None:
    path = tmp_path / "other.db"
    with closing(Journal(path)) as journal:
        journal.add(Event(n, 0, ids.format(n), "answer", {"n": n}) for n in range(100, 120))
    content = path.read_bytes()
    for n in (100, 107, 119):
        content = content.replace(f'{{"n": {n}}}'.encode(), f'{{"n"; {n}}}'.encode())
    found = search(content)
    assert (len(found.events), found.missing, found.torn) == (17, 3, False)


@pytest.mark.parametrize("size", [0, 100, 4096, 9000])
def test_a_file_of_which_a_part_is_gone_is_known_by_its_own_count(path: Path, size: int) -> None:
    found = search(path.read_bytes()[:size])
    assert (found.events, found.torn) == ([], True)


def test_what_is_only_in_the_log_is_found_too(path: Path) -> None:
    with closing(Journal(path)) as journal:
        journal.append("answer", {"n": COUNT, "text": "x" * 9000})
        found = search(path.read_bytes(), beside(path, "-wal").read_bytes())
        assert [event.data["n"] for event in found.events] == list(range(COUNT + 1))
        assert found.events == journal.events()
        alone = search(b"", beside(path, "-wal").read_bytes())
        assert COUNT in [event.data["n"] for event in alone.events]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_what_stands_before_the_end_of_a_truncated_file_is_found(path: Path, share: float) -> None:
    content = path.read_bytes()
    found = search(content[: int(len(content) * share)])
    assert all(event in everything() for event in found.events)
    assert len(found.events) > COUNT * share / 3
    assert found.missing <= COUNT - len(found.events)
    assert found.torn


def test_a_file_without_its_first_page_is_read(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[:4096] = bytes(4096)
    assert search(bytes(content)).events == everything()


@pytest.mark.parametrize("seed", range(5))
def test_nonsense_in_the_middle_costs_what_stood_there_and_invents_nothing(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    for _ in range(20):
        at = chance.randrange(len(content))
        content[at : at + 40] = chance.randbytes(40)
    found = search(bytes(content)).events
    known = {event.id: event for event in everything()}
    intact = [event for event in found if known.get(event.id) == event]
    assert len(intact) > COUNT / 2
    assert len(found) - len(intact) <= 20


@pytest.mark.parametrize("seed", range(40))
def test_no_bytes_break_the_search(seed: int) -> None:
    chance = random.Random(seed)
    pages = [chance.choice([b"\x0d", b"\x05"]) + chance.randbytes(4095) for _ in range(6)]
    assert search(b"".join(pages), chance.randbytes(9000)).events == []


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def with_a_torn_line(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'{"n": 77,', b'{"n"; 77,'))


@pytest.mark.parametrize(("spoil", "least"), [(truncated, 100), (emptied, 0), (with_a_torn_line, COUNT - 1)])
def test_a_damaged_journal_is_exchanged_for_what_could_be_read_and_kept(
    path: Path, spoil: Callable[[Path], None], least: int
) -> None:
    spoil(path)
    damaged = path.read_bytes()
    done = rescue(today=TODAY)
    assert done.kept == path.with_name("journal (damaged, 2026-11-20).db")
    assert done.kept.read_bytes() == damaged
    assert done.events == len(events(path)) >= least
    assert Journal(path).append("answer", {"n": COUNT}) in events(path)


def test_a_second_rescue_of_a_day_keeps_the_first_damaged_file(path: Path) -> None:
    for _ in range(2):
        truncated(path)
        rescue(today=TODAY)
    names = sorted(one.name for one in path.parent.iterdir())
    assert names == ["journal (damaged, 2026-11-20) 2.db", "journal (damaged, 2026-11-20).db", "journal.db"]


@pytest.mark.parametrize("step", range(5))
def test_a_rescue_that_is_cut_off_is_not_mistaken_for_a_new_journal_and_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    with closing(Journal(path)) as journal:
        journal.append("answer", {"n": COUNT})
        log = beside(path, "-wal").read_bytes()
    with_a_torn_line(path)
    beside(path, "-wal").write_bytes(log)
    cut_after(step, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        rescue(today=TODAY)
    monkeypatch.undo()
    monkeypatch.setenv("COURSE_JOURNAL", str(path))
    if not path.exists():
        with pytest.raises(Problems, match="course journal rescue"):
            Journal(path).append("answer", {})
    if path.exists() and not keeping.is_damaged(path):
        found = events(path)  # it was complete but for the last word
    else:
        rescue(today=TODAY)
        found = events(path)
    assert [event.data["n"] for event in found] == [n for n in range(COUNT) if n != 77] + [COUNT]


def cut_after(step: int, patch: pytest.MonkeyPatch) -> None:
    """Has a rescue end before one of the times at which it changes the names of files."""
    times = iter(range(99))

    def counted(act: Callable[..., object]) -> Callable[..., object]:
        def cut(*words: object) -> object:
            if next(times) == step:
                raise KeyboardInterrupt
            return act(*words)

        return cut

    patch.setattr(Path, "rename", counted(Path.rename))
    for name in ("put_in_place", "search"):
        patch.setattr(keeping, name, counted(getattr(keeping, name)))


def test_a_journal_in_order_is_left_alone(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Problems, match=r"is in order\. There is nothing to rescue"):
        rescue()
    assert path.read_bytes() == before


def test_where_there_is_no_journal_there_is_nothing_to_rescue(path: Path) -> None:
    path.unlink()
    with pytest.raises(Problems, match="is not there"):
        rescue()


def test_what_can_be_read_of_another_damaged_file_comes_into_the_journal(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "backup.db"
    with closing(Journal(other)) as journal:
        journal.add(Event(n, 0, f"laptop-{n}", "answer", {"n": n}) for n in range(100))
    content = other.read_bytes()
    other.write_bytes(b"garbage" + content[7:])
    done = rescue(other)
    assert (done.events, done.new, done.kept) == (100, 100, other)
    assert len(events(path)) == COUNT + 100


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK\x03\x04" + b"x" * 999, "course journal restore"), (b"a picture" * 999, "nothing that can be read")],
)
def test_what_is_no_journal_at_all_is_refused(path: Path, tmp_path: Path, content: bytes, said: str) -> None:
    other = tmp_path / "backup.zip"
    other.write_bytes(content)
    with pytest.raises(Problems, match=said):
        rescue(other)
    assert events(path) == everything()


def test_a_page_size_other_than_the_usual_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(Journal(path)) as journal:
        journal.add(everything())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM")
    assert search(path.read_bytes()).events == everything()
