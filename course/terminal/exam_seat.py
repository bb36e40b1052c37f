"""A seat in a terminal, at the desk of an exam."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from course.study.exams.sitting import Sitting
from course.terminal import exam_pages as pages

END = "."
"""A line that ends typed code."""
MARKS = (300, 60)
"""Seconds before the end at which the time is said."""
PAUSED = "Paused. Every answer is kept; `course exam` goes on."


class Seat:
    """One learner at one desk, who reads pages and types commands."""

    def __init__(self, desk: Sitting, console: Console, every: float | None = None):
        self._desk = desk
        self._console = console
        self._every = every
        self._turn = threading.Lock()
        """The clock speaks to the desk while the learner thinks."""
        self._left = float("inf")
        self._draft: tuple[str, Path] | None = None
        """The task whose code is open in an editor, and where."""

    def sit(self) -> None:
        """Goes from page to page until the learner leaves."""
        stop = threading.Event()
        clock = threading.Thread(target=self._follow_clock, args=[stop], daemon=True, name="course-exam-clock")
        clock.start()
        try:
            while self._page():
                pass
        except (KeyboardInterrupt, EOFError):
            self._console.print()
            self._leave()
        finally:
            stop.set()
            clock.join(5)

    def _page(self) -> bool:
        view = self._view()
        return bool(_PAGES[view["state"]](self, view))

    def _view(self) -> dict[str, Any]:
        with self._turn:
            return self._desk.view()

    def _act(self, **event: Any) -> None:
        with self._turn:
            try:
                self._desk.act(event)
            except ValueError as error:
                self._console.print(f"[red]{escape(str(error))}[/]")

    def _ask(self, prompt: str) -> str:
        return self._console.input(f"[bold]{escape(prompt)}[/] ").strip()

    def _leave(self) -> None:
        if self._view()["state"] == "sitting":
            self._act(type="pause")
            self._console.print(PAUSED)

    # The clock

    def _follow_clock(self, stop: threading.Event) -> None:
        while True:
            view = self._view()
            if stop.wait(self._every or view.get("tick", 20)):
                return
            if view["state"] == "sitting":
                self._keep_draft()
                with self._turn:
                    self._desk.act({"type": "tick", "shown": -1})
                    after = self._desk.view()
                self._say_time(after)

    def _say_time(self, view: Mapping[str, Any]) -> None:
        if view["state"] != "sitting":
            self._console.print("\n[bold]The time is over. Press Enter.[/]")
            return
        for mark in MARKS:
            if self._left > mark >= view["left"]:
                minutes = mark // 60
                self._console.print(f"\n[bold]{minutes} minute{'s' if minutes > 1 else ''} left.[/]")
        self._left = view["left"]

    def _keep_draft(self) -> None:
        """Keeps what an editor has saved so far: when the time is over, it counts."""
        if self._draft is not None:
            item, path = self._draft
            try:
                code = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                return
            self._act(type="code", item=item, code=code)

    # Pages

    def _list(self, view: Mapping[str, Any]) -> bool:
        self._console.print(pages.list_page(view))
        while True:
            reply = self._ask("The number of an exam, or q to leave:")
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
        self._console.print(pages.item_page(view))
        if view["confirm"]:
            self._console.print(pages.confirmation(view["confirm"]))
            reply = self._ask("Hand in now? Nothing can be changed afterwards. [y/n]")
            self._act(type="hand-in", sure=True) if reply.lower() in ("y", "yes") else self._act(type="cancel")
            return True
        return self._obey(self._ask(pages.WAYS[view["item"]["kind"]]), view)

    def _obey(self, reply: str, view: Mapping[str, Any]) -> bool:
        """Does what was typed below an item; what means nothing is said and asked again."""
        if self._view()["state"] != "sitting":
            return True  # The time was over in between.
        item, here, items = view["item"]["id"], view["here"], view["items"]
        word, _, rest = reply.partition(" ")
        if word in ("", "n", "p"):
            to = here + (-1 if word == "p" else 1)
            if 0 <= to < len(items):
                self._act(type="go", item=items[to]["id"])
            else:
                self._console.print("That was the last one; h hands in." if word != "p" else "This is the first one.")
        elif word == "g" and rest.isdecimal() and 0 < int(rest) <= len(items):
            self._act(type="go", item=items[int(rest) - 1]["id"])
        elif word.isdecimal() and view["item"]["kind"] == "question" and 0 < int(word) <= len(view["item"]["options"]):
            self._act(type="answer", item=item, option=int(word) - 1)
            if here + 1 < len(items):
                self._act(type="go", item=items[here + 1]["id"])
        elif word in ("e", "t") and view["item"]["kind"] == "code":
            code = self._edited(item, view["item"]["code"]) if word == "e" else self._typed()
            if code is not None:
                self._act(type="code", item=item, code=code)
        elif word == "m":
            self._act(type="mark", item=item, marked=not items[here]["marked"])
        elif word == "h":
            self._act(type="hand-in")
        elif word == "pause":
            self._leave()
            return False
        else:
            self._console.print(f"{escape(reply)} means nothing here.")
        return True

    def _paused(self, view: Mapping[str, Any]) -> bool:
        self._console.print(pages.paused_page(view))
        if self._ask("Enter goes on, q leaves:") == "q":
            return False
        self._act(type="resume")
        return True

    def _handing_in(self, view: Mapping[str, Any]) -> bool:
        said = pages.handing_in(view)
        if self._console.is_terminal:
            with self._console.status(said):
                self._act(type="grade", done=view["done"])
        else:
            self._console.print(said)
            self._act(type="grade", done=view["done"])
        return True

    def _report(self, view: Mapping[str, Any]) -> bool:
        self._console.print(pages.report_page(view))
        return False

    # Code

    def _typed(self) -> str | None:
        self._console.print(f"Type your code; a line with only `{END}` ends it.")
        lines = []
        while (line := self._console.input()) != END:
            lines.append(line)
        return "\n".join(lines) + "\n" if lines else None

    def _edited(self, item: str, code: str) -> str | None:
        """What stands in the file when the learner's own editor is closed; None when there is no editor."""
        command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not command:
            self._console.print("The variable EDITOR names no editor. Set it, or type the code with t.")
            return None
        with tempfile.TemporaryDirectory(prefix="course-exam-") as folder:
            path = Path(folder) / "answer.py"
            path.write_text(code, encoding="utf-8")
            self._draft = item, path
            try:
                subprocess.run([*shlex.split(command), str(path)], check=True)
                return path.read_text(encoding="utf-8")
            except (OSError, ValueError, subprocess.CalledProcessError) as error:
                self._console.print(f"The editor did not work ({escape(str(error))}). Type the code with t.")
                return None
            finally:
                self._draft = None


_PAGES: dict[str, Callable[[Seat, Mapping[str, Any]], bool]] = {
    "list": Seat._list,
    "start": Seat._start,
    "sitting": Seat._item,
    "paused": Seat._paused,
    "handing-in": Seat._handing_in,
    "report": Seat._report,
}
