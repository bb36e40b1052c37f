"""Pins what the course is installed with: `make lock` writes requirements.lock and, from it, environment.yml.

What only tests use, and what never comes near the course's own environment, is pinned beside them in tests/anki.
Other arguments are uv's own: `python -m course.authoring.lock --upgrade` takes the newest versions. `--check` writes
nothing; it proves, with a package index, that all files are in step and that Binder's Python can install the lock.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

import bootstrap
from course.house import find_house

LOCK, ENVIRONMENT = "requirements.lock", "environment.yml"
PROJECT, ENGINE = "pyproject.toml", "autograde/pyproject.toml"
ORACLE, ORACLE_LOCK = "tests/anki/requirements.in", "tests/anki/requirements.lock"
"""What the exchange is proven by."""
BINDER_PYTHON = "3.13"
BINDER_PLATFORM = "x86_64-unknown-linux-gnu"

TEMPLATE = """\
# Generated from requirements.lock by `make lock`, for conda and Binder. The course itself is installed by postBuild.
# requirements.lock has the sha256 {sha256}
name: threeways
channels:
- conda-forge
dependencies:
- python={python}
- pip
- pip:
  - -r requirements.lock
"""


def write(root: Path, options: Sequence[str] = ()) -> None:
    """Brings requirements.lock in step with pyproject.toml, keeping pins that still hold; then environment.yml."""
    resolve(root, root / LOCK, options)
    (root / ENVIRONMENT).write_bytes(environment((root / LOCK).read_bytes()))
    if (root / ORACLE).exists():
        resolve(root, root / ORACLE_LOCK, options, ORACLE)


def resolve(root: Path, lock: Path, options: Sequence[str] = (), asked: str = PROJECT) -> None:
    """Pins everything that a file asks for, for every Python and platform at once; names no package index."""
    compile_ = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
    extras = ("--all-extras", *([ENGINE] if (root / ENGINE).exists() else [])) if asked == PROJECT else ()
    anonymous = ("--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "make lock")
    with chdir(root):
        bootstrap.run(_uv(), *compile_, *extras, *anonymous, *options, asked, "--output-file", lock, quiet=True)


def environment(lock: bytes) -> bytes:
    """The environment.yml that belongs to a lock."""
    return TEMPLATE.format(sha256=hashlib.sha256(lock).hexdigest(), python=BINDER_PYTHON).encode()


def check(root: Path) -> None:
    """Ends with a message when a file is not in step, or when Binder could not install the lock from wheels."""
    lock, made_from_it = _content(root / LOCK), _content(root / ENVIRONMENT)
    with tempfile.TemporaryDirectory(prefix="course-lock-") as folder:
        fresh = Path(folder, LOCK)
        fresh.write_bytes(lock)
        resolve(root, fresh)
        if fresh.read_bytes() != lock:
            sys.exit(f"{LOCK} is not in step with pyproject.toml. Run `make lock`.")
        if made_from_it != environment(lock):
            sys.exit(f"{ENVIRONMENT} is not in step with {LOCK}. Run `make lock`.")
        if (root / ORACLE).exists():
            pinned = Path(folder, "oracle.lock")
            pinned.write_bytes(_content(root / ORACLE_LOCK))
            resolve(root, pinned, asked=ORACLE)
            if pinned.read_bytes() != _content(root / ORACLE_LOCK):
                sys.exit(f"{ORACLE_LOCK} is not in step with {ORACLE}. Run `make lock`.")
        install = ("pip", "install", "--dry-run", "--quiet", "--require-hashes", "--no-build", "--target", folder)
        binder = ("--python-version", BINDER_PYTHON, "--python-platform", BINDER_PLATFORM)
        bootstrap.run(_uv(), *install, *binder, "--requirement", fresh)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _uv() -> str:
    return bootstrap.find_uv(sys.executable)


def main(arguments: Sequence[str]) -> None:
    """Writes all files, or checks them."""
    root = find_house().root
    if list(arguments) == ["--check"]:
        check(root)
    else:
        write(root, arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
