"""How fast a class is graded: `autograde` beside nbgrader itself, and beside the bare minimum, in one run.

The bare minimum runs the same cells with `exec`, in forks sealed the same way, on all cores, and keeps nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import classes
from benchmarks.classes import Made
from benchmarks.measure import Measured

STUDENTS = int(os.environ.get("BENCHMARK_STUDENTS", "100"))
Bounds = tuple[float, float, float]
CLASSES: dict[str, tuple[Callable[[Path, int], Made], Bounds]] = {
    "quickstart": (classes.quickstart, (25, 12, 5)),
    "Django, Flask, FastAPI": (classes.frameworks, (14, 7, 2.6)),
}
"""How many times as fast as one nbgrader and as two side by side; at most how many times the bare minimum."""


def measure() -> list[Measured]:
    """Each class, graded by everybody; every run is of a fresh copy, and starts the command."""
    results = []
    for name, (make, (one, two, bare)) in CLASSES.items():
        with tempfile.TemporaryDirectory(prefix="grading-") as folder:
            made = make(Path(folder, "class"), STUDENTS)
            minimum = least(made)
            ours = min(run(made, autograde) for _ in range(2))
            alone = run(made, nbgrader)
            pair = run(made, two_nbgraders)
        results += [
            Measured(f"autograde, {name}", ours, "nbgrader", alone, alone / one),
            Measured(f"autograde, {name}", ours, "two nbgraders", pair, pair / two),
            Measured(f"autograde, {name}", ours, "exec in sealed forks", minimum, minimum * bare),
        ]
    return results


def run(made: Made, grade: Callable[[Path, str], None]) -> float:
    """Seconds that a way of grading takes for a class, in a copy of its folder."""
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        root = Path(folder, "class")
        shutil.copytree(made.root, root)
        begin = time.perf_counter()
        grade(root, made.assignment)
        return time.perf_counter() - begin


def autograde(root: Path, assignment: str) -> None:
    """The engine's command."""
    _wait(_start(root, "autograde", assignment, "--quiet"))


def nbgrader(root: Path, assignment: str) -> None:
    """nbgrader's own command, one process."""
    _wait(_start(root, "nbgrader", "autograde", assignment))


def two_nbgraders(root: Path, assignment: str) -> None:
    """The same, two processes at a time, each with half of the class."""
    _wait(
        *(
            _start(root, "nbgrader", "autograde", assignment, f"--student=student*[{half}]")
            for half in ("02468", "13579")
        )
    )


def least(made: Made) -> float:
    """The bare minimum for a class."""
    command = [sys.executable, "-m", "benchmarks.bare", str(made.root), made.assignment]
    begin = time.perf_counter()
    subprocess.run(command, env=_environment(), check=True)
    return time.perf_counter() - begin


def _start(root: Path, *words: str) -> subprocess.Popen[bytes]:
    log = (root / f"log-{'-'.join(words).replace('*', '')}").open("wb")
    return subprocess.Popen(
        [sys.executable, "-m", *words], cwd=root, env=_environment(), stdout=log, stderr=subprocess.STDOUT
    )


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _wait(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        if process.wait():
            words: Sequence[object] = process.args if isinstance(process.args, list) else [process.args]
            raise RuntimeError(f"{' '.join(map(str, words))} ended with {process.returncode}.")
