"""Classes in which everybody hands in what nobody should: the run goes on, and whoever is not graded is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.autograde.courses import quickstart
from tests.autograde.grading.mutations import mutated_bytes
from tests.conftest import ROOT
from tests.soak import Campaign

CLASS = 100
NOTEBOOKS = ("problem1", "problem2")


def mutants(notebook: dict[str, Any], number: int, chance: Random) -> list[bytes]:
    """So many notebook files that came of this one."""
    found: list[bytes] = []

    @seed(chance.getrandbits(64))
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(made=mutated_bytes(notebook))
    def note(made: bytes) -> None:
        found.append(made)

    while len(found) < number:
        note()
    return found[:number]


def mutated_class(chance: Random, times: int) -> Iterator[str | None]:
    """One try is a class whose notebooks are mutated, through the real command."""
    for _ in range(times):
        with TemporaryDirectory(prefix="fuzz-") as place:
            wrong = graded_or_named(Path(place), CLASS, chance)
        yield "; ".join(wrong[:5]) if wrong else None


def graded_or_named(place: Path, students: int, chance: Random) -> list[str]:
    """What is wrong after a run of such a class."""
    course = quickstart(place / "course", 1)
    names = [f"mutant{number:03}" for number in range(students)]
    given_in = {name: mutants(course.released("ps1", name), students, chance) for name in NOTEBOOKS}
    for number, student in enumerate(names):
        # One of both is mutated; else nobody would see that the other one is graded none the less.
        chosen = NOTEBOOKS[number % 2]
        course.hand_in(student, "ps1")
        (course.step("submitted", student, "ps1") / f"{chosen}.ipynb").write_bytes(given_in[chosen][number])
    command = [sys.executable, "-m", "autograde", "ps1", "--json", "--cell-seconds=5", "--notebook-seconds=20"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        return [f"the run ended with {done.returncode}: {done.stderr[-500:]}"]
    told = {each["student"]: each for each in json.loads(done.stdout)["students"]}
    return [wrong for student in names for wrong in _wrong(student, told.get(student))]


def _wrong(student: str, told: dict[str, Any] | None) -> list[str]:
    if told is None:
        return [f"{student} is not spoken of"]
    graded = {notebook["notebook"] for notebook in told["notebooks"]}
    named = {problem["notebook"] for problem in told["problems"] if problem["weight"] == "not graded"}
    wrong = [f"{student}: nothing is said of {name}" for name in NOTEBOOKS if name not in graded | named]
    return wrong + [
        f"{student}: a message without a name: {problem}"
        for problem in told["problems"]
        if problem["student"] != student or not problem["what"]
    ]


CAMPAIGNS = (Campaign("fuzz", f"a class of {CLASS} mutated notebooks is graded, or told why not", 100, mutated_class),)
