"""The warm processes of this process: started for the first notebook, kept for the next."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbgrader.preprocessors.execute import UnresponsiveKernelError

from autograde.examiner import PRELOAD
from autograde.kernel.warm import Warm
from autograde.seam.pythons import Python
from autograde.settings import Limits, Settings

MOST = 2
"""Environments that stay warm at a time; each takes the memory of what is imported in it."""
DESCRIBE = "autograde.seam.language"

Key = tuple[int, Python, str, str, Limits]
_kept: dict[Key, Warm] = {}
_one_at_a_time = threading.RLock()


@contextmanager
def warm_process(python: Python, settings: Settings, course: str) -> Iterator[Warm]:
    """A warm process of this Python, out of whose reach the course lies; kept for the next notebook if it can be."""
    key = (os.getpid(), python, course, settings.sandbox, settings.limits)
    with _one_at_a_time:
        warm = _kept.pop(key, None)
        if warm is None:
            warm = start(python, settings, course)
        failed = True
        try:
            yield warm
            failed = False
        except (DeadKernelError, UnresponsiveKernelError, CellTimeoutError, CellExecutionError):
            failed = False  # A student's code has; the warm process has not.
            raise
        finally:
            if failed:
                warm.close()
            else:
                _kept[key] = warm
        for old in [other for other in _kept if other[0] == os.getpid()][:-MOST]:
            _kept.pop(old).close()


def start(python: Python, settings: Settings, course: str) -> Warm:
    """A new warm process; a Refusal says when no sandbox holds."""
    return Warm(
        python=python.path,
        backend=settings.sandbox,
        limits=settings.limits,
        preload=[DESCRIBE, *PRELOAD],
        env=dict(python.env),
        hidden=settings.secrets(course),
    )


@atexit.register
def cool() -> None:
    """Ends the warm processes of this process."""
    with _one_at_a_time:
        for key in list(_kept):
            warm = _kept.pop(key)
            if key[0] == os.getpid():
                warm.close()
