"""One HTTP client for Flask, FastAPI and Django applications, with no port."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import httpx2

from course.frameworks.client.wsgi import WSGITransport
from course.frameworks.failure import Failure, Seen, let_go, watch
from course.frameworks.protocol import interface

if TYPE_CHECKING:
    from starlette.testclient import WebSocketTestSession

    from course.frameworks.client.asgi import ASGITransport

BASE_URL = "http://testserver"
UPGRADE = {"connection": "upgrade", "sec-websocket-key": "testserver==", "sec-websocket-version": "13"}


def client(app: Any, *, raise_exceptions: bool = False, base_url: str = BASE_URL, **options: Any) -> Client:
    """A client that sends its requests straight into `app`, any WSGI or ASGI application.

    It is an `httpx2.Client` and takes its options (`headers`, `cookies`, `params`, `auth`, `follow_redirects`, ...):
    `client(app).get("/users/ada")` returns a response with `status_code`, `headers`, `text` and `json()`; cookies
    are kept between requests; redirects are returned, not followed; `stream()` and `sse()` give the answer piece by
    piece. Inside `with client(app) as c:` the lifespan of an ASGI application runs, and `websocket_connect()` talks
    to its WebSockets.

    An answer is what a browser would get. An exception in a view is thus the 500 of the framework, or the plain one
    of a server; what was raised, where, and what to do is printed, and is in `response.extensions["failure"]`. With
    `raise_exceptions=True` it is raised here instead.
    """
    return Client(app, raise_exceptions=raise_exceptions, base_url=base_url, **options)


class Client(httpx2.Client):
    """An `httpx2.Client` for one application; see `client`. What a view raised is told by `tell`.

    An application that stands for another one, which is open in a client, takes part in its lifespan `beside` it.
    """

    def __init__(
        self,
        app: Any,
        *,
        raise_exceptions: bool = False,
        tell: Callable[[str], object] = print,
        beside: Any = None,
        base_url: str = BASE_URL,
        **options: Any,
    ):
        super().__init__(transport=_Watched(app, raise_exceptions, tell, beside), base_url=base_url, **options)

    def websocket_connect(self, url: str, subprotocols: Sequence[str] = (), **options: Any) -> WebSocketTestSession:
        """A WebSocket of an ASGI application: `with c.websocket_connect("/ws") as ws:`, then `ws.send_text("hello")`.

        There are also `send_json`, `send_bytes`, `receive_text`, `receive_json`, `receive_bytes` and `close`.
        """
        headers = httpx2.Headers(UPGRADE)
        if subprotocols:
            headers["sec-websocket-protocol"] = ", ".join(subprotocols)
        headers.update(options.pop("headers", None))
        address = self.build_request("GET", url).url
        address = address.copy_with(scheme="wss" if address.scheme in ("https", "wss") else "ws")
        return self.get(address, headers=headers, **options).extensions["websocket"]


class _Watched(httpx2.BaseTransport):
    """The way into an application, on which what the application raises is told, or raised again."""

    def __init__(self, app: Any, raise_exceptions: bool, tell: Callable[[str], object], beside: Any = None):
        self._raises = raise_exceptions
        self._tell = tell
        self._inner: WSGITransport | ASGITransport = WSGITransport(app)
        if interface(app) == "asgi":
            # It loads Starlette, which only ASGI applications need.
            from course.frameworks.client.asgi import ASGITransport

            self._inner = ASGITransport(app, self._socket_failed, beside)

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def close(self) -> None:
        self._inner.close()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        seen = Seen()
        with watch(seen):
            response = self._inner.handle_request(request)
        if "websocket" in response.extensions:
            return response
        status, extensions = response.status_code, response.extensions

        def report() -> None:
            error = seen.exception
            told = extensions.get("failure")
            if error is None or (told and told.exception is error):
                return
            let_go(error)
            extensions["failure"] = self._failure(error)
            if self._raises:
                raise error
            because = "because" if status >= 500 else "and then"
            what = f"{request.method} {request.url.path} was answered with {status}, {because} this was raised:"
            self._tell(f"{what}\n{extensions['failure'].summary}")

        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Stream(response.stream, seen, report)
        try:
            report()
        except BaseException:
            response.close()
            raise
        return response

    def _failure(self, error: Exception) -> Failure:
        return Failure(error, without_lifespan=self._inner.without_lifespan)

    def _socket_failed(self, path: str, error: Exception) -> None:
        if self._raises:
            raise error
        self._tell(f"The WebSocket {path} was closed, because this was raised:\n{self._failure(error).summary}")


class _Stream(httpx2.SyncByteStream):
    """A body on its way, which is watched until its end: an application may still raise."""

    def __init__(self, stream: httpx2.SyncByteStream, seen: Seen, report: Callable[[], None]):
        self._stream = stream
        self._seen = seen
        self._report = report

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._stream)
        while (piece := self._next(pieces)) is not None:
            yield piece

    def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        with suppress(Exception), watch(self._seen):  # What is raised is seen, and reported at the end.
            return next(pieces, None)
        return None

    def close(self) -> None:
        with suppress(Exception), watch(self._seen):
            self._stream.close()
        self._report()
