"""An HTML page on its way to a browser, changed so that it works where the application is mounted."""

from __future__ import annotations

import re
from html import escape

from course.frameworks.serve import offline

_TAG = re.compile(rb"<[a-zA-Z][^<>]*>")
_ATTRIBUTES = rb"href|src|action|formaction|poster|data|hx-(?:get|post|put|patch|delete)"
_BEGINNING = re.compile(rb"(?is)(?:\s+|<!--.*?-->|<!doctype[^>]*>|<html[^>]*>|<head[^>]*>)*")
_WAITS_AT_MOST = 65536


class Page:
    """The page of an application that is mounted at `at`; fed in pieces, as the application sends it.

    Addresses that begin with a slash get the prefix unless they have it, be they written by hand or made by a
    framework; so do addresses of the port itself. With `alive`, the page also gets a script that does the same for
    what its own scripts ask for.
    """

    def __init__(self, at: str, port: int, *, alive: bool) -> None:
        self._at = at
        self._rest = b""
        self._head = b""
        if at and alive:
            source = escape(f"{at}{offline.ROOT}mount.js")
            self._head = f'<script src="{source}" data-at="{escape(at)}" data-port="{port}"></script>'.encode()
        own = rb"(?:http://(?:127\.0\.0\.1|localhost):%d(?=[/\"'\s>]))?" % port
        self._address = re.compile(rb"(?i)([\s\"'](?:%b)\s*=\s*[\"']?)%b(/(?!/)[^\"'\s>]*)" % (_ATTRIBUTES, own))

    def feed(self, piece: bytes, *, last: bool) -> bytes:
        """What can be sent on, now that `piece` is there: all but a tag that is not complete yet."""
        whole = self._rest + piece
        cut = whole.rfind(b"<")
        if last or cut < whole.rfind(b">") or cut < 0 or len(whole) - cut > _WAITS_AT_MOST:
            cut = len(whole)
        whole, self._rest = whole[:cut], whole[cut:]
        changed = _TAG.sub(self._put_right, whole)
        if self._head and changed.strip():
            beginning = _BEGINNING.match(changed)
            place = beginning.end() if beginning else 0
            changed, self._head = changed[:place] + self._head + changed[place:], b""
        return changed

    def _put_right(self, tag: re.Match[bytes]) -> bytes:
        text = offline.localize(tag[0], self._at)
        return self._address.sub(self._mounted, text) if self._at else text

    def _mounted(self, found: re.Match[bytes]) -> bytes:
        return found[1] + mounted(found[2].decode("latin-1"), self._at).encode("latin-1")


def mounted(path: str, at: str) -> str:
    """A path as the browser has to ask for it: with the prefix, once."""
    first = re.split("[?#]", path, maxsplit=1)[0]
    return path if first == at or first.startswith(f"{at}/") else at + path
