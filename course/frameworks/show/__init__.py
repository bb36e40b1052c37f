"""An answer as a person looks at it: what it says, its headers and cookies, and its body as it is meant to be seen."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urljoin, urlsplit

from course.frameworks.client import BASE_URL
from course.frameworks.look import Shown, code, count, cut, fold, group, table
from course.frameworks.show import body, status
from course.frameworks.show.answer import Answer, read
from course.frameworks.show.cookies import cookies_html

PLUMBING = ("content-length", "date", "server", "connection", "keep-alive", "transfer-encoding", "accept-ranges", "age")
HEADER_AT_MOST = 1_000

STYLE = """
.threeways .status { border-left: 5px solid var(--line); padding-left: .6em; margin: .3em 0 .6em }
.threeways .status-2 { border-color: var(--good) } .threeways .status-3 { border-color: var(--info) }
.threeways .status-4 { border-color: var(--warn) } .threeways .status-5 { border-color: var(--bad) }
.threeways .status b { font-size: 1.15em }
.threeways .failure { border: 1px solid var(--bad); border-left-width: 5px; padding: .3em .7em; margin: .3em 0 }
"""


def show(response: Any, *, height: int | None = None) -> AnswerShown:
    """The answer to look at: status and what it means, redirects, headers, cookies, and the body.

    A page is drawn in a frame of `height` pixels in which nothing runs and nothing is loaded; JSON can be folded.
    Takes what `client(app).get(...)` returns, and responses that a view made: Django's, Flask's, Starlette's.
    For code, the result has `status`, and `answer` with the `headers`, the `body`, its `text` and its `json`.
    """
    return AnswerShown(read(response), height)


class AnswerShown(Shown):
    """One answer. It draws itself; its attributes are for code."""

    style = STYLE + body.STYLE

    def __init__(self, answer: Answer, height: int | None = None) -> None:
        self.answer = answer
        """What came back, as plain data: `status`, `reason`, `headers`, `body`, `text`, `json`."""
        self.status: int = answer.status
        """The status code."""
        self.height = height
        """That of a page's frame in pixels; None if it follows from the page."""

    def html(self) -> str:
        """Everything, the most important first."""
        answer = self.answer
        parts = [
            failure_html(answer),
            f"<p>{code(asked(answer))} was answered with</p>" if asked(answer) else "",
            status_html(answer),
            way_html(answer),
            headers_html(answer),
            cookies_html(answer),
            body.body_html(answer, self.height),
        ]
        return group(f"Answer {status_line(answer)}", "".join(parts))

    def text(self) -> str:
        """The same lines, with headers as they were sent."""
        answer = self.answer
        headers = [f"{name}: {cut(value, HEADER_AT_MOST)}" for name, value in answer.headers]
        blocks = [
            str(answer.failure.summary) if answer.failure else "",
            "\n".join(filter(None, (status_line(answer), status.meaning(answer.status), asked(answer)))),
            "\n".join([*_way(answer), *leads_to(answer)]),
            "\n".join(headers) or "No headers",
            body.body_text(answer),
        ]
        return "\n\n".join(block for block in blocks if block)


def status_line(answer: Answer) -> str:
    """Status as the wire has it, and in a word: "404 Not Found (client error)"."""
    return f"{answer.status} {answer.reason}".strip() + f" ({status.kind(answer.status)})"


def asked(answer: Answer) -> str:
    """What was asked for: "GET /books", with its server only where that is a real one."""
    return f"{answer.method} {answer.url.removeprefix(BASE_URL)}".strip()


def status_html(answer: Answer) -> str:
    """Status and what it means."""
    sign = f'<span aria-hidden="true">{status.sign(answer.status)}</span>'
    said = f"<p><b>{sign} {escape(status_line(answer))}</b></p><p>{escape(status.meaning(answer.status))}</p>"
    return f'<div class="status status-{answer.status // 100}">{said}</div>'


def failure_html(answer: Answer) -> str:
    """The exception behind an answer, if there is one."""
    if not answer.failure:
        return ""
    return group("Exception", f"<pre>{escape(str(answer.failure.summary))}</pre>", "failure")


def headers_html(answer: Answer) -> str:
    """All headers but cookies in a table; those that only carry the message are folded."""
    rows = [(name, value) for name, value in answer.headers if name.lower() != "set-cookie"]
    plain = [row for row in rows if row[0].lower() in PLUMBING]
    telling = [row for row in rows if row not in plain]
    shown = _table("Headers", telling) if telling else ""
    return shown + (fold(count(len(plain), "more header"), _table("About the message itself", plain)) if plain else "")


def _table(caption: str, rows: list[tuple[str, str]]) -> str:
    return table(
        caption, ("Header", "Value"), [(escape(name), code(cut(value, HEADER_AT_MOST))) for name, value in rows]
    )


def _way(answer: Answer) -> list[str]:
    """The redirects that led here, a line each."""
    return [
        f"{number}. {asked(step)} was answered with {step.status} {step.reason}, Location: {step.header('location')}"
        for number, step in enumerate(answer.before, 1)
    ]


def way_html(answer: Answer) -> str:
    """The redirects that led here, and where this one leads."""
    steps = "".join(f"<li>{escape(line.partition('. ')[2])}</li>" for line in _way(answer))
    led = f"<p>Redirects that led here</p><ol>{steps}</ol>" if steps else ""
    return led + "".join(f"<p>{escape(line)}</p>" for line in leads_to(answer))


def leads_to(answer: Answer) -> list[str]:
    """Where a redirect points, and with which method a client goes there."""
    location = answer.header("location")
    if answer.status // 100 != 3 or not location:
        return []
    target = urljoin(answer.url, location)
    method = answer.method or "GET"
    if method != "HEAD" and (answer.status == 303 or (answer.status in (301, 302) and method == "POST")):
        method = "GET"
    there = ""
    if answer.url and urlsplit(target).netloc != urlsplit(answer.url).netloc:
        there = ", on another host"
    return [f"Location leads to {method} {target.removeprefix(BASE_URL)}{there}. It was not followed."]
