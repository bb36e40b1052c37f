"""Small courses, and the command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.autograde.courses import SmallCourse, answer, check, make_course, notebook
from tests.conftest import ROOT

LONG = 60.0
"""Seconds after which a test has waited in vain."""
SUMS = notebook(answer("add", "def add(a, b):\n    return a + b"), check("add-test", "assert add(1, 2) == 3", 2))


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def states(self) -> dict[str, str]:
        return {line["student"]: line["state"] for line in self.document["students"]}


@dataclass
class Imagined:
    """Commands whose engine only imagines to grade; see imagined.py."""

    server: subprocess.Popen[str]

    def ask(self, **order: Any) -> Any:
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(json.dumps(order) + "\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())


@dataclass
class Running:
    """A command that is running."""

    engine: Imagined
    pid: int
    out: Path
    err: Path

    def wait(self) -> Said:
        code = self.engine.ask(wait=self.pid)
        return Said(code, self.out.read_text(), self.err.read_text())


@dataclass
class Small:
    """A course of one notebook, `autograde` in it, and people who hand in."""

    course: SmallCourse
    engine: Imagined
    runs: int = field(default=0)

    def hand_in(self, *students: str, do: str = "", name: str = "sums") -> None:
        for student in students:
            files: dict[str, Any] = {f"{name}.ipynb": self.course.solved("ps1", "sums")}
            self.course.hand_in(student, "ps1", files | ({"do.py": do.encode()} if do else {}))

    def start(self, *words: str, **environment: str) -> Running:
        self.runs += 1
        out, err = (self.course.root.parent / f"{stream}{self.runs}" for stream in ("out", "err"))
        environment = {"COLUMNS": "200", "TMPDIR": str(self.temporary), **environment}
        order = {"folder": str(self.course.root), "environment": environment, "out": str(out), "err": str(err)}
        return Running(self.engine, self.engine.ask(words=words, **order), out, err)

    def autograde(self, *words: str, **environment: str) -> Said:
        return self.start(*words, **environment).wait()

    @property
    def temporary(self) -> Path:
        folder = self.course.root.parent / "temporary"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def graded(self) -> list[str]:
        """Whose files lie under autograded/."""
        return sorted(path.parent.parent.name for path in self.course.root.glob("autograded/*/ps1/sums.ipynb"))


@pytest.fixture(scope="session")
def engine() -> Iterator[Imagined]:
    command = [sys.executable, "-m", "tests.autograde.run.imagined"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **streams) as server:  # type: ignore[call-overload]
        yield Imagined(server)
        assert server.stdin
        server.stdin.close()


@pytest.fixture
def small(tmp_path: Path, engine: Imagined) -> Small:
    return Small(make_course(tmp_path / "course", {"ps1": {"sums.ipynb": SUMS}}), engine)


def until(condition: Callable[[], Any]) -> None:
    """Waits for something that will happen."""
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
