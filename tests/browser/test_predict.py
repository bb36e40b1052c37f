"""A cell in JupyterLab that waits for a prediction, is answered by mouse or keyboard, and then decides it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import FOCUSABLE, RAN_ONE, Screen

IMPORT, OVERDUE, PRINTED, MISSING, AFTER = range(5)
CELLS = [
    "from course import predict",
    "%%predict How many loans are *overdue*? | 1 | `2` | 3\n"
    'loans = {"Emma": 12, "Dracula": 30, "Ulysses": 41}\n'
    "sum(days > 28 for days in loans.values())",
    '%%predict What does this cell print?\nimport asyncio\nawait asyncio.sleep(0.01)\nprint("Emma, Dracula")',
    '%%predict What comes of a title that nobody has borrowed? | None | KeyError\nloans["Persuasion"]',
    '"after"',
]
SUBSHELLS = """(use) => {
  window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.commsOverSubshells = use;
}"""
"""What JupyterLab's setting of that name does to the kernel of the notebook in front."""
KEYS = [*"mbardxyzcvjkh0023", "Shift+M", "ArrowUp", "ArrowDown", "Home", "End", "Delete"]


def notebook() -> str:
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(CELLS)
    ]
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def lesson(windows: Show, alone: Lab) -> Screen:
    """The notebook of predictions, open for all tests of a module."""
    (alone.work / "predictions.ipynb").write_text(notebook(), encoding="utf-8")
    screen = windows(alone)
    screen.open("predictions.ipynb")
    screen.run(IMPORT)
    return screen


@pytest.fixture
def screen(lesson: Screen) -> Screen:
    lesson.command("notebook:clear-all-cell-outputs")
    return lesson


def begin(screen: Screen, cell: int) -> Locator:
    """Starts a cell and returns its widget, which waits."""
    screen.page.evaluate("(cell) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell; }", cell)
    screen.command("notebook:run-cell")
    expect(screen.face(cell).get_by_role("button").first).to_be_visible()
    return screen.face(cell)


def output(screen: Screen, cell: int) -> Locator:
    return screen.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-Cell-outputArea")


def status(face: Locator) -> Locator:
    return face.get_by_role("status")


def answer_all(screen: Screen) -> None:
    """Answers the three questions of a notebook that is run from top to bottom."""
    screen.face(OVERDUE).get_by_role("button", name="2").click()
    screen.face(PRINTED).get_by_role("textbox").fill("Dracula")
    screen.face(PRINTED).get_by_role("button", name="Predict", exact=True).click()
    screen.face(MISSING).get_by_role("button", name="KeyError").click()
    screen.page.wait_for_function(RAN_ONE, arg=MISSING)


def test_a_cell_waits_for_the_prediction_and_its_result_decides(screen: Screen) -> None:
    face = begin(screen, OVERDUE)
    expect(face.get_by_role("group", name="Predict: How many loans are overdue?")).to_be_visible()
    expect(output(screen, OVERDUE).locator(".jp-OutputArea-executeResult")).to_have_count(0)
    face.get_by_role("button", name="2").click()
    expect(status(face)).to_have_text("Right. You predicted 2, and it is 2.")
    expect(output(screen, OVERDUE).locator(".jp-OutputArea-executeResult")).to_contain_text("2")


def test_a_wrong_prediction_is_told_kindly_and_another_run_asks_again(screen: Screen) -> None:
    face = begin(screen, OVERDUE)
    face.get_by_role("button", name="3").click()
    expect(status(face)).to_have_text("Not this time. You predicted 3; it is 2. Which line decides it?")
    again = begin(screen, OVERDUE)
    again.get_by_role("button", name="2").click()
    expect(status(again)).to_contain_text("Right.")


def test_cells_keep_their_order_when_all_of_them_are_run(screen: Screen) -> None:
    screen.command("notebook:run-all-cells")
    expect(screen.face(OVERDUE).get_by_role("button").first).to_be_visible()
    assert screen.page.locator(".jp-Notebook .jp-Cell").nth(AFTER).locator(".jp-OutputArea-child").count() == 0
    answer_all(screen)
    first, *others = screen.runs
    assert others == [first + 1, first + 2, first + 3, 0], "The cell that raises ends the run."
    expect(status(screen.face(PRINTED))).to_contain_text("You predicted Dracula; it is Emma, Dracula.")
    expect(status(screen.face(MISSING))).to_have_text(
        "Right. You predicted KeyError, and it is KeyError: 'Persuasion'."
    )
    expect(output(screen, MISSING)).to_contain_text("KeyError")


def test_a_prediction_is_made_with_the_keyboard_alone(screen: Screen) -> None:
    keyboard = screen.page.keyboard
    screen.page.locator(".jp-Notebook .jp-Cell").nth(OVERDUE).locator(".jp-InputPrompt").click()
    keyboard.press("Shift+Enter")
    face = screen.face(OVERDUE)
    expect(face.get_by_role("button").first).to_be_focused()
    keyboard.press("Tab")
    expect(face.get_by_role("button", name="2")).to_be_focused()
    keyboard.press("Enter")
    expect(status(face)).to_contain_text("Right.")
    expect(face.get_by_role("group")).to_be_focused()


def test_what_is_written_is_committed_with_enter(screen: Screen) -> None:
    face = begin(screen, PRINTED)
    line = face.get_by_role("textbox", name="Predict: What does this cell print?")
    line.press("Enter")
    expect(line).to_be_visible()
    line.fill("emma,  dracula")
    line.press("Enter")
    expect(status(face)).to_contain_text("Right.")


@pytest.mark.parametrize("cell", [OVERDUE, PRINTED], ids=["a cell", "a cell with await"])
def test_an_interrupt_runs_the_cell_without_a_prediction(screen: Screen, cell: int) -> None:
    face = begin(screen, cell)
    screen.command("notebook:interrupt-kernel")
    expect(status(face)).to_have_text("The cell runs without a prediction.")
    expect(output(screen, cell)).to_contain_text("2" if cell == OVERDUE else "Emma, Dracula")


def test_skipping_runs_the_cell_without_a_prediction(screen: Screen) -> None:
    face = begin(screen, OVERDUE)
    face.get_by_role("button", name="Run without a prediction").click()
    expect(status(face)).to_have_text("The cell runs without a prediction.")
    expect(output(screen, OVERDUE).locator(".jp-OutputArea-executeResult")).to_be_visible()


@pytest.mark.parametrize("cell", [OVERDUE, PRINTED], ids=["options", "a line to write in"])
def test_no_key_pressed_in_a_question_changes_the_notebook(screen: Screen, cell: int) -> None:
    face = begin(screen, cell)
    places = face.locator(FOCUSABLE)
    for number in range(places.count()):
        places.nth(number).focus()
        before = screen.cells, screen.state
        for key in KEYS:
            screen.page.keyboard.press(key)
        assert (screen.cells, screen.state) == before
    places.last.focus()
    screen.page.keyboard.press("Escape")
    assert screen.state[:2] == ["command", cell]
    face.get_by_role("button", name="Run without").click()
    expect(status(face)).to_contain_text("without a prediction")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_nothing_keeps_anybody_from_a_prediction(screen: Screen, theme: str) -> None:
    screen.theme(theme)
    face = begin(screen, OVERDUE)
    assert screen.violations(".course-face") == []
    face.get_by_role("button", name="3").click()
    expect(status(face)).to_contain_text("Not this time.")
    assert screen.violations(".course-face") == []
    screen.theme("JupyterLab Light")


def test_where_no_widget_can_answer_the_prediction_is_typed(screen: Screen) -> None:
    screen.page.evaluate(SUBSHELLS, "disabled")
    try:
        screen.command("notebook:clear-all-cell-outputs")
        screen.page.evaluate(
            "(cell) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell; }", OVERDUE
        )
        screen.command("notebook:run-cell")
        line = output(screen, OVERDUE).locator(".jp-Stdin-input")
        expect(status(screen.face(OVERDUE))).to_have_text("Type your prediction in the box for input.")
        line.fill("2")
        line.press("Enter")
        expect(output(screen, OVERDUE)).to_contain_text("Right. You predicted 2, and it is 2.")
    finally:
        screen.page.evaluate(SUBSHELLS, "perCommTarget")


def test_notebook_7_asks_too(windows: Show, alone: Lab) -> None:
    (alone.work / "predictions-7.ipynb").write_text(notebook(), encoding="utf-8")
    screen = windows(alone)
    screen.open_in_notebook_7("predictions-7.ipynb")
    screen.run(IMPORT)
    face = begin(screen, OVERDUE)
    face.get_by_role("button", name="2").click()
    expect(status(face)).to_contain_text("Right.")
