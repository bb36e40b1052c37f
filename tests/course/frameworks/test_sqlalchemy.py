"""Models of SQLAlchemy and SQLModel, in cells that are run again."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from itertools import islice
from typing import NamedTuple

import pytest

from course.authoring.execute import Job, Outcome, run_jobs

START = """
import warnings; warnings.simplefilter("error")
from course.frameworks.cells import follow_cells
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlmodel import Field, Relationship, SQLModel
from sqlmodel.pool import StaticPool
follow_cells()

class Base(DeclarativeBase):
    pass
"""
AUTHOR = """
class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship(back_populates="author")
"""
BOOK = """
class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
"""
USE = """
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Author(books=[Book()]))
    session.commit()
    assert len(session.scalars(select(Book).join(Book.author)).all()) == 1
engine.dispose()
"""
MEMBER = """
class Member(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    loans: list["Loan"] = Relationship(back_populates="member")

class Loan(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id")
    member: Member = Relationship(back_populates="loans")
"""
USE_MEMBER = """
engine = create_engine("sqlite://")
SQLModel.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Loan(member=Member(name="Ada")))
    session.commit()
    assert session.scalars(select(Loan)).one().member.name == "Ada"
engine.dispose()
"""
TAGS = 'tags = Table("tags", Base.metadata, Column("book_id", ForeignKey("book.id")), Column("tag", String))'
SHELF = """
class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "shelf"}
"""
CASE = """
class Case(Shelf):
    __tablename__ = "glass_case"
    id: Mapped[int] = mapped_column(ForeignKey("shelf.id"), primary_key=True)
    key: Mapped[str]
    __mapper_args__ = {"polymorphic_identity": "case"}
"""
CORNER = """
class Corner(Shelf):
    __mapper_args__ = {"polymorphic_identity": "corner"}
"""
USE_SHELF = """
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Case(key="A1"), Corner()])
    session.commit()
    assert {type(shelf).__name__ for shelf in session.scalars(select(Shelf))} == {"Case", "Corner"}
engine.dispose()
"""

FINE = {
    "a cell with models that refer to each other is run again": [AUTHOR + BOOK, USE, AUTHOR + BOOK, USE],
    "each model has a cell, and all are run again": [AUTHOR, BOOK, USE, AUTHOR, BOOK, USE],
    "the models of SQLModel share one registry": [MEMBER, USE_MEMBER, MEMBER, USE_MEMBER],
    "a model gets another column": [
        AUTHOR + BOOK,
        USE,
        AUTHOR + BOOK + "    title: Mapped[str | None]",
        USE,
        "assert Base.metadata.tables['book'].columns.keys() == ['id', 'author_id', 'title']",
    ],
    "a table is given another name": [
        SHELF,
        SHELF.replace('"shelf"\n', '"rack"\n'),
        "assert list(Base.metadata.tables) == ['rack']",
    ],
    "a class is given another name": [
        SHELF,
        SHELF.replace("class Shelf", "class Rack"),
        "assert Base.metadata.tables['shelf'] is Rack.__table__",
    ],
    "a table between two models is run again": [TAGS, TAGS, AUTHOR + BOOK, USE],
    "a table stands alone": [
        "metadata = MetaData(schema='north')",
        *['books = Table("book", metadata, Column("title", String))'] * 2,
    ],
    "a subclass is run again": [SHELF, CASE, CORNER, USE_SHELF, CASE, USE_SHELF, CORNER, USE_SHELF],
    "a module has a class of the same name": [
        f"furniture = {{**globals(), '__name__': 'furniture'}}; exec({SHELF!r}, furniture)",
        SHELF.replace('"shelf"\n', '"rack"\n'),
        "assert {mapper.class_.__module__ for mapper in Base.registry.mappers} == {'furniture', '__main__'}",
    ],
    "two programs with bases of their own use the same name": [
        SHELF,
        "first = Shelf",
        "class Base(DeclarativeBase): pass",
        SHELF,
        "assert inspect(first).mapper.class_ is first and inspect(Shelf).mapper.class_ is Shelf",
    ],
}
MENDED = {
    "no primary key": [AUTHOR.replace("primary_key=True", ""), "1 / 0", "import gc; gc.collect()", AUTHOR + BOOK, USE],
    "a name that does not exist": [AUTHOR.replace('"Book"', '"Bok"'), BOOK, USE, AUTHOR, USE],
}
REFUSED = {
    "one name twice": (AUTHOR + AUTHOR, "already contains a class with the same class name"),
    "one table twice": (SHELF + SHELF.replace("class Shelf", "class Rack"), "Table 'shelf' is already defined"),
}


@cache
def outcomes() -> dict[str, list[Outcome]]:
    """All cases, one after another in one process; each begins with a base of its own."""
    cases = FINE | MENDED | {name: [cell, cell] for name, (cell, _) in REFUSED.items()}
    cells = [cell for case in cases.values() for cell in (START, *case)]
    results = iter(*run_jobs([Job("models", tuple(cells))]))
    return {name: list(islice(results, len(case) + 1)) for name, case in cases.items()}


@pytest.mark.parametrize("case", FINE)
def test_a_model_takes_the_place_of_the_former_one(case: str) -> None:
    assert [outcome.says for outcome in outcomes()[case] if outcome.error] == []


@pytest.mark.parametrize("case", MENDED)
def test_a_model_with_a_mistake_can_be_mended(case: str) -> None:
    errors = [outcome.error for outcome in outcomes()[case]]
    assert any(errors[:-2])
    assert errors[-2:] == [None, None]


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_a_mistake_within_one_cell_still_is_one(case: str) -> None:
    _, first, second = outcomes()[case]
    assert REFUSED[case][1] in first.message
    assert REFUSED[case][1] in second.message


class Cell(NamedTuple):
    code: str
    printed: str


SHELL = """
import json, sys
from contextlib import redirect_stdout
from io import StringIO
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell._showtraceback = lambda *_: None
sys.modules["__main__"] = shell.user_module
for code in json.load(sys.stdin):
    with redirect_stdout(StringIO()) as heard:
        shell.run_cell(code)
    print(json.dumps(heard.getvalue()))
"""


def test_an_error_of_models_that_are_not_of_one_run_says_what_to_do() -> None:
    engine = 'engine = create_engine("sqlite://", poolclass=StaticPool)'
    shelf = "with Session(engine) as session: session.add(Shelf(label='A')); session.commit()"
    cells = [
        Cell(START, ""),
        Cell(AUTHOR, ""),
        Cell(BOOK, ""),
        Cell(USE, ""),
        Cell(AUTHOR, ""),
        Cell(USE, "run the cells of all of them again"),
        Cell(AUTHOR, ""),
        Cell(BOOK, ""),
        Cell(USE, ""),
        Cell(engine, ""),
        Cell(SHELF + "Base.metadata.create_all(engine)", ""),
        Cell(SHELF + "    label: Mapped[str]\nBase.metadata.create_all(engine)", ""),
        Cell(shelf, "Call drop_all() before it"),
        Cell("Base.metadata.drop_all(engine); Base.metadata.create_all(engine)", ""),
        Cell(shelf, ""),
        Cell("1 / 0", ""),
    ]
    process = subprocess.run(
        [sys.executable, "-c", SHELL],
        input=json.dumps([cell.code for cell in cells]),
        capture_output=True,
        text=True,
        check=True,
    )
    for cell, line in zip(cells, process.stdout.splitlines(), strict=True):
        printed = json.loads(line)
        assert cell.printed in printed, cell.code
        assert bool(printed) == bool(cell.printed), printed


def test_a_plain_program_is_left_as_it_is() -> None:
    program = (
        START + SHELF + "try:\n    " + SHELF.strip().replace("\n", "\n    ") + "\nexcept Exception as e:\n    print(e)"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "already contains a class" in process.stdout
