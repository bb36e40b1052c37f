"""Real servers where they are found, embedded ones everywhere else, and nothing of them is left."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from IPython.core.interactiveshell import InteractiveShell
from sqlalchemy import create_engine, text
from traitlets.config import Config

from course.frameworks.services import broker, database, postgresql, redis
from course.frameworks.services.daemon import Daemon, NotStarted, free_port
from tests.services import need_postgresql, need_redis

ROOT = Path(__file__).resolve().parents[3]
DJANGO = """
import json, sys
from django.conf import settings
settings.configure(DATABASES={"default": json.loads(sys.argv[1])}, CACHES={"default": json.loads(sys.argv[2])})
import django
django.setup()
from django.core.cache import cache
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE book (title text)")
    cursor.execute("INSERT INTO book VALUES (%s)", ["Emma"])
    cursor.execute("SELECT title FROM book")
    print(connection.vendor, cursor.fetchall())
cache.set("title", "Emma")
print(cache.get("title"))
"""
KEPT = """
import psutil, sys
from course.frameworks.services import broker, database
made = database("postgresql"), broker()
print(*[child.pid for child in psutil.Process().children(recursive=True)], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgresql, "PLACES", ())
    monkeypatch.setattr(redis, "PLACES", ())
    monkeypatch.setattr(postgresql, "_clusters", {})
    monkeypatch.setattr(redis, "_servers", {})


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    yield shell
    InteractiveShell.clear_instance()


def children() -> list[str]:
    return [child.name() for child in psutil.Process().children(recursive=True)]


def titles(url: str, statement: str = "SELECT title FROM book") -> list[str]:
    engine = create_engine(url)
    with engine.begin() as connection:
        found = connection.execute(text(statement))
        result = [row[0] for row in found] if found.returns_rows else []
    engine.dispose()
    return result


def lend(url: str) -> None:
    titles(url, "CREATE TABLE book (title text)")
    titles(url, "INSERT INTO book VALUES ('Emma')")


def test_without_a_wish_a_database_is_a_file_that_many_can_write_at_once() -> None:
    library = database()
    assert (library.kind, str(library)) == ("sqlite", f"SQLite {sqlite3.sqlite_version}")
    lend(library.url)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: titles(library.url, f"INSERT INTO book VALUES ('{n}')"), range(40)))
    assert len(titles(library.url)) == 41
    assert titles(library.url, "PRAGMA journal_mode") == ["wal"]
    path = Path(library.django["NAME"])
    assert path.exists()
    library.stop()
    assert not path.exists()


def test_two_databases_know_nothing_of_each_other() -> None:
    first, second = database(), database()
    lend(first.url)
    lend(second.url)
    assert titles(first.url) == titles(second.url) == ["Emma"]


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match='"sqlite" or "postgresql"'):
        database("oracle")  # type: ignore[arg-type]


@pytest.mark.usefixtures("nothing_installed")
def test_where_nothing_is_installed_the_embedded_ones_serve_and_say_so() -> None:
    library, post = database("postgresql"), broker()
    assert str(library) == f"SQLite {sqlite3.sqlite_version} (PostgreSQL was not found)"
    assert str(post) == "in the memory of this process (Redis was not found)"
    lend(library.url)
    assert titles(library.url) == ["Emma"]
    assert (post.kind, urlsplit(post.url).scheme, post.flask) == ("memory", "memory", {"CACHE_TYPE": "SimpleCache"})


def test_a_postgresql_that_does_not_start_is_named_and_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if os.name != "posix":
        pytest.skip("The broken programs are shell scripts.")
    for name in postgresql.NEEDED:
        (tmp_path / name).write_text("#!/bin/sh\necho the disk is full\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    tmp_path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(postgresql, "_clusters", {})
    assert "(PostgreSQL did not start: initdb: the disk is full)" in str(database("postgresql"))


def test_a_postgresql_that_lacks_its_user_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    need_postgresql()
    monkeypatch.delenv(postgresql.VARIABLE, raising=False)
    monkeypatch.setattr(postgresql, "_clusters", {})
    monkeypatch.setattr(postgresql, "_as_somebody_else", lambda: ["env"])
    monkeypatch.setattr(postgresql, "_other_user", lambda: "nobody of that name")
    assert "(PostgreSQL did not start: " in str(database("postgresql"))
    assert "nobody of that name" in str(database("postgresql"))


def kill(name: str) -> None:
    """Ends a server as a system without memory does, and waits until its end is known."""
    for guard in psutil.Process().children():
        for server in guard.children():
            if server.name() == name:
                server.kill()
                guard.wait(10)


def test_a_server_that_ends_at_once_is_tried_again_and_then_given_up(tmp_path: Path) -> None:
    ports = []
    command = [sys.executable, "-c", "print('the port is taken')"]
    with pytest.raises(NotStarted, match="the port is taken"):
        Daemon(lambda port: ports.append(port) or command, lambda port: False, tmp_path)
    assert len(ports) == 3


class TestPostgresql:
    @pytest.fixture(autouse=True)
    def here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        need_postgresql()
        monkeypatch.delenv(postgresql.VARIABLE, raising=False)

    def test_each_database_is_real_fresh_and_its_own(self) -> None:
        first, second = database("postgresql"), database("postgresql")
        assert str(first).startswith("PostgreSQL 1")
        lend(first.url)
        lend(second.url)
        assert titles(first.url) == titles(second.url) == ["Emma"]
        first.stop()
        assert titles(second.url) == ["Emma"]
        second.stop()
        assert "postgres" not in children()

    def test_the_server_comes_back_when_it_is_asked_for_again(self) -> None:
        database("postgresql").stop()
        again = database("postgresql")
        lend(again.url)
        again.stop()

    def test_a_database_is_removed_while_somebody_is_connected(self) -> None:
        first, second = database("postgresql"), database("postgresql")
        engine = create_engine(first.url)
        connection = engine.connect()
        connection.execute(text("SELECT 1"))
        first.stop()
        first.stop()
        assert titles(second.url, "SELECT 'here'") == ["here"]
        connection.invalidate()
        engine.dispose()
        second.stop()

    def test_a_server_that_has_died_is_started_anew(self) -> None:
        former, other = database("postgresql"), database("postgresql")
        kill("postgres")
        library = database("postgresql")
        lend(library.url)
        former.stop()
        other.stop()
        assert titles(library.url) == ["Emma"]
        kill("postgres")
        library.stop()

    def test_a_database_that_cannot_be_made_is_replaced_and_the_reason_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgresql.secrets, "token_hex", lambda count: "emma")
        first = database("postgresql")
        assert re.search(r"\(PostgreSQL makes no database: .*already exists\)", str(database("postgresql")))
        first.stop()

    def test_nobody_enters_without_the_password(self) -> None:
        library = database("postgresql")
        wrong = library.url.replace(library.django["PASSWORD"], "guess")
        with pytest.raises(Exception, match="password authentication failed"):
            titles(wrong, "SELECT 1")
        library.stop()

    def test_a_cell_that_is_run_again_gets_a_new_one_in_place_of_the_former(self, shell: InteractiveShell) -> None:
        shell.run_cell("from course.frameworks.services import database")
        cell = "library = database('postgresql')"
        shell.run_cell(cell, store_history=True).raise_error()
        former = shell.user_ns["library"].url
        other = database("postgresql")
        shell.run_cell(cell, store_history=True).raise_error()
        other.stop()
        with pytest.raises(Exception, match="does not exist"):
            titles(former, "SELECT 1")
        shell.user_ns["library"].stop()

    def test_a_named_server_is_used_and_left_running(self, monkeypatch: pytest.MonkeyPatch) -> None:
        own = postgresql.server()
        assert isinstance(own, postgresql.Server)
        keep = own.create()
        monkeypatch.setenv(postgresql.VARIABLE, own.address)
        library = database("postgresql")
        lend(library.url)
        assert urlsplit(library.url).port == urlsplit(own.address).port
        library.stop()
        assert titles(keep.replace("postgresql:", "postgresql+psycopg:"), "SELECT 1") == [1]
        own.drop(keep)

    def test_a_named_server_that_does_not_answer_is_an_error_that_says_what_to_do(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(postgresql.VARIABLE, f"postgresql://ada@127.0.0.1:{free_port()}/postgres")
        with pytest.raises(ConnectionError, match=r"127.0.0.1 does not answer: .*correct or unset COURSE_POSTGRES"):
            database("postgresql")


class TestRedis:
    @pytest.fixture(autouse=True)
    def here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        need_redis()
        monkeypatch.delenv(redis.VARIABLE, raising=False)

    def test_each_broker_is_real_and_its_own(self) -> None:
        from redis import Redis

        first, second = broker(), broker()
        assert str(first).startswith("Redis ")
        with Redis.from_url(first.url) as one, Redis.from_url(second.url) as two:
            one.set("title", "Emma")
            assert (one.get("title"), two.get("title")) == (b"Emma", None)
            first.stop()
            assert one.get("title") is None
            assert two.ping()
        second.stop()
        assert "redis-server" not in children()

    def test_a_server_that_has_died_is_started_anew(self) -> None:
        from redis import Redis

        former, other = broker(), broker()
        kill("redis-server")
        post = broker()
        former.stop()
        other.stop()
        with Redis.from_url(post.url) as connection:
            assert connection.ping()
        kill("redis-server")
        post.stop()

    def test_no_database_is_given_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(redis, "DATABASES", 3)
        monkeypatch.setattr(redis, "_servers", {})
        first, second, third = broker(), broker(), broker()
        assert str(broker()) == "in the memory of this process (all 3 databases of Redis are in use)"
        second.stop()
        assert broker().url == second.url
        for post in (first, second, third):
            post.stop()

    def test_nobody_enters_without_the_password(self) -> None:
        from redis import AuthenticationError, Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        post = broker()
        at_once = Retry(NoBackoff(), 0)
        with Redis(port=urlsplit(post.url).port or 0, retry=at_once) as stranger, pytest.raises(AuthenticationError):
            stranger.ping()
        post.stop()

    def test_flask_caches_in_it(self) -> None:
        from flask import Flask
        from flask_caching import Cache

        post = broker()
        app = Flask("library")
        cache = Cache(app, config=post.flask)
        with app.app_context():
            cache.set("title", "Emma")
            assert cache.get("title") == "Emma"
        post.stop()

    def test_a_named_server_is_used_and_nothing_in_it_is_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from redis import Redis

        own = broker()
        monkeypatch.setenv(redis.VARIABLE, own.url)
        with Redis.from_url(own.url) as connection:
            connection.set("loans of the real library", 3)
            named = broker()
            assert named.url == own.url
            named.stop()
            assert connection.get("loans of the real library") == b"3"
        own.stop()

    def test_a_named_server_that_does_not_answer_is_an_error_that_says_what_to_do(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(redis.VARIABLE, f"redis://127.0.0.1:{free_port()}/0")
        with pytest.raises(ConnectionError, match=r"127.0.0.1 does not answer: .*correct or unset COURSE_REDIS"):
            broker()


@pytest.mark.parametrize(
    ("kind", "needs", "vendor"), [("sqlite", lambda: None, "sqlite"), ("postgresql", need_postgresql, "postgresql")]
)
def test_django_works_with_the_settings_that_it_gets(kind: str, needs: Callable[[], None], vendor: str) -> None:
    needs()
    library, post = database(kind), broker()  # type: ignore[arg-type]
    command = [sys.executable, "-W", "error", "-c", DJANGO, json.dumps(library.django), json.dumps(post.django)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{vendor} [('Emma',)]\nEmma\n", "")
    library.stop()
    post.stop()


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_the_servers_end_with_the_process_however_it_ends(end: str, tmp_path: Path) -> None:
    need_postgresql()
    need_redis()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", KEPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    pids = [int(word) for word in process.stdout.readline().split()]
    assert len(pids) >= 4
    if end == "killed":
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    process.communicate()
    deadline = time.monotonic() + 10
    while (left := [pid for pid in pids if psutil.pid_exists(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    if end == "ended":
        assert list(tmp_path.iterdir()) == []
