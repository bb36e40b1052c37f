"""The page that a student gets for a notebook: what it earned, what is missing and why, and the notebook itself."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import TextLexer, get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from autograde.feedback.clean import markdown, plain
from autograde.feedback.hidden import Hidden
from autograde.feedback.marks import Mark, Marks
from autograde.feedback.outputs import joined, show_outputs
from autograde.feedback.reasons import explain, reason
from autograde.feedback.results import ID, results
from autograde.feedback.settings import Wishes
from autograde.grading.scores import NO_RESPONSE

HERE = Path(__file__).parent
STATES = {
    "full": ("✓", "full points"),
    "part": ("◐", "part of the points"),
    "none": ("✗", "no points"),
    "waits": ("…", "not graded yet"),
    "told": ("", ""),
    "plain": ("", ""),
}
HEADING = re.compile(r"<h([1-6])\b(.*?)</h\1>", re.S)
POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
SILENT = "What was shown while hidden tests ran is not part of this page."


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A part with points, in the table of scores."""

    name: str
    anchor: str
    points: str
    state: str
    reason: str = ""
    comment: str = ""

    @property
    def sign(self) -> str:
        """What its state looks like; the words beside it say the same."""
        return STATES[self.state][0]

    @property
    def state_in_words(self) -> str:
        """The same in words."""
        return STATES[self.state][1]


class Shown(Row, frozen=True, kw_only=True):
    """A cell of the notebook, as it stands on the page."""

    heading: str = ""
    failing: str = ""
    source: str = ""
    outputs: tuple[str, ...] = ()
    note: str = ""
    error: str = ""
    traceback: str = ""


def make_page(
    notebook: Mapping[str, Any], marks: Marks, wishes: Wishes, *, folder: Path | None = None, fingerprint: str = ""
) -> str:
    """The HTML of one page; pictures that its texts name are taken from the notebook's folder."""
    cells = [_whole(cell) for cell in notebook.get("cells", ())]
    hidden = Hidden(cells, wishes.secrets)
    lexer = _lexer(notebook.get("metadata") or {})
    shown = [_show(cell, at, marks, hidden, wishes, lexer, folder) for at, cell in enumerate(cells)]
    rows = [cell for cell in shown if cell.points]
    missing = [id for id in marks.marks if id not in {row.name for row in rows}]
    elsewhere = [_row(id, marks.marks[id], comment=_comment(marks, id)) for id in missing]
    style = _style()
    return _in_order(
        _template().render(
            marks=marks,
            total=_number(marks.score - marks.penalty),
            waiting=sum(mark.waiting and not mark.by_hand for mark in marks.marks.values()),
            rows=rows + elsewhere,
            elsewhere=elsewhere,
            cells=shown,
            style=style,
            policy=f"{POLICY}; style-src '{_hash(style)}'",
            fingerprint=fingerprint,
            results=results(marks, cells, {row.name: row.reason for row in rows}),
            results_id=ID,
        )
    )


def _whole(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell with its source in one piece and its metadata there."""
    metadata = cell.get("metadata")
    return {**cell, "source": joined(cell.get("source")), "metadata": metadata if isinstance(metadata, dict) else {}}


def _show(
    cell: dict[str, Any],
    at: int,
    marks: Marks,
    hidden: Hidden,
    wishes: Wishes,
    lexer: Lexer,
    folder: Path | None,
) -> Shown:
    about = cell["metadata"].get("nbgrader") or {}
    id = str(about.get("grade_id") or "")
    mark = marks.marks.get(id) if about.get("grade") or about.get("task") else None
    is_code = cell.get("cell_type") == "code"
    failure = explain(cell, at, hidden, wishes) if is_code else None
    why = reason(mark, failure, cell, hidden) if mark else ""
    comment = _comment(marks, id) if about.get("solution") or about.get("task") or about.get("grade") else ""
    if why and marks.comments.get(id) == NO_RESPONSE:
        comment = ""  # The reason says the same.
    row = _row(id, mark, reason=why, comment=comment)
    silent = bool(is_code and hidden.of(at).lines and wishes.hidden_tests != "outputs")
    outputs = cell.get("outputs") or () if is_code else ()
    return Shown(
        **{name: getattr(row, name) for name in Row.__struct_fields__},
        heading=_heading(about) if mark or comment else "",
        failing=failure.code if failure and mark and why else "",
        source=_source(cell, hidden.of(at).visible, lexer, folder),
        outputs=() if silent else tuple(show_outputs(outputs, hidden, longest=wishes.longest, folder=folder)),
        note=SILENT if silent and any(output.get("output_type") != "error" for output in outputs) else "",
        error=failure.words if failure and not (mark and why) else "",
        traceback=failure.traceback if failure else "",
    )


def _row(id: str, mark: Mark | None, *, reason: str = "", comment: str = "") -> Row:
    anchor = f"cell-{re.sub(r'[^A-Za-z0-9_-]', '-', id)}" if mark or comment else ""
    if mark is None:
        return Row(name=id, anchor=anchor, points="", state="told" if comment else "plain", comment=comment)
    points = f"{_number(mark.points)} of {_number(mark.most)}"
    if mark.extra:
        points += f" ({_number(mark.extra)} extra)"
    return Row(name=id, anchor=anchor, points=points, state=_state(mark), reason=reason, comment=comment)


def _state(mark: Mark) -> str:
    if mark.waiting and not mark.by_hand:
        return "waits"
    if mark.points >= mark.most:
        return "full"
    return "part" if mark.points > 0 else "none"


def _comment(marks: Marks, id: str) -> str:
    return markdown(marks.comments[id]) if id in marks.comments else ""


def _heading(about: Mapping[str, Any]) -> str:
    if about.get("task"):
        return "Task"
    return "Your answer" if about.get("solution") else "Test"


def _source(cell: Mapping[str, Any], visible: str, lexer: Lexer, folder: Path | None) -> str:
    if cell.get("cell_type") == "markdown":
        attachments = cell.get("attachments")
        return markdown(visible, attachments=attachments if isinstance(attachments, dict) else None, folder=folder)
    text = plain(visible).strip("\n")
    if not text.strip():
        return ""
    coloured = highlight(text, lexer, HtmlFormatter(nowrap=True)) if cell.get("cell_type") == "code" else escape(text)
    return f'<pre tabindex="0" role="group" aria-label="Code"><code>{coloured}</code></pre>'


def _lexer(metadata: Mapping[str, Any]) -> Lexer:
    about, kernel = metadata.get("language_info") or {}, metadata.get("kernelspec") or {}
    name = about.get("pygments_lexer") or about.get("name") or kernel.get("language") or "python"
    try:
        return get_lexer_by_name(str(name))
    except ClassNotFound:
        return TextLexer()


def _in_order(page: str) -> str:
    """The page with headings that never skip a level, whatever the notebook's own do."""
    last = 0

    def lower(heading: re.Match[str]) -> str:
        nonlocal last
        last = min(int(heading[1]), last + 1)
        return f"<h{last}{heading[2]}</h{last}>"

    return HEADING.sub(lower, page)


def _number(value: float) -> str:
    return f"{round(value, 2):g}"


def _ticks(text: str) -> Markup:
    """Text in which `names` stand between backticks."""
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text)))


@cache
def _style() -> str:
    return (HERE / "page.css").read_text(encoding="utf-8")


def _hash(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def _template() -> Any:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"points": _number, "ticks": _ticks}
    return environment.from_string((HERE / "page.html.j2").read_text(encoding="utf-8"))
