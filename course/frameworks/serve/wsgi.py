"""A WSGI application as an ASGI application, whose views may be at work still when their server is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from a2wsgi.wsgi import WSGIMiddleware, WSGIResponder


class Adapted(WSGIMiddleware):
    """The application; each of its requests has a thread."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self._threads = _ThreadEach()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request, or goes through the lifespan, in which nothing happens."""
        if scope["type"] == "http":
            await _Responder(self.app, self._threads, self.send_queue_size)(scope, receive, send)  # type: ignore[arg-type]
        else:
            await super().__call__(scope, receive, send)


class _Responder(WSGIResponder):
    def send(self, message: Any) -> None:
        if self.loop.is_closed():  # Else a coroutine would be made for it that nobody awaits.
            raise ConnectionAbortedError("The server was stopped.")
        super().send(message)


class _ThreadEach(Executor):
    """Runs each request in a thread of its own, which cannot keep the kernel alive."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = call(*given, **named)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=run, daemon=True, name="serve-request").start()
        return future
