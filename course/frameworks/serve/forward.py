"""Shows a browser what another server answers, below JupyterLab's address, though that server knows nothing of it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from course.frameworks.serve import HOST, Served, listen
from course.frameworks.serve.asgi import Receive, Scope, Send
from course.frameworks.serve.server import lab_base

_OF_ONE_CONNECTION = {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer"}


class Forwarded(Served):
    """A server that passes all HTTP requests on to the one that listens on `port`."""

    def __init__(self, port: int) -> None:
        self._target = f"http://{HOST}:{port}"
        super().__init__(self._forward, listen(None, 0), lab_base())

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise ValueError("no lifespan here")
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1011})
            return
        path = scope["path"].removeprefix(scope["root_path"])
        url = httpx2.URL(self._target).copy_with(path=path, query=scope["query_string"] or None)
        headers = [(name, value) for name, value in scope["headers"] if name not in _OF_ONE_CONNECTION]
        async with httpx2.AsyncClient(timeout=None) as client:
            request = client.build_request(scope["method"], url, headers=headers, content=await _body(receive))
            answer = await client.send(request, stream=True)
            await _pass_back(answer, receive, send)


async def _pass_back(answer: httpx2.Response, receive: Receive, send: Send) -> None:
    kept = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _OF_ONE_CONNECTION]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
    gone = asyncio.ensure_future(_gone(receive))
    try:
        async for piece in answer.aiter_raw():
            if gone.done():
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        await answer.aclose()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message: Any = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
