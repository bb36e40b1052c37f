"""Small Django programs in a notebook: one Django per kernel, a URL table per program."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from types import ModuleType
from typing import Any

URLCONF = "course.frameworks.latest_urls"


def django_app(urlpatterns: Iterable[Any], **names: Any) -> Any:
    """A WSGI application that answers by `urlpatterns`, as a project with that ROOT_URLCONF would.

    Several of them live side by side in one notebook. `reverse()` in a cell uses the URL table of the program that
    was made last; inside a request it uses the table of the program that answers. `handler404=view` and the other
    names that a URLconf may define are passed as keywords.
    """
    _configure()
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import clear_script_prefix, clear_url_caches

    urlconf = ModuleType("urls")
    urlconf.urlpatterns = list(urlpatterns)  # type: ignore[attr-defined]
    vars(urlconf).update(names)
    handler = WSGIHandler()

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        try:
            return handler({**environ, "course.urlconf": urlconf}, start_response)
        finally:
            clear_script_prefix()  # Else `reverse()` in a later cell would answer as if it were mounted there.

    from course.frameworks import latest_urls

    vars(latest_urls).update({"urlpatterns": urlconf.urlpatterns, **names})
    clear_url_caches()
    return app


def use_own_urlconf(get_response: Any) -> Any:
    """Middleware: a request is answered by the URL table of the program that it was sent to."""

    def middleware(request: Any) -> Any:
        urlconf = request.META.get("course.urlconf")
        if urlconf is not None:
            request.urlconf = urlconf
        return get_response(request)

    return middleware


def _configure() -> None:
    """Set Django up once; a second time it is a no-op, so that a cell can be run again."""
    from django.conf import settings

    if settings.configured:
        return
    # Cells run inside an event loop. Django's documentation names notebooks as the case for this switch.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    import django

    settings.configure(
        DEBUG=True,
        SECRET_KEY="only-for-notebooks",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=URLCONF,
        MIDDLEWARE=["course.frameworks.django.use_own_urlconf", "django.middleware.common.CommonMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        INSTALLED_APPS=[],
        USE_TZ=True,
    )
    django.setup()
    # "Not Found: /x" on stderr would cost a learner the points of a test that expects exactly that 404.
    logging.getLogger("django.request").setLevel(logging.ERROR)
