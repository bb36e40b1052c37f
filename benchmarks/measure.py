"""What a benchmark says, and how it is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Measured:
    """A cost in seconds, the bare minimum beside it, and what it should be at most."""

    what: str
    seconds: float
    minimum: str
    minimum_seconds: float
    bound: float
    """At most this many seconds."""

    @property
    def ratio(self) -> float:
        return self.seconds / self.minimum_seconds

    @property
    def passed_its_bound(self) -> bool:
        return self.seconds > self.bound


def best_of(times: int, work: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds: the one that was disturbed least."""
    durations = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        durations.append(time.perf_counter() - begin)
    return min(durations)


def show(results: list[Measured]) -> None:
    table = Table("what", "seconds", "at most", "bare minimum", "seconds", "ratio", box=None)
    for result in results:
        color = "red" if result.passed_its_bound else "green"
        table.add_row(
            result.what,
            f"[{color}]{result.seconds:.3f}[/]",
            f"{result.bound:g}",
            result.minimum,
            f"{result.minimum_seconds:.3f}",
            f"{result.ratio:.1f}",
        )
    Console(width=150).print(table)
