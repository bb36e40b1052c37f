"""Runs one command and ends it when the process that asked for it is gone; a script of its own, see `child.py`.

Its standard input is the lifeline: the first line is the order, and its end is the end, however the kernel died.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading

GRACE = 0.7


def main() -> None:
    """Carries out the order that stands in the first line of standard input."""
    order = json.loads(sys.stdin.buffer.readline())
    given = order["input"]
    child = subprocess.Popen(
        order["command"],
        cwd=order["folder"],
        env=order["environment"],
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        start_new_session=os.name == "posix",
    )
    threading.Thread(target=_watch, args=[child], daemon=True).start()
    if given is not None:
        threading.Thread(target=_feed, args=[child, given.encode()], daemon=True).start()
    code = child.wait()
    os._exit(code if code >= 0 else 128 - code)


def _watch(child: subprocess.Popen[bytes]) -> None:
    while sys.stdin.buffer.read(1):
        pass
    _end(child, kindly=True)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(GRACE)
    _end(child, kindly=False)  # Its own children may be left.
    os._exit(143)


def _feed(child: subprocess.Popen[bytes], given: bytes) -> None:
    if child.stdin:
        with contextlib.suppress(OSError):  # Perhaps it does not read it all.
            child.stdin.write(given)
            child.stdin.close()


def _end(child: subprocess.Popen[bytes], *, kindly: bool) -> None:
    with contextlib.suppress(OSError):  # Perhaps it is gone already.
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGTERM if kindly else signal.SIGKILL)
        elif child.poll() is None:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(child.pid)], capture_output=True, check=False)


if __name__ == "__main__":
    main()
