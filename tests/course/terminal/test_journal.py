"""`course journal` says where the journal lies and takes care of it, in plain sentences and without a traceback."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from course.house import House
from course.study.journal import Event, Journal, keeping
from course.study.journal.keeping import journal_path
from tests.command import Said, command


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "COURSE_JOURNAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


def study(count: int, path: Path | None = None) -> Path:
    path = path or journal_path()
    with closing(Journal(path)) as journal:
        journal.add(Event(1_763_600_000_000 + n, 60, f"{path.name}-{n}", "answer", {"n": n}) for n in range(count))
    return path


def said(house: House, *words: object) -> Said:
    told = command(house, "journal", *map(str, words))
    assert "Traceback" not in told.err
    return told


def test_it_says_where_the_journal_lies_and_what_is_in_it(house: House) -> None:
    assert "nothing yet" in said(house, "where").out
    assert not journal_path().exists()
    study(3)
    told = said(house, "where").out
    for part in (str(journal_path()), "the usual place", "3 entries", "2025-11-", "in order"):
        assert part in told


def test_it_moves_the_journal(house: House, tmp_path: Path) -> None:
    study(3)
    told = said(house, "move", tmp_path / "stick")
    assert f"Your journal is {tmp_path / 'stick/journal.db'} now, with 3 entries." in told.out
    assert "where `course journal move` has put it" in said(house, "where").out


def test_it_says_what_to_do_where_a_variable_names_the_old_place(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "named.db"))
    study(1)
    assert "Set COURSE_JOURNAL to the new file" in said(house, "move", tmp_path / "stick").out
    told = said(house, "where").out
    assert str(tmp_path / "stick/journal.db") in told


def test_it_keeps_a_copy_and_brings_it_back_on_another_machine(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study(3)
    house.work.mkdir()
    (house.work / "notes.txt").write_text("mine", encoding="utf-8")
    told = said(house, "backup", tmp_path / "copy.zip").out
    assert "holds 3 entries of your journal and 1 file of" in told
    assert "is a copy of your journal" in said(house, "backup", tmp_path / "copy.db").out
    monkeypatch.setenv("HOME", str(tmp_path / "other"))
    (house.work / "notes.txt").unlink()
    told = said(house, "restore", tmp_path / "copy.zip").out
    assert "Of 3 entries in the backup, 3 were new to your journal." in told
    assert "in place work/notes.txt" in told
    assert "1 file was there already." in said(house, "restore", tmp_path / "copy.zip").out
    (house.work / "notes.txt").write_text("another", encoding="utf-8")
    assert "beside yours work/notes (mine, restored" in said(house, "restore", tmp_path / "copy.zip").out
    assert "0 were new" in said(house, "restore", tmp_path / "copy.db").out


def test_it_works_outside_of_a_clone_and_without_a_folder_of_work(house: House, tmp_path: Path) -> None:
    study(1)
    assert "There is no work/ folder here" in said(house, "backup", tmp_path / "copy.zip").out
    assert "There is no work/ folder here" in said(house, "restore", tmp_path / "copy.zip").out


def test_it_merges_another_journal(house: House, tmp_path: Path) -> None:
    study(2)
    study(3, tmp_path / "laptop.db")
    assert "Of 3 entries, 3 were new." in said(house, "merge", tmp_path / "laptop.db").out
    assert "Of 3 entries, 0 were new." in said(house, "merge", tmp_path / "laptop.db").out


def test_it_rescues_a_damaged_journal_of_which_every_other_command_tells(house: House, tmp_path: Path) -> None:
    path = study(300)
    os.truncate(path, path.stat().st_size // 2)
    for words in (["where"], ["backup", tmp_path / "copy.zip"], ["move", tmp_path / "stick"]):
        told = said(house, *words)
        assert told.code == 2
        assert "is damaged" in told.err
        assert "course journal rescue" in told.err
    told = said(house, "rescue")
    assert "could be read; at least" in told.out
    assert "The damaged file is kept:" in told.out
    assert said(house, "where").code == 0
    told = said(house, "rescue")
    assert (told.code, "is in order. There is nothing to rescue." in told.err) == (2, True)


def test_restoring_over_a_damaged_journal_says_what_became_of_it(house: House, tmp_path: Path) -> None:
    path = study(300)
    said(house, "backup", tmp_path / "copy.db")
    os.truncate(path, path.stat().st_size // 2)
    told = said(house, "restore", tmp_path / "copy.db").out
    assert "The damaged file is kept:" in told
    assert Journal(path).count() == 300


@pytest.mark.parametrize("words", [["restore", "nothing.zip"], ["merge", "nothing.db"], ["rescue", "nothing.db"]])
def test_a_file_that_is_not_there_is_named(house: House, words: list[str]) -> None:
    told = said(house, *words)
    assert told.code == 2
    assert "nothing." in told.err


def test_a_machine_that_forgets_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINDER_SERVICE_HOST", "x")
    assert "this is a Binder session" in said(house, "where").out


def test_a_zip_is_merged_and_not_rescued(house: House, tmp_path: Path) -> None:
    study(2)
    said(house, "backup", tmp_path / "good.zip")
    assert "Of 2 entries, 0 were new." in said(house, "merge", tmp_path / "good.zip").out
    told = said(house, "rescue", tmp_path / "good.zip")
    assert (told.code, told.out) == (2, "")
    assert f"course journal restore {tmp_path / 'good.zip'}" in told.err
    told = command(house, "bring", str(tmp_path / "good.zip"))
    assert f"course journal restore {tmp_path / 'good.zip'}" in told.err


def test_a_rescue_says_what_is_known_to_be_lost_and_no_more(house: House, tmp_path: Path) -> None:
    other = study(164, tmp_path / "other.db")
    study(164, other)
    assert said(house, "rescue", other).out == (
        f"164 entries could be read. 164 of them went into your journal.\n{other} is as it was.\n"
    )
    path = study(164)
    os.truncate(path, 9000)
    told = said(house, "rescue").out
    assert told.startswith("0 entries could be read. 0 of them went into your journal.\nA part of the file is gone")


def test_a_journal_that_was_taken_away_from_its_last_answers_is_not_called_new(house: House) -> None:
    path = study(1)
    path.with_name(path.name + "-wal").write_bytes(path.read_bytes())
    path.unlink()
    told = said(house, "where")
    assert (told.code, told.out) == (2, "")
    assert "is not there, but journal.db-wal is" in told.err


def test_a_read_only_journal_is_said_to_be_one_and_moved_by_a_copy(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = study(2)
    monkeypatch.setattr(keeping, "read_only", lambda asked: asked == path)
    told = said(house, "where").out
    assert "2 entries" in told
    assert "read-only: no answer can be kept" in told
    assert "in order" not in told
    told = said(house, "move", tmp_path / "stick").out
    assert f"{path} is read-only, so it stays as it was." in told
    assert "in order" in said(house, "where").out


def test_a_file_that_is_there_is_not_moved_onto(house: House, tmp_path: Path) -> None:
    study(2)
    said(house, "backup", tmp_path / "copy.db")
    told = said(house, "move", tmp_path / "copy.db")
    assert (told.code, told.out) == (2, "")
    assert f"✗ {tmp_path / 'copy.db'}: is there already." in told.err
