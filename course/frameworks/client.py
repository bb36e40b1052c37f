"""One HTTP client for Flask, FastAPI and Django applications, with no port."""

from __future__ import annotations

import inspect
from typing import Any

import httpx2

BASE_URL = "http://testserver"


def client(app: Any) -> httpx2.Client:
    """A client that sends its requests straight into `app`, any WSGI or ASGI application.

    It is an `httpx2.Client`: `client(app).get("/users/ada")` returns a response with `status_code`, `headers`,
    `text` and `json()`; cookies are kept between requests; redirects are returned, not followed, unless
    `follow_redirects=True` is passed. What an exception in a view becomes is up to the framework: Flask and Django
    answer with status 500, FastAPI's is raised here.
    """
    if not callable(app):
        raise TypeError(
            f"client() needs a WSGI or ASGI application, and {app!r} is none. "
            "Pass the Flask(...) or FastAPI(...) object, or django_app(urlpatterns)."
        )
    if _is_asgi(app):
        from starlette.testclient import TestClient  # Loading it takes 0.2 s, which only ASGI applications need.

        return TestClient(app, base_url=BASE_URL, follow_redirects=False)
    return httpx2.Client(transport=httpx2.WSGITransport(app=_with_path_as_bytes(app)), base_url=BASE_URL)


def _with_path_as_bytes(app: Any) -> Any:
    """WSGI wants the bytes of a path as latin-1 (PEP 3333); the transport hands over the text that they spell."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"].encode("utf-8", "surrogateescape").decode("latin-1")
        return app({**environ, "PATH_INFO": path}, start_response)

    return wrapped


def _is_asgi(app: Any) -> bool:
    call = app if inspect.isroutine(app) else type(app).__call__
    return inspect.iscoroutinefunction(inspect.unwrap(call))
