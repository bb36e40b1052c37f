"""YAML files are read as records that know their lines; what is wrong with them is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from course.problems import Problems
from course.records import Record, RecordFile, read_records


class Book(Record):
    title: str
    pages: int = 1


class Shelf(Record):
    name: str
    books: tuple[Book, ...] = ()


SHELF = """\
name: Novels
books:
- title: Beloved
  pages: 324
- {title: Emma, pages: 474}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shelf.yaml"


def read(path: Path, text: str) -> RecordFile[Shelf]:
    path.write_text(text, encoding="utf-8")
    return read_records(path, Shelf)


def complaints(path: Path) -> list[str]:
    try:
        read_records(path, Shelf)
    except Problems as error:
        return [problem.text(path.parent) for problem in error.problems]
    return []


def test_a_file_is_read_as_a_record(path: Path) -> None:
    shelf = read(path, SHELF).record
    assert shelf == Shelf(name="Novels", books=(Book(title="Beloved", pages=324), Book(title="Emma", pages=474)))


def test_a_record_cannot_be_changed(path: Path) -> None:
    with pytest.raises(ValidationError):
        read(path, SHELF).record.name = "Poems"


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 1),
        (("name",), 1),
        (("books",), 2),
        (("books", 0), 3),
        (("books", 0, "pages"), 4),
        (("books", 1, "title"), 5),
        (("books", 0, "pages", "unit"), 4),
        (("books", 0, "author"), 3),
        (("owner",), 1),
    ],
)
def test_a_value_knows_its_line_or_that_of_the_nearest_around_it(
    path: Path, location: tuple[int | str, ...], line: int
) -> None:
    assert read(path, SHELF).line(*location) == line


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("pages: 324", "pagse: 324", "4: `books.0.pagse` is not a key of this record. Correct its spelling or remove"),
        ("name: Novels", "# none", "2: `name` is missing. Add it."),
        ("title: Beloved\n  pages: 324", "pages: 324", "3: `books.0.title` is missing. Add it."),
        ("pages: 324", "pages: many", "4: `books.0.pages`: Input should be a valid integer"),
        ("name: Novels", "name: [1]", "1: `name`: Input should be a valid string. Correct the value."),
        ("  pages: 324", "  title: Jazz", "4: has the key `title` twice. Keep one of them."),
        ("name: Novels", 'name: "Novels', "1: is not valid YAML: found unexpected end of stream."),
        ("pages: 474}", "pages: 474", "5: is not valid YAML: "),
        ("  pages: 324", "   pages: 324", "4: is not valid YAML: mapping values are not allowed in this context."),
        ("  pages: 324", "\tpages: 324", "4: is not valid YAML: "),
        ("name: Novels", "name: @novels", "1: is not valid YAML: found character that cannot start any token."),
        ("name: Novels", "name: Novels\x07", "1: is not valid YAML: "),
        ("name: Novels", "name: *novels", "1: is not valid YAML: found undefined alias"),
        ("name: Novels", "name: !!python/name:os.system", "1: is not valid YAML: could not determine a constructor"),
        ("name: Novels", "name: 2026-13-45", "1: is not valid YAML: month must be in 1..12. Mend"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(path: Path, old: str, new: str, complaint: str) -> None:
    assert SHELF.count(old) == 1
    path.write_text(SHELF.replace(old, new), encoding="utf-8")
    [said] = complaints(path)
    assert said.startswith(f"shelf.yaml:{complaint}")


def test_each_wrong_value_is_named(path: Path) -> None:
    path.write_text("name: [1]\nbooks:\n- pages: many\n", encoding="utf-8")
    assert [text.split(" ")[1] for text in complaints(path)] == ["`name`:", "`books.0.pages`:", "`books.0.title`"]


def test_two_documents_in_one_file_are_refused(path: Path) -> None:
    path.write_text(SHELF + "---\n" + SHELF, encoding="utf-8")
    [complaint] = complaints(path)
    assert "is not valid YAML" in complaint


@pytest.mark.parametrize("text", ["- Beloved\n", "Beloved\n", "12\n"])
def test_a_file_that_is_no_record_at_all_is_refused(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    [complaint] = complaints(path)
    assert complaint.startswith("shelf.yaml:1: `the file`: Input should be a valid dictionary")


def test_an_empty_file_lacks_what_a_record_must_have(path: Path) -> None:
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert complaints(path) == ["shelf.yaml:1: `name` is missing. Add it."]


def test_a_file_that_is_not_there_is_said_to_be_missing(path: Path) -> None:
    assert complaints(path) == ["shelf.yaml:1: cannot be read (No such file or directory). Restore the file."]


def test_a_file_in_another_encoding_is_refused(path: Path) -> None:
    path.write_bytes("name: Bücher\n".encode("latin-1"))
    [complaint] = complaints(path)
    assert complaint.startswith("shelf.yaml:1: cannot be read (")
    assert complaint.endswith("Save it as UTF-8 text.")
