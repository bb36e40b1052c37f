"""What stands in this process for functions, iterators and the like of the other one."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from autograde.examiner.inside import applications
from autograde.examiner.inside.exchange import Exchange
from autograde.examiner.inside.plain import Malformed, NotPlain, Tree

KINDS = inspect._ParameterKind
NOWHERE = "<the notebook's code>"
ASIDE = 16
"""So many items are asked for one by one; then more at a time, of which the last come ahead of their time."""
AT_A_TIME = 64
MOST_ITEMS = 1_000_000
NEEDED = "A plain value is needed here, such as a number, a text, a list or a dict."


class Remote:
    """Makes what stands for the other side's things."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        exchange.lending.makers |= {
            "F": self.callable,
            "I": self.iterator,
            "A": lambda number: RemoteAsyncIterator(exchange, number),
            "W": lambda number: RemoteAwaitable(exchange, number),
        }

    def callable(
        self,
        number: Tree,
        name: Tree,
        is_async: Tree,
        parameters: Tree,
        text: Tree,
        is_function: Tree,
        attributes: Mapping[str, Any] | None = None,
    ) -> Any:
        """A function, or an object that can be called, with attributes of this process."""
        if type(number) is not int or not isinstance(name, str) or not isinstance(text, str | None):
            raise Malformed("a function that is none")
        if is_function:
            function = self._function(number, is_async=bool(is_async), is_method=False)
            _dress(function, name, text, _signature(parameters))
            return function
        call = self.method(number, name, is_async, parameters, text, is_function)
        held = {"__call__": call, "__doc__": text, "__module__": "__main__", **(attributes or {})}
        return type(name, (RemoteCallable,), held)()

    def method(
        self, number: int, name: Tree, is_async: Tree, parameters: Tree, text: Tree, is_function: Tree
    ) -> Callable[..., Any]:
        """What is called when such an object is."""
        call = self._function(number, is_async=bool(is_async), is_method=True)
        _dress(call, "__call__", None, _signature(parameters), is_method=True)
        return call

    def _function(self, number: int, *, is_async: bool, is_method: bool) -> Callable[..., Any]:
        exchange = self.exchange
        skipped = int(is_method)

        if is_async:

            async def awaited(*args: Any, **kwargs: Any) -> Any:
                __tracebackhide__ = True
                given = args[skipped:]
                if applications.is_asgi(given, kwargs):
                    return await applications.answer_asgi(exchange, number, *given)
                try:
                    return await exchange.task("call", number, list(given), kwargs)
                except NotPlain as error:
                    raise _named(error, awaited.__name__) from None

            return awaited

        def called(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            given = args[skipped:]
            if applications.is_wsgi(given, kwargs):
                return applications.answer_wsgi(exchange, number, *given)
            if applications.is_asgi(given, kwargs):
                return applications.answer_asgi(exchange, number, *given)
            try:
                return exchange.ask("call", number, list(given), kwargs)
            except NotPlain as error:
                raise _named(error, called.__name__) from None

        return called

    def iterator(self, number: Tree, is_generator: Tree) -> Any:
        """An iterator; a generator where it is one."""
        kind = RemoteGenerator if is_generator else RemoteIterator
        return kind(self.exchange, number)


class RemoteCallable:
    """An object of the other process that can be called."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object>"


class RemoteIterator(Iterator[Any]):
    """An iterator of the other process; its items come one by one at first, then several at a time."""

    def __init__(self, exchange: Exchange, number: int) -> None:
        self._exchange = exchange
        self._number = number
        self._ahead: list[Any] = []
        self._error: BaseException | None = None
        self._taken = 0

    def __next__(self) -> Any:
        __tracebackhide__ = True
        if not self._ahead:
            self._fetch()
        return self._ahead.pop()

    def _fetch(self) -> None:
        __tracebackhide__ = True
        if self._error is not None:
            error, self._error = self._error, StopIteration()
            raise error
        if self._taken > MOST_ITEMS:
            raise NotPlain(f"more than {MOST_ITEMS:,} items of an iterator")
        wanted = 1 if self._taken < ASIDE else AT_A_TIME
        items, ended, told = self._exchange.ask("next", self._number, wanted)
        self._taken += len(items)
        self._ahead = items[::-1]
        if ended:
            self._error = StopIteration() if told is None else self._exchange.failures.error(told)
        if not items:
            self._fetch()


class RemoteGenerator(RemoteIterator, Generator[Any, Any, Any]):
    """A generator of the other process."""

    def send(self, value: Any) -> Any:
        """Resumes it with a value."""
        __tracebackhide__ = True
        if value is None:
            return next(self)
        return self._exchange.ask("send", self._number, value)

    def throw(self, typ: Any, val: Any = None, tb: Any = None) -> Any:
        """Raises an exception in it."""
        raise NotPlain("an exception that is thrown into a generator")

    def close(self) -> None:
        """Ends it."""
        self._ahead = []
        self._error = StopIteration()
        self._exchange.ask("close", self._number)


class RemoteAwaitable(Awaitable[Any]):
    """A coroutine, task or future of the other process."""

    def __init__(self, exchange: Exchange, number: int) -> None:
        self._exchange = exchange
        self._number = number

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._exchange.task("await", self._number).__await__()


class RemoteAsyncIterator(AsyncIterator[Any]):
    """An asynchronous iterator of the other process."""

    def __init__(self, exchange: Exchange, number: int) -> None:
        self._exchange = exchange
        self._number = number

    async def __anext__(self) -> Any:
        __tracebackhide__ = True
        items = await self._exchange.task("anext", self._number)
        if not items:
            raise StopAsyncIteration
        return items[0]

    async def aclose(self) -> None:
        """Ends it."""
        await self._exchange.task("aclose", self._number)


def _named(error: NotPlain, name: str) -> NotPlain:
    """The same error, which says whose value could not cross."""
    if not hasattr(error, "name"):
        error.name = name  # type: ignore[attr-defined]
        error.args = (f"`{name}` gave {error}. {NEEDED}",)
    return error


def _signature(parameters: Tree) -> inspect.Signature | None:
    if parameters is None:
        return None
    try:
        return inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    KINDS(kind),
                    default=inspect.Parameter.empty if default is None else default[0] if default else ...,
                )
                for name, kind, default in parameters
            ]
        )
    except (TypeError, ValueError) as error:
        raise Malformed("parameters that are none") from error


@lru_cache(maxsize=8)
def _without_source(code: CodeType) -> CodeType:
    """The same code: whoever asks for its source is told that there is none, instead of being shown ours."""
    return code.replace(co_filename=NOWHERE)


def _dress(
    function: Any, name: str, text: str | None, signature: inspect.Signature | None, *, is_method: bool = False
) -> None:
    function.__name__ = function.__qualname__ = name
    function.__module__ = "__main__"
    function.__doc__ = text
    function.__code__ = _without_source(function.__code__)
    if signature is None:
        return
    if is_method:
        own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        if "self" in signature.parameters:
            return
        kinds = [own, *signature.parameters.values()]
        signature = signature.replace(parameters=kinds)
    function.__signature__ = signature


def deeds(exchange: Exchange) -> None:
    """Lets an exchange do what the other side's functions, iterators and so on stand for."""
    thing = exchange.lending.thing

    def call(number: Any, given: list[Any], named: dict[str, Any]) -> Any:
        return thing(number)(*given, **named)

    def following(number: Any, wanted: int) -> list[Any]:
        iterator, items = thing(number), []
        try:
            for _ in range(wanted):
                items.append(next(iterator))
        except StopIteration:
            return [items, True, None]
        except Exception as error:
            if not items:
                raise
            return [items, True, exchange.failures.told(error)]
        return [items, False, None]

    async def call_and_wait(number: Any, given: list[Any], named: dict[str, Any]) -> Any:
        outcome = thing(number)(*given, **named)
        return await outcome if inspect.isawaitable(outcome) else outcome

    async def wait(number: Any) -> Any:
        return await thing(number)

    async def following_later(number: Any) -> list[Any]:
        try:
            return [await anext(thing(number))]
        except StopAsyncIteration:
            return []

    exchange.sync |= {
        "call": call,
        "next": following,
        "send": lambda number, value: thing(number).send(value),
        "close": lambda number: thing(number).close(),
    }
    exchange.tasks |= {
        "call": call_and_wait,
        "await": wait,
        "anext": following_later,
        "aclose": lambda number: thing(number).aclose(),
    }
