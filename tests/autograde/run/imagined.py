"""The `autograde` command with an engine that only imagines to grade; run as a program, it serves such commands.

All that coordinates is real: the course, the workers and their processes, the record, what is shown. A submission's
file `do.py` is what its worker runs, outside of any sandbox; so these tests can kill, hang and fail where they like.

The server has imported all that a command needs and forks for each: a command costs a tenth of what it does otherwise.
"""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograde.assignment import Assignment
from autograde.cli import main
from autograde.grading.plan import Plan
from autograde.run import command, rooms
from autograde.run.course import Course
from autograde.settings import Settings
from autograde.task import Graded, Judged, Problem, Result, Task, Verdict, Weight

_ = command, Course  # Imported once, before the forks.


dismissed = rooms.grade


class Warm:
    """A process that ends when nobody holds its input any more, and does nothing else."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True)

    def ready(self) -> None:
        pass

    def preload(self, modules: Sequence[str]) -> None:
        pass

    def release(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()

    def close(self) -> None:
        self.release()


def start_warm(*given: Any) -> Any:
    return Warm()


def with_sandbox(settings: Settings, submissions: int) -> Settings:
    return settings


def learn(*given: Any) -> Plan:
    return Plan()


def grade(task: Task, assignment: Assignment, warm: Any, settings: Settings, plan: Plan) -> Result:
    if warm is None:  # Nothing in it can run.
        return dismissed(task, assignment, warm, settings, plan)
    found: list[Problem] = []
    exec(task.files.get("do.py", b""), {"student": task.student, "say": lambda **said: found.append(problem(said))})
    graded = tuple(
        Graded(
            name=notebook.name,
            text=task.files[f"{notebook.name}.ipynb"].decode(),
            verdicts=tuple(
                Verdict(cell=cell.name, judged=Judged.INSIDE, points=cell.points, most=cell.points)
                for cell in notebook.cells
                if cell.grade
            ),
        )
        for notebook in assignment.notebooks
        if notebook.name in task.notebooks
    )
    return Result(student=task.student, graded=graded, problems=(*task.problems, *found), seconds=0.01)


def problem(said: dict[str, Any]) -> Problem:
    return Problem(**{"kind": "told", "weight": Weight.LOOK, "do": "Look at it.", **said})


def serve() -> None:
    """Forks for each line, which is a command; says its process, and when it is asked to wait, its exit code."""
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer: Any = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        else:
            answer = os.fork() or run(order)
        print(json.dumps(answer), flush=True)


def run(order: dict[str, Any]) -> None:
    os.setsid()
    for descriptor, path in ((0, os.devnull), (1, order["out"]), (2, order["err"])):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, descriptor)
        os.close(file)
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    if installed := os.environ.get("INSTALLED"):
        site.getsitepackages = lambda *_: [installed]
    sys.argv = ["autograde", *order["words"]]
    code = 1
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    rooms.with_sandbox = with_sandbox
    rooms.start_warm = start_warm
    rooms.learn = learn  # type: ignore[assignment]
    rooms.grade = grade
    with Path(os.devnull).open() as nothing:
        from autograde.run.course import without_slow_import

        with without_slow_import():
            import nbgrader.apps  # noqa: F401

    serve()
