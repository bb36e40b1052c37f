"""A run may be stopped or killed at any moment: what was graded is kept, no process is left, and the next goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.autograde.run.conftest import Running, Small, until

HANG = "import pathlib, time; pathlib.Path({!r}).write_text('here'); time.sleep(600)"


def hanging(small: Small) -> Path:
    """Students of whom the last ones never come to an end; the file that appears when the first of these has begun."""
    seen = small.course.root.parent / "seen"
    small.hand_in("ada", "bob")
    small.hand_in("cy", "dan", "eve", do=HANG.format(str(seen)))
    return seen


def processes(running: Running) -> list[int]:
    """The command and its workers, which are in its session, and warm processes, which have its environment."""
    mark = f"TMPDIR={running.out.parent / 'temporary'}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, session = (path / "stat").read_text().rpartition(")")[2].split()[:4]
            if state != "Z" and (int(session) == running.pid or mark in (path / "environ").read_bytes()):
                found.append(int(path.name))
        except OSError:
            continue
    return found


def is_in_the_middle(small: Small, seen: Path) -> bool:
    """Whether two are in the gradebook and the third is being graded."""
    if not seen.exists():
        return False
    with closing(sqlite3.connect(f"file:{small.course.root / 'gradebook.db'}?mode=ro", uri=True)) as gradebook:
        return bool(gradebook.execute("select count(*) = 2 from autograde_submission").fetchone()[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_keeps_what_is_graded_and_says_how_to_go_on(small: Small, number: int) -> None:
    seen = hanging(small)
    running = small.start("ps1", "--jobs", "1", "--students", "*")
    until(lambda: is_in_the_middle(small, seen))
    os.kill(running.pid, number)
    said = running.wait()
    assert said.code == 130
    assert "Stopped. What was graded is kept; to go on: autograde ps1 --students '*'" in said.err
    assert "2 submissions graded" in said.out
    assert not processes(running)
    assert not list(small.temporary.iterdir())
    assert small.autograde("ps1", "-s", "[ab]*", "--json").document["unchanged"] == 2


def test_a_stopped_run_is_one_document_too(small: Small) -> None:
    seen = hanging(small)
    running = small.start("ps1", "--jobs", "1", "--json")
    until(lambda: is_in_the_middle(small, seen))
    os.kill(running.pid, signal.SIGINT)
    said = running.wait()
    assert (said.code, said.document["ended"], said.document["graded"]) == (130, "stopped", 2)


def test_asking_twice_ends_it_where_it_is(small: Small) -> None:
    seen = hanging(small)
    running = small.start("ps1", "--jobs", "1")
    until(lambda: is_in_the_middle(small, seen))
    for _ in range(20):  # Signals that come together are one to the process.
        os.kill(running.pid, signal.SIGINT)
    assert running.wait().code == 130
    until(lambda: not processes(running))


def test_a_run_that_is_killed_leaves_no_process_and_the_next_one_goes_on(small: Small) -> None:
    seen = hanging(small)
    running = small.start("ps1", "--jobs", "1")
    until(lambda: is_in_the_middle(small, seen))
    assert len(processes(running)) >= 3
    os.kill(running.pid, signal.SIGKILL)
    assert running.wait().code == -signal.SIGKILL
    until(lambda: not processes(running))
    for student in ("cy", "dan", "eve"):
        (small.course.step("submitted", student, "ps1") / "do.py").write_text("")
    said = small.autograde("ps1", "--json")
    assert said.code == 0
    assert (said.document["graded"], said.document["unchanged"]) == (3, 2)
    assert not list(small.temporary.iterdir()), "what the killed run left was not removed"


def test_two_runs_of_an_assignment_do_not_get_in_each_others_way(small: Small) -> None:
    seen = hanging(small)
    first = small.start("ps1", "--jobs", "1")
    until(lambda: is_in_the_middle(small, seen))
    said = small.autograde("ps1")
    assert said.code == 2
    assert f"Another run is grading ps1 in {small.course.root} at this moment (process {first.pid})" in said.err
    os.kill(first.pid, signal.SIGINT)
    assert first.wait().code == 130
