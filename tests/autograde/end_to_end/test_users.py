"""As root and as an ordinary user, in the best sandbox and in the second: the same grades. And what may not be read."""

from __future__ import annotations

import os
from pathlib import Path

from tests.autograde.attacked import give
from tests.autograde.courses import SmallCourse, quickstart
from tests.autograde.end_to_end.slow import everybody, once, scores, slow
from tests.autograde.record.ledger import ledger
from tests.autograde.run.conftest import Imagined, Small
from tests.ordinary import Ordinary


def test_everybody_gets_the_same_grades_whoever_runs_it_in_whatever_sandbox(
    place: Path, engine: Imagined, user: Ordinary, engine_of_user: Imagined
) -> None:
    best = "namespaces", "bubblewrap"
    found = []
    for number, (runs, sandboxes, words) in enumerate(
        (
            (engine, best, ()),
            (engine, ("landlock",), ("--sandbox", "landlock")),
            (engine_of_user, best, ()),
            (engine_of_user, ("landlock",), ("--sandbox", "landlock")),
        )
    ):
        small = Small(quickstart(place / str(number) / "course", 2), runs)
        if runs is engine_of_user:
            belongs_to(user, small)
        said = once(small, "--json", "--jobs", "1", *words)
        assert (said.code, said.document["sandbox"] in sandboxes) == (0, True)
        found.append((ledger(f"sqlite:///{small.course.root}/gradebook.db"), said.document["points"]))
    assert found[1:] == found[:1] * 3
    assert scores(SmallCourse(place / "0/course")) == {"student000": 0, "student001": 3}


def belongs_to(user: Ordinary, small: Small) -> None:
    """All that is there of the class becomes an ordinary user's."""
    small.temporary.chmod(0o700)
    give(small.course.root.parent, user.user)


def of_user(place: Path, user: Ordinary, engine: Imagined, students: int) -> Small:
    """A class whose files belong to an ordinary user."""
    small = slow(place, engine, students, seconds=0)
    belongs_to(user, small)
    return small


def close(path: Path) -> None:
    """Nobody but root may look into it."""
    path.chmod(0)
    if os.geteuid() == 0:
        os.chown(path, 0, 0)


def test_what_may_not_be_read_is_its_students_problem_alone(
    place: Path, user: Ordinary, engine_of_user: Imagined
) -> None:
    small = of_user(place, user, engine_of_user, 4)
    submitted = small.course.root / "submitted"
    closed = [submitted / "s0/ps1/sums.ipynb", submitted / "s1/ps1", submitted / "s2"]
    for path in closed:
        close(path)
    said = once(small, "--jobs", "1", "--json")
    assert said.code == 1
    assert said.states == {"s0": "not graded", "s1": "not graded", "s2": "not graded", "s3": "graded"}
    for line in said.document["students"][:3]:
        told = " ".join(f"{problem['what']} {problem['do']}" for problem in line["problems"])
        assert "read" in told
        assert "grade again" in told
    for path in closed:
        path.chmod(0o755)
    assert once(small, "--jobs", "1").code == 0
    assert scores(small.course) == everybody(4)


def test_a_course_that_may_not_be_written(place: Path, user: Ordinary, engine_of_user: Imagined) -> None:
    small = of_user(place, user, engine_of_user, 1)
    root = small.course.root
    paths = [path for path in (root, *root.rglob("*")) if path.is_dir()]
    for path in paths:
        path.chmod(0o555)
    said = once(small, "--jobs", "1")
    assert said.code == 2
    what = f"{root}/gradebook.db cannot be written: the file or its folder is read-only. Make both writable for you."
    assert said.err == f"{what} What was recorded before is kept; run the same command again to go on.\n"
    for path in paths:
        path.chmod(0o755)
    assert once(small, "--jobs", "1").code == 0
    assert scores(small.course) == everybody(1)
