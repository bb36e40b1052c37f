"""Temporary files have a folder that goes with the run, and an assignment has one run at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from autograde.refusal import Refusal
from autograde.run.lock import only_one
from autograde.run.scratch import LOCK, PREFIX, scratch, sweep


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_temporary_files_lie_in_it_and_go_with_it(place: Path) -> None:
    with scratch() as folder:
        assert Path(tempfile.mkdtemp()).parent == folder
        assert folder.parent == place
    assert not list(place.iterdir())
    assert tempfile.gettempdir() == str(place)


def test_another_run_that_goes_on_keeps_its_folder(place: Path) -> None:
    with scratch() as folder:
        sweep(place)
        assert folder.exists()


def test_what_a_killed_run_left_is_removed_by_the_next(place: Path) -> None:
    left = place / f"{PREFIX}left"
    (left / "deep").mkdir(parents=True)
    (left / LOCK).touch()
    with scratch():
        assert not left.exists()


def test_a_folder_that_is_just_being_made_and_a_link_are_left_alone(place: Path) -> None:
    (place / f"{PREFIX}new").mkdir()
    (place / "precious").mkdir()
    (place / "precious" / LOCK).touch()
    (place / f"{PREFIX}link").symlink_to(place / "precious")
    sweep(place)
    assert (place / f"{PREFIX}new").exists()
    assert (place / "precious" / LOCK).exists()


def test_an_assignment_is_graded_by_one_run_at_a_time(tmp_path: Path) -> None:
    with only_one(tmp_path, "ps1"):
        with pytest.raises(Refusal, match="Another run is grading ps1"), only_one(tmp_path, "ps1"):
            pass
        with only_one(tmp_path, "ps2"):
            pass
    with only_one(tmp_path, "ps1"):
        pass


def test_a_course_that_cannot_be_written_is_left_to_the_record(tmp_path: Path) -> None:
    (tmp_path / ".autograde").touch()
    with only_one(tmp_path, "ps1"):
        pass
