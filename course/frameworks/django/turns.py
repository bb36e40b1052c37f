"""Requests to Django programs with different settings take turns: Django's settings are one for the process."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

PATIENCE = 10.0
POLL = 0.002
TOO_LONG = (
    f"Another Django program of this kernel, with other settings, has been answering for over {PATIENCE:g} s, and "
    "Django's settings are one for the whole process. If the two programs talk to each other, give them the same "
    "settings, or make one of them a project(...), which has a process of its own."
)


@contextmanager
def turn(settings: Mapping[str, Any]) -> Iterator[Turn]:
    """Inside, Django's settings are overridden by `settings`, for this request and for others that say the same.

    A request waits until all whose settings are other ones, and who came before it, have left. When it is sent from
    within another (a view that asks a second program), that one is left meanwhile, so it sees none of its settings.
    """
    outer = _mine.get()
    with outer.outside() if outer and outer.settings != settings else nullcontext():
        own = Turn(settings, outer)
        token = _mine.set(own)
        try:
            own.enter()
            yield own
        finally:
            own.leave()
            _mine.reset(token)


@asynccontextmanager
async def async_turn(settings: Mapping[str, Any]) -> AsyncIterator[Turn]:
    """The same for a request that is answered in an event loop, which it does not block while it waits."""
    outer = _mine.get()
    async with outer.async_outside() if outer and outer.settings != settings else nullcontext():
        own = Turn(settings, outer)
        token = _mine.set(own)
        try:
            await own.async_enter()
            yield own
        finally:
            own.leave()
            _mine.reset(token)


class Turn:
    """One request's place among the others. Those who are inside at the same time have the same settings."""

    def __init__(self, settings: Mapping[str, Any], outer: Turn | None) -> None:
        self.settings = settings
        self._outer = outer
        self._away = 1
        """How often it was left and not entered again: parts of a request may run at once, and each may leave."""

    def enter(self) -> None:
        """Waits in line, and makes its settings Django's."""
        with self._in_line(), _change:
            if not _change.wait_for(self._has_entered, PATIENCE):
                raise RuntimeError(TOO_LONG)

    async def async_enter(self) -> None:
        """The same, without blocking the event loop."""
        with self._in_line():
            deadline = time.monotonic() + PATIENCE
            while not self._has_entered():
                if time.monotonic() > deadline:
                    raise RuntimeError(TOO_LONG)
                await asyncio.sleep(POLL)

    def leave(self) -> None:
        """Lets others enter, for good unless it is entered again."""
        with _change:
            self._away += 1
            if self in _inside:
                _inside.remove(self)
                if not _inside:
                    _override_settings({})
                _change.notify_all()

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Leaves, and enters again at the end."""
        self.leave()
        try:
            yield
        finally:
            self.enter()

    @asynccontextmanager
    async def async_outside(self) -> AsyncIterator[None]:
        """The same, without blocking the event loop."""
        self.leave()
        try:
            yield
        finally:
            await self.async_enter()

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        with _change:
            self._away -= 1
            _waiting.append(self)
        try:
            yield
        finally:
            with _change:
                _waiting.remove(self)
                _change.notify_all()

    def _has_entered(self) -> bool:
        with _change:
            if self._away or self in _inside:
                return True  # Another part of the same request has left it again, or has entered it already.
            before = [] if self._outer in _inside else _waiting[: _waiting.index(self)]
            if any(other.settings != self.settings for other in (*_inside, *before)):
                return False
            if not _inside:
                _override_settings(self.settings)
            _inside.append(self)
            return True


_mine: ContextVar[Turn | None] = ContextVar("turn", default=None)
_change = threading.Condition()
_waiting: list[Turn] = []
_inside: list[Turn] = []
_override: Any = None


def _override_settings(settings: Mapping[str, Any]) -> None:
    """Takes back the former override, and makes another if there are `settings`."""
    global _override
    former, _override = _override, None
    if former:
        former.disable()
    if settings:  # Loading what overrides settings takes a while, which most programs need not wait for.
        from django.test.utils import override_settings

        override = override_settings(**settings)
        override.enable()
        _override = override
