"""Progress is read from what the learner saved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course.house import House
from course.study.progress import NotebookProgress, next_notebook, read_progress
from course.workspace import Workspace

Cell = dict[str, Any]


@pytest.fixture
def work(house: House) -> Path:
    Workspace(house.work, house.release).sync()
    return house.work


def progress(house: House) -> dict[str, NotebookProgress]:
    topics = read_progress(house.work, house.syllabus.record)
    return {notebook.path: notebook for topic in topics for notebook in topic.notebooks}


def edit(path: Path, change: Callable[[Cell], None]) -> None:
    data = json.loads(path.read_text())
    for cell in data["cells"]:
        if cell["cell_type"] == "code":
            change(cell)
    path.write_text(json.dumps(data))


def ran(cell: Cell) -> None:
    cell["execution_count"] = 1


def failed(cell: Cell) -> None:
    cell["execution_count"] = 1
    cell["outputs"] = [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]


LESSON, EXERCISES = "01_greeting/1_first_greeting.ipynb", "01_greeting/exercises.ipynb"


def test_a_fresh_copy_is_not_begun(house: House, work: Path) -> None:
    lesson, exercises = progress(house)[LESSON], progress(house)[EXERCISES]
    assert (lesson.begun, lesson.done, lesson.cells, lesson.minutes) == (False, False, 3, 3)
    assert (exercises.points, exercises.max_points) == (0, 3)


def test_a_lesson_whose_cells_all_ran_is_done(house: House, work: Path) -> None:
    edit(work / LESSON, ran)
    assert progress(house)[LESSON].done


def test_a_cell_that_failed_is_not_done_unless_the_error_is_its_point(house: House, work: Path) -> None:
    edit(work / LESSON, failed)
    assert progress(house)[LESSON].ran == 0
    edit(work / LESSON, lambda cell: cell["metadata"].update(tags=["raises-exception"]))
    assert progress(house)[LESSON].done


def test_exercises_give_the_points_of_the_tests_that_passed(house: House, work: Path) -> None:
    edit(work / EXERCISES, lambda cell: (ran if cell["id"] != "greeting-others" else failed)(cell))
    exercises = progress(house)[EXERCISES]
    assert (exercises.points, exercises.done) == (1, False)
    edit(work / EXERCISES, lambda cell: (cell.update(outputs=[]), ran(cell)))
    assert progress(house)[EXERCISES].done


def following(house: House) -> str | None:
    notebook = next_notebook(read_progress(house.work, house.syllabus.record))
    return notebook.path if notebook else None


def test_exercises_come_next_when_the_lessons_are_done(house: House, work: Path) -> None:
    assert following(house) == LESSON
    edit(work / EXERCISES, lambda cell: ran(cell) if cell["id"] == "greeting" else None)
    assert following(house) == LESSON
    edit(work / LESSON, ran)
    assert following(house) == EXERCISES
    edit(work / EXERCISES, ran)
    assert following(house) is None


def test_what_was_begun_comes_before_what_is_untouched(house: House, work: Path) -> None:
    second = work / "01_greeting/2_second_greeting.ipynb"
    shutil.copy(work / LESSON, second)
    assert following(house) == LESSON
    first = iter([True, False, False])
    edit(second, lambda cell: ran(cell) if next(first) else None)
    assert following(house) == "01_greeting/2_second_greeting.ipynb"


def test_a_version_that_was_set_aside_is_not_on_the_map(house: House, work: Path) -> None:
    shutil.copy(work / LESSON, work / "01_greeting/1_first_greeting (mine, 2026-11-20).ipynb")
    assert list(progress(house)) == [LESSON, EXERCISES]


def test_a_topic_without_notebooks_is_on_the_map_and_not_available(house: House, work: Path) -> None:
    topics = read_progress(work, house.syllabus.record)
    assert [(topic.topic.id, topic.available) for topic in topics] == [("greeting", True), ("opening-hours", False)]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": []}', '{"cells": 3, "metadata": {"course": {}}}'])
def test_a_broken_or_foreign_notebook_is_passed_over(house: House, work: Path, content: str) -> None:
    (work / LESSON).write_text(content)
    assert list(progress(house)) == [EXERCISES]
