"""How far a learner has come, read from the notebooks that they saved. Nothing of it is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.syllabus import Syllabus, Topic
from course.workspace import KEPT


@dataclass(frozen=True)
class NotebookProgress:
    """One notebook: how many of its code cells ran to the end, and the points that its visible tests give."""

    path: str
    title: str
    minutes: int
    cells: int
    ran: int
    points: float = 0.0
    max_points: float = 0.0
    objectives: frozenset[str] = frozenset()

    @property
    def done(self) -> bool:
        """A lesson is done when every cell ran; exercises are done when every visible test passed."""
        if self.max_points:
            return self.points >= self.max_points
        return self.ran >= self.cells

    @property
    def begun(self) -> bool:
        """Whether anything in it ran."""
        return self.ran > 0


@dataclass(frozen=True)
class TopicProgress:
    """One topic of the map, with the notebooks that the learner has of it."""

    topic: Topic
    notebooks: tuple[NotebookProgress, ...]

    @property
    def available(self) -> bool:
        """Whether there is anything to open."""
        return bool(self.notebooks)

    @property
    def unfinished(self) -> list[NotebookProgress]:
        """What is not done yet, lessons first."""
        return [notebook for notebook in self.notebooks if not notebook.done]

    @property
    def open_notebooks(self) -> list[NotebookProgress]:
        """The lessons that are not done; after them, the exercises that are not."""
        return [notebook for notebook in self.unfinished if not notebook.max_points] or self.unfinished

    @property
    def minutes(self) -> int:
        """How long its notebooks take together."""
        return sum(notebook.minutes for notebook in self.notebooks)

    @property
    def done(self) -> bool:
        """Whether all of its notebooks are done."""
        return self.available and all(notebook.done for notebook in self.notebooks)


def read_progress(work: Path, syllabus: Syllabus) -> list[TopicProgress]:
    """The state of each topic, by the notebooks that lie under `work`."""
    return [
        TopicProgress(topic, tuple(_read_folder(work, work / topic.folder)))
        for topic in sorted(syllabus.topics, key=lambda topic: topic.order)
    ]


def next_notebook(topics: list[TopicProgress]) -> NotebookProgress | None:
    """What to open now, in teaching order: the first that was begun and is not done, else the first untouched one.

    Exercises come when the lessons of their topic are done, although some can be tried before.
    """
    open_ones = [notebook for topic in topics for notebook in topic.open_notebooks]
    begun = [notebook for notebook in open_ones if notebook.begun]
    return next(iter(begun or open_ones), None)


def _read_folder(work: Path, folder: Path) -> list[NotebookProgress]:
    found = []
    for path in sorted(folder.glob("*.ipynb"), key=_teaching_order):
        if KEPT in path.stem:
            continue
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            about = data["metadata"]["course"]
            found.append(_measure(path.relative_to(work).as_posix(), about, data["cells"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # Not one of the course's notebooks, or being saved right now.
    return found


def _measure(path: str, about: dict[str, Any], cells: list[dict[str, Any]]) -> NotebookProgress:
    code = [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    points = max_points = 0.0
    for cell in code:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("grade") and not nbgrader.get("solution"):
            worth = float(nbgrader.get("points") or 0)
            max_points += worth
            points += worth if _ran(cell) else 0
    ran = sum(map(_ran, code))
    objectives = frozenset(id for cell in cells for id in cell["metadata"].get("objectives", ()))
    return NotebookProgress(path, about["title"], int(about["minutes"]), len(code), ran, points, max_points, objectives)


def _ran(cell: dict[str, Any]) -> bool:
    """Whether a cell ran to its end; where the error is the point of it, an error is that end."""
    failed = any(output.get("output_type") == "error" for output in cell.get("outputs", []))
    return bool(cell.get("execution_count")) and (not failed or "raises-exception" in cell["metadata"].get("tags", []))


def _teaching_order(path: Path) -> tuple[bool, int, str]:
    head = path.name.split("_")[0]
    return (not head.isdigit(), int(head) if head.isdigit() else 0, path.name)
