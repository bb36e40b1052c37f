"""The pages of an exam, as rich draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

WAYS = {
    "question": "A number answers; Enter or n, p, g NUMBER move; m marks, h hands in, q pauses and leaves:",
    "code": "e opens your editor, t takes typed lines, z takes that back, c checks that it is Python; "
    "n, p, g NUMBER move; m marks, h hands in, q pauses and leaves:",
    "gone": "n, p, g NUMBER move; h hands in, q pauses and leaves:",
}
STATES = {
    "right": "✓ right",
    "wrong": "✗ wrong",
    "part": "◐ in part",
    "open": "– open",
    "gone": "no longer in the course",
}

View = Mapping[str, Any]


def list_page(view: View) -> RenderableType:
    """All exams with their numbers, two short lines for each: all of them are to fit on a small screen."""
    parts: list[RenderableType] = [Rule("Practice exams")]
    for number, one in enumerate(view["blueprints"], 1):
        last = f", last {_percent(one['earlier'][0]['share'])}" if one["earlier"] else ""
        parts.append(Text.assemble((f"{number}. {one['title']}", "bold"), last))
        parts.append(_indented(["Nothing to ask yet." if one.get("nothing") else f"{one['size']}."]))
    return Group(*parts)


def start_page(view: View) -> RenderableType:
    """What comes, and the rules."""
    parts: list[RenderableType] = [Rule(escape(view["title"])), Text(view["purpose"])]
    for name in ("busy", "nothing"):
        if view.get(name):
            parts.append(Text(view[name]))
    if "form" in view:
        parts.append(Text(f"Form {view['form']}: {view['size']}.", style="bold"))
        parts += [Text(f"- {line}") for line in (*view["rules"], *view["caveats"])]
        parts += [Text(line) for line in _readiness(view["readiness"])]
    if view["earlier"]:
        parts += [Text("Earlier results", style="bold"), _indented(_earlier(view["earlier"]))]
    parts.append(Text(f"`course exam {view['blueprint']}` leads here at once."))
    return Group(*parts)


def item_page(view: View) -> RenderableType:
    """One item, the time that is left, and how far all items are."""
    item, here = view["item"], view["here"]
    kind = ", code task" if item["kind"] == "code" else ""
    title = f"{here + 1} of {len(view['items'])}{kind}, {duration(view['left'])} left"
    parts: list[RenderableType] = [Rule(title)]
    if item["kind"] == "gone":
        parts.append(Text("This item is no longer part of the course, and does not count."))
    else:
        parts.append(drawn(item["ask"]))
    if item["kind"] == "question":
        grid = Table.grid(padding=(0, 1))
        for number, option in enumerate(item["options"], 1):
            grid.add_row("●" if option["chosen"] else " ", f"{number}.", drawn(option["text"]))
        parts.append(grid)
    if item["kind"] == "code":
        parts += [Text("Your code so far:", style="bold"), Syntax(item["code"], "python", theme="ansi_dark", padding=1)]
        parts += [Text(item["checked"])] if "checked" in item else []
    return Group(*parts, _navigator(view))


def confirmation(confirm: View) -> RenderableType:
    """What is open and what is marked."""
    said = []
    if confirm["open"]:
        said.append(f"Still open: {', '.join(map(str, confirm['open']))}.")
    if confirm["marked"]:
        said.append(f"Marked: {', '.join(map(str, confirm['marked']))}.")
    return Text(" ".join(said), style="bold")


def paused_page(view: View) -> RenderableType:
    """How things stand."""
    why = "It was interrupted; the clock has stood still since then. " if view["interrupted"] else ""
    said = f"{why}{duration(view['left'])} are left, {view['answered']} of {view['all']} items are answered."
    return Group(Rule(f"{escape(view['title'])}, form {view['form']}: paused"), Text(said))


def why_not(view: View) -> str | None:
    """Why an exam takes no answer now; None when it does."""
    if view["state"] == "sitting":
        return None
    if view["state"] == "paused":
        return "it was paused in another window."
    if view.get("by") == "time":
        return "the time is over."
    return "it was ended in another window."


def handing_in(view: View) -> str:
    """What is being done with what was handed in."""
    over = "The time is over. " if view["by"] == "time" and not view["done"] else ""
    if not view["all"]:
        return f"{over}Your answers are being graded."
    return f"{over}Your code is being checked: task {min(view['done'] + 1, view['all'])} of {view['all']}."


def report_page(view: View) -> RenderableType:
    """The whole report, with the answers."""
    score = f"{_percent(view['share'])} ({view['points']:g} of {view['of']:g} points)"
    sure = f"With other questions of this kind it would likely lie between {_range(view).replace(' to ', ' and ')}."
    time = f"It took {duration(view['used'])} of {duration(view['minutes'] * 60)}."
    score = f"{score}; {_percent(view['pass_mark'])} were needed. {sure} {time}" if view["of"] else time
    parts: list[RenderableType] = [
        Rule(f"{escape(view['title'])}, form {view['form']}: {_result_of(view)}"),
        Text(view["verdict"], style="bold"),
        Text(score),
        *(Text(line) for line in (view["change"], *view["caveats"]) if line),
    ]
    for item in view["items"]:
        parts += _result(item)
    parts += [_table(table) for table in view["tables"]]
    parts.append(Text("What to study next", style="bold"))
    parts += _next(view["next"])
    parts += [Text("All your forms of this exam", style="bold"), _indented(_earlier(view["earlier"]))]
    return Group(*parts)


def drawn(text: Any) -> RenderableType:
    """Markdown as a desk wraps it."""
    return Markdown(text.get("md") or text.get("line") or "", code_theme="ansi_dark")


def duration(seconds: float) -> str:
    """As in 12:05, or 1:02:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _navigator(view: View) -> RenderableType:
    line = Text()
    for place, item in enumerate(view["items"]):
        sign = ("✓" if item["state"] == "answered" else "") + ("⚑" if item["marked"] else "")
        line.append(f"{item['number']}{sign}", style="reverse" if place == view["here"] else "")
        line.append("  ")
    answered = sum(item["state"] == "answered" for item in view["items"])
    return Padding(Group(line, Text(f"{answered} of {len(view['items'])} answered.")), (1, 0, 0, 0))


def _result(item: View) -> list[RenderableType]:
    kind = "Code task" if item["section"] == "tasks" else "Question"
    about = f"{item['topic']}, {item['level']}, {duration(item['seconds'])}"
    title = f"{kind} {item['number']}: {STATES[item['state']]} ({about})"
    parts: list[RenderableType] = [Rule(escape(title), align="left")]
    if item.get("gone"):
        return parts
    parts.append(drawn(item["ask"]))
    if item["section"] == "tasks":
        if "own_code" in item:
            parts.append(Text(f"{item['passed']} of {item['all']} checks passed."))
            parts += [Text(f"- {line}") for line in item["failures"]]
            parts += [Text("Your code:", style="bold"), Syntax(item["own_code"], "python", theme="ansi_dark")]
        else:
            parts.append(Text("You left it open."))
        return [
            *parts,
            Text("One way to write it:", style="bold"),
            Syntax(item["reference"], "python", theme="ansi_dark"),
        ]
    if item["state"] == "open":
        parts.append(Text("You left it open."))
    elif item["state"] != "right":
        parts += [Text("Your answer:", style="bold"), drawn(item["own"])]
        parts += [drawn(item["own_why"])] if "own_why" in item else []
    return [*parts, Text("Right answer:", style="bold"), drawn(item["right"]), drawn(item["why"])]


def _table(view: View) -> RenderableType:
    table = Table(view["name"], "points", "share", "likely range", "time", box=None, title_justify="left")
    for row in view["rows"]:
        points = f"{row['points']:g} of {row['of']:g}"
        table.add_row(escape(row["name"]), points, _percent(row["share"]), _range(row), duration(row["seconds"]))
    return Padding(table, (1, 0))


def _next(topics: Iterable[View]) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for topic in topics:
        lines = [*topic["objectives"], *(f"Read again: {one['title']} ({one['lesson']})" for one in topic["notebooks"])]
        if topic["cards"]:
            lines.append(f"Cards on the topic, in a terminal: course study {topic['topic']}")
            lines.append(f"Cards on just this, in a notebook: {topic['study']}")
        parts += [Text(topic["title"]), _indented(f"- {line}" for line in lines)]
    return parts or [_indented(["Nothing was missed. The next form asks something else."])]


def _readiness(readiness: View) -> list[str]:
    lines = [f"Readiness: {readiness['text']} {readiness['reason']}"]
    if readiness["topics"]:
        names = "; ".join(f"{one['title']} ({_percent(one['expected'])} expected)" for one in readiness["topics"])
        lines.append(f"Most is missed in: {names}.")
    return lines


def _earlier(earlier: Iterable[View]) -> list[str]:
    return [
        f"Form {one['form']}, {one['date']}: "
        + (_result_of(one) if one["passed"] is None else f"{_percent(one['share'])}, {_result_of(one)}")
        for one in earlier
    ]


def _result_of(run: View) -> str:
    return "void" if run["passed"] is None else "passed" if run["passed"] else "not passed"


def _indented(lines: Iterable[str]) -> RenderableType:
    return Padding(Group(*(Text(line) for line in lines)), (0, 0, 0, 3))


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"


def _range(row: View) -> str:
    return f"{round(row['low'] * 100)} to {round(row['high'] * 100)} %"
