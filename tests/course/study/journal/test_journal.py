"""A journal keeps what was written, whoever writes at once and whatever happens to its file."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from course.problems import Problems
from course.study import journal
from course.study.journal import START, Event, Exchanged, Journal, Spot
from course.study.journal import file as journal_file
from course.study.journal.file import VERSION, beside

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=1)))
posix = pytest.mark.skipif(os.name != "posix", reason="what POSIX calls permissions, forks and limits")


def at_noon() -> datetime:
    return NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def filled(path: Path) -> Path:
    """A journal of 200 answers that nobody has open."""
    written = Journal(path, at_noon)
    written.add(Event(1000 + n, 60, f"laptop-{n:08d}", "answer", {"question": f"q-{n}", "n": n}) for n in range(200))
    written.close()
    return path


def numbers(path: Path) -> list[int]:
    return [event.data["n"] for event in Journal(path).events()]


# What is written ------------------------------------------------------------------------------------------------------


def test_what_was_written_is_read_by_another_process(path: Path) -> None:
    event = Journal(path, at_noon).append("answer", {"question": "routing-first-match", "right": True})
    assert Journal(path).events() == [event]
    assert (event.at, event.offset, event.kind) == (round(NOON.timestamp() * 1000), 60, "answer")


def test_events_of_one_millisecond_stay_in_the_order_of_writing(path: Path) -> None:
    written = Journal(path, at_noon)
    for n in range(30):
        written.append("answer", {"n": n})
    assert numbers(path) == list(range(30))


def test_an_event_comes_after_what_it_follows_though_the_clock_was_set_back(path: Path) -> None:
    first = Journal(path, at_noon).append("exam-start", {"run": 1})
    earlier = Journal(path, lambda: NOON - timedelta(hours=2))
    second = earlier.append("exam-answer", {"run": 1}, after=first.order)
    assert [event.kind for event in Journal(path).events()] == ["exam-start", "exam-answer"]
    assert second.at == first.at + 1


def test_summer_time_and_time_zones_do_not_touch_the_order(path: Path) -> None:
    before = datetime(2026, 10, 25, 2, 50, tzinfo=timezone(timedelta(hours=2)))
    turned = datetime(2026, 10, 25, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    in_tokyo = datetime(2026, 10, 25, 10, 15, tzinfo=timezone(timedelta(hours=9)))
    for n, moment in enumerate([before, turned, in_tokyo]):
        Journal(path, lambda moment=moment: moment).append("answer", {"n": n})  # type: ignore[misc]
    assert numbers(path) == [0, 1, 2]


def test_the_disk_is_asked_to_keep_an_event_before_it_is_said_to_be_kept(filled: Path) -> None:
    with closing(journal_file.connect(filled)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_known_id_is_written_once(path: Path) -> None:
    written = Journal(path, at_noon)
    written.append("review", {"card": "a"}, id="anki-1")
    written.append("review", {"card": "b"}, id="anki-1")
    event = Event(5, 0, "anki-2", "review", {})
    assert written.add([event, event, written.events()[0]]) == 1
    assert [one.data for one in written.events()] == [{}, {"card": "a"}]


@pytest.mark.parametrize("typed", ["Ünïcode ✓ 😀", "half \ud83d of one", "a\0b", "\x1b[31m", "x" * 100_000, ""])
def test_whatever_is_typed_is_kept(path: Path, typed: str) -> None:
    Journal(path, at_noon).append("cause", {"text": typed})
    [event] = Journal(path).events()
    assert event.data["text"] == typed.replace("\ud83d", "\ufffd")


@pytest.mark.parametrize("strange", [{"x": float("nan")}, {"x": object()}])
def test_what_is_no_json_is_refused_before_anything_is_written(path: Path, strange: dict[str, object]) -> None:
    written = Journal(path)
    with pytest.raises((ValueError, TypeError)):
        written.append("answer", strange)
    assert written.count() == 0


def test_nothing_that_is_written_can_be_changed_or_deleted(filled: Path) -> None:
    with sqlite3.connect(filled) as connection:
        for statement in ("DELETE FROM events", "UPDATE events SET data = '{}'"):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                connection.execute(statement)
    connection.close()


def test_an_event_of_a_kind_that_nobody_knows_is_kept(path: Path) -> None:
    Journal(path, at_noon).append("telepathy", {"of": "a later version"})
    assert [event.kind for event in Journal(path).events()] == ["telepathy"]


def test_a_reader_goes_on_from_where_it_was(filled: Path) -> None:
    reader = Journal(filled)
    events, spot = reader.read()
    assert (len(events), reader.read(spot)) == (200, ([], spot))
    added = Journal(filled, at_noon).append("answer", {"n": 200})
    assert reader.read(spot) == ([added], Spot(spot.place + 1, added.id))


@pytest.mark.parametrize("spot", [Spot(200, "another-id"), Spot(201, "x")])
def test_a_spot_of_another_journal_is_noticed(filled: Path, spot: Spot) -> None:
    with pytest.raises(Exchanged):
        Journal(filled).read(spot)


def test_a_journal_in_memory_leaves_no_file(tmp_path: Path) -> None:
    forgetful = Journal(None, at_noon)
    forgetful.append("answer", {"n": 1})
    assert (forgetful.count(), forgetful.kept, list(tmp_path.iterdir())) == (1, False, [])


# Several at once ------------------------------------------------------------------------------------------------------


def test_threads_that_share_a_journal_lose_nothing(path: Path) -> None:
    shared = Journal(path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: shared.append("answer", {"n": n}), range(200)))
    assert sorted(numbers(path)) == list(range(200))


@posix
def test_processes_that_write_at_once_lose_nothing_even_when_they_inherit_an_open_journal(path: Path) -> None:
    shared = Journal(path)
    shared.append("answer", {"n": -1})

    def study(first: int) -> str:
        for n in range(first, first + 25):
            shared.append("answer", {"n": n})
        return "done"

    ends = [in_a_child(lambda first=first: study(first), wait=False) for first in range(0, 100, 25)]  # type: ignore[misc]
    shared.append("answer", {"n": 100})
    assert [end() for end in ends] == ["done"] * 4
    assert sorted(numbers(path)) == list(range(-1, 101))


def test_a_journal_that_two_make_in_the_same_moment_is_one(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Journal(path).append("answer", {"n": n}), range(8)))
    assert sorted(numbers(path)) == list(range(8))
    assert not list(path.parent.glob(".*.new*"))


def test_one_who_waits_too_long_is_told_and_what_is_kept_stays(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "PATIENCE", 0.05)
    waiting, holding = Journal(filled), sqlite3.connect(filled)
    holding.execute("BEGIN IMMEDIATE")
    with pytest.raises(Problems, match="is held by another program"):
        waiting.append("answer", {"n": 200})
    holding.rollback()
    waiting.append("answer", {"n": 200})
    holding.close()
    assert sorted(numbers(filled)) == list(range(201))


# What is no journal, or no longer one ---------------------------------------------------------------------------------


def truncated(share: float) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        os.truncate(path, int(path.stat().st_size * share))

    return spoil


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))


def with_a_torn_line(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b'{"question": "q-77"', b'{"question"; "q-77"'))


def as_text(path: Path) -> None:
    path.write_text("Dear journal, today I studied routing. " * 200, encoding="utf-8")


def from_a_newer_course(path: Path) -> None:
    change(path, f"PRAGMA user_version = {VERSION + 1}")


def from_another_program(path: Path) -> None:
    path.unlink()
    change(path, "CREATE TABLE events (place INTEGER, id TEXT, at INTEGER, offset INTEGER, kind TEXT, data TEXT)")


def as_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "notes.txt").write_text("mine", encoding="utf-8")


def without_its_table(path: Path) -> None:
    change(path, "DROP TABLE events", mode="WAL")


def change(path: Path, statement: str, mode: str = "DELETE") -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "what", "todo"),
    [
        (truncated(0), "is empty", "restore"),
        (truncated(0.001), "is no journal, or a damaged one", "course journal rescue"),
        (truncated(0.3), "is damaged", "course journal rescue"),
        (truncated(0.9), "is damaged", "course journal rescue"),
        (overwritten, "is damaged", "course journal rescue"),
        (with_a_torn_line, "is damaged: event 78 cannot be read", "course journal rescue"),
        (as_text, "is no journal, or a damaged one", "course journal rescue"),
        (from_a_newer_course, "was written by a newer version of the course", "Update the course"),
        (from_another_program, "is the database of another program", "COURSE_JOURNAL"),
        (as_a_folder, "is a folder where the journal belongs", "Rename it"),
        (without_its_table, "no such table: events", "Nothing was changed"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_not_touched(
    filled: Path, spoil: Callable[[Path], None], what: str, todo: str
) -> None:
    spoil(filled)
    before = content(filled)
    for use in (lambda one: one.read(), lambda one: one.check()):
        with pytest.raises(Problems) as caught:
            use(Journal(filled))
        [problem] = caught.value.problems
        assert problem.path == filled
        assert what in problem.what
        assert todo in problem.todo
    assert content(filled) == before


@pytest.mark.parametrize("spoil", [truncated(0), truncated(0.5), as_text, from_a_newer_course, from_another_program])
def test_nothing_is_written_into_a_file_that_cannot_be_used(filled: Path, spoil: Callable[[Path], None]) -> None:
    spoil(filled)
    before = content(filled)
    with pytest.raises(Problems):
        Journal(filled, at_noon).append("answer", {"n": 200})
    assert content(filled) == before


def content(path: Path) -> list[tuple[str, bytes]]:
    """All files there, by what they hold; not those that SQLite makes for as long as it looks."""
    found = (one for one in path.parent.rglob("*") if one.is_file() and not one.name.endswith(("-shm", "-wal")))
    return [(one.name, one.read_bytes()) for one in sorted(found)]


def test_the_last_answers_of_a_journal_that_was_taken_away_are_not_thrown_away(filled: Path) -> None:
    beside(filled, "-wal").write_bytes(b"the last answers")
    filled.rename(filled.with_name("elsewhere.db"))
    with pytest.raises(Problems, match="holds its last answers") as caught:
        Journal(filled).append("answer", {"n": 200})
    assert "Put journal.db back beside it" in str(caught.value)
    assert beside(filled, "-wal").read_bytes() == b"the last answers"


# Where the system refuses ---------------------------------------------------------------------------------------------


def in_a_child(work: Callable[[], str], *, wait: bool = True) -> Callable[[], str]:
    """Does `work` in a fork, which is not root; the returned function waits for it and gives what it returned."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            if wait and os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            said = work()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        with os.fdopen(writer, "w", encoding="utf-8") as out:
            out.write(said)
        os._exit(0)
    os.close(writer)

    def end() -> str:
        with os.fdopen(reader, encoding="utf-8") as out:
            said = out.read()
        os.waitpid(child, 0)
        return said

    return end


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder into which others can look; those of pytest are closed to everybody but their owner."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def answer_and_say(path: Path) -> str:
    Journal(path, at_noon).append("answer", {"n": 200})
    return "written"


@posix
@pytest.mark.parametrize(
    ("file", "folder", "said"),
    [(0o444, 0o555, "read-only"), (0o444, 0o777, "read-only"), (0o666, 0o555, ""), (0o000, 0o755, "cannot be opened")],
    ids=["both read-only", "the file read-only", "the folder read-only", "no permission"],
)
def test_a_journal_that_may_not_be_written_says_so(
    filled: Path, open_folder: Path, file: int, folder: int, said: str
) -> None:
    path = open_folder / "journal.db"
    path.write_bytes(filled.read_bytes())
    path.chmod(file)
    open_folder.chmod(folder)
    told = in_a_child(lambda: answer_and_say(path))()
    assert told.startswith("Problems: ")
    assert str(path) in told
    assert said in told
    assert path.read_bytes() == filled.read_bytes()


@posix
def test_a_place_where_no_journal_can_be_made_says_so(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    told = in_a_child(lambda: answer_and_say(open_folder / "threeways" / "journal.db"))()
    assert "Permission denied" in told
    assert "COURSE_JOURNAL" in told
    (tmp := open_folder / "file").parent.chmod(0o755)
    tmp.write_text("no folder", encoding="utf-8")
    with pytest.raises(Problems, match=r"Not a directory|File exists"):
        answer_and_say(tmp / "journal.db")


@posix
def test_a_disk_that_takes_no_more_is_named_and_all_before_it_is_kept(filled: Path) -> None:
    def fill() -> str:
        writing = Journal(filled, at_noon)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        kept, refused = fill_up(writing)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        writing.append("task", {"n": kept})  # the learner presses again once there is space
        return f"{kept}|{refused}"

    kept, said = in_a_child(fill, wait=False)().split("|")
    assert int(kept) > 200
    assert "cannot be written or read: the disk refuses" in said
    assert numbers(filled) == list(range(int(kept) + 1))
    Journal(filled).check()


def test_a_full_disk_is_named_and_all_before_it_is_kept(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(journal_file, "PRAGMAS", ("max_page_count = 20",))
        writing = Journal(filled, at_noon)
        kept, said = fill_up(writing)
        assert "the disk is full. Free some space and do the last thing again" in said
    writing.append("task", {"n": kept})
    assert numbers(filled) == list(range(kept + 1))


def fill_up(writing: Journal) -> tuple[int, str]:
    """Writes until the disk is full: how many events there are then, and what is said."""
    for number in range(200, 400):
        try:
            writing.append("task", {"n": number, "code": "x" * 5000})
        except Problems as problems:
            return number, str(problems)
    raise AssertionError("the disk was never full")


def test_where_no_write_ahead_log_can_be_kept_the_other_one_keeps_the_answers(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "OPTIONS", "&vfs=unix-dotfile")
    Journal(path).append("answer", {"n": 0})
    change(path, "PRAGMA user_version")
    first, second = Journal(path), Journal(path)
    for n in range(1, 11):
        (first if n % 2 else second).append("answer", {"n": n})
    assert not beside(path, "-wal").exists()
    first.close()
    second.close()
    assert sorted(numbers(path)) == list(range(11))  # Two that write in one millisecond may come in any order.


# A file that goes away while it is open -------------------------------------------------------------------------------


@posix
def test_answers_go_into_the_file_that_took_the_place_of_the_open_one(filled: Path) -> None:
    studying = Journal(filled, at_noon)
    studying.append("answer", {"n": 200})
    other = filled.with_name("other.db")
    Journal(other, at_noon).append("answer", {"n": -1})
    for end in ("-wal", "-shm"):
        beside(filled, end).unlink()
    shutil.copy(other, filled.with_name("copy.db"))
    shutil.copy(beside(other, "-wal"), beside(filled, "-wal"))
    filled.with_name("copy.db").replace(filled)
    studying.append("answer", {"n": 201})
    assert sorted(numbers(filled)) == [-1, 201]
    with pytest.raises(Exchanged):
        studying.read(Spot(201, "known from the former file"))


@posix
def test_a_journal_that_vanishes_while_it_is_open_is_not_begun_anew_in_silence(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PAUSE", 0.001)
    studying = Journal(filled, at_noon)
    studying.append("answer", {"n": 200})
    hidden = filled.rename(filled.with_name("unplugged.db"))
    with pytest.raises(Problems, match=r"is no longer there\. Put it back"):
        studying.append("answer", {"n": 201})
    assert not filled.exists()
    hidden.rename(filled)
    studying.append("answer", {"n": 202})
    assert numbers(filled)[:201] == list(range(201))
    assert numbers(filled)[-1] == 202


def test_one_who_has_a_journal_open_that_is_moved_goes_on_in_its_new_place(filled: Path) -> None:
    studying, reading = Journal(filled, at_noon), Journal(filled)
    spot = reading.read()[1]
    new = filled.with_name("new.db")
    moving = Journal(filled)
    moving.leave(new, lambda: shutil.copy(filled, new))
    studying.append("answer", {"n": 200})
    assert [event.data["n"] for event in reading.read(spot)[0]] == [200]
    assert (studying.path, reading.path, moving.count()) == (new, new, 201)
    assert numbers(new) == list(range(201))
    assert reading.read(START)[0][0].data["n"] == 0
