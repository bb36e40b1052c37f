"""A room for a test: code is run sealed, as student code would be, and what it printed comes back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from autograde.sandbox.backends import backend_named
from autograde.sandbox.environment import readable_for
from autograde.sandbox.policy import Policy
from tests.ordinary import ROOT, Ordinary

_WARM = """
import os, sys
sys.path.insert(0, {root!r})
from autograde.sandbox.backends import backend_named
from autograde.sandbox.policy import Policy
name, text, code = sys.argv[1:4]
{before}
backend, policy = backend_named(name), Policy.read(text)
backend.prepare(policy)
for code in sys.argv[3:]:
    room = backend.fork()
    if room == 0:
        status = 1
        try:
            backend.enter(policy)
            session = os.fork()
            if session == 0:
                os.dup2(1, 2)
                backend.seal(policy)
                sys.argv[1:] = []
                exec(compile(code, "cell", "exec"), {{"__name__": "__main__"}})
                sys.stdout.flush()
                os._exit(0)
            status = os.waitstatus_to_exitcode(os.waitpid(session, 0)[1]) & 255
            backend.sweep()
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(room, 0)[1])
    backend.sweep()
sys.exit(status)
"""


def run_in_rooms(
    backend: str,
    *codes: str,
    user: Ordinary | None = None,
    place: Path | None = None,
    before: str = "",
    readable: Sequence[Path] = (),
    check: bool = True,
    **limits: int,
) -> str:
    """What these pieces of code print, each in a room of its own, one after the other; `before` runs in front."""
    policy = Policy((*readable_for(), *map(str, readable)), place=str(place or ""), **limits)  # type: ignore[arg-type]
    made = backend_named(backend)
    command = made.command(
        [sys.executable, "-c", _WARM.format(root=str(ROOT), before=before), backend, policy.text(), *codes], policy
    )
    if user:
        done = user.run(command, timeout=60)
    else:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
