"""Any application as an ASGI application, which is what a server of this course runs."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from course.frameworks.protocol import interface

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def as_asgi(app: Any) -> Application:
    """`app` as an ASGI application. Around a Django project it serves static files, as `runserver` does."""
    if interface(app) == "asgi":
        return _with_static_files(app, app)
    from course.frameworks.serve.wsgi import Adapted

    return _with_static_files(app, Adapted(app))


def _with_static_files(app: Any, asgi: Application) -> Application:
    base = sys.modules.get("django.core.handlers.base")
    if base is None or not isinstance(app, base.BaseHandler):
        return asgi
    from django.conf import settings

    if not settings.DEBUG or "django.contrib.staticfiles" not in settings.INSTALLED_APPS:
        return asgi
    from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

    # Django reckons STATIC_URL once, with the prefix of the request that needs it first: so here, before any request.
    files = ASGIStaticFilesHandler(asgi)

    async def with_files(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and path.startswith(files.base_url.path):
            await files({**scope, "path": path, "root_path": ""}, receive, send)
        else:
            await asgi(scope, receive, send)

    return with_files
