"""The way of a request into an ASGI application and of its answer back, as a server goes it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Self
from urllib.parse import unquote

import httpx2
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from course.frameworks.failure import note

PLAIN_500: list[Message] = [
    {"type": "start", "status": 500, "headers": [(b"content-type", b"text/plain; charset=utf-8")]},
    {"type": "body", "body": b"Internal Server Error"},
]
INTERNAL_ERROR = 1011
"""With this code a server closes a WebSocket whose view raised."""

Headers = list[tuple[bytes, bytes]]
_headers: ContextVar[Headers] = ContextVar("course.frameworks.headers")
"""Those of the answer that is being made: Starlette's client takes none that are not ASCII."""


class ASGITransport(httpx2.BaseTransport):
    """Sends requests into an ASGI application; its lifespan runs while the transport is open, as in `with`.

    Where the application raises before it has answered, the answer is a server's plain 500. What is raised behind a
    WebSocket goes to `socket_failed`, with its path; it is raised to the caller if that raises.
    """

    def __init__(self, app: ASGIApp, socket_failed: Callable[[str, Exception], None]):
        self._app = app
        self._socket_failed = socket_failed
        self._is_open = False
        self._session = TestClient(self._serve, raise_server_exceptions=False, client=("127.0.0.1", 50000))

    def __enter__(self) -> Self:
        self._session.__enter__()
        self._is_open = True
        return self

    def close(self) -> None:
        """Ends the lifespan, and what is still being answered."""
        if self._is_open:
            self._is_open = False
            self._session.__exit__()
        self._session.close()

    @property
    def without_lifespan(self) -> bool:
        """Whether the application has a lifespan, and it is not running."""
        return not self._is_open and _has_lifespan(self._app)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer; that of a WebSocket holds its session, not yet begun, in `extensions["websocket"]`."""
        if request.url.scheme in ("ws", "wss"):
            session = self._session.websocket_connect(str(request.url), headers=request.headers)
            return httpx2.Response(101, extensions={"websocket": session})
        headers: Headers = []
        token = _headers.set(headers)
        try:
            response = self._session._transport.handle_request(request)
        finally:
            _headers.reset(token)
        response.headers = httpx2.Headers(headers)
        return response

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(self._app, scope, receive, send)
            return
        is_http = scope["type"] == "http"
        has_begun = False

        async def forward(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                _headers.get().extend(message.get("headers", ()))
                message = {**message, "headers": ()}
            await send(message)

        try:
            # Starlette decodes the path twice: "%2520" would be a space.
            await self._app({**scope, "path": unquote(scope["raw_path"].decode("ascii"))}, receive, forward)
            if not has_begun:
                raise RuntimeError("The application returned without an answer.")
        except Exception as error:
            if is_http:
                note(error)
            elif isinstance(error, WebSocketDisconnect):  # The client went away, and the view did not expect it.
                return
            else:
                self._socket_failed(scope["path"], error)
            if not has_begun:
                kind = "http.response" if is_http else "websocket.http.response"
                for message in PLAIN_500:
                    await forward({**message, "type": f"{kind}.{message['type']}"})
            elif not is_http:
                await send({"type": "websocket.close", "code": INTERNAL_ERROR})


async def _live(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Runs an application's lifespan; one that has none is served without, as servers do."""
    has_answered = False

    async def forward(message: Message) -> None:
        nonlocal has_answered
        has_answered = True
        await send(message)

    try:
        await app(scope, receive, forward)
    except Exception:
        if has_answered:
            raise
    if not has_answered:
        await send({"type": "lifespan.startup.complete"})
        while (await receive())["type"] != "lifespan.shutdown":
            continue
        await send({"type": "lifespan.shutdown.complete"})


def _has_lifespan(app: Any) -> bool:
    """A hint, not a proof: the protocol does not say it. Starlette's and FastAPI's apps and what wraps them do."""
    while app is not None and not hasattr(app, "router"):
        app = getattr(app, "app", None)
    router = getattr(app, "router", None)
    return bool(getattr(router, "on_startup", None)) or _is_own(getattr(router, "lifespan_context", None))


def _is_own(lifespan: Any) -> bool:
    """Whether it is more than the default; FastAPI merges those of included routers into one that closes over them."""
    if lifespan is None:
        return False
    function = inspect.unwrap(lifespan)
    if getattr(function, "__module__", "").partition(".")[0] not in ("fastapi", "starlette"):
        return True
    held = inspect.getclosurevars(function).nonlocals.values() if inspect.isfunction(function) else ()
    return any(_is_own(thing) for thing in held if callable(thing))
