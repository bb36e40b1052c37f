"""Where several answers to the same request differ."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from course.frameworks.look import cut, in_words
from course.frameworks.show.answer import Answer
from course.frameworks.show.cookies import cookies

VALUE_AT_MOST = 120

SET_BY_THE_MOMENT = ("age", "date", "etag", "expires", "last-modified", "server")
"""Headers whose values say when and by what something was sent; whether they are there counts, their values do not."""

FOLLOWS_FROM_THE_BODY = ("content-length", "transfer-encoding")
LISTS = ("allow", "cache-control", "vary", "access-control-allow-methods", "access-control-allow-headers")
"""Headers in whose values the order plays no part."""

CSRF_TOKEN = re.compile(r"(<input[^>]*\bname=[\"']?(?:csrfmiddlewaretoken|csrf_token)\b[^>]*\bvalue=[\"'])[^\"']*")
NOTHING = "nothing"
_MISSING = object()


@dataclass(frozen=True)
class Difference:
    """One place in which answers differ, and what each of them has there, in words; "nothing" where it has none."""

    where: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.where}: {together(self.values)}"


@dataclass(frozen=True)
class Header:
    """One header as several answers have it."""

    name: str
    values: Mapping[str, str]
    """As they were sent; "" where it is not there."""
    same: bool
    ignored: str = ""
    """What is said instead of "same" when its values were not compared; "" when they were."""

    @property
    def senders(self) -> list[str]:
        """Who sends it."""
        return [name for name, value in self.values.items() if value]


def together(said: Mapping[str, object]) -> str:
    """Names with what each says, those that say the same together: "Flask and Django 400, FastAPI 422"."""
    groups: dict[str, list[str]] = {}
    for name, word in said.items():
        groups.setdefault(str(word), []).append(name)
    return ", ".join(f"{in_words(names)} {word}" for word, names in groups.items())


def headers(answers: Mapping[str, Answer]) -> list[Header]:
    """All headers of all answers, by name; each cookie is a header of its own."""
    sent = {name: _by_name(answer) for name, answer in answers.items()}
    names = sorted({header for found in sent.values() for header in found})
    return [_header(name, {app: found.get(name, "") for app, found in sent.items()}) for name in names]


def _by_name(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in answer.headers:
        name = name.lower()
        if name != "set-cookie":
            found[name] = f"{found[name]}, {value}" if name in found else value
    for cookie in cookies(answer):
        found[f"set-cookie {cookie.name}"] = f"{cut(cookie.value, 30)}; {cookie.flags}"
    return found


def _header(name: str, values: Mapping[str, str]) -> Header:
    if name in FOLLOWS_FROM_THE_BODY:
        return Header(name, values, True, "not compared: it follows from the body")
    present = len({bool(value) for value in values.values()}) == 1
    if name in SET_BY_THE_MOMENT:
        return Header(name, values, present, "value not compared: another one each time")
    if name.startswith("set-cookie "):
        flags = {value.partition("; ")[2] for value in values.values()}
        return Header(name, values, present and len(flags) == 1, "= same flags, value not compared")
    return Header(name, values, len({_plain(name, value) for value in values.values()}) == 1)


def _plain(name: str, value: str) -> str:
    """A value without what makes no difference in it."""
    if name in LISTS:
        return ",".join(sorted(part.strip().lower() for part in value.split(",")))
    return re.sub(r"\s+", "", value.lower()) if name == "content-type" else value


def values(found: Mapping[str, Any], where: str = "body") -> Iterator[Difference]:
    """Where JSON values differ; the order of keys does not count."""
    items = [value for value in found.values() if value is not _MISSING]
    complete = len(items) == len(found)
    if complete and all(isinstance(item, dict) for item in items):
        for key in {key: None for item in items for key in item}:
            inside = {name: value.get(key, _MISSING) for name, value in found.items()}
            yield from values(inside, f"{where}.{key}")
    elif complete and all(isinstance(item, list) for item in items):
        lengths = {name: f"{len(value)} items" for name, value in found.items()}
        if len(set(lengths.values())) > 1:
            yield Difference(f"length of {where}", lengths)
        for number in range(max(map(len, items))):
            inside = {name: value[number] if number < len(value) else _MISSING for name, value in found.items()}
            yield from values(inside, f"{where}[{number}]")
    elif not complete or not all(_equal(items[0], item) for item in items[1:]):
        yield Difference(where, {name: _said(value) for name, value in found.items()})


def _equal(first: Any, other: Any) -> bool:
    return first == other and isinstance(first, bool) == isinstance(other, bool)


def _said(value: Any) -> str:
    said = NOTHING if value is _MISSING else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= VALUE_AT_MOST else f"{said[:VALUE_AT_MOST]} …"


def lines(answer: Answer) -> list[str]:
    """What of a page or a text is compared: a line per tag or line, without what is another one each time."""
    text = answer.text
    if answer.kind == "html":
        text = re.sub(r">\s*<", ">\n<", CSRF_TOKEN.sub(r"\1…", text))
    return [line.strip() for line in text.splitlines() if line.strip()]


def changes(first: list[str], other: list[str]) -> list[str]:
    """The lines that only one of them has, with two lines around; "- " is only in the first, "+ " only in the other,
    "…" stands for lines that both have."""
    found = list(difflib.unified_diff(first, other, lineterm="", n=2))[3:]  # Without names and first position.
    return ["…" if line.startswith("@@") else f"{line[0]} {line[1:]}" for line in found]
