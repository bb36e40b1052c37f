"""The bare minimum of grading: `python -m benchmarks.bare COURSE ASSIGNMENT [SANDBOX]`.

On each core a process that has imported what the notebooks need is forked once for each notebook; the fork is sealed as
the engine seals it, runs the cells with `exec`, and keeps nothing but whether they raised.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from autograde.sandbox.backends import backend_named
from autograde.sandbox.environment import readable_for
from autograde.sandbox.policy import Policy
from autograde.settings import Limits

MODULES = ("flask", "fastapi", "starlette.testclient", "django.test", "django.http", "django.urls")


def main(root: Path, assignment: str, sandbox: str = "namespaces") -> None:
    """Grades nothing, as quickly as it can be done."""
    notebooks = sorted(root.glob(f"submitted/*/{assignment}/*.ipynb"))
    if "web" in assignment:
        for module in MODULES:
            __import__(module)
    cores = sorted(os.sched_getaffinity(0))
    workers = [fork(lambda core=core: work(notebooks[core :: len(cores)], sandbox)) for core in range(len(cores))]
    for worker in workers:
        if os.waitpid(worker, 0)[1]:
            sys.exit("A worker failed.")


def fork(task: object, how: Callable[[], int] = os.fork) -> int:
    """The id of a process that does a task and ends."""
    pid = how()
    if pid:
        return pid
    try:
        task()  # type: ignore[operator]
        os._exit(0)
    finally:
        os._exit(1)


def work(notebooks: list[Path], sandbox: str) -> None:
    """What one core does."""
    policy = Policy.of(readable_for(), Limits())
    backend = backend_named(sandbox)
    backend.prepare(policy)
    for path in notebooks:
        cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
        os.waitpid(fork(lambda sources=sources: sealed(backend, policy, sources), backend.fork), 0)
        backend.sweep()


def sealed(backend: object, policy: Policy, sources: list[str]) -> None:
    """Runs cells where student code runs."""
    os.chdir(backend.enter(policy))  # type: ignore[attr-defined]
    os.waitpid(fork(lambda: run(backend, policy, sources)), 0)


def run(backend: object, policy: Policy, sources: list[str]) -> None:
    """Runs cells, one after the other, whatever they raise."""
    backend.seal(policy)  # type: ignore[attr-defined]
    names: dict[str, object] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for source in sources:
            try:
                code = compile(source, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                came = eval(code, names)
                if inspect.iscoroutine(came):
                    asyncio.run(came)
            except Exception:
                continue


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
