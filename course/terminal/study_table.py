"""A table in a terminal, at which cards are answered by single keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from course.problems import Problems
from course.study.cards.desk import Cards
from course.terminal import study_pages as pages

END = "."
"""A line that ends typed code."""
KEPT = "Every answer is kept; `course study` goes on."

View = Mapping[str, Any]


class Table:
    """One learner at one desk, who reads cards and presses keys."""

    def __init__(self, desk: Cards, console: Console, key: Callable[[], str] = click.getchar):
        self._desk = desk
        self._console = console
        self._key = key
        self._unsent = ("", "")
        """What was typed in which turn and could not be kept."""

    def sit(self) -> None:
        """Goes from card to card until the learner leaves."""
        try:
            while self._page():
                pass
        except (KeyboardInterrupt, EOFError):
            self._console.print()
        self._console.print(KEPT)

    def _page(self) -> bool:
        try:
            view = self._desk.view()
        except Problems as error:
            self._console.print(f"[red]{escape(str(error))}[/]")
            return False
        if self._console.is_terminal:
            self._console.clear()
        self._console.print(pages.page(view))
        keys = self._end_keys(view) if view["card"] is None else self._card_keys(view)
        while True:
            pressed = _name(self._key())
            if pressed == "q":
                return False
            if pressed in keys:
                # What could not be done is said below the card, which stays where it is.
                if self._tried(keys[pressed]):
                    return True
            else:
                self._console.print(pages.ways(view))

    def _tried(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except (ValueError, Problems) as error:
            self._console.print(f"[red]{escape(str(error))}[/]")
            return False
        return True

    def _card_keys(self, view: View) -> dict[str, Callable[[], None]]:
        card = view["card"]

        def act(type: str, **more: Any) -> Callable[[], None]:
            return lambda: self._desk.act({"type": type, "turn": card["turn"], **more})

        keys = {"s": act("suspend"), "b": act("bury"), **self._undo(view)}
        if card["ratings"]:
            keys |= {str(one["rating"]): act("rate", rating=one["rating"]) for one in card["ratings"]}
            if card["proposed"]:
                keys["space"] = keys["enter"] = act("rate", rating=card["proposed"])
        else:
            keys["space"] = keys["enter"] = act("reveal")
            if card["way"] == "options":
                keys |= {str(n): act("answer", option=one["place"]) for n, one in enumerate(card["options"], 1)}
            elif card["way"] != "think":
                keys["enter"] = lambda: self._type(card)
            if card["way"] == "code":
                keys["e"] = lambda: self._edit(card)
        if (view["notice"] or {}).get("what") == "leech":
            keys["l"] = lambda: self._desk.act({"type": "suspend", "card": view["notice"]["card"]})
        return keys | self._back(view)

    def _end_keys(self, view: View) -> dict[str, Callable[[], None]]:
        end = view["end"]
        keys = {**self._undo(view), **self._back(view)}
        for key, what, name in (("n", "new", "more_new"), ("p", "reviews", "put_off")):
            if end[name]:
                event = {"type": "more", "what": what}
                keys[key] = lambda event=event: self._desk.act(event)  # type: ignore[misc]
        if end["weak"]:
            keys["w"] = lambda: self._desk.act({"type": "weak"})
        if end["suspended"]:
            keys["a"] = lambda: self._bring_back(end["suspended"])
        return keys

    def _undo(self, view: View) -> dict[str, Callable[[], None]]:
        undo = view["undo"]
        return {"u": lambda: self._desk.act({"type": "undo", "event": undo["event"]})} if undo else {}

    def _back(self, view: View) -> dict[str, Callable[[], None]]:
        return {"r": lambda: self._desk.act({"type": "back"})} if view["weak"] else {}

    def _bring_back(self, suspended: list[View]) -> None:
        for one in suspended:
            self._desk.act({"type": "unsuspend", "card": one["card"]})

    def _type(self, card: View) -> None:
        before = self._unsent[1] if self._unsent[0] == card["turn"] else ""
        if before:
            self._console.print("Enter alone takes what you typed before.")
        if card["way"] == "gap":
            text = self._console.input("[bold]In the gap:[/] ")
        else:
            self._console.print(f"Type your code; a line with only `{END}` ends it.")
            lines: list[str] = []
            while (line := self._console.input()) != END and (line or lines or not before):
                lines.append(line)
            text = "\n".join(lines)
        self._send(card, text if text.strip() else before)

    def _edit(self, card: View) -> None:
        before = self._unsent[1] if self._unsent[0] == card["turn"] else card["code"]["typed"]
        try:
            text = click.edit(before, extension=".py")
        except click.ClickException as error:
            raise ValueError(f"the editor did not work ({error.message}); press Enter to type the code") from None
        if text is not None:
            self._send(card, text)

    def _send(self, card: View, text: str) -> None:
        if not text.strip():
            return
        self._unsent = (card["turn"], text)
        if card["way"] == "code":
            self._console.print(f"Running, at most {card['code']['seconds']:g} seconds…", style="dim")
        self._desk.act({"type": "answer", "turn": card["turn"], "typed": text})
        self._unsent = ("", "")


def _name(key: str) -> str:
    return {" ": "space", "\r": "enter", "\n": "enter", "\x1b": "q"}.get(key, key.lower())
