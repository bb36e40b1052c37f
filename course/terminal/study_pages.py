"""The pages of a card session, as rich draws them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

View = Mapping[str, Any]

STYLES = {"same": "", "extra": "red strike", "missing": "green underline"}


def page(view: View) -> RenderableType:
    """A card as far as it may be seen, or the end of the session, with the keys that do something."""
    parts: list[RenderableType] = [Rule(Text(view["title"], style="bold")), _head(view)]
    if view["said"]:
        parts.append(Text(view["said"], style="italic"))
    if view["notice"]:
        parts.append(_notice(view["notice"]))
    parts += [Text(), *(_end(view) if view["card"] is None else _card(view["card"])), Text(), ways(view)]
    return Group(*parts)


def ways(view: View) -> Text:
    """The keys that do something now."""
    if view["card"] is None:
        words = list(_end_ways(view))
    else:
        words = list(_card_ways(view["card"]))
        words += ["s suspends", "b buries"]
        if (view["notice"] or {}).get("what") == "leech":
            words.append("l suspends the forgotten card")
    if view["undo"]:
        words.append(f"u undoes “{view['undo']['what']}”")
    if view["weak"]:
        words.append("r returns to the other cards")
    return Text(", ".join([*words, "q leaves"]) + ".", style="dim")


def _head(view: View) -> Text:
    counts, progress = view["counts"], view["progress"]
    said = f"{counts['new']} new, {counts['learning']} learning, {counts['due']} due"
    said += f" · {progress['done']} of {progress['all']} done"
    return Text(said + (f" · {progress['minutes']} min today" if progress["minutes"] else ""), style="dim")


def _notice(notice: View) -> RenderableType:
    parts: list[RenderableType] = [Text(notice["text"], style="yellow")]
    if notice["what"] == "leech":
        parts.append(Padding(_drawn(notice["front"]), (0, 0, 0, 2)))
        if notice["lesson"]:
            parts.append(Text(f"Its lesson: {notice['lesson']['title']}, work/{notice['lesson']['lesson']}"))
    return Padding(Group(*parts), (1, 2))


def _card(card: View) -> Iterable[RenderableType]:
    about = [card["label"], card["topic"], card["framework"], "new" if card["new"] else ""]
    about.append("★ high yield" if card["high"] else "")
    yield Text(" · ".join(filter(None, about)), style="cyan")
    yield Text()
    yield _drawn(card.get("filled") or card["front"])
    if card["way"] == "options":
        yield _options(card["options"])
    if card["way"] == "code" and not card["revealed"]:
        yield from _code(card["code"])
    if not card["revealed"]:
        return
    yield Rule(style="dim")
    if card["verdict"]:
        right = card["verdict"].startswith("Right")
        yield Text(f"{'✓' if right else '✗'} {card['verdict']}", style="bold green" if right else "bold red")
    if (compared := card.get("compared")) and not compared["right"]:
        yield Text(f"You typed {compared['typed']!r}; it is {compared['wanted']!r}.")
        yield Text.assemble(*((text, STYLES[kind]) for kind, text in compared["parts"]))
    if card["way"] == "code" and card["code"]["typed"]:
        yield from _failures(card["code"])
        yield Text("Yours", style="dim")
        yield Syntax(card["code"]["typed"].rstrip(), "python", theme="ansi_dark")
        yield Text("One way to write it", style="dim")
    yield _drawn(card["answer"])


def _options(options: Iterable[View]) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    for number, option in enumerate(options, 1):
        mark = {"right": "✓", "wrong": "✗", "open": " "}[option["state"]]
        grid.add_row(mark, f"{number}.", _drawn(option["text"]))
        if "why" in option:
            grid.add_row("", "", _drawn(option["why"]))
    return Padding(grid, (1, 0, 0, 0))


def _code(code: View) -> Iterable[RenderableType]:
    around = f"{code['before']}{code['typed'].strip() or '____'}{code['after']}"
    yield Padding(Syntax(around.strip("\n"), "python", theme="ansi_dark"), (1, 2))
    yield from _failures(code)


def _failures(code: View) -> Iterable[RenderableType]:
    if code["failures"]:
        yield Text(f"{code['passed']} of {_count(code['all'], 'check')} passed.", style="bold red")
        yield from (Text.assemble("- ", *_message(text)) for text in code["failures"])


def _message(text: str) -> Iterable[tuple[str, str]]:
    """What stands between backticks is code."""
    for place, part in enumerate(re.split(r"`([^`]+)`", text)):
        yield part, "bold" if place % 2 else ""


def _card_ways(card: View) -> Iterable[str]:
    if card["ratings"]:
        for one in card["ratings"]:
            yield f"{one['rating']} {one['name']} ({one['wait']})"
        if card["proposed"]:
            name = next(one["name"] for one in card["ratings"] if one["rating"] == card["proposed"])
            yield f"Enter takes “{name}”"
        return
    if card["way"] == "options":
        yield "a number answers"
    elif card["way"] == "gap":
        yield "Enter to type what belongs into the gap"
    elif card["way"] == "code":
        yield "Enter to type your code, e for your editor"
    yield "space shows the answer"


def _end(view: View) -> Iterable[RenderableType]:
    end = view["end"]
    if not end["all"]:
        weak = view["weak"]
        yield Text("Nothing is known to be weak, and no mistake is open." if weak else "There is no such card here.")
        return
    yield Text("Done for now." if end["answers"] else "Nothing is due now.", style="bold")
    if end["answers"]:
        said = f"Today: {_count(end['cards'], 'card')} in {_count(end['answers'], 'answer')}"
        minutes = view["progress"]["minutes"]
        yield Text(f"{said}, {_count(minutes, 'minute') if minutes else 'less than a minute'} in all.")
    for one in end["next"]:
        yield Text(f"{one['when']}: {_count(one['count'], 'card')}")
    if end["weak"]:
        yield Text(f"Weak: {end['weak']}.")
    if unbegun := end["unbegun"]:
        said = f"New cards come from topics that you have begun. To begin “{unbegun['title']}”, go through its lessons"
        yield Text(f"{said} and their quizzes, or run `course study {unbegun['topic']}`.")
    if end["suspended"]:
        yield Text(f"Suspended: {_count(len(end['suspended']), 'card')}.")


def _end_ways(view: View) -> Iterable[str]:
    end = view["end"]
    if end["put_off"]:
        yield f"p for {_count(end['put_off'], 'card')} above today's limit"
    if end["more_new"]:
        yield f"n for {_count(end['more_new'], 'new card')} more"
    if end["weak"]:
        yield "w for weak areas"
    if end["suspended"]:
        yield "a brings back all suspended cards"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count != 1 else ''}"


def _drawn(text: Mapping[str, str]) -> RenderableType:
    return Markdown(next(iter(text.values())).strip(), code_theme="ansi_dark")
