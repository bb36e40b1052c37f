"""What is seen while a run goes on: a display that is drawn over, a line for each submission, or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Protocol

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograde.run.tally import AGAIN, Outcome, State, Tally, counted, listed
from autograde.run.terminal import is_live, plain
from autograde.task import Weight

REDRAWN_EVERY = 0.25
"""Seconds between two drawings: enough to see it move, seldom enough not to flicker or to cost anything."""


class Show(Protocol):
    """Follows a run."""

    def say(self, text: str) -> None:
        """What the run is about to do before the first submission."""

    def begin(self, tally: Tally) -> None:
        """The submissions are known."""

    def add(self, outcome: Outcome, tally: Tally) -> None:
        """One is through."""

    def tick(self, tally: Tally, running: list[str]) -> None:
        """Some time has passed."""

    def end(self) -> None:
        """It is over, in whatever way."""


class Silent:
    """Shows nothing."""

    def say(self, text: str) -> None:
        """Nothing is shown."""

    def begin(self, tally: Tally) -> None:
        """Nothing is shown."""

    def add(self, outcome: Outcome, tally: Tally) -> None:
        """Nothing is shown."""

    def tick(self, tally: Tally, running: list[str]) -> None:
        """Nothing is shown."""

    def end(self) -> None:
        """Nothing is shown."""


class Lines(Silent):
    """A line for each submission: for logs, pipes and screen readers."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """A line."""
        self._print(text)

    def begin(self, tally: Tally) -> None:
        """How many there are."""
        self._print(f"{counted(tally.asked, 'submission')}.")

    def add(self, outcome: Outcome, tally: Tally) -> None:
        """Who it was, what came of it, and how far the run is."""
        self._print(f"{plain(outcome.student)}: {_what(outcome)} ({tally.done} of {tally.asked})")
        for problem in outcome.result.problems:
            if problem.weight is not Weight.NOTE:
                self._print(f"  {plain(str(problem))}")

    def _print(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)


class Live(Silent):
    """One bar and one line under it, drawn over at most four times a second. It has no thread: `tick` draws."""

    def __init__(self, console: Console) -> None:
        self._bar = _Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} of {task.total:.0f}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            TextColumn("{task.fields[problems]}", style="yellow"),
            console=console,
            auto_refresh=False,
            transient=True,
        )
        self._console = console
        self._task = self._bar.add_task("", total=None, start=False, visible=False, rate="", problems="")
        self._drawn = self._began = 0.0
        self._bar.start()

    def say(self, text: str) -> None:
        """What is going on stands where the students' names will stand."""
        self._bar.now = text
        self._bar.refresh()

    def begin(self, tally: Tally) -> None:
        """The bar appears."""
        self._began = time.monotonic()
        self._bar.start_task(self._task)
        self._bar.update(self._task, total=tally.asked, visible=True, description="Grading")

    def add(self, outcome: Outcome, tally: Tally) -> None:
        """The bar moves on at the next drawing; who was not graded stays above it."""
        if outcome.state is State.UNGRADED:
            for problem in outcome.result.problems:
                if problem.weight is Weight.UNGRADED:
                    self._bar.console.print(Text(plain(str(problem)), style="red"))

    def tick(self, tally: Tally, running: list[str]) -> None:
        """Draws, when it is time."""
        now = time.monotonic()
        if now - self._drawn < REDRAWN_EVERY:
            return
        self._drawn = now
        rate = tally.done / max(now - self._began, 0.001)
        count = len(tally.of(Weight.UNGRADED, Weight.LOOK))
        again = f" ({AGAIN})" if tally.moved else ""
        self._bar.now = f"now: {listed(map(plain, running))}{again}" if running else ""
        self._bar.update(
            self._task,
            completed=tally.done,
            rate=f"{rate:.1f} a second",
            problems=counted(count, "problem") if count else "",
        )
        self._bar.refresh()

    def end(self) -> None:
        """The display goes away."""
        self._bar.stop()


class _Bars(Progress):
    """The bar with a line under it."""

    now = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bar once there is something to count, and the line."""
        tasks: list[Task] = [task for task in self.tasks if task.visible]
        if tasks:
            yield self.make_tasks_table(tasks)
        yield Text(self.now, style="dim", no_wrap=True, overflow="ellipsis")


def choose(console: Console, *, quiet: bool, verbose: bool) -> Show:
    """The display that suits where the run speaks and what was asked for."""
    if quiet:
        return Silent()
    return Live(console) if is_live(console) and not verbose else Lines(console)


def _what(outcome: Outcome) -> str:
    if outcome.state is State.UNCHANGED:
        return "unchanged"
    if outcome.state is State.DUE:
        return f"would be graded: {'; '.join(f'{plain(name)} {why}' for name, why in outcome.why.items())}"
    if outcome.state is State.UNGRADED:
        return "not graded"
    by_hand = f" and {outcome.by_hand:g} by hand" if outcome.by_hand else ""
    again = f", graded {AGAIN}" if outcome.has_moved else ""
    return f"{outcome.points:g} of {outcome.most:g} points{by_hand}, {outcome.result.seconds:.1f} s{again}"
