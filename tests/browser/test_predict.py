"""A cell in JupyterLab that waits for a prediction, is answered by mouse or keyboard, and then decides it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Locator, expect

from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import FOCUSABLE, RAN_ONE, Screen

IMPORT, OVERDUE, PRINTED, MISSING, AFTER, *_ = range(30)
CELLS = [
    "from course import predict",
    "%%predict How many loans are *overdue*? | 1 | `2` | 3\n"
    'loans = {"Emma": 12, "Dracula": 30, "Ulysses": 41}\n'
    "sum(days > 28 for days in loans.values())",
    '%%predict What does this cell print?\nimport asyncio\nawait asyncio.sleep(0.01)\nprint("Emma, Dracula")',
    '%%predict What comes of a title that nobody has borrowed? | None | KeyError\nloans["Persuasion"]',
    '"after"',
    *(f"shelf = {number}" for number in range(25)),
]
LAST = len(CELLS) - 1
SUBSHELLS = """(use) => {
  window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.commsOverSubshells = use;
}"""
"""What JupyterLab's setting of that name does to the kernel of the notebook in front."""
SPOKEN = "() => [...document.querySelectorAll('body > .course-aloud')].map((node) => node.textContent).join('')"
OUTPUTS = """(cell) => window.jupyterapp.shell.currentWidget.content.widgets[cell].model.outputs.toJSON()
  .map((output) => Object.keys(output.data ?? {}).sort())"""
PATH = "() => window.jupyterapp.shell.currentWidget.context.path"
RUN_AND_EDIT = """(cell) => {
  void window.jupyterapp.commands.execute("notebook:run-cell");
  const { content } = window.jupyterapp.shell.currentWidget;
  content.activeCellIndex = cell;
  content.mode = "edit";
}"""
SKIPPED = "Run without a prediction."
LOST = "the question was no longer on the screen"
KEYS = [*"mbardxyzcvjkh00", "Shift+M", "ArrowUp", "ArrowDown", "Home", "End", "Delete"]


def notebook() -> str:
    cells: list[dict[str, object]] = [
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
    lesson.wait_until_ready()
    return lesson


def activate(screen: Screen, cell: int) -> None:
    screen.page.evaluate("(cell) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell; }", cell)


def asked(screen: Screen, cell: int, timeout: float = 15_000) -> Locator:
    """The widget of a cell, when it waits."""
    expect(screen.face(cell).get_by_role("button").first).to_be_visible(timeout=timeout)
    return screen.face(cell)


def begin(screen: Screen, cell: int) -> Locator:
    """Starts a cell and returns its widget, which waits."""
    activate(screen, cell)
    screen.command("notebook:run-cell")
    return asked(screen, cell)


def begin_with_shift_enter(screen: Screen, cell: int) -> Locator:
    screen.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-InputPrompt").click()
    screen.page.keyboard.press("Shift+Enter")
    return asked(screen, cell)


def choose(face: Locator, option: str) -> None:
    face.get_by_role("radio", name=option, exact=True).check()
    face.get_by_role("button", name="Predict", exact=True).click()


def choose_again(screen: Screen, cell: int, option: str) -> None:
    """Begins anew where the page was just opened: what was asked before may still be drawn, and goes at a click."""
    for _ in range(2):
        activate(screen, cell)
        screen.command("notebook:run-cell")
        # The kernel may wait for the former page, of which it hears nothing more, for SILENCE seconds.
        face = asked(screen, cell, timeout=50_000)
        try:
            face.get_by_role("radio", name=option, exact=True).check(timeout=8000)
            face.get_by_role("button", name="Predict", exact=True).click(timeout=8000)
            return
        except Error:  # Playwright was patient for long enough.
            screen.command("notebook:interrupt-kernel")
            screen.wait_until_ready()
    choose(begin(screen, cell), option)


def output(screen: Screen, cell: int) -> Locator:
    return screen.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-Cell-outputArea")


def told(screen: Screen, cell: int) -> Locator:
    """What stays of a question."""
    return output(screen, cell).locator(".told")


def test_a_cell_waits_for_the_prediction_and_its_result_decides(screen: Screen) -> None:
    face = begin(screen, OVERDUE)
    expect(face.get_by_role("group", name="Predict: How many loans are overdue?")).to_be_visible()
    expect(output(screen, OVERDUE).locator(".jp-OutputArea-executeResult")).to_have_count(0)
    choose(face, "2")
    expect(told(screen, OVERDUE)).to_contain_text("Right. You predicted 2, and it is 2.")
    expect(output(screen, OVERDUE).locator(".jp-OutputArea-executeResult")).to_contain_text("2")


def test_a_question_stays_in_view_while_the_page_above_it_is_still_drawn(screen: Screen) -> None:
    face = begin(screen, OVERDUE)
    cell = screen.page.locator(".jp-Notebook .jp-Cell").nth(OVERDUE)
    cell.evaluate("(cell) => { cell.style.marginTop = '1500px'; }")
    expect(face).to_be_in_viewport(ratio=1)
    cell.evaluate("(cell) => { cell.style.marginTop = ''; }")
    choose(face, "2")
    expect(told(screen, OVERDUE)).to_contain_text("Right.")


def test_a_wrong_prediction_is_told_kindly_and_another_run_asks_again(screen: Screen) -> None:
    choose(begin(screen, OVERDUE), "3")
    expect(told(screen, OVERDUE)).to_contain_text("Not this time. You predicted 3; it is 2. Which line decides it?")
    choose(begin(screen, OVERDUE), "2")
    expect(told(screen, OVERDUE)).to_contain_text("Right.")


def test_nothing_is_predicted_before_an_option_is_chosen(screen: Screen) -> None:
    face = begin(screen, OVERDUE)
    expect(face.get_by_role("button", name="Predict", exact=True)).to_be_disabled()
    face.get_by_role("radio").first.press("Enter")
    choose(face, "2")
    expect(told(screen, OVERDUE)).to_contain_text("You predicted 2")


def test_cells_keep_their_order_when_all_of_them_are_run(screen: Screen) -> None:
    screen.command("notebook:run-all-cells")
    asked(screen, OVERDUE)
    assert screen.page.locator(".jp-Notebook .jp-Cell").nth(AFTER).locator(".jp-OutputArea-child").count() == 0
    choose(screen.face(OVERDUE), "2")
    screen.face(PRINTED).get_by_role("textbox").fill("Dracula")
    screen.face(PRINTED).get_by_role("textbox").press("Enter")
    choose(screen.face(MISSING), "KeyError")
    screen.page.wait_for_function(RAN_ONE, arg=MISSING)
    first, *others = screen.runs[: AFTER + 1]
    assert others == [first + 1, first + 2, first + 3, 0], "The cell that raises ends the run."
    expect(told(screen, PRINTED)).to_contain_text("You predicted Dracula; it is Emma, Dracula.")
    expect(told(screen, MISSING)).to_contain_text("Right. You predicted KeyError, and it is KeyError: 'Persuasion'.")
    expect(output(screen, MISSING).locator(".jp-RenderedText").last).to_contain_text("KeyError")


def test_a_question_shows_itself_and_takes_the_keyboard_when_all_cells_are_run(screen: Screen) -> None:
    activate(screen, LAST)
    screen.command("notebook:run-all-cells")
    face = asked(screen, OVERDUE)
    expect(face.get_by_role("radio").first).to_be_focused()
    expect(face).to_be_in_viewport(ratio=1)
    screen.page.wait_for_timeout(800)
    expect(face).to_be_in_viewport(ratio=1)
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    line = screen.face(PRINTED).get_by_role("textbox")
    expect(line).to_be_focused()
    expect(line).to_be_in_viewport(ratio=1)
    line.fill("Emma")
    line.press("Enter")
    choose(screen.face(MISSING), "KeyError")
    screen.page.wait_for_function(RAN_ONE, arg=MISSING)


def test_a_question_leaves_the_keyboard_to_whoever_is_typing(screen: Screen) -> None:
    activate(screen, PRINTED)
    screen.page.evaluate(RUN_AND_EDIT, AFTER)
    asked(screen, PRINTED)
    screen.page.wait_for_timeout(300)
    assert screen.state[:2] == ["edit", AFTER]
    screen.page.keyboard.press("Escape")
    screen.face(PRINTED).get_by_role("button", name="Run without").click()
    expect(told(screen, PRINTED)).to_contain_text(SKIPPED)


def test_digits_and_arrows_choose_and_enter_commits(screen: Screen) -> None:
    keyboard = screen.page.keyboard
    face = begin_with_shift_enter(screen, OVERDUE)
    expect(face.get_by_role("radio").first).to_be_focused()
    keyboard.press("1")
    expect(face.get_by_role("radio", name="1")).to_be_checked()
    keyboard.press("ArrowDown")
    expect(face.get_by_role("radio", name="2")).to_be_checked()
    keyboard.press("Enter")
    expect(told(screen, OVERDUE)).to_contain_text("Right.")


def by_enter(screen: Screen, face: Locator) -> None:
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")


def by_mouse(screen: Screen, face: Locator) -> None:
    choose(face, "2")


def by_skipping(screen: Screen, face: Locator) -> None:
    face.get_by_role("button", name="Run without a prediction").press("Enter")


def by_interrupt(screen: Screen, face: Locator) -> None:
    screen.command("notebook:interrupt-kernel")


def by_interrupt_from_the_notebook(screen: Screen, face: Locator) -> None:
    for key in ("Escape", "i", "i"):
        screen.page.keyboard.press(key)


WAYS = [by_enter, by_mouse, by_skipping, by_interrupt, by_interrupt_from_the_notebook]


@pytest.mark.parametrize("end", WAYS, ids=lambda end: end.__name__)
def test_the_notebook_goes_on_at_the_next_cell(screen: Screen, end: Callable[[Screen, Locator], None]) -> None:
    face = begin_with_shift_enter(screen, OVERDUE)
    expect(face.get_by_role("radio").first).to_be_focused()
    end(screen, face)
    expect(told(screen, OVERDUE)).to_be_visible()
    assert screen.state[:3] == ["command", PRINTED, 1]
    screen.page.keyboard.press("j")
    assert screen.state[:2] == ["command", MISSING]


def test_the_cell_stays_active_where_it_was_run_in_place(screen: Screen) -> None:
    begin(screen, OVERDUE)
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    expect(told(screen, OVERDUE)).to_be_visible()
    assert screen.state[:2] == ["command", OVERDUE]
    screen.page.keyboard.press("j")
    assert screen.state[:2] == ["command", PRINTED]


def test_what_is_written_is_committed_with_enter(screen: Screen) -> None:
    face = begin(screen, PRINTED)
    line = face.get_by_role("textbox", name="Predict: What does this cell print?")
    line.press("Enter")
    expect(line).to_be_visible()
    line.fill("emma,  dracula")
    line.press("Enter")
    expect(told(screen, PRINTED)).to_contain_text("Right.")


@pytest.mark.parametrize("cell", [OVERDUE, PRINTED], ids=["a cell", "a cell with await"])
def test_an_interrupt_runs_the_cell_without_a_prediction(screen: Screen, cell: int) -> None:
    begin(screen, cell)
    screen.command("notebook:interrupt-kernel")
    expect(told(screen, cell)).to_contain_text(SKIPPED)
    expect(output(screen, cell)).to_contain_text("2" if cell == OVERDUE else "Emma, Dracula")


def test_skipping_runs_the_cell_without_a_prediction(screen: Screen) -> None:
    begin(screen, OVERDUE).get_by_role("button", name="Run without a prediction").click()
    expect(told(screen, OVERDUE)).to_contain_text(SKIPPED)
    expect(output(screen, OVERDUE).locator(".jp-OutputArea-executeResult")).to_be_visible()


def test_the_verdict_is_spoken_and_stays_in_the_saved_notebook(screen: Screen) -> None:
    choose(begin(screen, OVERDUE), "3")
    expect(told(screen, OVERDUE)).to_contain_text("Not this time.")
    assert "Not this time. You predicted 3; it is 2." in screen.page.evaluate(SPOKEN)
    assert screen.page.evaluate(OUTPUTS, OVERDUE)[0] == ["text/html", "text/plain"]
    expect(screen.face(OVERDUE)).to_have_count(0)


def test_a_cell_that_is_run_again_while_it_waits_asks_again(screen: Screen) -> None:
    begin(screen, OVERDUE)
    screen.command("notebook:run-cell")
    expect(screen.face(OVERDUE)).to_have_count(0)
    choose(asked(screen, OVERDUE), "2")
    expect(told(screen, OVERDUE)).to_contain_text("Right.")
    screen.wait_until_ready()


def test_all_cells_can_be_run_while_one_waits(screen: Screen) -> None:
    begin(screen, OVERDUE)
    screen.command("notebook:run-all-cells")
    expect(screen.face(OVERDUE)).to_have_count(0)
    for cell in (OVERDUE, PRINTED, MISSING):
        asked(screen, cell).get_by_role("button", name="Run without").click()
        expect(told(screen, cell)).to_contain_text(SKIPPED)
    screen.wait_until_ready()


def test_a_question_whose_cell_is_moved_still_asks(screen: Screen) -> None:
    begin(screen, OVERDUE)
    screen.command("notebook:move-cell-down")
    try:
        screen.page.wait_for_timeout(3000)
        choose(asked(screen, PRINTED), "2")
        expect(output(screen, PRINTED)).to_contain_text("Right.")
    finally:
        activate(screen, PRINTED)
        screen.command("notebook:move-cell-up")


def test_clearing_the_output_lets_the_cell_run(screen: Screen) -> None:
    begin(screen, OVERDUE)
    screen.command("notebook:clear-cell-output")
    screen.page.wait_for_function(RAN_ONE, arg=OVERDUE)
    screen.wait_until_ready()


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
    expect(told(screen, cell)).to_contain_text(SKIPPED)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_nothing_keeps_anybody_from_a_prediction(screen: Screen, theme: str) -> None:
    screen.theme(theme)
    face = begin(screen, OVERDUE)
    assert screen.violations(".course-face") == []
    choose(face, "3")
    expect(told(screen, OVERDUE)).to_contain_text("Not this time.")
    assert screen.violations(".told") == []
    screen.theme("JupyterLab Light")


def test_where_no_widget_can_answer_the_prediction_is_typed(screen: Screen) -> None:
    screen.page.evaluate(SUBSHELLS, "disabled")
    try:
        screen.command("notebook:clear-all-cell-outputs")
        activate(screen, OVERDUE)
        screen.command("notebook:run-cell")
        line = output(screen, OVERDUE).locator(".jp-Stdin-input")
        expect(output(screen, OVERDUE).get_by_role("listitem")).to_have_text(["1", "2", "3"])
        line.fill("2")
        line.press("Enter")
        expect(output(screen, OVERDUE)).to_contain_text("Right. You predicted 2, and it is 2.")
    finally:
        screen.page.evaluate(SUBSHELLS, "perCommTarget")


def reload(screen: Screen) -> None:
    screen.page.on("dialog", lambda dialog: dialog.accept())
    screen.page.reload()


def close_and_open(screen: Screen) -> None:
    screen.open(screen.page.evaluate(PATH))


def open_in_another_window(screen: Screen) -> None:
    path = screen.page.evaluate(PATH)
    page = screen.page.context.new_page()
    screen.page.close()
    screen.page = page
    screen.load(path)


LEAVING = [reload, close_and_open, open_in_another_window]


@pytest.mark.parametrize("leave", LEAVING, ids=lambda leave: leave.__name__)
def test_a_notebook_that_is_left_while_it_waits_is_alive_afterwards(
    windows: Show, alone: Lab, leave: Callable[[Screen], None]
) -> None:
    name = f"left-{leave.__name__}.ipynb"
    (alone.work / name).write_text(notebook(), encoding="utf-8")
    screen = windows(alone)
    screen.open(name)
    screen.run(IMPORT)
    begin(screen, OVERDUE)
    leave(screen)
    screen.wait_until_ready()
    choose_again(screen, OVERDUE, "2")
    expect(told(screen, OVERDUE)).to_contain_text("Right.")


def test_notebook_7_asks_too(windows: Show, alone: Lab) -> None:
    (alone.work / "predictions-7.ipynb").write_text(notebook(), encoding="utf-8")
    screen = windows(alone)
    screen.open_in_notebook_7("predictions-7.ipynb")
    screen.run(IMPORT)
    begin_with_shift_enter(screen, OVERDUE)
    screen.page.keyboard.press("2")
    screen.page.keyboard.press("Enter")
    expect(told(screen, OVERDUE)).to_contain_text("Right.")
    assert screen.state[:2] == ["command", PRINTED]
