"""Middleware around an application, seen from its borders: when a request enters, and when the answer leaves."""

from __future__ import annotations

from typing import Any

from course.frameworks.routing import framework_of, name_of
from course.frameworks.xray.trace import current, harmless

DEEPEST = 100
INWARDS = ("app", "wsgi_app", "application")
PLUMBING = ("AsyncExitStackMiddleware", "ExceptionTelemetryMiddleware")
"""What FastAPI puts into each application for itself; it does nothing that a learner could see."""


class Layer:
    """A middleware, which writes down when a request enters it and when the answer leaves it."""

    def __init__(self, inside: Any, kind: str = "middleware") -> None:
        self.inside = inside
        self.kind = kind
        self.name = layer_name(inside)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inside, name)


class WsgiLayer(Layer):
    """A WSGI middleware."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Lets a request in and its answer out."""
        trace = current.get()
        if trace is None:
            return self.inside(environ, start_response)
        node = trace.begin(self.kind, self.name)

        def started(status: str, *args: Any, **kwargs: Any) -> Any:
            trace.answered(node, status)
            return start_response(status, *args, **kwargs)

        try:
            return self.inside(environ, started)
        except BaseException as exception:
            if node.end is None:
                trace.failed(node, exception)
            trace.end(node)
            raise


class AsgiLayer(Layer):
    """An ASGI middleware."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Lets a request in and its answer out."""
        trace = current.get()
        if trace is None or scope["type"] != "http":
            await self.inside(scope, receive, send)
            return
        node = trace.begin(self.kind, self.name)

        async def sent(message: Any) -> None:
            if starts(message):
                trace.answered(node, message["status"])
            await send(message)

        try:
            await self.inside(scope, receive, sent)
        except BaseException as exception:
            if node.end is None:
                trace.failed(node, exception)
            raise
        finally:
            trace.end(node)


@harmless
def starts(message: Any) -> bool:
    """Whether an answer begins with this message of an ASGI application."""
    return message["type"] == "http.response.start" and "status" in message


def layer_name(layer: Any) -> str:
    """The name of a middleware; for one that was made of a function, that function's."""
    dispatch = getattr(layer, "dispatch_func", None)
    own = getattr(dispatch, "__func__", None) is getattr(type(layer), "dispatch", None)
    return name_of(layer) if dispatch is None or own else name_of(dispatch)


def links(outer: Any, names: tuple[str, ...] = INWARDS) -> list[tuple[Any, str, Any]]:
    """The chain of those that hold on to the next inside, from `outer` on: the holder, under which name, and whom.

    It ends at an application or a router; a middleware that hides what it holds ends it as well.
    """
    chain: list[tuple[Any, str, Any]] = []
    while hasattr(outer, "__dict__") and len(chain) < DEEPEST:
        name = next((name for name in names if callable(vars(outer).get(name))), None)
        if name is None:
            break
        inside = vars(outer)[name]
        if isinstance(inside, Layer):  # Another request is being traced.
            inside = inside.inside
        chain.append((outer, name, inside))
        if is_core(inside):
            break
        outer, names = inside, INWARDS
    return chain


def is_core(thing: Any) -> bool:
    """Whether it is no middleware, but what middleware lies around."""
    return bool(framework_of(getattr(thing, "__self__", thing))) or hasattr(thing, "routes")
