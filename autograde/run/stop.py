"""Ctrl-C, and what else asks a run to end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

STOPPED = 130
"""The exit code of a run that was stopped."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHOW_CURSOR = b"\x1b[?25h\n"


class Stop:
    """Notices signals: they raise KeyboardInterrupt; within `hold` the first is remembered and the second ends all."""

    def __init__(self) -> None:
        self.asked = False
        self._held = False

    @contextlib.contextmanager
    def listen(self) -> Iterator[None]:
        """Takes SIGINT and SIGTERM over for a while."""
        before = {number: signal.signal(number, self._handle) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """A stretch in which nothing may be left half done."""
        with self._as(held=True):
            yield

    @contextlib.contextmanager
    def let_go(self) -> Iterator[None]:
        """Within such a stretch, something that may be left at once."""
        with self._as(held=False):
            yield

    @contextlib.contextmanager
    def _as(self, *, held: bool) -> Iterator[None]:
        before, self._held = self._held, held
        try:
            yield
        finally:
            self._held = before

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._held and self.asked:
            end_now()
        self.asked = True
        if not self._held:
            raise KeyboardInterrupt


def end_now() -> None:
    """Ends this process here; its workers end by themselves, and the gradebook undoes what was not committed."""
    if sys.stderr.isatty():
        os.write(2, SHOW_CURSOR)
    os._exit(STOPPED)
