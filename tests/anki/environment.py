"""The oracle's own environment: made from its own lock, beside the course's and never a part of it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
VENV = HERE.parents[1] / ".anki-venv"
PYTHON = VENV / bootstrap.BIN / f"python{bootstrap.EXE}"
STAMP = VENV / "in-step-with"


def fingerprint() -> str:
    """Changes whenever the environment has to be made anew."""
    parts = [LOCK.read_bytes(), sys.version.encode(), str(VENV).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def there() -> bool:
    """Whether the environment is there and in step with its lock."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def bring_oracle() -> bool:
    """Makes the environment if it is not there, and returns whether it is there now."""
    if there():
        return True
    bootstrap.say("Setting up .anki-venv, with the Anki that the tests look things up in.")
    try:
        uv = bootstrap.find_uv(sys.executable)
        bootstrap.run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
        install = (uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode")
        # What has no wheel is built with the tools of the same lock.
        bootstrap.run(*install, "--build-constraints", LOCK, "--requirement", LOCK)
        bootstrap.run(PYTHON, "-c", "import anki.collection", quiet=True)
    except SystemExit as failure:
        print(failure, flush=True)
        return False
    STAMP.write_text(fingerprint())
    return True


def need_oracle() -> None:
    """Skips a test whose oracle is not here; in CI it must be."""
    if there():
        return
    if os.environ.get("CI"):
        pytest.fail("The anki package is not installed; in CI its tests must run.")
    pytest.skip("The anki package is not installed: `python -m tests` brings it.")


def consult(program: str, *words: object, zone: str = "UTC") -> str:
    """Runs a program of this folder with the oracle's Python, and returns what it printed."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    result = subprocess.run(
        [str(PYTHON), "-W", "ignore", str(HERE / program), *map(str, words)],
        env=environment | {"TZ": zone},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout
