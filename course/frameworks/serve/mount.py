"""Lets an application answer below a prefix of JupyterLab's own address, and at `/` for clients in the kernel.

An application is served at `http://127.0.0.1:PORT/`; a browser may reach it only at `{base}proxy/absolute/PORT/`. What
comes that way is told the prefix in the protocol's own terms (ASGI's `root_path`, WSGI's SCRIPT_NAME), and what goes
back is put right where an application did not heed it: redirects, cookies, HTML. A client in the kernel gets each
answer exactly as the application gave it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from course.frameworks.failure import watch
from course.frameworks.serve import offline
from course.frameworks.serve.asgi import Application, Message, Receive, Scope, Send
from course.frameworks.serve.page import Page, below, mounted, put_refresh_right, put_right

Headers = list[tuple[bytes, bytes]]

_JUPYTERS = re.compile(r"_xsrf$|username-|jupyterhub-")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PATH = re.compile(r"(?i)(;\s*path=)([^;]*)")
_ADDRESSES = {b"location", b"hx-redirect", b"hx-push-url", b"hx-replace-url"}
_GONE = {"WebSocketDisconnect", "ClientDisconnect"}
"""What Starlette raises in a view whose client has left: nobody's mistake."""
_PAGES = (b"document", b"iframe", b"frame")


@dataclass
class Mounted:
    """An ASGI application that answers at `/` and at the prefix `at`; `failed` is told what views raise."""

    app: Application
    port: int
    at: str
    failed: Callable[[Exception], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request or one WebSocket."""
        at, path = self._split(scope["path"])
        root = unquote(at)  # Browsers are told the prefix as it is written in addresses, applications as it is.
        if scope["type"] == "http" and path.startswith(offline.ROOT):
            await _send_asset(path.removeprefix(offline.ROOT), send)
            return
        request = _Request(at, self.port, list(scope["headers"]), scope.get("scheme", "http"))
        answer = _Answer(request, send)
        inner = {**scope, "path": root + path, "root_path": root, "headers": request.headers, "scheme": request.scheme}
        raised = None
        with watch() as seen:
            try:
                await self.app(inner, receive, answer.send)
            except Exception as error:
                raised = error
        failure = seen.exception or raised
        if failure and type(failure).__name__ not in _GONE:
            self.failed(failure)
        await answer.end(scope["type"], raised)

    def _split(self, path: str) -> tuple[str, str]:
        rest = below(path, self.at) if self.at else None
        return ("", path) if rest is None else (self.at, rest or "/")


class _Request:
    """The headers of a request, as the application should see them."""

    def __init__(self, at: str, port: int, headers: Headers, scheme: str) -> None:
        self.at, self.port, self.headers, self.scheme = at, port, headers, scheme
        self.destination = self._get(b"sec-fetch-dest")
        self.from_browser = bool(at or self.destination)
        if self.from_browser:  # What is compressed cannot be put right.
            self._drop(b"accept-encoding")
        if at:
            self._tidy_cookies()
            self._name_the_host()

    @property
    def is_page(self) -> bool:
        """Whether the answer becomes a page of its own, as opposed to a piece that a script asks for."""
        return self.destination in (*_PAGES, b"")

    def _get(self, name: bytes) -> bytes:
        return next((value for key, value in self.headers if key == name), b"")

    def _drop(self, name: bytes) -> None:
        self.headers = [(key, value) for key, value in self.headers if key != name]

    def _set(self, name: bytes, value: bytes) -> None:
        self.headers = [(key, value if key == name else old) for key, old in self.headers]

    def _tidy_cookies(self) -> None:
        """JupyterLab's cookies are its own. Of several of one name, the one with the longest path comes first: ours."""
        kept: dict[str, str] = {}
        for cookie in b"; ".join(value for key, value in self.headers if key == b"cookie").decode("latin-1").split(";"):
            name = cookie.partition("=")[0].strip()
            if name and not _JUPYTERS.match(name):
                kept.setdefault(name, cookie.strip())
        self._drop(b"cookie")
        if kept:
            self.headers.append((b"cookie", "; ".join(kept.values()).encode("latin-1")))

    def _name_the_host(self) -> None:
        """On a hub, an application would refuse the hub's name (ALLOWED_HOSTS): it is told the name that it runs at."""
        host = self._get(b"host").decode("latin-1")
        if urlsplit(f"//{host}").hostname in _LOOPBACK:
            secure = self._get(b"x-forwarded-proto").split(b",")[0].strip() == b"https"
            self.scheme = {"http": "https", "ws": "wss"}.get(self.scheme, self.scheme) if secure else self.scheme
            return
        self.headers = [(key, value) for key, value in self.headers if not key.startswith(b"x-forwarded-")]
        own = f"127.0.0.1:{self.port}"
        self._set(b"host", own.encode())
        for name in (b"origin", b"referer"):
            parts = urlsplit(self._get(name).decode("latin-1"))
            if parts.netloc == host:
                self._set(name, parts._replace(scheme="http", netloc=own).geturl().encode("latin-1"))

    @property
    def origins(self) -> tuple[str, ...]:
        """What an absolute address of this application begins with."""
        host = self._get(b"host").decode("latin-1")
        hosts = (host, f"127.0.0.1:{self.port}", f"localhost:{self.port}")
        return tuple(f"{scheme}://{name}" for name in hosts for scheme in ("http", "https"))


class _Answer:
    """What an application sends, put right for the browser."""

    def __init__(self, request: _Request, send: Send) -> None:
        self.request = request
        self._send = send
        self._page: Page | None = None
        self._begun = False
        self._held: list[Message] | None = None

    async def send(self, message: Message) -> None:
        """Sends one message of the application on."""
        self._begun = True
        if self.request.from_browser:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(self._headers(message.get("headers", [])))}
            elif message["type"] == "http.response.body" and self._page:
                more = message.get("more_body", False)
                message = {**message, "body": self._page.feed(message.get("body", b""), last=not more)}
        if message["type"] == "http.response.start" and message["status"] >= 500:
            self._held = []  # Who has the answer can be sure that what was raised is told.
        if self._held is None:
            await self._send(message)
        else:
            self._held.append(message)

    async def end(self, kind: str, raised: Exception | None) -> None:
        """Sends what is left; where the application raised instead of answering, says so as a server does."""
        for message in self._held or []:
            await self._send(message)
        if raised is None or (self._begun and kind == "http"):
            return
        if kind == "websocket":
            await self._send({"type": "websocket.close", "code": 1011})
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"21")]
        await self._send({"type": "http.response.start", "status": 500, "headers": headers})
        await self._send({"type": "http.response.body", "body": b"Internal Server Error"})

    def _headers(self, headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
        pairs = [(bytes(name).lower(), bytes(value)) for name, value in headers]
        whole = not any(name in (b"content-encoding", b"content-range") for name, _ in pairs)
        if whole and any(name == b"content-type" and value.lower().startswith(b"text/html") for name, value in pairs):
            self._page = Page(self.request.at, self.request.port, alive=self.request.is_page)
        for name, value in pairs:
            if name == b"content-length" and self._page:
                continue  # Another length now.
            kept = self._header(name, value.decode("latin-1"))
            if kept:
                yield name, kept.encode("latin-1")

    def _header(self, name: bytes, value: str) -> str:
        at, origins = self.request.at, self.request.origins
        if name in _ADDRESSES and at:
            return put_right(value, at, origins)
        if name == b"refresh" and at:
            return put_refresh_right(value, at, origins)
        if name == b"link" and at:
            return re.sub("(?<=<)[^<>]*(?=>)", lambda address: put_right(address[0], at, origins), value)
        if name == b"hx-location" and at:
            return _put_htmx_right(value, at, origins)
        if name == b"set-cookie" and at and not value.startswith("__Host-"):
            return _PATH.sub(lambda path: path[1] + mounted(f"/{path[2].strip(' /')}", at).rstrip("/"), value)
        if name == b"x-frame-options" and (at or self.request.destination == b"iframe"):
            return "SAMEORIGIN" if at else ""
        if name == b"content-security-policy" and (at or self.request.destination == b"iframe"):
            return re.sub("frame-ancestors [^;]*", "frame-ancestors 'self'" if at else "", value).strip("; ")
        return value


def _put_htmx_right(value: str, at: str, origins: tuple[str, ...]) -> str:
    """Where htmx goes: a path, or an object that has one in it."""
    try:
        told = json.loads(value)
        return json.dumps({**told, "path": put_right(told["path"], at, origins)})
    except (ValueError, TypeError, KeyError):
        return put_right(value, at, origins)


async def _send_asset(name: str, send: Send) -> None:
    found = offline.asset(name)
    status, content, kind = (200, found.content, found.media_type) if found else (404, b"Not Found", "text/plain")
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"max-age=3600" if found else b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
