"""Each source notebook earns every point and each untouched release notebook none, by nbgrader's own grading."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from course.house import House
from tests import originals
from tests.gradebook import scores
from tests.originals import TOPICS


@pytest.fixture
def grading(clone: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NbGraderAPI:
    """nbgrader on a course folder of its own, with the settings of the clone."""
    monkeypatch.chdir(tmp_path)
    settings = PyFileConfigLoader("nbgrader_config.py", path=str(clone.root)).load_config()
    settings.CourseDirectory.root = str(tmp_path)
    return NbGraderAPI(coursedir=CourseDirectory(config=settings), config=settings)


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_the_source_scores_full_points_and_the_untouched_release_none(
    clone: House, grading: NbGraderAPI, tmp_path: Path, topic: Path
) -> None:
    exercises = f"{topic.name}/exercises.ipynb"
    for original, copy in (
        (clone.source / exercises, tmp_path / "source" / exercises),
        (clone.source / exercises, tmp_path / "submitted/solved" / exercises),
        (clone.release / exercises, tmp_path / "submitted/untouched" / exercises),
    ):
        copy.parent.mkdir(parents=True)
        shutil.copy(original, copy)
    made = grading.generate_assignment(topic.name)
    assert made["success"], made["log"]
    for learner in ("solved", "untouched"):
        graded = grading.autograde(topic.name, learner)
        assert graded["success"], graded["log"]
    full = sum(originals.points(topic / "exercises.py").values())
    assert scores(tmp_path, topic.name, "solved")["exercises"] == (full, full)
    assert scores(tmp_path, topic.name, "untouched")["exercises"] == (0, full)


def test_lessons_hold_nothing_that_is_graded(clone: House) -> None:
    lessons = [path for path in clone.release.glob("*/*.ipynb") if path.stem != "exercises"]
    assert lessons
    for path in lessons:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not [cell for cell in cells if "nbgrader" in cell["metadata"]], path
