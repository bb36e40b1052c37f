"""Files of a submission that take the place of a module which the instructor's tests import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from autograde.assignment import Cell
from autograde.task import Problem, Weight


def shadows(files: Iterable[str], own: Iterable[str], modules: Iterable[str]) -> set[str]:
    """The modules that files of a submission hide; `own` are the instructor's files, `modules` the real ones."""
    real = {module.partition(".")[0] for module in modules}
    tops = {path.split("/")[0].removesuffix(".py") for path in files if path.endswith(".py")}
    return (tops & real) - {path.split("/")[0].removesuffix(".py") for path in own}


def doubted(cells: Iterable[Cell], names: set[str], student: str, notebook: str) -> Iterator[tuple[str, str, Problem]]:
    """The tests that use one of these modules: the cell, why its outcome is not to be believed, and the problem."""
    for cell in cells:
        for name in sorted(names):
            if re.search(rf"\b{re.escape(name)}\b", cell.source):
                why = f"The test uses {name}, and a file that was handed in takes the place of that module."
                yield (
                    cell.name,
                    why,
                    Problem(
                        kind="tampering suspected",
                        weight=Weight.LOOK,
                        student=student,
                        notebook=notebook,
                        cell=cell.name,
                        what=why,
                        do=f"The cell has no points of this run. Rename {name}, or grade it by hand.",
                    ),
                )
                break
