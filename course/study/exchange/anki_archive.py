"""Opens the packages that Anki makes, of every form, and trusts nothing in them."""

from __future__ import annotations

import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard

from course.problems import Problems
from course.study.exchange import files
from course.study.exchange.files import refuse

NEWEST_FORM = 3
"""Of packages: 1 and 2 hold a plain database, 3 a compressed one."""
COLLECTIONS = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}
LONGEST_META = 1024
WINDOW = 1 << 27
"""Bytes of memory that decompressing may take."""
PIECE = 1 << 20
ZIP = b"PK\x03\x04"
"""How every package begins."""
TABLES = ("notes", "cards", "revlog")

_DAMAGE = (zipfile.BadZipFile, zlib.error, zstandard.ZstdError, EOFError, NotImplementedError, RuntimeError)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The collection in a package, for reading only; raises Problems when there is none that can be read."""
    with tempfile.TemporaryDirectory(prefix="course-anki-") as folder:
        database = Path(folder, "collection.db")
        _unpack(path, database)
        connection = sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            _distrust(connection, path)
            yield connection
        except (sqlite3.Error, OverflowError) as error:
            raise _damaged(path, str(error)) from error
        finally:
            connection.close()


def is_ours(path: Path) -> bool:
    """Whether a file may be a package, whole or not."""
    try:
        with path.open("rb") as file:
            return file.read(len(ZIP)) == ZIP
    except OSError as error:
        raise refuse(path, f"cannot be read ({error.strerror or error}).", "Name a file that you may read.") from error


def _unpack(path: Path, database: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            form = _form(archive, path)
            with archive.open(COLLECTIONS[form]) as packed, database.open("wb") as plain:
                if form < NEWEST_FORM:
                    _copy(packed, plain, path)
                    return
                with zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(packed) as stream:
                    _copy(stream, plain, path)
    except KeyError:
        raise refuse(path, "is no package of Anki: there is no collection in it.", "Export it from Anki.") from None
    except _DAMAGE as error:
        raise _damaged(path, str(error)) from error
    except OSError as error:
        raise refuse(path, f"cannot be read ({error.strerror or error}).", "Name a file that you may read.") from error


def _form(archive: zipfile.ZipFile, path: Path) -> int:
    """The form of a package. Its `meta` is a protobuf message with one number, the form, under the tag 1."""
    names = set(archive.namelist())
    if "meta" not in names:
        return 2 if COLLECTIONS[2] in names else 1
    with archive.open("meta") as file:
        meta = file.read(LONGEST_META)
    if len(meta) < 2 or meta[0] != 0x08 or meta[1] & 0x80:
        raise _damaged(path, "its meta data make no sense")
    form = meta[1]
    if form not in COLLECTIONS:
        todo = "Export it again with 'Support older Anki versions' ticked."
        raise refuse(path, f"was made by an Anki newer than this course knows (form {form}).", todo)
    return form


def _copy(source: IO[bytes] | zstandard.ZstdDecompressionReader, target: IO[bytes], path: Path) -> None:
    """Copies what is packed, as far as it is of a size that a collection may have."""
    size = 0
    while piece := source.read(PIECE):
        size += len(piece)
        if size > files.LARGEST:
            raise refuse(path, "holds far more than any collection of cards.", "Nothing was brought in.")
        target.write(piece)
    if not size:
        raise _damaged(path, "its collection is empty")


def _distrust(connection: sqlite3.Connection, path: Path) -> None:
    """Refuses what is not whole, and anything but plain tables, so that no code of a stranger's file runs."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.create_collation("unicase", _in_order)
    [found] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise _damaged(path, found)
    for table in TABLES:
        row = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        # That of a view, of an index and of a virtual table begins otherwise.
        if row is None or not str(row[0]).upper().startswith("CREATE TABLE"):
            raise refuse(path, f"is no collection of Anki: it has no table {table}.", "Export it from Anki.")


def _in_order(one: str, other: str) -> int:
    """Compares as Anki does in columns that are not read here, so that SQLite can look at them."""
    return (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())


def _damaged(path: Path, why: str) -> Problems:
    return refuse(path, f"is damaged ({why}).", "Export it again. Nothing was brought in.")
