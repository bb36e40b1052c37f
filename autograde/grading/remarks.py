"""What the reference run, or the lack of one, says of an assignment: nothing that weakens its grades is silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograde.assignment import Assignment, Notebook, Steps
from autograde.examiner.plan import FAILS, Examination
from autograde.grading.grade import is_executed
from autograde.grading.notebook import language, take
from autograde.grading.outline import is_test
from autograde.grading.words import one_line
from autograde.remark import Remark

REFERENCE = "the reference"
INSIDE = "so all its tests are judged in the student's process, without knowing what a right answer is"


def teaches(notebook: Notebook) -> bool:
    """Whether a notebook has tests that its solution, if there is one, can be run for."""
    return is_executed(notebook) and language(notebook) == "python"


def of_sources(assignment: Assignment) -> Iterator[Remark]:
    """The notebooks under source/ that are not there or cannot be read."""
    for notebook in assignment.notebooks:
        if not teaches(notebook) or not _scored(notebook):
            continue
        why = _no_solution(notebook, assignment.steps)
        if why:
            what = f"The notebook under source/ {why}, {INSIDE}."
            yield Remark(kind="no solution", notebook=notebook.name, what=what, do="Put it back and grade again.")


def of_dead(notebook: Notebook, error: Exception) -> Remark:
    """A solution in which the process ended."""
    what = f"The solution under source/ could not be run to its end ({one_line(str(error))}), {INSIDE}."
    do = "Run it in a notebook, see what ends it, and grade again."
    return Remark(kind="solution stopped", notebook=notebook.name, what=what, do=do)


def of_examination(notebook: Notebook, examination: Examination) -> Iterator[Remark]:
    """What was found when the solution was run."""
    scored = _scored(notebook)
    inside = [each for each in examination.inside if each.cell in scored and each.cell not in examination.stopped]
    fails = [each.cell for each in inside if each.why == FAILS]
    idle = [name for name in scored if name in examination.cannot_fail]
    free = [each.cell for each in inside if not each.controls and each.cell not in {*fails, *idle}]
    for kind, cells, what, do in (
        (
            "solution stopped",
            examination.stopped,
            "The instructor's own solution was stopped there: by a time limit, another limit or this machine.",
            "Grade again when the machine is less busy; if it stays so, raise the limit or look at the cell.",
        ),
        (
            "solution fails",
            fails,
            "The instructor's own solution does not pass it.",
            "Run the notebook under source/, correct the solution or the test, and generate the assignment again.",
        ),
        (
            "cannot fail",
            idle,
            "It passes whatever the answers do, so everybody has its points.",
            "Let it check what an answer gives, and generate the assignment again.",
        ),
        (
            "no control",
            free,
            "It is judged in the student's process, and no way was found to see whether it can fail there, so a "
            "forged pass may stay unseen.",
            "Let it compare an answer's value with an expected one by ==.",
        ),
    ):
        if cells:
            yield Remark(kind=kind, notebook=notebook.name, cells=tuple(cells), what=what, do=do)


def _no_solution(notebook: Notebook, steps: Steps) -> str:
    if notebook.reference is None:
        return notebook.unread or "is missing"
    taken, found = take(notebook.reference.encode(), notebook, REFERENCE, steps)
    return "" if taken is not None else f"is broken ({one_line(found[0].what)})"


def _scored(notebook: Notebook) -> Sequence[str]:
    """The tests that have points: others weaken no grade."""
    return [cell.name for cell in notebook.cells if is_test(cell) and cell.points]
