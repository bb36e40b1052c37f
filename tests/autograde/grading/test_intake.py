from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from autograde.grading.intake import read_submission, read_timestamp
from autograde.settings import Limits
from autograde.task import Problem, Weight

STUDENT = "ada"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ada" / "ps1"
    made.mkdir(parents=True)
    (made / "problem1.ipynb").write_bytes(b"{}")
    return made


def kinds(problems: tuple[Problem, ...]) -> set[tuple[str, Weight, str | None]]:
    return {(problem.kind, problem.weight, problem.notebook) for problem in problems}


def test_files_are_read_by_their_relative_path(folder: Path) -> None:
    (folder / "data" / "deep").mkdir(parents=True)
    (folder / "data" / "deep" / "table.csv").write_bytes(b"a,b\r\n")
    files, problems = read_submission(folder, Limits(), STUDENT)
    assert files == {"problem1.ipynb": b"{}", "data/deep/table.csv": b"a,b\r\n"}
    assert problems == ()


def test_links_are_named_and_never_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("BAIT")
    (folder / "notes.txt").symlink_to(tmp_path / "secret")
    (folder / "all").symlink_to(tmp_path, target_is_directory=True)
    files, problems = read_submission(folder, Limits(), STUDENT)
    assert set(files) == {"problem1.ipynb"}
    assert kinds(problems) == {("link handed in", Weight.LOOK, None)}
    assert "all, notes.txt" in str(problems[0])


def unreadable(path: Path) -> None:
    path.write_text("{}")
    path.chmod(0)


INSTEAD = {
    "a link": (lambda path: path.symlink_to("/etc/passwd"), "links are not followed", "put the file itself"),
    "a pipe": (os.mkfifo, "only ordinary files with ordinary names are", "put an ordinary file"),
    "a file that is not ours": (unreadable, "the system does not let you", "make it readable for you"),
}


@pytest.mark.parametrize(("make", "why", "remedy"), INSTEAD.values(), ids=INSTEAD)
def test_what_stands_in_place_of_a_notebook_is_told_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], why: str, remedy: str
) -> None:
    make(folder / "problem2.ipynb")
    if os.geteuid() == 0 and make is unreadable:  # Root may read it all the same.
        refuse(monkeypatch, "problem2.ipynb")
    files, [problem] = read_submission(folder, Limits(), STUDENT)
    assert set(files) == {"problem1.ipynb"}
    assert (problem.weight, problem.notebook) == (Weight.UNGRADED, "problem2")
    assert problem.what == f"problem2.ipynb was not read, because {why}."
    assert problem.do.startswith(f"If it belongs to the work, {remedy}")


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Has the machine refuse to open a file of this name."""
    opened = os.open

    def open_but_one(path: str | Path, *given: int, **more: int) -> int:
        if path == name:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *given, **more)

    monkeypatch.setattr(os, "open", open_but_one)


def test_a_file_that_is_somebody_elses_is_not_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "solution").write_bytes(b"BAIT")
    for name in ("notes.txt", "problem2.ipynb", "data.csv"):
        os.link(tmp_path / "solution", folder / name)
    files, problems = read_submission(
        folder, Limits(), STUDENT, overwritten={"data.csv": b""}, elsewhere=lambda state, student: f"{student}'s place"
    )
    assert set(files) == {"problem1.ipynb"}
    assert kinds(problems) == {
        ("somebody else's file", Weight.LOOK, None),
        ("somebody else's file", Weight.UNGRADED, "problem2"),
    }
    assert "notes.txt (the same file as ada's place)" in problems[0].what
    assert "problem2.ipynb (the same file as ada's place) was not read" in problems[1].what


def test_a_file_with_several_names_is_read_like_any_other(folder: Path, tmp_path: Path) -> None:
    os.link(folder / "problem1.ipynb", tmp_path / "backup.ipynb")
    files, problems = read_submission(folder, Limits(), STUDENT, elsewhere=lambda state, student: "")
    assert (set(files), problems) == ({"problem1.ipynb"}, ())


def test_a_submission_that_is_a_link_is_not_read(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    files, problems = read_submission(link, Limits(), STUDENT)
    assert files == {}
    assert kinds(problems) == {("unreadable submission", Weight.UNGRADED, None)}


def test_pipes_and_sockets_do_not_stop_the_reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # A socket's address has to be short.
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        files, problems = read_submission(folder, Limits(), STUDENT)
    assert set(files) == {"problem1.ipynb"}
    assert kinds(problems) == {("odd file handed in", Weight.LOOK, None)}
    assert "pipe, socket" in str(problems[0])


def test_names_that_are_no_text_are_left_out_and_shown_safely(folder: Path) -> None:
    (folder / "\x1b[2Jgone\n.txt").write_bytes(b"")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.txt")).write_bytes(b"")
    (folder / "photo\u202f3.png").write_bytes(b"x")
    files, problems = read_submission(folder, Limits(), STUDENT)
    assert set(files) == {"problem1.ipynb", "photo\u202f3.png"}
    assert str(problems[0]).isprintable()


def test_too_much_is_not_graded_and_says_what_to_raise(folder: Path) -> None:
    (folder / "film.mp4").write_bytes(b"x" * 2_000)
    files, problems = read_submission(folder, Limits(submission=1_000), STUDENT)
    assert files == {}
    assert kinds(problems) == {("too large", Weight.UNGRADED, None)}
    assert "c.AutogradeEngine.submission" in problems[0].do


def test_too_many_files_are_not_graded(folder: Path) -> None:
    for number in range(12):
        (folder / f"{number}.txt").write_bytes(b"")
    _, problems = read_submission(folder, Limits(files=10), STUDENT)
    assert kinds(problems) == {("too large", Weight.UNGRADED, None)}


def test_folders_without_end_are_cut_off(folder: Path) -> None:
    deep = folder
    for _ in range(60):
        deep = deep / "d"
        deep.mkdir()
    (deep / "treasure").write_bytes(b"x")
    files, problems = read_submission(folder, Limits(), STUDENT)
    assert set(files) == {"problem1.ipynb"}
    assert kinds(problems) == {("odd file handed in", Weight.LOOK, None)}


def test_what_nbgrader_ignores_is_ignored(folder: Path) -> None:
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "problem1-checkpoint.ipynb").write_bytes(b"{}")
    (folder / "helper.pyc").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"")
    files, _ = read_submission(folder, Limits(), STUDENT, ignore=[".ipynb_checkpoints", "*.pyc", "*hidden"])
    assert set(files) == {"problem1.ipynb", ".hidden"}


def test_the_students_copies_of_the_instructors_files_are_not_read(folder: Path) -> None:
    (folder / "data.csv").write_bytes(b"x" * 2_000)
    files, problems = read_submission(folder, Limits(submission=1_000), STUDENT, overwritten={"data.csv": b""})
    assert set(files) == {"problem1.ipynb"}
    assert problems == ()


@pytest.mark.parametrize(
    ("stamp", "when"),
    [
        (b"2026-11-20 12:00:00 UTC", datetime(2026, 11, 20, 12)),
        (b"2026-11-20T12:00:00+02:00\n", datetime(2026, 11, 20, 10)),
        (b"", None),
    ],
)
def test_the_time_is_read_as_nbgrader_reads_it(stamp: bytes, when: datetime | None) -> None:
    assert read_timestamp({"timestamp.txt": stamp}, STUDENT) == (when, ())


@pytest.mark.parametrize("stamp", [b"yesterday", b"\xff\xfe", b"9999-99-99 99:99:99 XX", b"1 2 3", b"\x1b[2J" * 99])
def test_a_time_that_is_none_is_told(stamp: bytes) -> None:
    when, problems = read_timestamp({"timestamp.txt": stamp}, STUDENT)
    assert when is None
    assert kinds(problems) == {("unreadable time", Weight.LOOK, None)}
    assert str(problems[0]).isprintable()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_stops_being_a_file_before_it_is_read_is_not_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (tmp_path / "secret").write_text("BAIT")
    if kind == "link":
        (folder / "notes.txt").symlink_to(tmp_path / "secret")
    else:
        os.mkfifo(folder / "notes.txt")
    looked = (tmp_path / "secret").stat()
    monkeypatch.setattr("autograde.grading.intake.os.stat", lambda *_, **__: looked)
    files, problems = read_submission(folder, Limits(), STUDENT)
    assert set(files) == {"problem1.ipynb"}
    assert {problem.weight for problem in problems} == {Weight.LOOK}
