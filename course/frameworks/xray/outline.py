"""The way of a request in words: as an indented outline, and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from course.frameworks.look import code, fold, table
from course.frameworks.routing import Routing, Tried
from course.frameworks.xray.result import Row, gathered
from course.frameworks.xray.summary import Summary, duration
from course.frameworks.xray.trace import LAYERS, Step

SIGNS = {"matched": "✓", "no match": "✗", "other method": "✗", "not reached": "–"}
KINDS = {"sql": "SQL"}
LONGEST = 60
"""The letters that are shown of the parameters of a statement, and of whatever else is said of a step."""
WORDS = {
    "answered": "answers",
    "raised": "raises an exception",
    "passed on": "an exception passes through",
    "refused": "refuses",
    "not reached": "not reached",
}


def said(step: Step) -> str:
    """What became of a step, in words."""
    detail = step.detail if len(step.detail) <= LONGEST else f"{step.detail[: LONGEST - 1]}…"
    about = [detail, WORDS.get(step.outcome, ""), step.problem]
    if step.outcome == "answered" and step.detail:
        about.remove("answers")
    if step.outcome == "refused" and step.problem:
        about.remove("refuses")
    if step.outcome == "raised" and step.problem:
        about = [detail, f"raises {step.problem}"]
    return "; ".join(word for word in about if word)


def clock(step: Step) -> str:
    """How long a step took; for a layer, its own time on the way in and on the way out."""
    if step.outcome == "not reached":
        return ""
    if step.kind in LAYERS and step.children:
        return f"in {duration(time_in(step))}, out {duration(time_out(step))}"
    own = f", own {duration(step.own)}" if step.children else ""
    return duration(step.seconds) + own


def time_in(layer: Step) -> float:
    """From the moment when the request reached a layer until it went on from there."""
    inside = _inside(layer)
    return inside[0].begin - layer.begin if inside else layer.seconds


def time_out(layer: Step) -> float:
    """From the moment when the answer came to a layer until it left."""
    inside = _inside(layer)
    return max(0.0, layer.end - inside[-1].end) if inside else 0.0


def _inside(layer: Step) -> list[Step]:
    if layer.inner is not None:
        return [layer.inner] if layer.inner.outcome != "not reached" else []
    return [child for child in layer.children if child.outcome != "not reached"]


def outline(root: Step, routing: Routing, summary: Summary, *, times: bool) -> str:
    """Plain text, one step a line, indented as the steps lie in each other."""
    head = f"{summary.request}  {summary.answer}  {summary.about}" + (f"  {summary.took}" if times else "")
    lines = [head]
    for depth, row in _lines(Row(root), 0):
        step, about = row.step, row.again.why if row.again else said(row.step)
        words = [f"{row.times} ×" if row.times > 1 else "", KINDS.get(step.kind, step.kind), step.name]
        line = " ".join(word for word in (*words, f"({step.where})" if step.where else "") if word)
        took = f"  [{clock(step)}]" if times and clock(step) else ""
        lines.append("  " * (depth + 1) + line + (f": {about}" if about else "") + took)
        if step.kind == "routing" and step.outcome != "not reached":
            for tried in routing.tried:
                lines.append("  " * (depth + 2 + tried.depth) + attempt(tried))
                lines += (
                    ["  " * (depth + 3 + tried.depth) + parameters(routing)] if took_parameters(tried, routing) else []
                )
    return "\n".join(lines)


def attempt(tried: Tried) -> str:
    """A pattern and what it said."""
    return f"{SIGNS[tried.verdict]} {tried.pattern}: {tried.verdict}" + (f", {tried.why}" if tried.why else "")


def parameters(routing: Routing) -> str:
    """What the path said."""
    return ", ".join(f"{name} = {value!r}" for name, value in routing.params.items())


def took_parameters(tried: Tried, routing: Routing) -> bool:
    """Whether the path said something to this pattern: to the one that matched, the innermost if several lie around."""
    matched = [attempt for attempt in routing.tried if attempt.verdict == "matched"]
    return bool(routing.params and matched) and tried is matched[-1]


def _lines(row: Row, depth: int) -> Iterator[tuple[int, Row]]:
    yield depth, row
    for child in gathered(row.step.children):
        yield from _lines(child, depth + 1)


def steps_table(root: Step, routing: Routing, summary: Summary, *, times: bool) -> str:
    """An HTML table with a row for each step, folded."""
    rows = []
    for depth, step in _walked(root, 0):
        rows.append(
            (
                depth,
                KINDS.get(step.kind, step.kind),
                step.name,
                "; ".join(w for w in (said(step), step.where) if w),
                clock(step),
            )
        )
        if step.kind == "routing" and step.outcome != "not reached":
            for tried in routing.tried:
                about = f"{tried.verdict}, {tried.why}"
                rows.append((depth + 1 + tried.depth, "pattern", tried.pattern, about, ""))
                if took_parameters(tried, routing):
                    rows.append((depth + 2 + tried.depth, "parameters", parameters(routing), "", ""))
    head = ["step", "name", "what happened", *(["time"] if times else [])]
    cells = (
        [f'<span style="padding-left:{depth}em">{escape(kind)}</span>', code(name), escape(about)]
        + ([escape(took)] if times else [])
        for depth, kind, name, about, took in rows
    )
    return fold("All steps as a table", f'<div class="wide">{table(summary.sentence, head, cells)}</div>')


def _walked(step: Step, depth: int) -> Iterator[tuple[int, Step]]:
    yield depth, step
    for child in step.children:
        yield from _walked(child, depth + 1)
