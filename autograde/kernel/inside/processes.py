"""Processes: what one has open, how many threads it has, and which of its children have ended."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path

MOST_DESCRIPTOR = 1 << 20


def close_all_but(kept: Collection[int]) -> None:
    """Closes every descriptor but those named and the three standard ones."""
    start = 3
    for descriptor in sorted(number for number in kept if number >= start):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, MOST_DESCRIPTOR)


def threads() -> int:
    """How many threads this process has, those included that Python does not know of."""
    return len(list(Path("/proc/self/task").iterdir()))


def has_children() -> bool:
    """Whether this process has a child, an adopted orphan or a dead one that was not asked for included."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def reap() -> dict[int, int]:
    """The statuses of the children that have ended and were not asked for yet."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                break
            ended[process] = status
    return ended
