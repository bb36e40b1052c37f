"""Running the cells of a submitted notebook, one after another, each within its time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from nbformat import NotebookNode

from autograde.assignment import Cell
from autograde.grading.clock import Clock
from autograde.grading.notebook import Taken
from autograde.grading.outline import SKIPPED, is_test
from autograde.grading.places import Placed
from autograde.grading.words import one_line
from autograde.kernel.ran import Ran
from autograde.kernel.session import Session
from autograde.sandbox.space import says_full
from autograde.settings import Limits
from autograde.task import Ended, Judged, Problem, Weight

DISK_FULL = "disk full"
OVER = "CellTimeoutError"
OVER_VALUE = "the notebook's time was over before this cell"


class Judge(Protocol):
    """Whoever runs the test cells."""

    def run(self, cell: Cell, source: str, *, seconds: float, count: int) -> tuple[Ran, Judged]:
        """What came of a test cell, and which way it was judged; `count` is its number among the cells that ran."""


@dataclass
class Execution:
    """What came of the cells of a notebook."""

    ran: dict[str, Ran] = field(default_factory=dict)
    """Of the instructor's cells, by their name."""
    judged: dict[str, Judged] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    """Test cells whose outcome is not to be believed, and why."""
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0


def execute(taken: Taken, session: Session, judge: Judge, limits: Limits, student: str, notebook: str) -> Execution:
    """Runs the notebook's cells and puts what they showed into them."""
    clock = Clock(limits)
    done = Execution()
    over = False
    count = 0
    for number, placed in enumerate(taken.placed, 1):
        if not is_run(placed):
            continue
        cell = placed.cell
        scored = cell is not None and is_test(cell)
        seconds = clock.seconds(scored=scored)
        if not seconds:
            ran = _not_run()
        elif scored and cell is not None:
            count += 1
            ran, done.judged[cell.name] = judge.run(cell, placed.node.source, seconds=seconds, count=count)
        else:
            count += 1
            ran = session.run(placed.node.source, seconds=seconds, count=count)
        clock.spend(ran.seconds)
        done.seconds += ran.seconds
        _show(placed.node, ran)
        if cell is not None:
            done.ran[cell.name] = ran
        where = (student, notebook, cell.name if cell else None)
        if seconds:
            done.problems += _problems(ran, placed, number, seconds, where)
        if clock.is_over and not over:
            over = True
            done.problems.append(_over(limits, number, where))
    taken.metadata |= NotebookNode(session.metadata())
    return done


def is_run(placed: Placed) -> bool:
    """Whether a cell is executed, as nbclient decides it."""
    node = placed.node
    if not placed.runs or node.cell_type != "code" or not node.source.strip():
        return False
    return SKIPPED not in node.metadata.get("tags", ()) or (placed.cell is not None and placed.cell.locked)


def _not_run() -> Ran:
    line = f"\x1b[0;31m{OVER}\x1b[0m: {OVER_VALUE}"
    error = NotebookNode(output_type="error", ename=OVER, evalue=OVER_VALUE, traceback=[line])
    return Ran(outputs=[error], ended=Ended.TIMEOUT, name=OVER, value=OVER_VALUE, traceback=[line])


def _show(node: NotebookNode, ran: Ran) -> None:
    node.outputs = ran.outputs
    node.execution_count = ran.count


def _problems(
    ran: Ran, placed: Placed, number: int, seconds: float, where: tuple[str, str, str | None]
) -> list[Problem]:
    student, notebook, name = where
    which = name or f"cell {number} ({one_line(placed.node.source.strip(), 50)})"
    found = []

    def tell(kind: str, weight: Weight, what: str, do: str) -> None:
        found.append(Problem(kind=kind, weight=weight, student=student, notebook=notebook, cell=name, what=what, do=do))

    if ran.ended is Ended.TIMEOUT:
        tell(
            "timed out",
            Weight.LOOK,
            f"{which} did not end within {seconds:.3g} s and was stopped; the cells after it ran.",
            "If the work needs longer, raise c.AutogradeEngine.cell_seconds and grade again.",
        )
    elif ran.ended in (Ended.DIED, Ended.LIMIT):
        tell(
            "process ended",
            Weight.LOOK,
            f"The process ended in {which}" + (f" ({one_line(ran.how, 80)})" if ran.how else "") + "; the cells after "
            "it ran in a new one.",
            "Look whether the code ends it, or needs more memory than c.AutogradeEngine.memory allows.",
        )
    if says_full(ran.value):
        tell(
            DISK_FULL,
            Weight.LOOK,
            f"{which} was told that no space is left on the disk.",
            "Look whether the code writes more than c.AutogradeEngine.disk allows; if not, grade it again.",
        )
    if ran.suspect:
        tell(
            "tampering suspected",
            Weight.LOOK,
            f"{which} sent what no kernel sends: {one_line(ran.suspect, 120)}.",
            "Look at the code of this submission.",
        )
    if ran.cut:
        tell("output cut", Weight.NOTE, f"{which} said more than is kept; the rest was left out.", "")
    return found


def _over(limits: Limits, number: int, where: tuple[str, str, str | None]) -> Problem:
    student, notebook, _ = where
    return Problem(
        kind="timed out",
        weight=Weight.LOOK,
        student=student,
        notebook=notebook,
        what=f"Its {limits.notebook_seconds:.4g} s were over after {number} cells; of the rest only tests were run.",
        do="If the work needs longer, raise c.AutogradeEngine.notebook_seconds and grade again.",
    )
