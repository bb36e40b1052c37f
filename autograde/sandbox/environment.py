"""Which files the Python of a course needs, so that student code can import what it could in a notebook."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_ASK = """\
import json, site, sys
paths = [p for p in sys.path[1:] if p]
print(json.dumps([[sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix], paths]))
"""
_SITE = ("site-packages", "dist-packages")
_NEVER_WHOLE = frozenset({"/", "/home", "/root", "/etc", "/var", "/tmp", "/srv", "/mnt", "/media", "/run"})
_NOT_FOR_STUDENTS = frozenset({"nbgrader_config.py", "conftest.py", "setup.py", "test", "tests"})


def readable_for(python: str = sys.executable, hidden: Iterable[str] = (), more: Iterable[str] = ()) -> tuple[str, ...]:
    """The paths that this Python and its packages lie at, and `more`; nothing that is `hidden`, such as a course.

    A package that was installed for editing is readable, the folder around it is not.
    """
    prefixes, search = _ask(python)
    engine = str(Path(__file__).resolve().parents[1])
    secret = tuple(sorted(_real(path) for path in hidden))
    found: list[str] = [python, engine, *more]
    for prefix in prefixes:
        if not _is_too_much(prefix):
            found += _without(_real(prefix), secret)
    for path in search:
        if _is_within(path, prefixes) and not _is_too_much(path):
            continue
        if Path(path).name in _SITE:
            found += _without(_real(path), secret)
        else:
            for child in _importable(Path(path)):
                found += _without(
                    child, tuple(place for place in secret if place != child and _is_within(place, [child]))
                )
    return tuple(dict.fromkeys(found))


@functools.cache
def _ask(python: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    answer = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=True, env=environment, cwd="/")
    prefixes, search = json.loads(answer.stdout.splitlines()[-1])
    return tuple(dict.fromkeys(prefixes)), tuple(dict.fromkeys(search))


def _importable(folder: Path) -> list[str]:
    """The packages and modules that lie in a folder of the search path."""
    try:
        children = sorted(folder.iterdir())
    except OSError:
        return []
    return [
        _real(child)
        for child in children
        if child.name not in _NOT_FOR_STUDENTS and (child.suffix in (".py", ".so") or (child / "__init__.py").is_file())
    ]


def _without(path: str, hidden: tuple[str, ...]) -> list[str]:
    """A path, or what lies in it when a part of it is hidden."""
    inside = [place for place in hidden if _is_within(place, [path])]
    if path in inside:
        return []
    if not inside:
        return [path]
    children = sorted(map(str, Path(path).iterdir()))
    return [found for child in children for found in _without(child, tuple(inside))]


def _real(path: str | Path) -> str:
    return os.path.realpath(path)


def _is_within(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder.rstrip('/')}/") for folder in folders)


def _is_too_much(path: str) -> bool:
    return _real(path) in _NEVER_WHOLE or _real(path) == _real(Path.home())
