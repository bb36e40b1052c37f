"""An assignment as the gradebook and source/ have it, in every way a course may be laid out."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from autograde.assignment import Assignment
from autograde.grading.reading import read_assignment
from autograde.refusal import Refusal
from tests.autograde.courses import (
    GUIDE,
    SmallCourse,
    answer,
    check,
    folder_sources,
    generate,
    make_course,
    notebook,
    quickstart,
)


@pytest.fixture
def course(tmp_path: Path) -> SmallCourse:
    return quickstart(tmp_path)


def test_cells_are_the_gradebooks_in_the_sources_order(course: SmallCourse) -> None:
    made = read_assignment(course.directory, "ps1")
    assert [each.name for each in made.notebooks] == ["problem1", "problem2"]
    cells = {cell.name: cell for cell in made.notebooks[0].cells}
    assert list(cells)[:4] == ["jupyter", "squares", "correct_squares", "squares_invalid_input"]
    assert (cells["correct_sum_of_squares"].points, cells["correct_sum_of_squares"].locked) == (0.5, True)
    assert cells["squares"].solution
    assert not cells["squares"].grade
    assert cells["sum_of_squares_application"].grade
    assert cells["sum_of_squares_application"].solution
    assert cells["cell-938593c4a215c6cc"].task
    assert "def squares" in (made.notebooks[0].reference or "")
    assert set(made.files) == {"jupyter.png"}


def test_it_travels_as_json(course: SmallCourse) -> None:
    made = read_assignment(course.directory, "ps1")
    assert msgspec.json.decode(msgspec.json.encode(made), type=Assignment) == made


def test_without_source_the_gradebook_is_enough(course: SmallCourse) -> None:
    with_source = read_assignment(course.directory, "ps1")
    shutil.rmtree(course.root / "source")
    made = read_assignment(course.directory, "ps1")
    assert made.files == {}
    assert [notebook.reference for notebook in made.notebooks] == [None, None]
    assert {cell.name for cell in made.notebooks[0].cells} == {cell.name for cell in with_source.notebooks[0].cells}


LAYOUT = """
c.CourseDirectory.root = {root!r}
c.CourseDirectory.directory_structure = "{{assignment_id}}/{{nbgrader_step}}/{{student_id}}"
c.CourseDirectory.source_directory = "original"
c.CourseDirectory.db_url = "sqlite:///" + {root!r} + "/kept/grades.db"
c.CourseDirectory.ignore = ["*.secret", "notes"]
c.Autograde.exclude_overwriting = {{"ps": ["theirs.py"]}}
c.ClearHiddenTests.begin_test_delimeter = "VVV"
"""


def test_a_course_laid_out_otherwise_is_read(tmp_path: Path) -> None:
    root = tmp_path / "my course"
    (root / "kept").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()" + LAYOUT.format(root=str(root)))
    course = SmallCourse(root)
    folder = course.step("original", ".", "ps")
    assert folder == root / "ps" / "original"
    for path, content in {
        "p.ipynb": notebook(answer("a", "x = 1"), check("t", "assert x")),
        "data/table.csv": b"1,2",
        "theirs.py": b"",
        "k.secret": b"",
        "notes/n.txt": b"",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    generate(course, "ps")
    made = read_assignment(course.directory, "ps")
    assert made.files == {"data/table.csv": b"1,2"}
    assert [cell.name for cell in made.notebooks[0].cells] == ["a", "t"]
    assert made.notebooks[0].reference
    assert made.hidden == ("VVV", "END HIDDEN TESTS")
    assert msgspec.json.decode(msgspec.json.encode(made), type=Assignment) == made


def test_a_relative_gradebook_lies_in_the_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "course"
    course = quickstart(root)
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.CourseDirectory.db_url = 'sqlite:///gradebook.db'\n")
    monkeypatch.chdir(tmp_path)
    assert read_assignment(course.directory, "ps1").name == "ps1"


def test_an_unknown_assignment_is_refused_with_those_there_are(course: SmallCourse) -> None:
    with pytest.raises(Refusal, match="has no assignment ps2; it has ps1"):
        read_assignment(course.directory, "ps2")


def test_a_course_without_gradebook_is_refused_and_gets_none(course: SmallCourse) -> None:
    (course.root / "gradebook.db").unlink()
    with pytest.raises(Refusal, match=r"no gradebook at .*`nbgrader generate_assignment`"):
        read_assignment(course.directory, "ps1")
    assert not (course.root / "gradebook.db").exists()


def test_a_gradebook_that_is_none_is_refused(course: SmallCourse) -> None:
    (course.root / "gradebook.db").write_bytes(b"not a database" * 100)
    with pytest.raises(Refusal, match="cannot be read"):
        read_assignment(course.directory, "ps1")


def test_what_only_the_gradebook_knows_keeps_its_neighbours(tmp_path: Path) -> None:
    sources = {"ps": {"p.ipynb": notebook(answer("a", "x = 1"), check("t", "assert x"), check("u", "assert x"))}}
    course = make_course(tmp_path, sources)
    (course.root / "source" / "ps" / "p.ipynb").write_bytes(notebook(check("u", "assert x"), answer("a", "x = 1")))
    assert [cell.name for cell in read_assignment(course.directory, "ps").notebooks[0].cells] == ["u", "a", "t"]


def test_the_course_of_the_tests_is_made_once(tmp_path: Path) -> None:
    first = make_course(tmp_path / "1", folder_sources(GUIDE / "source" / "ps1"))
    second = make_course(tmp_path / "2", folder_sources(GUIDE / "source" / "ps1"))
    assert (first.root / "gradebook.db").read_bytes() == (second.root / "gradebook.db").read_bytes()
