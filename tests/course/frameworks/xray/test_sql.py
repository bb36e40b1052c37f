"""SQL that a request executes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from fastapi import FastAPI
from flask import Flask

from course.frameworks.xray import XRay, xray

READERS = ("ada", "grace", "linus")


@pytest.fixture
def engine() -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine(
        "sqlite://", poolclass=sqlalchemy.StaticPool, connect_args={"check_same_thread": False}
    )
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


@pytest.mark.parametrize("make", [Flask, FastAPI])
def test_a_statement_that_fails_is_the_same_to_the_program_and_is_drawn(make: Any, engine: sqlalchemy.Engine) -> None:
    app = make("library") if make is Flask else make()

    @app.get("/")
    def find() -> str:
        try:
            with engine.connect() as database:
                database.execute(sqlalchemy.text("SELECT * FROM shelf"))
        except sqlalchemy.exc.OperationalError:
            return "handled"
        return ""

    @app.get("/unhandled")
    def find_unhandled() -> str:
        with engine.connect() as database:
            return str(database.execute(sqlalchemy.text("SELECT * FROM shelf")))

    seen = xray(app, "GET", "/")
    assert "handled" in seen.response.text
    (query,) = seen.queries
    assert query.outcome == "raised"
    assert query.problem.startswith("OperationalError: (sqlite3.OperationalError) no such table: shelf")
    assert "SQL SELECT * FROM shelf: raises OperationalError" in seen.text()
    seen = xray(app, "GET", "/unhandled")
    assert seen.status == 500
    assert "no such table" in str(seen.response.extensions["failure"].exception)
    assert [(s.kind, s.outcome) for s in seen.steps if s.kind in ("sql", "view")] == [
        ("view", "passed on"),
        ("sql", "raised"),
    ]


def test_a_connection_that_fails_is_the_same_to_the_program(tmp_path: Path) -> None:
    app = Flask("library")

    @app.get("/")
    def find() -> str:
        try:
            sqlalchemy.create_engine(f"sqlite:///{tmp_path}/no/such.db").connect()
        except sqlalchemy.exc.OperationalError:
            return "handled"
        return ""

    assert xray(app, "GET", "/").response.text == "handled"


def test_the_same_statement_that_fails_once_is_no_repetition(engine: sqlalchemy.Engine) -> None:
    def add() -> str:
        with engine.connect() as database:
            database.exec_driver_sql("CREATE TEMPORARY TABLE shelf (name TEXT UNIQUE)")
            with suppress(sqlalchemy.exc.IntegrityError):
                for _ in range(2):
                    database.exec_driver_sql("INSERT INTO shelf VALUES ('A')")
        return "added"

    app = Flask("library")
    app.add_url_rule("/", "add", add)
    seen = xray(app, "GET", "/")
    assert seen.repeated == ()
    assert [query.outcome for query in seen.queries] == ["", "", "raised"]


def asked(engine: sqlalchemy.Engine, statement: str, *values: Any) -> XRay:
    """What is seen of a view that executes a statement once with each of the values."""

    def ask() -> str:
        with engine.begin() as database:
            for value in values:
                database.exec_driver_sql(statement, value)
        return "asked"

    app = Flask("library")
    app.add_url_rule("/", "ask", ask)
    return xray(app, "GET", "/")


@pytest.mark.parametrize("statement", ["INSERT INTO reader VALUES (?)", "UPDATE reader SET name = name || ?"])
def test_what_changes_something_twice_is_no_question_that_can_be_spared(
    statement: str, engine: sqlalchemy.Engine
) -> None:
    (group,) = asked(engine, statement, ("ada",), ("ada",)).repeated
    assert group.why == "the same statement 2 times"
    (group,) = asked(engine, statement, ("ada",), ("grace",)).repeated
    assert group.why == "the same statement 2 times with other values"


def test_values_that_differ_where_they_are_too_long_to_show_are_other_values(engine: sqlalchemy.Engine) -> None:
    long = "a reader with a name as long as the river " * 3
    seen = asked(engine, "SELECT * FROM reader WHERE name = ?", *((f"{long}{number}",) for number in range(3)))
    (group,) = seen.repeated
    assert (group.times, group.is_n_plus_1) == (3, True)
    assert "an N+1 query" in seen.text()


def test_long_values_are_shortened_where_they_are_drawn_and_whole_for_code(engine: sqlalchemy.Engine) -> None:
    seen = asked(engine, "SELECT * FROM reader WHERE name = ?", ("river " * 50,))
    assert seen.queries[0].detail == repr("river " * 50)
    for drawn in (seen.text(), seen.html()):
        assert "river river" in drawn
        assert "river " * 12 not in drawn


def test_values_that_can_be_taken_only_once_are_left_to_the_program() -> None:
    def add() -> str:
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("CREATE TABLE reader (name TEXT)")
            database.executemany("INSERT INTO reader VALUES (?)", ((name,) for name in READERS))
            return str(database.execute("SELECT count(*) FROM reader").fetchone()[0])

    app = Flask("library")
    app.add_url_rule("/", "add", add)
    seen = xray(app, "GET", "/")
    assert seen.response.text == "3"
    assert [query.detail for query in seen.queries] == ["", "sets of values", ""]


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


class Polite(sqlite3.Connection):
    """A connection that does something of its own with what it executes."""

    def execute(self, statement: str, *values: object) -> Any:  # type: ignore[override]
        return super().execute(statement.removeprefix("please "), values)


@pytest.mark.filterwarnings("ignore:Passing more than 1 positional argument:DeprecationWarning")  # Python 3.13
def test_connections_of_a_class_of_its_own_stay_what_they_are() -> None:
    def polite(positional: bool) -> str:
        more: Any = (5.0, 0, "", True, Polite) if positional else ()
        named: Any = {} if positional else {"factory": Polite}
        with closing(sqlite3.connect(":memory:", *more, **named)) as database:
            return str(database.execute("please SELECT ? + ?", 3, 4).fetchone()[0])

    app = Flask("library")
    app.add_url_rule("/<int:positional>", "polite", lambda positional: polite(bool(positional)))
    assert [xray(app, "GET", address).response.text for address in ("/0", "/1")] == ["7", "7"]
