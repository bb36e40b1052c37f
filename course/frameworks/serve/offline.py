"""The pages that interactive API documentation is made of, from this machine instead of from a CDN.

FastAPI's `/docs` and `/redoc` and drf-spectacular's views write addresses of public servers into their HTML. When a
page goes to a browser, these addresses are replaced by addresses under ROOT, which answer with the same files out of
the installed package `drf-spectacular-sidecar`.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = "/.threeways/"
"""Where, below the place that an application is mounted at, addresses are not the application's."""

_SIDECAR = "drf_spectacular_sidecar"
_ELSEWHERE = re.compile(
    rb"https://(?:cdn\.jsdelivr\.net/npm/(?P<file>(?:swagger-ui-dist|redoc)(?:@[^/\"'\s>]+)?/[^\"'\s>]+)"
    rb"|(?P<icon>fastapi\.tiangolo\.com/img/favicon\.png)"
    rb"|(?P<font>fonts\.(?:googleapis|gstatic)\.com)[^\"'\s>]*)"
)
_CALLS_OUT = {
    b"https://cdn.redoc.ly/redoc/logo-mini.svg": b"data:,",
    b"https://validator.swagger.io/validator": b"none",
}
"""What the scripts themselves would ask of other machines: a logo, and a service that reads the API's description."""


@dataclass(frozen=True)
class Asset:
    """A file for the browser."""

    content: bytes
    media_type: str


def localize(html: bytes, at: str = "") -> bytes:
    """The same HTML with the documentation's CDN addresses replaced; `at` is where the application is mounted."""
    here = (at + ROOT).encode()

    def local(found: re.Match[bytes]) -> bytes:
        if found["file"]:
            package, _, path = found["file"].partition(b"/")
            return here + package.partition(b"@")[0] + b"/" + path
        return here + (b"swagger-ui-dist/favicon-32x32.png" if found["icon"] else b"fonts.css")

    return _ELSEWHERE.sub(local, html)


def asset(name: str) -> Asset | None:
    """The file that is called `name` under ROOT; None if there is no such file."""
    if name == "fonts.css":  # The reader's own fonts will do.
        return Asset(b"", "text/css")
    if name == "alive":
        return Asset(b"", "text/plain")
    if name == "mount.js":
        return Asset(Path(__file__).with_name("mount.js").read_bytes(), "text/javascript")
    path = _files().get(name)
    if path is None:
        return None
    content = path.read_bytes()
    if path.suffix == ".js":
        for address, instead in _CALLS_OUT.items():
            content = content.replace(address, instead)
    return Asset(content, mimetypes.guess_type(path.name)[0] or "application/octet-stream")


def _files() -> dict[str, Path]:
    spec = find_spec(_SIDECAR)
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        return {}
    root = Path(folders[0], "static", _SIDECAR)
    return {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
