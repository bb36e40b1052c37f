"""What is missing on this machine, and how to get it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from course.browser import find_browser
from course.frameworks.services import postgresql, redis
from course.house import House
from course.roles import Role, current_role

State = Literal["good", "missing", "optional"]
NEEDED_SPACE = 2**30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `missing` things stop something, `optional` ones do not."""

    name: str
    state: State
    found: str
    todo: str = ""


def examine(house: House | None) -> Iterator[Finding]:
    """Looks at everything that the course needs or can use, one finding after another."""
    yield _python()
    if house:
        yield _packages(house.root / "requirements.lock")
        yield _writable(house.root)
    yield _space(house.root if house else Path.cwd())
    yield _tool(
        "alembic",
        "nbgrader's gradebook",
        "Activate the environment that the course is installed in, or start with `make lab`.",
    )
    role = current_role()
    yield Finding("role", "good", f"{role}", "")
    if role is not Role.alone:
        yield _exchange()
    yield _browser()
    yield _postgresql()
    yield _redis()


def _python() -> Finding:
    name = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("Python", "good", name)
    return Finding(
        "Python", "missing", name, "Install Python 3.11, 3.12 or 3.13, and run `make lab PYTHON=python3.13`."
    )


def _packages(lock: Path) -> Finding:
    """Whether the installed packages are those of the lock."""
    if not lock.exists():
        return Finding("packages", "missing", "requirements.lock is gone", "Restore it with git.")
    wanted = re.findall(r"^([a-zA-Z0-9_.\-]+)==([^\s;\\]+)([^\\\n]*)", lock.read_text(encoding="utf-8"), re.M)
    wrong = []
    for name, release, marker in wanted:
        if not _applies(marker):
            continue
        try:
            if version(name) != release:
                wrong.append(f"{name} {version(name)}, not {release}")
        except PackageNotFoundError:
            wrong.append(f"{name} is missing")
    if not wrong:
        return Finding("packages", "good", f"{len(wanted)} in the lock, all in step")
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return Finding(
        "packages", "missing", ", ".join(wrong[:3]) + more, "Run `make lab` (or `python bootstrap.py`) once more."
    )


def _applies(marker: str) -> bool:
    from packaging.markers import Marker

    marker = marker.strip().lstrip(";").strip()
    return not marker or Marker(marker).evaluate()


def _writable(root: Path) -> Finding:
    if os.access(root, os.W_OK):
        return Finding("folder", "good", str(root))
    return Finding("folder", "missing", f"{root} cannot be written", "Clone into a folder of your own.")


def _space(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    found = f"{free / 2**30:.1f} GiB free"
    if free >= NEEDED_SPACE:
        return Finding("disk", "good", found)
    return Finding("disk", "missing", found, "Free a gigabyte.")


def _tool(name: str, use: str, todo: str) -> Finding:
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    path = shutil.which(name, path=folders)
    return Finding(name, "good", str(path)) if path else Finding(name, "missing", f"not found; {use} needs it", todo)


def _exchange() -> Finding:
    root = Path(os.environ.get("NBGRADER_EXCHANGE", "/usr/local/share/nbgrader/exchange"))
    if os.access(root, os.W_OK):
        return Finding("exchange", "good", str(root))
    todo = f"Make the folder with `mkdir -p {root}` and `chmod 777 {root}`, or name another in NBGRADER_EXCHANGE."
    return Finding("exchange", "missing", f"{root} is not there or cannot be written", todo)


def _browser() -> Finding:
    path = find_browser()
    if path:
        return Finding("browser for tests", "good", path)
    todo = "Only `make test` needs it: install Chromium or Chrome, or run `playwright install chromium`."
    return Finding("browser for tests", "optional", "none found", todo)


def _postgresql() -> Finding:
    programs = postgresql.find_programs()
    if not os.environ.get(postgresql.VARIABLE) and not programs:
        todo = f"If you want the real one: {_install('postgresql')}, or name a server in {postgresql.VARIABLE}."
        return Finding("PostgreSQL", "optional", "not found; lessons use SQLite", todo)
    found = f"{postgresql.version_of(programs)}, {programs}" if programs else f"named in {postgresql.VARIABLE}"
    if postgresql.driver_missing():
        todo = "If you want to use it: run `pip install 'psycopg[binary]'`."
        return Finding("PostgreSQL", "optional", f"{found}, but Python cannot speak to it; lessons use SQLite", todo)
    return Finding("PostgreSQL", "good", found)


def _redis() -> Finding:
    program = redis.find_program()
    if not os.environ.get(redis.VARIABLE) and not program:
        todo = f"If you want the real one: {_install('redis')}, or name a server in {redis.VARIABLE}."
        return Finding("Redis", "optional", "not found; lessons keep messages and caches in memory", todo)
    return Finding(
        "Redis", "good", f"{redis.version_of(program)}, {program}" if program else f"named in {redis.VARIABLE}"
    )


def _install(name: str) -> str:
    """How a server is installed on this system."""
    if sys.platform == "darwin":
        return f"`brew install {name}`"
    if sys.platform == "win32":
        return f"install {name} from its official page"
    return f"`sudo apt install {'redis-server' if name == 'redis' else name}`, or your system's package of that name"
