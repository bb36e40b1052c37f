"""Grading on Dask: the same gradebook, whatever happens to workers, encrypted, and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from distributed import Client, LocalCluster
from distributed.diagnostics.plugin import WorkerPlugin

from autograde import cluster, cluster_worker
from autograde.cluster import Cluster, connect
from autograde.grading.plan import Plan
from autograde.grading.reading import read_assignment
from autograde.refusal import Refusal
from autograde.settings import Settings
from autograde.task import Result, Task
from tests.autograde.courses import SmallCourse, answer, check, make_course, notebook
from tests.autograde.record.ledger import Ledger, ledger
from tests.conftest import ROOT

LONG = 90.0
"""Seconds after which a test has waited in vain."""
STUDENTS = ("ada", "bo", "cy", "dan", "eve")
SUMS = notebook(answer("add", "def add(a, b):\n    return a + b"), check("add-test", "assert add(1, 2) == 3", 2))
SLOWLY = "import time\ntime.sleep({})\ndef add(a, b):\n    return {}"
COMMAND = [sys.executable, "-m", "autograde", "ps1"]


def until(condition: Callable[[], Any]) -> None:
    """Waits for something that will happen."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        with suppress(psutil.NoSuchProcess):  # It ended while it was looked at.
            if condition():
                return
        time.sleep(0.02)
    raise AssertionError("it never happened")


def work(course: SmallCourse, seconds: float, result: str = "a + b") -> bytes:
    """A submission that takes its time."""
    made = course.solved("ps1", "sums")
    for cell in made["cells"]:
        if "def add" in cell["source"]:
            cell["source"] = SLOWLY.format(seconds, result)
    return json.dumps(made).encode()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    """A class of which every second student has it right."""
    course = make_course(tmp_path_factory.mktemp("cluster") / "course", {"ps1": {"sums.ipynb": SUMS}})
    for number, student in enumerate(STUDENTS):
        course.hand_in(student, "ps1", {"sums.ipynb": work(course, 1, "a - b" if number % 2 else "a + b")})
    return course


# The command ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Disturbed:
    """A run on a cluster that was stopped, then begun again while one of its workers was killed."""

    plain: Ledger
    """What a run without a cluster makes."""
    stopped: tuple[int, str]
    """The exit code after Ctrl-C, and what was said."""
    seconds: float
    """From Ctrl-C to the end of the command."""
    left: list[psutil.Process]
    sockets: dict[str, str]
    """By the address that is listened at: how it is encrypted."""
    code: int
    document: dict[str, Any]
    ledger: Ledger


@pytest.fixture(scope="module")
def disturbed(course: SmallCourse, tmp_path_factory: pytest.TempPathFactory) -> Disturbed:
    folder = tmp_path_factory.mktemp("disturbed")
    plain, other = (SmallCourse(Path(shutil.copytree(course.root, folder / name))) for name in ("plain", "cluster"))
    with running(plain) as run:
        assert run.wait(LONG) == 0

    with running(other, "--cluster", "local", "--jobs", "2") as run:
        until(lambda: graded(other) >= 1)
        processes = psutil.Process(run.pid).children(recursive=True)
        began = time.monotonic()
        os.killpg(run.pid, signal.SIGINT)  # As a terminal does: to the command and all that is in its group.
        _, said = run.communicate(timeout=LONG)
        stopped, seconds = (run.returncode, said), time.monotonic() - began
    left = psutil.wait_procs(processes, timeout=LONG)[1]

    with running(other, "--cluster", "local", "--jobs", "2", "--json", "--force") as run:
        until(lambda: any(busy(worker) for worker in dask_workers(run.pid)))
        sockets = dict(listening(run.pid))
        until(lambda: any(busy(worker) and not worker.kill() for worker in dask_workers(run.pid)))
        out, _ = run.communicate(timeout=LONG)
    return Disturbed(
        plain=ledger(plain.directory.db_url),
        stopped=stopped,
        seconds=seconds,
        left=left,
        sockets=sockets,
        code=run.returncode,
        document=json.loads(out),
        ledger=ledger(other.directory.db_url),
    )


@contextmanager
def running(course: SmallCourse, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a session of its own, as a terminal has it; nothing of it outlives the test."""
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def graded(course: SmallCourse) -> int:
    """How many are in the gradebook."""
    with closing(sqlite3.connect(f"file:{course.root / 'gradebook.db'}?mode=ro", uri=True)) as gradebook:
        if not gradebook.execute("select 1 from sqlite_master where name = 'autograde_submission'").fetchone():
            return 0
        return int(gradebook.execute("select count(*) from autograde_submission").fetchone()[0])


def dask_workers(command: int) -> list[psutil.Process]:
    return [
        child for child in psutil.Process(command).children() if any("spawn_main" in word for word in child.cmdline())
    ]


def busy(worker: psutil.Process) -> bool:
    """Whether it has a warm process in which a submission's own processes run."""
    return any(child.children() for child in worker.children())


def listening(command: int) -> Iterator[tuple[str, str]]:
    process = psutil.Process(command)
    for one in (process, *dask_workers(command)):
        for connection in one.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN:
                yield f"{connection.laddr.ip}:{connection.laddr.port}", handshake(*connection.laddr)


def handshake(host: str, port: int) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((host, port), timeout=10) as plain:
        try:
            with context.wrap_socket(plain) as sealed:
                return sealed.version() or ""
        except OSError as error:
            return f"none: {error}"


def test_the_gradebook_is_that_of_a_run_without_a_cluster_although_a_worker_was_killed(disturbed: Disturbed) -> None:
    assert disturbed.code == 0
    assert disturbed.ledger == disturbed.plain


def test_everybody_is_graded_although_a_worker_was_killed(disturbed: Disturbed) -> None:
    assert (disturbed.document["graded"], disturbed.document["not_graded"]) == (len(STUDENTS), 0)
    assert [line["problems"] for line in disturbed.document["students"]] == [[]] * len(STUDENTS)


def test_all_that_is_said_to_workers_is_encrypted_and_stays_on_this_machine(disturbed: Disturbed) -> None:
    assert len(disturbed.sockets) >= 3, "the scheduler, and each worker"
    assert {address.split(":")[0] for address in disturbed.sockets} == {"127.0.0.1"}
    assert set(disturbed.sockets.values()) <= {"TLSv1.2", "TLSv1.3"}


def test_ctrl_c_ends_it_soon_keeps_what_is_graded_and_leaves_no_process(disturbed: Disturbed) -> None:
    code, said = disturbed.stopped
    assert code == 130
    assert "Stopped. What was graded is kept" in said
    assert "Traceback" not in said
    assert disturbed.left == []
    assert disturbed.seconds < 30, "it waited for something"


# Addresses ------------------------------------------------------------------------------------------------------------


def refused(address: str) -> str:
    with pytest.raises(Refusal) as refusal:
        connect(address, SOMETHING, Plan(), Settings())
    return str(refusal.value)


SOMETHING: Any = None
"""Instead of an assignment, where nobody comes so far as to look at it."""


@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "10.0.0.5:8786", "ws://grading.example.org", "somewhere"])
def test_an_address_of_another_machine_without_encryption_is_refused(address: str) -> None:
    assert refused(address).startswith(f"{address} is not encrypted: whoever listens would read the hidden tests.")


def test_without_certificates_it_says_where_to_name_them() -> None:
    assert "Dask's configuration names none. Name them there" in refused("tls://127.0.0.1:9")


def test_without_a_scheduler_there_is_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    said = refused(f"tcp://127.0.0.1:{port}")
    assert said.startswith(f"No scheduler answers at tcp://127.0.0.1:{port}: ")
    assert said.endswith(". Start it, or mend the address.")


# The executor, on a cluster within this process -----------------------------------------------------------------------


@pytest.fixture
def dask() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, host="127.0.0.1", protocol="tcp://", dashboard_address=None
    ) as dask:
        yield dask


class Nothing(WorkerPlugin):
    """Instead of what grades."""

    def __init__(self, name: str, *given: Any, **more: Any) -> None:
        self.name = name


ODD = ("text", "number", "nothing", "broken", "other", "code", "error")


def odd(name: str, contents: list[bytes]) -> Any:
    """Gives what the names of its students say."""
    students = [msgspec.json.decode(content, type=Task).student for content in contents]
    if "error" in students:
        raise ZeroDivisionError("by zero")
    if "number" in students:
        return 5
    oddities: dict[str, Any] = {
        "text": "graded",
        "broken": b'{"student": "broken"',
        "other": msgspec.json.encode(Result(student="ada")),
        "code": b"cos\nsystem\n(S'true'\ntR.",
    }
    return [
        oddities.get(student, msgspec.json.encode(Result(student=student, seconds=0.1)))
        for student in students
        if student != "nothing"
    ]


@pytest.fixture
def imagined(dask: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """An executor on workers that grade nothing."""
    monkeypatch.setattr(cluster, "Grader", Nothing)
    monkeypatch.setattr(cluster, "grade", odd)
    executor = connect(dask.scheduler_address, SOMETHING, Plan(), Settings())
    yield executor
    executor.close(at_once=True)


def ask(executor: Cluster, *students: str) -> dict[str, Result]:
    for student in students:
        executor.submit(task(student))
    found: dict[str, Result] = {}
    end = time.monotonic() + LONG
    while len(found) < len(students):
        assert time.monotonic() < end, "it never came"
        found |= {result.student: result for result in executor.wait(0.2)}
    return found


def task(student: str, content: bytes = b"") -> Task:
    return Task(student=student, assignment="ps1", files={"sums.ipynb": content}, notebooks=("sums",))


def test_what_is_no_result_is_one_students_problem_and_is_never_unpickled(imagined: Cluster) -> None:
    ask(imagined, "eve")  # From now on, several go together.
    found = ask(imagined, "ada", *ODD, "bo")
    assert {student for student, result in found.items() if not result.problems} == {"ada", "bo"}
    for student in ODD:
        [problem] = found[student].problems
        assert (problem.kind, problem.weight, problem.student) == ("worker lost", "not graded", student)
    assert "ZeroDivisionError: by zero" in found["error"].problems[0].what
    assert found["other"].problems[0].what == "The cluster gave results of ada for it."


def test_a_scheduler_that_goes_away_is_one_clear_message(imagined: Cluster, dask: LocalCluster) -> None:
    ask(imagined, "ada")
    imagined.submit(task("bo"))
    dask.close()

    def go_on() -> None:
        for student in map(str, range(100)):
            imagined.submit(task(student))
            imagined.wait(0.1)

    with pytest.raises(Refusal, match=r"The scheduler of the cluster is gone .* What was graded is kept"):
        go_on()


def test_a_cluster_that_nobody_joins_is_given_up(imagined: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "NOBODY", 0.2)
    monkeypatch.setattr(cluster, "LOOKS", 0.0)
    monkeypatch.setattr(Client, "nthreads", lambda self: {})
    with pytest.raises(Refusal, match="has had no worker"):
        until(lambda: imagined.wait(0.05))


def test_a_worker_that_is_reached_without_encryption_is_refused(
    imagined: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOOKS", 0.0)
    monkeypatch.setattr(Client, "nthreads", lambda self: {"tls://10.0.0.6:4000": 1, "tcp://10.0.0.7:4000": 1})
    with pytest.raises(Refusal, match=r"The worker at tcp://10\.0\.0\.7:4000 is reached without encryption"):
        imagined.wanted()


def test_another_engine_on_a_worker_is_refused(
    course: SmallCourse, dask: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = iter(["2.0", "1.0"])
    monkeypatch.setattr(cluster_worker, "_engine", lambda: next(versions))
    before = set(psutil.Process().children())
    with pytest.raises(Refusal, match=r"A worker of the cluster cannot grade\. It has autograde 1\.0, and this"):
        connect(dask.scheduler_address, read_assignment(course.directory, "ps1"), Plan(), Settings())
    until(lambda: not set(psutil.Process().children()) - before)


def test_warm_processes_end_when_nobody_needs_them_and_when_a_run_is_stopped(
    course: SmallCourse, dask: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_worker, "IDLE", 0.3)
    before = set(psutil.Process().children())
    executor = connect(dask.scheduler_address, read_assignment(course.directory, "ps1"), Plan(), Settings())
    try:
        until(lambda: not set(psutil.Process().children()) - before)
        executor.submit(task("ada", work(course, 0)))
        results: list[Result] = []
        until(lambda: results.extend(executor.wait(0.1)) or results)
        assert [verdict.points for verdict in results[0].graded[0].verdicts] == [None, 2]
        executor.submit(task("bo", work(course, LONG)))
        executor.wait(0.1)  # Only who waits has nothing more to send along.
        until(lambda: any(child.children() for child in set(psutil.Process().children()) - before))
    finally:
        executor.close(at_once=True)
    until(lambda: not set(psutil.Process().children()) - before)
