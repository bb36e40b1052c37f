"""A notebook that is opened again shows no error: what nobody answers for is text, what still lives is a widget."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Show
from tests.browser.lab import Lab
from tests.browser.screen import Screen

STEPS = """
from course import hint, predict
from course.widgets.face import Face
from course.widgets.start import Newer

class Steps:
    opened = 0

    def view(self):
        steps = [f"<p>{number}</p>" for number in range(self.opened)]
        return {"kind": "hint", "steps": steps, "opened": self.opened, "all": 99, "folded": False}

    def act(self, event):
        self.opened += 1

Face(Steps(), "<p>99 steps. Run this cell to see them.</p>", "99 steps")
"""
STEP, HINT, PREDICT, NEWER, OTHER = range(5)
CELLS = [
    STEPS.strip(),
    'hint("greeting")',
    "%%predict How many loans are overdue? | 1 | 2\n2",
    'Face(Newer(None, ["Start.ipynb"]), "<p>A newer version exists of Start.ipynb.</p>", "A newer version")',
    "import ipywidgets\nipywidgets.Label('not ours')",
]
RESTARTED = "The kernel was restarted. Run this cell to go on; your answers are kept."
RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
SHUT_DOWN = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"
DIRTY = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
EXECUTE = """(code) => {
  void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code });
}"""
APPLICATIONS = ["JupyterLab", "Notebook 7"]


class Notebook:
    """A notebook of faces in one of the two applications."""

    def __init__(self, screen: Screen, application: str) -> None:
        self.screen = screen
        self.application = application
        self.path = screen.lab.write("reopened", *CELLS)

    def load(self) -> None:
        """Opens the notebook in a page that is loaded anew."""
        if self.application == "JupyterLab":
            self.screen.load(self.path)
        else:
            self.screen.open_in_notebook_7(self.path)

    def open_again(self) -> None:
        """Closes the notebook and opens it; in Notebook 7 that is another page."""
        if self.application == "JupyterLab":
            self.screen.open(self.path)
        else:
            self.load()

    def run(self) -> None:
        """Runs all cells, and the question without a prediction."""
        self.screen.command("notebook:run-all-cells")
        self.screen.face(PREDICT).get_by_role("button", name="Run without").click()
        expect(self.output(OTHER).locator(".widget-label")).to_be_visible()

    def output(self, cell: int) -> Locator:
        return self.screen.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".jp-Cell-outputArea")

    def is_alive(self) -> None:
        """Clicks, and sees what Python says to it."""
        steps = self.screen.face(STEP)
        before = steps.get_by_role("listitem").count()
        steps.get_by_role("button", name="Show hint").click()
        expect(steps.get_by_role("listitem")).to_have_count(before + 1)

    def is_text(self) -> None:
        """Sees what stays of the faces without a kernel."""
        expect(self.output(STEP)).to_contain_text("99 steps. Run this cell to see them.")
        expect(self.output(HINT)).to_contain_text("3 hints. Run this cell to see them one by one.")
        expect(self.output(PREDICT)).to_contain_text("Run without a prediction.")
        expect(self.output(NEWER)).to_contain_text("A newer version exists of Start.ipynb.")
        for cell in (STEP, HINT, PREDICT, NEWER):
            expect(self.output(cell)).not_to_contain_text("Error")
            expect(self.output(cell)).not_to_contain_text("Loading")


@pytest.fixture(scope="module", params=APPLICATIONS)
def notebook(request: pytest.FixtureRequest, windows: Show, alone: Lab) -> Notebook:
    """The notebook, run and saved."""
    notebook = Notebook(windows(alone), request.param)
    notebook.load()
    notebook.run()
    notebook.screen.save()
    return notebook


def test_what_lives_is_alive_when_the_page_is_loaded_again(notebook: Notebook) -> None:
    notebook.load()
    notebook.is_alive()


def test_a_restart_is_told_in_the_widget_itself(notebook: Notebook) -> None:
    notebook.screen.page.evaluate(RESTART)
    expect(notebook.screen.face(HINT).locator(".course-note")).to_have_text(RESTARTED)
    expect(notebook.screen.face(NEWER).locator(".course-note")).to_have_text(RESTARTED)
    expect(notebook.output(HINT)).not_to_contain_text("Error")


def test_after_a_restart_a_page_that_is_loaded_again_shows_text(notebook: Notebook) -> None:
    notebook.open_again()
    notebook.is_text()
    assert notebook.screen.trusted


def test_what_was_run_again_is_a_widget_again(notebook: Notebook) -> None:
    notebook.run()
    notebook.is_alive()


def test_a_kernel_that_was_shut_down_leaves_text(notebook: Notebook) -> None:
    screen = notebook.screen
    screen.save()
    path = screen.lab.work / notebook.path
    saved = path.read_bytes()
    screen.page.evaluate(SHUT_DOWN)
    expect(screen.face(HINT).locator(".course-note")).to_contain_text("The kernel has stopped.")
    notebook.open_again()
    notebook.is_text()
    assert screen.trusted
    assert path.read_bytes() == saved
    assert not screen.page.evaluate(DIRTY)


def test_what_was_opened_again_is_saved_without_a_question(notebook: Notebook) -> None:
    notebook.screen.save()
    expect(notebook.screen.page.locator(".jp-Dialog")).to_have_count(0)
    notebook.open_again()
    assert notebook.screen.trusted
    notebook.is_text()


@pytest.mark.parametrize("notebook", ["JupyterLab"], indirect=True)
def test_a_kernel_that_dies_is_told(notebook: Notebook) -> None:
    notebook.run()
    notebook.screen.page.evaluate(EXECUTE, "import os; os._exit(1)")
    expect(notebook.screen.face(HINT).locator(".course-note")).to_have_text(RESTARTED)
