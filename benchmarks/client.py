"""What a request through `client(app)` costs, beside bare httpx2 on the same transport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
from starlette.testclient import TestClient

from benchmarks.measure import Measured, best_of
from course import client

REQUESTS = 20
ROUNDS = 60
RATIO = 1.2


def measure() -> list[Measured]:
    """A new client and one request, many times over, as cells do it."""
    flask, fastapi = _flask_app(), _fastapi_app()
    bare_wsgi = _many(lambda: _bare(httpx2.WSGITransport(flask)).get("/"))
    bare_asgi = _many(lambda: TestClient(fastapi, raise_server_exceptions=False).get("/"))
    return [
        _measured("Flask", flask, "httpx2.Client on its WSGITransport", bare_wsgi),
        _measured("FastAPI", fastapi, "Starlette's TestClient", bare_asgi),
    ]


def _measured(name: str, app: Any, beside: str, bare: Callable[[], object]) -> Measured:
    ours = _many(lambda: client(app).get("/"))
    # In turns, so that a busy moment of the machine disturbs both.
    pairs = [(best_of(1, ours), best_of(1, bare)) for _ in range(ROUNDS)]
    seconds, minimum = (min(times) for times in zip(*pairs, strict=True))
    return Measured(f"client(app).get('/'), {name}, {REQUESTS} times", seconds, beside, minimum, bound=RATIO * minimum)


def _many(request: Callable[[], object]) -> Callable[[], object]:
    return lambda: [request() for _ in range(REQUESTS)]


def _bare(transport: httpx2.BaseTransport) -> httpx2.Client:
    return httpx2.Client(transport=transport, base_url="http://testserver")


def _flask_app() -> Any:
    from flask import Flask

    app = Flask("library")
    app.add_url_rule("/", "home", lambda: {"open": True})
    return app


def _fastapi_app() -> Any:
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/")
    async def home() -> dict[str, bool]:
        return {"open": True}

    return app
