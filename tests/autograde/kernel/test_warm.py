"""A warm process imports what it is told to, leaks nothing, and ends with its worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograde.kernel.ran import Ran
from autograde.kernel.warm import Warm
from autograde.refusal import Refusal

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_SECRET_OF_THE_WORKER", "1")
        with Warm(env={"MADE_FOR": "a test"}) as warm:
            yield warm


def text(ran: Ran) -> str:
    return "".join(str(output["text"]) for output in ran.outputs if output["output_type"] == "stream")


def value(ran: Ran) -> str:
    return next(str(out["data"]["text/plain"]) for out in ran.outputs if out["output_type"] == "execute_result")


def run(warm: Warm, source: str) -> Ran:
    with warm.room({}) as room:
        return room.session().run(source, seconds=30)


def test_it_has_one_thread_and_no_loop(warm: Warm) -> None:
    warm.ready()
    assert warm.about["threads"] == 1
    links = [str(entry.readlink()) for entry in Path(f"/proc/{warm.about['process']}/fd").iterdir()]
    assert not [link for link in links if "eventpoll" in link]


SHOW_DESCRIPTORS = """
import os
for number in range(50):
    try: print(os.readlink(f'/proc/self/fd/{number}'))
    except OSError: pass
"""


def test_student_code_sees_nothing_of_the_workers_environment_or_files(warm: Warm, tmp_path: Path) -> None:
    with (tmp_path / "gradebook.db").open("wb") as secret:
        os.set_inheritable(secret.fileno(), True)
        with Warm() as other:
            for each in (warm, other):
                assert value(run(each, "import os; 'A_SECRET_OF_THE_WORKER' in os.environ")) == "False"
                seen = run(each, SHOW_DESCRIPTORS)
                assert "gradebook" not in text(seen)
                assert text(seen).count("socket:") <= 3


def test_what_it_is_given_is_there(warm: Warm) -> None:
    assert value(run(warm, "import os; os.environ['MADE_FOR']")) == "'a test'"


def test_home_is_a_throw_away(warm: Warm) -> None:
    home = value(run(warm, "import os; open(os.path.expanduser('~/.left'), 'w').close(); os.path.expanduser('~')"))
    assert not Path(home.strip("'")).exists()
    assert value(run(warm, "import os; os.path.exists(os.path.expanduser('~/.left'))")) == "False"


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A folder of modules, on the path of a warm process."""
    for name, source in {
        "quiet": "import json\nSTATE = []\n",
        "warns": "import warnings, quiet\nwarnings.warn('old')\n",
        "prints": "print('imported')\n",
        "above": "import warns\n",
        "fails": "import quiet_too\nraise RuntimeError\n",
        "quiet_too": "",
        "leaves": "raise SystemExit\n",
        "threads": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
    }.items():
        (tmp_path / f"of_a_test_{name}.py").write_text(
            source.replace("quiet", "of_a_test_quiet").replace("import warns", "import of_a_test_warns")
        )
    return tmp_path


def test_modules_that_speak_on_import_speak_again(modules: Path) -> None:
    names = [f"of_a_test_{name}" for name in ("quiet", "warns", "prints", "above", "fails", "leaves", "nowhere")]
    with Warm(env={"PYTHONPATH": str(modules)}, preload=names) as warm:
        warm.ready()
        assert set(warm.about["evicted"]) == {"of_a_test_warns", "of_a_test_prints", "of_a_test_above"}
        assert set(warm.about["failed"]) == {"of_a_test_fails", "of_a_test_leaves", "of_a_test_nowhere"}
        assert value(run(warm, "import sys; sorted(n for n in sys.modules if n.startswith('of_a_test'))")) == (
            "['of_a_test_quiet']"
        )
        assert "UserWarning: old" in text(run(warm, "import of_a_test_above"))
        assert text(run(warm, "import of_a_test_prints")) == "imported\n"


def test_a_module_that_starts_a_thread_is_not_preloaded(modules: Path) -> None:
    with Warm(env={"PYTHONPATH": str(modules)}) as warm:
        warm.preload(["of_a_test_threads", "of_a_test_quiet"])
        assert warm.about["threads"] == 1
        assert "of_a_test_threads" in warm.problems[0]
        assert (
            value(run(warm, "import sys; [n for n in sys.modules if n.startswith('of_a_test')]"))
            == "['of_a_test_quiet']"
        )
        assert run(warm, "import of_a_test_threads").ok


def test_more_is_preloaded_between_rooms(warm: Warm) -> None:
    assert value(run(warm, "import sys; 'sndhdr' in sys.modules or 'wave' in sys.modules")) == "False"
    warm.preload(["wave", "wave"])
    assert value(run(warm, "import sys; 'wave' in sys.modules")) == "True"


def test_what_a_traceback_needs_to_know_of_modules_is_known_before(warm: Warm) -> None:
    warm.preload(["chunk"])
    assert value(run(warm, "import inspect; 'chunk' in inspect.modulesbyfile.values()")) == "True"


def test_a_folder_never_supplies_a_module_to_the_warm_process(warm: Warm) -> None:
    with warm.room({"antigravity_of_mine.py": b"X = 1"}):
        warm.preload(["antigravity_of_mine"])
    assert "antigravity_of_mine" in warm.about["failed"]


def test_a_file_of_the_submission_comes_before_an_installed_module_that_was_preloaded() -> None:
    source = "import fastjsonschema, wave\nprint(hasattr(fastjsonschema, 'MINE'), hasattr(wave, 'MINE'))"
    with Warm(preload=["fastjsonschema", "wave"]) as warm:
        with warm.room({}) as room:
            assert text(room.session().run(source, seconds=20)) == "False False\n"
        # Of the standard library's modules a kernel takes no other, either.
        with warm.room({"fastjsonschema.py": b"MINE = 1", "wave/__init__.py": b"MINE = 1"}) as room:
            assert text(room.session().run(source, seconds=20)) == "True False\n"


NAMED = "Correct that Python, or the kernelspec that names it (`jupyter kernelspec list` shows where it lies)."


def refusal(python: str | Path) -> str:
    """What is said of a Python that cannot run notebooks."""
    with pytest.raises(Refusal) as refused, Warm(python=str(python)) as warm:
        warm.ready()
    return str(refused.value)


def test_a_python_that_is_none_is_refused() -> None:
    assert refusal("/no/such/python") == f"/no/such/python cannot be started: No such file or directory. {NAMED}"


def test_a_python_without_ipykernel_is_refused_with_what_installs_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    bare = tmp_path / "bare" / "bin" / "python"
    assert refusal(bare) == (
        f"{bare} cannot run notebooks because it has no ipykernel; install it with `{bare} -m pip install ipykernel`."
    )


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("echo 'libpython.so: not found' >&2; exit 127", "cannot be started: libpython.so: not found"),
        ("exit 3", "cannot be started: it ended with status 3"),
        ("kill -SEGV $$", "cannot be started: it ended with signal SIGSEGV"),
        ("echo hello", "cannot be started: it does not answer as Python does"),
        (
            f"case $2 in *site*) exec {sys.executable} \"$@\";; esac\nprintf 'no \\033codec\\n' >&2; exit 1",
            "cannot run notebooks: it ended when it was started and said: no  codec",
        ),
        (
            f'case $2 in *site*) exec {sys.executable} "$@";; esac\nkill -SEGV $$',
            "cannot run notebooks: it ended when it was started, with signal SIGSEGV",
        ),
    ],
)
def test_a_python_that_is_broken_is_refused_in_one_clear_sentence(tmp_path: Path, script: str, what: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    assert refusal(python) == f"{python} {what}. {NAMED}"


def test_two_warm_processes_work_at_once() -> None:
    with Warm() as one, Warm() as two, one.room({}) as a, two.room({}) as b:
        first, second = a.session(), b.session()
        first.run("x = 1", seconds=20)
        second.run("x = 2", seconds=20)
        assert (value(first.run("x", seconds=20)), value(second.run("x", seconds=20))) == ("1", "2")


WORKER = """
import os, sys
from autograde.kernel.warm import Warm
warm = Warm()
room = warm.room({})
session = room.session()
session.run("import subprocess; subprocess.Popen(['sleep', '600'], start_new_session=True)", seconds=20)
print(warm._base, warm.about["process"], flush=True)
session.run("while True: pass", seconds=600)
"""


def test_a_worker_that_is_killed_leaves_no_process_and_no_folder() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert worker.stdout is not None
    base, leader = worker.stdout.readline().split()
    family = [psutil.Process(int(leader)), *psutil.Process(int(leader)).children(recursive=True)]
    assert len(family) >= 4
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    assert not psutil.wait_procs(family, timeout=20)[1]
    assert not Path(base).exists()


def test_closing_leaves_no_process_and_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    warm = Warm()
    warm.room({}).session().run("1", seconds=20)
    leader = psutil.Process(warm.about["process"])
    assert list(tmp_path.iterdir())
    warm.close()
    warm.close()
    assert not leader.is_running()
    assert not list(tmp_path.iterdir())


def test_a_warm_process_that_was_killed_is_a_refusal_not_a_hang() -> None:
    with Warm() as warm:
        warm.ready()
        os.kill(warm.about["process"], signal.SIGKILL)
        time.sleep(0.1)
        with pytest.raises(Refusal, match=r"ended, with signal SIGKILL\. See whether this machine"):
            warm.room({}).session()


def test_a_fork_of_the_worker_uses_what_its_parent_started() -> None:
    warm = Warm()
    child = os.fork()
    if not child:
        status = 1
        try:
            status = 0 if value(run(warm, "40 + 2")) == "42" else 2
            warm.close()
        finally:
            os._exit(status)
    warm.release()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    warm.close()
