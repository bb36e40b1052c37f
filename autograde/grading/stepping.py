"""Runs the preprocessors of a course: the instructor's code, in a process where no student's code runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config, Configurable
from traitlets.utils.importstring import import_item

from autograde.assignment import Step
from autograde.grading.words import one_line
from autograde.task import Problem, Weight


class StepFailed(Exception):
    """A step raised an error; the message says which one, and what."""

    def problem(self, student: str, notebook: str) -> Problem:
        """What has become of the notebook."""
        return Problem(
            kind="step failed",
            weight=Weight.UNGRADED,
            student=student,
            notebook=notebook,
            what=str(self),
            do="Correct the step and grade again. If it needs the gradebook, grade with `nbgrader autograde`.",
        )


def run_steps(node: NotebookNode, steps: Sequence[Step], *, student: str, notebook: str) -> NotebookNode:
    """The notebook after these steps; it may be the same one, changed."""
    resources: Any = {
        "nbgrader": {"student": student, "notebook": notebook},
        "metadata": {"name": notebook},
        "unique_key": notebook,
        "output_files_dir": f"{notebook}_files",
    }
    for step in steps:
        try:
            node, resources = _made(step.name, step.config)(node, resources)
        except Exception as error:
            what = f"{type(error).__name__}: {one_line(str(error), 160)}"
            raise StepFailed(
                f"{step.name}, which the configuration of the course names, failed at it: {what}."
            ) from error
    return node


def run_first(data: bytes, steps: Sequence[Step], *, student: str, notebook: str) -> bytes:
    """A file that was handed in after these steps; as it is where it is no notebook, which its reader will tell."""
    if not steps:
        return data
    try:
        node = nbformat.reads(data.decode(), as_version=4)
    except Exception:
        return data
    return nbformat.writes(run_steps(node, steps, student=student, notebook=notebook)).encode()


@lru_cache(maxsize=64)
def _made(name: str, config: str) -> Callable[[NotebookNode, Any], tuple[NotebookNode, Any]]:
    """A step ready to run. As in nbgrader, one that is not enabled leaves a notebook as it is."""
    found: Any = import_item(name)
    if isinstance(found, type):
        of_nbconvert = issubclass(found, Configurable)
        found = found(config=Config({found.__name__: json.loads(config)})) if of_nbconvert else found()
    return found
