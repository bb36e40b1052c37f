"""A journal is found, moved, copied and merged, and at no instant is an answer in no place."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_config_path, user_data_path

from course.problems import Problem, Problems
from course.study.journal import Event, Journal, keeping
from course.study.journal.archive import merge, pack
from course.study.journal.file import beside
from course.study.journal.keeping import backup, journal_path, move, own_journal, place

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "COURSE_JOURNAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    return home


def events(*numbers: int, writer: str = "hub") -> list[Event]:
    return [Event(1000 + n, 60, f"{writer}-{n:08d}", "answer", {"n": n}) for n in numbers]


def fill(path: Path, *numbers: int, writer: str = "hub") -> Path:
    with closing(Journal(path)) as journal:
        journal.add(events(*numbers, writer=writer))
    return path


def numbers(path: Path) -> list[int]:
    with closing(Journal(path)) as journal:
        return [event.data["n"] for event in journal.events()]


# Where it lies --------------------------------------------------------------------------------------------------------


def test_the_usual_place_is_in_the_learners_own_folder(home: Path) -> None:
    assert place() == keeping.Place(user_data_path("threeways", appauthor=False) / "journal.db", "usual")
    assert journal_path().is_relative_to(home)


def test_a_variable_names_another_file(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("COURSE_JOURNAL", "~/mine.db")
    assert place() == keeping.Place(home / "mine.db", "COURSE_JOURNAL")


def test_a_name_that_means_another_file_in_each_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_JOURNAL", "journal.db")
    with pytest.raises(Problems, match="COURSE_JOURNAL names, and each notebook would look for it in another folder"):
        journal_path()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"journal": 5}', '{"other": "/x"}'])
def test_a_note_of_the_place_that_cannot_be_read_means_the_usual_one(content: str) -> None:
    note = user_config_path("threeways", appauthor=False) / "journal.json"
    note.parent.mkdir(parents=True)
    note.write_text(content, encoding="utf-8")
    assert place().decided_by == "usual"


# Moving ---------------------------------------------------------------------------------------------------------------


def test_a_moved_journal_is_found_in_its_new_place_and_no_longer_in_the_old_one(tmp_path: Path) -> None:
    old = fill(journal_path(), 1, 2, 3)
    moved = move(tmp_path / "stick")
    assert (moved.path, moved.events, moved.left) == (tmp_path / "stick/journal.db", 3, None)
    assert journal_path() == moved.path
    assert (numbers(moved.path), list(old.parent.iterdir())) == ([1, 2, 3], [])
    assert move(old).path == journal_path() == old
    assert numbers(old) == [1, 2, 3]


def test_who_has_it_open_goes_on_in_the_new_place(tmp_path: Path) -> None:
    studying = Journal(fill(journal_path(), 1))
    assert studying.count() == 1
    new = move(tmp_path / "stick").path
    studying.append("answer", {"n": 2})
    assert numbers(new) == [1, 2]


def test_answers_that_are_given_while_it_moves_to_and_fro_are_all_there(tmp_path: Path) -> None:
    fill(journal_path(), 0)
    studying = [own_journal() for _ in range(3)]
    done = threading.Event()

    def study(journal: Journal, first: int) -> list[int]:
        given: list[int] = []
        while not done.wait(0.001) or not given:
            given.append(first + len(given))
            journal.append("answer", {"n": given[-1]})
        return given

    with ThreadPoolExecutor(3) as pool:
        started = [pool.submit(study, journal, 10**6 * number) for number, journal in enumerate(studying, 1)]
        for number in range(6):
            move(tmp_path / f"place-{number % 2}")
        done.set()
        given = [number for one in started for number in one.result()]
    assert sorted(numbers(journal_path())) == sorted([0, *given])


def test_one_that_was_not_open_while_it_moved_is_found(tmp_path: Path) -> None:
    fill(journal_path(), 1)
    never, closed = own_journal(), own_journal()
    closed.append("answer", {"n": 2})
    closed.close()
    for name in ("stick", "other"):
        move(tmp_path / name)
    never.append("answer", {"n": 3})
    closed.append("answer", {"n": 4})
    assert sorted(numbers(tmp_path / "other/journal.db")) == [1, 2, 3, 4]


@pytest.mark.parametrize("others", [(2, 3), (1, 2), ()])
def test_another_journal_that_lies_there_is_left_alone(tmp_path: Path, others: tuple[int, ...]) -> None:
    old = fill(journal_path(), 1, 2)
    there = fill(tmp_path / "stick/journal.db", *others)
    before = there.read_bytes()
    with pytest.raises(Problems, match=r"is there already\. Name another file; or .*course journal merge"):
        move(tmp_path / "stick")
    assert there.read_bytes() == before
    assert (journal_path(), numbers(old)) == (old, [1, 2])
    assert Journal(old).append("answer", {"n": 3})


def test_a_move_that_fails_before_its_sign_is_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = fill(journal_path(), 1, 2), tmp_path / "stick/journal.db"
    with monkeypatch.context() as patch:
        take = keeping._take_along

        def cut(*words: Path) -> None:
            take(*words)
            raise KeyboardInterrupt

        patch.setattr(keeping, "_take_along", cut)
        with pytest.raises(KeyboardInterrupt):
            move(new)
    assert list(new.parent.iterdir()) == []
    assert numbers(old) == [1, 2]
    assert move(new).events == 2
    assert (journal_path(), numbers(new), old.exists()) == (new, [1, 2], False)


@pytest.fixture
def no_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has files that say so be read-only even for root, by SQLite's own means."""
    open_file = sqlite3.connect

    def opened(name: str, **more: Any) -> sqlite3.Connection:
        path = Path(name.removeprefix("file://").partition("?")[0])
        sealed = path.exists() and not path.stat().st_mode & 0o222
        return open_file(name.replace("mode=rw", "mode=ro") if sealed else name, **more)

    monkeypatch.setattr(sqlite3, "connect", opened)


@pytest.mark.usefixtures("no_writing")
@pytest.mark.parametrize("named", [True, False])
def test_a_read_only_journal_is_moved_by_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool) -> None:
    if named:
        monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "named.db"))
    old = fill(journal_path(), 1, 2)
    old.chmod(0o444)
    before = old.read_bytes()
    moved = move(tmp_path / "stick")
    assert (moved.copied, moved.left, moved.events) == (True, old, 2)
    assert old.read_bytes() == before
    assert [path.name for path in (tmp_path / "stick").iterdir()] == ["journal.db"]
    if named:
        monkeypatch.setenv("COURSE_JOURNAL", str(moved.path))
    assert journal_path() == moved.path
    Journal(moved.path).append("answer", {"n": 3})
    assert numbers(moved.path) == [1, 2, 3]


def test_a_folder_that_takes_no_file_is_told_of_and_not_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(journal_path(), 1)

    def refused(path: Path, *_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "touch", refused)
    for act in (backup, move):
        with pytest.raises(Problems, match=r"there\.db.*Permission denied"):
            act(tmp_path / "there.db")


def test_a_copy_that_cannot_be_written_is_told_of_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(journal_path(), 1)

    def full(journal: Journal, to: Path) -> int:
        to.write_bytes(b"half")
        raise Problems([Problem(to, 0, "cannot be written: the disk is full.", "Free some space.")])

    monkeypatch.setattr(Journal, "copy", full)
    for act, path in ((backup, "a.db"), (move, "b.db"), (lambda to: pack(to, None), "c.zip")):
        with pytest.raises(Problems) as caught:
            act(tmp_path / path)
        assert caught.value.problems[0].text(tmp_path).startswith(f"{path}: cannot be written")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize("content", [b"Dear diary", b""])
def test_a_file_that_is_no_journal_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    fill(journal_path(), 1)
    (tmp_path / "mine.db").write_bytes(content)
    with pytest.raises(Problems, match=r"mine\.db"):
        move(tmp_path / "mine.db")
    assert (tmp_path / "mine.db").read_bytes() == content
    assert numbers(journal_path()) == [1]
    Journal(journal_path()).append("answer", {"n": 2})


def test_a_place_that_cannot_be_written_leaves_the_journal_where_it_is(tmp_path: Path) -> None:
    fill(journal_path(), 1)
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(Problems, match="cannot be used"):
        move(tmp_path / "file" / "below")
    assert place().decided_by == "usual"
    assert numbers(journal_path()) == [1]


def test_moving_to_where_it_is_changes_nothing() -> None:
    path = fill(journal_path(), 1)
    with pytest.raises(Problems, match="is where the journal lies already"):
        move(path.parent)
    assert numbers(path) == [1]


@pytest.mark.parametrize("step", range(4))
def test_a_move_that_is_cut_off_loses_nothing_and_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    old = fill(journal_path(), 1, 2)
    with monkeypatch.context() as patch:
        names = [(keeping, "put_in_place"), (Journal, "leave"), (keeping, "write_whole"), (Path, "unlink")]
        home_of, name = names[step]
        act = getattr(home_of, name)

        def cut(*words: object, **more: object) -> None:
            if name == "leave" or (name == "unlink" and words[0] != old):
                act(*words, **more)
            if name != "unlink" or words[0] == old:
                raise KeyboardInterrupt

        patch.setattr(home_of, name, cut)
        with pytest.raises(KeyboardInterrupt):
            move(tmp_path / "stick")
    Journal(journal_path()).append("answer", {"n": 3})
    if place().decided_by == "usual":
        move(tmp_path / "stick")
    assert numbers(journal_path()) == [1, 2, 3]
    assert journal_path() == tmp_path / "stick/journal.db"


def test_where_a_variable_decides_the_old_file_stays_and_points_to_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "named.db"
    monkeypatch.setenv("COURSE_JOURNAL", str(old))
    fill(old, 1)
    moved = move(tmp_path / "stick")
    assert moved.left == old
    Journal(journal_path()).append("answer", {"n": 2})
    assert numbers(moved.path) == [1, 2]
    assert move(tmp_path / "other").left == old
    assert list((tmp_path / "stick").iterdir()) == []
    assert numbers(old) == [1, 2]


def test_a_journal_is_moved_back_to_where_a_sign_was_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "named.db"
    monkeypatch.setenv("COURSE_JOURNAL", str(old))
    studying = Journal(fill(old, 1))
    move(tmp_path / "stick")
    studying.append("answer", {"n": 2})
    assert move(old).left is None
    studying.append("answer", {"n": 3})
    assert numbers(old) == [1, 2, 3]
    assert studying.path == old
    assert list((tmp_path / "stick").iterdir()) == []


def test_a_drive_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    fill(journal_path(), 1)
    moved = move(tmp_path / "stick").path
    away = moved.parent.rename(tmp_path / "unplugged")
    with pytest.raises(Problems, match=r"it is not there\. Plug in its drive"):
        journal_path()
    away.rename(moved.parent)
    assert numbers(journal_path()) == [1]


def test_the_note_of_the_place_says_where_the_journal_is(tmp_path: Path) -> None:
    moved = move(tmp_path / "stick")
    note = user_config_path("threeways", appauthor=False) / "journal.json"
    assert json.loads(note.read_text(encoding="utf-8")) == {"journal": str(moved.path)}


# Copies and merging ---------------------------------------------------------------------------------------------------


def test_a_backup_is_one_file_that_holds_everything(tmp_path: Path) -> None:
    with closing(Journal(fill(journal_path(), 1, 2))) as studying:
        studying.append("answer", {"n": 3})  # still in the log
        (tmp_path / "copies").mkdir()
        copy = backup(tmp_path / "copies", TODAY)
        assert copy == tmp_path / "copies/threeways-journal-2026-11-20.db"
        assert backup(tmp_path / "copies", TODAY).name == "threeways-journal-2026-11-20 2.db"
        studying.append("answer", {"n": 4})
    assert [one.name for one in (tmp_path / "copies").iterdir() if one.name.endswith(("-wal", "-shm"))] == []
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (3,)
    assert numbers(copy) == [1, 2, 3]


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    fill(journal_path(), 1)
    (tmp_path / "copy.db").write_text("mine", encoding="utf-8")
    with pytest.raises(Problems, match="is there already"):
        backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text(encoding="utf-8") == "mine"


def test_a_backup_of_a_damaged_journal_is_refused_while_it_can_still_be_rescued(tmp_path: Path) -> None:
    path = fill(journal_path(), *range(300))
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(Problems, match="course journal rescue"):
        backup(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_laptop_and_hub_are_taken_together_once(tmp_path: Path) -> None:
    laptop = fill(tmp_path / "laptop.db", 1, 3, 5, writer="laptop")
    fill(journal_path(), 2, 4)
    before = laptop.read_bytes()
    assert merge(laptop) == keeping.Merged(3, 3)
    assert merge(laptop) == keeping.Merged(3, 0)
    assert numbers(journal_path()) == [1, 2, 3, 4, 5]
    assert laptop.read_bytes() == before
    assert [one.name for one in tmp_path.glob("laptop*")] == ["laptop.db"]


@pytest.mark.parametrize("seed", range(3))
def test_it_does_not_matter_who_merges_whom(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    paths = [tmp_path / f"{name}.db" for name in ("hub", "laptop", "phone")]
    for path in paths:
        fill(path, *chance.sample(range(60), 30), writer=chance.choice(["a", path.stem]))
    merged = []
    for order in (paths, paths[::-1]):
        own = fill(tmp_path / f"own-{len(merged)}/journal.db")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COURSE_JOURNAL", str(own))
            for path in order:
                merge(path)
        with closing(Journal(own)) as journal:
            merged.append(journal.events())
    assert merged[0] == merged[1]


def test_the_last_answers_of_a_journal_that_is_open_elsewhere_are_merged_too(tmp_path: Path) -> None:
    with closing(Journal(fill(tmp_path / "laptop.db", 1))) as studying:
        studying.append("answer", {"n": 2})
        assert beside(tmp_path / "laptop.db", "-wal").stat().st_size
        assert merge(tmp_path / "laptop.db").new == 2


def test_a_journal_is_merged_from_where_nobody_may_write(tmp_path: Path) -> None:
    folder = tmp_path / "cd"
    fill(folder / "laptop.db", 1)
    (folder / "laptop.db").chmod(0o444)
    folder.chmod(0o555)
    try:
        assert merge(folder / "laptop.db").new == 1
    finally:
        folder.chmod(0o755)


def test_a_journal_that_was_left_behind_is_merged_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = fill(tmp_path / "named.db", 1, 2)
    monkeypatch.setenv("COURSE_JOURNAL", str(old))
    move(tmp_path / "stick")
    monkeypatch.delenv("COURSE_JOURNAL")
    shutil.rmtree(tmp_path / "stick")
    assert merge(old).new == 2


def test_merging_a_journal_with_itself_adds_nothing() -> None:
    path = fill(journal_path(), 1, 2)
    assert merge(path) == keeping.Merged(2, 0)
    assert numbers(path) == [1, 2]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "is no file"),
        (lambda path: path.mkdir(), "is no file"),
        (lambda path: path.write_text("x" * 9999), "course journal rescue"),
        (lambda path: truncate(fill(path, *range(300))), "course journal rescue"),
    ],
)
def test_what_cannot_be_merged_is_named_and_changes_nothing(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    fill(journal_path(), 1)
    make(tmp_path / "other.db")
    with pytest.raises(Problems, match=said) as caught:
        merge(tmp_path / "other.db")
    assert caught.value.problems[0].path == tmp_path / "other.db"
    assert numbers(journal_path()) == [1]


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)
