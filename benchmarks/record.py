"""What it costs to record a submission of two notebooks: `python -m benchmarks.record`.

The bare minimum writes the same number of rows and files through sqlite3 and `open`, with one commit a submission.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from nbgrader.api import Base, Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine
from traitlets.config import Config

from autograde.assignment import Assignment, Cell, Notebook
from autograde.record import Fingerprints, Record
from autograde.settings import Settings
from autograde.task import Graded, Judged, Result, Task, Verdict
from benchmarks.measure import Measured, best_of, show

SUBMISSIONS = 200
MANY = 2_000
TESTS = 5
TEXT = '{"cells": []}' + " " * 20_000
HANDED_IN = TEXT.encode()
STAMP = datetime(2026, 11, 20, 12)
BOUND = 0.003


def measure() -> list[Measured]:
    """The first grading, the second, the look at what still stands, and whether the cost grows with the class.

    In memory where that is possible, and seconds of the processor: a disk that is slow to keep a commit is so for
    everybody. The last line shows it, by the clock.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        root = Path(name)
        record, assignment = _course(root / "course")
        tasks = [_task(f"student{number:04}") for number in range(MANY)]
        bare = _processor(3, lambda: _bare(root / uuid4().hex)) / SUBMISSIONS
        first = _processor(1, lambda: _write(record, assignment, tasks[:SUBMISSIONS])) / SUBMISSIONS
        again = _processor(3, lambda: _write(record, assignment, tasks[:SUBMISSIONS])) / SUBMISSIONS
        minimum = "bare rows and files"
        results = [
            Measured("record a submission, two notebooks", first, minimum, bare, BOUND),
            Measured("record it again", again, minimum, bare, BOUND),
        ]
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _write(record, assignment, tasks[SUBMISSIONS:-SUBMISSIONS])
        last = _processor(1, lambda: _write(record, assignment, tasks[-SUBMISSIONS:])) / SUBMISSIONS
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024
        results.append(Measured(f"number {MANY:,} of a class ({grown:.0f} MB more)", last, "the first", first, BOUND))
        seen = _processor(3, lambda: record.fingerprints(assignment))
        assert len(record.fingerprints(assignment)) == MANY
        read = _processor(3, lambda: _read_all(root / "course" / "autograded"))
        results.append(Measured(f"what stands of {MANY:,} submissions", seen, "reading their files", read, 2.0))
    return [*results, _on_disk()]


def _processor(times: int, work: Callable[[], object]) -> float:
    """The fewest seconds of the processor of several runs."""
    durations = []
    for _ in range(times):
        begin = time.process_time()
        work()
        durations.append(time.process_time() - begin)
    return min(durations)


def _on_disk() -> Measured:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        record, assignment = _course(root / "course")
        tasks = [_task(f"student{number:04}") for number in range(SUBMISSIONS)]
        bare = best_of(1, lambda: _bare(root / "bare")) / SUBMISSIONS
        seconds = best_of(1, lambda: _write(record, assignment, tasks)) / SUBMISSIONS
    return Measured("record a submission on this disk", seconds, "bare rows and files", bare, 2 * bare)


def _course(root: Path) -> tuple[Record, Assignment]:
    root.mkdir()
    directory = CourseDirectory(config=Config({"CourseDirectory": {"root": str(root), "course_id": "bench"}}))
    engine = create_engine(directory.db_url)
    Base.metadata.create_all(engine)
    engine.dispose()
    with Gradebook(directory.db_url, "bench") as gradebook:
        gradebook.add_assignment("ps1")
        for name in ("loans", "fines"):
            gradebook.add_notebook(name, "ps1")
            for number in range(TESTS):
                gradebook.add_grade_cell(f"test{number}", name, "ps1", max_score=1, cell_type="code")
                gradebook.add_solution_cell(f"answer{number}", name, "ps1")
        found = gradebook.find_assignment("ps1")
        notebooks = tuple(
            Notebook(
                id=each.id,
                name=each.name,
                kernelspec=None,
                cells=(
                    *(_cell(cell.name, points=1.0, grade=cell.id) for cell in each.grade_cells),
                    *(_cell(cell.name, solution=cell.id) for cell in each.solution_cells),
                ),
            )
            for each in found.notebooks
        )
        assignment = Assignment(id=found.id, name="ps1", course="bench", due=None, notebooks=notebooks)
    record = Record(directory)
    record.ready()
    return record, assignment


def _cell(name: str, points: float = 0.0, **ids: str) -> Cell:
    return Cell(name=name, kind="code", locked=bool(points), source="", checksum=None, points=points, **ids)


def _task(student: str) -> Task:
    files = {f"{name}.ipynb": HANDED_IN for name in ("loans", "fines")} | {"timestamp.txt": b"2026-11-20 12:00:00"}
    return Task(student=student, assignment="ps1", files=files, notebooks=("fines", "loans"))


def _write(record: Record, assignment: Assignment, tasks: list[Task]) -> None:
    fingerprints = Fingerprints(assignment, Settings())
    verdicts = tuple(
        Verdict(cell=cell.name, judged=Judged.INSIDE, points=1.0 if cell.grade else None, most=cell.points)
        for cell in assignment.notebooks[0].cells
    )
    for task in tasks:
        graded = tuple(Graded(name=name, text=TEXT, verdicts=verdicts) for name in task.notebooks)
        result = Result(student=task.student, graded=graded)
        record.write(task, result, assignment, timestamp=STAMP, fingerprints=fingerprints.of(task))


def _bare(root: Path) -> None:
    root.mkdir()
    connection = sqlite3.connect(root / "bare.db")
    connection.execute("CREATE TABLE row (id PRIMARY KEY, one, two, three)")
    for number in range(SUBMISSIONS):
        folder = root / f"student{number:04}" / "ps1"
        folder.mkdir(parents=True)
        for name in ("loans.ipynb", "fines.ipynb", "timestamp.txt"):
            (folder / name).write_text(TEXT if name != "timestamp.txt" else "2026")
            (folder / name).chmod(0o444)
        rows = [(uuid4().hex, "row", 1.0, None) for _ in range(4 * TESTS + 7)]
        with connection:
            connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", rows)
    connection.close()


def _read_all(root: Path) -> int:
    return sum(len(path.read_bytes()) for path in root.rglob("*.ipynb"))


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    show(measure())
