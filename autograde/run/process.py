"""A process of our own beside this one: forked, with nothing in its hands but what it needs, gone when we are."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection

DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2).
OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def fork(body: Callable[[], None], drop: Collection[int]) -> int:
    """The number of a new process that runs `body` and ends; it has neither stdin nor stdout nor the files in `drop`.

    It has a process group of its own, so that Ctrl-C in the terminal is ours alone to handle, and the kernel ends it
    when this process is killed. This process may have no other thread.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        gc.freeze()  # What the parent had must not be collected here: closing a gradebook twice would harm it.
        _leave(parent)
        _drop_files({0, 1, *drop})
        body()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


def _leave(parent: int) -> None:
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__  # The live display may have put itself in their place.
    signal.set_wakeup_fd(-1)
    for number in OURS:
        signal.signal(number, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # It died before the kernel knew.
        os._exit(1)


def _drop_files(numbers: Collection[int]) -> None:
    """These lead nowhere now. They stay taken, so that no object of the parent closes a file that is opened later."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in numbers:
        os.dup2(nowhere, number, inheritable=number <= 1)
    os.close(nowhere)


def end(pid: int, patience: float) -> int | None:
    """Waits until a child of ours has ended, and kills it when the patience is over; its status as waitpid says."""
    until = time.monotonic() + patience
    while True:
        try:
            gone, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return None
        if gone:
            return status
        if time.monotonic() >= until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                if os.getpgid(pid) == pid:  # With all that it has started.
                    os.killpg(pid, signal.SIGKILL)
            try:
                return os.waitpid(pid, 0)[1]
            except ChildProcessError:
                return None
        time.sleep(0.005)


def said(status: int | None) -> str:
    """How a process ended, in words."""
    if status is None:
        return "its process is gone"
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"its process ended with code {code}"
    name = signal.Signals(-code).name if -code in signal.Signals.__members__.values() else f"signal {-code}"
    return f"its process was ended by {name}"
