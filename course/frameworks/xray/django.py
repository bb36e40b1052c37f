"""The way of a request through Django: middleware of our own between the program's, in a twin of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from course.frameworks.routing import django_route, name_of
from course.frameworks.xray.sql import DjangoQueries
from course.frameworks.xray.trace import Open, Trace, current, harmless, place, replaced

OURS = "course.frameworks."
FROM_CELLS = "course.frameworks.django.cell."
HANDLER = "Django's handler of exceptions"
PREFIX = f"{__name__}.boundary_"


class Passage:
    """One request on its way through the boundaries: the one with number `n` stands before the n-th middleware."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.core = len(trace.plan)
        """The number of the innermost boundary, behind which Django looks for a view and calls it."""
        self.queries = DjangoQueries(trace)
        self.layers: dict[int, Open] = {}
        self.routing: Open | None = None
        self.view: Open | None = None
        self.handler: Open | None = None
        self.resolving = False
        self.asked = ""
        """The method of a middleware that Django calls at the moment, about a view or what came of it."""


_ways: dict[Trace | None, Passage] = {}


@contextmanager
def through_django(app: Any, trace: Trace) -> Iterator[Any]:
    """A twin of the program that writes down what happens to a request in it."""
    from django.core.handlers import exception
    from django.urls import URLResolver

    names: list[str] = []

    def interleaved(middleware: list[str]) -> list[str]:
        stops: list[str] = []
        for name in middleware:
            if name.startswith(PREFIX):  # Another request is being traced: its settings are Django's at the moment.
                continue
            if name.startswith(FROM_CELLS) or not name.startswith(OURS):
                stops.append(f"{PREFIX}{len(names)}")
                names.append(name)
            stops.append(name)
        return [*stops, f"{PREFIX}{len(names)}"]

    twin = app.with_middleware(interleaved)
    trace.plan = [name.rpartition(".")[2] for name in names]
    _ways[trace] = Passage(trace)
    try:
        with (
            replaced(URLResolver, "resolve", _routing),
            replaced(exception, "response_for_exception", _responding),
        ):
            yield twin
    finally:
        _ways.pop(trace).queries.leave()


def __getattr__(name: str) -> Callable[..., Any]:
    """`boundary_3` is the middleware that stands before the program's fourth; settings name middleware in words."""
    number = name.removeprefix("boundary_")
    if number == name or not number.isdigit():
        raise AttributeError(name)
    return _boundary(int(number))


def _boundary(number: int) -> Callable[..., Any]:
    from asgiref.sync import iscoroutinefunction, markcoroutinefunction

    def factory(get_response: Callable[..., Any]) -> Boundary:
        if iscoroutinefunction(get_response):
            return markcoroutinefunction(AsyncBoundary(number, get_response))
        return Boundary(number, get_response)

    factory.sync_capable = factory.async_capable = True  # type: ignore[attr-defined]
    return factory


class Boundary:
    """A middleware that does nothing but tell when a request and its answer come by."""

    def __init__(self, number: int, get_response: Callable[..., Any]) -> None:
        self.number = number
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        """Lets a request in and its answer out."""
        way = _ways.get(current.get())
        if way is None:
            return self.get_response(request)
        enter(way, self.number, request)
        response = self.get_response(request)
        leave(way, self.number, response)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        """Django has found the view."""
        seen_by(_ways.get(current.get()), self.number, view)

    def process_exception(self, request: Any, exception: BaseException) -> None:
        """The view has raised."""
        raised_to(_ways.get(current.get()), self.number, exception)

    def process_template_response(self, request: Any, response: Any) -> Any:
        """The view has returned something that is to be rendered."""
        to_render(_ways.get(current.get()), self.number, response)
        return response


class AsyncBoundary(Boundary):
    """The same between asynchronous middleware."""

    async def __call__(self, request: Any) -> Any:
        """Lets a request in and its answer out."""
        from asgiref.sync import sync_to_async

        way = _ways.get(current.get())
        if way is None:
            return await self.get_response(request)
        await sync_to_async(way.queries.meet)()  # In the thread in which synchronous views run.
        enter(way, self.number, request)
        response = await self.get_response(request)
        leave(way, self.number, response)
        return response


@harmless
def enter(way: Passage, number: int, request: Any) -> None:
    """The request goes inwards through a boundary."""
    way.queries.meet()
    if number < way.core:
        way.layers[number] = way.trace.begin("middleware", way.trace.plan[number])
        return
    way.routing = way.trace.begin("routing", "URL patterns")
    path, urlpatterns = request.path_info, _urlpatterns(request)
    way.trace.route = lambda: django_route(urlpatterns, path)


@harmless
def leave(way: Passage, number: int, response: Any) -> None:
    """The answer comes outwards through a boundary."""
    trace = way.trace
    if number < way.core:
        trace.answered(way.layers[number], response.status_code)
        return
    if way.view is None and way.handler is None:
        with trace.step("hook", way.asked) as hook:
            hook.outcome, hook.detail = "answered", "the view is not called"
    if way.handler and way.handler.end is None:
        answers(way, way.handler, response.status_code)
    if way.view:
        trace.end(way.view)
    way.asked, trace.status = "", response.status_code


def _routing(resolve: Any) -> Any:
    """`URLResolver.resolve`: Django's first question behind all middleware."""
    from django.urls import Resolver404

    @functools.wraps(resolve)
    def wrapper(self: Any, path: Any) -> Any:
        way = _ways.get(current.get())
        if way is None or way.routing is None or way.routing.end is not None or way.resolving:
            return resolve(self, path)
        way.resolving = True
        try:
            found = resolve(self, path)
        except Resolver404:
            way.routing.outcome, way.routing.problem = "refused", "no pattern fits the path"
            raise
        way.trace.end(way.routing)
        return found

    return wrapper


@harmless
def seen_by(way: Passage | None, number: int, view: Any) -> None:
    """A view was found. All middleware may look at it, and answer, before it is called."""
    if way is None:
        return
    _ask(way, number, "process_view")
    if number == way.core:
        way.queries.meet()
        way.view = way.trace.begin("view", lambda: name_of(view), where=lambda: place(view))


@harmless
def raised_to(way: Passage | None, number: int, exception: BaseException) -> None:
    """A view raised. Middleware may make an answer of it, the innermost is asked first; otherwise Django does."""
    if way is None:
        return
    _ask(way, number - 1, "process_exception")
    if number == way.core and way.view:
        way.trace.failed(way.view, exception)
        way.trace.end(way.view)
        way.handler = way.trace.begin("handler", HANDLER)
    if way.handler:
        way.handler.name = way.asked or HANDLER


@harmless
def to_render(way: Passage | None, number: int, response: Any) -> None:
    """A view returned an answer whose content is to be made now."""
    if way is None:
        return
    _ask(way, number - 1, "process_template_response")
    if number == way.core and way.view:
        way.trace.end(way.view)
        renderer = getattr(response, "accepted_renderer", None)
        if renderer is not None:
            way.view = way.trace.begin("serializer", type(renderer).__name__)


def _ask(way: Passage, number: int, method: str) -> None:
    """Django calls this method of this middleware next, if there is such a middleware."""
    way.asked = f"{way.trace.plan[number]}.{method}" if 0 <= number < way.core else ""


def _responding(respond: Any) -> Any:
    """`response_for_exception`, which Django calls right around the middleware or the view that an exception left."""

    @functools.wraps(respond)
    def wrapper(request: Any, exception: Exception) -> Any:
        way = _ways.get(current.get())
        handler = way and handled(way, exception)
        try:
            response = respond(request, exception)
        except BaseException as error:
            if way and handler:
                way.trace.failed(handler, error)
                way.trace.end(handler)
            raise
        if way and handler:
            answers(way, handler, response.status_code)
        return response

    return wrapper


@harmless
def handled(way: Passage, exception: Exception) -> Open:
    """The step in which Django makes an answer of an exception, once that of what raised it is over."""
    is_begun = way.handler is not None and way.handler.end is None
    if way.handler and is_begun and not way.asked:
        return way.handler
    trace = way.trace
    failed = trace.begin("hook", way.asked) if way.asked and not is_begun else trace.innermost
    if failed and failed.kind != "server":
        trace.failed(failed, exception)
        trace.end(failed)
    way.asked, way.handler = "", trace.begin("handler", HANDLER)
    return way.handler


@harmless
def answers(way: Passage, handler: Open, status: int) -> None:
    """A handler has made an answer of an exception, instead of that which was already on its way out, if there was."""
    handler.outcome, handler.detail = "answered", f"makes the answer {status}"
    way.trace.answered(handler, status)


def _urlpatterns(request: Any) -> Any:
    from django.urls import get_resolver

    return get_resolver(getattr(request, "urlconf", None)).url_patterns
