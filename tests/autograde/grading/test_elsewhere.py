"""A file that lies elsewhere in the course, too, is the student's only where the student could have it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograde.grading.elsewhere import Elsewhere

STRUCTURES = ("{nbgrader_step}/{student_id}/{assignment_id}", "{assignment_id}/{student_id}/{nbgrader_step}")


@pytest.fixture(params=STRUCTURES, ids=["as it is", "arranged otherwise"])
def directory(tmp_path: Path, request: pytest.FixtureRequest) -> CourseDirectory:
    settings = {"root": str(tmp_path), "directory_structure": request.param}
    return CourseDirectory(config=Config({"CourseDirectory": settings}))


def made(directory: CourseDirectory, step: str, student: str, assignment: str, name: str) -> Path:
    path = Path(directory.format_path(step, student, assignment), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(path))
    return path


def found(directory: CourseDirectory, other: Path, *more: Path) -> str:
    """What is found of a file of ada's for ps1 that is the same as others."""
    mine = Path(directory.format_path("submitted", "ada", "ps1"), "mine")
    mine.parent.mkdir(parents=True, exist_ok=True)
    for path in (mine, *more):
        path.unlink(missing_ok=True)
        os.link(other, path)
    return Elsewhere(directory, "ps1", Path(directory.root, "kept")).find(mine.stat(), "ada")


@pytest.mark.parametrize(
    "place",
    [
        ("source", ".", "ps1", "problem1.ipynb"),
        ("solution", ".", "ps1", "problem1.ipynb"),
        ("source", ".", "ps2", "deep/data.csv"),
        ("release", ".", "ps2", "problem1.ipynb"),
        ("submitted", "ben", "ps1", "problem1.ipynb"),
        ("submitted", "ada2", "ps1", "problem1.ipynb"),
        ("autograded", "ben", "ps1", "notes.txt"),
        ("feedback", "ben", "ps1", "problem1.html"),
        ("autograded", "ada", "ps1", "problem1.ipynb"),
    ],
    ids="/".join,
)
def test_files_of_others_are_named(directory: CourseDirectory, place: tuple[str, str, str, str]) -> None:
    other = made(directory, *place)
    assert found(directory, other) == os.path.relpath(other, directory.root)


@pytest.mark.parametrize("name", ["gradebook.db", "nbgrader_config.py", "kept/ps1.json"])
def test_the_courses_own_files_are_named(directory: CourseDirectory, name: str) -> None:
    other = Path(directory.root, name)
    other.parent.mkdir(exist_ok=True)
    other.write_text("secret")
    assert found(directory, other) == name


def test_a_gradebook_that_lies_elsewhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "grades.db").write_text("secret")
    settings = {"root": str(tmp_path / "course"), "db_url": f"sqlite:///{tmp_path}/grades.db"}
    directory = CourseDirectory(config=Config({"CourseDirectory": settings}))
    assert found(directory, tmp_path / "grades.db") == "../grades.db"


def test_what_the_student_has_anyway_is_the_students(directory: CourseDirectory, tmp_path: Path) -> None:
    backup = tmp_path / "backup" / "of" / "ada" / "mine"
    backup.parent.mkdir(parents=True)
    backup.write_text("mine")
    assert found(directory, backup) == ""
    for place in (("submitted", "ps1"), ("submitted", "ps2"), ("autograded", "ps1"), ("feedback", "ps1")):
        step, assignment = place
        assert found(directory, made(directory, step, "ada", assignment, "notes.txt")) == ""


def test_what_was_given_to_everybody_is_no_secret_wherever_it_lies_besides(directory: CourseDirectory) -> None:
    given = made(directory, "release", ".", "ps1", "data.csv")
    others = [made(directory, "source", ".", "ps1", "data.csv"), made(directory, "submitted", "ben", "ps1", "data.csv")]
    assert found(directory, given, *others) == ""


def test_time_stamps_that_are_the_same_are_no_secret(directory: CourseDirectory) -> None:
    assert found(directory, made(directory, "submitted", "ben", "ps1", "timestamp.txt")) == ""


def test_a_link_in_place_of_a_submission_leads_nowhere(directory: CourseDirectory, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_text("x")
    link = Path(directory.format_path("submitted", "eve", "ps1"))
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert found(directory, tmp_path / "elsewhere" / "file") == ""
