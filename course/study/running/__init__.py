"""A learner's code against its tests, in a process of its own: it comes back in time, and what it started is ended.

It guards against accidents and against shortcuts that lie at hand. It is no wall: the code runs with all the rights of
the one who runs it, and whoever wants to can get around it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

WARDEN, TRIAL = Path(__file__).with_name("warden.py"), Path(__file__).with_name("trial.py")
TIMEOUT = 20.0
LONGEST = 10_000
"""Characters of what the code wrote that are kept."""
PATIENCE = 15.0
"""Seconds that the ending of all processes may take."""
MARK = "THREEWAYS_TRIAL"
"""A variable by which what a trial started is found when its warden is gone."""
ROUNDS = 100

_FOREIGN = re.compile(
    r"(?:DJANGO|FLASK|FASTAPI|UVICORN|WERKZEUG|COURSE|JPY|JUPYTER|JUPYTERHUB|IPYTHON|PYDEVD|PYTEST)_"
    r"|(?:MPLBACKEND|FORCE_COLOR|PYTHONWARNINGS|PYTHONSTARTUP|PYTHONHASHSEED|PYTHONOPTIMIZE|PYTHONSAFEPATH)$"
)
"""Variables that belong to the process around: the code must not be configured by them."""


class Lines(NamedTuple):
    """Where the learner's part of the code stands, `first` to `last`, below `hidden` lines that do not count."""

    first: int
    last: int
    hidden: int


@dataclass(frozen=True)
class Outcome:
    """How code did: so many of all checks passed; each failure is a message for the one who wrote the code."""

    passed: int
    all: int
    failures: list[str]
    output: str
    """What the code wrote to its streams; cut where it is long."""
    seconds: float

    @property
    def right(self) -> bool:
        """Whether all checks passed."""
        return self.passed == self.all and not self.failures


def run_tests(code: str, tests: str, *, timeout: float = TIMEOUT, lines: Lines | None = None) -> Outcome:
    """Runs `code`, then `tests` in the same module, and returns within about `timeout` seconds, whatever they do.

    Each statement of the tests that asserts is a check, and so is each function named test_…; a loop of assertions
    counts as one. A check that fails stops no other. Code that does not run passes none, and says why in one message.
    `lines` says which part of the code the learner wrote, so that messages count as the learner does.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="course-tests-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        work = folder / "work"
        work.mkdir()
        key = secrets.token_hex()
        order = {"code": code, "tests": tests, "key": key, "lines": lines}
        (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
        # The trial takes the name of this file away, so that the code cannot write in it by that.
        with (folder / "results.jsonl").open("w+b") as results:
            status, output = _guarded(folder, work, timeout)
            seconds = time.monotonic() - began
            results.seek(0)
            notes = _read(results, key.encode())
        return _judge(notes, status, timeout, output, seconds)


def _guarded(folder: Path, work: Path, timeout: float) -> tuple[int | None, str]:
    """The exit status of the trial, None when its time was over, and what it wrote."""
    order = {
        # With -P, or this folder's own `calendar` and `queue` would stand before Python's.
        "command": [sys.executable, "-P", str(TRIAL), str(folder)],
        "folder": str(work),
        "rubbish": str(folder),
        "environment": _environment(folder),
    }
    process = subprocess.Popen(
        [sys.executable, "-I", str(WARDEN)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=os.name == "posix",  # Else an interrupt of the kernel would be one of it too.
    )
    assert process.stdin is not None
    assert process.stdout is not None
    heard: list[str] = []
    ears = threading.Thread(target=_listen, args=[process.stdout, heard], daemon=True, name="course-tests")
    ears.start()
    status: int | None = None
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        pass
    finally:
        # The warden's input is the lifeline of everything below it.
        with contextlib.suppress(OSError):  # It has ended by itself.
            process.stdin.write(b".")
            process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        ears.join(1)
        if process.returncode < 0:
            _end_marked(str(folder))
        if not ears.is_alive():
            process.stdout.close()
    return status, "".join(heard)


def _end_marked(mark: str) -> None:
    """Ends what a warden left that was killed."""
    import psutil  # Seldom needed, and slow to load.

    for _ in range(ROUNDS):  # Whoever is killed may have started another just before.
        left = [process for process in psutil.process_iter() if _is_marked(process, mark)]
        if not left:
            return
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=0.1)


def _is_marked(process: Any, mark: str) -> bool:
    import psutil

    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False  # Gone, or of somebody else.


def _listen(stream: IO[bytes], heard: list[str]) -> None:
    """Reads to the end, and keeps the beginning: a loop that prints must neither wait nor fill the memory."""
    room = LONGEST
    for block in iter(lambda: stream.read1(65536), b""):  # type: ignore[attr-defined]
        if room > 0:
            text = block.decode("utf-8", "replace")
            heard.append(text[:room])
            room -= len(text)
            if room < 0:
                heard.append("\n… (the rest is not kept)")
                room = 0


def _environment(folder: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _FOREIGN.match(name)}
    home = str(folder / "work")
    return kept | {
        MARK: str(folder),
        "HOME": home,
        "USERPROFILE": home,
        "TMPDIR": home,
        "TEMP": home,
        "TMP": home,
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


def _read(results: IO[bytes], key: bytes) -> list[dict[str, Any]]:
    """What the trial itself wrote down: each line bears a seal, which depends on its place."""
    notes: list[dict[str, Any]] = []
    for line in results:
        seal, _, text = line.rstrip(b"\n").partition(b" ")
        right = hmac.new(key, b"%d %b" % (len(notes), text), hashlib.sha256).hexdigest()
        if hmac.compare_digest(seal, right.encode()):
            notes.append(json.loads(text))
    return notes


def _judge(notes: list[dict[str, Any]], status: int | None, timeout: float, output: str, seconds: float) -> Outcome:
    said: dict[str, Any] = {}
    passed, failures = 0, []
    for note in notes:
        said |= note
        passed += note.get("passed", 0)
        failures += note.get("failures", [])
    if not said.get("done"):
        failures.append(_why_it_stopped(said, status, timeout))
    return Outcome(passed, max(said.get("all", 1), 1), failures, output, seconds)


def _why_it_stopped(said: Mapping[str, Any], status: int | None, timeout: float) -> str:
    """A sentence on a trial that did not come to its end."""
    what = "Your code" if "answered" not in said else "A check of your code"
    if status is None:
        return f"{what} did not come to an end within {timeout:g} seconds. Look for a loop that never ends."
    if "ready" not in said:
        return "The checks could not be started on this machine. Try again; if that does not help, run `course doctor`."
    number = status - 128
    if number == signal.SIGSEGV:
        return f"{what} crashed Python itself (SIGSEGV). Look for a recursion that never ends."
    if 0 < number < 65:
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = f"signal {number}"
        return f"{what} was ended from outside ({name}). Perhaps it took too much memory."
    return f"{what} ended its own process, so nothing more could be checked. Leave out what exits."
