"""The exchange: what one side asks of the other, from any thread or event loop, and what it does for the other."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any
from weakref import WeakKeyDictionary

from autograde.examiner.inside.failures import Failures
from autograde.examiner.inside.lanes import Lane, Ours, Theirs
from autograde.examiner.inside.lending import Lending
from autograde.examiner.inside.line import MAIN, Box, Broken, End, Frame, Kind, Said
from autograde.examiner.inside.plain import Malformed, NotPlain

MOST_LANES = 100
MOST_UNSENT = 1_000
ANSWERS = (Kind.ANSWER, Kind.FAILED)
Deed = Callable[..., Any]


class Exchange(End):
    """One side of the line, with all that it asked and all that it does for the other.

    `sync` and `tasks` are what it does, by name: functions, and functions that return awaitables.
    """

    def __init__(self, lending: Lending, failures: Failures, *, first: int) -> None:
        super().__init__(lending.values)
        self.lending = lending
        self.failures = failures
        self.context = contextvars.copy_context()
        self.sync: dict[str, Deed] = {}
        self.tasks: dict[str, Deed] = {}
        self._next_lane = first
        self._lanes: dict[int, Lane] = {}
        self._here = threading.local()
        self._loops: WeakKeyDictionary[asyncio.AbstractEventLoop, Ours] = WeakKeyDictionary()
        self._waiting: dict[int, Callable[[Frame], object]] = {}
        self._given_up: set[int] = set()
        self._sharing = 0
        """Calls on their way that may speak of shared objects."""
        self._running: dict[int, tuple[asyncio.Task[Any], Frame]] = {}
        self._unsent: list[tuple[Kind, int, int, Any, bool]] = []

    # Asking

    def ask(self, deed: str, *given: Any, shared: bool = True) -> Any:
        """What the other side makes of it, in its thread that belongs to this one."""
        lane = self._lane()
        box = self._box(lane)
        call = next(self.calls)
        self._waiting[call] = box.put
        lane.boxes.append(box)
        self._sharing += shared
        in_loop = asyncio._get_running_loop() is not None
        try:
            self.send(Kind.ASK, lane.number, call, [deed, in_loop, *given], shared=shared, forget=self._sharing == 1)
            while (frame := box.get()).kind not in ANSWERS:
                self._perform(frame)
            return self._outcome(frame)
        finally:
            self._sharing -= shared
            lane.boxes.remove(box)
            if self._waiting.pop(call, None) is not None:
                self._given_up.add(call)

    async def task(self, deed: str, *given: Any, shared: bool = True) -> Any:
        """The same, awaited: it runs in the event loop of the other side that belongs to this one."""
        loop = asyncio.get_running_loop()
        lane = self._lane()
        self.listen()
        done: asyncio.Future[Frame] = loop.create_future()
        call = next(self.calls)

        def answer(frame: Frame) -> None:
            lane.in_loop(lambda: None if done.done() else done.set_result(frame))

        self._waiting[call] = answer
        self._sharing += shared
        cancelled: asyncio.CancelledError | None = None
        try:
            self._send_or_keep(Kind.TASK, lane.number, call, [deed, True, *given], shared=shared)
            while not done.done():
                try:
                    await asyncio.wait([done])
                except asyncio.CancelledError as error:
                    if cancelled is None:
                        self._send_or_keep(Kind.CANCEL, lane.number, call)
                    cancelled = cancelled or error
            if cancelled is not None:
                self._show(done.result().said)
                raise cancelled
            return self._outcome(done.result())
        finally:
            self._sharing -= shared
            if self._waiting.pop(call, None) is not None:
                self._given_up.add(call)

    def listen(self) -> None:
        """Sees to it that frames are read although the main thread does not wait for one."""

    def _box(self, lane: Lane) -> Box:
        return SimpleQueue()

    def _outcome(self, frame: Frame) -> Any:
        self._show(frame.said)
        if frame.kind == Kind.FAILED:
            raise self.failures.error(frame.value)
        return frame.value

    def _show(self, said: list[Said]) -> None:
        for stream, text in said:
            (sys.stderr if stream == "stderr" else sys.stdout).write(text)

    def _lane(self) -> Lane:
        """The lane of this thread; a new one where it has none."""
        loop = asyncio._get_running_loop()
        known: Lane | None = getattr(self._here, "lane", None)
        if loop is not None and (known is None or known.loop is not loop):
            known = self._loops.get(loop)
        if known is not None:
            return known
        self._sweep()
        if len(self._lanes) >= MOST_LANES:
            raise NotPlain(f"more than {MOST_LANES} threads at a time")
        self.listen()
        number = self._next_lane
        self._next_lane += 2
        lane = Ours(number, self._perform, loop)
        self._lanes[number] = lane
        if loop is None:
            self._here.lane = lane
        else:
            self._loops[loop] = lane
        self.send(Kind.LANE, number, int(loop is not None))
        return lane

    def _sweep(self) -> None:
        """Ends lanes whose threads or loops are no more."""
        for lane in [lane for lane in self._lanes.values() if isinstance(lane, Ours) and lane.is_over]:
            del self._lanes[lane.number]
            self.send(Kind.LEAVE, lane.number, 0)

    def begin_main(self, lane: Lane) -> None:
        """Takes this thread for the main one."""
        self._lanes[MAIN] = lane
        self._here.lane = lane

    # Doing

    def route(self, frame: Frame) -> None:
        """Hands a frame to whom it is for; Malformed when there is nobody."""
        kind = frame.kind
        if kind in ANSWERS:
            waiting = self._waiting.pop(frame.call, None)
            if waiting is not None:
                waiting(frame)
            elif frame.call in self._given_up:
                self._given_up.discard(frame.call)
            else:
                raise Malformed("an answer to what nobody asked")
        elif kind == Kind.LANE:
            if frame.lane in self._lanes or len(self._lanes) >= MOST_LANES or frame.lane % 2 == self._next_lane % 2:
                raise Malformed("a thread too many")
            self._lanes[frame.lane] = Theirs(frame.lane, self._perform, self.context, has_loop=frame.call == 1)
        elif kind == Kind.CANCEL:
            lane = self._lanes.get(frame.lane)
            if lane is not None:
                lane.in_loop(lambda: self._cancel(frame.call))
        elif kind == Kind.LEAVE:
            lane = self._lanes.get(frame.lane)
            if isinstance(lane, Theirs):
                del self._lanes[frame.lane]
                lane.close()
        elif kind in (Kind.ASK, Kind.TASK):
            self._hand_over(frame)
        else:
            raise Malformed("a message of no kind")

    def _hand_over(self, frame: Frame) -> None:
        lane = self._lanes.get(frame.lane)
        if lane is None or not isinstance(frame.value, list) or len(frame.value) < 2:
            raise Malformed("a question of no kind")
        try:
            if frame.kind == Kind.ASK:
                lane.deliver(frame)
            else:
                lane.in_loop(lambda: self._begin_task(frame))
        except LookupError:
            raise Malformed("a question to nobody") from None

    def _cancel(self, call: int) -> None:
        if call not in self._running:
            return
        task, frame = self._running[call]
        work = task.get_coro()
        if inspect.iscoroutine(work) and inspect.getcoroutinestate(work) == inspect.CORO_CREATED:
            # It will never begin, and so never answer.
            del self._running[call]
            self._answer_failure(frame, asyncio.CancelledError())
        task.cancel()

    def _perform(self, frame: Frame) -> None:
        """Does what the other side asks for, in this thread, and answers."""
        self._here.lane = self._lanes.get(frame.lane)
        self._show(frame.said)
        deed, in_loop, *given = frame.value
        loop = None if in_loop else asyncio._get_running_loop()
        if loop is not None:
            asyncio._set_running_loop(None)
        try:
            outcome = self._do(self.sync, deed, given)
        except BaseException as error:
            self._answer_failure(frame, error)
        else:
            self._answer(frame, outcome)
        finally:
            if loop is not None:
                asyncio._set_running_loop(loop)

    def _do(self, deeds: dict[str, Deed], deed: Any, given: list[Any]) -> Any:
        if not isinstance(deed, str) or deed not in deeds:
            raise Broken("Something was asked for that there is not.")
        return deeds[deed](*given)

    def _begin_task(self, frame: Frame) -> None:
        self._here.lane = self._lanes.get(frame.lane)
        # A copy: no context can be entered by two threads at a time.
        context = (self.lending.context(frame.value[2] if len(frame.value) > 2 else None) or self.context).copy()
        task = asyncio.get_running_loop().create_task(self._perform_task(frame), context=context)
        self._running[frame.call] = task, frame

    async def _perform_task(self, frame: Frame) -> None:
        self._show(frame.said)
        deed, _, *given = frame.value
        try:
            outcome = await self._do(self.tasks, deed, given)
        except BaseException as error:
            self._answer_failure(frame, error)
        else:
            self._answer(frame, outcome)
        finally:
            self._running.pop(frame.call, None)

    def _answer(self, frame: Frame, outcome: Any) -> None:
        value, shared = outcome if isinstance(outcome, Unshared) else (outcome, True)
        try:
            self._reply(Kind.ANSWER, frame, value, shared=shared)
        except NotPlain as error:
            self._answer_failure(frame, error)

    def _answer_failure(self, frame: Frame, error: BaseException) -> None:
        try:
            self._reply(Kind.FAILED, frame, self.failures.told(error))
        except NotPlain:
            self._reply(Kind.FAILED, frame, self.failures.told(NotPlain("an error that cannot be told")))

    def _reply(self, kind: Kind, frame: Frame, value: Any, *, shared: bool = False) -> None:
        with contextlib.suppress(Broken):
            self._send_or_keep(kind, frame.lane, frame.call, value, shared=shared)

    def _send_or_keep(self, kind: Kind, lane: int, call: int, value: Any = None, *, shared: bool = False) -> None:
        """Sends it, or keeps it for the next cell when this one is over."""
        try:
            self.send(kind, lane, call, value, shared=shared)
        except Broken:
            goes_on = self.connection is not None and not self.has_said_end
            if goes_on or len(self._unsent) >= MOST_UNSENT:
                raise
            self._unsent.append((kind, lane, call, value, shared))

    def resume(self) -> None:
        """Sends what was kept: what a client left open in the last cell goes on in this one."""
        unsent, self._unsent = self._unsent, []
        for kind, lane, call, value, shared in unsent:
            with contextlib.suppress(NotPlain):
                self._send_or_keep(kind, lane, call, value, shared=shared)

    def fail(self, error: Broken) -> None:
        """The line is of no use any more: whoever waits is told."""
        if self.broken is None:
            self.broken = error
        for call in list(self._waiting):
            waiting = self._waiting.pop(call, None)
            if waiting is not None:
                waiting(Frame(Kind.FAILED, MAIN, call, self.broken, []))


class Unshared(tuple[Any, bool]):
    """An outcome whose lists and dicts are copies."""

    def __new__(cls, value: Any) -> Unshared:
        """The outcome, marked so."""
        return super().__new__(cls, (value, False))
