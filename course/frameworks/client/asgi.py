"""The way of a request into an ASGI application and of its answer back, as a server goes it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Self
from urllib.parse import unquote
from weakref import WeakSet

import httpx2
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from course.frameworks.client.socket import Ending, WebSocketSession
from course.frameworks.failure import note

PLAIN_500: list[Message] = [
    {"type": "start", "status": 500, "headers": [(b"content-type", b"text/plain; charset=utf-8")]},
    {"type": "body", "body": b"Internal Server Error"},
]
WITHOUT_BODY = (204, 304)
"""Answers with these statuses have none on the wire."""
INTERNAL_ERROR = 1011
"""With this code a server closes a WebSocket whose view raised."""
NOT_CLOSED = 1006
"""This code a client sees when a view returned without closing its WebSocket."""
NO_ANSWER = "The application returned without an answer."

Headers = list[tuple[bytes, bytes]]
_headers: ContextVar[Headers] = ContextVar("course.frameworks.headers")
"""Those of the answer that is being made: Starlette's client takes none that are not ASCII."""


class ASGITransport(httpx2.BaseTransport):
    """Sends requests into an ASGI application; its lifespan runs while the transport is open, as in `with`.

    Where the application raises before it has answered, the answer is a server's plain 500. What is raised behind a
    WebSocket goes to `socket_failed`, with its path; it is raised to the caller if that raises. With `beside`, an
    application that is `alive`, no lifespan runs: the event loop and the state are those of that one.
    """

    def __init__(self, app: ASGIApp, socket_failed: Callable[[str, Exception], None], beside: ASGIApp | None = None):
        self._app = app
        self._beside = beside
        self._socket_failed = socket_failed
        self._is_open = False
        self._session = TestClient(self._serve, raise_server_exceptions=False, client=("127.0.0.1", 50000))

    def __enter__(self) -> Self:
        host = next((other for other in _open if other._app is self._beside), None)
        if host:
            self._session.portal = host._session.portal
            self._session.app_state.update(host._session.app_state)
            return self
        self._session.__enter__()
        self._is_open = True
        _open.add(self)
        return self

    def close(self) -> None:
        """Ends the lifespan, and what is still being answered."""
        if self._is_open:
            self._is_open = False
            _open.discard(self)
            self._session.__exit__()
        self._session.close()

    @property
    def without_lifespan(self) -> bool:
        """Whether the application has a lifespan, and it is not running."""
        return not self._is_open and _has_lifespan(self._app)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer; that of a WebSocket holds its session, not yet begun, in `extensions["websocket"]`."""
        if request.url.scheme in ("ws", "wss"):
            begun = self._session.websocket_connect(str(request.url), headers=request.headers)
            return httpx2.Response(101, extensions={"websocket": WebSocketSession(self._talk, begun)})
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
        has_begun = has_body = False

        async def forward(message: Message) -> None:
            nonlocal has_begun, has_body
            has_begun = True
            if message["type"] == "http.response.start":
                has_body = message["status"] not in WITHOUT_BODY
                _headers.get().extend(message.get("headers", ()))
                message = {**message, "headers": ()}
            elif message["type"] == "http.response.body" and not has_body:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(_decoded(scope), receive, forward)
            if not has_begun:
                raise RuntimeError(NO_ANSWER)
        except Exception as error:
            note(error)
            if not has_begun:
                for message in PLAIN_500:
                    await forward({**message, "type": f"http.response.{message['type']}"})

    async def _talk(self, scope: Scope, receive: Receive, send: Send, ending: Ending) -> None:
        """The same for a WebSocket."""
        ending.scope = _decoded(scope)
        state = ""

        async def forward(message: Message) -> None:
            nonlocal state
            state = message["type"]
            await send(message)

        try:
            await self._app(ending.scope, receive, forward)
            if not state:
                raise RuntimeError(NO_ANSWER)
            if state in ("websocket.accept", "websocket.send"):
                ending.has_returned = True
                await send({"type": "websocket.close", "code": NOT_CLOSED})
        except WebSocketDisconnect:  # The client went away, and the view did not expect it.
            return
        except Exception as error:
            ending.has_raised = True
            self._socket_failed(scope["path"], error)
            if state:
                await send({"type": "websocket.close", "code": INTERNAL_ERROR})
                return
            for message in PLAIN_500:
                await send({**message, "type": f"websocket.http.response.{message['type']}"})


_open: WeakSet[ASGITransport] = WeakSet()


def alive() -> list[ASGIApp]:
    """The applications whose lifespan is running at the moment."""
    return [transport._app for transport in _open]


def _decoded(scope: Scope) -> Scope:
    """Starlette's client decodes the path twice: "%2520" would be a space."""
    return {**scope, "path": unquote(scope["raw_path"].decode("ascii"))}


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
