"""With the settings of nbgrader the engine's results are nbgrader's, cell by cell."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograde.assignment import Assignment
from autograde.grading.grade import grade
from autograde.grading.intake import read_submission
from autograde.grading.plan import Plan
from autograde.grading.reading import read_assignment
from autograde.kernel.warm import Warm
from autograde.settings import Limits, Settings
from autograde.task import Result, Task
from tests.autograde.courses import SmallCourse
from tests.autograde.grading.oracle import ASSIGNMENT, BATCHES, SECONDS, Rows, kept_rows, nbgrader_rows, our_rows

OURS = Settings(limits=Limits(cell_seconds=SECONDS), examiner=False)
THEIRS = OURS.as_nbgrader()


@pytest.fixture(scope="module", params=BATCHES)
def batch(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, SmallCourse]:
    name = str(request.param)
    return name, BATCHES[name].make(tmp_path_factory.mktemp(name))


def graded(course: SmallCourse, assignment: Assignment, student: str, warm: Warm, settings: Settings) -> Result:
    files, problems = read_submission(course.step("submitted", student, ASSIGNMENT), settings.limits, student)
    names = tuple(notebook.name for notebook in assignment.notebooks)
    task = Task(student=student, assignment=ASSIGNMENT, files=files, notebooks=names, problems=problems)
    return grade(task, assignment, warm, settings, Plan())


def differing(ours: Rows, theirs: Rows) -> set[tuple[str, str]]:
    cells = {(notebook, cell) for rows in (ours, theirs) for notebook in rows for cell in rows[notebook]}
    return {(notebook, cell) for notebook, cell in cells if ours[notebook].get(cell) != theirs[notebook].get(cell)}


def test_results_are_nbgraders(batch: tuple[str, SmallCourse], warm: Warm) -> None:
    name, course = batch
    assignment = read_assignment(course.directory, ASSIGNMENT)
    for student, theirs in kept_rows()[name].items():
        result = graded(course, assignment, student, warm, THEIRS)
        assert result.is_graded
        if theirs is None:  # nbgrader gave up on it.
            continue
        ours = our_rows(result, assignment)
        assert {
            cell: (ours[cell[0]].get(cell[1]), theirs[cell[0]].get(cell[1])) for cell in differing(ours, theirs)
        } == {}, student


def test_without_its_settings_only_the_two_differences_differ(batch: tuple[str, SmallCourse], warm: Warm) -> None:
    name, course = batch
    assignment = read_assignment(course.directory, ASSIGNMENT)
    for student, theirs in kept_rows()[name].items():
        result = graded(course, assignment, student, warm, OURS)
        for notebook, cell in differing(our_rows(result, assignment), theirs) if theirs else ():
            text = next(each.text for each in result.graded if each.name == notebook)
            outputs = next(
                each.outputs
                for each in nbformat.reads(text, 4).cells
                if each.metadata.get("nbgrader", {}).get("grade_id") == cell
            )
            kinds = [each.get("name", each.output_type) for each in outputs]
            assert "stderr" in kinds or ("error" in kinds and "execute_result" in kinds), (student, notebook, cell)


@pytest.mark.filterwarnings("ignore:Object of type")  # nbgrader's own, about its own gradebook.
@pytest.mark.parametrize(("name", "student"), [("guide", "hacker"), ("submitted", "changed"), ("autotests", "wrong")])
def test_the_kept_rows_are_what_nbgrader_writes(name: str, student: str, tmp_path: Path) -> None:
    assert nbgrader_rows(BATCHES[name].make(tmp_path), student) == kept_rows()[name][student]
