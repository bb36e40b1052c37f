"""A room holds a submission's files and processes, and leaves nothing."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograde.kernel.ran import Ran
from autograde.kernel.warm import Warm
from autograde.sandbox.backends import backend_named
from autograde.settings import Limits
from autograde.task import Ended

LIMITS = Limits(disk=200_000, files=20, memory=400_000_000, processes=20)


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    with Warm(limits=LIMITS) as warm:
        yield warm


def processes() -> set[int]:
    """All that descends from this process now."""
    return {child.pid for child in psutil.Process().children(recursive=True)}


def value(ran: Ran) -> str:
    return next(str(out["data"]["text/plain"]) for out in ran.outputs if out["output_type"] == "execute_result")


def test_the_files_lie_in_the_folder_that_cells_run_in(warm: Warm) -> None:
    with warm.room(
        {"data.csv": b"1,2", "parts/deep/über.txt": b"\xff"}, env={"NBGRADER_EXECUTION": "autograde"}
    ) as room:
        session = room.session()
        assert value(session.run("open('data.csv').read()", seconds=20)) == "'1,2'"
        assert value(session.run("open('parts/deep/über.txt', 'rb').read()", seconds=20)) == r"b'\xff'"
        assert value(session.run("import os; os.environ['NBGRADER_EXECUTION']", seconds=20)) == "'autograde'"
        assert value(session.run("os.getcwd() != os.environ['HOME']", seconds=20)) == "True"


def test_compiled_code_is_not_put_beside_its_source(warm: Warm) -> None:
    files = {"helper.py": b"A = 1", "__pycache__/helper.cpython-311.pyc": b"x", "other.pyc": b"x", "../out": b"x"}
    with warm.room(files) as room:
        found = value(room.session().run("import os; sorted(os.listdir('.'))", seconds=20))
        assert found == "['helper.py']"


def test_what_cells_write_is_delivered(warm: Warm) -> None:
    with warm.room({"kept.txt": b"same", "edited.txt": b"old", "helper.py": b"A = 1"}) as room:
        room.session().run(
            "import helper, os\nopen('edited.txt', 'w').write('new'); os.mkdir('out'); open('out/a', 'w').write('a')\n"
            "os.utime('edited.txt', (0, 0)); os.symlink('/etc/passwd', 'link'); os.mkfifo('pipe')\n"
            "os.symlink('/etc', 'folder'); open('sparse', 'w').truncate(10**9)\n"
            "open('kept.txt', 'w').write('same')",
            seconds=20,
        )
        assert room.changed() == {"edited.txt": b"new", "out/a": b"a"}


def test_what_is_delivered_has_limits(warm: Warm) -> None:
    with warm.room({}) as room:
        session = room.session()
        session.run("for i in range(60): open(f'f{i:02}', 'w').write('x')", seconds=20)
        assert len(room.changed()) <= LIMITS.files


def test_two_sessions_of_a_room_share_its_folder_and_nothing_else(warm: Warm) -> None:
    with warm.room({}) as room:
        one, two = room.session(), room.session()
        one.run("x = 1; open('shared', 'w').write('s')", seconds=20)
        assert value(two.run("open('shared').read()", seconds=20)) == "'s'"
        assert two.run("x", seconds=20).name == "NameError"
        one.run("import os; os._exit(1)", seconds=20)
        assert value(two.run("7", seconds=20)) == "7"


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
import subprocess
subprocess.Popen(['sleep', '600'], start_new_session=True)
"""


def test_nothing_is_left_of_a_room(warm: Warm) -> None:
    warm.ready()
    before = processes()
    with warm.room({"a": b"a"}) as room:
        session = room.session()
        session.run(DAEMON, seconds=20)
        folder = value(session.run("os.getcwd()", seconds=20)).strip("'")
        assert len(processes()) >= len(before) + 4
    assert processes() == before
    assert not Path(folder).exists()


def test_a_session_that_ends_takes_its_daemons_along(warm: Warm) -> None:
    warm.ready()
    before = processes()
    with warm.room({}) as room:
        session = room.session()
        session.run(DAEMON, seconds=20)
        session.stop()
        assert len(processes()) == len(before) + 1  # The supervisor.


def test_many_rooms_leave_nothing_and_take_no_more_memory(warm: Warm) -> None:
    warm.ready()
    gc.collect()  # What other tests have left open would be closed somewhere in between.
    leader = psutil.Process(warm.about["process"])
    mine = psutil.Process()
    seen = []
    before = processes()
    files = sorted(Path(leader.environ()["TMPDIR"]).iterdir())
    for _ in range(100):
        with warm.room({"a": b"a"}) as room:
            room.session().run("1", seconds=20)
        seen.append((leader.num_fds(), mine.num_fds(), leader.memory_info().rss))
    assert processes() == before
    assert sorted(Path(leader.environ()["TMPDIR"]).iterdir()) == files
    assert {fds for fds, _, _ in seen[5:]} == {seen[5][0]}
    assert {fds for _, fds, _ in seen[5:]} == {seen[5][1]}
    assert seen[-1][2] - seen[20][2] < 2_000_000


def test_too_much_memory_ends_the_cell_with_the_reason(warm: Warm) -> None:
    with warm.room({}) as room:
        session = room.session()
        ran = session.run("import time\nx = b'x' * 600_000_000\ntime.sleep(20)", seconds=30)
        assert ran.ended is Ended.LIMIT
        assert "memory" in ran.how
        assert value(session.run("1", seconds=20)) == "1"


@pytest.mark.parametrize("name", ["namespaces", "landlock"])
def test_a_sealed_room_does_what_an_open_one_does(name: str) -> None:
    backend = backend_named(name)
    if backend.missing():
        pytest.skip(backend.missing() or "")
    with Warm(backend=backend) as warm:
        warm.ready()
        before = processes()
        with warm.room({"a.txt": b"hello"}, env={"NBGRADER_EXECUTION": "autograde"}) as room:
            session = room.session()
            assert value(session.run("open('a.txt').read()", seconds=20)) == "'hello'"
            assert session.run("while True: x = 1", seconds=0.3).ended is Ended.TIMEOUT
            assert (
                session.run("import os; os.system('echo out; echo err >&2')", seconds=20).outputs[0]["text"] == "out\n"
            )
            session.run(DAEMON, seconds=20)
            assert session.run("import os; os._exit(1)", seconds=20).ended is Ended.DIED
            session.run("open('b.txt', 'w').write('b')", seconds=20)
            assert room.changed()["b.txt"] == b"b"
        assert processes() == before


def test_a_cell_that_ends_its_room_costs_its_notebook_and_nobody_elses(warm: Warm) -> None:
    with warm.room({}) as room:
        session = room.session()
        ran = session.run("import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(9)", seconds=20)
        assert ran.ended is Ended.DIED
        assert session.run("1", seconds=20).ended is Ended.DIED
        assert room.changed() == {}
    with warm.room({}) as room:
        assert value(room.session().run("1", seconds=20)) == "1"


def test_closing_does_not_wait(warm: Warm) -> None:
    room = warm.room({})
    session = room.session()
    session.run("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)", seconds=20)
    started = time.monotonic()
    room.close()
    room.close()
    assert time.monotonic() - started < 5
