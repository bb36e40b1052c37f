"""A worker answers every task, whatever fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from autograde.assignment import Assignment
from autograde.grading.plan import Plan
from autograde.refusal import Refusal
from autograde.run import rooms
from autograde.run.worker import Worker
from autograde.sandbox.space import NoSpace
from autograde.settings import Settings
from autograde.task import Problem, Result, Task, Weight

ASSIGNMENT = Assignment(id="1", name="ps1", course="c", due=None, notebooks=())
NOTED = Problem(kind="k", weight=Weight.NOTE, student="ada", what="Noted.", do="")
TASK = Task(student="ada", assignment="ps1", files={}, notebooks=(), problems=(NOTED,))


class Warm:
    def __init__(self, *, holds: bool = True) -> None:
        self.holds, self.closed = holds, False
        self.modules: list[str] = []

    def preload(self, modules: Sequence[str]) -> None:
        self.modules += modules

    def ready(self) -> None:
        if not self.holds:
            raise Refusal("It cannot run notebooks.")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Warm]:
    """The warm processes that were started, the first of them by the coordinator."""
    warms = [Warm()]

    def start(*given: Any) -> Warm:
        warms.append(Warm())
        return warms[-1]

    monkeypatch.setattr(rooms, "start_warm", start)
    return warms


def worker(warm: Any) -> Worker:
    return Worker(ASSIGNMENT, Plan(modules=("django",)), Settings(), (), warm)


def failing(times: int) -> Any:
    """A grade that fails so often before it succeeds."""
    left = iter(range(times))

    def grade(task: Task, assignment: Assignment, warm: Warm, *rest: Any) -> Result:
        assert not warm.closed
        if next(left, None) is not None:
            raise ConnectionResetError("the warm process is gone")
        return Result(student=task.student)

    return grade


def test_a_task_and_its_result_travel_as_json(started: list[Warm], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "grade", failing(0))
    answer = worker(started[0])(msgspec.json.encode(TASK))
    assert msgspec.json.decode(answer, type=Result) == Result(student="ada")
    assert len(started) == 1


def test_a_warm_process_that_died_is_started_again(started: list[Warm], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "grade", failing(1))
    mine = worker(started[0])
    assert mine.grade(TASK).problems == mine.grade(TASK).problems == ()
    assert [warm.closed for warm in started] == [True, False]
    assert [warm.modules for warm in started] == [["django"], ["django"]], "each imports once what the class needs"


def test_what_fails_twice_is_the_message_of_one_student(started: list[Warm], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "grade", failing(2))
    mine = worker(started[0])
    noted, failed = mine.grade(TASK).problems
    assert noted == NOTED
    assert failed.weight is Weight.UNGRADED
    assert "ConnectionResetError: the warm process is gone (test_worker.py, line" in failed.what
    assert mine.grade(TASK).problems == (), "the next task has a fresh warm process"


def test_a_full_disk_of_the_machine_is_nobodys_fault(started: list[Warm], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any) -> Result:
        raise NoSpace

    monkeypatch.setattr(rooms, "grade", full)
    noted, told = worker(started[0]).grade(TASK).problems
    assert (noted, told.weight, told.student) == (NOTED, Weight.UNGRADED, "ada")
    assert "no space left on the disk for temporary files" in told.what
    assert [warm.closed for warm in started] == [False]


def test_a_machine_on_which_nothing_runs_is_refused_before_any_student(started: list[Warm]) -> None:
    with pytest.raises(Refusal, match="cannot run notebooks"):
        worker(Warm(holds=False)).ready()
