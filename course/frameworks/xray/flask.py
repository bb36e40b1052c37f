"""The way of a request through Flask: its functions, wrapped while the request is traced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from course.frameworks.routing import name_of, route
from course.frameworks.xray.trace import Open, Trace, current, replaced, watched

REFUSALS = {
    404: "no rule fits the path",
    405: "no rule for this path takes the method",
}


@contextmanager
def through_flask(app: Any, trace: Trace) -> Iterator[Any]:
    """The same application, which writes down what happens to a request in it."""
    with ExitStack() as stack:
        for name, change in (
            ("view_functions", _views),
            ("before_request_funcs", _hooks("before_request", _before)),
            ("after_request_funcs", _hooks("after_request")),
            ("teardown_request_funcs", _hooks("teardown_request")),
            ("error_handler_spec", _error_handlers),
            ("create_url_adapter", lambda create: _routing(app, create)),
        ):
            stack.enter_context(replaced(app, name, change))
        stack.enter_context(replaced(app.json, "response", lambda make: watched(make, "serializer", "JSON")))
        yield app


def _views(views: dict[str, Any]) -> dict[str, Any]:
    return {endpoint: watched(view, "view") for endpoint, view in views.items()}


def _hooks(kind: str, after: Callable[[Open, Any], None] | None = None) -> Callable[[Any], Any]:
    """The functions that are registered for the application and its blueprints."""

    def change(registered: dict[str | None, list[Any]]) -> dict[str | None, list[Any]]:
        return {
            scope: [watched(function, "hook", f"{kind}: {name_of(function)}", after) for function in functions]
            for scope, functions in registered.items()
        }

    return change


def _before(node: Open, returned: Any) -> None:
    if returned is not None:
        node.outcome, node.detail = "answered", "the view is not called"


def _error_handlers(spec: dict[Any, Any]) -> dict[Any, Any]:
    """Flask looks into it with names and codes that are not there, so it makes them up as Flask's own does."""
    copy: dict[Any, Any] = defaultdict(lambda: defaultdict(dict))
    for scope, codes in spec.items():
        for code, handlers in codes.items():
            for kind, handler in handlers.items():
                name = f"errorhandler: {name_of(handler)}"
                copy[scope][code][kind] = watched(handler, "handler", name, _handled)
    return copy


def _handled(node: Open, returned: Any) -> None:
    node.outcome, node.detail = "answered", "makes the answer"


def _routing(app: Any, create: Callable[..., Any]) -> Callable[..., Any]:
    """Flask asks the adapter of a request for its view."""
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import RequestRedirect

    def create_url_adapter(request: Any) -> Any:
        adapter, trace = create(request), current.get()
        if trace is None or adapter is None or request is None:
            return adapter
        match = adapter.match

        def routed(*args: Any, **kwargs: Any) -> Any:
            if args or {"path_info", "method"} & kwargs.keys():  # It is asked which methods a path takes, or the like.
                return match(*args, **kwargs)
            trace.route = trace.route or (lambda: route(app, request.method, request.path))
            with trace.step("routing", "URL map") as node:
                try:
                    return match(*args, **kwargs)
                except RequestRedirect:
                    node.outcome, node.detail = "answered", "redirects to the address with another slash"
                    raise
                except HTTPException as exception:
                    node.outcome, node.problem = "refused", REFUSALS.get(exception.code or 0, "")
                    raise

        adapter.match = routed
        return adapter

    return create_url_adapter
