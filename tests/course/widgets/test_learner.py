"""Only what a person does in a cell is written to the journal: nbclient, Validate and graders leave no trace."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute

from course.problems import Problems
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory
from course.study.questions.quiz import Quiz
from course.widgets.face import Face
from tests.small import make_house

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60

STUDY = """
from course import backup, quiz
face = quiz("first-greeting")
face"""
PRESS = """
question = face.view["questions"][0]
place = question["options"][0]["place"]
face.event = {"type": "answer", "question": question["id"], "turn": question["turn"], "option": place, "serial": 1}
assert "error" not in face.view, face.view["error"]
assert any(option["state"] != "open" for option in face.view["questions"][0]["options"])"""
RECORD = """
from course.widgets.learner import memory
memory().record("setting", {"name": "retention", "value": 0.85})
backup()"""
HIDDEN = ("COURSE_JOURNAL", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
TEST = "assert answer == 42"
CELLS = (STUDY, PRESS, RECORD, "answer = 42")


def environment(home: Path) -> dict[str, str]:
    """That of a HOME in which nothing is yet, beside a small course."""
    library = make_house(home.parent / "house", built=False).topics_path
    home.mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "COURSE_LIBRARY": str(library)}


def journals(*folders: Path) -> list[Path]:
    """Everything that a journal or its cache leaves anywhere."""
    names = ("journal*", "memory-*")
    return [path for folder in folders for name in names for path in folder.rglob(name)]


def graded_notebook() -> nbformat.NotebookNode:
    cells = [new_code_cell(cell) for cell in CELLS]
    test = {
        "grade": True,
        "grade_id": "t",
        "points": 1,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    answer = {**test, "grade": False, "grade_id": "a", "solution": True, "locked": False}
    del answer["points"]
    cells[-1].metadata["nbgrader"] = answer
    cells.append(new_code_cell(TEST, metadata={"nbgrader": test}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def test_a_person_who_runs_and_presses_is_remembered(tmp_path: Path) -> None:
    manager = KernelManager(kernel_name="python3")
    manager.transport, manager.ip = "ipc", str(tmp_path / "socket")
    manager.start_kernel(env=environment(tmp_path / "home"), cwd=str(tmp_path))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE)
        for cell in CELLS:
            reply = client.execute_interactive(
                cell, allow_stdin=True, timeout=PATIENCE, output_hook=lambda message: None
            )
            assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    [path] = (tmp_path / "home").rglob("journal.db")
    with closing(Journal(path)) as journal:
        assert {event.kind for event in journal.events()} == {"answer", "setting"}


def test_an_answer_that_cannot_be_kept_is_an_error_and_can_be_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(make_house(tmp_path / "house", built=False).topics_path)
    path = tmp_path / "journal.db"
    with monkeypatch.context() as full:
        full.setattr("course.study.journal.file.PRAGMAS", ("max_page_count = 12",))
        memory = Memory(Journal(path), cache_folder=tmp_path)
        fill_up(memory.journal)
        face = Face(Quiz(memory, library, ("first-greeting",)), "", "")
        before = face.view["questions"]
        place = before[0]["options"][0]["place"]
        press = {"type": "answer", "question": "first-greeting", "turn": before[0]["turn"], "option": place}
        face.event = {**press, "serial": 1}
        assert "the disk is full. Free some space and do the last thing again" in face.view["error"]
        assert face.view["questions"] == before
    face.event = {**press, "serial": 2}
    assert "error" not in face.view
    assert face.view["questions"] != before
    assert [event.kind for event in Journal(path).events()][-1] == "answer"


def fill_up(journal: Journal) -> None:
    """Writes until nothing fits into the file any more, however short."""
    for length in (1000, 10):
        with suppress(Problems):
            while True:
                journal.append("hint", {"hint": "x" * length, "step": 1})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The HOME of whoever runs a notebook here."""
    for name, value in environment(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    for name in HIDDEN:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def ran_well(notebook: nbformat.NotebookNode) -> None:
    assert [cell.execution_count for cell in notebook.cells] == list(range(1, len(notebook.cells) + 1))
    assert not [output for cell in notebook.cells for output in cell.outputs if output.output_type == "error"]


def test_nbclient_leaves_no_trace(home: Path, tmp_path: Path) -> None:
    notebook = graded_notebook()
    NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3").execute()
    ran_well(notebook)
    assert journals(tmp_path) == []
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert "Run this cell to answer." in page, "A feedback page shows the text of a face."
    assert "model_id" not in page


def test_nbgraders_execution_on_behalf_of_autograde_leaves_no_trace(home: Path, tmp_path: Path) -> None:
    notebook, _ = Execute(timeout=PATIENCE).preprocess(graded_notebook(), {"metadata": {"path": str(tmp_path)}})
    ran_well(notebook)
    assert journals(tmp_path) == []


def test_nbgrader_validate_leaves_no_trace(home: Path, tmp_path: Path) -> None:
    nbformat.write(graded_notebook(), tmp_path / "a.ipynb")
    command = [sys.executable, "-m", "nbgrader", "validate", "a.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Your notebook passes all the tests" in done.stdout, done.stdout + done.stderr
    assert journals(tmp_path) == []
