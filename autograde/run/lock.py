"""One run at a time for an assignment: two would put their files into the same folders."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from autograde.refusal import Refusal

FOLDER = ".autograde"


@contextlib.contextmanager
def only_one(root: Path, assignment: str) -> Iterator[None]:
    """While it is open, no other run of this assignment begins; a run that was killed holds nothing."""
    name = hashlib.sha256(assignment.encode()).hexdigest()[:16]
    with contextlib.ExitStack() as stack:
        try:
            (root / FOLDER).mkdir(exist_ok=True)
            held = stack.enter_context((root / FOLDER / f"{name}.lock").open("a+"))
        except OSError:  # Where the course's folder cannot be written, the record says so if it matters.
            yield
            return
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            who = f" (process {pid})" if (pid := held.read().strip()) else ""
            raise Refusal(
                f"Another run is grading {assignment} in {root} at this moment{who}. Wait until it is done, or stop it."
            ) from None
        except OSError:  # Some network file systems have no locks.
            yield
            return
        held.truncate(0)
        with contextlib.suppress(OSError):  # Where the disk is full, the record says so.
            os.write(held.fileno(), str(os.getpid()).encode())
        yield
