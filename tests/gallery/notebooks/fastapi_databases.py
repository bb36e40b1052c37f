# ---
# title: FastAPI and databases
# minutes: 5
# ---

# %% [markdown]
# # FastAPI and databases
#
# The library's books in SQLModel, in SQLAlchemy, and their tables changed by Alembic.

# %%
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

# %% [markdown]
# ## SQLModel: one class for table and data
# %%
from sqlmodel import Field, Relationship, SQLModel

from course import client


class Author(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True, unique=True)
    books: list["Book"] = Relationship(back_populates="author")


class BookData(SQLModel):
    title: str = Field(min_length=1)
    author_id: int | None = Field(default=None, foreign_key="author.id")


class Book(BookData, table=True):
    id: int | None = Field(default=None, primary_key=True)
    author: Author | None = Relationship(back_populates="books")


class BookWithAuthor(BookData):
    id: int
    author: Author | None


# %% [markdown]
# A database in memory belongs to one connection; `StaticPool` shares it with the threads of the application.

# %%
from contextlib import asynccontextmanager

from sqlmodel import Session, create_engine, select
from sqlmodel.pool import StaticPool


def memory():
    return create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)


def create_app(engine):
    @asynccontextmanager
    async def lifespan(app):
        SQLModel.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(Author(name="Austen"))
            session.commit()
        yield
        engine.dispose()

    def session():
        with Session(engine) as session:
            yield session

    Database = Annotated[Session, Depends(session)]
    app = FastAPI(lifespan=lifespan)

    @app.post("/books", status_code=201)
    def add_book(data: BookData, session: Database) -> Book:
        book = Book.model_validate(data)
        session.add(book)
        session.commit()
        session.refresh(book)
        return book

    @app.get("/books/{number}")
    def one_book(number: int, session: Database) -> BookWithAuthor:
        return session.get(Book, number) or missing(number)

    @app.get("/books")
    def list_books(session: Database, limit: int = 10) -> list[Book]:
        return session.exec(select(Book).order_by(Book.title).limit(limit)).all()

    @app.delete("/books/{number}", status_code=204)
    def remove_book(number: int, session: Database) -> None:
        session.delete(session.get(Book, number) or missing(number))
        session.commit()

    return app


def missing(number):
    raise HTTPException(404, f"There is no book {number}.")


with client(create_app(memory())) as desk:
    added = desk.post("/books", json={"title": "Emma", "author_id": 1})
    assert (added.status_code, added.json()) == (201, {"title": "Emma", "author_id": 1, "id": 1})
    assert desk.get("/books/1").json()["author"] == {"id": 1, "name": "Austen"}
    desk.post("/books", json={"title": "Dracula"})
    assert [book["title"] for book in desk.get("/books").json()] == ["Dracula", "Emma"]
    assert desk.delete("/books/1").status_code == 204
    assert desk.get("/books/1").json() == {"detail": "There is no book 1."}
    assert desk.post("/books", json={"title": ""}).status_code == 422

with client(create_app(memory())) as desk:
    assert desk.get("/books").json() == []

# %% [markdown]
# The same name once more, for another program: the new model takes the place of the former one.


# %%
class Book(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str
    pages: int


assert list(SQLModel.metadata.tables["book"].columns.keys()) == ["id", "title", "pages"]

engine = memory()
SQLModel.metadata.create_all(engine)
with Session(engine) as session:
    session.add(Book(title="Emma", pages=474))
    session.commit()
    assert session.exec(select(Book).where(Book.pages > 400)).one().title == "Emma"
engine.dispose()

# %% [markdown]
# A mistake in a model leaves nothing behind: mended, it can be run at once.

# %%
try:

    class Shelf(SQLModel, table=True):
        mark: str

except Exception as error:
    print(error)


# %%
class Shelf(SQLModel, table=True):
    mark: str = Field(primary_key=True)


assert Shelf(mark="A1").mark == "A1"
assert "shelf" in SQLModel.metadata.tables

# %% [markdown]
# Two models with one table in the same cell are still a mistake.

# %%
from sqlalchemy.exc import InvalidRequestError

try:

    class Branch(SQLModel, table=True):
        id: int = Field(primary_key=True)

    class Site(SQLModel, table=True):
        __tablename__ = "branch"
        id: int = Field(primary_key=True)

except InvalidRequestError as error:
    print(error)

# %% [markdown]
# ## SQLAlchemy

# %%
from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


# %%
class Member(Base):
    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    loans: Mapped[list["Loan"]] = relationship(back_populates="member", cascade="all, delete-orphan")


class Loan(Base):
    __tablename__ = "loan"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    member: Mapped[Member] = relationship(back_populates="loans")


# %%
engine = memory()
Base.metadata.create_all(engine)
statements = []
event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

with Session(engine) as session:
    session.add_all(Member(name=name, loans=[Loan(title="Emma")]) for name in ("Ada", "Ben", "Cy"))
    session.commit()


def database():
    with Session(engine) as session:
        yield session


app = FastAPI()


@app.get("/members")
def members(session: Annotated[Session, Depends(database)], eager: bool = False):
    query = select(Member).options(joinedload(Member.loans)) if eager else select(Member)
    return {member.name: [loan.title for loan in member.loans] for member in session.scalars(query).unique()}


def count(path):
    statements.clear()
    assert client(app).get(path).json() == {"Ada": ["Emma"], "Ben": ["Emma"], "Cy": ["Emma"]}
    return len(statements)


assert (count("/members"), count("/members?eager=true")) == (4, 1)

# %% [markdown]
# A test brings a database of its own by an override.

# %%
empty = memory()
Base.metadata.create_all(empty)


def empty_database():
    with Session(empty) as session:
        yield session


app.dependency_overrides[database] = empty_database
try:
    assert client(app).get("/members").json() == {}
finally:
    app.dependency_overrides.clear()
assert client(app).get("/members").json() != {}
empty.dispose()
engine.dispose()

# %% [markdown]
# ## Alembic: what is the difference?

# %%
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, String, inspect

engine = memory()
with engine.begin() as connection:
    context = MigrationContext.configure(connection)
    assert [(name, table.name) for name, table in compare_metadata(context, Base.metadata)] == [
        ("add_table", "member"),
        ("add_table", "loan"),
    ]
    Base.metadata.create_all(connection)
    assert compare_metadata(context, Base.metadata) == []
    Operations(context).add_column("member", Column("branch", String))
    ((name, _, table, column),) = compare_metadata(context, Base.metadata)
    assert (name, table, column.name) == ("remove_column", "member", "branch")
engine.dispose()

# %% [markdown]
# ## Alembic: migrations as files
#
# They belong into a project: the `env.py` that `alembic init` writes sets up a log of its own, which would stay in the
# kernel.

# %%
from course import project

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
"""

library = project("library", files={"models.py": MODELS})
library.run("alembic init migrations")
library.write(
    "migrations/env.py",
    """
    from alembic import context
    from sqlalchemy import create_engine

    from models import Base

    with create_engine("sqlite:///library.db").connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
    """,
)
library.run("alembic revision --autogenerate --rev-id 0001 -m books")
library.run("alembic upgrade head")
assert "create_table('book'" in library.read("migrations/versions/0001_books.py")
assert "library.db" in library.files

# %% [markdown]
# In the kernel itself, for once: an `env.py` of a few lines, and the connection handed to it.

# %%
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config

ENV = """
from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
"""

engine = memory()
with tempfile.TemporaryDirectory() as folder, engine.connect() as connection, redirect_stdout(StringIO()):
    Path(folder, "env.py").write_text(ENV)
    versions = Path(folder, "versions")
    versions.mkdir()
    for path in Path(library.path, "migrations", "versions").glob("*.py"):
        (versions / path.name).write_text(path.read_text())
    config = Config()
    config.set_main_option("script_location", folder)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    assert [column["name"] for column in inspect(connection).get_columns("book")] == ["id", "title"]
    command.downgrade(config, "base")
    assert inspect(connection).get_table_names() == ["alembic_version"]
engine.dispose()
