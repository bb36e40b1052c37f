"""Where nobody is there to learn, the study widgets begin empty and leave no trace in anybody's journal."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from course.house import House
from course.study.journal import Journal
from course.widgets.mistakes import mistakes
from course.widgets.quiz import quiz

ROOT = Path(__file__).resolve().parents[3]
ANSWER = {
    "question": "first-greeting",
    "chosen": "The text in quotes",
    "right": False,
    "where": "quiz",
    "form": "choice",
}
CELL = """
from course import hint, mistakes, quiz

asked = quiz("first-greeting")
before = [option["state"] for option in asked.view["questions"][0]["options"]]
asked.event = {"type": "answer", "question": "first-greeting", "turn": "first-greeting 0 0", "option": 0, "serial": 1.0}
helped = hint("greeting")
helped.event = {"type": "hint", "serial": 1.0}
before, asked.view["questions"][0]["tries"], len(helped.view["steps"]), mistakes().view["open"]
"""


@pytest.fixture
def journal(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """The journal of somebody who has answered a question wrong."""
    path = tmp_path / "journal.db"
    monkeypatch.setenv("COURSE_LIBRARY", str(house.topics_path))
    monkeypatch.setenv("COURSE_JOURNAL", str(path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    journal = Journal(path)
    journal.append("answer", {**ANSWER, "misconception": "repr-is-sent", "topic": "greeting", "framework": "flask"})
    return journal


def test_under_nbclient_they_begin_empty_and_write_nothing(journal: Journal) -> None:
    before = journal.events()
    notebook = new_notebook(cells=[new_code_cell(CELL)])
    NotebookClient(notebook, timeout=60, kernel_name="python3", store_widget_state=False).execute()
    text = notebook.cells[0].outputs[-1]["data"]["text/plain"]
    assert text == "(['open', 'open', 'open'], 1, 1, 0)"
    assert journal.events() == before


def test_a_program_that_is_no_notebook_sees_no_learner(journal: Journal) -> None:
    assert quiz("first-greeting").view["questions"][0]["tries"] == 0
    assert mistakes().view["items"] == []
    assert quiz("first-greeting", fresh=True).view["questions"][0]["again"] == 0


def test_a_reader_without_a_kernel_is_told_what_mistakes_would_show(journal: Journal) -> None:
    data, _ = mistakes()._repr_mimebundle_()
    assert "No mistakes so far." in data["text/html"]
    assert data["text/plain"].endswith("Run this cell to see your mistakes and to try them again.")
