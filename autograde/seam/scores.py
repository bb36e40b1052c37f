"""nbgrader's SaveAutoGrades, with the engine's two differences where they are set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import SaveAutoGrades as StockSaveAutoGrades

from autograde.settings import AutogradeEngine, Settings

BY_HAND = "autograde_by_hand"
"""Among nbconvert's resources: the tests that have no points of the run, because a person has to judge them."""


def costs_first(outputs: Sequence[Any], settings: Settings) -> list[Any]:
    """A test's outputs as nbgrader has to see them: without what costs nothing, and an error before all else."""
    seen = [output for output in outputs if settings.stderr_costs or not _is_stderr(output)]
    if settings.output_overrules:
        return seen
    return sorted(seen, key=lambda output: output.get("output_type") != "error")


def _is_stderr(output: Any) -> bool:
    return output.get("output_type") == "stream" and output.get("name") == "stderr"


class SaveAutoGrades(StockSaveAutoGrades):
    """Writes scores to the gradebook as nbgrader does, of outputs in which only errors cost points."""

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        judged = cell
        if cell.metadata["nbgrader"]["grade_id"] in resources.get(BY_HAND, ()):
            judged = NotebookNode(cell, cell_type="markdown")  # Of a text, nbgrader knows no points of its own.
        elif cell.cell_type == "code":
            settings = AutogradeEngine(config=self.config).settings()
            judged = NotebookNode(cell, outputs=costs_first(cell.outputs, settings))
        super()._add_score(judged, resources)
