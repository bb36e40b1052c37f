"""The client's end of a WebSocket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from starlette.testclient import WebSocketTestSession
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect


@dataclass
class Ending:
    """What an application did about a WebSocket that is closed now."""

    scope: Scope = field(default_factory=dict)
    """What it was called with; Starlette writes into it what it found."""
    has_raised: bool = False
    has_returned: bool = False

    @property
    def reason(self) -> str:
        """Why the WebSocket is closed."""
        if self.has_raised:
            return "what its view raised is printed above."
        if self.has_returned:
            return "its view has returned."
        if "router" in self.scope and "endpoint" not in self.scope:
            return "the app has no WebSocket route for this path."
        return "the app has closed it."


class WebSocketSession(WebSocketTestSession):
    """Starlette's, whose `WebSocketDisconnect` says which WebSocket was closed, and why."""

    def __init__(self, talk: Callable[[Scope, Receive, Send, Ending], Awaitable[None]], begun: WebSocketTestSession):
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await talk(scope, receive, send, self._ending)

        super().__init__(app, begun.scope, begun.portal_factory)
        self._ending = Ending()

    def __enter__(self) -> Self:
        with self._explained("was refused"):
            return super().__enter__()

    def receive_text(self) -> str:
        """The next message, a text."""
        with self._explained("was closed"):
            return super().receive_text()

    def receive_bytes(self) -> bytes:
        """The next message, bytes."""
        with self._explained("was closed"):
            return super().receive_bytes()

    def receive_json(self, mode: Literal["text", "binary"] = "text") -> Any:
        """The next message, read as JSON."""
        with self._explained("was closed"):
            return super().receive_json(mode)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except WebSocketDisconnect as error:
            status = getattr(error, "status_code", None)  # That of an answer which refuses it.
            how = f"with status {status}" if status else f"with code {error.code}"
            reason = "" if status or not error.reason else f" ({error.reason})"
            error.args = (f"The WebSocket {self._ending.scope['path']} {what} {how}{reason}: {self._ending.reason}",)
            raise
