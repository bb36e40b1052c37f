"""A gradebook that is held, read-only, full, old or not there: waited for, or refused in words; nothing is half."""

from __future__ import annotations

import ctypes
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbgrader
import pytest
from sqlalchemy import Engine, event
from traitlets.config import Config

from autograde.record import Record
from autograde.record.gradebook import BUSY, Gradebook
from autograde.refusal import Refusal
from autograde.task import Weight
from tests.autograde.courses import SmallCourse
from tests.autograde.record.ledger import ledger
from tests.autograde.record.school import ERROR, Ours, hand_in, worked
from tests.disk import snapshot

KEPT = "What was recorded before is kept; run the same command again to go on."
OLD_GRADEBOOK = Path(nbgrader.__file__).parent / "tests" / "apps" / "files" / "gradebook.db"


@pytest.fixture
def impatient(course: SmallCourse) -> Iterator[Ours]:
    ours = Ours(course, patience=0.2)
    for student in ("ada", "ben"):
        hand_in(course, student, fines=worked(course, "fines"))
    ours.write("ada")
    yield ours
    ours.record.close()


def held(course: SmallCourse, *statements: str) -> sqlite3.Connection:
    """Another program at work in the gradebook."""
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None, check_same_thread=False)
    for statement in statements:
        other.execute(statement).fetchone()
    return other


def state(course: SmallCourse) -> tuple[Any, Any]:
    return ledger(course.directory.db_url, own=True), snapshot(course.root / "autograded")


# Held by somebody else -----------------------------------------------------------------------------------------------

HOLDS = {
    "who writes": ("BEGIN IMMEDIATE",),
    "who writes alone": ("BEGIN EXCLUSIVE",),
    "who reads": ("BEGIN", "SELECT * FROM student"),
}


@pytest.mark.parametrize("statements", HOLDS.values(), ids=HOLDS.keys())
def test_whoever_holds_the_gradebook_is_waited_for(course: SmallCourse, statements: tuple[str, ...]) -> None:
    hand_in(course, "ada", fines=worked(course, "fines"))
    ours = Ours(course)
    other = held(course, *statements)
    timer = threading.Timer(BUSY + 0.3, other.close)  # Longer than SQLite waits by itself.
    timer.start()
    assert ours.write("ada") == ()
    timer.join()
    assert list(ours.record.fingerprints(ours.assignment)) == ["ada"]


@pytest.mark.parametrize("statements", HOLDS.values(), ids=HOLDS.keys())
def test_but_not_for_ever_and_then_nothing_is_half(impatient: Ours, statements: tuple[str, ...]) -> None:
    course = impatient.course
    before = state(course)
    hand_in(course, "chi", fines=worked(course, "fines", fine_some=ERROR))
    other = held(course, *statements)
    for student in ("chi", "ada"):
        with pytest.raises(Refusal) as refusal:
            impatient.write(student)
        assert str(refusal.value) == (
            f"{course.root}/gradebook.db is held by another program for more than 0 seconds. "
            f"Close what has it open. {KEPT}"
        )
    other.close()
    assert state(course) == before
    assert impatient.write("chi") == ()


# Read-only, full -----------------------------------------------------------------------------------------------------


@contextmanager
def pragma(words: str) -> Iterator[None]:
    """Every connection that is made within is told this."""

    def tell(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA {words}")

    event.listen(Engine, "connect", tell)
    yield
    event.remove(Engine, "connect", tell)


def test_a_gradebook_that_cannot_be_written_is_seen_before_anything_is_graded(course: SmallCourse) -> None:
    before = ledger(course.directory.db_url)
    with pragma("query_only = ON"):
        record = Record(course.directory, course.config)
        with pytest.raises(Refusal, match=r"gradebook.db cannot be written: the file or its folder is read-only"):
            record.ready()
    assert ledger(course.directory.db_url) == before


def test_a_full_disk_under_the_gradebook_is_named_and_what_was_recorded_is_kept(impatient: Ours) -> None:
    course = impatient.course
    impatient.record.close()
    with pragma("max_page_count = 1"):
        done, said = until_refused(impatient)
    assert said == f"{course.root}/gradebook.db cannot be written: the disk is full. Free some space. {KEPT}"
    assert sorted(impatient.record.fingerprints(impatient.assignment)) == ["ada", *done]
    assert sorted(snapshot(course.root / "autograded")) == files_of("ada", *done)
    impatient.record.close()
    assert impatient.write(f"student{len(done):02}") == ()


def until_refused(ours: Ours) -> tuple[list[str], str]:
    """Students are graded until that is refused: who was, and what was said."""
    done: list[str] = []
    for number in range(50):
        student = f"student{number:02}"
        hand_in(ours.course, student, fines=worked(ours.course, "fines"))
        try:
            ours.write(student)
        except Refusal as refusal:
            return done, str(refusal)
        done.append(student)
    raise AssertionError("It was never full.")


def files_of(*students: str) -> list[str]:
    names = ("data/books.csv", "fines.ipynb", "notes.txt", "timestamp.txt")
    return [f"{student}/ps1/{name}" for student in students for name in names]


def in_a_child(work: Callable[[], str], *, user: int | None = None) -> str:
    """What `work` says in a fork, as another user where this one is root."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            if user is not None and os.geteuid() == 0:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)
            said = work()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as out:
        said = out.read()
    os.waitpid(child, 0)
    return said


@pytest.fixture
def open_course(course: SmallCourse) -> Iterator[SmallCourse]:
    """The course where everybody may look; the folders of pytest are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    root = folder / "course"
    shutil.copytree(course.root, root)
    yield SmallCourse(root)
    for path in (root, *root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


def allow(root: Path, *, but: Path | None = None) -> None:
    """Everybody may write everywhere, but for one folder."""
    for path in (root, *root.rglob("*")):
        path.chmod(0o777)
    if but is not None:
        but.mkdir(parents=True)
        but.parent.chmod(0o777)
        but.chmod(0o555)


NOBODY = 65534


def test_an_autograded_folder_that_may_not_be_written_is_seen_before_anything_is_graded(
    open_course: SmallCourse,
) -> None:
    allow(open_course.root, but=open_course.root / "autograded")
    said = in_a_child(lambda: str(Record(open_course.directory, open_course.config).ready()), user=NOBODY)
    assert said.startswith(f"Refusal: {open_course.root}/autograded cannot be written. Make it writable for you")


def test_a_student_whose_folder_may_not_be_written_is_one_problem_and_the_others_go_on(
    open_course: SmallCourse,
) -> None:
    course = open_course
    for student in ("ada", "ben"):
        hand_in(course, student, fines=worked(course, "fines"))
    allow(course.root, but=course.root / "autograded" / "ada")

    def grade() -> str:
        ours = Ours(course)
        [problem] = ours.write("ada")
        assert ours.write("ben") == ()
        assert problem.weight is Weight.UNGRADED
        return f"{problem} {list(ours.record.fingerprints(ours.assignment))}"

    said = in_a_child(grade, user=NOBODY)
    assert said.startswith(f"ada: {course.root}/autograded/ada/")
    assert said.endswith(
        "cannot be written (Permission denied). Nothing was recorded. "
        "Make the folder writable for you and grade again. ['ben']"
    )
    assert "ada" not in str(ledger(course.directory.db_url))


def mount_small_disk(path: Path) -> None:
    """A disk of 64 kB, in this process alone."""
    libc = ctypes.CDLL(None, use_errno=True)
    user = os.geteuid()
    if libc.unshare(0x00020000 | (0 if user == 0 else 0x10000000)):
        raise PermissionError("no namespaces")
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None)
    if libc.mount(b"none", str(path).encode(), b"tmpfs", 0, b"size=64k"):
        raise PermissionError("no mounts")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "unshare"), reason="Linux")
def test_a_full_disk_under_autograded_is_named_and_what_was_recorded_is_kept(course: SmallCourse) -> None:
    (course.root / "autograded").mkdir()

    def grade() -> str:
        mount_small_disk(course.root / "autograded")
        ours = Ours(course)
        done, refusal = until_refused(ours)
        assert sorted(ours.record.fingerprints(ours.assignment)) == done
        assert sorted(ours.record.verdicts(ours.assignment)) == done
        assert sorted(snapshot(course.root / "autograded")) == files_of(*done)
        return f"{len(done)} {refusal}"

    said = in_a_child(grade)
    if said.startswith("PermissionError"):
        pytest.skip("This machine allows no disk of one's own.")
    done, rest = said.split(" ", 1)
    assert int(done) > 1
    assert rest == (
        f"{course.root}/autograded/student{int(done):02}/ps1 cannot be written: the disk is full. "
        f"Free some space. {KEPT}"
    )


# Not there, old, something else --------------------------------------------------------------------------------------


def refused(tmp_path: Path, url: str = "", **options: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        Gradebook(url or f"sqlite:///{tmp_path}/gradebook.db", tmp_path, **options).check()
    return str(refusal.value)


def test_a_gradebook_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    said = refused(tmp_path)
    assert said.startswith(f"{tmp_path}/gradebook.db is not there. Make the assignment first")
    assert not (tmp_path / "gradebook.db").exists()


def test_a_gradebook_that_vanishes_is_not_made_anew(impatient: Ours) -> None:
    impatient.record.close()
    (impatient.course.root / "gradebook.db").rename(impatient.course.root / "elsewhere.db")
    with pytest.raises(Refusal, match="cannot be opened: it is not there"):
        impatient.write("ben")
    assert not (impatient.course.root / "gradebook.db").exists()
    assert not (impatient.course.root / "autograded" / "ben").exists()


def test_a_gradebook_of_an_older_nbgrader_is_sent_to_the_upgrade_and_not_touched(tmp_path: Path) -> None:
    shutil.copy(OLD_GRADEBOOK, tmp_path / "gradebook.db")
    said = refused(tmp_path)
    assert said.startswith(f"{tmp_path}/gradebook.db was made by an older nbgrader: ")
    assert "BACK UP the database, then run `nbgrader db upgrade`." in said
    assert (tmp_path / "gradebook.db").read_bytes() == OLD_GRADEBOOK.read_bytes()


def test_an_upgraded_gradebook_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(OLD_GRADEBOOK, tmp_path / "gradebook.db")
    url = f"sqlite:///{tmp_path}/gradebook.db"
    monkeypatch.chdir(tmp_path)
    from nbgrader.api import Gradebook as Theirs
    from nbgrader.dbutil import upgrade

    upgrade(url)
    Theirs(url, "course101").close()
    Gradebook(url, tmp_path).check()


def test_other_files_and_addresses_are_refused(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_bytes(b"no database " * 100)
    assert "is no SQLite database" in refused(tmp_path)
    sqlite3.connect(tmp_path / "empty.db").execute("CREATE TABLE other (id)").connection.close()
    assert "holds no tables of nbgrader" in refused(tmp_path, f"sqlite:///{tmp_path}/empty.db")
    assert "is no address of a gradebook" in refused(tmp_path, "gradebook")


def test_a_server_that_nobody_answers_for_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    said = refused(tmp_path, "postgresql://teacher:secret@127.0.0.1:1/grades", patience=0.1)
    assert said.startswith("postgresql+psycopg://teacher:***@127.0.0.1:1/grades does not answer for more than 0 sec")
    assert "See that the server runs and that c.CourseDirectory.db_url is right." in said


def test_a_driver_that_is_not_installed_is_named(tmp_path: Path) -> None:
    assert "needs the package MySQLdb, which is not installed" in refused(tmp_path, "mysql://127.0.0.1/grades")


def test_an_address_may_be_relative_to_the_course(course: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(course.config)
    config.CourseDirectory.db_url = "sqlite:///gradebook.db"
    monkeypatch.chdir("/")
    directory = type(course.directory)(config=config)
    Record(directory, config).ready()


def test_permissions_that_are_none_are_refused(course: SmallCourse) -> None:
    config = course.config
    config.Autograde.permissions = 898
    with pytest.raises(Refusal, match=r"c.Autograde.permissions is 898; it has to be like 444"):
        Record(course.directory, config)
