"""Lanes: which thread of this process a frame is for, and how a thread waits for one."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from contextvars import Context
from queue import SimpleQueue

from autograde.examiner.inside.line import Box, Frame

SECONDS_TO_END = 5
Begin = Callable[[Frame], object]


class Lane:
    """One thread's share of the line."""

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop | None) -> None:
        self.number = number
        self.loop = loop
        self.boxes: list[Box] = []
        """Those of the calls this thread waits for; the last one is the innermost."""

    def deliver(self, frame: Frame) -> None:
        """Has the thread of this lane do what the other side asks: in the call it waits for, or anew."""
        if self.boxes:
            self.boxes[-1].put(frame)
        else:
            self.begin(frame)

    def begin(self, frame: Frame) -> None:
        """Has it done by the thread, which waits for no answer at the moment."""
        raise NotImplementedError

    def in_loop(self, work: Callable[[], object]) -> None:
        """Has something done in the event loop of this lane; LookupError where it has none."""
        if self.loop is None:
            raise LookupError("This thread has no event loop.")
        with contextlib.suppress(RuntimeError):  # It is closed: nobody waits for the outcome either.
            self.loop.call_soon_threadsafe(work)

    def close(self) -> None:
        """Ends it."""


class Ours(Lane):
    """A thread, or an event loop, that is there anyway and asks for something."""

    def __init__(self, number: int, perform: Begin, loop: asyncio.AbstractEventLoop | None) -> None:
        super().__init__(number, loop)
        self._perform = perform
        self._thread = threading.current_thread()

    @property
    def is_over(self) -> bool:
        """Whether nobody will ask on it any more."""
        return not self._thread.is_alive() or (self.loop is not None and self.loop.is_closed())

    def begin(self, frame: Frame) -> None:
        """Has it done by the event loop; LookupError where there is none."""
        self.in_loop(lambda: self._perform(frame))


class Theirs(Lane):
    """A thread made for one of the other side, with an event loop where that one has one."""

    def __init__(self, number: int, perform: Begin, context: Context, *, has_loop: bool) -> None:
        super().__init__(number, asyncio.new_event_loop() if has_loop else None)
        self._perform = perform
        self._work: SimpleQueue[Frame | None] = SimpleQueue()
        self._thread = threading.Thread(target=context.copy().run, args=[self._run], daemon=True)
        self._thread.start()

    def _run(self) -> None:
        loop = self.loop
        if loop is None:
            while (frame := self._work.get()) is not None:
                self._perform(frame)
            return
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            with contextlib.suppress(Exception):
                self._end_tasks(loop)
            loop.close()

    def _end_tasks(self, loop: asyncio.AbstractEventLoop) -> None:
        """As `asyncio.run` leaves a loop."""
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), SECONDS_TO_END))
        loop.run_until_complete(asyncio.wait_for(loop.shutdown_asyncgens(), SECONDS_TO_END))

    def begin(self, frame: Frame) -> None:
        """Has it done by the thread or its event loop."""
        if self.loop is None:
            self._work.put(frame)
        else:
            self.in_loop(lambda: self._perform(frame))

    def close(self) -> None:
        """Ends the thread."""
        if self.loop is None:
            self._work.put(None)
        else:
            loop = self.loop
            self.in_loop(loop.stop)
