"""Which of the learner's notebooks teaches something."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from course.study.desk import View, lesson
from course.study.progress import NotebookProgress, read_progress
from course.syllabus import Syllabus


class Lessons:
    """The notebooks under the learner's folder, by what they teach; a topic's are read once, when asked for."""

    def __init__(self, work: Path, syllabus: Syllabus):
        self._work = work
        self._syllabus = syllabus
        self._of = cache(self._read)

    def teaching(self, topic: str, objectives: Iterable[str]) -> View | None:
        """A link to the lesson of a topic that teaches most of these objectives; None when no notebook does."""
        wanted = set(objectives)
        found = [notebook for notebook in self._of(topic) if wanted & notebook.objectives and not notebook.max_points]
        best = max(found, key=lambda notebook: len(wanted & notebook.objectives), default=None)
        return lesson(best.path, best.title) if best else None

    def _read(self, topic: str) -> tuple[NotebookProgress, ...]:
        known = self._syllabus.topic_by_id.get(topic)
        if known is None:
            return ()
        return read_progress(self._work, Syllabus(topics=(known,), objectives=()))[0].notebooks
