"""What a room uses is measured, and what it leaves is removed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograde.sandbox.policy import Policy
from autograde.sandbox.strays import empty_tree, remove_tree
from autograde.sandbox.usage import Usage, descendants, files_below, usage_of
from autograde.settings import Limits

POLICY = Policy((), memory=50 << 20, disk=1 << 20, files=10, processes=4)
HOLD = "import time; held = b'x' * (30 << 20); print('ready', flush=True); time.sleep(60)"
FORK = HOLD.replace("print", "import os; os.fork() and os.fork(); print")


@pytest.fixture
def holder(request: pytest.FixtureRequest) -> Iterator[int]:
    code, ready = request.param
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(ready):
            process.stdout.readline()
        yield process.pid
        for pid in (process.pid, *descendants(process.pid)):
            os.kill(pid, 9)


@pytest.mark.parametrize("holder", [(HOLD, 1)], indirect=True)
def test_memory_of_a_process_is_counted(holder: int) -> None:
    found = usage_of([holder], None, POLICY)
    assert 30 << 20 < found.memory < 50 << 20
    assert found.processes == 1


@pytest.mark.parametrize("holder", [(FORK, 3)], indirect=True)
def test_memory_that_processes_share_after_a_fork_is_counted_once(holder: int) -> None:
    pids = [holder, *descendants(holder)]
    found = usage_of(pids, None, POLICY)
    assert len(pids) == found.processes == 3
    assert 30 << 20 < found.memory < 60 << 20


def test_processes_that_are_gone_use_nothing() -> None:
    assert usage_of([2**22 + 1], None, POLICY) == Usage()


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(memory=51 << 20), "more than 50 MB of memory"),
        (Usage(processes=5), "more than 4 processes and threads"),
        (Usage(disk=2 << 20), "more than 1 MB of files"),
        (Usage(files=11), "more than 10 files"),
        (Usage(50 << 20, 4, 1 << 20, 10), None),
    ],
)
def test_what_is_too_much_is_said(usage: Usage, words: str | None) -> None:
    assert usage.excess(POLICY) == words


def test_counting_files_ends_where_there_are_too_many(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"folder{number}/inner").mkdir(parents=True)
    _, files = files_below(str(tmp_path), POLICY)
    assert POLICY.files < files <= 31


def test_a_policy_survives_being_sent() -> None:
    policy = Policy.of(("/usr", "/opt"), Limits(memory=5))
    assert Policy.read(policy.text()) == policy
    assert policy.memory == 5
    assert policy.disk == Limits().disk + Limits().submission


def test_a_tree_is_removed_however_deep_and_closed_it_is(tmp_path: Path) -> None:
    top = tmp_path / "room"
    top.mkdir()
    here = os.getcwd()  # noqa: PTH109
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    (outside / "kept").touch()
    (top / "link").symlink_to(outside)
    os.chdir(top)
    try:
        for _ in range(1_200):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
    finally:
        os.chdir(here)
    (top / "closed").mkdir()
    (top / "closed/file").touch()
    (top / "closed").chmod(0)
    remove_tree(str(top))
    assert not top.exists()
    assert (outside / "kept").exists()
    assert outside.stat().st_mode & 0o777 == 0o755


def test_what_is_spared_stays_while_all_around_it_goes(tmp_path: Path) -> None:
    (tmp_path / "a/shown/inner").mkdir(parents=True)
    for name in ("file", "a/file", "a/shown/file"):
        (tmp_path / name).touch()
    empty_tree(str(tmp_path), [str(tmp_path / "a/shown")])
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        *("a", "a/shown", "a/shown/file", "a/shown/inner")
    ]
