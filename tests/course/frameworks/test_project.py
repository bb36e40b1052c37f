"""Real projects: files in a folder, commands that run in it, servers that serve it, and nothing that stays."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import psutil
import pytest

from course.frameworks import kernel
from course.frameworks.project import CommandFailed, Project, project
from course.frameworks.serve import NotStarted

MODELS = """
    from django.db import models


    class Book(models.Model):
        title = models.CharField(max_length=200)

        def __str__(self):
            return self.title
"""
TESTS = """
    from django.test import TestCase

    from books.models import Book


    class BookTests(TestCase):
        def test_a_book_is_called_by_its_title(self):
            self.assertEqual(str(Book.objects.create(title="Emma")), "Emma")
"""
DATA = """
    from django.db import migrations


    def buy(apps, editor):
        apps.get_model("books", "Book").objects.create(title="Emma")


    def sell(apps, editor):
        apps.get_model("books", "Book").objects.filter(title="Emma").delete()


    class Migration(migrations.Migration):
        dependencies = [("books", "0001_initial")]
        operations = [migrations.RunPython(buy, sell)]
"""
ADMIN = """
    from django.contrib import admin

    from books.models import Book

    admin.site.register(Book)
"""
FASTAPI = """
    import os
    from contextlib import asynccontextmanager
    from pathlib import Path
    from fastapi import FastAPI

    @asynccontextmanager
    async def lifespan(app):
        yield
        Path("closed.txt").write_text("closed")

    app = FastAPI(lifespan=lifespan)

    @app.get("/books")
    def books():
        return {"shelf": os.environ.get("SHELF"), "django": os.environ.get("DJANGO_SETTINGS_MODULE")}

    @app.get("/broken")
    def broken():
        raise LookupError("no shelf")
"""
FLASK = """
    from flask import Flask, redirect


    def create_app():
        app = Flask("library")
        app.add_url_rule("/", "home", lambda: '<a href="/books">Books</a>')
        app.add_url_rule("/old", "old", lambda: redirect("/books"))
        return app
"""


@pytest.fixture(autouse=True)
def no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTERHUB_SERVICE_PREFIX", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def library() -> Iterator[Project]:
    """A Django project as `startproject` makes it, with an app, its migrations, and data."""
    made = project("library")
    made.run("django-admin startproject config .")
    made.run("python manage.py startapp books")
    settings = made.read("config/settings.py")
    made.write("config/settings.py", settings.replace("INSTALLED_APPS = [", 'INSTALLED_APPS = [\n    "books",'))
    for path, text in {"models": MODELS, "tests": TESTS, "admin": ADMIN}.items():
        made.write(f"books/{path}.py", text)
    made.run("python manage.py makemigrations books")
    made.write("books/migrations/0002_first_books.py", DATA)
    made.run("python manage.py migrate -v 0")
    return made


def titles(library: Project) -> list[str]:
    """The titles in the project's database."""
    with closing(sqlite3.connect(library.path / "db.sqlite3")) as database:
        return [title for (title,) in database.execute("SELECT title FROM books_book")]


def test_files_are_written_dedented_and_read_back() -> None:
    made = project("shelves", {"main.py": "\n    x = 1\n    if x:\n        print(x)\n", "deep/note.txt": "a"})
    assert made.read("main.py") == "x = 1\nif x:\n    print(x)\n"
    assert made.files == ["deep/note.txt", "main.py"]
    assert made.path.is_relative_to(kernel.temp_folder())
    made.write("main.py", "x = 2")
    assert made.run("python main.py") == ""
    with pytest.raises(FileNotFoundError, match=r"has no file 'views\.py'\. It has: deep/note\.txt, main\.py\."):
        made.read("views.py")


def test_a_project_of_the_same_name_begins_anew() -> None:
    first = project("shelves", {"a.txt": "a"})
    assert project("shelves", {"b.txt": "b"}).files == ["b.txt"]
    assert first.files == ["b.txt"]  # The folder is the same one.


@pytest.mark.parametrize("path", ["../escape.py", "/tmp/escape.py", "a/../../escape.py"])
def test_files_outside_of_the_project_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="lies outside of the project 'shelves'"):
        project("shelves").write(path, "")


@pytest.mark.parametrize("name", ["", "a/b", "..", "2nd shelf"])
def test_a_name_that_cannot_be_a_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a project"):
        project(name)


def test_a_command_prints_what_it_writes_and_returns_it(capfd: pytest.CaptureFixture[str]) -> None:
    made = project("shelves", {"main.py": "import os, sys\nprint(os.getcwd())\nprint('caution', file=sys.stderr)"})
    said = made.run("python main.py")
    assert said == "shelves\ncaution\n"
    assert said.status == 0
    assert capfd.readouterr() == (said, "")


def test_long_output_is_shortened_where_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    said = project("shelves").run("python -c 'for n in range(100): print(n)'")
    printed = capsys.readouterr().out.splitlines()
    assert said.splitlines() == [str(number) for number in range(100)]
    assert printed[18:22] == ["18", "19", "… 40 more lines in what .run() returns …", "60"]
    assert printed[-1] == "99"


def test_a_command_that_fails_is_one_message_with_its_last_lines(capfd: pytest.CaptureFixture[str]) -> None:
    made = project("shelves", {"main.py": "import books_that_are_not_there"})
    with pytest.raises(CommandFailed) as caught:
        made.run("python main.py")
    message = str(caught.value).splitlines()
    assert message[0] == "`python main.py` failed in shelves with exit status 1."
    assert '    File "shelves/main.py", line 1, in <module>' in [line[2:] for line in message]
    assert message[-1] == "    ModuleNotFoundError: No module named 'books_that_are_not_there'"
    assert capfd.readouterr() == ("", "")
    assert made.run("python main.py", check=False).status == 1


def test_a_command_gets_what_somebody_would_type_and_variables() -> None:
    made = project("shelves", {"main.py": "import os\nprint(input('Title? '), os.environ['SHELF'])"})
    assert made.run("python main.py", input="Emma\n", env={"SHELF": "A"}) == "Title? Emma A\n"
    assert "EOFError" in made.run("python main.py", check=False, env={"SHELF": "A"})


def test_the_kernel_does_not_configure_a_program_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DJANGO_SETTINGS_MODULE", "FLASK_APP", "JPY_PARENT_PID", "FORCE_COLOR"):
        monkeypatch.setenv(name, "the kernel's")
    said = project("shelves").run("python -c 'import os; print(sorted(os.environ.items()))'")
    assert "the kernel's" not in said


def test_python_is_the_one_of_the_notebook_and_so_are_its_programs() -> None:
    made = project("shelves")
    assert Path(made.run("python -c 'import sys; print(sys.prefix)'").strip()) == Path(sys.prefix)
    assert made.run("flask --version").startswith("Python")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("pyhton main.py", "There is no program called 'pyhton' here"),
        ("python main.py > out.txt", "needs a shell, and none is used here"),
        ("", "The command is empty"),
    ],
)
def test_a_command_that_cannot_be_run_says_why(command: str, message: str) -> None:
    with pytest.raises((CommandFailed, ValueError), match=message):
        project("shelves").run(command)


def test_a_command_that_does_not_end_is_stopped() -> None:
    made = project("shelves", {"wait.py": "import time\nprint('waiting', flush=True)\ntime.sleep(60)"})
    begin = time.monotonic()
    with pytest.raises(CommandFailed, match=r"had not ended after 0.3 s and was stopped.*\n    waiting"):
        made.run("python wait.py", timeout=0.3)
    assert time.monotonic() - begin < 3


def test_django_makes_migrations_and_shows_their_sql(library: Project) -> None:
    assert library.run("python manage.py makemigrations --check") == "No changes detected\n"
    assert 'CREATE TABLE "books_book"' in library.run("python manage.py sqlmigrate books 0001")


def test_a_data_migration_goes_forth_and_back(library: Project) -> None:
    assert titles(library) == ["Emma"]
    assert "Unapplying books.0002_first_books... OK" in library.run("python manage.py migrate books 0001")
    assert titles(library) == []
    library.run("python manage.py migrate -v 0")
    assert titles(library) == ["Emma"]


def test_django_runs_its_tests(library: Project) -> None:
    assert "Ran 1 test" in library.run("python manage.py test")


def test_a_django_project_is_served_with_its_static_files(library: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "the_kernels.settings")
    for app in ("config.wsgi:application", "config.asgi:application"):
        with library.serve(app) as server, httpx2.Client(headers={"host": "hub.example.org"}) as browser:
            login = browser.get(server.url + server.link("/admin/"), follow_redirects=False)
            assert login.headers["location"] == server.link("/admin/login/?next=" + server.link("/admin/"))
            page = browser.get(server.url + server.link("/admin/login/")).text
            style = re.findall('href="([^"]*/css/base.css)"', page)
            assert style == [server.link("/static/admin/css/base.css")]
            assert browser.get(server.url + style[0]).headers["content-type"] == "text/css"
            assert httpx2.get(f"{server.url}/static/admin/css/base.css").status_code == 200


def test_flask_migrate_upgrades_and_downgrades() -> None:
    made = project(
        "catalogue",
        {
            "app.py": """
                from flask import Flask
                from flask_migrate import Migrate
                from flask_sqlalchemy import SQLAlchemy

                app = Flask(__name__)
                app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///library.db"
                db = SQLAlchemy(app)
                Migrate(app, db)


                class Book(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                    title = db.Column(db.String(200))
            """
        },
    )
    made.run("flask db init")
    assert "Detected added table 'book'" in made.run("flask db migrate -m books --rev-id 0001")
    assert "Running upgrade  -> 0001, books" in made.run("flask db upgrade")
    assert "Running downgrade 0001 -> , books" in made.run("flask db downgrade")
    assert "migrations/versions/0001_books.py" in made.files


def test_alembic_finds_the_models_of_sqlmodel() -> None:
    made = project(
        "loans",
        {
            "models.py": """
                from sqlmodel import Field, SQLModel


                class Loan(SQLModel, table=True):
                    id: int | None = Field(default=None, primary_key=True)
                    member: str
            """
        },
    )
    made.run("alembic init migrations")
    environment = made.read("migrations/env.py")
    made.write(
        "migrations/env.py",
        environment.replace(
            "target_metadata = None", "from models import SQLModel\ntarget_metadata = SQLModel.metadata"
        ),
    )
    made.write(
        "migrations/script.py.mako",
        made.read("migrations/script.py.mako").replace(
            "import sqlalchemy as sa", "import sqlalchemy as sa\nimport sqlmodel"
        ),
    )
    made.write(
        "alembic.ini", re.sub("sqlalchemy.url = .*", "sqlalchemy.url = sqlite:///loans.db", made.read("alembic.ini"))
    )
    assert "Detected added table 'loan'" in made.run("alembic revision --autogenerate -m loans --rev-id 0001")
    assert "Running upgrade  -> 0001, loans" in made.run("alembic upgrade head")


def test_a_fastapi_project_is_served_in_an_environment_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    made = project("api", {"main.py": FASTAPI})
    with made.serve("main:app", env={"SHELF": "A"}) as server:
        assert httpx2.get(f"{server.url}/books").json() == {"shelf": "A", "django": None}
        assert [httpx2.get(f"{server.url}/broken").status_code for _ in range(2)] == [500, 500]
        assert repr(server) == f"Serving at {server.url}"
    assert len(server.failures) == 2
    assert capsys.readouterr().out.count("LookupError: no shelf\n    in broken(), line 19 of main.py") == 1
    assert made.read("closed.txt") == "closed"
    assert not server.running
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(server.url)


def test_a_factory_of_a_flask_project_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    with project("site", {"library.py": FLASK}).serve("library:create_app()") as server:
        assert httpx2.get(server.url).text == '<a href="/books">Books</a>'
        assert f'<a href="{server.link("/books")}">' in httpx2.get(server.url + server.link("/")).text
        assert httpx2.get(server.url + server.link("/old")).headers["location"] == server.link("/books")


@pytest.mark.parametrize(
    ("app", "message"),
    [
        ("main:application", r"main\.py defines no 'application'\."),
        ("mian:app", "ModuleNotFoundError: No module named 'mian'"),
        ("main:blueprint", "This is a Blueprint"),
        ("main:broken()", "(?s)ZeroDivisionError.*line 6, in broken"),
    ],
)
def test_what_cannot_be_served_says_why(app: str, message: str) -> None:
    made = project(
        "site",
        {"main.py": "from flask import Blueprint\n\nblueprint = Blueprint('b', 'b')\n\ndef broken():\n    1 / 0"},
    )
    with pytest.raises(NotStarted, match=message):
        made.serve(app)


def test_a_name_without_a_module_is_refused() -> None:
    with pytest.raises(ValueError, match=r'names no application\. Say which module and which name in it: "main:app"'):
        project("site").serve("main.py")


def test_a_taken_port_is_told_by_the_child_too() -> None:
    made = project("api", {"main.py": FASTAPI})
    with made.serve("main:app") as server, pytest.raises(NotStarted, match=f"The port {server.port} is taken by"):
        made.serve("main:app", port=server.port)


def test_any_other_server_is_started_on_a_free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    made = project("api", {"main.py": FASTAPI, "library.py": FLASK})
    with made.start("flask --app library run --port {port}") as server:
        assert httpx2.get(server.url).text == '<a href="/books">Books</a>'
        page = server.link("/")
        browser = f"http://127.0.0.1:{page.split('/')[-2]}"
        assert f'<a href="{page}books">' in httpx2.get(browser + page).text
        assert httpx2.get(f"{browser}{page}old").headers["location"] == f"{page}books"
        assert "The server of this page has stopped" in server.show("/").html()
    assert "GET /old" in server.log  # Now all that it wrote has been read.
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(server.url)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(browser)


def test_a_server_that_does_not_start_shows_its_last_lines() -> None:
    made = project("api", {"main.py": "1 / 0"})
    with pytest.raises(NotStarted, match=r"(?s)`uvicorn main:app --port \{port\}` ended.*ZeroDivisionError"):
        made.start("uvicorn main:app --port {port}")
    with pytest.raises(ValueError, match=r"has no \{port\} in it"):
        made.start("uvicorn main:app")


def test_an_application_that_ends_no_line_is_served_too() -> None:
    text = FASTAPI + "\n    print('loading the catalogue ... ', end='', flush=True)\n"
    with project("api", {"main.py": text}).serve("main:app") as server:
        assert httpx2.get(f"{server.url}/books").status_code == 200
        assert server.log == "loading the catalogue ... "


def test_a_project_that_begins_anew_stops_its_servers() -> None:
    server = project("api", {"main.py": FASTAPI}).serve("main:app")
    project("api")
    assert not server.running


KERNEL = """
    import os, signal, sys, time
    from course.frameworks.project import project
    made = project("api", {"main.py": sys.argv[1]})
    a = made.serve("main:app")
    made.write("stubborn.py", "import signal, sys, http.server; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
               "http.server.test(port=int(sys.argv[1]), bind='127.0.0.1')")
    b = made.start("python stubborn.py {port}")
    print(a.port, b.port, made.path, flush=True)
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("how", ["ended", "killed"])
def test_the_servers_end_with_the_kernel_however_it_ends(how: str) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KERNEL), FASTAPI, how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stderr == ""
    assert done.returncode == (-signal.SIGKILL if how == "killed" else 0)
    first, second, folder = done.stdout.split()
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and _running(first, second):
        time.sleep(0.05)
    assert _running(first, second) == []
    assert Path(folder).exists() == (how == "killed")  # The next kernel sweeps it away.
    shutil.rmtree(Path(folder).parents[1], ignore_errors=True)


def _running(*ports: str) -> list[str]:
    return [
        str(c.laddr)
        for c in psutil.net_connections("tcp")
        if c.status == psutil.CONN_LISTEN and str(c.laddr.port) in ports
    ]


def test_the_files_are_on_show() -> None:
    made = project("shelves", {"main.py": "x = 1 < 2", "books/views.py": "y = 2", "books/empty.py": ""})
    (made.path / "library.db").write_bytes(b"\0" * 2000)
    made.run("python -c 'import main'")
    shown = made._repr_mimebundle_()
    assert shown["text/plain"] == "shelves/\n    books/empty.py\n    books/views.py\n    library.db\n    main.py"
    assert "<summary><code>main.py</code></summary>" in shown["text/html"]
    assert "x = 1 &lt; 2" in shown["text/html"]
    assert "(2,000 bytes)" in shown["text/html"]
    assert made.show("books", "main.py").text() == (
        "--- books/empty.py\n\n\n--- books/views.py\ny = 2\n\n--- main.py\nx = 1 < 2\n"
    )
    assert "<details open>" in made.show("books").html()
    assert "views.py" not in made.show("main.py").html()
    with pytest.raises(FileNotFoundError, match=r"has no 'urls\.py'\. It has: books/empty\.py"):
        made.show("urls.py")


def test_what_a_command_returns_is_not_drawn_again() -> None:
    from IPython.core.formatters import DisplayFormatter

    said = project("shelves").run("python -c 'print(1)'")
    assert DisplayFormatter().format(said) == ({}, {})
