"""What of an attack would act on whoever opens a page, read as a browser reads it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

SIGN = "mallory"
"""Stands in everything that an attack would have the page do."""
LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "srcdoc", "xlink:href", "content"}
QUIET_TAGS = {"a", "area"}


class Page(HTMLParser):
    """Notes what acts: scripts, handlers, styles, and what is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = ""
        self._policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._inside = tag
        if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self._policy = given.get("content", "")
        sealed = tag == "iframe" and "sandbox" in given and "allow-scripts" not in given["sandbox"] and self._policy
        for name, value in given.items():
            if (name == "srcdoc" and sealed) or (
                name == "content" and given.get("http-equiv", "").lower() != "refresh"
            ):
                continue
            script = (
                re.sub(r"[\s\x00-\x1f]", "", value).lower().startswith(("javascript:", "vbscript:", "data:text/html"))
            )
            acts = name.startswith("on") or script or name in LOADING or (name == "href" and tag not in QUIET_TAGS)
            if acts and SIGN in value.lower():
                self.found.append(f"<{tag} {name}={value[:60]!r}>")
            if name == "style" and re.search(rf"position\s*:\s*fixed|url\([^)]*{SIGN}", value, re.IGNORECASE):
                self.found.append(f"<{tag} style={value[:60]!r}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script" and SIGN in data and not data.lstrip().startswith("{"):
            self.found.append(f"a script with {data[:60]!r}")
        if self._inside == "style" and ("body{display:none}" in data or SIGN in data):
            self.found.append(f"a style with {data[:60]!r}")


def acting(html: str) -> list[str]:
    """What of an attack acts on a page; nothing on a page that is only to be read."""
    page = Page()
    page.feed(html)
    page.close()
    return page.found
