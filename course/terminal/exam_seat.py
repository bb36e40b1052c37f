"""A seat in a terminal, at the desk of an exam."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax

from course.problems import Problems
from course.study.exams.exam import TICK
from course.study.exams.sitting import Sitting
from course.terminal import exam_pages as pages

END = "."
"""A line that ends typed code."""
MARKS = (300, 60)
"""Seconds before the end at which the time is said."""
PAUSED = "Paused. Every answer is kept; `course exam` goes on."
HANDED_IN = "It is handed in. `course exam` checks what is left to check, and shows the report."
UNTOUCHED = "Nothing was done here, and nothing paused: the exam goes on where it was begun."
UNPAUSED = "The pause could not be kept. The clock stops by itself a minute after the last window is closed."
AGAIN = "Enter tries again, q leaves:"


class Seat:
    """One learner at one desk, who reads pages and types commands."""

    def __init__(self, desk: Sitting, console: Console, every: float | None = None):
        self._desk = desk
        self._console = console
        self._every = every
        self._turn = threading.RLock()
        """The clock speaks to the desk while the learner thinks."""
        self._shown = ""
        """The page before the learner; empty while they do something."""
        self._mine = False
        """Whether the learner did anything here: what was only looked at belongs to another window."""
        self._replies: list[str] = []
        """What is said below the next page."""
        self._left = float("inf")
        self._trouble = ""
        self._draft: tuple[str, Path] | None = None
        """The task whose code is open in an editor, and where."""
        self._kept: tuple[str, str] | None = None
        """The last code that was kept, and its task."""
        self._unsent: dict[str, str] = {}
        """Code that could not be kept, by task."""
        self._former: dict[str, str] = {}
        """Code before its last change, by task."""

    def sit(self) -> None:
        """Goes from page to page until the learner leaves."""
        stop = threading.Event()
        clock = threading.Thread(target=self._follow_clock, args=[stop], daemon=True, name="course-exam-clock")
        clock.start()
        try:
            while self._page():
                pass
        except (KeyboardInterrupt, EOFError) as end:
            self._console.print()
            self._leave(pause=self._mine or isinstance(end, KeyboardInterrupt))
        finally:
            stop.set()
            clock.join(5)
            self._reply()
            for code in self._unsent.values():
                self._console.print("[red]This code was not kept:[/]")
                self._console.print(code, markup=False)

    def _page(self) -> bool:
        try:
            with self._turn:
                view = self._desk.view()
                self._shown = view["state"]
            return bool(_PAGES[view["state"]](self, view))
        except Problems as error:
            self._tell(str(error))
            return self._ask(AGAIN) != "q"

    def _view(self) -> dict[str, Any]:
        with self._turn:
            return self._desk.view()

    def _act(self, **event: Any) -> bool:
        """Whether the desk did it; why not is said below the next page."""
        self._mine = True
        try:
            with self._turn:
                self._shown = ""
                self._desk.act(event)
        except (ValueError, Problems) as error:
            self._tell(str(error))
            return False
        return True

    def _give(self, what: str, **event: Any) -> bool:
        """Gives an answer, and says so when it is not taken."""
        with self._turn:
            why = pages.why_not(self._desk.view())
            if not why:
                if not self._act(**event):
                    self._tell(f"{what} is not kept.")
                    return False
                # When the time is over, the desk hands in, whatever it is told.
                why = pages.why_not(self._desk.view())
        if why:
            self._tell(f"{what} was not taken: {why}")
        return not why

    def _keep(self, item: str, code: str) -> None:
        self._unsent[item] = code
        if self._kept == (item, code) or self._give("Your code", type="code", item=item, code=code):
            self._kept = item, code
            del self._unsent[item]

    def _ask(self, prompt: str) -> str:
        self._reply()
        return self._console.input(f"[bold]{escape(prompt)}[/] ").strip()

    def _tell(self, text: str) -> None:
        self._replies.append(text)

    def _reply(self) -> None:
        while self._replies:
            self._console.print(f"[red]{escape(self._replies.pop(0))}[/]")

    def _leave(self, pause: bool = True) -> None:
        try:
            view = self._view()
            if view["state"] == "sitting" and pause:
                for item, code in list(self._unsent.items()):
                    self._keep(item, code)
                self._act(type="pause")
                view = self._view()
        except Problems as error:
            self._tell(str(error))
            view = {"state": "sitting"}
        self._reply()
        if view["state"] == "sitting":
            self._console.print(UNPAUSED if pause else UNTOUCHED)
        elif view["state"] == "paused":
            self._console.print(PAUSED)
        elif view["state"] == "handing-in":
            self._console.print(HANDED_IN)
        elif view["state"] == "report":
            self._console.print(f"`course exam {view['blueprint']}`, then r {view['form']}, shows the report.")

    # The clock

    def _follow_clock(self, stop: threading.Event) -> None:
        # The last look falls just before the end: what an editor has saved until then counts.
        while not stop.wait(self._every or max(1, min(TICK, self._left - 3))):
            with self._turn:
                if self._shown == "sitting":
                    self._tick()

    def _tick(self) -> None:
        try:
            self._keep_draft()
            self._desk.act({"type": "tick", "shown": -1})
            self._say_time(self._desk.view())
            self._trouble = ""
        except (ValueError, Problems) as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._console.print(f"\n[red]{escape(self._trouble)}[/]")

    def _say_time(self, view: Mapping[str, Any]) -> None:
        if why := pages.why_not(view):
            self._console.print(f"\n[bold]{why[0].upper()}{why[1:]} Press Enter.[/]")
            self._shown = ""
            return
        for mark in MARKS:
            if self._left > mark >= view["left"]:
                minutes = mark // 60
                self._console.print(f"\n[bold]{minutes} minute{'s' if minutes > 1 else ''} left.[/]")
        self._left = view["left"]

    def _keep_draft(self) -> None:
        """Keeps what an editor has saved so far: when the time is over, it counts."""
        if self._draft is not None and pages.why_not(self._desk.view()) is None:
            item, path = self._draft
            code = _saved(path)
            if code is not None:
                self._desk.act({"type": "code", "item": item, "code": code})
                self._kept = item, code

    # Pages

    def _list(self, view: Mapping[str, Any]) -> bool:
        self._console.print(pages.list_page(view))
        while True:
            reply = self._ask("The number of an exam says more, q leaves:")
            if reply == "q":
                return False
            if reply.isdecimal() and 0 < int(reply) <= len(view["blueprints"]):
                self._act(type="choose", blueprint=view["blueprints"][int(reply) - 1]["id"])
                return True
            self._console.print("That is none of the numbers above.")

    def _start(self, view: Mapping[str, Any]) -> bool:
        self._console.print(pages.start_page(view))
        ways = {"a": "a lists all exams", "q": "q leaves"}
        if view.get("busy"):
            ways = {"": "Enter goes on with it", "q": "q leaves"}
        elif not view.get("nothing"):
            ways = {"": "Enter starts it"} | ways
        if view["earlier"]:
            ways["r"] = "r NUMBER shows the report of a form"
        while True:
            reply = self._ask(f"{', '.join(ways.values())}:")
            word, _, number = reply.partition(" ")
            if word not in ways:
                continue
            if word == "q":
                return False
            if word == "a":
                self._act(type="back")
            elif word == "r":
                run = next((one["run"] for one in view["earlier"] if str(one["form"]) == number.strip()), None)
                if run is None:
                    self._console.print("There is no such form.")
                    continue
                self._act(type="report", run=run)
            elif view.get("busy"):
                self._act(type="go-on")
            else:
                self._act(type="start", form=view["form"])
            return True

    def _item(self, view: Mapping[str, Any]) -> bool:
        self._left = min(self._left, view["left"])
        item = view["item"]
        if item["id"] in self._unsent:
            view = {**view, "item": {**item, "code": self._unsent[item["id"]]}}
        self._console.print(pages.item_page(view))
        if view["confirm"]:
            self._console.print(pages.confirmation(view["confirm"]))
            reply = self._ask("Hand in now? Nothing can be changed afterwards. [y/n]")
            self._act(type="hand-in", sure=True) if reply.lower() in ("y", "yes") else self._act(type="cancel")
            return True
        ways = pages.WAYS[item["kind"]]
        return self._obey(self._ask(f"s saves your code; {ways}" if item["id"] in self._unsent else ways), view)

    def _obey(self, reply: str, view: Mapping[str, Any]) -> bool:
        """Does what was typed below an item; what means nothing is said below it, and asked again."""
        item, here, items = view["item"]["id"], view["here"], view["items"]
        word, _, rest = reply.partition(" ")
        if word in ("q", "pause"):
            self._leave()
            return False
        if why := pages.why_not(self._view()):
            if reply:
                self._tell(f"“{reply}” was not taken: {why}")
            return True
        if word in ("", "n", "p"):
            to = here + (-1 if word == "p" else 1)
            if 0 <= to < len(items):
                self._act(type="go", item=items[to]["id"])
            else:
                self._tell("That was the last one; h hands in." if word != "p" else "This is the first one.")
        elif word == "g" and rest.isdecimal() and 0 < int(rest) <= len(items):
            self._act(type="go", item=items[int(rest) - 1]["id"])
        elif word.isdecimal() and view["item"]["kind"] == "question" and 0 < int(word) <= len(view["item"]["options"]):
            if self._give(f"“{reply}”", type="answer", item=item, option=int(word) - 1) and here + 1 < len(items):
                self._act(type="go", item=items[here + 1]["id"])
        elif word in ("e", "t", "z", "s") and view["item"]["kind"] == "code":
            self._change(word, item, view["item"]["code"], fresh=items[here]["state"] == "open")
        elif word == "c" and view["item"]["kind"] == "code":
            self._give("Your code", type="check", item=item, code=view["item"]["code"])
        elif word == "m":
            self._act(type="mark", item=item, marked=not items[here]["marked"])
        elif word == "h" and self._unsent:
            self._tell("Some of your code is not kept yet: go to that task, where s saves it.")
        elif word == "h":
            self._act(type="hand-in")
        else:
            self._tell(f"{reply} means nothing here.")
        return True

    def _paused(self, view: Mapping[str, Any]) -> bool:
        self._console.print(pages.paused_page(view))
        reply = self._ask("Enter goes on, x gives it up for good, q leaves:")
        if reply == "x":
            if self._ask("As if it had never been begun? [y/n]").lower() in ("y", "yes"):
                self._act(type="drop", run=view["run"], sure=True)
            return True
        if reply == "q":
            return False
        if self._act(type="resume"):
            for item, code in list(self._unsent.items()):
                self._keep(item, code)
        return True

    def _handing_in(self, view: Mapping[str, Any]) -> bool:
        self._reply()
        said = pages.handing_in(view)
        if self._console.is_terminal:
            with self._console.status(said):
                done = self._act(type="grade", done=view["done"])
        else:
            self._console.print(said)
            done = self._act(type="grade", done=view["done"])
        if not done and self._ask(AGAIN) == "q":
            self._leave()
            return False
        return True

    def _report(self, view: Mapping[str, Any]) -> bool:
        self._console.print(pages.report_page(view))
        return False

    # Code

    def _change(self, way: str, item: str, code: str, fresh: bool) -> None:
        """Takes code as it was typed or edited, the code before that, or what could not be kept."""
        if way == "s":
            if item in self._unsent:
                self._keep(item, code)
            else:
                self._tell("Your code is kept; there is nothing to save.")
            return
        if way == "z" and item not in self._former:
            self._tell("There is no change to take back.")
            return
        if way == "z":
            new: str | None = self._former[item]
        else:
            new = self._edited(item, code) if way == "e" else self._typed(item, code, fresh)
        if new is not None and new != code:
            self._former[item] = code
            self._keep(item, new)

    def _typed(self, item: str, code: str, fresh: bool) -> str | None:
        self._console.print(Syntax(code, "python", theme="ansi_dark", padding=1))
        self._console.print(
            f"What you type takes the place of all this code; z brings it back. A line with only `{END}` ends it, "
            "at once when you want to change nothing."
        )
        lines: list[str] = []
        try:
            while (line := self._console.input()) != END:
                lines.append(line)
        except (KeyboardInterrupt, EOFError):
            if lines and fresh:
                self._keep(item, "\n".join(lines) + "\n")
            elif lines:
                self._tell("What you typed just now is not kept; your code from before is.")
            raise
        return "\n".join(lines) + "\n" if lines else None

    def _edited(self, item: str, code: str) -> str | None:
        """What stands in the file when the learner's own editor is closed; None when it did not work."""
        with tempfile.TemporaryDirectory(prefix="course-exam-") as folder:
            path = Path(folder) / "answer.py"
            path.write_text(code, encoding="utf-8")
            self._draft = item, path
            try:
                click.edit(filename=str(path))
                return path.read_text(encoding="utf-8-sig")
            except (OSError, ValueError, click.ClickException) as error:
                why = error.message if isinstance(error, click.ClickException) else error
                self._tell(f"The editor did not work ({why}). Type the code with t.")
                return None
            except KeyboardInterrupt:
                if (saved := _saved(path)) not in (None, code):
                    self._keep(item, str(saved))
                raise
            finally:
                self._draft = None


def _saved(path: Path) -> str | None:
    """What an editor has saved; None while it cannot be read. Some editors begin a file with a mark of its encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


_PAGES: dict[str, Callable[[Seat, Mapping[str, Any]], bool]] = {
    "list": Seat._list,
    "start": Seat._start,
    "sitting": Seat._item,
    "paused": Seat._paused,
    "handing-in": Seat._handing_in,
    "report": Seat._report,
}
