"""An answer as plain data, whoever's response object it comes in."""

from __future__ import annotations

import inspect
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cached_property
from http.cookies import BaseCookie
from typing import Any, Literal

from course.frameworks.show import status

Kind = Literal["unread", "empty", "html", "json", "image", "text", "binary"]

DEEPEST = 100
UNPACKED_AT_MOST = 10_000_000
TEXT_TYPES = ("javascript", "xml", "yaml", "x-www-form-urlencoded", "x-ndjson", "jsonl", "toml", "sql", "graphql")
ASK_FIRST = 'Send a request and look at the answer: show(client(app).get("/books")).'


@dataclass(frozen=True)
class Answer:
    """What came back, and what it was asked for if the response knows."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    unread: str = ""
    """Why the body is not here, and what to do; "" when it is."""
    method: str = ""
    url: str = ""
    before: tuple[Answer, ...] = ()
    """The redirects that led here."""
    failure: Any = None

    def header(self, name: str) -> str:
        """The value of the first header of that name, "" without one."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @cached_property
    def media_type(self) -> str:
        """The type of the body without its parameters: "text/html"."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @cached_property
    def text(self) -> str:
        """The body as text, decoded as its Content-Type says, else as UTF-8."""
        message = Message()
        message["content-type"] = self.header("content-type")
        try:
            return self.body.decode(str(message.get_param("charset", "utf-8")), "replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")

    @cached_property
    def json(self) -> Any:
        """The value that the body spells; `ValueError` if it spells none."""
        try:
            value = json.loads(self.text)
        except RecursionError:
            value = ...
        if value is ... or _is_deep(value):
            raise ValueError("it is nested too deeply")
        return value

    @cached_property
    def broken_json(self) -> str:
        """What is wrong with a body whose Content-Type says JSON; "" when it is right, or of another type."""
        if self.media_type != "application/json" and not self.media_type.endswith("+json"):
            return ""
        try:
            _ = self.json
        except ValueError as error:
            return str(error)
        return ""

    @cached_property
    def kind(self) -> Kind:
        """As what the body can be shown."""
        if self.unread or not self.body:
            return "unread" if self.unread else "empty"
        kind = self.media_type
        if kind in ("text/html", "application/xhtml+xml"):
            return "html"
        if kind == "application/json" or kind.endswith("+json"):
            return "text" if self.broken_json else "json"
        if kind.startswith("image/"):
            return "image"
        return "text" if kind.startswith("text/") or kind.endswith(TEXT_TYPES) or self._reads_as_text else "binary"

    @property
    def _reads_as_text(self) -> bool:
        """Whether a body of no known type is text all the same."""
        if self.media_type:
            return False
        try:
            return all(mark.isprintable() or mark in "\r\n\t" for mark in self.body.decode())
        except UnicodeDecodeError:
            return False


def _is_deep(value: Any) -> bool:
    """Whether a value is nested so deeply that walking through it could end in a `RecursionError`."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            item
            for found in level
            if isinstance(found, dict | list)
            for item in (found.values() if isinstance(found, dict) else found)
        ]
    return bool(level)


def read(response: Any) -> Answer:
    """The answer in a response of httpx2, requests, Django, Flask or Starlette; `TypeError` for anything else."""
    code = getattr(response, "status_code", None)
    if isinstance(response, type | BaseException) or not isinstance(code, int) or not hasattr(response, "headers"):
        raise TypeError(_not_a_response(response))
    body, unread = _body(response)
    headers = _headers(response)
    method, url = _request(response)
    extensions = getattr(response, "extensions", None)
    return Answer(
        status=int(code),
        reason=reason(response),
        headers=headers,
        body=_unpacked(body, headers),
        unread=unread,
        method=method,
        url=url,
        before=tuple(read(earlier) for earlier in getattr(response, "history", None) or ()),
        failure=extensions.get("failure") if isinstance(extensions, Mapping) else None,
    )


def reason(response: Any) -> str:
    """The words beside the status code: the standard's, unless an application says something else."""
    said = getattr(response, "reason_phrase", None) or getattr(response, "reason", None)
    if not said and isinstance(getattr(response, "status", None), str):  # Werkzeug: "200 OK".
        said = response.status.partition(" ")[2]
    return (
        str(said)
        if said and not status.is_standard(response.status_code, str(said))
        else status.phrase(response.status_code)
    )


def _headers(response: Any) -> tuple[tuple[str, str], ...]:
    headers = response.headers
    raw: Any = getattr(getattr(response, "raw", None), "headers", None)  # requests joins what came as several headers.
    if hasattr(headers, "multi_items"):
        pairs: Iterable[Any] = headers.multi_items()
    elif hasattr(raw, "items"):
        pairs = raw.items()
    else:
        pairs = headers.items()
    found = [(str(name), str(value).strip()) for name, value in pairs]
    cookies = getattr(response, "cookies", None)
    if isinstance(cookies, BaseCookie):  # Django keeps them apart until they are sent.
        found += [("Set-Cookie", morsel.OutputString()) for morsel in cookies.values()]
    return tuple(found)


def _request(response: Any) -> tuple[str, str]:
    try:
        request = response.request
    except (AttributeError, RuntimeError):  # httpx raises when a response was made by hand.
        return "", ""
    if isinstance(request, Mapping):  # The test client of Django.
        query = request.get("QUERY_STRING", "")
        address = request.get("PATH_INFO", "") + (f"?{query}" if query else "")
        return str(request.get("REQUEST_METHOD", "")), address
    return str(getattr(request, "method", None) or ""), str(getattr(request, "url", None) or "")


STREAM = "It is a stream, and show() does not use it up. "


def _body(response: Any) -> tuple[bytes, str]:
    """The body; or b"" and why it is not here."""
    if hasattr(response, "streaming_content"):
        return b"", STREAM + ASK_FIRST
    if hasattr(response, "body_iterator"):
        return b"", STREAM + ASK_FIRST
    if hasattr(response, "stat_result") and hasattr(response, "path"):
        return b"", f"It will be sent from the file {response.path}. {ASK_FIRST}"
    if hasattr(response, "raw_headers") and hasattr(response, "body"):
        return bytes(response.body), ""
    if hasattr(response, "get_data"):
        was_asked = hasattr(response, "history")
        if response.is_streamed and not was_asked:
            return b"", STREAM + ASK_FIRST
        return response.get_data(), ""
    return _content(response)


def _content(response: Any) -> tuple[bytes, str]:
    if getattr(response, "is_rendered", True) is False:
        try:
            response.render()
        except Exception as error:
            said = str(error) or type(error).__name__
            return b"", f"It could not be rendered outside of a request ({said}). {ASK_FIRST}"
    try:
        return bytes(response.content or b""), ""
    except RuntimeError as error:  # httpx2's StreamError is one: not read, or read by somebody else already.
        if getattr(response, "is_closed", False) or getattr(response, "is_stream_consumed", False):
            return b"", "It was streamed and is over: call response.read() inside the `with` block, and show it then."
        if "async" in type(getattr(response, "stream", None)).__name__.lower():
            return b"", "It is a stream that was not read yet: write `await response.aread()` first."
        if type(error).__name__ == "ResponseNotRead":
            return b"", "It is a stream that was not read yet: call response.read() first."
        raise


def _unpacked(body: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The body without gzip around it, where the response is one that no client has unpacked yet."""
    packed = any(name.lower() == "content-encoding" and "gzip" in value.lower() for name, value in headers)
    if not packed or body[:2] != b"\x1f\x8b":
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, UNPACKED_AT_MOST)
    except zlib.error:
        return body


def _not_a_response(thing: Any) -> str:
    if inspect.iscoroutine(thing):
        name = thing.__qualname__
        thing.close()  # Else Python warns, later and elsewhere, that it was never awaited.
        return (
            f"show() was given a coroutine: {name}() is an `async def` function that was called without `await`. "
            f"Write show(await {name.rpartition('.')[2]}(...)), or better: {ASK_FIRST}"
        )
    if thing is None:
        return f"show() was given None, which is what a function without `return` returns. {ASK_FIRST}"
    what = f"an instance of {type(thing).__name__}"
    if isinstance(thing, type):
        what = f"the class {thing.__name__}"
    elif isinstance(thing, BaseException):
        what = f"an exception ({type(thing).__name__}), which becomes a response only in a framework"
    elif isinstance(thing, str | bytes | dict | list | tuple):
        what = f"a {type(thing).__name__}, which becomes a response only in a framework"
    elif inspect.isroutine(thing):
        what = f"the function {getattr(thing, '__name__', '')}"
    elif callable(thing):
        what = f"an application or another thing to call ({type(thing).__name__})"
    return f"show() needs a response, and was given {what}. {ASK_FIRST}"
