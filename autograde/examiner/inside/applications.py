"""WSGI and ASGI across the line: the examiner's client speaks to an application that runs in the student's process."""

from __future__ import annotations

import inspect
import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograde.examiner.inside.plain import NotPlain

if TYPE_CHECKING:
    from autograde.examiner.inside.exchange import Exchange

SCOPES = ("http", "websocket", "lifespan")
OF_WSGI = ("wsgi.input", "wsgi.errors", "wsgi.file_wrapper")
"""What of an environ is made anew on the other side."""
MOST_BODY = 16_000_000

Environ = dict[str, Any]


def is_wsgi(given: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether these are the arguments of a WSGI server."""
    if len(given) != 2 or named or not isinstance(given[0], dict) or not callable(given[1]):
        return False
    return "REQUEST_METHOD" in given[0] and "wsgi.version" in given[0]


def is_asgi(given: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Whether these are the arguments of an ASGI server."""
    if len(given) != 3 or named or not callable(given[1]) or not callable(given[2]):
        return False
    return isinstance(given[0], dict) and given[0].get("type") in SCOPES


# The examiner's side


def answer_wsgi(exchange: Exchange, number: int, environ: Environ, start_response: Any) -> WsgiBody:
    """What a WSGI application of the other side answers."""
    __tracebackhide__ = True
    stream = environ.get("wsgi.input")
    length = environ.get("CONTENT_LENGTH")
    content = b""
    if stream is not None and (length or environ.get("wsgi.input_terminated") or isinstance(stream, io.BytesIO)):
        ends = environ.get("wsgi.input_terminated") or isinstance(stream, io.BytesIO)
        content = stream.read(MOST_BODY + 1 if ends else min(int(length or 0), MOST_BODY))
    kept = {name: value for name, value in environ.items() if name not in OF_WSGI and _crosses(exchange, value)}
    told = exchange.ask("wsgi", number, kept, bytes(content), shared=False)
    return WsgiBody(exchange, told, environ, start_response)


class WsgiBody:
    """What a WSGI application returned: the pieces of its answer, as it makes them."""

    def __init__(self, exchange: Exchange, told: Any, environ: Environ, start_response: Any) -> None:
        self._exchange = exchange
        self._environ = environ
        self._start_response = start_response
        self._write: Any = None
        self._number: int = told[0]
        self._piece: list[Any] = []
        self._is_over = False
        self._follow(told)

    def _follow(self, told: Any) -> None:
        """Does what the application did: starts the response, writes, logs."""
        __tracebackhide__ = True
        _, events, self._piece, self._is_over = told
        for event in events:
            match event:
                case ["start", status, headers, None]:
                    self._write = self._start_response(status, headers)
                case ["start", status, headers, error]:
                    made = self._exchange.failures.error(error)
                    self._write = self._start_response(status, headers, (type(made), made, None))
                case ["write", data]:
                    self._write(data)
                case ["log", str(text)]:
                    stream = self._environ.get("wsgi.errors") or sys.stderr
                    stream.write(text)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        __tracebackhide__ = True
        if not self._piece and not self._is_over:
            self._follow(self._exchange.ask("piece", self._number, shared=False))
        if not self._piece:
            raise StopIteration
        return self._piece.pop()

    def close(self) -> None:
        """Ends the answer, as a server does."""
        __tracebackhide__ = True
        self._follow(self._exchange.ask("finish", self._number, shared=False))


async def answer_asgi(exchange: Exchange, number: int, scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Lets an ASGI application of the other side answer."""
    __tracebackhide__ = True
    kept = {name: value for name, value in scope.items() if _crosses(exchange, value)}
    state = scope.get("state")
    if isinstance(state, dict):
        kept["state"] = {name: value for name, value in state.items() if _crosses(exchange, value)}
    lent = [exchange.lending.number(thing) for thing in (Once(receive), Once(send), Once(state))]
    try:
        for name in await exchange.task("asgi", number, kept, *lent, shared=False):
            scope.setdefault(str(name), None)
    finally:
        exchange.lending.drop(lent)


class Once:
    """Something lent for one call."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing


def _crosses(exchange: Exchange, value: Any) -> bool:
    if callable(value):
        return False
    try:
        exchange.lending.values.tree(value, shared=False)
    except NotPlain:
        return False
    return True


def examiner_deeds(exchange: Exchange) -> None:
    """Lets the student's applications ask for what they are answering."""
    from autograde.examiner.inside.exchange import Unshared

    def lent(number: Any) -> Any:
        once = exchange.lending.thing(number)
        if not isinstance(once, Once):
            raise LookupError("This is not there any more.")
        return once.thing

    async def message(number: Any, *given: Any) -> Any:
        return Unshared(await lent(number)(*given))

    async def state(number: Any, values: dict[str, Any]) -> None:
        held = lent(number)
        if isinstance(held, dict):
            held.update(values)

    exchange.tasks |= {"message": message, "state": state}


# The student's side


class WsgiAnswer:
    """An answer of a WSGI application while it is made."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._events: list[list[Any]] = []
        self._started = False
        self._sent = False
        self._iterator: Iterator[Any] = iter(())
        self._answer: Any = None

    def begin(self, app: Any, environ: Environ) -> None:
        """Calls the application."""
        self._answer = app(environ, self._start_response)
        self._iterator = iter(self._answer)

    def _start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        if exc_info and self._sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if self._started and not exc_info:
            raise AssertionError("start_response() was called a second time, without exc_info.")
        self._started = True
        error = self._exchange.failures.told(exc_info[1]) if exc_info else None
        self._events.append(["start", status, headers, error])
        return self._write

    def _write(self, data: Any) -> None:
        self._sent = True
        self._events.append(["write", data])

    def write(self, text: str) -> int:
        """Takes what is written to `wsgi.errors`."""
        self._events.append(["log", str(text)])
        return len(text)

    def flush(self) -> None:
        """There is nothing to do."""

    def writelines(self, lines: list[str]) -> None:
        """Takes several lines."""
        for line in lines:
            self.write(line)

    def piece(self) -> list[Any]:
        """What happened since, and the next piece."""
        try:
            piece = [next(self._iterator)]
        except StopIteration:
            piece = []
        self._sent = self._sent or bool(piece and piece[0])
        return self._told(piece, is_over=not piece)

    def finish(self) -> list[Any]:
        """Closes the answer."""
        close = getattr(self._answer, "close", None)
        if close is not None:
            close()
        return self._told([], is_over=True)

    def _told(self, piece: list[Any], *, is_over: bool) -> list[Any]:
        events, self._events = self._events, []
        return [self._exchange.lending.number(self), events, piece, is_over]


class Opaque:
    """Something in the state of an application, which only that application can use."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing


def student_deeds(exchange: Exchange) -> None:
    """Lets the examiner speak to the applications of this process."""
    from autograde.examiner.inside.exchange import Unshared

    lending = exchange.lending

    def wsgi(number: Any, environ: Environ, content: bytes) -> Any:
        answer = WsgiAnswer(exchange)
        environ |= {"wsgi.input": io.BytesIO(content), "wsgi.errors": answer}
        answer.begin(lending.thing(number), environ)
        return Unshared(answer.piece())

    def finish(number: Any) -> Any:
        answer = lending.thing(number)
        try:
            return Unshared(answer.finish())
        finally:
            lending.drop([number])

    async def asgi(number: Any, scope: dict[str, Any], to_receive: int, to_send: int, state: int) -> Any:
        before = set(scope)
        if isinstance(scope.get("state"), dict):
            held = scope["state"].items()
            scope["state"] = {name: value.thing if isinstance(value, Opaque) else value for name, value in held}

        async def receive() -> Any:
            return await exchange.task("message", to_receive, shared=False)

        async def send(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete" and scope.get("state"):
                held = {name: _opaque(value) for name, value in scope["state"].items()}
                await exchange.task("state", state, held, shared=False)
            await exchange.task("message", to_send, message, shared=False)

        outcome = lending.thing(number)(scope, receive, send)
        if inspect.isawaitable(outcome):
            await outcome
        return Unshared([name for name in scope if name not in before])

    def _opaque(value: Any) -> Any:
        try:
            lending.values.tree(value, shared=False)
        except NotPlain:
            return Opaque(value)
        return value

    exchange.sync |= {"wsgi": wsgi, "piece": lambda number: Unshared(lending.thing(number).piece()), "finish": finish}
    exchange.tasks |= {"asgi": asgi}
