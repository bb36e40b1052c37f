"""Executes notebooks as a learner would, each twice in one kernel, and looks at what is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course.authoring.build import collect, shelve
from course.authoring.manuscript import Cell, Manuscript
from course.authoring.notebook import make_notebook
from course.house import House, TopicFolder
from course.problems import Problem, Problems

CELL_TIMEOUT = 120
SHUTDOWN = 5.0
ROUNDS = 2

PROBE = """
def _():
    import json, psutil, threading
    me = psutil.Process()
    print(json.dumps({
        "threads": sorted(t.name for t in threading.enumerate() if not t.daemon),
        "processes": [[p.pid, p.create_time(), p.name()] for p in [me, *me.children(recursive=True)]],
    }))
_()
del _
"""


@dataclass
class Run:
    """How a notebook did: the time of both rounds, its slowest cell, and what went wrong."""

    text: Manuscript
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_line: int = 1
    problems: list[Problem] = field(default_factory=list)


def run_topics(
    house: House,
    names: list[str] | None = None,
    *,
    jobs: int | None = None,
    step: Callable[[str], None] = lambda name: None,
) -> list[Run]:
    """Runs all notebooks of the topics, several at a time, and returns how each did."""
    return asyncio.run(_run_all(house, names, jobs or os.cpu_count() or 1, step))


def count_notebooks(house: House, names: list[str] | None = None) -> int:
    """How many notebooks `run_topics` would run."""
    return len(_texts(house, names))


def _texts(house: House, names: list[str] | None) -> list[tuple[TopicFolder | None, Manuscript]]:
    problems: list[Problem] = []
    found: list[tuple[TopicFolder | None, Manuscript]] = []
    if not names:
        found += [(None, text) for text in collect([house.start_path], problems)]
    for folder in house.select(names):
        found += [(folder, text) for text in collect(folder.texts, problems)]
    if problems:
        raise Problems(problems)
    return found


async def _run_all(house: House, names: list[str] | None, jobs: int, step: Callable[[str], None]) -> list[Run]:
    free = asyncio.Semaphore(jobs)
    texts = _texts(house, names)

    async def one(folder: TopicFolder | None, text: Manuscript) -> Run:
        async with free:
            run = await run_text(text, folder, library=Path(library))
            step(f"{text.path.parent.name}/{text.path.stem}")
            return run

    with tempfile.TemporaryDirectory(prefix="course-run-") as library:
        for folder in house.select(names):
            shelve(folder, [text for owner, text in texts if owner == folder], Path(library))
        return await asyncio.gather(*(one(folder, text) for folder, text in texts))


async def run_text(
    text: Manuscript, folder: TopicFolder | None = None, *, library: Path | None = None, first: str = ""
) -> Run:
    """Runs one notebook twice in a fresh kernel and returns how it did. `first` is code that runs before its cells."""
    run = Run(text)
    built = [cell for cell in text.cells if cell.built]
    with tempfile.TemporaryDirectory(prefix="course-run-") as home:
        work, temporary = Path(home) / "work" / (folder.name if folder else ""), Path(home) / "tmp"
        work.mkdir(parents=True)
        temporary.mkdir()
        if folder:
            _copy_attachments(folder, work)
        expected = set(work.rglob("*"))
        notebook = nbformat.from_dict(make_notebook(text, folder.name if folder else "start"))
        client = NotebookClient(notebook, timeout=CELL_TIMEOUT, kernel_name="python3", store_widget_state=False)
        if os.name == "posix":
            # Sockets in a folder instead of ports: the kernel does not warn of an open port, and none is taken.
            manager = client.create_kernel_manager()
            manager.transport, manager.ip = "ipc", str(Path(home) / "kernel")
        client.resources["metadata"] = {"path": str(work)}
        environment = {
            **os.environ,
            "HOME": home,
            "IPYTHONDIR": home,
            "TMPDIR": str(temporary),
            "COURSE_EXECUTION": "run",
        }
        if library:
            environment["COURSE_LIBRARY"] = str(library)
        begin = time.monotonic()
        processes: list[tuple[int, float, str]] = []
        try:
            async with client.async_setup_kernel(env=environment):
                before = await _ask(client, PROBE)
                processes = before["processes"]
                await _ask(client, f"{first}\nprint(0)")
                await _rounds(client, built, run)
                after = await _ask(client, PROBE)
                processes = after["processes"]
                for thread in sorted(set(after["threads"]) - set(before["threads"])):
                    what = f"leaves a non-daemon thread behind: {thread}."
                    run.problems.append(Problem(text.path, 1, what, "Stop it in the cell that started it."))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            if not run.problems:
                run.problems.append(_failure(text, 1, "the kernel", error))
        run.seconds = time.monotonic() - begin
        run.problems += await _outlived(text, processes)
        for path in sorted({*work.rglob("*"), *temporary.iterdir()} - expected):
            what = f"leaves a file behind: {path.relative_to(home)}."
            run.problems.append(Problem(text.path, 1, what, "Write to a temporary folder, and remove it."))
    return run


def _copy_attachments(folder: TopicFolder, work: Path) -> None:
    for path in folder.attachments:
        target = work / path.relative_to(folder.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())


async def _rounds(client: NotebookClient, built: list[Cell], run: Run) -> None:
    """Executes all code cells, twice; stops at the first cell that fails."""
    first: dict[int, list[Any]] = {}
    for turn in range(1, ROUNDS + 1):
        for number, cell in enumerate(built):
            if cell.kind != "code":
                continue
            begin = time.monotonic()
            node = client.nb.cells[number]
            try:
                await client.async_execute_cell(node, number)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                run.problems.append(_failure(run.text, cell.line, f"run {turn}", error))
                raise
            seconds = time.monotonic() - begin
            if seconds > run.slowest:
                run.slowest, run.slowest_line = seconds, cell.line
            outputs = _comparable(node.outputs)
            if "varies" in cell.tags:
                continue
            noise = [output.text for output in node.outputs if output.get("name") == "stderr"]
            if noise and turn == 1:
                what = f"writes to stderr: {noise[0].strip().splitlines()[-1]}"
                run.problems.append(Problem(run.text.path, cell.line, what, "Silence it where it comes from."))
            if first.setdefault(number, outputs) != outputs:
                what = "gives another output in its second run."
                todo = "Make the cell independent of what ran before, or tag it `varies`."
                run.problems.append(Problem(run.text.path, cell.line, what, todo))


async def _ask(client: NotebookClient, code: str) -> Any:
    """What `code` prints as JSON in the kernel."""
    # nbclient puts what it has executed at the index that it is given; no cell of the notebook may be there.
    client.nb.cells.append(nbformat.v4.new_code_cell(code))
    await client.async_execute_cell(client.nb.cells[-1], len(client.nb.cells) - 1)
    return json.loads(client.nb.cells.pop().outputs[0].text)


async def _outlived(text: Manuscript, processes: list[tuple[int, float, str]]) -> list[Problem]:
    """What of a kernel and its children is still there some time after its end; its listeners went with it."""
    deadline = time.monotonic() + SHUTDOWN
    alive = processes
    while (alive := [process for process in alive if _is_alive(*process[:2])]) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    found = []
    for process in alive:
        what = f"leaves a child process behind: {process[0]} {process[2]}."
        todo = "Stop it in the cell that started it."
        if process == processes[0]:
            what = f"keeps its kernel alive for over {SHUTDOWN:g} s after shutdown."
            todo = "Stop what it started: a thread, a server, a child."
        found.append(Problem(text.path, 1, what, todo))
    return found


def _is_alive(pid: int, created: float) -> bool:
    try:
        process = psutil.Process(pid)
        return process.create_time() == created and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _failure(text: Manuscript, line: int, when: str, error: Exception) -> Problem:
    name = getattr(error, "ename", type(error).__name__)
    value = getattr(error, "evalue", "") or str(error).splitlines()[0]
    value = " ".join(value.split())[:300].rstrip(".")
    return Problem(text.path, line, f"fails in {when}: {name}: {value}.", "Mend the cell.")


def _comparable(outputs: list[Any]) -> list[Any]:
    """What of a cell's outputs has to be the same in each run."""
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    kept: list[Any] = [("stdout", printed)]  # In one piece: where a stream is cut depends on the clock.
    for output in outputs:
        if output.output_type == "stream":
            continue
        if output.output_type == "error":
            kept.append(("error", output.ename, output.evalue))
        else:
            data = {kind: value for kind, value in output.data.items() if "widget-view" not in kind}
            kept.append((output.output_type, json.dumps(data, sort_keys=True)))
    return kept
