"""Runs that are killed at random instants: afterwards all is as if nothing had happened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Protocol

from tests.autograde.courses import SmallCourse, quickstart
from tests.autograde.record.ledger import Ledger, ledger
from tests.conftest import ROOT
from tests.soak import Campaign

STUDENTS = 50


class Begun(Protocol):
    """A run that has begun."""

    pid: int

    def wait(self) -> int:
        """Its exit code."""


def state(root: Path) -> tuple[Ledger, dict[str, bytes]]:
    """All that nbgrader knows of a course: its gradebook and its autograded files."""
    files = (root / "autograded").rglob("*")
    return (
        ledger(f"sqlite:///{root / 'gradebook.db'}"),
        {str(path.relative_to(root)): path.read_bytes() for path in files if path.is_file()},
    )


def kill_and_go_on(
    course: SmallCourse, start: Callable[[Path], Begun], random: Random, times: int
) -> Iterator[str | None]:
    """Kills a run of a copy of the course at an instant, begins it again until it is done, and compares."""
    with tempfile.TemporaryDirectory(prefix="kills-") as place:
        calm = Path(place) / "calm"
        shutil.copytree(course.root, calm)
        began = time.monotonic()
        code = start(calm).wait()
        seconds = time.monotonic() - began
        expected = state(calm)
        if code:
            yield f"the undisturbed run ended with {code}"
            return
        for number in range(times):
            root = Path(place) / f"killed{number}"
            shutil.copytree(course.root, root)
            instant = random.uniform(0, seconds)
            process = start(root)
            time.sleep(instant)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            code = start(root).wait()
            wrong = []
            if code:
                wrong.append(f"the run after it ended with {code}")
            rows, files = state(root)
            wrong += [f"the table {name} differs" for name in expected[0] if rows.get(name) != expected[0][name]]
            names = sorted(files.keys() | expected[1])
            wrong += [f"{name} differs" for name in names if files.get(name) != expected[1].get(name)]
            yield f"killed after {instant:.3f} s: {'; '.join(wrong[:5])}" if wrong else None
            shutil.rmtree(root)


def kills(random: Random, times: int) -> Iterator[str | None]:
    """The real engine with nbgrader's quickstart course."""
    with tempfile.TemporaryDirectory(prefix="kills-course-") as place:
        yield from kill_and_go_on(quickstart(Path(place) / "course", STUDENTS), begin, random, times)


def begin(root: Path) -> subprocess.Popen[bytes]:
    """The real command."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "autograde", "ps1", "--quiet"]
    return subprocess.Popen(command, cwd=root, env=environment)


CAMPAIGNS = (Campaign("kills", f"a run of {STUDENTS} submissions is killed and begun again", 100, kills),)
