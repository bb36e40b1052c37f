"""Django's own handlers, each with the URL table of one program."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import set_urlconf

from course.frameworks.django import cell
from course.frameworks.django.static import static_response


class TableHandler(WSGIHandler):
    """Django's WSGI handler, which answers by `urlconf`; static files it serves as `runserver` does."""

    _middleware_chain: Any

    def __init__(self, urlconf: ModuleType, from_cells: Mapping[str, Any]) -> None:
        self.urlconf = urlconf
        vars(cell).update(from_cells)
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """Loads Django's chain, and puts itself in front of it."""
        super().load_middleware(is_async)
        chain = self._middleware_chain

        def answer(request: HttpRequest) -> HttpResponse:
            set_urlconf(self.urlconf)
            request.urlconf = self.urlconf
            return static_response(request) or chain(request)

        self._middleware_chain = convert_exception_to_response(answer)


class AsyncTableHandler(ASGIHandler):
    """The same for ASGI."""

    _middleware_chain: Any

    def __init__(self, urlconf: ModuleType, from_cells: Mapping[str, Any]) -> None:
        self.urlconf = urlconf
        vars(cell).update(from_cells)
        super().__init__()

    def load_middleware(self, is_async: bool = True) -> None:
        """Loads Django's chain, and puts itself in front of it."""
        super().load_middleware(is_async)
        chain = self._middleware_chain

        async def answer(request: HttpRequest) -> HttpResponse:
            set_urlconf(self.urlconf)
            request.urlconf = self.urlconf
            return await sync_to_async(static_response, thread_sensitive=False)(request) or await chain(request)

        self._middleware_chain = convert_exception_to_response(answer)
