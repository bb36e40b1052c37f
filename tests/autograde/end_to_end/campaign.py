"""Everything that nbgrader's wheel and our own source have, graded by both; and what a large class costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import nbformat

from tests.autograde.courses import SmallCourse, answer, check, edited, make_course, notebook
from tests.autograde.grading.oracle import ASSIGNMENT, BATCHES, SECONDS, Batch
from tests.autograde.record.ledger import Ledger, ledger
from tests.conftest import ROOT
from tests.soak import Campaign

GRADE = re.compile(r"cell_id='ps/(?P<notebook>.*)/(?P<cell>.*):GradeCell', .* of (?P<student>.*)'")
SIZES = (1_000, 1_500, 2_000)
TINY = notebook(answer("add", "def add(a, b):\n    return a + b"), check("add-test", "assert add(1, 2) == 3", 2))
MORE_CPU, MORE_MEMORY = 1.5, 12_000
"""How much dearer the third step may be than the second one, and how many kB may be added by both together."""


def equality(chance: Random, times: int) -> Iterator[str | None]:
    """One try is one batch of notebooks, graded by nbgrader and twice by the engine."""
    for name, batch in islice(cycle(BATCHES.items()), times):
        with TemporaryDirectory(prefix="equality-") as place:
            wrong = unequal(batch, Path(place))
        yield f"{name}: {'; '.join(wrong[:5])}" if wrong else None


def unequal(batch: Batch, place: Path) -> list[str]:
    """What differs and should not."""
    theirs, as_theirs, ours = (batch.make(place / name) for name in ("theirs", "as-theirs", "ours"))
    command = [sys.executable, "-m", "autograde", ASSIGNMENT, "--quiet", f"--cell-seconds={SECONDS}"]
    run(theirs, [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT])
    run(as_theirs, [*command, "--as-nbgrader"])
    run(ours, command)
    # Where nbgrader gives up in the middle, it leaves rows of which nobody can say what they are.
    kept = [student for student in batch.students if theirs.step("autograded", student, ASSIGNMENT).exists()]
    given_up = set(batch.students) - set(kept)
    expected, found, own = (without(ledger(each.directory.db_url), given_up) for each in (theirs, as_theirs, ours))
    wrong = [f"{table}: {line}" for table in expected for line in set(expected[table]) ^ set(found[table])]
    for table in expected:
        for line in set(expected[table]) ^ set(own[table]):
            match = GRADE.search(line) if table == "grade" else None
            if match is None or not is_deliberate(theirs, **match.groupdict()):
                wrong.append(f"without --as-nbgrader, {table}: {line}")
    return wrong


def run(course: SmallCourse, command: list[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=course.root, env=environment, capture_output=True, check=False)


def without(rows: Ledger, students: set[str]) -> Ledger:
    """The rows of all others."""
    marks = [mark for student in students for mark in (f" of {student}'", f"id='{student}'")]
    return {table: [line for line in lines if not any(mark in line for mark in marks)] for table, lines in rows.items()}


def is_deliberate(course: SmallCourse, notebook: str, cell: str, student: str) -> bool:
    """Whether the cell wrote to stderr, or showed a number before its error."""
    made = nbformat.read(course.step("autograded", student, ASSIGNMENT) / f"{notebook}.ipynb", as_version=4)
    (outputs,) = (each.outputs for each in made.cells if each.metadata.get("nbgrader", {}).get("grade_id") == cell)
    kinds = [each.get("name", each.output_type) for each in outputs]
    return "stderr" in kinds or ("error" in kinds and "execute_result" in kinds)


def large(chance: Random, times: int) -> Iterator[str | None]:
    """One try is three classes, each larger than the last one."""
    for _ in range(times):
        costs = [cost(students) for students in SIZES]
        (first, before), (second, _), (third, after) = costs
        told = f"{SIZES} submissions took {[round(cpu, 1) for cpu, _ in costs]} s and {[most for _, most in costs]} kB"
        dearer = third - second > MORE_CPU * (second - first)
        larger = [now - then for now, then in zip(after, before, strict=True) if now - then > MORE_MEMORY]
        yield told if dearer or larger else None


def cost(students: int) -> tuple[float, tuple[int, int]]:
    """Seconds of CPU of a run; and the most memory of the command, and of any of its processes, in kB."""
    with TemporaryDirectory(prefix="large-") as place:
        course = make_course(Path(place), {"ps1": {"sums.ipynb": TINY}})
        made = edited(course.released("ps1", "sums"), add="def add(a, b): return a + b")
        for number in range(students):
            course.hand_in(f"s{number:04}", "ps1", {"sums.ipynb": made})
        command = [sys.executable, "-m", "autograde", "ps1", "--quiet", "--jobs", "2"]
        running = subprocess.Popen(command, cwd=course.root, env={**os.environ, "PYTHONPATH": str(ROOT)})
        most = 0
        while not (ended := os.wait4(running.pid, os.WNOHANG))[0]:
            most = max(most, memory(running.pid))
            time.sleep(0.1)
        running.returncode = os.waitstatus_to_exitcode(ended[1])
        assert running.returncode == 0
        return ended[2].ru_utime + ended[2].ru_stime, (most, ended[2].ru_maxrss)


def memory(pid: int) -> int:
    """The most that a process has held so far, in kB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


CAMPAIGNS = (
    Campaign("equality", "the gradebook after the engine's run is that after nbgrader's", len(BATCHES), equality),
    Campaign("large", "each five hundred of 2,000 submissions cost what the last ones did", 1, large),
)
