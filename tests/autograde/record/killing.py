"""Killing a process that records a class, at seeded random instants, until everybody is recorded.

`python -m tests.autograde.record.killing FOLDER KILLS SEED` prints what came of it as JSON. Each round grades the whole
class anew, as if a test had been changed; a process that is killed is followed by another that goes on.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from sqlalchemy import select

from autograde.record import Fingerprints, rows
from autograde.settings import Settings
from autograde.task import Result, Task
from tests.autograde.courses import SmallCourse
from tests.autograde.record.ledger import ledger
from tests.autograde.record.school import LATE, Ours, engine_of, hand_in, make_school, worked
from tests.disk import snapshot

STUDENTS = 50
GRADED = 4
"""Rows of grades a submission that the autograder writes a number into: two tests in each notebook."""


class Class:
    """A class that is graded in rounds; in each of them, everybody has other points."""

    def __init__(self, root: Path) -> None:
        self.course = make_school(root, "c.LateSubmissionPlugin.penalty_method = 'zero'")
        made = {"loans": worked(self.course, "loans"), "fines": worked(self.course, "fines")}
        for number in range(STUDENTS):
            hand_in(self.course, f"student{number:02}", LATE if number % 3 else "", **made)

    def record(self, round: int) -> None:
        """Grades whoever has no grades of this round."""
        ours = Ours(self.course)
        prints = Fingerprints(ours.assignment, Settings(), engine=f"round {round}")
        known = ours.record.fingerprints(ours.assignment)
        for student in ours.students():
            task = ours.task(student)
            if known.get(student) == (now := prints.of(task)):
                ours.record.settle(task, ours.assignment, timestamp=ours.stamp(task), fingerprints=now)
                continue
            result = of_round(ours.result(task), task, round)
            ours.record.write(task, result, ours.assignment, timestamp=ours.stamp(task), fingerprints=now)
        ours.record.close()

    def torn(self) -> list[str]:
        """Submissions with rows of two rounds, or with rows that are not all there."""
        grades: dict[str, list[float]] = {}
        query = (
            select(rows.SUBMITTED.c.student_id, rows.GRADES.c.auto_score)
            .join(rows.NOTEBOOKS, rows.NOTEBOOKS.c.assignment_id == rows.SUBMITTED.c.id)
            .join(rows.GRADES, rows.GRADES.c.notebook_id == rows.NOTEBOOKS.c.id)
            .where(rows.GRADES.c.auto_score.is_not(None))
        )
        with engine_of(self.course).connect() as connection:
            [[whole]] = connection.exec_driver_sql("PRAGMA integrity_check").fetchall()
            for student, score in connection.execute(query):
                grades.setdefault(student, []).append(score)
        torn = [student for student, scores in grades.items() if len(scores) != GRADED or len(set(scores)) != 1]
        return torn if whole == "ok" else [whole]


def of_round(result: Result, task: Task, round: int) -> Result:
    """A result whose points, outputs and files say of which round they are."""
    graded = tuple(
        msgspec.structs.replace(
            one,
            text=f"{one.text}\n{round}\n",
            verdicts=tuple(
                msgspec.structs.replace(verdict, points=None if verdict.points is None else round / 100)
                for verdict in one.verdicts
            ),
        )
        for one in result.graded
    )
    return msgspec.structs.replace(result, graded=graded, files={"made.txt": f"{round} {task.student}".encode()})


def campaign(folder: Path, kills: int, seed: int) -> dict[str, object]:
    """Kills so many times, then lets the last round end; says what differs from a class that nobody disturbed."""
    chance = random.Random(seed)
    ours = Class(folder / "killed")
    begin = time.monotonic()
    ours.record(0)
    whole = time.monotonic() - begin
    round, killed, torn = 1, 0, []
    while killed < kills:
        ended = _killed_after(chance.uniform(0, whole), lambda number=round: ours.record(number))
        killed += ended == -signal.SIGKILL
        round += ended == 0
        torn += ours.torn()
        if ended not in (0, -signal.SIGKILL):
            raise RuntimeError(f"A process ended by itself with {ended}.")
    ours.record(round)
    undisturbed = Class(folder / "undisturbed")
    undisturbed.record(round)
    return {"kills": killed, "rounds": round, "torn": torn, "differs": differences(ours.course, undisturbed.course)}


def differences(one: SmallCourse, other: SmallCourse) -> list[str]:
    """Tables and files that are not the same."""
    files = [snapshot(course.root / "autograded") for course in (one, other)]
    found = [f"a file: {name}" for name in _unequal(*files)]
    tables = [ledger(course.directory.db_url, own=True) for course in (one, other)]
    return found + [f"a table: {name}" for name in _unequal(*tables)]


def _unequal(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def _killed_after(seconds: float, work: Callable[[], None]) -> int:
    """Does the work in a fork and kills that after a while; answers as subprocess does."""
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    os.environ["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ["PATH"]]
    )  # nbgrader calls alembic.
    print(json.dumps(campaign(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
