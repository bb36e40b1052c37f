"""Requests to Django programs with different settings take turns: Django's settings are one for the process."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

PATIENCE = 10.0
POLL = 0.002
TOO_LONG = (
    f"Another Django program of this kernel, with other settings, has been answering for over {PATIENCE:g} s, and "
    "Django's settings are one for the whole process. If the two programs talk to each other, give them the same "
    "settings, or make one of them a project(...), which has a process of its own."
)


@dataclass(frozen=True)
class _Turn:
    """What the requests that are being answered agree on."""

    settings: Mapping[str, Any]
    covered: Mapping[str, Any]
    """What the overridden settings are outside of these requests."""


_mine: ContextVar[_Turn | None] = ContextVar("turn", default=None)
_change = threading.Condition()
_current: _Turn | None = None
_override: Any = None
_inside = 0


@contextmanager
def turn(settings: Mapping[str, Any]) -> Iterator[None]:
    """Inside, Django's settings are overridden by `settings`, for this request and for others that say the same.

    A request whose settings are other ones waits until all who are inside have left. One that is sent from within
    another (a view that asks a second program) does not wait, and sees none of the first program's settings.
    """
    outer = _mine.get()
    if outer is not None:
        with _nested(outer, settings):
            yield
        return
    with _change:
        if not _change.wait_for(lambda: _may_enter(settings), PATIENCE):
            raise RuntimeError(TOO_LONG)
        _enter(settings)
    with _entered():
        yield


@asynccontextmanager
async def async_turn(settings: Mapping[str, Any]) -> AsyncIterator[None]:
    """The same for a request that is answered in an event loop, which it does not block while it waits."""
    outer = _mine.get()
    if outer is not None:
        with _nested(outer, settings):
            yield
        return
    deadline = time.monotonic() + PATIENCE
    while not _try_to_enter(settings):
        if time.monotonic() > deadline:
            raise RuntimeError(TOO_LONG)
        await asyncio.sleep(POLL)
    with _entered():
        yield


def _may_enter(settings: Mapping[str, Any]) -> bool:
    return _current is None or _current.settings == settings


def _try_to_enter(settings: Mapping[str, Any]) -> bool:
    with _change:
        if not _may_enter(settings):
            return False
        _enter(settings)
        return True


def _enter(settings: Mapping[str, Any]) -> None:
    global _current, _override, _inside
    if _current is None:
        turn = _Turn(settings, _values(settings))
        _override = _enabled(settings)
        _current = turn
    _inside += 1


@contextmanager
def _entered() -> Iterator[None]:
    global _current, _override, _inside
    token = _mine.set(_current)
    try:
        yield
    finally:
        _mine.reset(token)
        with _change:
            _inside -= 1
            if not _inside:
                override, _override, _current = _override, None, None
                if override:
                    override.disable()
            _change.notify_all()


@contextmanager
def _nested(outer: _Turn, settings: Mapping[str, Any]) -> Iterator[None]:
    turn = _Turn(settings, {**_values(settings), **outer.covered})
    override = _enabled({**outer.covered, **settings})
    token = _mine.set(turn)
    try:
        yield
    finally:
        _mine.reset(token)
        if override:
            override.disable()


def _enabled(settings: Mapping[str, Any]) -> Any:
    if not settings:
        return None  # Loading what overrides settings takes a while, which most programs need not wait for.
    from django.test.utils import override_settings

    override = override_settings(**settings)
    override.enable()
    return override


def _values(names: Iterable[str]) -> dict[str, Any]:
    from django.conf import settings

    return {name: getattr(settings, name) for name in names if hasattr(settings, name)}
