"""A seat in a terminal, at the desk of an interview."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape

from course.problems import Problems
from course.study.desk import Desk

END = "."
"""A line that sends what was written."""
PAUSED = "Paused. Everything is kept; `course interview` goes on."
UNPAUSED = "That could not be kept; everything before it is, and `course interview` goes on."
WAYS = (
    f"Write, line by line; a line with only `{END}` sends it. Or speak, then type `said`. "
    "`skip` when you do not know, `pause` to leave, `end` to end the interview."
)

View = Mapping[str, Any]


class Seat:
    """One learner at one desk, who reads pages and types."""

    def __init__(self, desk: Desk, console: Console, every: float = 20.0):
        self._desk = desk
        self._console = console
        self._every = every
        self._turn = threading.Lock()
        """The clock speaks to the desk while the learner thinks."""
        self._replies: list[str] = []
        """What is said below the next page."""
        self._unsent = ("", "", "")
        """What was written in which stage and step, and could not be kept."""
        self._trouble = ""

    def sit(self) -> None:
        """Goes from page to page until the learner leaves."""
        stop = threading.Event()
        clock = threading.Thread(target=self._follow_clock, args=[stop], daemon=True, name="course-interview-clock")
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
            self._reply()
            if self._unsent[2]:
                self._console.print("[red]This was not kept:[/]")
                self._console.print(self._unsent[2], markup=False)

    def _page(self) -> bool:
        try:
            view = self._view()
            return _PAGES[view["phase"]](self, view)
        except Problems as error:
            self._replies.append(str(error))
            return self._ask("Enter tries again, q leaves:") != "q"

    def _view(self) -> View:
        with self._turn:
            return self._desk.view()

    def _act(self, **event: Any) -> bool:
        """Whether the desk did it; why not is said below the next page."""
        with self._turn:
            try:
                self._desk.act(event)
            except (ValueError, Problems) as error:
                self._replies.append(str(error))
                return False
        return True

    def _do(self, **event: Any) -> bool:
        """Does something and stays at the desk; what could not be done is said, and the page comes again."""
        self._act(**event)
        return True

    def _reply(self) -> None:
        while self._replies:
            self._console.print(f"[red]{escape(self._replies.pop(0))}[/]")

    def _follow_clock(self, stop: threading.Event) -> None:
        while not stop.wait(self._every):
            self._tick()

    def _tick(self) -> None:
        try:
            with self._turn:
                if self._desk.view()["phase"] in ("question", "follow-up"):
                    self._desk.act({"type": "tick"})
            self._trouble = ""
        except (ValueError, Problems) as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self._console.print(f"\n[red]{escape(self._trouble)}[/]")

    def _leave(self) -> None:
        try:
            if self._view()["phase"] in ("question", "follow-up"):
                stage, step, text = self._unsent
                if text and self._act(type="draft", stage=stage, step=step, text=text):
                    self._unsent = ("", "", "")
                self._act(type="pause")
        except Problems as error:
            self._replies.append(str(error))
        said = PAUSED if not self._replies else UNPAUSED
        self._reply()
        self._console.print(said)

    # Reading and typing

    def _ask(self, prompt: str) -> str:
        self._reply()
        return self._console.input(f"[bold]{escape(prompt)}[/] ").strip()

    def _number(self, prompt: str, most: int) -> int:
        """A number from 1 to `most`."""
        while not ((reply := self._ask(prompt)).isdecimal() and 0 < int(reply) <= most):
            self._console.print(f"A number from 1 to {most}.")
        return int(reply)

    def _numbers(self, prompt: str, most: int) -> list[int]:
        """Places from 0, typed as numbers from 1 with spaces; none for an empty line."""
        while True:
            words = self._ask(prompt).replace(",", " ").split()
            if all(word.isdecimal() and 0 < int(word) <= most for word in words):
                return sorted({int(word) - 1 for word in words})
            self._console.print(f"Numbers from 1 to {most}, with spaces between.")

    def _head(self, text: str) -> None:
        self._console.print(f"\n[bold]{escape(text)}[/]")

    def _say(self, text: str) -> None:
        self._console.print(Markdown(text))

    def _lines(self, title: str, lines: list[str], numbered: bool = False) -> None:
        self._head(title)
        self._say("\n".join(f"{f'{place}.' if numbered else '-'} {line}" for place, line in enumerate(lines, 1)))

    # Pages

    def _lobby(self, view: View) -> bool:
        self._head("Mock interviews")
        for place, one in enumerate(view["interviews"], 1):
            last = f"; last time {one['earlier'][0]['share']} %" if one["earlier"] else ""
            begun = ", begun" if one["open"] else ""
            self._console.print(f"{place}. {escape(one['title'])} ({one['minutes']} minutes{begun}{last})")
        if view["topics"]:
            first, *others = [topic["id"] for topic in view["topics"]]
            more = f" (or {', '.join(others)})" if others else ""
            self._console.print(f"On one topic: course interview --topic {first}{more}", markup=False)
        while (reply := self._ask("The number of an interview, or q to leave:")) != "q":
            if reply.isdecimal() and 0 < int(reply) <= len(view["interviews"]):
                return self._do(type="choose", interview=view["interviews"][int(reply) - 1]["id"])
            self._console.print("That is none of the numbers above.")
        return False

    def _start(self, view: View) -> bool:
        self._head(view["title"])
        self._say(view["about"]["md"])
        self._lines("Stages", [f"{one['title']}, {one['minutes']} minutes" for one in view["stages"]], numbered=True)
        for run in view["earlier"]:
            self._console.print(f"{run['date']}: {run['share']} %, {run['used']} of {run['planned']} minutes")
        if self._ask("Enter starts it, q leaves:") == "q":
            return False
        return self._do(type="start")

    def _question(self, view: View) -> bool:
        follows = view["phase"] == "follow-up"
        clock = view["clock"]
        left = max(0, round((clock["planned_ms"] - clock["used_ms"]) / 60_000))
        title = f"Follow-up {view['place']} of {view['of']}" if follows else view["stage"]["title"]
        self._head(f"{title}: about {left} minutes left")
        self._say(view["says"]["md"])
        said: dict[str, Any] = {"stage": view["stage"]["id"]}
        if follows:
            said |= {"type": "follow-up", "number": view["number"]}
        else:
            said |= {"type": "answer"}
        if "choice" in view:
            options = view["choice"]["options"]
            self._lines(view["choice"]["ask"], [option["text"]["line"] for option in options], numbered=True)
            said["choice"] = options[self._number("Your choice:", len(options)) - 1]["id"]
        self._console.print(WAYS, markup=False)
        text = view["text"]
        if self._unsent[:2] == (view["stage"]["id"], view["step"]):
            text = self._unsent[2]
        if text:
            self._console.print(f"So far:\n{text}", markup=False)
        self._reply()
        return self._written(view, said, text)

    def _written(self, view: View, said: dict[str, Any], text: str) -> bool:
        began = time.monotonic()
        here = said["stage"], view["step"]
        while True:
            line = self._console.input()
            word = line.strip()
            more: dict[str, Any] | None = None
            if word == END:
                more = {}
            elif word == "said":
                more = {"said_ms": max(1, round((time.monotonic() - began) * 1000))}
            elif word == "skip":
                more = {"skipped": True}
            if more is not None:
                self._unsent = (*here, text)
                if self._act(**said, text=text, **more):
                    self._unsent = ("", "", "")
                return True
            if word == "end":
                return self._do(type="finish")
            if word == "pause":
                self._leave()
                return False
            text = f"{text}\n{line}" if text else line
            self._unsent = (*here, text)
            if self._act(type="draft", stage=said["stage"], step=view["step"], text=text):
                self._unsent = ("", "", "")
            self._reply()

    def _compare(self, view: View) -> bool:
        self._head(f"{view['stage']['title']}: compare")
        self._lines("How a good answer goes", [one["line"] for one in view["structure"]], numbered=True)
        self._lines("Key points", [one["text"]["line"] for one in view["points"]], numbered=True)
        points = self._numbers("Those that your answer had, such as 1 3:", len(view["points"]))
        self._head("A model answer")
        self._say(view["answer"]["md"])
        for one in (*view["answers"], *view["code"]):
            if one["mine"]:
                self._head(one["title"])
                self._say(one["text"]["md"])
        self._lines("Common mistakes", [one["line"] for one in view["mistakes"]])
        self._lines("Red flags", [one["text"]["line"] for one in view["flags"]], numbered=True)
        flags = self._numbers("Those that applied; Enter for none:", len(view["flags"]))
        grades = {}
        for one in view["rubric"]:
            self._lines(one["title"], [level["line"] for level in one["levels"]], numbered=True)
            grades[one["id"]] = self._number("Your level:", len(one["levels"]))
        return self._do(type="grade", stage=view["stage"]["id"], points=points, flags=flags, grades=grades)

    def _follow_up_compare(self, view: View) -> bool:
        self._head("A good answer")
        self._say(view["answer"]["md"])
        self._lines("How was yours?", view["grades"], numbered=True)
        grade = self._number("Your grade:", len(view["grades"]))
        return self._do(type="follow-up-grade", stage=view["stage"]["id"], number=view["number"], grade=grade)

    def _between(self, view: View) -> bool:
        done = view["done"]
        share = "" if done["share"] is None else f", {done['share']} % of the grades"
        self._head(f"{done['title']} is done: {done['used']} of {done['planned']} minutes{share}")
        on = "the report" if view["last"] else f"{view['stage']['title']} ({view['stage']['minutes']} minutes)"
        reply = self._ask(f"Enter goes on to {on}, u takes the last grade back, q leaves:")
        if reply == "q":
            self._console.print(PAUSED)
            return False
        if reply == "u":
            return self._do(type="undo")
        return self._do(type="finish") if view["last"] else self._do(type="begin", stage=view["stage"]["id"])

    def _paused(self, view: View) -> bool:
        self._head(f"Paused in {view['stage']['title']}")
        if self._ask("Enter goes on, q leaves:") == "q":
            return False
        return self._do(type="resume")

    def _report(self, view: View) -> bool:
        self._say(view["export"]["text"])
        return False


_PAGES: dict[str, Callable[[Seat, View], bool]] = {
    "lobby": Seat._lobby,
    "start": Seat._start,
    "question": Seat._question,
    "follow-up": Seat._question,
    "compare": Seat._compare,
    "follow-up-compare": Seat._follow_up_compare,
    "between": Seat._between,
    "paused": Seat._paused,
    "report": Seat._report,
}
