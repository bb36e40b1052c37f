"""The way of a request through FastAPI and Starlette: layers between their middleware, wrappers around their steps."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from typing import Any

from course.frameworks.routing import name_of, route
from course.frameworks.xray.layers import PLUMBING, AsgiLayer, Layer, layer_name, links, starts
from course.frameworks.xray.trace import Open, Trace, current, harmless, place, replaced, watched, written_as

REFUSALS = {404: "no route fits the path", 405: "no route for this path takes the method"}


@contextmanager
def through_starlette(app: Any, trace: Trace) -> Iterator[Any]:
    """The same application, which writes down what happens to a request in it."""
    from starlette.background import BackgroundTask
    from starlette.routing import Mount, Route

    with ExitStack() as stack:
        _into(app, trace, stack)
        stack.enter_context(replaced(Route, "handle", _handle))
        stack.enter_context(replaced(Mount, "handle", _handle_mount))
        stack.enter_context(replaced(BackgroundTask, "__call__", _background))
        fastapi = sys.modules.get("fastapi.routing")
        if fastapi:
            stack.enter_context(replaced(fastapi.APIRoute, "handle", _found))
            stack.enter_context(replaced(fastapi, "solve_dependencies", _parameters))
            stack.enter_context(replaced(fastapi, "run_endpoint_function", _endpoint))
            stack.enter_context(replaced(fastapi, "serialize_response", _serialize))
        yield app


def _into(app: Any, trace: Trace | None, stack: ExitStack) -> None:
    """Layers for an application and for those that are mounted in it."""
    if app.middleware_stack is None:
        app.middleware_stack = app.build_middleware_stack()
    for outer, name, inside in links(app, ("middleware_stack",)):
        if inside is app.router:
            stack.enter_context(replaced(outer, name, lambda router: Core(router, app)))
        elif type(inside).__name__ not in PLUMBING:
            stack.enter_context(replaced(outer, name, AsgiLayer))
            if trace:
                trace.plan.append(layer_name(inside))
    if hasattr(app, "dependency_overrides"):
        stack.enter_context(replaced(app, "dependency_overrides", Dependencies))
    for mounted in app.routes:
        inside = getattr(mounted, "app", None)
        if hasattr(inside, "middleware_stack") and hasattr(inside, "build_middleware_stack"):
            _into(inside, None, stack)


class Core(Layer):
    """The router of an application, which writes down how long it looks for a view."""

    def __init__(self, router: Any, app: Any) -> None:
        super().__init__(router)
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Lets a request in and its answer out."""
        from starlette.exceptions import HTTPException

        trace = current.get()
        if trace is None or scope["type"] != "http":
            await self.inside(scope, receive, send)
            return
        _watch_handlers(scope)
        method, path = scope["method"], scope["path"]
        trace.route = trace.route or (lambda: route(self.app, method, path))
        node = trace.begin("routing", "routes")

        async def sent(message: Any) -> None:
            if node.end is None and starts(message):
                node.outcome, node.detail = "answered", "redirects to the address with another slash"
                trace.end(node)
            await send(message)

        try:
            await self.inside(scope, receive, sent)
        except HTTPException as exception:
            _refused(node, exception)
            raise
        finally:
            trace.end(node)


@harmless
def _watch_handlers(scope: Any) -> None:
    handlers = scope.get("starlette.exception_handlers", ({}, {}))
    scope["starlette.exception_handlers"] = tuple(
        {key: watched(handler, "handler", after=_handled) for key, handler in table.items()} for table in handlers
    )


@harmless
def _refused(node: Open, exception: Any) -> None:
    if node.end is None or "Allow" in (exception.headers or ()):
        node.outcome, node.problem = "refused", REFUSALS.get(exception.status_code, str(exception))


def _ends_routing(trace: Trace) -> None:
    node = trace.innermost
    if node is not None and node.kind == "routing":
        trace.end(node)


def _handled(node: Open, answer: Any) -> None:
    node.outcome, node.detail = "answered", "makes the answer"


def _handle(handle: Any) -> Any:
    """`Route.handle`, which is called when the route was found. FastAPI's routes have a view in more steps."""

    @functools.wraps(handle)
    async def wrapper(self: Any, scope: Any, receive: Any, send: Any) -> None:
        trace = current.get()
        if trace is None or hasattr(self, "dependant") or (self.methods and scope["method"] not in self.methods):
            await handle(self, scope, receive, send)
            return
        _ends_routing(trace)
        with trace.step("view", lambda: name_of(self.endpoint), where=lambda: place(self.endpoint)) as node:

            async def sent(message: Any) -> None:
                trace.end(node)
                await send(message)

            await handle(self, scope, receive, sent)

    return wrapper


def _found(handle: Any) -> Any:
    @functools.wraps(handle)
    async def wrapper(self: Any, scope: Any, receive: Any, send: Any) -> None:
        trace = current.get()
        if trace is not None:
            _ends_routing(trace)
        await handle(self, scope, receive, send)

    return wrapper


def _handle_mount(handle: Any) -> Any:
    @functools.wraps(handle)
    async def wrapper(self: Any, scope: Any, receive: Any, send: Any) -> None:
        trace = current.get()
        if trace is not None:
            _ends_routing(trace)
        layer = AsgiLayer(functools.partial(handle, self), "mounted")
        layer.name = self.path or "/"
        await layer(scope, receive, send)

    return wrapper


def _background(call: Any) -> Any:
    @functools.wraps(call)
    async def wrapper(self: Any) -> None:
        trace = current.get()
        if trace is None or not hasattr(self, "func"):
            await call(self)
            return
        with trace.step("background", lambda: name_of(self.func), where=lambda: place(self.func)):
            await call(self)

    return wrapper


# FastAPI


def _parameters(solve: Any) -> Any:
    @functools.wraps(solve)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        trace = current.get()
        if trace is None:
            return await solve(*args, **kwargs)
        _ends_routing(trace)
        with trace.step("validation", "parameters and dependencies") as node:
            solved = await solve(*args, **kwargs)
            _solved(node, solved)
        return solved

    return wrapper


@harmless
def _solved(node: Open, solved: Any) -> None:
    if solved.errors:
        node.outcome, node.problem = "refused", "; ".join(_problem(error) for error in solved.errors)


def _problem(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"


def _endpoint(run: Any) -> Any:
    @functools.wraps(run)
    async def wrapper(*, dependant: Any, **kwargs: Any) -> Any:
        trace = current.get()
        if trace is None:
            return await run(dependant=dependant, **kwargs)
        with trace.step("view", lambda: name_of(dependant.call), where=lambda: place(dependant.call)):
            return await run(dependant=dependant, **kwargs)

    return wrapper


def _serialize(serialize: Any) -> Any:
    @functools.wraps(serialize)
    async def wrapper(*, field: Any = None, **kwargs: Any) -> Any:
        trace = current.get()
        if trace is None:
            return await serialize(field=field, **kwargs)
        with trace.step("serializer", lambda: _wanted(field)):
            return await serialize(field=field, **kwargs)

    return wrapper


def _wanted(field: Any) -> str:
    return inspect.formatannotation(field.field_info.annotation) if field else "jsonable_encoder"


class Dependencies(dict[Any, Any]):
    """An application's overrides of dependencies, which has one for each: itself, written down."""

    def __bool__(self) -> bool:
        return True

    def get(self, call: Any, default: Any = None) -> Any:
        """What FastAPI is to call for a dependency."""
        found = super().get(call, default)
        return found if current.get() is None else _watched_dependency(found) or found


@harmless
def _watched_dependency(call: Any) -> Any:
    plain = written_as(call)
    if inspect.isasyncgenfunction(plain):

        @functools.wraps(call, updated=())
        async def lasting(**values: Any) -> Any:
            async with _Lasting(call, asynccontextmanager(call)(**values)) as value:
                yield value

        return lasting
    if inspect.isgeneratorfunction(plain):

        @functools.wraps(call, updated=())
        def lasting_in_thread(**values: Any) -> Any:
            with _Lasting(call, contextmanager(call)(**values)) as value:
                yield value

        return lasting_in_thread
    return watched(call, "dependency")


class _Lasting:
    """A dependency with `yield`: a step before it and a step after it."""

    def __init__(self, call: Callable[..., Any], context: Any) -> None:
        self.call, self.context = call, context

    def step(self, kind: str) -> AbstractContextManager[Any]:
        trace = current.get()
        if trace is None:
            return ExitStack()
        return trace.step(kind, lambda: name_of(self.call), where=lambda: place(self.call))

    def __enter__(self) -> Any:
        with self.step("dependency"):
            return self.context.__enter__()

    def __exit__(self, *exception: Any) -> Any:
        with self.step("teardown"):
            return self.context.__exit__(*exception)

    async def __aenter__(self) -> Any:
        with self.step("dependency"):
            return await self.context.__aenter__()

    async def __aexit__(self, *exception: Any) -> Any:
        with self.step("teardown"):
            return await self.context.__aexit__(*exception)
