"""The same record on a real PostgreSQL, which may be restarted while a class is graded."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from autograde.record.place import Place
from autograde.refusal import Refusal
from autograde.task import Weight
from course.frameworks.services import postgresql
from tests.autograde.courses import SmallCourse, generate
from tests.autograde.record.ledger import ledger
from tests.autograde.record.school import DUE, Ours, engine_of, fill, hand_in, make_school, set_due, worked
from tests.autograde.record.test_same_rows import grade_by_hand, work_again
from tests.disk import snapshot
from tests.services import need_postgresql

ZERO = "c.LateSubmissionPlugin.penalty_method = 'zero'\n"


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Cluster]:
    need_postgresql()
    programs = postgresql.find_programs()
    assert programs
    cluster = postgresql.Cluster(programs)
    yield cluster
    cluster._stop()


@pytest.fixture(scope="module")
def template(server: postgresql.Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that holds the course without submissions."""
    url = server.create()
    generate(on_server(tmp_path_factory.mktemp("template"), url), "ps1")
    return urlsplit(url).path.strip("/")


@pytest.fixture
def course(tmp_path: Path, server: postgresql.Cluster, template: str) -> SmallCourse:
    """The course, with its gradebook on the server."""
    url = server.create()
    name = urlsplit(url).path.strip("/")
    with server._administrator() as connection:
        connection.execute(f'DROP DATABASE "{name}"')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        # As on servers that are not there for tests: what was committed is there after any end.
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on')
    course = on_server(tmp_path / "course", url)
    set_due(course, DUE)
    return course


def on_server(root: Path, url: str) -> SmallCourse:
    course = make_school(root, ZERO)
    (root / "gradebook.db").unlink()
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"c.CourseDirectory.db_url = {url.replace('postgresql:', 'postgresql+psycopg:')!r}\n")
    return course


def serve(server: postgresql.Cluster, *words: str) -> None:
    """`pg_ctl`: what runs afterwards has the same address as before."""
    log = str(server._folder / "log")
    done = server._call("pg_ctl", *words, "--pgdata", str(server._folder / "data"), "--wait", "--log", log)
    assert done.returncode == 0, done.stdout


def test_the_rows_are_those_of_an_sqlite_gradebook(course: SmallCourse, tmp_path: Path) -> None:
    other = make_school(tmp_path / "other", ZERO)
    for one in (course, other):
        ours = Ours(one)
        fill(one)
        assert len(ours.grade()) == 12
        grade_by_hand(one)
        work_again(one)
        assert ours.grade() == ["ada/fines", "ada/loans", "ben/fines", "ben/loans", "chi/fines", "chi/loans"]
        ours.grade(force=True)
        assert ours.grade() == []
        ours.record.close()
    found = ledger(course.directory.db_url, own=True, digits=9)
    assert found == ledger(other.directory.db_url, own=True, digits=9)
    assert "late_submission_penalty=" in str(found)
    assert snapshot(course.root / "autograded") == snapshot(other.root / "autograded")


def test_a_restart_in_the_middle_of_a_class_is_not_seen_afterwards(
    course: SmallCourse, server: postgresql.Cluster
) -> None:
    students = [f"student{number:02}" for number in range(30)]
    for student in students:
        hand_in(course, student, fines=worked(course, "fines"))
    ours = Ours(course)
    begun = threading.Event()

    def restart() -> None:
        begun.wait(20)
        serve(server, "restart", "--mode", "immediate")

    thread = threading.Thread(target=restart)
    thread.start()
    for number, student in enumerate(students):
        if number == 5:
            begun.set()
        assert ours.write(student) == ()
        if thread.is_alive():
            time.sleep(0.02)
    thread.join()
    assert sorted(ours.record.fingerprints(ours.assignment)) == students
    for student in students:
        assert ours.write(student) == ()
    ours.record.close()
    rows = ledger(course.directory.db_url, own=True)
    assert (len(rows["submitted_assignment"]), len(rows["grade"]), len(rows["autograde_notebook"])) == (30, 210, 60)
    assert {path.name for path in (course.root / "autograded").glob("*/*")} == {"ps1"}


def test_a_server_that_stays_away_is_a_refusal_and_nothing_is_half(
    course: SmallCourse, server: postgresql.Cluster
) -> None:
    for student in ("ada", "ben"):
        hand_in(course, student, fines=worked(course, "fines"))
    ours = Ours(course, patience=0.3)
    ours.write("ada")
    files = snapshot(course.root / "autograded")
    rows = ledger(course.directory.db_url, own=True)
    serve(server, "stop", "--mode", "immediate")
    try:
        for student in ("ada", "ben"):
            with pytest.raises(Refusal) as refusal:
                ours.write(student)
            said = str(refusal.value)
            assert "does not answer for more than 0 seconds" in said
            assert said.endswith("What was recorded before is kept; run the same command again to go on.")
            assert "***@127.0.0.1" in said
    finally:
        serve(server, "start", "--options", f"-p {server.address.rsplit(':', 1)[1].split('/')[0]} -h 127.0.0.1 -k ''")
    assert snapshot(course.root / "autograded") == files
    assert ledger(course.directory.db_url, own=True) == rows
    assert ours.write("ben") == ()


def test_a_row_that_somebody_holds_is_waited_for_and_then_refused(course: SmallCourse) -> None:
    hand_in(course, "ada", fines=worked(course, "fines"))
    ours = Ours(course, patience=0.2)
    ours.write("ada")
    before = snapshot(course.root / "autograded")
    with engine_of(course).begin() as connection:
        connection.execute(text("SELECT * FROM grade FOR UPDATE"))
        with pytest.raises(Refusal, match="is held by another program for more than 0 seconds"):
            ours.write("ada")
    assert snapshot(course.root / "autograded") == before
    assert ours.write("ada") == ()


def test_two_who_grade_the_same_student_do_it_one_after_the_other(
    course: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course, "ada", fines=worked(course, "fines"))
    first, second = Ours(course), Ours(course)
    exchanged, begun = Place.exchanged, threading.Event()

    @contextmanager
    def slowly(place: Place) -> Iterator[None]:
        if not begun.is_set():
            begun.set()
            time.sleep(0.3)
        with exchanged(place):
            yield

    monkeypatch.setattr(Place, "exchanged", slowly)
    for _ in range(2):
        begun.clear()
        with ThreadPoolExecutor(1) as pool:
            told = pool.submit(first.write, "ada")
            begun.wait(20)
            assert second.write("ada") == ()
            assert told.result() == ()
    assert first.grade() == []
    assert [path.name for path in (course.root / "autograded" / "ada").iterdir()] == ["ps1"]


def test_a_student_whose_name_is_too_long_for_the_gradebook_is_one_problem(course: SmallCourse) -> None:
    name = "a" * 200
    hand_in(course, name, fines=worked(course, "fines"))
    ours = Ours(course)
    [problem] = ours.write(name)
    assert problem.weight is Weight.UNGRADED
    assert "The gradebook cannot keep this" in str(problem)
    hand_in(course, "ada", fines=worked(course, "fines"))
    assert ours.write("ada") == ()


def test_a_process_that_is_forked_does_not_take_the_connection_along(course: SmallCourse) -> None:
    for student in ("ada", "ben"):
        hand_in(course, student, fines=worked(course, "fines"))
    ours = Ours(course, patience=0)
    ours.write("ada")
    child = os.fork()
    if not child:
        found = list(ours.record.verdicts(ours.assignment))
        ours.record.close()
        os._exit(0 if found == ["ada"] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ours.write("ben") == ()
