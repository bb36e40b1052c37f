"""Whatever fails beside the students' work: one clear message, nothing is lost or left, and a second run completes."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from traitlets.config import Config

from autograde.report import make as make_report
from course.frameworks.services import postgresql
from tests.autograde.courses import SmallCourse, answer, check, generate, make_course, notebook
from tests.autograde.end_to_end.slow import (
    POINTS,
    ended,
    everybody,
    hand_in,
    in_the_middle,
    once,
    scores,
    slow,
    warms,
    workers,
)
from tests.autograde.record.ledger import ledger
from tests.autograde.run.conftest import Imagined, Running, Small
from tests.conftest import ROOT
from tests.services import need_postgresql

AGAIN = "What was recorded before is kept; run the same command again to go on."


# Processes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whose", [workers, warms])
def test_a_process_that_is_killed_in_the_middle_costs_nobody_anything(
    place: Path, engine: Imagined, whose: Callable[[Running], list[int]]
) -> None:
    small = slow(place, engine)
    running = in_the_middle(small)
    os.kill(whose(running)[0], signal.SIGKILL)
    said = ended(running, small)
    assert (said.code, said.err) == (0, "")
    assert "6 submissions graded" in said.out
    assert scores(small.course) == everybody()


# The gradebook -------------------------------------------------------------------------------------------------------


def hold(course: SmallCourse, how: str = "EXCLUSIVE") -> sqlite3.Connection:
    """Another program at work in the gradebook."""
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None, timeout=30)
    other.execute(f"BEGIN {how}")
    return other


def test_a_gradebook_that_is_held_for_five_seconds_is_waited_for(place: Path, engine: Imagined) -> None:
    small = slow(place, engine, 3)
    other = hold(small.course)
    running = small.start("ps1", "--jobs", "2")
    time.sleep(6)
    other.close()
    said = ended(running, small)
    assert (said.code, said.err, scores(small.course)) == (0, "", everybody(3))


def test_a_gradebook_that_is_held_for_ever_is_named(place: Path, engine: Imagined) -> None:
    small = slow(place, engine)
    gradebook = small.course.root / "gradebook.db"
    message = f"{gradebook} is held by another program for more than 1 seconds. Close what has it open. {AGAIN}\n"
    with closing(hold(small.course)):
        said = once(small, PATIENCE="1")
        assert (said.code, said.err) == (2, message)
    running = in_the_middle(small, PATIENCE="1")
    with closing(hold(small.course)):
        said = ended(running, small)
        assert (said.code, said.err) == (1, message)
    assert len(scores(small.course)) in range(2, 6)
    assert once(small, "--jobs", "2").code == 0
    assert scores(small.course) == everybody()


@pytest.fixture
def server() -> Iterator[postgresql.Cluster]:
    need_postgresql()
    programs = postgresql.find_programs()
    assert programs
    cluster = postgresql.Cluster(programs)
    yield cluster
    cluster._stop()


def on_server(course: SmallCourse, server: postgresql.Cluster) -> str:
    """Moves the gradebook onto the server, and returns its address."""
    url = server.create().replace("postgresql:", "postgresql+psycopg:")
    with server._administrator() as connection:
        # As on servers that are not there for tests: what was committed is there after any end.
        connection.execute(f'ALTER DATABASE "{urlsplit(url).path.strip("/")}" SET synchronous_commit = on')
    (course.root / "gradebook.db").unlink()
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.CourseDirectory.db_url = {url!r}\n")
    generate(course, "ps1")
    return url


def serve(server: postgresql.Cluster, *words: str) -> None:
    """`pg_ctl`."""
    done = server._call("pg_ctl", *words, "--pgdata", str(server._folder / "data"), "--wait", "--log", os.devnull)
    assert done.returncode == 0, done.stdout


def test_a_server_that_is_restarted_in_the_middle_is_waited_for_and_one_that_is_away_is_named(
    place: Path, engine: Imagined, server: postgresql.Cluster
) -> None:
    small = slow(place, engine)
    url = on_server(small.course, server)
    running = in_the_middle(small)
    serve(server, "restart", "--mode", "immediate")
    said = ended(running, small)
    assert (said.code, said.err) == (0, "")
    rows = ledger(url)
    assert len(rows["grade"]) == sum(f"auto_score={POINTS}" in row for row in rows["grade"]) == 6
    assert "6 unchanged" in once(small, "--jobs", "1").out
    serve(server, "stop", "--mode", "fast")
    said = once(small, PATIENCE="1")
    assert said.code == 2
    assert "***@127.0.0.1" in said.err
    assert "does not answer for more than 1 seconds" in said.err
    assert "See that the server runs and that c.CourseDirectory.db_url is right." in said.err


# What the instructor wrote -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("c.CourseDirectory.course_id = nam", "line 3: the configuration cannot be read: NameError: name 'nam'"),
        ("c.CourseDirectory.course_id = 'a", "line 3: the configuration cannot be read: SyntaxError: unterminated"),
        ("import no_such_thing", "line 3: the configuration cannot be read: ModuleNotFoundError: No module named"),
        ("raise SystemExit(0)", "line 3: the configuration cannot be read: SystemExit: 0. Correct it and try again."),
        ("c.CourseDirectory.course_id = 5", "The 'course_id' trait of a CourseDirectory instance expected a unicode"),
        ("c.Autograde.create_student = 'x'", "The 'create_student' trait of an Autograde instance expected a boolean"),
        ("c.AutogradeEngine.jobs = 'many'", "The 'jobs' trait of an AutogradeEngine instance expected an int"),
    ],
)
def test_a_configuration_that_is_broken(small_class: Small, config: str, message: str) -> None:
    path = small_class.course.root / "nbgrader_config.py"
    path.write_text(f"c = get_config()\nc.CourseDirectory.course_id = 'small'\n{config}\n")
    said = once(small_class, "--jobs", "1")
    assert said.code == 2
    assert message in said.err
    assert "nbgrader_config.py" in said.err
    assert "orrect it and try again." in said.err or "It is set in nbgrader_config.py" in said.err
    assert len(said.err.splitlines()) == 1


def test_an_assignment_that_there_is_not(small_class: Small) -> None:
    said = ended(small_class.start("ps7", "--jobs", "1"), small_class)
    assert said.code == 2
    todo = "Name one of them, or run `nbgrader generate_assignment ps7`."
    assert said.err == f"The gradebook has no assignment ps7; it has ps1. {todo}\n"


@pytest.fixture
def small_class(place: Path, engine: Imagined) -> Small:
    return slow(place, engine, 1, seconds=0)


def test_a_solution_that_fails_its_own_test_is_told_and_students_are_graded(place: Path, engine: Imagined) -> None:
    wrong = notebook(
        answer("add", "def add(a, b):\n    return a - b"),
        check("add-test", "assert add(1, 2) == 3", 2),
        check("add-none", "assert add(0, 0) == 0", 1),
    )
    small = Small(make_course(place / "course", {"ps1": {"sums.ipynb": wrong}}), engine)
    hand_in(small.course, 2, 0)
    said = once(small, "--jobs", "1")
    assert (said.code, scores(small.course)) == (0, {"s0": 3.0, "s1": 3.0})
    remark = "sums, add-test: The instructor's own solution does not pass it. Run the notebook under source/"
    assert f"Look at your assignment:\n  {remark}" in said.out
    again = once(small, "--jobs", "1", "--json", "--force")
    assert [line.startswith(remark) for line in again.document["remarks"]] == [True]
    assert [(one["kind"], one["notebook"], one["cells"]) for one in again.document["look_at"]] == [
        ("solution fails", "sums", ["add-test"])
    ]
    unchanged = once(small, "--jobs", "1")
    assert "2 unchanged" in unchanged.out
    assert f"Look at your assignment:\n  {remark}" in unchanged.out
    make_report(Config(CourseDirectory={"root": str(small.course.root)}), "ps1")
    assert "does not pass it" in (small.course.root / "reports" / "ps1.html").read_text()


def test_a_solution_that_is_missing_is_told_and_students_are_graded(place: Path, engine: Imagined) -> None:
    small = slow(place, engine, 1, seconds=0)
    (small.course.root / "source" / "ps1" / "sums.ipynb").unlink()
    said = once(small, "--jobs", "1")
    assert (said.code, scores(small.course)) == (0, everybody(1))
    assert "  sums: The notebook under source/ is missing, so all its tests are judged in the student's" in said.out


# A disk ------------------------------------------------------------------------------------------------------------


FULL = """
set -e
mount -t tmpfs -o size={size} none {disk}
cp -r {course}/. {disk}
cd {disk}
set +e
{python} -m autograde ps1 --jobs 2
echo "[$?]"
cp -r {disk} {after}
"""


def test_a_disk_that_is_full_is_named_and_what_was_graded_is_kept(place: Path, engine: Imagined) -> None:
    small = slow(place, engine, 14, seconds=0)
    disk, after = place / "disk", place / "after"
    disk.mkdir()
    script = FULL.format(size="420k", disk=disk, course=small.course.root, after=after, python=sys.executable)
    done = subprocess.run(
        ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(small.temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("This machine allows no disk of one's own.")
    assert done.stdout.endswith("[1]\n")
    assert "cannot be written: the disk is full. Free some space." in done.stderr
    assert done.stderr.endswith(f"{AGAIN}\n")
    assert not list(small.temporary.iterdir())
    shutil.rmtree(small.course.root)
    after.rename(small.course.root)
    kept = scores(small.course)
    assert 1 < len(kept) < 14
    assert f"{len(kept)} submissions graded" in done.stdout
    assert small.graded == sorted(kept)
    assert not list(small.course.root.glob("autograded/*/.*"))
    said = once(small, "--jobs", "2")
    assert (said.code, scores(small.course)) == (0, everybody(14))
    assert f"{len(kept)} unchanged" in said.out


TEMPORARY = """
set -e
mount -t tmpfs -o {options} none {temporary}
cd {course}
set +e
{python} -m autograde ps1 --jobs 2 --sandbox landlock {words}
echo "[$?]"
ls {temporary}
"""


def with_temporary(small: Small, options: str, words: str = "") -> subprocess.CompletedProcess[str]:
    """A run whose rooms lie on a disk for temporary files that is as these options of a mount say."""
    given = {"options": options, "words": words, "temporary": small.temporary, "course": small.course.root}
    script = TEMPORARY.format(python=sys.executable, **given)
    done = subprocess.run(
        ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else []), "sh", "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(small.temporary), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "mount" in done.stderr or "The sandbox landlock does not hold" in done.stderr:
        pytest.skip("This machine allows no disk of one's own, or has no Landlock.")
    return done


def test_too_little_room_for_temporary_files_is_said_before_anybody_is_graded(place: Path, engine: Imagined) -> None:
    small = slow(place, engine, 2, seconds=0)
    done = with_temporary(small, "size=64m")
    assert done.stdout.endswith("[2]\n")
    assert done.stderr == (
        f"{small.temporary} has 67 MB free, and 2 submissions at a time may need 200 MB there. Free some space, name "
        "another folder in TMPDIR, or say --disk or --jobs.\n"
    )
    assert scores(small.course) == {}


def test_a_disk_for_temporary_files_that_fills_up_costs_nobody_a_point(place: Path, engine: Imagined) -> None:
    small = slow(place, engine, 2, seconds=0)
    for student in ("s0", "s1"):
        folder = small.course.root / "submitted" / student / "ps1"
        for number in range(60):
            (folder / f"{number}.txt").write_text("mine")
    done = with_temporary(small, "size=64m,nr_inodes=50", "--disk 10MB")
    assert done.stdout.endswith("[1]\n"), done
    assert "There was no space left on the disk for temporary files. It is not the student's fault." in done.stdout
    assert set(scores(small.course).values()) == {None}
    said = once(small, "--jobs", "2")
    assert (said.code, scores(small.course)) == (0, everybody(2))
