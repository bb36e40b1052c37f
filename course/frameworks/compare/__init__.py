"""The same request to several applications, and their answers side by side."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from course.frameworks import show
from course.frameworks.client import Client
from course.frameworks.compare import difference
from course.frameworks.compare.bodies import Bodies, cell
from course.frameworks.compare.difference import Difference, Header
from course.frameworks.compare.source import Source, source_of
from course.frameworks.look import Shown, code, count, cut, fold, group, in_words, listing, table
from course.frameworks.routing import Routing, route
from course.frameworks.show import body
from course.frameworks.show.answer import Answer, read

REQUEST = ("auth", "content", "cookies", "data", "files", "follow_redirects", "headers", "json", "params", "timeout")
NAMES = {"flask": "Flask", "django": "Django", "fastapi": "FastAPI", "starlette": "Starlette"}
TEXT_AT_MOST = 1_500
LETTERS = 28
"""How many letters fit beside each other in a page in one of the columns, at their narrowest."""

STYLE = """
.threeways .differs { border-left: 4px solid var(--warn); padding-left: .5em }
.threeways .name { font-weight: 600; font-size: 1.1em }
"""


def compare(path: str, *unnamed: Any, method: str = "GET", **apps_and_request: Any) -> Comparison:
    """The same request to each application, the answers side by side, and the code that made them.

    Applications are keywords, at least two, by any names: `compare("/books", flask=a, django=b, fastapi=c)` or
    `before=..., after=...`. The request takes what a client takes: `json=`, `data=`, `files=`, `headers=`, `cookies=`,
    `params=`, `follow_redirects=`. The result has `responses`, `same_status`, `same_body`, `differences` and `summary`.
    """
    if unnamed or not isinstance(path, str):
        address = path if isinstance(path, str) else "/"
        raise TypeError(
            "compare() takes the path first, and applications by names that you choose. "
            f'Name them: compare("{address}", before=app1, after=app2).'
        )
    request = {name: value for name, value in apps_and_request.items() if name in REQUEST}
    apps = {name: app for name, app in apps_and_request.items() if name not in REQUEST}
    if len(apps) < 2:
        raise TypeError(
            "compare() needs at least two applications, by names that you choose: "
            f'compare("{path}", flask=..., django=...). It was given {", ".join(apps) or "none"}.'
        )
    cookies = request.pop("cookies", None)
    clients = {name: _client(name, app, cookies) for name, app in apps.items()}
    request = {name: _reusable(value) for name, value in request.items()}
    responses = {}
    for name, opened in clients.items():
        with opened:
            responses[name] = opened.request(method, path, **request)
    return Comparison(responses, {name: route(app, method, path) for name, app in apps.items()})


def _client(name: str, app: Any, cookies: Any) -> Client:
    try:
        return Client(app, cookies=cookies, tell=_in_the_column)
    except TypeError as error:
        meant = difflib.get_close_matches(name, REQUEST, 1, 0.7)
        hint = f" Did you mean {meant[0]}=?" if meant else ""
        raise TypeError(f"{name}=: {error}{hint}") from None


def _in_the_column(message: str) -> None:
    """What a view raised is told by the comparison: nothing is printed."""


def _reusable(value: Any) -> Any:
    """What each application gets all of: files and streams are read once."""
    if hasattr(value, "read"):
        return value.read()
    if isinstance(value, Mapping):
        return {name: _reusable_file(item) for name, item in value.items()}
    if isinstance(value, list):
        return [(pair[0], _reusable_file(pair[1])) if isinstance(pair, tuple) else pair for pair in value]
    return b"".join(value) if hasattr(value, "__next__") else value


def _reusable_file(value: Any) -> Any:
    if hasattr(value, "read"):
        name = getattr(value, "name", None)
        return (Path(name).name if isinstance(name, str) else "upload", value.read())
    if isinstance(value, tuple) and len(value) > 1 and hasattr(value[1], "read"):
        return (value[0], value[1].read(), *value[2:])
    return value


class Comparison(Shown):
    """Answers of several applications to one request. `responses` has them by the names that the caller chose."""

    style = show.STYLE + body.STYLE + STYLE

    def __init__(self, responses: dict[str, Any], routings: Mapping[str, Routing]) -> None:
        self.responses = responses
        names = {name: NAMES.get(name, name) for name in responses}
        self._answers = {names[name]: read(response) for name, response in responses.items()}
        self._code = {
            names[name]: (routing, source_of(routing.view) if routing.view else None)
            for name, routing in routings.items()
        }
        self._headers = difference.headers(self._answers)
        self._bodies = Bodies(self._answers)

    @property
    def same_status(self) -> bool:
        """Whether all have the same status code."""
        return len({answer.status for answer in self._answers.values()}) == 1

    @property
    def same_body(self) -> bool:
        """Whether all bodies say the same: as JSON without regard to the order of keys, as text line by line."""
        return self._bodies.same

    @property
    def differences(self) -> list[str]:
        """Each difference in words."""
        found = [] if self.same_status else [f"status: {self._statuses()}"]
        found += [_header_said(header) for header in self._headers if not header.same]
        return found + self._bodies.differences

    @property
    def summary(self) -> str:
        """The comparison in one line."""
        raised = {name: f"raised {_raised(answer)}" for name, answer in self._answers.items() if answer.failure}
        parts = [difference.together(raised)] if raised else []
        everyone = "both" if len(self._answers) == 2 else f"all {_number(len(self._answers))}"
        first = next(iter(self._answers.values()))
        if self.same_status:
            parts.append(f"{everyone} answer {first.status} {first.reason}".rstrip())
        else:
            parts.append(f"the statuses differ: {self._statuses()}")
        parts += [self._bodies.summary, *self._headers_summary()]
        line = "; ".join(parts)
        return f"{line[0].upper()}{line[1:]}."

    def _statuses(self) -> str:
        return difference.together({name: answer.status for name, answer in self._answers.items()})

    def _headers_summary(self) -> list[str]:
        differing = [header for header in self._headers if not header.same]
        if not differing:
            return ["the headers say the same"]
        parts = []
        for name in self._answers:
            alone = sum(header.senders == [name] for header in differing)
            if alone:
                parts.append(f"{name} adds {count(alone, 'header')}")
        others = sum(len(header.senders) > 1 for header in differing)
        if others:
            parts.append(f"{count(others, 'header')} {'differs' if others == 1 else 'differ'}")
        return parts

    def html(self) -> str:
        """A line that sums up; the answers in columns; what differs in headers and bodies; the code."""
        columns = "".join(self._column(name, answer) for name, answer in self._answers.items())
        asked = show.asked(next(iter(self._answers.values())))
        parts = [
            f"<p>{code(asked)} was sent to {escape(in_words([*self._answers]))}.</p>",
            f"<p><b>{escape(self.summary)}</b></p>",
            f'<div class="columns">{columns}</div>',
            self._headers_html(),
            self._bodies.html(),
            self._code_html(),
        ]
        return group("Answers compared", "".join(parts))

    def _column(self, name: str, answer: Answer) -> str:
        inside = [
            f'<p class="name">{escape(name)}</p>',
            show.failure_html(answer),
            show.status_html(answer),
            show.way_html(answer),
            body.body_html(answer, letters=LETTERS),
        ]
        return group(f"Answer of {name}", "".join(inside))

    def _headers_html(self) -> str:
        if not self._headers:
            return "<p>No answer has headers.</p>"
        differing = [header for header in self._headers if not header.same]
        same = [header for header in self._headers if header.same]
        shown = self._headers_table("Headers that differ", differing) if differing else "<p>No header differs.</p>"
        alike = fold(
            f"{count(len(same), 'header')} alike or not compared",
            self._headers_table("Headers alike or not compared", same),
        )
        return f'<div class="wide">{shown}</div>' + (alike if same else "")

    def _headers_table(self, caption: str, rows: list[Header]) -> str:
        head = ("Header", *self._answers, "Compared")
        return table(
            caption,
            head,
            (
                (escape(header.name), *(cell(value) for value in header.values.values()), _mark(header))
                for header in rows
            ),
        )

    def _code_html(self) -> str:
        rows, sources = [], []
        for name, (routing, source) in self._code.items():
            where = code(routing.route or '""') if source else escape(_no_view(routing))
            rows.append((escape(name), where, code(source.name) if source else "—", escape(_lines(source))))
            if source and source.text:
                label = f"Code of {source.name} for {name}"
                title = f'<p class="name">{escape(name)}</p>'
                sources.append(group(label, title + listing(source.text, label, wrap=False)))
        written = f'<div class="columns">{"".join(sources)}</div>' if sources else ""
        overview = table("The code that made it", ("Application", "Route", "View", "Lines"), rows)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self._notes())
        ways = fold("How they look for a view", notes) if notes else ""
        return overview + ways + (fold("The views", written, opened=True) if written else "")

    def _notes(self) -> list[str]:
        """How each framework goes about it, once for each."""
        return list(dict.fromkeys(routing.note for routing, _ in self._code.values() if routing.note))

    def text(self) -> str:
        """The same, one application after another."""
        blocks = [self.summary]
        for name, answer in self._answers.items():
            failed = [str(answer.failure.summary)] if answer.failure else []
            said = cut(body.body_words(answer), TEXT_AT_MOST)
            blocks.append("\n".join([f"{name}: {show.status_line(answer)}", *failed, *show.leads_to(answer), said]))
        blocks.append("\n".join(["Differences:", *(f"- {line}" for line in self.differences)]))
        ignored = [header.name for header in self._headers if header.ignored]
        blocks.append(f"Values not compared: {', '.join(ignored)}" if ignored else "")
        for name, (routing, source) in self._code.items():
            head = f"{name}: {routing.route or chr(34) * 2} -> {source.name}" if source else f"{name}: "
            blocks.append(
                "\n".join([f"{head}, {_lines(source)}", source.text] if source else [head + _no_view(routing)])
            )
        blocks.append("\n".join(self._notes()))
        return "\n\n".join(block.rstrip() for block in blocks if block)


def _mark(header: Header) -> str:
    """What the comparison says about a header, as a sign and in words."""
    if header.same:
        return header.ignored or "= same"
    if len(header.senders) == 1:
        return f"+ only {escape(header.senders[0])}"
    missing = [name for name, value in header.values.items() if not value]
    return f"− not from {escape(in_words(missing))}" if missing else "≠ differs"


def _header_said(header: Header) -> str:
    if len(header.senders) == 1:
        return f"header {header.name}: only {header.senders[0]} sends it ({header.values[header.senders[0]]})"
    return "header " + str(
        Difference(header.name, {name: said or difference.NOTHING for name, said in header.values.items()})
    )


def _raised(answer: Answer) -> str:
    return str(answer.failure.summary).strip().partition("\n")[0].rstrip(".")


def _no_view(routing: Routing) -> str:
    if not routing.framework:
        return "not known for this kind of application"
    if any(tried.verdict == "other method" for tried in routing.tried):
        return "none for this method"
    return "none calls a view"


def _lines(source: Source | None) -> str:
    if source is None:
        return "—"
    return count(source.lines, "line") if source.text else source.note


def _number(size: int) -> str:
    return {3: "three", 4: "four", 5: "five"}.get(size, str(size))
