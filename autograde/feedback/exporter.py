"""nbgrader's own `generate_feedback`, and the formgrader's button, making our pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbgrader.api import MissingEntry

from autograde.feedback.marks import read_marks
from autograde.feedback.page import make_page
from autograde.feedback.settings import read_wishes


class FeedbackExporter(Exporter):
    """A notebook of a submission as the page that its student gets."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def __init__(self, config: Any = None, **given: Any) -> None:
        super().__init__(config=config, **given)
        # nbgrader makes one exporter for all pages of a command.
        self._read = cache(lambda assignment: read_marks(self.parent.coursedir, assignment))

    def from_notebook_node(self, nb: Any, resources: Any = None, **given: Any) -> tuple[str, Any]:
        """The page, and nbconvert's resources."""
        node, resources = super().from_notebook_node(nb, resources, **given)
        about = resources["nbgrader"]
        student, assignment, notebook = about["student"], about["assignment"], about["notebook"]
        marks = self._read(assignment).get((student, notebook))
        if marks is None:
            raise MissingEntry(f"The gradebook holds no {assignment}/{notebook} of {student}: grade it first.")
        folder = resources.get("metadata", {}).get("path")
        return make_page(node, marks, read_wishes(self.config), folder=Path(folder) if folder else None), resources
