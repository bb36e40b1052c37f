"""`make` is thin: it sets up, then calls the commands."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="on Windows there is no make")


def make(*words: str) -> list[str]:
    """The commands that make would run."""
    own = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "OPEN", "PORT", "ROLE", "PYTHON")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    command = ["make", "--dry-run", "--no-print-directory", *words]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


COMMANDS = {
    "lab": ".venv/bin/course lab",
    "lab OPEN=yes": ".venv/bin/course lab",
    "lab OPEN=no PORT=8899": ".venv/bin/course lab --no-open --port 8899",
    "lab OPEN=no PORT=8899 ROLE=student": ".venv/bin/course lab --no-open --port 8899 --role student",
    "test": ".venv/bin/python -m tests",
    "build": ".venv/bin/course build",
    "check": ".venv/bin/course check",
    "run": ".venv/bin/course run",
    "soak": ".venv/bin/python -m tests.soak",
    "bench": ".venv/bin/python -m benchmarks",
    "lock": ".venv/bin/python -m course.authoring.lock",
}


@pytest.mark.parametrize("words", COMMANDS)
def test_a_target_sets_up_and_calls_its_command(words: str) -> None:
    assert make(*words.split()) == ["python3 bootstrap.py", COMMANDS[words]]


def test_another_python_can_be_named() -> None:
    assert make("setup", "PYTHON=python3.12") == ["python3.12 bootstrap.py"]
