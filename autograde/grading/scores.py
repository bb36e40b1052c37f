"""What a cell earned, as nbgrader's `utils.determine_grade` has it, with two differences that can be switched off."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.utils import get_partial_grade

from autograde.assignment import Cell
from autograde.grading.outline import is_answer, is_test
from autograde.grading.places import is_as_released
from autograde.settings import Settings

NO_RESPONSE = "No response."


@dataclass(frozen=True)
class Score:
    """Points, and what has to be said about them."""

    points: float | None
    """None where a person has to judge."""
    error: NotebookNode | None = None
    """The output that cost the points."""
    shown: str | None = None
    """What the test showed as its number of points, where it was none that a cell can have."""


def determine(node: NotebookNode, cell: Cell, settings: Settings) -> Score:
    """The points of a cell of the instructor's after its run."""
    if cell.grade is None:
        return Score(None)
    if is_answer(cell):
        return Score(0.0 if is_as_released(node, cell) else None)
    if not is_test(cell):
        return Score(None)
    outputs = node.get("outputs", [])
    errors = [output for output in outputs if _costs(output, settings)]
    if errors and not settings.output_overrules:
        return Score(0.0, error=errors[0])
    for output in outputs:
        if _costs(output, settings):
            return Score(0.0, error=output)
        if output.output_type == "execute_result":
            return _partial(output, cell.points)
    return Score(cell.points)


def _costs(output: NotebookNode, settings: Settings) -> bool:
    if output.output_type == "stream":
        return settings.stderr_costs and output.name == "stderr"
    return output.output_type == "error"


def _partial(output: NotebookNode, most: float) -> Score:
    text = output.get("data", {}).get("text/plain")
    if not text:
        # An object that shows no text: nbgrader gives up on the whole submission here.
        return Score(most)
    try:
        points = get_partial_grade(output, most)
    except (ValueError, TypeError, KeyError, OverflowError):
        # More points than the cell has. nbgrader gives up on the whole submission; a person can decide it.
        return Score(None, shown=str(text))
    try:
        number = float(text if isinstance(text, str) else text[0])
        odd = number < 0 or math.isnan(number)
    except (ValueError, TypeError):
        odd = False
    return Score(points, shown=str(text) if odd else None)


def comment(node: NotebookNode, cell: Cell) -> str | None:
    """What nbgrader calls auto_comment."""
    return NO_RESPONSE if is_answer(cell) and is_as_released(node, cell) else None
