"""Whoever records may be killed at any instant: the gradebook is whole, and the next run makes it complete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.autograde.courses import SmallCourse
from tests.autograde.record.killing import differences, of_round
from tests.autograde.record.school import LATE, Ours, hand_in, make_school, worked

ROOT = Path(__file__).resolve().parents[3]
KILLS, SEED = 10, 20261120
STEPS = ("open", "os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir")


def test_a_class_survives_ten_kills(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.autograde.record.killing", str(tmp_path), str(KILLS), str(SEED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kills"] == KILLS
    assert (told["torn"], told["differs"]) == ([], [])


def graded(root: Path) -> Ours:
    """A class of one, who was graded once."""
    course = make_school(root, "c.LateSubmissionPlugin.penalty_method = 'zero'")
    hand_in(course, "ada", LATE, loans=worked(course, "loans"), fines=worked(course, "fines"))
    ours = Ours(course)
    record(ours, 1)
    ours.record.close()
    return ours


def record(ours: Ours, round: int) -> None:
    task = ours.task("ada")
    result = of_round(ours.result(task), task, round)
    ours.record.write(
        task, result, ours.assignment, timestamp=ours.stamp(task), fingerprints={"fines": "same", "loans": "same"}
    )


def dies_at(step: int, ours: Ours) -> bool:
    """Grades ada anew in a fork that ends, without any tidying up, before it does something for the nth time."""
    child = os.fork()
    if not child:
        seen = 0

        def count(*_: Any) -> None:
            nonlocal seen
            seen += 1
            if seen == step:
                os._exit(9)

        def watch(name: str, given: Any) -> None:
            if name in STEPS and "autograded" in str(given[0]):
                count()

        try:
            for moment in ("before_cursor_execute", "commit"):
                event.listen(Engine, moment, count)
            sys.addaudithook(watch)
            record(ours, 2)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.skipif(os.name != "posix", reason="fork")
def test_whatever_the_last_step_was_nothing_is_half_and_what_is_torn_is_seen(tmp_path: Path) -> None:
    before, after = graded(tmp_path / "before").course, graded(tmp_path / "after")
    record(after, 2)
    after.record.close()
    ours = graded(tmp_path / "ours")
    seen: set[str] = set()
    step = 1
    while dies_at(step, ours):
        seen.add(look(ours, before, after.course))
        # What was put off is done: the same inputs, so only what is torn would be graded again by itself.
        record(ours, 1)
        ours.record.close()
        assert differences(ours.course, before) == [], step
        step += 1
    assert step > 25
    assert seen == {"as before", "torn and seen", "as after, not tidied up"}


def look(ours: Ours, before: SmallCourse, after: SmallCourse) -> str:
    """What a killed run has left; what does not stand is graded again."""
    stands = sorted(ours.record.fingerprints(ours.assignment).get("ada", {}))
    ours.record.close()
    for course, word in ((before, "as before"), (after, "as after, not tidied up")):
        rest = [what for what in differences(ours.course, course) if ".autograde-" not in what]
        if not rest:
            assert stands == ["fines", "loans"]
            return word
        if all(what.startswith("a file") for what in rest):
            assert stands == [], rest
            return "torn and seen"
    raise AssertionError(differences(ours.course, before))
