"""Workers grade, die, are replaced, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from autograde.refusal import Refusal
from autograde.run.local import AHEAD, Local
from autograde.task import Result, Task, Weight

LONG = 30.0
"""Seconds after which a test has waited in vain."""


def task(student: str, **files: bytes) -> Task:
    return Task(student=student, assignment="ps1", files=files, notebooks=("one",))


def obedient(number: int) -> Callable[[bytes], bytes]:
    """A worker that does what the file `do` of the submission says."""

    def grade(content: bytes) -> bytes:
        asked = msgspec.json.decode(content, type=Task)
        exec(asked.files.get("do", b""), {"student": asked.student})
        return msgspec.json.encode(Result(student=asked.student, files=asked.files))

    return grade


@contextmanager
def local(start: Callable[[int], Callable[[bytes], bytes]] = obedient, workers: int = 2, **more) -> Iterator[Local]:  # type: ignore[no-untyped-def]
    executor = Local(start, workers, **more)
    try:
        yield executor
    finally:
        executor.close(at_once=True)


def everything(executor: Local, tasks: list[Task]) -> list[Result]:
    """Hands out all tasks as a run does."""
    waiting, done, until = list(reversed(tasks)), [], time.monotonic() + LONG
    while len(done) < len(tasks):
        assert time.monotonic() < until, "it does not come to an end"
        while waiting and executor.wanted() > 0:
            executor.submit(waiting.pop())
        done += executor.wait(0.1)
    return done


def children() -> set[int]:
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in path.read_text().split()}


def test_every_task_comes_back_once() -> None:
    with local() as executor:
        done = everything(executor, [task(f"s{number}") for number in range(50)])
    assert sorted(result.student for result in done) == sorted(f"s{number}" for number in range(50))


def test_large_tasks_and_large_results_do_not_block_each_other() -> None:
    files = {"data.bin": bytes(6_000_000)}
    with local(workers=1) as executor:
        done = everything(executor, [Task(student=name, assignment="ps1", files=files, notebooks=()) for name in "abc"])
    assert [len(result.files["data.bin"]) for result in done] == [6_000_000] * 3


def test_a_worker_has_the_next_task_while_it_grades_one() -> None:
    with local(workers=3) as executor:
        assert executor.wanted() == 3 * AHEAD


def test_it_says_who_is_being_graded() -> None:
    with local(workers=1) as executor:
        for name in ("ada", "bob"):
            executor.submit(task(name, do=b"import time; time.sleep(60)"))
        executor.wait(0.2)
        assert executor.running() == ["ada"]


def test_a_task_whose_worker_died_is_tried_once_more(tmp_path: Path) -> None:
    once = (
        f"import os, pathlib; p = pathlib.Path({str(tmp_path / 'seen')!r})\nif not p.exists(): p.touch(); os._exit(3)"
    )
    with local() as executor:
        done = everything(executor, [task("ada", do=once.encode()), task("bob")])
    assert [result.problems for result in done] == [(), ()]


@pytest.mark.parametrize(
    ("do", "how"),
    [
        (b"import os; os.kill(os.getpid(), 9)", "SIGKILL"),
        (b"import os; os._exit(7)", "code 7"),
        (b"import os; os.kill(os.getpid(), 15)", "SIGTERM"),
    ],
)
def test_a_task_that_ends_its_worker_twice_is_not_graded_and_the_others_are(do: bytes, how: str) -> None:
    tasks = [task(f"s{number}") for number in range(10)]
    with local() as executor:
        done = {result.student: result for result in everything(executor, [*tasks[:5], task("bad", do=do), *tasks[5:]])}
    assert len(done) == 11
    (problem,) = done.pop("bad").problems
    assert problem.weight is Weight.UNGRADED
    assert how in problem.what
    assert not any(result.problems for result in done.values())


def test_the_task_behind_one_that_kills_its_worker_costs_nothing() -> None:
    with local(workers=1) as executor:
        done = everything(executor, [task("bad", do=b"import os; os._exit(1)"), task("good")])
    assert {result.student: len(result.problems) for result in done} == {"bad": 1, "good": 0}


def test_a_worker_that_hangs_is_ended_when_all_limits_are_over() -> None:
    with local(workers=1, seconds=lambda task: 0.3) as executor:
        done = everything(executor, [task("ada", do=b"import time; time.sleep(600)"), task("bob")])
    hung = next(result for result in done if result.student == "ada")
    assert "longer than all its limits" in hung.problems[0].what
    assert {result.student for result in done} == {"ada", "bob"}


def test_an_idle_worker_that_is_killed_is_replaced() -> None:
    others = children()
    with local(workers=2) as executor:
        everything(executor, [task("ada")])
        workers = children() - others
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        assert len(everything(executor, [task(f"s{number}") for number in range(6)])) == 6
        assert not workers & children()


def test_what_a_worker_refuses_is_told() -> None:
    def start(number: int) -> Callable[[bytes], bytes]:
        raise Refusal("There is no sandbox here.")

    with local(start) as executor, pytest.raises(Refusal, match="no sandbox here"):
        everything(executor, [task("ada")])


def test_workers_that_cannot_start_end_the_run(capfd: pytest.CaptureFixture[str]) -> None:
    def start(number: int) -> Callable[[bytes], bytes]:
        raise RuntimeError("no memory for a worker")

    with local(start) as executor, pytest.raises(Refusal, match="started: its process ended with code 1"):
        everything(executor, [task("ada")])
    assert "no memory for a worker" in capfd.readouterr().err


@pytest.mark.parametrize("at_once", [True, False])
def test_closing_leaves_no_process(at_once: bool) -> None:
    before = children()
    executor = Local(obedient, 3)
    executor.submit(task("ada"))
    executor.wait(LONG)
    assert len(children()) == len(before) + 3
    executor.close(at_once=at_once)
    assert children() == before


def test_what_a_worker_prints_is_not_the_commands_output(capfd: pytest.CaptureFixture[str]) -> None:
    with local(workers=1) as executor:
        everything(executor, [task("ada", do=b"import os; os.write(1, b'printed'); print('said', flush=True)")])
    assert capfd.readouterr().out == ""


def test_workers_end_when_the_coordinator_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pid = os.fork()
    if pid == 0:
        executor = Local(obedient, 2)
        executor.submit(task("ada", do=b"import time; time.sleep(600)"))
        pids.write_text(" ".join(map(str, children())))
        pids.rename(tmp_path / "written")
        time.sleep(600)
        os._exit(0)
    until = time.monotonic() + LONG
    while not (tmp_path / "written").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    workers = [int(one) for one in (tmp_path / "written").read_text().split()]
    assert len(workers) == 2
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while any(is_running(one) for one in workers):
        assert time.monotonic() < until, "a worker outlived the coordinator"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
