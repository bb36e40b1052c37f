"""An HTML page on its way to a browser, changed so that it works where the application is mounted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import unquote

from course.frameworks.serve import offline

_ATTRIBUTE = (
    rb"""[\s/]*+(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?P<value>"[^"]*"|'[^']*'|(?![\s"'])[^\s>]*+)|(?!\s*+=))"""
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_MARKUP = re.compile(rb"<!--|<(?P<tag>[a-zA-Z][^\s/>]*+)(?:%b)*+[\s/]*+>|<(?:[a-zA-Z]|!?-?\Z)" % _ATTRIBUTE)
"""The beginning of a comment; a tag; the beginning of either, of which more has to come."""
_COMMENT_ENDS = re.compile(rb"--!?>")
_ENDS = {
    name: re.compile(rb"(?i)</%b(?=[\s/>])" % name)
    for name in (b"iframe", b"noembed", b"noframes", b"script", b"style", b"textarea", b"title", b"xmp")
}
"""What ends the elements in which nothing is a tag."""
_LONGEST_END = len(b"</textarea>")
_BEGINNING = re.compile(
    rb"(?is)(?:\xef\xbb\xbf)?(?:\s++|<!--(?:-?>|.*?--!?>)|<!(?!--)[^>]*>|<html(?=[\s/>])[^>]*>|<head(?=[\s/>])[^>]*>)*+"
)
_HOLDS_ADDRESS = re.compile(
    rb"(?:xlink:)?href|src|action|formaction|poster|data|(?:data-)?hx-(?:get|post|put|patch|delete)"
)
_HOLDS_ADDRESSES = re.compile(rb"(?:image)?srcset")
_CANDIDATE = re.compile(r"(^\s*|,\s+|\s[\d.]+[wxh],\s*)(\S*[^\s,])")
_REFRESH = re.compile(r"""(?i)^(\s*[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?["']?)(.*)""")


class Page:
    """The page of an application that is mounted at `at`; fed in pieces, as the application sends it.

    Addresses that begin with a slash get the prefix unless they have it, be they written by hand or made by a
    framework; so do addresses of the port itself. With `alive`, the page also gets a script that does the same for
    what its own scripts ask for.
    """

    def __init__(self, at: str, port: int, *, alive: bool) -> None:
        self._at = at
        self._own = tuple(f"http://{host}:{port}" for host in ("127.0.0.1", "localhost"))
        self._rest = b""
        self._end: re.Pattern[bytes] | None = None
        self._beginning = b""
        self._head = b""
        if at and alive:
            source = escape(f"{at}{offline.ROOT}mount.js")
            self._head = f'<script src="{source}" data-at="{escape(at)}" data-port="{port}"></script>'.encode()

    def feed(self, piece: bytes, *, last: bool) -> bytes:
        """What can be sent on, now that `piece` is there: all but what may mean something else with the next one."""
        changed = b"".join(self._parts(self._rest + piece))
        if last:
            changed += self._rest
        return self._with_head(changed, last=last) if self._head else changed

    def _parts(self, text: bytes) -> Iterator[bytes]:
        """The text as far as its meaning is sure, put right; what comes after is kept."""
        at = 0
        while True:
            if self._end:
                end = self._end.search(text, at)
                cut = end.end() if end else max(at, len(text) - _LONGEST_END)
                yield text[at:cut]
                at = cut
                if not end:
                    break
                self._end = None
            found = _MARKUP.search(text, at)
            begin = found.start() if found else len(text)
            yield text[at:begin]
            at = begin
            if found and found["tag"]:
                yield self._put_tag_right(found)
                at = found.end()
                self._end = None if found[0].endswith(b"/>") else _ENDS.get(found["tag"].lower())
            elif found and found[0] == b"<!--":
                yield b"<!"
                at += 2  # `<!-->` is a whole comment.
                self._end = _COMMENT_ENDS
            else:
                break
        self._rest = text[at:]

    def _with_head(self, changed: bytes, *, last: bool) -> bytes:
        """The script comes first of all that is in the page, but the page must not be taken for an ancient one."""
        text = self._beginning + changed
        found = _BEGINNING.match(text)
        place = found.end() if found else 0
        if not last and (place == len(text) or text.startswith(b"<!", place)):
            self._beginning = text
            return b""
        head, self._head = self._head if text else b"", b""
        return text[:place] + head + text[place:]

    def _put_tag_right(self, tag: re.Match[bytes]) -> bytes:
        text = offline.localize(tag[0], self._at)
        if not self._at:
            return text
        begin = 1 + len(tag["tag"])
        refreshes = tag["tag"].lower() == b"meta" and re.search(rb"(?i)\shttp-equiv\s*=\s*[\"']?refresh\b", text)

        def change(found: re.Match[bytes]) -> bytes:
            name, value = found["name"].lower(), found["value"] or b""
            quote = value[:1] if value[:1] in (b'"', b"'") else b""
            given = value.strip(quote).decode("utf-8", "surrogateescape").strip()
            if _HOLDS_ADDRESS.fullmatch(name):
                right = put_right(given, self._at, self._own)
            elif _HOLDS_ADDRESSES.fullmatch(name):
                right = _CANDIDATE.sub(lambda one: one[1] + put_right(one[2], self._at, self._own), given)
            elif refreshes and name == b"content":
                right = put_refresh_right(given, self._at, self._own)
            else:
                right = given
            if right == given:
                return found[0]
            return found[0].removesuffix(value) + quote + right.encode("utf-8", "surrogateescape") + quote

        return text[:begin] + _ATTRIBUTES.sub(change, text[begin:])


def put_right(address: str, at: str, origins: Iterable[str]) -> str:
    """An address as the browser has to ask for it: one below `origins` or of no host gets the prefix; others stay."""
    for origin in origins:
        if address.startswith(origin) and address[len(origin) : len(origin) + 1] in ("", "/", "?", "#"):
            address = "/" + address.removeprefix(origin).removeprefix("/")
    return mounted(address, at) if address.startswith("/") and not address.startswith("//") else address


def put_refresh_right(value: str, at: str, origins: Iterable[str]) -> str:
    """What tells a browser to go elsewhere after some time: "5; url=/books"."""
    return _REFRESH.sub(lambda found: found[1] + put_right(found[2], at, origins), value, count=1)


def mounted(path: str, at: str) -> str:
    """A path as the browser has to ask for it: with the prefix, once."""
    plain = re.split("[?#]", path, maxsplit=1)[0]
    rest = below(plain, at)
    return at + (path if rest is None else rest + path.removeprefix(plain))


def below(path: str, at: str) -> str | None:
    """What follows the prefix in a path; None if it does not begin so. Everybody spells it differently: `@`, `%40`."""
    first = "/".join(path.split("/")[: at.count("/") + 1])
    return path.removeprefix(first) if unquote(first) == unquote(at) else None
