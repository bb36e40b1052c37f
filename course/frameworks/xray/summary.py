"""A request and its answer in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from course.frameworks.look import count
from course.frameworks.show.answer import reason
from course.frameworks.show.status import meaning, sign
from course.frameworks.xray.trace import Step


@dataclass(frozen=True)
class Summary:
    """What stands at the top of the picture."""

    request: str
    """ "GET /books?sort=title" """
    answer: str
    """ "✓ 200 OK" """
    meaning: str
    about: str
    """Content type, size, and a header that matters for this status."""
    took: str = ""

    @property
    def sentence(self) -> str:
        """All of it."""
        parts = [f"{self.request}: {self.answer}", self.meaning.rstrip("."), self.about, self.took]
        return ". ".join(part for part in parts if part) + "."


def summary(method: str, path: str, response: Any, root: Step, times: bool) -> Summary:
    """What a request was, and what came of it."""
    code = response.status_code
    headers = [name for name in ("location", "allow", "retry-after") if name in response.headers]
    kind = response.headers.get("content-type", "").partition(";")[0]
    # A page about an exception is a little longer or shorter each time.
    length = size(len(response.content)) if times or not response.extensions.get("failure") else ""
    about = [kind, length, *(f"{name.title()}: {response.headers[name]}" for name in headers)]
    return Summary(
        request=f"{method} {path}",
        answer=f"{sign(code)} {code} {reason(response)}".strip(),
        meaning=meaning(code),
        about=" · ".join(part for part in about if part),
        took=duration(until_answer(root)) if times else "",
    )


def until_answer(root: Step) -> float:
    """The seconds until the answer went out; how long it takes to send depends on who asked."""
    return next((child.begin - root.begin for child in root.children if child.kind == "answer"), root.seconds)


def size(number: int) -> str:
    """A number of bytes for a person."""
    if not number:
        return "no body"
    if number < 1000:
        return count(number, "byte")
    return f"{number / 1000:.1f} kB" if number < 1_000_000 else f"{number / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """A time for a person."""
    milliseconds = seconds * 1000
    return f"{milliseconds:.2f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"
