"""Controls: a test that has passed is run again, in a copy of the process, in a way in which it must fail."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import sys
import time
from collections.abc import Mapping
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


def run(shell: Any, wanted: Wanted, sentinel_type: Any, seconds: float) -> list[Any] | None:
    """Whether it passed, and what its last expression gave; None when that could not be found out."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        try:
            return _wait(process, reader, seconds)
        finally:
            os.close(reader)
    status = 1
    try:
        os.close(reader)
        _run(shell, wanted, sentinel_type, writer, seconds)
        status = 0
    finally:
        os._exit(status)


def _wait(process: int, reader: int, seconds: float) -> list[Any] | None:
    until = time.monotonic() + seconds
    data = b""
    while select.select([reader], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(reader, 1000)
        if not part:
            break
        data += part
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)
    if data[:1] not in (b"+", b"-"):
        return None
    return [data[:1] == b"+", data[1:].decode() or None]


def _run(shell: Any, wanted: Wanted, sentinel_type: Any, writer: int, seconds: float) -> None:
    for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(int(seconds) + 2)
    parent = os.getppid()
    os.getpid = lambda: parent
    silent = os.open(os.devnull, os.O_RDWR)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    if wanted["how"] == "garbage":
        garbage.bind(shell, wanted["kinds"], wanted.get("mode", "wrong"))
    shell.user_ns[OTHER] = other_value
    shown_errors: list[Any] = []
    shell.showtraceback = lambda *given, **named: shown_errors.append(given)  # Magics show errors that they catch.
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
        os.write(writer, (b"+" if passed else b"-") + shown.encode()[:200])
