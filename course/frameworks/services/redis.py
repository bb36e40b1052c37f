"""A private Redis server, or one that is named in COURSE_REDIS."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from course.frameworks import kernel
from course.frameworks.services.daemon import Daemon, Unusable

VARIABLE = "COURSE_REDIS"
NAMES = ("redis-server", "valkey-server")
PLACES = ("/opt/homebrew/bin", "/usr/local/bin", "/usr/local/sbin", "/usr/sbin")
"""Where installers put the program when it is not on the PATH."""
DATABASES = 512


def find_program() -> str | None:
    """The Redis, or Valkey, that is installed here."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *PLACES])
    return next((found for name in NAMES if (found := shutil.which(name, path=path))), None)


def version_of(program: str) -> str:
    """What the program calls its version."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v=(\S+)", said)
    return found[1] if found else "of an unknown version"


class Server:
    """A private server; it runs while one of its databases is in use."""

    def __init__(self, program: str):
        self.version = version_of(program)
        self._program = program
        self._password = secrets.token_urlsafe(16)
        self._folder: Path = kernel.fresh_folder("redis")
        self._daemon: Daemon | None = None
        self._used: set[str] = set()
        kernel.on_exit(self._stop)

    def create(self) -> str:
        """The URL of an empty database."""
        if self._daemon and not self._daemon.running:
            self._stop()
        if self._daemon is None:
            self._daemon = Daemon(lambda port: [self._program, "-"], self._answers, self._folder, self._configuration)
        for number in range(DATABASES):
            url = self._url(self._daemon.port, number)
            if url not in self._used:
                self._used.add(url)
                return url
        raise Unusable(f"all {DATABASES} databases of Redis are in use")

    def drop(self, url: str) -> None:
        """Empties a database; the last one takes the server with it."""
        import redis

        if self._daemon is None or url not in self._used:
            return
        self._used.discard(url)
        if not self._used or not self._daemon.running:
            self._stop()
            return
        with redis.Redis.from_url(url) as connection:
            connection.flushdb()

    def _stop(self) -> None:
        if self._daemon is not None:
            self._used.clear()
            self._daemon.stop()
            self._daemon = None

    def _configuration(self, port: int) -> str:
        # It goes in by standard input: on the command line everybody on this machine could read the password.
        lines = [f"port {port}", "bind 127.0.0.1", f"requirepass {self._password}", f"databases {DATABASES}"]
        return "\n".join([*lines, 'save ""', "appendonly no", f'dir "{self._folder}"', "daemonize no", ""])

    def _answers(self, port: int) -> bool:
        import redis

        try:
            with redis.Redis.from_url(self._url(port, 0)) as connection:
                return bool(connection.ping())
        except redis.RedisError:
            return False

    def _url(self, port: int, number: int) -> str:
        return f"redis://:{self._password}@127.0.0.1:{port}/{number}"


class Named:
    """A server that somebody else runs. Nothing in it is emptied: it may hold more than this course's data."""

    def __init__(self, url: str):
        import redis

        self._url = url
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=5) as connection:
                self.version = str(connection.info("server")["redis_version"])
        except redis.RedisError as error:
            what = f"Redis at {urlsplit(url).hostname} does not answer: {error}"
            raise ConnectionError(f"{what} Start it, or correct or unset {VARIABLE}.") from None

    def create(self) -> str:
        """Its URL."""
        return self._url

    def drop(self, url: str) -> None:
        """Leaves everything as it is."""


_servers: dict[int, Server] = {}


def server() -> Server | Named | str:
    """A server, or why there is none, as a part of a sentence."""
    if url := os.environ.get(VARIABLE):
        return Named(url)
    if os.getpid() not in _servers:
        program = find_program()
        if program is None:
            return "Redis was not found"
        _servers[os.getpid()] = Server(program)
    return _servers[os.getpid()]
