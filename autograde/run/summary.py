"""What is said when a run is over: who was not graded and why, how points were judged, how long it took."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograde.remark import Remark
from autograde.run.tally import AGAIN, State, Tally, counted, listed
from autograde.run.terminal import plain
from autograde.task import Judged, Problem, Weight

SHOWN = 20
"""Of what is worth a look, so many lines; --verbose shows all."""

WAYS = {
    Judged.OUTSIDE: "outside the student's process",
    Judged.INSIDE: "inside it",
    Judged.UNTOUCHED: "not attempted",
    Judged.BY_HAND: "by hand",
    Judged.MISSING: "not handed in",
}


def summarize(console: Console, tally: Tally, seconds: float, *, verbose: bool) -> None:
    """Prints it."""
    graded, kept, ungraded = (tally.states[state] for state in (State.GRADED, State.UNCHANGED, State.UNGRADED))
    if tally.remarks:
        _look_at(console, tally.remarks if verbose else tally.remarks[:SHOWN])
        if len(tally.remarks) > SHOWN and not verbose:
            console.print(f"{len(tally.remarks) - SHOWN} more of the assignment; --verbose shows all.")
    failed = tally.of(Weight.UNGRADED)
    if failed:
        _table(console, "Not graded", failed, "red")
    looks = tally.of(Weight.LOOK)
    if looks:
        _table(console, "Worth a look", looks if verbose else looks[:SHOWN], "yellow")
        if len(looks) > SHOWN and not verbose:
            console.print(f"{len(looks) - SHOWN} more are worth a look; --verbose shows all.")
    if verbose and (notes := tally.of(Weight.NOTE)):
        _table(console, "Notes", notes, "dim")
    if due := tally.states[State.DUE]:
        console.print(f"{counted(due, 'submission')} would be graded, {kept} not again, {ungraded} not at all.")
        return
    parts = [f"{counted(graded, 'submission')} graded in {seconds:.1f} s"]
    if tally.moved:
        parts.append(f"{tally.moved} of them {AGAIN}")
    if kept:
        parts.append(f"{kept} unchanged since the last run")
    if ungraded:
        parts.append(f"{ungraded} not graded")
    console.print("; ".join(parts) + ".", style="bold red" if ungraded else "bold green", soft_wrap=True)
    if ways := [f"{tally.points[way]:g} {words}" for way, words in WAYS.items() if tally.points.get(way)]:
        console.print(f"Points, by the way they were judged: {', '.join(ways)}.", soft_wrap=True)


def _look_at(console: Console, remarks: Iterable[Remark]) -> None:
    console.print("Look at your assignment:", style="bold yellow")
    for remark in remarks:
        console.print(f"  {plain(str(remark))}", soft_wrap=True)


def complain(console: Console, problems: Iterable[Problem]) -> None:
    """A line for each problem, and nothing else."""
    for problem in problems:
        console.print(Text(plain(str(problem))), soft_wrap=True)


def _table(console: Console, title: str, problems: list[Problem], style: str) -> None:
    if not console.is_terminal:  # In a log, columns only break lines.
        console.print(f"{title}:")
        for who, problem in grouped(problems):
            console.print(f"  {plain(who)}: {plain(f'{problem.what} {problem.do}')}".rstrip(), soft_wrap=True)
        return
    table = Table("who", "what", "to do", title=title, title_style=f"bold {style}", title_justify="left")
    for who, problem in grouped(problems):
        table.add_row(*(Text(plain(text)) for text in (who, problem.what, problem.do)))
    console.print(table)


def grouped(problems: Iterable[Problem]) -> list[tuple[str, Problem]]:
    """Whom each problem concerns, those who have the very same together."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.what, problem.do), []).append(problem)
    return [(_who(group), group[0]) for group in groups.values()]


def _who(group: list[Problem]) -> str:
    if len(group) == 1:
        return ", ".join(part for part in (group[0].student, group[0].notebook, group[0].cell) if part)
    places = {(problem.notebook, problem.cell) for problem in group}
    where = [part for part in next(iter(places)) if part] if len(places) == 1 else []
    students = list(dict.fromkeys(problem.student for problem in group))
    return ", ".join([f"{counted(len(students), 'student')} ({listed(students)})", *where])
