"""Static files and uploads of a Django program, found without `collectstatic`, at whatever address it is mounted."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed


def static_response(request: HttpRequest) -> HttpResponse | None:
    """The static file that the request asks for, as `runserver` serves it; None if it asks for something else."""
    prefix = _url("STATIC_URL")
    if not settings.DEBUG or not prefix or not request.path.startswith(prefix):
        return None
    name = request.path.removeprefix(prefix)
    found = finders.find(name)
    if found is None or Path(found).is_dir():
        raise Http404(f"No static file is called {name!r}.")
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return HttpResponse(Path(found).read_bytes(), content_type=mimetypes.guess_type(found)[0])


class StaticFiles(StaticFilesStorage):
    """Django's, whose addresses begin where the program that answers is mounted."""

    @property
    def base_url(self) -> Any:
        """Where static files are found."""
        return _url("STATIC_URL")


class Uploads(FileSystemStorage):
    """The same for uploaded files."""

    @property
    def base_url(self) -> Any:
        """Where uploaded files are found."""
        return _url("MEDIA_URL")


def _url(name: str) -> Any:
    vars(settings).pop(name, None)  # Settings remember the address for the mount point that they saw first.
    return getattr(settings, name)
