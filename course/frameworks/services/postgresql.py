"""A private PostgreSQL server, or one that is named in COURSE_POSTGRES, and fresh databases on it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from course.frameworks import kernel
from course.frameworks.child import clean_environment
from course.frameworks.services.daemon import Daemon, NotStarted, Unusable

VARIABLE = "COURSE_POSTGRES"
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
"""Where installers put the programs when they are not on the PATH."""
NEEDED = ("initdb", "pg_ctl", "postgres")
USER = "course"
# The data is thrown away at the end, so nothing is gained by getting it safely onto the disk.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "unix_socket_directories=")


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed here; the one on the PATH comes first."""
    on_path = shutil.which("postgres")
    found = [Path(on_path).resolve().parent] if on_path else []
    for place in PLACES:
        root, pattern = re.split(r"/(?=[^/]*\*)", place, maxsplit=1)
        found += sorted(Path(root).glob(pattern), key=_release, reverse=True)
    return next((folder for folder in found if all(shutil.which(name, path=folder) for name in NEEDED)), None)


def version_of(folder: Path) -> str:
    """What the programs in a folder call their version."""
    said = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+(\.\d+)*", said)
    return found[0] if found else "of an unknown version"


def driver_missing() -> bool:
    """Whether Python lacks the package that speaks to PostgreSQL."""
    return find_spec("psycopg") is None


def _release(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


class Server:
    """A server that runs, on which databases can be made; `address` is the URL of its database for administrators."""

    def __init__(self, address: str):
        self.address = address
        with self._administrator() as connection:
            number = connection.info.server_version
        self.version = f"{number // 10000}.{number % 10000}"

    def create(self) -> str:
        """Makes an empty database and returns its URL."""
        import psycopg

        name = f"threeways_{secrets.token_hex(6)}"
        try:
            with self._administrator() as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
        except psycopg.Error as error:
            raise Unusable(f"PostgreSQL makes no database: {_one_line(error)}") from None
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{name}"))

    def drop(self, url: str) -> None:
        """Removes a database, whoever is still connected to it."""
        name = urlsplit(url).path.strip("/")
        with self._administrator() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextlib.contextmanager
    def _administrator(self) -> Iterator[Any]:
        import psycopg

        with psycopg.connect(self.address, autocommit=True, connect_timeout=5) as connection:
            yield connection


class Cluster(Server):
    """A private server in the temporary folder; it runs while one of its databases is in use."""

    def __init__(self, programs: Path):
        self._programs = programs
        self._folder = kernel.temp_folder() / f"postgresql-{secrets.token_hex(3)}"
        self._password = secrets.token_urlsafe(16)
        self._prefix = _as_somebody_else()
        self._daemon: Daemon | None = None
        self._used: set[str] = set()
        self._prepare()
        kernel.on_exit(self._stop)
        self._start()
        try:
            super().__init__(self.address)
        except BaseException:
            self._stop()
            raise

    def create(self) -> str:
        """As for any server; starts it when it has been stopped or has died."""
        if self._daemon and not self._daemon.running:
            self._stop()
        if self._daemon is None:
            self._start()
        url = super().create()
        self._used.add(url)
        return url

    def drop(self, url: str) -> None:
        """As for any server; the last database takes the server with it."""
        if self._daemon is None or url not in self._used:
            return
        self._used.discard(url)
        if self._used and self._daemon.running:
            super().drop(url)
        else:
            self._stop()

    def _prepare(self) -> None:
        data = self._folder / "data"
        data.mkdir(parents=True, mode=0o700)
        secret = self._folder / "password"
        secret.touch(0o600)
        secret.write_text(self._password, encoding="utf-8")
        if self._prefix:
            shutil.chown(data, _other_user())
        words = ["--username", USER, "--pwfile", str(secret), "--auth", "scram-sha-256", "--no-sync"]
        done = self._call("initdb", "--pgdata", str(data), *words, "--encoding", "UTF8", "--locale", "C")
        secret.unlink()
        if done.returncode:
            raise NotStarted(f"initdb: {(done.stdout.strip().splitlines() or [''])[-1]}")

    def _start(self) -> None:
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        program = [*self._prefix, str(self._programs / "postgres"), "-D", str(self._folder / "data"), "-h", "127.0.0.1"]
        self._daemon = Daemon(lambda port: [*program, "-p", str(port), *settings], self._answers, self._folder)
        self.address = self._url(self._daemon.port)

    def _stop(self) -> None:
        if self._daemon is not None:
            self._used.clear()
            # Asked to end by its own program, it waits for no client and leaves no shared memory behind.
            self._call("pg_ctl", "stop", "--pgdata", str(self._folder / "data"), "--mode", "fast", "--timeout", "3")
            self._daemon.stop()
            self._daemon = None

    def _answers(self, port: int) -> bool:
        import psycopg

        try:
            psycopg.connect(self._url(port), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _url(self, port: int) -> str:
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{port}/postgres"

    def _call(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._prefix, str(self._programs / name), *words],
            cwd=self._folder,
            env=clean_environment({"LC_ALL": "C"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


def _as_somebody_else() -> list[str]:
    """How a program is run as another user where this one is root, whom PostgreSQL refuses; empty for others.

    The other user may pass through folders that are closed to it, such as the temporary ones of root.
    """
    if os.name != "posix" or os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if not setpriv:
        raise NotStarted("it does not run as root, and there is no setpriv to run it as somebody else")
    user = f"--reuid={_other_user()}"
    return [setpriv, user, "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--"]


def _other_user() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


_clusters: dict[int, Cluster] = {}


def server() -> Server | str:
    """A server to make databases on, or why there is none, as a part of a sentence."""
    if driver_missing():
        return "the package psycopg is not installed"
    import psycopg

    if address := os.environ.get(VARIABLE):
        try:
            return Server(address)
        except psycopg.Error as error:
            what = f"PostgreSQL at {urlsplit(address).hostname} does not answer: {_one_line(error)}"
            raise ConnectionError(f"{what} Start it, or correct or unset {VARIABLE}.") from None
    if os.getpid() in _clusters:
        return _clusters[os.getpid()]
    programs = find_programs()
    if programs is None:
        return "PostgreSQL was not found"
    try:
        _clusters[os.getpid()] = Cluster(programs)
    except (NotStarted, OSError, LookupError, psycopg.Error) as error:
        return f"PostgreSQL did not start: {_one_line(error)}"
    return _clusters[os.getpid()]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
