"""SQL that a request executes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from flask import Flask

from course.frameworks.xray import xray

READERS = ("ada", "grace", "linus")


@pytest.fixture
def engine() -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.StaticPool)
    with engine.begin() as database:
        database.exec_driver_sql("CREATE TABLE reader (name TEXT)")
        for name in READERS:
            database.exec_driver_sql("INSERT INTO reader VALUES (?)", (name,))
    yield engine
    engine.dispose()


def test_a_repeated_statement_is_seen_at_once(engine: sqlalchemy.Engine) -> None:
    def readers() -> list[Any]:
        with engine.connect() as database:
            names = database.execute(sqlalchemy.text("SELECT name FROM reader")).scalars().all()
            by_name = sqlalchemy.text("SELECT name FROM reader WHERE name = :name")
            return [database.execute(by_name, {"name": name}).scalar() for name in names]

    app = Flask("library")
    app.add_url_rule("/readers", "readers", readers)
    seen = xray(app, "GET", "/readers")
    assert [query.detail for query in seen.queries] == ["", "'ada'", "'grace'", "'linus'"]
    (group,) = seen.repeated
    assert (group.times, group.is_n_plus_1) == (3, True)
    assert "3 × SQL SELECT name FROM reader WHERE name = ?: the same statement 3 times" in seen.text()


def test_the_same_question_again_is_no_n_plus_1(engine: sqlalchemy.Engine) -> None:
    def count() -> str:
        with engine.connect() as database:
            return str([database.exec_driver_sql("SELECT count(*) FROM reader").scalar() for _ in range(2)])

    app = Flask("library")
    app.add_url_rule("/", "count", count)
    (group,) = xray(app, "GET", "/").repeated
    assert not group.is_n_plus_1
    assert group.why == "the same question 2 times: ask once and keep the answer"


def test_sqlite_alone_is_seen_too(tmp_path: Path) -> None:
    def count() -> str:
        with sqlite3.connect(tmp_path / "library.db") as database:
            database.executescript("CREATE TABLE loan (book TEXT)")
            database.cursor().executemany("INSERT INTO loan VALUES (?)", [("Dune",), ("Emma",)])
            found = database.execute("SELECT count(*) FROM loan WHERE book = ?", ("Dune",)).fetchone()
        database.close()
        return str(found[0])

    app = Flask("library")
    app.add_url_rule("/", "count", count)
    seen = xray(app, "GET", "/")
    assert seen.response.text == "1"
    assert [query.detail for query in seen.queries] == ["", "2 sets of values", "'Dune'"]
