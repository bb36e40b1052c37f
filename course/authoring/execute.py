"""Runs pieces of code, each alone in a fresh process, several at a time.

The work is done by a process of its own (`python -m course.authoring.execute`), which loads the frameworks once and
forks for each job, so that a proof costs milliseconds and can disturb no other.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

PRELOADED = (
    "IPython.core.interactiveshell",
    *("flask", "fastapi", "starlette.testclient", "httpx2", "psutil"),
    *("django.test", "django.forms", "django.shortcuts", "django.template.response", "django.views.i18n"),
    *("django.contrib.admin.widgets", "django.contrib.staticfiles.finders", "django.middleware.cache"),
    *("django.db.backends.sqlite3.base", "django.db.migrations", "rest_framework.apps", "drf_spectacular.apps"),
)
"""What most cells import. None of it looks at Django's settings, which are for a cell to make."""

TIMEOUT = 30.0


@dataclass(frozen=True)
class Outcome:
    """How one cell ended: the error that it raised, or None, and what it wrote to stderr."""

    error: str | None = None
    message: str = ""
    stderr: str = ""

    @property
    def says(self) -> str:
        """The error as a part of a sentence."""
        message = " ".join(self.message.split()).rstrip(".")
        return f"{self.error}: {message}" if message else str(self.error)


@dataclass(frozen=True)
class Job:
    """Cells to run one after another in one fresh process; a failing cell does not stop the later ones."""

    name: str
    cells: tuple[str, ...]


def run_jobs(
    jobs: Sequence[Job],
    done: Callable[[str], None] = lambda name: None,
    *,
    timeout: float = TIMEOUT,
    library: Path | None = None,
) -> list[list[Outcome]]:
    """The outcomes of each job's cells, in the order of the jobs; `done` hears the name of each finished job.

    `library` is the folder of topics in which the cells' `quiz(…)` and `hint(…)` look.
    """
    if not jobs:
        return []
    with tempfile.TemporaryDirectory(prefix="course-execute-") as folder:
        environment = {
            **os.environ,
            "HOME": folder,
            "IPYTHONDIR": folder,
            "TMPDIR": folder,  # Processes end without cleaning up; what they leave behind goes with the folder.
            "COURSE_EXECUTION": "check",
        }
        if library:
            environment["COURSE_LIBRARY"] = str(library)
        command = [sys.executable, "-m", "course.authoring.execute", str(timeout)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=folder,
            env=environment | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process, process.stdin, process.stdout:
            json.dump([asdict(job) for job in jobs], process.stdin)
            process.stdin.close()
            results: dict[int, list[Outcome]] = {}
            for line in process.stdout:
                index, outcomes = json.loads(line)
                results[index] = [Outcome(**outcome) for outcome in outcomes]
                done(jobs[index].name)
        missing = Outcome("ExecutionError", "the process that runs checks has died")
        return [results.get(index, [missing] * len(job.cells)) for index, job in enumerate(jobs)]


def _run(cells: Sequence[str], connection: Connection) -> None:
    """In the fresh process: run the cells in an IPython shell and send their outcomes."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # What a child of a cell prints is not a result.
    os.chdir(tempfile.mkdtemp(dir=Path.cwd()))
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config)
    shell._showtraceback = lambda *_: None
    sys.modules["__main__"] = shell.user_module
    outcomes = []
    for cell in cells:
        stderr = io.StringIO()
        with redirect_stdout(io.StringIO()), redirect_stderr(stderr):
            result = shell.run_cell(cell, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        message = f"{error.msg}, in its line {error.lineno}" if isinstance(error, SyntaxError) else str(error or "")
        outcome = Outcome(type(error).__name__ if error else None, message, stderr.getvalue())
        outcomes.append(asdict(outcome))
    connection.send(outcomes)
    connection.close()
    sys.stdout.flush()
    os._exit(0)  # Threads that a cell left behind must not keep the process.


def _serve(jobs: list[dict[str, Any]], timeout: float) -> None:
    """Runs all jobs, as many at a time as there are cores, and prints each result as a line of JSON."""
    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    for module in PRELOADED:
        import_module(module)
    waiting = list(enumerate(jobs))[::-1]
    running: dict[Connection, tuple[int, Any, float]] = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            index, job = waiting.pop()
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_run, args=(job["cells"], sender), daemon=True)
            process.start()
            sender.close()
            running[receiver] = (index, process, time.monotonic() + timeout)
        ready = wait(list(running), timeout=0.2)
        for receiver, (index, process, deadline) in list(running.items()):
            count = len(jobs[index]["cells"])
            if receiver in ready:
                try:
                    outcomes = receiver.recv()
                except EOFError:
                    outcomes = [asdict(Outcome("ProcessDied", "the code ended its process"))] * count
            elif time.monotonic() > deadline:
                outcomes = [asdict(Outcome("TimeoutError", f"the code ran for over {timeout:g} s"))] * count
                process.kill()
            else:
                continue
            del running[receiver]
            receiver.close()
            process.join()
            print(json.dumps([index, outcomes]), flush=True)


if __name__ == "__main__":
    _serve(json.load(sys.stdin), float(sys.argv[1]))
