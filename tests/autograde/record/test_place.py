"""Files come into autograded/ as nbgrader would put them there, and student code decides on nothing that counts."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograde.assignment import Assignment
from autograde.record.place import NEW, OLD, Place, gather
from autograde.task import Result, Task
from tests.autograde.courses import SmallCourse
from tests.autograde.record.school import FINES, Ours, hand_in, make_school, worked
from tests.disk import snapshot


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "autograded" / "ada" / "ps1", tmp_path / "autograded", permissions=0o444, shared=False)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize(
    ("config", "file", "folder"),
    [
        ("", "0o444", "0o755"),
        ("c.Autograde.permissions = 640", "0o640", "0o755"),
        ("c.CourseDirectory.groupshared = True", "0o664", "0o2775"),
    ],
    ids=["read-only", "as configured", "for a group"],
)
def test_permissions_are_those_that_nbgrader_sets(tmp_path: Path, config: str, file: str, folder: str) -> None:
    course = make_school(tmp_path / "course", config)
    hand_in(course, "ada", fines=worked(course, "fines"))
    ours = Ours(course)
    ours.write("ada")
    ours.write("ada")
    found = modes(course.root / "autograded")
    assert found == {
        **dict.fromkeys(("autograded", "ada", "ps1", "data"), folder),
        **dict.fromkeys(("fines.ipynb", "notes.txt", "timestamp.txt", "books.csv"), file),
    }


def test_what_stays_is_all_but_what_is_written_anew_and_what_must_go(place: Place) -> None:
    for files in ({"a.ipynb": b"1", "b.ipynb": b"1", "x/a.ipynb": b"1", "x/y.txt": b"1", "z": b"1"}, {"a.ipynb": b"2"}):
        place.prepare(files)
        with place.exchanged():
            pass
    assert snapshot(place.folder) == {"a.ipynb": b"2"}
    place.prepare({"b.ipynb": b"3", "x/a.ipynb": b"3", "x/a.ipynb/c": b"3"})
    with place.exchanged():
        pass
    place.prepare({"a.ipynb": b"4", "x": b"4"}, keep=True, but=["b.ipynb"])
    with place.exchanged():
        pass
    assert snapshot(place.folder) == {"a.ipynb": b"4", "x": b"4"}


def test_what_the_code_wrote_lies_beside_but_takes_no_place_that_counts(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", fines=worked(course, "fines"))
    written = {
        "loans.ipynb": b"a notebook that was never handed in",
        "fines.ipynb": b"another one",
        "timestamp.txt": b"2020-01-01",
        "data/books.csv": b"changed by the run",
        "plots/one.png": b"png",
        "plots/mine.ipynb": b"a notebook of one's own",
        "__pycache__/helper.pyc": b"compiled",
        "../ben/ps1/fines.ipynb": b"somebody else's",
        "/tmp/autograde-was-here": b"elsewhere",
        "notes.txt/more": b"a folder where a file was",
    }
    assert ours.write("ada", files=written) == ()
    found = snapshot(course.root / "autograded")
    assert sorted(found) == [
        "ada/ps1/data/books.csv",
        "ada/ps1/fines.ipynb",
        "ada/ps1/notes.txt/more",
        "ada/ps1/plots/mine.ipynb",
        "ada/ps1/plots/one.png",
        "ada/ps1/timestamp.txt",
    ]
    assert found["ada/ps1/data/books.csv"] == b"changed by the run"
    assert found["ada/ps1/timestamp.txt"] == b"2026-11-20 12:00:00 UTC"
    assert b"nbformat" in found["ada/ps1/fines.ipynb"]
    assert not Path("/tmp/autograde-was-here").exists()


def test_later_layers_count_whether_they_are_files_or_folders() -> None:
    assignment = Assignment(id="1", name="ps1", course="c", due=None, notebooks=(), files={"a": b"i", "d/x.csv": b"i"})
    task = Task(student="ada", assignment="ps1", files={"a/b": b"s", "d": b"s", "x.ipynb": FINES}, notebooks=())
    result = Result(student="ada", files={"d/x.csv/deep": b"r", "": b"", "a//b": b"", "./a": b""})
    assert gather(task, result, assignment) == {"a": b"i", "d/x.csv/deep": b"r"}


def test_a_name_that_the_disk_cannot_keep_is_left_out_and_named(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", fines=worked(course, "fines"))
    [note] = ours.write("ada", files={"n" * 300: b"long", "zero\0": b"odd", "fine.txt": b"kept"})[:1]
    assert "The disk cannot keep a file under the name 'nnn" in str(note)
    assert (course.step("autograded", "ada", "ps1") / "fine.txt").read_bytes() == b"kept"


def test_an_error_brings_the_former_files_back(place: Place, tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        place.prepare({"one.txt": content, "deep/two.txt": content})
        with place.exchanged():
            pass
    before = snapshot(tmp_path)
    place.prepare({"one.txt": b"third"})

    def stopped() -> None:
        with place.exchanged():
            assert place.read("one.txt") == b"third"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert snapshot(tmp_path) == before
    assert [path.name for path in place.folder.parent.iterdir()] == ["ps1"]


def test_an_error_at_the_first_time_leaves_nothing(place: Place) -> None:
    place.prepare({"one.txt": b"first"})
    with pytest.raises(OSError, match="no more"), place.exchanged():
        raise OSError("no more")
    assert not place.folder.parent.parent.exists()


@pytest.mark.parametrize("full", ["open", "mkdir"])
def test_a_disk_that_is_full_leaves_no_empty_folder(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    (tmp_path / "autograded").mkdir()
    made: Callable[..., Any] = getattr(os, full)

    def fill(path: str | Path, *more: Any, **named: Any) -> Any:
        if NEW in str(path):
            monkeypatch.setattr(os, full, made)  # Removing what was written needs no space.
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return made(path, *more, **named)

    monkeypatch.setattr(os, full, fill)
    with pytest.raises(OSError, match="No space left"):
        place.prepare({"one.txt": b"first"})
    assert list((tmp_path / "autograded").iterdir()) == []


def test_folders_of_others_stay_when_nothing_could_be_written(place: Place) -> None:
    (place.folder.parent / "ps2").mkdir(parents=True)
    place.prepare({"one.txt": b"first"})
    with pytest.raises(OSError, match="no more"), place.exchanged():
        raise OSError("no more")
    assert [path.name for path in place.folder.parent.iterdir()] == ["ps2"]


def test_what_a_killed_run_left_is_put_right(place: Place) -> None:
    place.prepare({"one.txt": b"first"})
    with place.exchanged():
        pass
    place.folder.rename(place.folder.with_name(f".ps1.1f{OLD}"))
    place.folder.with_name(f".ps1.2f{NEW}").write_bytes(b"half a time stamp")
    place.folder.with_name(f".ps1.3f{NEW}").mkdir()
    place.folder.with_name(".ps1-of-somebody").mkdir()
    place.recover()
    assert snapshot(place.folder) == {"one.txt": b"first"}
    assert sorted(path.name for path in place.folder.parent.iterdir()) == [".ps1-of-somebody", "ps1"]


def test_a_link_in_place_of_the_folder_is_exchanged_not_followed(place: Place, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept.txt").write_bytes(b"kept")
    place.folder.parent.mkdir(parents=True)
    place.folder.symlink_to(tmp_path / "elsewhere")
    place.prepare({"one.txt": b"first"})
    with place.exchanged():
        pass
    place.recover()
    assert snapshot(place.folder) == {"one.txt": b"first"}
    assert (tmp_path / "elsewhere" / "kept.txt").read_bytes() == b"kept"
