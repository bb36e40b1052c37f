"""Who has handed in is found as nbgrader finds it."""

from __future__ import annotations

from pathlib import Path

import pytest
from traitlets.config import Config

from autograde.run.course import Course


def course(root: Path, **directory: str) -> Course:
    return Course(Config({"CourseDirectory": {"root": str(root), **directory}}))


def submit(root: Path, *places: str) -> None:
    for place in places:
        (root / place).mkdir(parents=True)


def names(found: Course, *students: str, assignment: str = "ps1") -> list[str]:
    return [submission.student for submission in found.submissions(assignment, students)]


def test_students_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    submit(tmp_path, "submitted/cy/ps1", "submitted/ada/ps1", "submitted/bob/ps2", "submitted/.hidden/ps1")
    assert names(course(tmp_path)) == ["ada", "cy"]


def test_the_folders_may_be_arranged_otherwise(tmp_path: Path) -> None:
    submit(tmp_path, "work/ps1/in/ada", "work/ps1/in/bob (2)")
    directory = {
        "directory_structure": "work/{assignment_id}/{nbgrader_step}/{student_id}",
        "submitted_directory": "in",
    }
    found = course(tmp_path, **directory)
    assert names(found) == ["ada", "bob (2)"]
    assert found.submissions("ps1")[0].folder == tmp_path / "work/ps1/in/ada"


def test_names_that_look_like_patterns_are_names(tmp_path: Path) -> None:
    submit(tmp_path, "submitted/ada/ps[1]", "submitted/bob/ps1")
    assert names(course(tmp_path), assignment="ps[1]") == ["ada"]


def test_the_configuration_leaves_students_out_and_the_command_brings_them_back(tmp_path: Path) -> None:
    submit(tmp_path, "submitted/ada/ps1", "submitted/bob/ps1", "submitted/cy/ps1")
    found = course(tmp_path, student_id="[ab]*", student_id_exclude="bob")
    assert names(found) == ["ada"]
    assert names(found, "*") == ["ada", "cy"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_no_submission_and_a_link_is_left_to_intake(tmp_path: Path, kind: str) -> None:
    submit(tmp_path, "submitted/ada/ps1", "submitted/eve")
    place = tmp_path / "submitted/eve/ps1"
    place.write_text("x") if kind == "file" else place.symlink_to(tmp_path / "submitted/ada/ps1")
    assert names(course(tmp_path)) == (["ada"] if kind == "file" else ["ada", "eve"])


def test_settings_under_their_older_names_count(tmp_path: Path) -> None:
    found = Course(Config({"NbGrader": {"course_id": "old"}, "CourseDirectory": {"root": str(tmp_path)}}))
    assert found.directory.course_id == "old"
