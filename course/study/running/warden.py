"""Runs one command, and ends it with all that it started; a script of its own, for `run_tests`.

Its standard input is the lifeline: the first line is the order, another byte the wish to end. When it ends without
that wish, the asker has died, and what it would have tidied up is removed, too.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import psutil

SUBREAPER = 36
ROUNDS = 100


def main() -> None:
    """Carries out the order that stands in the first line of standard input."""
    order = json.loads(sys.stdin.buffer.readline())
    _adopt_orphans()
    child = subprocess.Popen(
        order["command"],
        cwd=order["folder"],
        env=order["environment"],
        stdin=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )
    threading.Thread(target=_watch, args=[child, order["rubbish"]], daemon=True).start()
    code = child.wait()
    with _ending:
        _end(child)
        os._exit(code if code >= 0 else 128 - code)


_ending = threading.Lock()
"""Held by whoever ends the process, and never given back."""


def _watch(child: subprocess.Popen[bytes], rubbish: str) -> None:
    wished = sys.stdin.buffer.read(1)
    with _ending:
        _end(child)
        if not wished:
            shutil.rmtree(rubbish, ignore_errors=True)
        os._exit(143)


def _adopt_orphans() -> None:
    """What leaves its session and its parent becomes a child of this process, where it can be found (on Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def _end(child: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with contextlib.suppress(OSError):  # Perhaps the whole group is gone already.
            os.killpg(child.pid, signal.SIGKILL)
    for _ in range(ROUNDS):  # Whoever is killed may have started another just before.
        left = psutil.Process().children(recursive=True)
        if not left:
            return
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=0.1)


if __name__ == "__main__":
    main()
