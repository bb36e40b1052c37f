"""The way of a request into a WSGI application and of its answer back, as a server goes it (PEP 3333)."""

from __future__ import annotations

import asyncio
import inspect
import io
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx2

from course.frameworks.failure import note

PORTS = {"http": 80, "https": 443}


class WSGITransport(httpx2.BaseTransport):
    """Sends requests into a WSGI application; the answer comes piece by piece, as the application makes it.

    Where the application raises before it has answered, the answer is a server's plain 500.
    """

    without_lifespan = False
    """WSGI has none."""

    def __init__(self, app: Any):
        self._app = app

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, once its first piece is there."""
        if request.url.scheme not in PORTS:
            raise TypeError(
                "This is a WSGI application, and WSGI has no WebSockets: they need ASGI, as FastAPI speaks it."
            )
        body = _Body()
        try:
            return _in_no_event_loop(self._answer, request, body)
        except Exception as error:
            note(error)
            body.close_quietly()
            return httpx2.Response(500, text="Internal Server Error")

    def _answer(self, request: httpx2.Request, body: _Body) -> httpx2.Response:
        body.begin(self._app(_environ(request), body.start_response))
        status, _, reason = body.status.partition(" ")
        if request.method == "HEAD" or status in ("204", "304"):
            body.leave_out()
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in body.headers]
        extensions = {"reason_phrase": reason.encode("latin-1")}
        return httpx2.Response(int(status), headers=headers, stream=body, extensions=extensions)


class _Body(httpx2.SyncByteStream):
    """What an application answers: its status and headers first, then the pieces of its body."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self._pieces: deque[bytes] = deque()
        self._iterator: Iterator[bytes] = iter(())
        self._close: Callable[[], object] | None = None
        self._has_begun = False

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if exc_info and self._has_begun:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.status and not exc_info:
            raise AssertionError("start_response() was called a second time, without exc_info.")
        self.status, self.headers = status, list(headers)
        return self._write

    def begin(self, answer: Any) -> None:
        """Takes what the application returned; status and headers are settled when its first piece is there."""
        if inspect.isawaitable(answer):
            if inspect.iscoroutine(answer):
                answer.close()
            raise TypeError(
                "The application answered with an awaitable: it is an ASGI application without `async def`."
            )
        self._close = getattr(answer, "close", None)
        self._iterator = iter(answer)
        first = self._next()
        if not self.status:
            raise AssertionError("The application did not call start_response().")
        self._has_begun = True
        if first is not None:
            self._pieces.appendleft(first)

    def leave_out(self) -> None:
        """An answer without a body: what the application makes of one is not sent."""
        self._pieces.clear()
        self._iterator = iter(())

    def __iter__(self) -> Iterator[bytes]:
        while (piece := self._next()) is not None:
            yield piece

    def close(self) -> None:
        if self._close is not None:
            _in_no_event_loop(self._close)

    def close_quietly(self) -> None:
        """After an exception: the first one is the one to tell."""
        try:
            self.close()
        except Exception:
            return

    def _next(self) -> bytes | None:
        """The next piece that is not empty: what was written, then what the iterator gives."""
        while not self._pieces:
            piece = _in_no_event_loop(next, self._iterator, None)
            if piece is None:
                break
            self._write(piece)
        return self._pieces.popleft() if self._pieces else None

    def _write(self, piece: bytes) -> None:
        if not isinstance(piece, bytes):
            raise TypeError(f"A WSGI application answers with pieces of bytes, not of {type(piece).__name__}.")
        if piece:
            self._pieces.append(piece)


def _environ(request: httpx2.Request) -> dict[str, Any]:
    url = request.url
    content = request.read()
    environ: dict[str, Any] = {
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        # The bytes of the path as latin-1: the application decodes them.
        "PATH_INFO": unquote_to_bytes(url.raw_path.partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": url.query.decode("ascii"),
        "SERVER_NAME": url.host,
        "SERVER_PORT": str(url.port or PORTS[url.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
    }
    for raw_name, raw_value in request.headers.raw:
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name == "TRANSFER_ENCODING":  # The body is here in one piece.
            environ["CONTENT_LENGTH"] = str(len(content))
            continue
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        between = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    return environ


def _in_no_event_loop(call: Callable[..., Any], *given: Any) -> Any:
    """What `call` returns. As in a thread of a server no event loop runs, although one does around a notebook's cells.

    So an application may start one for its async views. Its code stays in this thread all the same: what was opened
    in a cell, a database for one, can be used by a view.
    """
    loop = asyncio._get_running_loop()
    if loop is None:
        return call(*given)
    asyncio._set_running_loop(None)
    try:
        return call(*given)
    finally:
        asyncio._set_running_loop(loop)
