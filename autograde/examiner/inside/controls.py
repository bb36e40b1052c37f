"""Controls: a test that has passed is run again, in a copy of the process, in a way in which it must fail."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from autograde.examiner.inside import garbage

OTHER = "_other_value"
MARK = "§"
MORE = 1009

Wanted = Mapping[str, Any]
"""How: "garbage" with the kinds of the names, or "altered" with the altered source."""


class _Nothing:
    """Differs from everything."""


def other_value(value: Any) -> Any:
    """A value of the same type that differs from this one."""
    kind = type(value)
    if kind is bool:
        return not value
    if kind in (int, float, complex):
        return value + MORE
    if kind is str:
        return value + MARK
    if kind is bytes:
        return value + MARK.encode()
    if kind is list:
        return [*value, MARK]
    if kind is tuple:
        return (*value, MARK)
    if kind in (set, frozenset):
        return kind({*value, MARK})
    if kind is dict:
        return {**value, MARK: MARK}
    return _Nothing()


def run(shell: Any, wanted: Sequence[Wanted], sentinel_type: Any, seconds: float) -> list[list[Any] | None]:
    """For each, whether it passed, and what its last expression gave; None when that could not be found out."""
    found: list[list[Any] | None] = []
    while len(found) < len(wanted):
        found += _run_some(shell, wanted[len(found) :], sentinel_type, seconds)
    return found


def _run_some(shell: Any, wanted: Sequence[Wanted], sentinel_type: Any, seconds: float) -> list[list[Any] | None]:
    """What became of the first ones, which one copy of this process has run; of one at least."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        try:
            return _read(reader, len(wanted), seconds)
        finally:
            os.close(reader)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)
    status = 1
    try:
        os.close(reader)
        shown_errors = _prepare(shell)
        for each in wanted:
            _run(shell, each, sentinel_type, writer, seconds, shown_errors)
            if each["how"] == "garbage":  # What it has bound, the next ones must not find.
                break
        status = 0
    finally:
        os._exit(status)


def _read(reader: int, most: int, seconds: float) -> list[list[Any] | None]:
    found: list[list[Any] | None] = []
    data = b""
    until = time.monotonic() + seconds
    while len(found) < most and select.select([reader], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(reader, 1000)
        if not part:
            break
        *told, data = (data + part).split(b"\n")
        for line in told:
            found.append([line[:1] == b"+", line[1:].decode() or None])
            until = time.monotonic() + seconds
    return found or [None]


def _prepare(shell: Any) -> list[Any]:
    """Makes this process one that nobody sees; the errors that will be shown."""
    for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    parent = os.getppid()
    os.getpid = lambda: parent
    silent = os.open(os.devnull, os.O_RDWR)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    shell.user_ns[OTHER] = other_value
    shown_errors: list[Any] = []
    shell.showtraceback = lambda *given, **named: shown_errors.append(given)  # Magics show errors that they catch.
    return shown_errors


def _run(shell: Any, wanted: Wanted, sentinel_type: Any, writer: int, seconds: float, shown_errors: list[Any]) -> None:
    signal.alarm(int(seconds) + 2)
    shown_errors.clear()
    if wanted["how"] == "garbage":
        garbage.bind(shell, wanted["kinds"], wanted.get("mode", "wrong"))
    sentinel = sentinel_type(shell, wanted["token"])
    shell.ast_transformers.append(sentinel)
    source = wanted["source"]
    work = shell.run_cell_async(
        source, store_history=False, silent=False, transformed_cell=shell.transform_cell(source)
    )
    try:
        work.send(None)
    except StopIteration as end:
        passed = bool(end.value.success) and sentinel.reached > 0 and not shown_errors
        shown = repr(sentinel.value) if type(sentinel.value) in (int, float, bool) else ""
        os.write(writer, (b"+" if passed else b"-") + shown.encode()[:200] + b"\n")
        sentinel.remove()
    else:
        raise RuntimeError("A control that waits cannot be gone on with.")
