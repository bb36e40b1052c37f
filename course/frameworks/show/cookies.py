"""The cookies that an answer sets, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from course.frameworks.look import code, cut, table
from course.frameworks.show.answer import Answer

VALUE_AT_MOST = 80


@dataclass(frozen=True)
class Cookie:
    """One Set-Cookie header; `attributes` has its names in lower case, and "" where one has no value."""

    name: str
    value: str
    attributes: dict[str, str]

    @property
    def lifetime(self) -> str:
        """How long a browser keeps it."""
        if self.attributes.get("max-age") == "0" or " 1970 " in self.attributes.get("expires", "").replace("-", " "):
            return "deleted now"
        if "max-age" in self.attributes:
            return f"{self.attributes['max-age']} s"
        return f"until {self.attributes['expires']}" if "expires" in self.attributes else "until the browser ends"

    @property
    def flags(self) -> str:
        """What protects it, without what identifies it: "HttpOnly, SameSite=Lax"."""
        kept = [name for name in ("HttpOnly", "Secure") if name.lower() in self.attributes]
        same_site = self.attributes.get("samesite")
        return ", ".join([*kept, *([f"SameSite={same_site}"] if same_site else [])]) or "no flags"


def cookies(answer: Answer) -> list[Cookie]:
    """The cookies that an answer sets, in its order."""
    return [_parse(value) for name, value in answer.headers if name.lower() == "set-cookie"]


def cookies_html(answer: Answer) -> str:
    """A table of them, or nothing."""
    rows = [
        (
            escape(cookie.name),
            code(cut(cookie.value, VALUE_AT_MOST)),
            escape(" ".join(filter(None, (cookie.attributes.get("domain"), cookie.attributes.get("path"))))),
            escape(cookie.lifetime),
            _yes("httponly" in cookie.attributes),
            _yes("secure" in cookie.attributes),
            escape(cookie.attributes.get("samesite") or "not said"),
        )
        for cookie in cookies(answer)
    ]
    head = ("Cookie", "Value", "Sent back to", "Kept", "HttpOnly", "Secure", "SameSite")
    return table("Cookies that it sets", head, rows) if rows else ""


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _parse(header: str) -> Cookie:
    pair, *rest = header.split(";")
    name, _, value = pair.strip().partition("=")
    attributes = {}
    for part in rest:
        key, _, given = part.strip().partition("=")
        attributes[key.strip().lower()] = given.strip()
    return Cookie(name, value, attributes)
