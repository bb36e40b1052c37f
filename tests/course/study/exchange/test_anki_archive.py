"""A file that is not an honest package is refused with one message, and nothing of it is run or kept."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from course.problems import Problems
from course.study.exchange import files
from course.study.exchange.anki_archive import opened
from course.study.exchange.doors import bring
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory
from tests.awkward import Hands, awkward_library

TABLES = """
CREATE TABLE notes (id integer primary key, guid text);
CREATE TABLE cards (id integer primary key, nid integer, ord integer);
CREATE TABLE revlog (id integer primary key, cid integer, ease integer, time integer, type integer, factor integer);
INSERT INTO notes VALUES (1, 'threeways:one-gap');
INSERT INTO cards VALUES (2, 1, 0);
"""
HONEST = TABLES + "INSERT INTO revlog VALUES (1700000000000, 2, 3, 1000, 1, 2500);"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return awkward_library(tmp_path_factory.mktemp("awkward"))


@pytest.fixture
def memory() -> Memory:
    return Memory(Journal(), Hands())


def database(path: Path, script: str = HONEST) -> bytes:
    file = path / "made.db"
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()
    return file.read_bytes()


def package(path: Path, **entries: bytes) -> Path:
    file = path / "made.apkg"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "."), content)
    return file


def packed(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


@pytest.mark.parametrize(
    "make",
    [
        lambda content: {"collection__anki2": content},
        lambda content: {"collection__anki2": b"for old ones", "collection__anki21": content},
        lambda content: {"meta": b"\x08\x01", "collection__anki2": content},
        lambda content: {"meta": b"\x08\x02", "collection__anki21": content},
        lambda content: {"meta": b"\x08\x03", "collection__anki2": b"old", "collection__anki21b": packed(content)},
    ],
)
def test_every_form_of_package_is_read(
    tmp_path: Path, make: Callable[[bytes], dict[str, bytes]], memory: Memory, library: Library
) -> None:
    path = package(tmp_path, **make(database(tmp_path)))
    assert bring(path, memory, library).new == 1


@pytest.mark.parametrize("kind", [4, 5])
def test_what_is_no_answer_is_passed_over(tmp_path: Path, kind: int, memory: Memory, library: Library) -> None:
    rows = [(1, 0, 1, 2500), (2, 3, kind, 0), (3, 5, 1, 0), (4, 3, 3, 0)]
    more = "".join(
        f"INSERT INTO revlog VALUES ({1700000000000 + at}, 2, {ease}, 1, {type}, {factor});"
        for at, ease, type, factor in rows
    )
    counted = "INSERT INTO revlog VALUES (1700000000009, 2, 3, 1, 3, 2500);"
    path = package(tmp_path, collection__anki2=database(tmp_path, HONEST + more + counted))
    assert bring(path, memory, library).new == 2


BAD = {
    "empty": (lambda content: {}, "there is no collection in it"),
    "other": (lambda content: {"word/document__xml": b"<w/>"}, "there is no collection in it"),
    "newer": (lambda content: {"meta": b"\x08\x04", "collection__new": content}, r"than this course knows \(form 4\)"),
    "zero": (lambda content: {"meta": b"\x08\x00", "collection__anki2": content}, "newer than this course knows"),
    "garbled meta": (lambda content: {"meta": b"\xff\xff", "collection__anki2": content}, "is damaged"),
    "empty meta": (lambda content: {"meta": b"", "collection__anki2": content}, "is damaged"),
    "not packed": (lambda content: {"meta": b"\x08\x03", "collection__anki21b": content}, "is damaged"),
    "half packed": (lambda content: {"meta": b"\x08\x03", "collection__anki21b": packed(content)[:-40]}, "is damaged"),
    "no database": (lambda content: {"collection__anki2": b"hello" * 1000}, "is damaged"),
    "half a database": (lambda content: {"collection__anki2": content[:5000]}, "is damaged"),
    "nothing": (lambda content: {"collection__anki2": b""}, "its collection is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_package_that_is_none_is_refused(tmp_path: Path, name: str, memory: Memory, library: Library) -> None:
    make, message = BAD[name]
    path = package(tmp_path, **make(database(tmp_path)))
    if name == "empty":
        path.write_bytes(b"PK\x03\x04" + b"\0" * 100)
        message = "is damaged"
    with pytest.raises(Problems, match=message) as refused:
        bring(path, memory, library)
    assert len(refused.value.problems) == 1
    assert memory.journal.events() == []


SEEN = "SELECT 1700000000000 AS id, 2 AS cid, 3 AS ease, 1000 AS time, 1 AS type, 1 AS factor"
STRANGE = {
    "a view": TABLES.replace("CREATE TABLE revlog", "CREATE TABLE other") + f"CREATE VIEW revlog AS {SEEN};",
    "no table": "CREATE TABLE notes (id integer);",
    "a virtual table": TABLES.replace("CREATE TABLE revlog", "CREATE TABLE other")
    + "CREATE VIRTUAL TABLE revlog USING fts5(id, cid);",
    "what breaks its own rules": HONEST
    + "INSERT INTO notes VALUES (9, NULL); PRAGMA writable_schema = ON; UPDATE sqlite_master"
    " SET sql = 'CREATE TABLE notes (id integer primary key, guid text not null)' WHERE name = 'notes';",
    "other columns": "CREATE TABLE notes (x); CREATE TABLE cards (x); CREATE TABLE revlog (x);",
    "text for numbers": TABLES + "INSERT INTO revlog VALUES (1700000000000, 2, 3, 'long', 1, 1);",
    "a review in 1970": TABLES + "INSERT INTO revlog VALUES (17, 2, 3, 1, 1, 1);",
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_database_with_anything_but_plain_tables_is_refused(
    tmp_path: Path, name: str, memory: Memory, library: Library
) -> None:
    path = package(tmp_path, collection__anki2=database(tmp_path, STRANGE[name]))
    with pytest.raises(Problems, match=r"is damaged|is no collection of Anki"):
        bring(path, memory, library)
    assert memory.journal.events() == []


@pytest.mark.parametrize("modern", [False, True])
def test_a_bomb_goes_off_at_the_limit(tmp_path: Path, modern: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 3 << 20)
    bomb = b"\0" * (64 << 20)
    path = (
        package(tmp_path, meta=b"\x08\x03", collection__anki21b=packed(bomb))
        if modern
        else package(tmp_path, collection__anki2=bomb)
    )
    assert path.stat().st_size < 100_000
    written: list[int] = []
    read = zipfile.ZipExtFile.read

    def counting(self: zipfile.ZipExtFile, size: int | None = -1) -> bytes:
        piece = read(self, size)
        written.append(len(piece))
        return piece

    monkeypatch.setattr(zipfile.ZipExtFile, "read", counting)
    with pytest.raises(Problems, match="far more than any collection"), opened(path):
        pass
    assert sum(written) < 5 << 20


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_collection_that_is_cut_off_inside_its_package_is_refused(
    tmp_path: Path, share: float, memory: Memory, library: Library
) -> None:
    many = "".join(
        f"INSERT INTO revlog VALUES ({1700000000001 + place}, 2, 3, {place}, 1, 1);" for place in range(9000)
    )
    whole = packed(database(tmp_path, f"{HONEST} BEGIN; {many} COMMIT;"))
    path = package(tmp_path, meta=b"\x08\x03", collection__anki21b=whole[: int(len(whole) * share)])
    with pytest.raises(Problems, match="is damaged"):
        bring(path, memory, library)
    assert memory.journal.events() == []


def test_a_zip_with_a_password_is_refused(tmp_path: Path, memory: Memory, library: Library) -> None:
    path = package(tmp_path, collection__anki2=database(tmp_path))
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    path.write_bytes(content)
    with pytest.raises(Problems, match="is damaged"):
        bring(path, memory, library)


def test_bytes_that_changed_on_the_way_are_found(tmp_path: Path, memory: Memory, library: Library) -> None:
    path = package(tmp_path, collection__anki2=database(tmp_path))
    whole = path.read_bytes()
    for place in range(60, len(whole) // 2, 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with pytest.raises(Problems):
            bring(path, memory, library)
    assert memory.journal.events() == []


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with opened(package(tmp_path, collection__anki2=database(tmp_path))) as collection:
        assert collection.execute("SELECT count(*) FROM notes").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            collection.execute("DELETE FROM notes")
    assert list((tmp_path / "temporary").iterdir()) == []
