"""What nbgrader does between the run of a notebook and its scores, with nbgrader's own code."""

from __future__ import annotations

from functools import lru_cache

from nbconvert.preprocessors import ClearMetadataPreprocessor, Preprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import IgnorePattern, LimitOutput

from autograde.assignment import Finishing


def finish(node: NotebookNode, finishing: Finishing) -> None:
    """Leaves out, shortens and clears what the configuration says, in place."""
    for step in _steps(finishing):
        step.preprocess(node, {})


@lru_cache(maxsize=8)
def _steps(finishing: Finishing) -> list[Preprocessor]:
    steps: list[Preprocessor] = []
    if finishing.ignored is not None:
        steps.append(IgnorePattern(enabled=True, pattern=finishing.ignored))
    if finishing.cleared:
        steps.append(
            ClearMetadataPreprocessor(
                enabled=True,
                clear_notebook_metadata=finishing.clear_notebook,
                clear_cell_metadata=finishing.clear_cells,
                preserve_nb_metadata_mask=set(finishing.keep_notebook),
                preserve_cell_metadata_mask=set(finishing.keep_cells),
            )
        )
    if finishing.limited:
        steps.append(LimitOutput(enabled=True, max_lines=finishing.lines, max_traceback=finishing.traceback))
    return steps
