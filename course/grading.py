"""A learner's own work, graded as a class's is: sealed, and against the hidden tests, by the `autograde` command."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.house import House, TopicFolder
from course.problems import Problem, Problems
from course.study.exercises import graded
from course.study.memory import Memory
from course.workspace import KEPT

ME = "me"
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "own"
"""
Step = Callable[[str], object]


@dataclass(frozen=True)
class Test:
    """One test of an exercise."""

    name: str
    points: float
    most: float
    message: str


@dataclass(frozen=True)
class Exercise:
    """One exercise with its tests."""

    id: str
    tests: tuple[Test, ...]

    @property
    def failed(self) -> list[Test]:
        """The tests that did not give all of their points."""
        return [test for test in self.tests if test.points < test.most]

    @property
    def solved(self) -> bool:
        """Whether all tests passed."""
        return not self.failed

    @property
    def points(self) -> float:
        """What it earned."""
        return sum(test.points for test in self.tests)

    @property
    def most(self) -> float:
        """What it is worth."""
        return sum(test.most for test in self.tests)


@dataclass(frozen=True)
class Grading:
    """What came of it: the engine's own document, and what is recorded of it."""

    topic: str
    saved: float
    """When the newest of the graded notebooks was saved, in seconds since 1970."""
    document: Mapping[str, Any]
    events: tuple[dict[str, Any], ...]

    @property
    def exercises(self) -> list[Exercise]:
        """Each exercise, in the order of the notebook."""
        found: dict[str, list[Test]] = {}
        for event in self.events:
            for test in event["tests"]:
                name = test["test"].removeprefix(f"{test['exercise']}-")
                one = Test(name, test["points"], test["most"], test["message"])
                found.setdefault(test["exercise"] or test["test"], []).append(one)
        return [Exercise(id, tuple(tests)) for id, tests in found.items()]

    @property
    def points(self) -> float:
        """What everything earned."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def most(self) -> float:
        """What everything is worth."""
        return sum(exercise.most for exercise in self.exercises)

    @property
    def problems(self) -> list[str]:
        """What the engine has to say besides points."""
        found = [problem for student in self.document["students"] for problem in student["problems"]]
        said = [self.document.get("message", ""), *(f"{problem['what']} {problem['do']}".strip() for problem in found)]
        return [text for text in said if text]


def grade(house: House, topic: TopicFolder, step: Step = lambda text: None, sandbox: str = "best") -> Grading:
    """Grades the learner's copy of a topic. It is left as it is; nothing is recorded yet."""
    mine = house.work / topic.name
    notebooks = [path for path in sorted(mine.glob("*.ipynb")) if KEPT not in path.stem]
    if not notebooks:
        what = "has no notebook to grade."
        raise Problems([Problem(mine, 1, what, "`course lab` brings your copies; work on them first.")])
    source = house.source / topic.name
    if not source.is_dir():
        what = "is not here, so there is nothing to grade against."
        raise Problems([Problem(source, 1, what, "Use a whole clone; in a class, hand your work in instead.")])
    folder = house.root / ".course" / "grading"
    step("Preparing the tests")
    _release(folder, source)
    submitted = folder / "submitted" / ME / topic.name
    shutil.rmtree(submitted, ignore_errors=True)
    shutil.copytree(mine, submitted, ignore=shutil.ignore_patterns(".ipynb_checkpoints", f"*{KEPT}*"))
    step("Running your work against the tests")
    document = _autograde(folder, topic.name, sandbox)
    saved = max(path.stat().st_mtime for path in notebooks)
    return Grading(topic.topic.id, saved, document, tuple(graded(document, ME, topic.topic.id, "own")))


def record(memory: Memory, grading: Grading) -> None:
    """Keeps the results in the learner's journal."""
    for event in grading.events:
        memory.record("graded", event)


def _release(folder: Path, source: Path) -> None:
    """Makes a gradebook that knows the topic's tests as they are now; nothing is done where it does already."""
    stamp = folder / "known" / f"{source.name}.json"
    wanted = {path: hashlib.sha256(content).hexdigest() for path, content in _contents(source)}
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    copy = folder / "source" / source.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, copy)
    done = _run(folder, "nbgrader", "generate_assignment", source.name, "--create", "--force")
    if done.returncode:
        what = f"cannot be made ready for grading: {_last_line(done.stderr)}"
        raise Problems([Problem(source, 1, what, "Delete `.course/grading` in the clone, and try again.")])
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(json.dumps(wanted), encoding="utf-8")


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".ipynb_checkpoints" not in path.parts:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _autograde(folder: Path, assignment: str, sandbox: str) -> Mapping[str, Any]:
    done = _run(folder, "autograde", "grade", assignment, "--json", "--sandbox", sandbox)
    try:
        document: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        what = f"were not graded: {_last_line(done.stderr) or 'the `autograde` command said nothing.'}"
        raise Problems([Problem(folder, 1, what, "Mend what it says, then try again.")]) from None
    return document


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # nbgrader makes a gradebook with a command that it looks for on PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = os.environ | {"PATH": path, "COLUMNS": "200"}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
