"""How fast a class is graded on Dask: two workers of a cluster beside two of this machine, start-up aside."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.classes import Made, quickstart
from benchmarks.grading import STUDENTS
from benchmarks.measure import Measured

SHARE = 0.9
"""Of the rate without a cluster, at least so much."""
ROUNDS = 2
SETTLED = 0.1
"""The first tenth of a class is not counted: the first submissions find everything cold."""
COMMAND = (sys.executable, "-m", "autograde", "--verbose", "--jobs", "2")


def measure() -> list[Measured]:
    """Seconds for each submission of one class, both ways in turn; the better of two rounds."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        made = quickstart(Path(folder, "class"), STUDENTS)
        rounds = [(seconds(made), seconds(made, "--cluster", "local")) for _ in range(ROUNDS)]
    here, there = (min(times) for times in zip(*rounds, strict=True))
    return [Measured("a submission, two Dask workers", there, "two workers without Dask", here, here / SHARE)]


def seconds(made: Made, *words: str) -> float:
    """Seconds for each submission, from the line that tells of the first that counts to that of the last."""
    moments = []
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        root = Path(folder, "class")
        shutil.copytree(made.root, root)
        with subprocess.Popen(
            [*COMMAND, *words, made.assignment], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            moments = [time.perf_counter() for line in process.stdout if line.startswith("student")]
    if process.returncode or len(moments) != made.students:
        raise RuntimeError(f"{' '.join(words) or 'The command'} ended with {process.returncode}.")
    counted = moments[round(len(moments) * SETTLED) :]
    return (counted[-1] - counted[0]) / (len(counted) - 1)
