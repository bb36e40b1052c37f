"""Sealing the process that is about to run student code: nothing of it can be undone."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterable
from contextlib import suppress

from autograde.sandbox import kernel_calls, paths, system_calls
from autograde.sandbox.policy import Policy

_RESERVED_FACTOR = 4
"""Address space is reserved generously by honest threads; it is not memory."""


def seal(
    policy: Policy,
    *,
    readable: Iterable[str],
    writable: Iterable[str],
    rules: system_calls.Rules,
    processes: int,
    kept: Iterable[int] = (),
    room: int = 0,
) -> None:
    """Gives up everything but these paths, these system calls and these amounts; `room` is the room's process."""
    with suppress(PermissionError):
        os.setsid()
    kernel_calls.no_new_privileges()
    if paths.version():
        paths.restrict(readable, writable, network=rules.network)
    kernel_calls.set_capabilities(kept)
    # Landlock keeps other sessions of the room from this one; where it does, tools may look into /proc/self.
    kernel_calls.set_dumpable(paths.version() > 0)
    kernel_calls.die_with_parent(signal.SIGKILL)
    _limit(policy, processes)
    kernel_calls.load_filter(system_calls.program(rules, _concerned(rules.signals, room)))


def _concerned(signals: system_calls.Signals, room: int) -> tuple[int, ...]:
    """The processes that a rule for signals names: its own, or those above it; a negative number is a group."""
    if signals is system_calls.Signals.ALL:
        return ()
    return (os.getpid(), 0) if signals is system_calls.Signals.OWN else (1, -1, room, -room)


def _limit(policy: Policy, processes: int) -> None:
    # What was imported before the fork is shared with the warm process, and is not counted.
    reserved, written = _held()
    limits = {
        resource.RLIMIT_DATA: written + policy.memory,
        resource.RLIMIT_AS: reserved + _RESERVED_FACTOR * policy.memory,
        resource.RLIMIT_FSIZE: policy.disk,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_CPU: policy.seconds,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 1 << 16,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: 1024,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_NICE: 0,
    }
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        amount = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (amount, amount))


def _held() -> tuple[int, int]:
    """Bytes of address space and of writable memory of this process; nothing where /proc cannot be read."""
    try:
        with open("/proc/self/statm", encoding="ascii") as lines:  # noqa: PTH123
            numbers = [int(word) for word in lines.read().split()]
    except OSError:
        return 1 << 29, 1 << 28
    page = os.sysconf("SC_PAGE_SIZE")
    return numbers[0] * page, numbers[5] * page
