"""The configuration is found where nbgrader finds it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograde.refusal import Refusal
from autograde.run.config import read_config


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's Jupyter folder, the folder in which the command is given, and another course."""
    for name in ("jupyter", "here", "course"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def write(folder: Path, *lines: str) -> None:
    (folder / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines]))


def test_without_a_file_the_course_is_here(places: Path) -> None:
    assert read_config().CourseDirectory == {"root": str(places / "here")}


def test_what_is_here_counts_before_what_the_user_has(places: Path) -> None:
    write(places / "jupyter", "c.CourseDirectory.course_id = 'mine'", "c.CourseDirectory.db_url = 'sqlite:///x.db'")
    write(places / "here", "c.CourseDirectory.course_id = 'this'")
    directory = read_config().CourseDirectory
    assert (directory.course_id, directory.db_url) == ("this", "sqlite:///x.db")


def test_the_users_configuration_may_name_the_course(places: Path) -> None:
    write(places / "jupyter", f"c.CourseDirectory.root = {str(places / 'course')!r}")
    write(places / "course", "c.CourseDirectory.course_id = 'far'")
    assert read_config().CourseDirectory.course_id == "far"


def test_a_named_root_counts_before_all(places: Path) -> None:
    write(places / "here", "c.CourseDirectory.root = '/nowhere'", "c.CourseDirectory.course_id = 'this'")
    write(places / "course", "c.CourseDirectory.root = '/nowhere'", "c.CourseDirectory.course_id = 'far'")
    directory = read_config(places / "course").CourseDirectory
    assert directory == {"root": str(places / "course"), "course_id": "far"}
    with pytest.raises(Refusal, match="is not a folder"):
        read_config(places / "nothing")


def test_a_configuration_is_read_once_and_may_import_what_lies_beside_it(places: Path) -> None:
    (places / "here" / "beside_the_configuration.py").write_text("NAME = 'imported'")
    write(
        places / "here",
        "import beside_the_configuration",
        "c.CourseDirectory.course_id = beside_the_configuration.NAME",
        "with open('read', 'a') as file: file.write('once')",
    )
    assert read_config().CourseDirectory.course_id == "imported"
    assert (places / "here" / "read").read_text() == "once"


@pytest.mark.parametrize(("line", "said"), [("c.x = nonsense", "NameError"), ("c.x = (", "SyntaxError")])
def test_a_configuration_that_cannot_be_read_is_told_with_its_line(places: Path, line: str, said: str) -> None:
    write(places / "here", line)
    with pytest.raises(Refusal, match=f"nbgrader_config.py, line 2.*{said}"):
        read_config()
