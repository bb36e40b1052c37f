"""The way of a request as SVG: down on the left through the layers, turning in the middle, up on the right.

In a narrow window it keeps its size, so that its letters can be read, and is scrolled sideways; what stands above it
takes the lines that it needs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from course.frameworks.look import code
from course.frameworks.routing import Routing, Tried
from course.frameworks.show.status import phrase
from course.frameworks.xray.outline import KINDS, SIGNS, parameters, said, time_in, time_out, took_parameters
from course.frameworks.xray.result import Row, gathered
from course.frameworks.xray.summary import Summary, duration, until_answer
from course.frameworks.xray.trace import CHANGED, LAYERS, Step

WIDTH = 700
LINE = 19
BAR = 28
GAP = 12
RAIL = 15
KIND = 92
"""The width of the column that says what kind of step it is."""
CLOCK = 132
"""The width of the column with a time and its bar."""
BAR_OF_TIME = 52
MOST_PATTERNS = 8
LETTER = {"": 7.0, "bad": 7.3, "code": 7.9, "small": 6.4}
"""Estimated widths of a letter; the font is the reader's."""
COLUMNS = re.compile(r"^(.*?SELECT) .*? FROM ", re.IGNORECASE)
"""The beginning of a statement that says least about it."""

STYLE = """
.threeways .xray-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em; max-width: 720px }
.threeways .xray-head + .xray-head { font-size: 12px; opacity: .85 }
.threeways .xray-head code { font-weight: 600 }
.threeways .xray-box { overflow-x: auto; max-width: 720px; margin: .2em 0 .4em }
.threeways .xray { display: block; width: 100%; min-width: 600px; height: auto }
.threeways .xray text { fill: var(--ink); font-size: 13px; font-family: inherit }
.threeways .xray .code { font-family: var(--jp-code-font-family, monospace) }
.threeways .xray .small { font-size: 12px; fill-opacity: .85 }
.threeways .xray .strong { font-weight: 600 }
.threeways .xray .bad { fill-opacity: 1; font-weight: 600 }
.threeways .xray .box { fill: var(--shade); fill-opacity: .45; stroke: var(--line) }
.threeways .xray .box.wrong { stroke: var(--bad); stroke-width: 2 }
.threeways .xray .box.turn { stroke: var(--info); stroke-width: 2 }
.threeways .xray .box.missed { fill: none; stroke-dasharray: 4 3 }
.threeways .xray .way { fill: none; stroke: var(--info); stroke-width: 2 }
.threeways .xray .way.broken { stroke: var(--bad); stroke-dasharray: 5 3 }
.threeways .xray .head { fill: var(--info); stroke: none }
.threeways .xray .head.broken { fill: var(--bad) }
.threeways .xray .took { fill: var(--info); fill-opacity: .75 }
.threeways .xray .span { fill: var(--ink); fill-opacity: .14 }
"""


def picture(root: Step, routing: Routing, summary: Summary, *, times: bool) -> str:
    """HTML with the picture of a request's steps; it shows no time if `times` is False."""
    sheet = _Sheet(until_answer(root) if times else 0.0)
    layers = _layers(root)
    for row in gathered(_notes(root) if layers or _missed(root) else ()):
        _draw_step(sheet, row, 0, WIDTH, None)
    _draw_between(sheet, root, 0)
    step_in = min(6.0, 60 / max(1, len(layers)))
    for number, layer in enumerate(layers):
        _draw_layer(sheet, layer, step_in * number)
        _draw_between(sheet, layer, step_in * (number + 1))
    inmost = layers[-1] if layers else root
    if inmost.outcome != "not reached":
        _draw_core(sheet, inmost, step_in * len(layers), routing, _inner_answer(root, layers, summary))
    for missed in _missed(inmost):
        _draw_missed(sheet, missed)
    _draw_afterwards(sheet, root)
    label = f"The way of {summary.request}, which can be scrolled sideways"
    box = f'<div class="xray-box" role="group" tabindex="0" aria-label="{escape(label)}">{sheet.svg(summary)}</div>'
    return _head(root, summary) + box


def _head(root: Step, summary: Summary) -> str:
    """The request on the left, its answer on the right."""
    about = f"{summary.about} · {summary.took}" if summary.took else summary.about
    rows = (
        (code(summary.request), f"<b>{escape(summary.answer)}</b>"),
        (escape(f"{root.name} server, the request comes in"), escape(about)),
    )
    lines = (f"<span>{left}</span><span>{right}</span>" for left, right in rows)
    return "".join(f'<div class="xray-head">{line}</div>' for line in lines)


class _Sheet:
    """A drawing that grows downwards."""

    def __init__(self, total: float) -> None:
        self.total = total
        """The seconds of the whole request; 0 if times are not shown."""
        self.y = 0.0
        self.drawn: list[str] = []

    def text(
        self, x: float, y: float, words: str, room: float, kind: str = "", anchor: str = "start", full: str = ""
    ) -> None:
        """Words on a line, shortened to their room; then, or if it is given, the `full` text is in the tooltip."""
        letter = next((width for name, width in LETTER.items() if name and name in kind.split()), LETTER[""])
        most = max(4, int(room / letter))
        short = words if len(words) <= most else f"{words[: most - 1]}…"
        full = full or (words if short != words else "")
        title = f"<title>{escape(full)}</title>" if full else ""
        side = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.drawn.append(f'<text x="{x:g}" y="{y:g}" class="{kind}"{side}>{title}{escape(short)}</text>')

    def box(self, x: float, y: float, width: float, height: float, kind: str, *, under: int | None = None) -> None:
        """A rectangle, in front of all that was drawn, or under what was drawn since there were so many."""
        place = f'x="{x:g}" y="{y:g}" width="{max(0, width):g}" height="{height:g}"'
        self.drawn.insert(len(self.drawn) if under is None else under, f'<rect {place} rx="4" class="{kind}"/>')

    def way(self, path: str, kind: str = "") -> None:
        self.drawn.append(f'<path d="{path}" class="way {kind}"/>')

    def arrow(self, x: float, y: float, *, down: bool, kind: str = "") -> None:
        """A head whose point is at (x, y)."""
        base = y - 8 if down else y + 8
        self.drawn.append(f'<path d="M{x - 5:g} {base:g}h10L{x:g} {y:g}z" class="head {kind}"/>')

    def clock(self, right: float, y: float, seconds: float, own: float) -> None:
        """A time, and bars for its part of the whole: dark what the step itself took, light what lies in it."""
        if not self.total:
            return
        self.text(right, y, duration(seconds), 80, "small", "end")
        x, unit = right - CLOCK, BAR_OF_TIME / self.total
        self.box(x, y - 9, BAR_OF_TIME, 9, "span")
        self.box(x, y - 9, max(1.0, min(1.0, own * unit / BAR_OF_TIME) * BAR_OF_TIME), 9, "took")

    def svg(self, summary: Summary) -> str:
        size = f'viewBox="0 0 {WIDTH} {self.y + 4:g}" width="{WIDTH}" height="{self.y + 4:g}"'
        words = f"<title>{escape(summary.request)}: the way through the application</title>"
        words += f"<desc>{escape(summary.sentence)} The steps are in the table below.</desc>"
        drawing = f"{words}{''.join(self.drawn)}"
        return f'<svg class="xray" role="img" {size} xmlns="http://www.w3.org/2000/svg">{drawing}</svg>'


def _layers(root: Step) -> list[Step]:
    """The middleware that the request reached, from outside to inside."""
    layers, step = [], root.inner
    while step is not None and step.outcome != "not reached":
        layers.append(step)
        step = step.inner
    return layers


def _notes(layer: Step) -> list[Step]:
    """What happened in a layer itself, beside the one that lies in it."""
    return [step for step in layer.children if step.kind not in (*LAYERS, "answer") and step.outcome != "not reached"]


def _inner_answer(root: Step, layers: Sequence[Step], summary: Summary) -> str:
    """The status with which the answer came to the innermost layer: outer ones may have made another of it."""
    makers = [*_notes(root), *(step for layer in layers for step in (layer, *_notes(layer)))]
    before = [changed[2] for step in makers if (changed := CHANGED.match(step.detail))]
    return f"{before[-1]} {phrase(int(before[-1]))}" if before else summary.answer.partition(" ")[2]


def _missed(step: Step) -> list[Step]:
    """What lies inside of a layer that did not let the request through."""
    missed: list[Step] = []
    found = [child for child in step.children if child.outcome == "not reached"]
    while found:
        missed += found
        found = [child for child in found[0].children if child.outcome == "not reached"]
    return missed


def _broken(step: Step) -> str:
    return "broken" if step.outcome in ("raised", "passed on") else ""


def _draw_between(sheet: _Sheet, outer: Step, inset: float) -> None:
    """The two ways between a layer and what lies in it."""
    inner = outer.inner
    if inner is not None and inner.outcome == "not reached":
        return
    top, bottom, left, right = sheet.y, sheet.y + GAP, inset + RAIL, WIDTH - inset - RAIL
    broken = _broken(inner) if inner is not None else "broken" if outer.outcome == "passed on" else ""
    sheet.way(f"M{left:g} {top:g}V{bottom:g}")
    sheet.arrow(left, bottom, down=True)
    sheet.way(f"M{right:g} {bottom:g}V{top:g}", broken)
    sheet.arrow(right, top, down=False, kind=broken)
    sheet.y = bottom


def _draw_layer(sheet: _Sheet, layer: Step, inset: float) -> None:
    """A bar across both ways: when the request enters and when the answer leaves."""
    top, under, left, right = sheet.y, len(sheet.drawn), inset, WIDTH - inset
    y = top + 18
    before, after = "in", "out"
    if sheet.total:
        before, after = f"in {duration(time_in(layer))}", f"out {duration(time_out(layer))}"
    word, kind = after, "small"
    if layer.outcome in ("passed on", "raised"):
        word, kind = "⚠ exception", "small bad"
    elif layer.outcome == "answered":
        word = f"↩ answers, {after}" if sheet.total else "↩ answers"
    column = left + RAIL + (86 if sheet.total else 40)
    sheet.text(left + RAIL + 12, y, before, 74, "small")
    sheet.text(column, y, layer.kind, 76, "small")
    sheet.text(column + 82, y, layer.name, right - left - 2 * RAIL - 290, "code strong")
    sheet.text(right - RAIL - 12, y, word, 150, kind, "end")
    sheet.y = top + BAR
    missed = _missed(layer)
    if layer.detail or layer.problem:
        sheet.y -= 5
        _draw_words(sheet, column + 82, right - RAIL - 12, said(layer), bad=bool(layer.problem))
        sheet.y += 5
    if missed or layer.inner is not None:
        notes = _notes(layer)
        for row in gathered(notes):
            _draw_step(sheet, row, left + RAIL + 14, right - RAIL - 14, None)
        sheet.y += 4 if notes else 0
    border = "wrong" if layer.outcome == "raised" else "turn" if layer.outcome == "answered" else ""
    sheet.box(left, top, right - left, sheet.y - top, f"box {border}".strip(), under=under)
    if missed:
        _draw_turn(sheet, left, layer)


def _draw_turn(sheet: _Sheet, inset: float, layer: Step) -> None:
    """Where the way down becomes the way up although there is more below."""
    raised = layer.outcome == "raised"
    words = "⚠ the request goes no further" if raised else "↩ the request goes no further: this middleware answers"
    left, right, top = inset + RAIL, WIDTH - inset - RAIL, sheet.y
    bottom = top + 26
    sheet.way(f"M{left:g} {top:g}V{bottom - 8:g}q0 8 8 8H{right - 8:g}q8 0 8 -8V{top:g}", "broken" if raised else "")
    sheet.arrow(right, top, down=False, kind="broken" if raised else "")
    sheet.text(WIDTH / 2, bottom - 8, words, right - left - 40, "small strong", "middle")
    sheet.y = bottom + 8


def _draw_core(sheet: _Sheet, inmost: Step, inset: float, routing: Routing, inner_answer: str) -> None:
    """What lies inside of all layers, in the order in which it happened, and the answer that came of it."""
    steps = [child for child in inmost.children if child.kind not in (*LAYERS, "answer")]
    if _missed(inmost) or (inmost.kind in LAYERS and not steps):
        return
    top, left, right = sheet.y, inset + RAIL, WIDTH - inset - RAIL
    for row in gathered(steps):
        _draw_step(sheet, row, left + 14, right - 14, routing)
        sheet.y += 4
    handled = any(step.outcome == "answered" for step in steps)
    broken = not handled and any(_broken(step) or (step.kind == "routing" and step.problem) for step in steps)
    bottom = sheet.y + 18
    sheet.way(f"M{left:g} {top:g}V{bottom - 8:g}q0 8 8 8H{WIDTH / 2:g}")
    sheet.way(f"M{WIDTH / 2:g} {bottom:g}H{right - 8:g}q8 0 8 -8V{top:g}", "broken" if broken else "")
    words = "⚠ an exception goes outwards" if broken else f"answer {inner_answer}"
    sheet.text(WIDTH / 2, bottom - 6, words, right - left - 60, "small strong", "middle")
    sheet.y = bottom + 8


def _draw_step(sheet: _Sheet, row: Row, left: float, right: float, routing: Routing | None) -> None:
    """A step in a box, and in it what happened during it."""
    step, again, top, under = row.step, row.again, sheet.y, len(sheet.drawn)
    column, edge, y = left + KIND, right - 8, sheet.y + 15
    is_n_plus_1 = again is not None and again.is_n_plus_1
    sheet.text(left + 8, y, KINDS.get(step.kind, step.kind), KIND - 10, "small")
    sheet.clock(edge, y, step.seconds, step.own)
    _draw_name(sheet, f"{row.times} × {step.name}" if row.times > 1 else step.name or "–", step.kind, column, edge)
    words = " · ".join(word for word in (again.why if again else said(step), step.where) if word)
    if words:
        sign = "⚠ " if is_n_plus_1 or step.outcome in ("raised", "refused") else ""
        sign = "↩ " if step.outcome == "answered" else sign
        _draw_words(sheet, column, edge, sign + words, bad=bool(step.problem) or is_n_plus_1)
    if step.kind == "routing" and routing:
        _draw_patterns(sheet, routing, column, edge)
    for child in gathered(step.children):
        _draw_step(sheet, child, left + 16, right - 6, routing)
    sheet.y += 4 if step.children else 2
    is_wrong = is_n_plus_1 or step.outcome in ("raised", "refused")
    sheet.box(left, top, right - left, sheet.y - top, "box wrong" if is_wrong else "box", under=under)
    sheet.y += 3


def _draw_name(sheet: _Sheet, name: str, kind: str, left: float, right: float) -> None:
    """The name beside the time; a long SQL statement goes on below."""
    room = right - left - (CLOCK + 8 if sheet.total else 0)
    y, sheet.y = sheet.y + 15, sheet.y + LINE + 2
    most = int(room / LETTER["code"])
    if kind != "sql" or len(name) <= most:
        sheet.text(left, y, name, room, "code" if kind == "sql" else "code strong")
        return
    short = COLUMNS.sub(r"\1 … FROM ", name) if len(name) > 2 * most else name
    if len(short) <= most:
        sheet.text(left, y, short, room, "code", full=name)
        return
    cut = max(short.rfind(sign, most // 2, most) for sign in " .,(") + 1 or most
    sheet.text(left, y, short[:cut], room, "code", full=name)
    sheet.text(left, sheet.y + 12, short[cut:].strip(), right - left, "code", full=name)
    sheet.y += LINE - 2


def _draw_words(sheet: _Sheet, left: float, right: float, words: str, *, bad: bool) -> None:
    """Words on as many lines as they need, three at most."""
    lines = _wrapped(words, int((right - left) / LETTER["bad" if bad else "small"]))
    for number, line in enumerate(lines[:3]):
        rest = " ".join(lines[2:]) if number == 2 else line
        sheet.text(left, sheet.y + 12, rest, right - left, "small bad" if bad else "small")
        sheet.y += LINE - 2


def _wrapped(words: str, most: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _draw_patterns(sheet: _Sheet, routing: Routing, left: float, right: float) -> None:
    """The patterns that were tried, those nearest to the match if they are many, and what the path said."""
    for shown in _near(routing.tried):
        if isinstance(shown, str):
            sheet.text(left + 18, sheet.y + 12, shown, right - left, "small")
        else:
            indent = left + 14 * shown.depth
            matched = "strong" if shown.verdict == "matched" else ""
            sheet.text(indent, sheet.y + 12, SIGNS[shown.verdict], 20, matched)
            column = (right - left) * 0.42
            sheet.text(
                indent + 18, sheet.y + 12, shown.pattern, column - 14 * shown.depth - 22, f"code small {matched}"
            )
            why = shown.verdict if shown.verdict == "not reached" else f"{shown.verdict}: {shown.why}"
            sheet.text(left + column, sheet.y + 12, why, right - left - column, f"small {matched}")
            if took_parameters(shown, routing):
                sheet.y += LINE - 2
                sheet.text(indent + 36, sheet.y + 12, parameters(routing), right - indent - 36, "code small strong")
        sheet.y += LINE - 2


def _near(tried: Sequence[Tried]) -> list[Tried | str]:
    """At most so many patterns: those that say most about the path, each hidden run of others counted in words."""
    if len(tried) <= MOST_PATTERNS:
        return list(tried)
    weights = {"matched": 0, "other method": 1, "no match": 3, "not reached": 4}
    told = sorted(
        range(len(tried)), key=lambda n: (weights[tried[n].verdict] - 2 * (tried[n].why != "another path"), n)
    )
    kept = set(told[: MOST_PATTERNS - 1])
    rows: list[Tried | str] = []
    hidden: list[Tried] = []
    for number, attempt in enumerate(tried):
        if number not in kept:
            hidden.append(attempt)
            continue
        rows += [_counted(hidden)] if hidden else []
        hidden = []
        rows.append(attempt)
    return rows + ([_counted(hidden)] if hidden else [])


def _counted(hidden: Sequence[Tried]) -> str:
    verdicts = [attempt.verdict for attempt in hidden]
    counts = [f"{verdicts.count(verdict)} × {verdict}" for verdict in dict.fromkeys(verdicts)]
    return f"… {', '.join(counts)}"


def _draw_missed(sheet: _Sheet, step: Step) -> None:
    """Something that the request did not come to."""
    what = f"{step.kind} {step.name}" if step.name else "routing and the view"
    sheet.box(40, sheet.y, WIDTH - 80, BAR - 4, "box missed")
    sheet.text(56, sheet.y + 16, what, 400, "small")
    sheet.text(WIDTH - 56, sheet.y + 16, "not reached", 150, "small", "end")
    sheet.y += BAR


def _draw_afterwards(sheet: _Sheet, root: Step) -> None:
    """What happens once the answer is on its way: background tasks, what follows a `yield`, streamed content."""
    after = [step for child in root.children if child.kind == "answer" for step in child.children]
    if not after:
        return
    sheet.y += 4
    sheet.text(4, sheet.y + 14, "After that, while the answer is sent:", WIDTH, "small strong")
    sheet.y += 22
    for row in gathered(after):
        _draw_step(sheet, row, 14, WIDTH - 14, None)
        sheet.y += 3
