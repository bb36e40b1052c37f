"""Rooms keep students from each other, and end as they are told to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograde.sandbox.environment import readable_for
from autograde.sandbox.policy import Policy
from tests.autograde.sandbox.attacking import need
from tests.autograde.sandbox.rooms import run_in_rooms
from tests.ordinary import ROOT, Ordinary

BACKENDS = ["namespaces", "bubblewrap", "landlock"]


LEAVE = """
import os, pathlib
for folder in (".", pathlib.Path.home(), os.environ["TMPDIR"], "/tmp", "/var/tmp", "/dev/shm"):
    try: pathlib.Path(folder, "left-behind").write_text("for the next student")
    except OSError: pass
if os.fork() == 0:
    import time; time.sleep(30)
"""
LOOK = """
import os, pathlib
places = [".", pathlib.Path.home(), os.environ["TMPDIR"], "/tmp", "/var/tmp", "/dev/shm", "/rooms", "/room"]
for folder in places:
    try: names = [path.name for path in pathlib.Path(folder).rglob("*")]
    except OSError: continue
    assert "left-behind" not in names, folder
print("clean")
"""


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_next_student_finds_nothing(backend: str, user: Ordinary, tmp_path: Path) -> None:
    need(backend)
    assert run_in_rooms(backend, LEAVE, LOOK, user=user) == "clean\n"
    assert not list(user.temporary.iterdir())


def test_a_room_of_root_s_is_nobody_s() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has such rooms")
    for backend in ("namespaces", "landlock"):
        need(backend, as_root=True)
        ids = run_in_rooms(backend, "import os; print(*os.getresuid(), *os.getresgid(), len(os.getgroups()))").split()
        assert len(set(ids[:6])) == 1
        assert int(ids[0]) >= 60_000
        assert ids[6] == "0"


@pytest.mark.parametrize("backend", ["namespaces", "bubblewrap"])
def test_a_room_shows_what_is_readable_and_nothing_else(backend: str, user: Ordinary, tmp_path: Path) -> None:
    need(backend)
    (user.temporary / "shown").mkdir()
    (user.temporary / "shown/data").write_text("42", encoding="utf-8")
    (user.temporary / "hidden").write_text("secret", encoding="utf-8")
    (user.temporary / "link").symlink_to(user.temporary / "shown")
    where = str(user.temporary)
    code = f"import os; print(sorted(os.listdir({where!r})), open({where!r} + '/link/data').read())"
    shown = [user.temporary / "link"]
    try:
        assert run_in_rooms(backend, code, user=user, readable=shown) == "['link', 'shown'] 42\n"
    finally:
        shutil.rmtree(user.temporary / "shown")
        (user.temporary / "hidden").unlink()
        (user.temporary / "link").unlink()


TAKE = """
import os, resource, time
def fails(deed, *errors):
    try: deed()
    except errors: return
    print(deed.__name__, "went through")
def memory(): b"x" * (100 << 20)
def file():
    with open("big", "wb") as big: big.write(bytes(9 << 20))
def core(): assert resource.getrlimit(resource.RLIMIT_CORE) != (0, 0)
def descriptors(): assert [os.dup(0) for _ in range(2000)]
def more(): resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY,) * 2)
fails(memory, MemoryError); fails(file, OSError); fails(core, AssertionError); fails(descriptors, OSError)
fails(more, ValueError, PermissionError)
many = 0
try:
    while many < 200:
        if os.fork() == 0: time.sleep(20); os._exit(0)
        many += 1
except OSError: print("stopped", many < {most})
"""


@pytest.mark.parametrize(("backend", "most"), [("namespaces", 17), ("bubblewrap", 40)])
def test_limits_hold_without_anybody_who_watches(backend: str, most: int, user: Ordinary) -> None:
    need(backend)
    limits = {"memory": 64 << 20, "disk": 4 << 20, "processes": 16}
    assert run_in_rooms(backend, TAKE.replace("{most}", str(most)), user=user, **limits) == "stopped True\n"


SIGNALS = """
import os, signal
for process in (os.getppid(), -os.getppid(), 1):
    try: os.kill(process, signal.SIGTERM)
    except PermissionError: pass
    else: print("reached", process)
import subprocess
try:
    child = subprocess.Popen(["sleep", "60"]); child.terminate(); print("child", child.wait(10))
except PermissionError:
    print("child out of reach"); os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("backend", "said"), [("bubblewrap", "child -15\n"), ("landlock", "child out of reach\n")])
def test_an_old_landlock_is_made_up_for_by_the_filter(backend: str, said: str, user: Ordinary) -> None:
    need(backend)
    old = "from autograde.sandbox import paths; paths.version = lambda: 4"
    assert run_in_rooms(backend, SIGNALS, user=user, before=old, check=False) == said


def test_where_a_container_hides_a_part_of_proc_a_room_has_none(user: Ordinary) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can hide a part of /proc")
    need("namespaces")
    hide = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /proc/sys && exec "$@"', "sh"]
    ask = (
        "from autograde.sandbox.backends import backend_named; from autograde.sandbox.trial import attack;"
        "print([f.held for f in attack(backend_named('namespaces'), names=['read-file', 'fill-memory-together'])])"
    )
    words = [*hide, *user.command([sys.executable, "-c", ask])]
    done = subprocess.run(words, cwd=ROOT, env=user.environment, capture_output=True, text=True, timeout=60, check=True)
    # Nobody can watch over memory there: the self-test finds out, and another backend is chosen.
    assert done.stdout == "[True, False]\n"


def test_rooms_of_root_belong_to_different_users_so_that_none_takes_anothers_processes() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root has more than one user")
    need("namespaces")
    ask = "import os; print(os.getuid())"
    first, second = run_in_rooms("namespaces", ask, ask).split()
    assert first != second


STAY = """
import os, sys, time
from autograde.sandbox.namespaces import Namespaces
from autograde.sandbox.policy import Policy
backend, policy = Namespaces(), Policy.read(sys.argv[1])
backend.prepare(policy)
room = backend.fork()
if room == 0:
    backend.enter(policy)
    if sys.argv[2] == "end":
        os._exit(7)
    if os.fork() == 0:
        backend.seal(policy)
        os.write(1, b"sealed\\n")
        time.sleep(60)
    os.wait()
print("room", room, flush=True)
print("ended", os.waitstatus_to_exitcode(os.waitpid(room, 0)[1]), flush=True)
"""


def stay(how: str) -> subprocess.Popen[str]:
    need("namespaces", os.geteuid() == 0)
    words = [sys.executable, "-c", STAY, Policy(readable_for()).text(), how]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_the_outer_half_ends_as_the_inner_half_does() -> None:
    with stay("end") as warm:
        assert warm.stdout is not None
        assert "ended 7" in warm.stdout.read()


def test_when_the_outer_half_is_killed_nothing_of_the_room_is_left() -> None:
    with stay("stay") as warm:
        assert warm.stdout is not None
        lines = {warm.stdout.readline(), warm.stdout.readline()}
        room = next(int(line.split()[1]) for line in lines if line.startswith("room"))
        begin = time.monotonic()
        os.kill(room, signal.SIGKILL)
        # The end of the file comes when the last process that could write to it is gone.
        assert warm.stdout.read() == "ended -9\n"
        assert time.monotonic() - begin < 30
