"""A learner's own work, graded as a class's is: sealed, and against the hidden tests, by the `autograde` command."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from course.frameworks.child import clean_environment
from course.house import House, TopicFolder
from course.problems import Problem, Problems
from course.study.exercises import Exercise, grouped, tested
from course.study.library import did_you_mean
from course.study.memory import Memory
from course.study.results import Results, read_results
from course.study.running import WARDEN
from course.workspace import write_whole

ME, OWN = "me", "own"
FEEDBACK = "feedback"
"""Where nbgrader lays a class's feedback, beside the work."""
FOLDER = ".course/grading"
"""Below the clone: for each topic an nbgrader course of its own, which may be thrown away."""
CONFIG = """\
# Made by `course grade`. It says all that matters: what else configures nbgrader on this machine is another course's.
c = get_config()
c.CourseDirectory.course_id = "own"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.db_url = {gradebook!r}
c.CourseDirectory.directory_structure = "{{nbgrader_step}}/{{student_id}}/{{assignment_id}}"
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.student_id = "*"
c.CourseDirectory.student_id_exclude = ""
c.CourseDirectory.notebook_id = "*"
c.AutogradeEngine.cluster = ""
c.AutogradeEngine.as_nbgrader = False
"""
ERROR = re.compile(r"[\w.]*(Error|Exception): ")
"""How the line begins in which Python says what went wrong."""
STRANGER = "not this notebook"
"""The engine's word for a notebook that holds nothing of the assignment."""
PATIENCE = 15.0
"""Seconds that the ending of all processes may take."""

Step = Callable[[str], object]


class NoSandbox(Problems):
    """Raised where nothing was graded because no sandbox holds on this machine."""


@dataclass(frozen=True)
class Grading:
    """What came of it: the engine's own results, and what is recorded of them."""

    topic: str
    saved: float
    """When the newest of the graded notebooks was saved, in seconds since 1970."""
    results: Results
    events: tuple[dict[str, Any], ...]

    @property
    def exercises(self) -> list[Exercise]:
        """Each exercise, in the order of the notebook."""
        return [exercise for event in self.events for exercise in grouped(tested(event, 0))]

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
        return self.results.reasons


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def find_topic(house: House, name: str) -> TopicFolder:
    """The topic that is meant by its id, its folder or a path into that; raises LookupError with a sentence."""
    known = {word: folder for folder in house.folders for word in (folder.topic.id, folder.name)}
    words = [word.casefold() for word in PurePosixPath(name.replace("\\", "/")).parts]
    for word in reversed(words):
        if word in known:
            return known[word]
    near = did_you_mean(words[-1] if words else "", known)
    raise LookupError(f"There is no topic {name!r} with exercises here.{near}")


def grade(house: House, topic: TopicFolder, step: Step = lambda text: None, sandbox: str = "best") -> Grading:
    """Grades the learner's copy of a topic. It is left as it is; nothing is recorded yet."""
    source, mine = house.source / topic.name, house.work / topic.name
    names = _exercises(source)
    for name in names:
        if not (mine / name).is_file():
            what = "is not there, so there is nothing to grade."
            raise Problems([Problem(mine / name, 0, what, "`course lab` brings your copy; work on it first.")])
    if importlib.util.find_spec("autograde") is None:
        what = "is not installed here, and it does the grading."
        raise Problems([Problem(Path("autograde"), 0, what, "In the clone: `make setup`, or `python bootstrap.py`.")])
    folder = house.root / FOLDER / topic.name
    try:
        with _alone(folder):
            saved = max((mine / name).stat().st_mtime for name in names)
            results, anew = _graded(folder, source, mine, names, step, sandbox)
            if results.ended == "refused" and not anew:  # What had been made ready may have been damaged since.
                shutil.rmtree(folder)
                results, _ = _graded(folder, source, mine, names, step, sandbox)
    except OSError as error:
        where = Path(error.filename2 or error.filename or folder)
        what = f"cannot be used ({error.strerror or error})."
        raise Problems([Problem(where, 0, what, "Free some space or change the rights, then try again.")]) from error
    if sandbox != "none" and results.ended == "refused" and not results.sandbox and "sandbox" in results.message:
        what = "was not graded: no sandbox holds on this machine, so nothing was run."
        first = "`autograde doctor` says how to get one."
        todo = f"{first} `course grade {topic.topic.id} --unsealed` grades without: for code that is your own."
        raise NoSandbox([Problem(mine, 0, what, todo)])
    if results.ended != "finished":
        raise Problems([Problem(mine, 0, f"was not graded. {results.message}", "Then grade again.")])
    if strange := results.named(STRANGER):
        what = "was not graded: none of its cells is one of the exercises'."
        todo = "Rename it, and `course lab` brings a fresh copy."
        raise Problems([Problem(mine / f"{name}.ipynb", 0, what, todo) for name in strange])
    events = results.events(topic.topic.id, OWN)
    if not events:
        why = next(iter(results.reasons), "The engine found no test in it.")
        todo = "Mend that and grade again; or rename it, and `course lab` brings a fresh copy."
        raise Problems([Problem(mine / names[0], 0, f"was not graded. {why}", todo)])
    return Grading(topic.topic.id, saved, results, tuple(events))


def record(memory: Memory, grading: Grading) -> None:
    """Keeps the results in the learner's journal; where they are what stands there already, nothing is added."""
    for event in grading.events:
        if not memory.state.exercises.stands(event):
            memory.record("graded", event)


def _exercises(source: Path) -> list[str]:
    """The notebooks in which something is graded."""
    if not source.is_dir():
        what = "is not here, so there is nothing to grade against."
        raise Problems([Problem(source, 0, what, "Use a whole clone; in a class, hand your work in instead.")])
    found = [path.name for path in sorted(source.glob("*.ipynb")) if b'"nbgrader"' in path.read_bytes()]
    if not found:
        raise Problems([Problem(source, 0, "has no exercises.", "Choose another topic.")])
    return found


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While it is open, nobody else grades this topic; a process that was killed holds nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = folder.parent / f"{folder.name}.lock"
    try:
        held = sqlite3.connect(lock, timeout=0, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise OSError(None, str(error), str(lock)) from error
    try:
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        held.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise OSError(None, str(error), str(lock)) from error
        what = "is being graded at this moment, in another notebook or terminal."
        raise Problems([Problem(Path(folder.name), 0, what, "Wait until that is done.")]) from None
    try:
        yield
    finally:
        held.close()


def _graded(
    folder: Path, source: Path, mine: Path, names: Sequence[str], step: Step, sandbox: str
) -> tuple[Results, bool]:
    """What the engine says of the work as it is saved now, and whether the tests were made ready anew for it."""
    step("Preparing the tests")
    anew = _prepare(folder, source, names)
    submitted = folder / "submitted" / ME / mine.name
    shutil.rmtree(submitted, ignore_errors=True)
    for path in _handed_in(mine, names):
        _copy(path, submitted / path.relative_to(mine))
    step("Running your work against the tests")
    return _autograde(folder, mine, sandbox), anew


def _prepare(folder: Path, source: Path, names: Sequence[str]) -> bool:
    """Makes a course that knows the tests as they are now, and says so; nothing is done where there is one already."""
    config = CONFIG.format(root=str(folder), gradebook=f"sqlite:///{folder / 'gradebook.db'}")
    files = [path for path in _files(source) if path.suffix != ".ipynb" or path.name in names]
    wanted = {
        "config": config,
        "nbgrader": _version("nbgrader"),
        "autograde": _version("threeways-autograde"),
        "files": {path.relative_to(source).as_posix(): _digest(path) for path in files},
    }
    stamp = folder / "prepared.json"
    with contextlib.suppress(OSError, ValueError):
        if json.loads(stamp.read_bytes()) == wanted:
            return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    for path in files:
        _copy(path, folder / "source" / source.name / path.relative_to(source))
    ran = _run(folder, "nbgrader", "generate_assignment", source.name, "--create")
    if ran.code:
        what = f"cannot be made ready for grading: {_reason(ran.err)}."
        raise Problems([Problem(source, 0, what, "`course build` makes it anew.")])
    write_whole(stamp, json.dumps(wanted).encode())
    return True


def _autograde(folder: Path, mine: Path, sandbox: str) -> Results:
    ran = _run(folder, "autograde", "grade", mine.name, "--json", "--jobs", "1", "--sandbox", sandbox)
    try:
        return read_results(ran.out)
    except ValueError as error:
        why = f"`autograde` ended with {ran.code}: {_reason(ran.err)}." if ran.code else str(error)
        todo = "Try again; if it stays so, run `make setup` in the clone."
        raise Problems([Problem(mine, 0, f"was not graded. {why}", todo)]) from None


def _run(folder: Path, *words: str) -> Ran:
    """Runs a module of this Python as a command; it and all that it starts end with this process, however that ends."""
    with _scratch() as own:
        own.chmod(0o711)  # Where the sandbox needs another user, that one has a folder in it.
        order = {
            "command": [sys.executable, "-m", *words],
            "folder": str(folder),
            "rubbish": str(own),
            "environment": clean_environment({"COLUMNS": "200", "TMPDIR": str(own)}),
        }
        with (own / "out").open("w+", encoding="utf-8") as out, (own / "err").open("w+", encoding="utf-8") as err:
            process = subprocess.Popen(
                [sys.executable, "-I", str(WARDEN)],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                start_new_session=os.name == "posix",  # Else an interrupt of the kernel would be one of it too.
            )
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.flush()
                code = process.wait()
            finally:
                # The warden's input is the lifeline of everything below it.
                with contextlib.suppress(OSError):  # It has ended by itself.
                    process.stdin.write(b".")
                    process.stdin.close()
                try:
                    process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            return Ran(code, *(_read(file) for file in (out, err)))


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for what nobody needs afterwards; what cannot be removed from it costs nobody their result."""
    folder = Path(tempfile.mkdtemp(prefix="course-grade-")).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(file: Any) -> str:
    file.seek(0)
    text: str = file.read()
    return text


def _files(folder: Path) -> list[Path]:
    """Regular files, whatever lies around them: no link is followed."""
    found = (path for path in sorted(folder.rglob("*")) if stat.S_ISREG(path.lstat().st_mode))
    return [path for path in found if not {".ipynb_checkpoints", "__pycache__"} & set(path.parts)]


def _handed_in(mine: Path, names: Sequence[str]) -> list[Path]:
    """What belongs to the learner's work: the notebooks with exercises, links too, and what lies beside them."""
    beside = (path for path in _files(mine) if path.suffix != ".ipynb" and path.relative_to(mine).parts[0] != FEEDBACK)
    return [*(mine / name for name in names), *beside]


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _reason(said: str) -> str:
    """The error in what a command said, else its last line."""
    lines = [line.strip() for line in reversed(said.splitlines()) if line.strip()]
    return next((line for line in lines if ERROR.match(line)), next(iter(lines), "it said nothing")).rstrip(".")
