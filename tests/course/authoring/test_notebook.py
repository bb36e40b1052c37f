"""Notebooks are the same wherever they are built, and tell whether they were edited."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given

from course.authoring.manuscript import Cell, Manuscript
from course.authoring.notebook import dump, is_edited, load, make_notebook, source_of
from course.problems import Problems
from tests.manuscripts import manuscripts, steadily

TOPIC = "01_greeting"
Notebook = dict[str, Any]


def manuscript(*cells: Cell, stem: str = "1_lesson", minutes: int = 3) -> Manuscript:
    return Manuscript(Path(f"{stem}.py"), "A lesson", minutes, cells)


def made(*cells: Cell, **about: Any) -> Notebook:
    return make_notebook(manuscript(*cells, **about), TOPIC)


def ids(notebook: Notebook) -> list[str]:
    return [cell["id"] for cell in notebook["cells"]]


SETUP = Cell("code", "import flask")
TITLE = Cell("markdown", "# Title")
ANSWER = Cell("code", "def f(): ...", ("answer:greeting", "varies"), ("greet",))
TEST = Cell("code", "assert f()", ("test:greeting:ada:2",))
HINT = Cell("markdown", "Think.", ("hint:greeting",))
WRONG = Cell("code", "# shows: no\nf = 1", ("wrong:greeting:one",))


def test_a_notebook_has_no_outputs_and_a_fixed_kernel() -> None:
    notebook = made(TITLE, SETUP)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert [cell.get("outputs", "none") for cell in notebook["cells"]] == ["none", []]
    assert "execution_count" not in notebook["cells"][0]
    assert notebook["cells"][1]["execution_count"] is None


def test_a_notebook_says_its_title_and_minutes() -> None:
    assert made(TITLE)["metadata"]["course"] | {"digest": ""} == {"title": "A lesson", "minutes": 3, "digest": ""}


def test_a_cell_carries_its_objectives_its_tags_and_what_nbgrader_asks_for() -> None:
    [cell] = made(ANSWER)["cells"]
    assert cell["metadata"]["objectives"] == ["greet"]
    assert cell["metadata"]["tags"] == ["varies"]
    assert cell["metadata"]["nbgrader"]["grade_id"] == "greeting"


def test_hints_and_wrong_answers_are_left_out() -> None:
    assert made(ANSWER, TEST, HINT, WRONG)["cells"] == made(ANSWER, TEST)["cells"]


def test_a_graded_cell_has_its_grade_id_as_id() -> None:
    assert ids(made(ANSWER, TEST)) == ["greeting", "greeting-ada"]


def test_the_id_of_a_cell_stays_when_others_come_and_go() -> None:
    alone = ids(made(TITLE))[0]
    assert alone == ids(made(SETUP, HINT, ANSWER, Cell("markdown", "Another."), TITLE))[-1]


def test_equal_cells_have_different_ids_in_one_notebook_and_in_two() -> None:
    first, second = ids(made(SETUP, SETUP))
    [elsewhere] = ids(made(SETUP, stem="2_lesson"))
    assert len({first, second, elsewhere}) == 3


def test_a_long_grade_id_does_not_make_a_long_cell_id() -> None:
    long = Cell("code", "x = 1", (f"answer:{'a' * 80}",))
    [id] = ids(made(long))
    assert len(id) <= 64


@steadily
@given(manuscripts())
def test_every_notebook_is_valid_and_has_no_id_twice(odd: Manuscript) -> None:
    notebook = json.loads(dump(make_notebook(odd, TOPIC)))
    assert len(set(ids(notebook))) == len(ids(notebook))
    nbformat.validate(notebook)


def test_a_notebook_is_written_with_one_line_end_at_its_end() -> None:
    content = dump(made(TITLE, SETUP))
    assert content.endswith(b"}\n")
    assert b"\r" not in content


def test_a_notebook_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "1_lesson.ipynb"
    path.write_bytes(dump(made(Cell("code", "a = 1\nb = 'ß → 🐍'"), TITLE)))
    assert [source_of(cell) for cell in load(path)["cells"]] == ["a = 1\nb = 'ß → 🐍'", "# Title"]
    assert not is_edited(load(path))


Change = Callable[[Notebook], object]
UNEDITED: dict[str, Change] = {
    "nothing": lambda notebook: None,
    "outputs": lambda notebook: notebook["cells"][1].update(
        execution_count=7, outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}]
    ),
    "a folded cell": lambda notebook: notebook["cells"][1]["metadata"].update(
        collapsed=True, scrolled=True, jupyter={"source_hidden": True}
    ),
    "a source as a list of lines": lambda notebook: notebook["cells"][0].update(source=["# ", "Title"]),
    "a checksum by nbgrader": lambda notebook: notebook["cells"][2]["metadata"]["nbgrader"].update(checksum="0"),
    "points as a float": lambda notebook: notebook["cells"][2]["metadata"]["nbgrader"].update(points=2.0),
    "another kernel": lambda notebook: notebook["metadata"].update(kernelspec={"name": "other"}),
}
EDITED: dict[str, Change] = {
    "a source": lambda notebook: notebook["cells"][1].update(source="import django"),
    "a cell less": lambda notebook: notebook["cells"].pop(0),
    "cells in another order": lambda notebook: notebook["cells"].reverse(),
    "another kind of cell": lambda notebook: notebook["cells"][1].update(cell_type="markdown"),
    "a tag": lambda notebook: notebook["cells"][1]["metadata"].update(tags=["varies"]),
    "an objective": lambda notebook: notebook["cells"][1]["metadata"].update(objectives=["greet"]),
    "points": lambda notebook: notebook["cells"][2]["metadata"]["nbgrader"].update(points=3),
    "a grade id": lambda notebook: notebook["cells"][2]["metadata"]["nbgrader"].update(grade_id="other"),
    "a picture": lambda notebook: notebook["cells"][0].update(attachments={"way.png": {"image/png": "AAAA"}}),
    "no course metadata": lambda notebook: notebook["metadata"].clear(),
}


def changed(change: Change) -> Notebook:
    notebook = deepcopy(made(TITLE, SETUP, TEST))
    change(notebook)
    return notebook


@pytest.mark.parametrize("name", UNEDITED)
def test_what_running_and_looking_leave_is_no_edit(name: str) -> None:
    assert not is_edited(changed(UNEDITED[name]))


@pytest.mark.parametrize("name", EDITED)
def test_what_an_author_changes_is_an_edit(name: str) -> None:
    assert is_edited(changed(EDITED[name]))


def test_a_notebook_that_is_not_there_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="is not a notebook"):
        load(tmp_path / "none.ipynb")


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("", 1, "Expecting value"),
        ('{\n "cells": [\n', 3, "Expecting value"),
        ("<<<<<<< HEAD\n", 1, "Expecting value"),
        ("[]", 1, "it has no list of cells"),
        ('{"worksheets": []}', 1, "it has no list of cells"),
        ('{"cells": [1], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', 1, "1 is not"),
        ('{"cells": [{}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', 1, "{} is not"),
        ('{"cells": []}', 1, "No schema"),
    ],
)
def test_a_broken_notebook_is_refused_with_its_line(tmp_path: Path, content: str, line: int, what: str) -> None:
    path = tmp_path / "1_lesson.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Problems) as refused:
        load(path)
    [problem] = refused.value.problems
    assert problem.text(tmp_path).startswith(f"1_lesson.ipynb:{line}: is not a notebook ({what}")
    assert problem.todo == "Restore it with git, or delete it and run `course build`."
