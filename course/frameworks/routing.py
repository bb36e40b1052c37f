"""How a framework finds the view for a request: which patterns stand in its way, and what each says to the path."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

Verdict = Literal["matched", "no match", "other method", "not reached"]


@dataclass(frozen=True)
class Tried:
    """One pattern, and what it says to the request."""

    pattern: str
    verdict: Verdict
    why: str
    depth: int = 0
    """How many includes or mounts it lies in."""


@dataclass(frozen=True)
class Routing:
    """What routing makes of a request."""

    framework: str
    tried: tuple[Tried, ...]
    view: Callable[..., Any] | None = None
    """None when no view is called: a miss, another method, a redirect to the address with or without a slash."""
    route: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    """How this router goes about it, in words."""


def route(app: Any, method: str, path: str) -> Routing:
    """How `app` finds the view for `method` and `path`, without calling it.

    `app` is a program made by `django_app`, a Flask, or a FastAPI or Starlette; for any other application nothing is
    known, and `framework` is "". What follows a `?` in `path` takes no part.
    """
    path, method = unquote(urlsplit(path).path) or "/", method.upper()
    match framework_of(app):
        case "Django":
            return django_route(app.urlconf.urlpatterns, path)
        case "Flask":
            return _flask(app, method, path)
        case "FastAPI" | "Starlette" as name:
            return _starlette(app, name, method, path)
    return Routing("", ())


def framework_of(app: Any) -> str:
    """ "Django", "Flask", "FastAPI", "Starlette" or "", without loading any of them."""
    for module, name in (("flask", "Flask"), ("fastapi", "FastAPI"), ("starlette.applications", "Starlette")):
        if isinstance(app, getattr(sys.modules.get(module), name, ())):
            return name
    return "Django" if hasattr(getattr(app, "urlconf", None), "urlpatterns") else ""


def name_of(function: Any) -> str:
    """The name that a person would call a view or another callable by."""
    while hasattr(function, "func") and not hasattr(function, "__name__"):
        function = function.func  # functools.partial
    view = getattr(function, "view_class", None) or getattr(function, "cls", None) or function
    return getattr(view, "__name__", type(view).__name__)


# Django

_DJANGO = "Django tries the patterns from top to bottom and takes the first that fits. The method plays no part."
_ANGLE = re.compile(r"<(?:[^>:]+:)?(?P<name>[^>:]+)>")


def django_route(urlpatterns: Iterable[Any], path: str) -> Routing:
    """What Django makes of `path` with these patterns."""
    tried: list[Tried] = []
    found = _django_tries(urlpatterns, path.removeprefix("/"), tried, 0)
    if found is None:
        return Routing("Django", tuple(tried), note=_DJANGO)
    patterns, view, params = found
    return Routing("Django", tuple(tried), view, "".join(patterns), params, _DJANGO)


def _django_tries(
    patterns: Iterable[Any], rest: str, tried: list[Tried], depth: int
) -> tuple[list[str], Callable[..., Any], dict[str, Any]] | None:
    found = None
    for entry in patterns:
        written, children = str(entry.pattern), getattr(entry, "url_patterns", None)
        shown = written + ("…" if children is not None else "") or '""'
        if found:
            tried.append(Tried(shown, "not reached", "an earlier pattern fits", depth))
            continue
        match = entry.pattern.match(rest)
        if match is None:
            why = _django_why(entry.pattern, rest, is_prefix=children is not None)
            tried.append(Tried(shown, "no match", why, depth))
        elif children is None:
            tried.append(Tried(shown, "matched", f"calls {name_of(entry.callback)}", depth))
            positional = {str(number): value for number, value in enumerate(match[1])}
            found = ([written], entry.callback, {**positional, **match[2], **entry.default_args})
        else:
            place = len(tried)
            found = _django_tries(children, match[0], tried, depth + 1)
            inside = Tried(shown, "matched", "leads to more patterns", depth)
            nothing = Tried(shown, "no match", "begins like this, but nothing in it fits", depth)
            tried.insert(place, inside if found else nothing)
            if found:
                found = ([written, *found[0]], found[1], {**match[2], **entry.default_kwargs, **found[2]})
    return found


def _django_why(pattern: Any, rest: str, *, is_prefix: bool) -> str:
    written = str(pattern)
    if not hasattr(pattern, "_route"):  # A regular expression, or a language's prefix.
        return "the path does not fit this expression"
    if is_prefix and not pattern.converters:
        return f"does not begin with {written}"
    regexes = {name: converter.regex for name, converter in pattern.converters.items()}
    return _why(_ANGLE, written, regexes, rest, is_prefix=is_prefix)


# Flask

_FLASK = (
    "Flask's router does not try its rules one after another. It follows the parts of the path through a tree in which "
    "fixed words come before variables."
)


def _flask(app: Any, method: str, path: str) -> Routing:
    from werkzeug.exceptions import HTTPException
    from werkzeug.routing import RequestRedirect

    adapter = app.test_request_context(path, base_url="http://testserver", method=method).url_adapter
    winner, params, aim = None, {}, ""
    try:
        winner, params = adapter.match(path, method, return_rule=True)
    except RequestRedirect as redirect:
        aim = urlsplit(redirect.new_url).path
    except HTTPException:
        pass
    tried = tuple(
        _flask_says(app.url_map, adapter, rule, winner, aim, method, path) for rule in app.url_map.iter_rules()
    )
    if winner is None:
        return Routing("Flask", tried, note=_FLASK)
    return Routing("Flask", tried, app.view_functions.get(winner.endpoint), winner.rule, dict(params), _FLASK)


def _flask_says(url_map: Any, adapter: Any, rule: Any, winner: Any, aim: str, method: str, path: str) -> Tried:
    """What `rule` says to the path: asked in a map of its own."""
    from werkzeug.exceptions import HTTPException, MethodNotAllowed
    from werkzeug.routing import Map, RequestRedirect

    if rule is winner:
        return Tried(rule.rule, "matched", f"calls {rule.endpoint}")
    if rule.build_only:
        return Tried(rule.rule, "no match", "this rule only builds addresses")
    alone = Map(
        [rule.empty()],
        converters=url_map.converters,
        host_matching=url_map.host_matching,
        strict_slashes=url_map.strict_slashes,
        merge_slashes=url_map.merge_slashes,
    ).bind(adapter.server_name, subdomain=adapter.subdomain)
    try:
        alone.match(path, method)
    except RequestRedirect as redirect:
        to = urlsplit(redirect.new_url).path
        return Tried(rule.rule, "no match", f"fits {to}" + (": Flask redirects there" if to == aim else ""))
    except MethodNotAllowed as refusal:
        return Tried(rule.rule, "other method", _takes(refusal.valid_methods))
    except HTTPException:
        regexes = {name: converter.regex for name, converter in rule._converters.items()}
        return Tried(rule.rule, "no match", _why(_ANGLE, rule.rule, regexes, path))
    why = f"fits too, but {winner.rule} has precedence" if winner else "fits too"
    return Tried(rule.rule, "not reached", why)


# FastAPI and Starlette

_STARLETTE = (
    "{} tries the routes from top to bottom and takes the first whose path and method fit. Only if there is none, a "
    "route with this path for other methods makes it 405."
)
_BRACES = re.compile(r"{(?P<name>\w+)(?::\w+)?}")


def _starlette(app: Any, name: str, method: str, path: str) -> Routing:
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": getattr(app, "root_path", ""),
        "headers": [(b"host", b"testserver")],
        "path_params": {},
    }
    tried: list[Tried] = []
    found = _starlette_tries(app.router, scope, tried, 0)
    view, pattern, params = found or (None, None, {})
    return Routing(name, tuple(tried), view, pattern, params, _STARLETTE.format(name))


def _starlette_tries(
    router: Any, scope: dict[str, Any], tried: list[Tried], depth: int
) -> tuple[Callable[..., Any], str, dict[str, Any]] | None:
    from starlette._utils import get_route_path
    from starlette.routing import Match

    path = get_route_path(scope)
    aim = _slash_redirect(router, scope, path)
    found: tuple[Callable[..., Any], str, dict[str, Any]] | None = None
    reached = True
    for entry in _flat(router.routes):
        shown, app = _written(entry), getattr(entry, "app", None)
        inner = getattr(app, "router", app) if _is_mount(entry) else None
        if not reached:
            tried.append(Tried(shown, "not reached", "an earlier route fits", depth))
            continue
        match, child = entry.matches(scope)
        if match is Match.PARTIAL:
            tried.append(Tried(shown, "other method", _takes(entry.methods), depth))
        elif match is Match.NONE:
            tried.append(Tried(shown, "no match", _starlette_why(entry, path, aim), depth))
        elif hasattr(inner, "routes"):
            reached = False
            tried.append(Tried(shown, "matched", "leads to what is mounted here", depth))
            found = _starlette_tries(inner, {**scope, **child}, tried, depth + 1)
            found = found and (found[0], getattr(entry, "path", "") + found[1], found[2])
        else:
            reached = False
            view = child.get("endpoint") or app
            tried.append(Tried(shown, "matched", f"calls {name_of(view)}", depth))
            found = (view, shown, child["path_params"]) if view else None
    return found


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    """The routes in the order in which they are tried, those of included routers in their place."""
    fastapi = sys.modules.get("fastapi.routing")
    return iter(fastapi.iter_route_contexts(list(routes)) if fastapi else routes)


def _is_mount(entry: Any) -> bool:
    from starlette.routing import Host, Mount

    return isinstance(getattr(entry, "_effective_route", entry), Mount | Host)


def _written(entry: Any) -> str:
    path = getattr(entry, "path", None)
    if path is None:
        return f"{getattr(entry, 'host', name_of(entry))}…"
    return f"{path}/…" if _is_mount(entry) else path


def _slash_redirect(router: Any, scope: dict[str, Any], path: str) -> str:
    """The address to which a miss would be redirected, or ""."""
    from starlette.routing import Match

    if path == "/" or not router.redirect_slashes:
        return ""
    if any(entry.matches(scope)[0] is not Match.NONE for entry in _flat(router.routes)):
        return ""
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    there = {**scope, "path": scope["path"].removesuffix(path) + other}
    fits = any(entry.matches(there)[0] is not Match.NONE for entry in _flat(router.routes))
    return other if fits else ""


def _starlette_why(entry: Any, path: str, aim: str) -> str:
    regex = getattr(entry, "path_regex", None)
    if regex is None:
        return "another host"
    if regex.match(path):
        return "for WebSockets only"
    if aim and regex.match(aim):
        return f"fits {aim}: redirects there"
    if _is_mount(entry):
        return f"does not begin with {entry.path}/"
    regexes = {name: converter.regex for name, converter in entry.param_convertors.items()}
    return _why(_BRACES, entry.path, regexes, path)


# All three


def _takes(methods: Iterable[str] | None) -> str:
    return f"takes {', '.join(sorted(methods or ()))}"


def _why(
    variable: re.Pattern[str], written: str, regexes: Mapping[str, str], path: str, *, is_prefix: bool = False
) -> str:
    """The most helpful reason why the pattern does not fit the path."""
    lenient, position, end = "", 0, "" if is_prefix else "$"
    for found in variable.finditer(written):
        lenient += re.escape(written[position : found.start()]) + "([^/]+)"
        position = found.end()
    lenient += re.escape(written[position:])
    match = re.match(lenient + end, path)
    if match:
        for found, value in zip(variable.finditer(written), match.groups(), strict=True):
            if not re.fullmatch(regexes.get(found["name"], ".*"), value):
                return f"{value!r} is nothing for {found[0]}"
        return "its converter refused a value"
    if not is_prefix:
        if re.match(lenient + end, f"{path}/"):
            return "lacks the slash at its end"
        if path.endswith("/") and re.match(lenient + end, path.removesuffix("/")):
            return "has a slash too many at its end"
    return "another path"
