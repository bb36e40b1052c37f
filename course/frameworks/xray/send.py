"""One request through an application, written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any

from course.frameworks.client import Client
from course.frameworks.protocol import interface
from course.frameworks.routing import framework_of
from course.frameworks.xray.content import content
from course.frameworks.xray.django import through_django
from course.frameworks.xray.flask import through_flask
from course.frameworks.xray.layers import AsgiLayer, Layer, WsgiLayer, is_core, layer_name, links, starts
from course.frameworks.xray.sql import sql
from course.frameworks.xray.starlette import through_starlette
from course.frameworks.xray.trace import Trace, current, replaced

WAYS: dict[str, Callable[[Any, Trace], AbstractContextManager[Any]]] = {
    "Django": through_django,
    "Flask": through_flask,
    "FastAPI": through_starlette,
    "Starlette": through_starlette,
}
ANSWER = "the answer is sent"


def send(app: Any, trace: Trace, method: str, path: str, request: dict[str, Any]) -> Any:
    """The response to one request; `trace` holds what happened. Afterwards everything is as it was before."""
    protocol = interface(app)
    with ExitStack() as stack:
        stack.callback(trace.close)
        stack.enter_context(sql())
        stack.enter_context(content())
        inside = stack.enter_context(_through(app, trace, AsgiLayer if protocol == "asgi" else WsgiLayer))
        served = _asgi_server(inside, trace) if protocol == "asgi" else _wsgi_server(inside, trace)
        with Client(served, beside=_alive(app) if protocol == "asgi" else None) as session:
            return session.request(method, path, **request)


def _alive(app: Any) -> Any:
    """The application if it is open in a client, or the middleware that is open around it, or in it."""
    from course.frameworks.client.asgi import alive

    core = core_of(app) or app
    return next((other for other in alive() if (core_of(other) or other) is core), None)


def core_of(app: Any) -> Any:
    """The application of a framework inside of the middleware that it is wrapped in; None where none is found."""
    inmost = next((inside for _, _, inside in links(app) if framework_of(inside)), None)
    return app if framework_of(app) else inmost


@contextmanager
def _through(app: Any, trace: Trace, layer: type[Layer]) -> Iterator[Any]:
    """The application with all that writes down what happens in it."""
    core, held = core_of(app), [] if framework_of(app) else links(app)
    if core is None:
        yield layer(app, "view")
        return
    with ExitStack() as stack:
        way = stack.enter_context(WAYS[framework_of(core)](core, trace))
        inner_plan, trace.plan = trace.plan, []
        if app is not core:
            trace.plan.append(layer_name(app))
        if framework_of(core) == "Flask":
            held = [*held, *links(core, ("wsgi_app",))]
        for outer, name, inside in held:
            if inside is core:
                stack.enter_context(replaced(outer, name, lambda was: way))
            elif not is_core(inside):
                trace.plan.append(layer_name(inside))
                stack.enter_context(replaced(outer, name, layer))
        trace.plan += inner_plan
        yield way if app is core else layer(app)


def _wsgi_server(app: Any, trace: Trace) -> Any:
    """What a server does with a WSGI application, for the request of this trace alone."""

    def serve(environ: Any, start_response: Any) -> Any:
        token = current.set(trace)
        root = trace.begin("server", "WSGI")

        def over() -> None:
            trace.end(root)
            with suppress(ValueError):  # Whoever closes the body may do so in a context of its own.
                current.reset(token)

        def started(*args: Any, **kwargs: Any) -> Any:
            trace.begin("answer", ANSWER)
            return start_response(*args, **kwargs)

        try:
            return _Body(app(environ, started), over)
        except BaseException as exception:
            if not trace.inside("answer"):
                trace.failed(root, exception)
            over()
            raise

    return serve


class _Body:
    """The body of a WSGI answer, which knows when a server is through with it."""

    def __init__(self, parts: Iterable[bytes], over: Callable[[], None]) -> None:
        self.parts, self.over = parts, over

    def __iter__(self) -> Iterator[bytes]:
        yield from self.parts

    def close(self) -> None:
        try:
            getattr(self.parts, "close", lambda: None)()
        finally:
            self.over()


def _asgi_server(app: Any, trace: Trace) -> Any:
    """What a server does with an ASGI application, for the request of this trace alone."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        token = current.set(trace)
        root = trace.begin("server", "ASGI")

        async def started(message: Any) -> None:
            if starts(message):
                trace.begin("answer", ANSWER)
            await send(message)

        try:
            await app(scope, receive, started)
        except BaseException as exception:
            if not trace.inside("answer"):
                trace.failed(root, exception)
            raise
        finally:
            trace.end(root)
            current.reset(token)

    return serve
