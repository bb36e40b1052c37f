"""What a person sees of JupyterLab, and does in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, Request

from tests.browser.lab import PATIENCE, TOKEN, Lab

READY = """() => {
  const { context, sessionContext } = window.jupyterapp?.shell?.currentWidget ?? {};
  const kernel = sessionContext?.session?.kernel;
  const connected = kernel?.connectionStatus === "connected" && kernel.status === "idle";
  return Boolean(connected && sessionContext.isReady && context.isReady);
}"""
CLOSE_ALL = """() => {
  for (const widget of [...window.jupyterapp.shell.widgets("main")]) {
    if (widget.context) widget.context.model.dirty = false;
    widget.close();
  }
}"""
CLOSED = "() => [...window.jupyterapp.shell.widgets('main')].every((widget) => !widget.context)"
IN_FRONT = "(path) => window.jupyterapp.shell.currentWidget?.context?.path === path"
RAN = """() => {
  const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
  const code = content.widgets.filter((cell) => cell.model.type === "code" && cell.model.sharedModel.source.trim());
  const failed = code.some((cell) => cell.model.outputs.toJSON().some((output) => output.output_type === "error"));
  const waiting = code.some((cell) => !cell.model.executionCount);
  return sessionContext.session.kernel.status === "idle" && (failed || !waiting);
}"""
RAN_ONE = """(cell) => {
  const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
  return sessionContext.session.kernel.status === "idle" && content.widgets[cell].model.executionCount > 0;
}"""
FORGET = "(cell) => window.jupyterapp.shell.currentWidget.content.widgets[cell].model.clearExecution()"
FORGOTTEN = "(cell) => !window.jupyterapp.shell.currentWidget.content.widgets[cell].model.executionCount"
CELLS = """() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  return [...content.model.cells].map((cell) => [cell.type, cell.sharedModel.source]);
}"""
STATE = """() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  const selected = content.widgets.filter((cell) => content.isSelectedOrActive(cell)).length;
  const marks = content.widgets.map((cell) => [cell.model.executionCount ?? 0, cell.inputHidden, cell.outputHidden]);
  return [content.mode, content.activeCellIndex, selected, ...marks];
}"""
RUNS = """() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  return content.widgets.filter((cell) => cell.model.type === "code").map((cell) => cell.model.executionCount ?? 0);
}"""
TRUSTED = """() => {
  const { content } = window.jupyterapp.shell.currentWidget;
  return content.widgets.filter((cell) => cell.model.type === "code").every((cell) => cell.model.trusted);
}"""
FOCUSABLE = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex]"


class Screen:
    """A page of JupyterLab or of Notebook 7, and everything that it asked for."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.asked: list[str] = []
        page.set_default_timeout(PATIENCE * 1000)
        page.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    @property
    def outside(self) -> list[str]:
        """What was asked of any machine but this one."""
        inside = {"127.0.0.1", "localhost", None}
        return [url for url in self.asked if urlsplit(url).hostname not in inside]

    def close(self) -> None:
        """Closes the window, and ends the kernels that it left."""
        self.page.context.close()
        self.lab.stop_kernels()

    def enter(self) -> None:
        """Opens the address that `course lab` shows."""
        self.page.goto(f"{self.lab.url}/?token={TOKEN}")

    def load(self, notebook: str) -> None:
        """Opens a notebook of the learner's folder in JupyterLab, with nothing else open."""
        self.page.goto(f"{self.lab.url}/lab/tree/{quote(notebook)}?token={TOKEN}&reset")
        self.wait_until_ready()

    def open(self, notebook: str, *, run: bool = False) -> None:
        """Opens a notebook as it is on disk in the JupyterLab of this window, and runs all of it when asked to."""
        if not ("/lab/" in self.page.url and self._reopen(notebook)):
            self.load(notebook)
        if run:
            self.run_all()

    def _reopen(self, notebook: str) -> bool:
        """Opens a notebook without loading JupyterLab, which takes seconds; False where it does not come."""
        try:
            self.close_notebooks()
            self.insist("docmanager:open", IN_FRONT, notebook, path=notebook)
            self.wait_until_ready()
        except Error:
            return False
        return True

    def open_in_notebook_7(self, notebook: str, *, run: bool = False) -> None:
        """The same in Notebook 7, which the same server offers."""
        self.page.goto(f"{self.lab.url}/notebooks/{quote(notebook)}?token={TOKEN}")
        self.wait_until_ready()
        if run:
            self.run_all()

    def close_notebooks(self) -> None:
        """Closes all notebooks without saving them, and waits: one that is still closing would be opened again."""
        self.page.evaluate(CLOSE_ALL)
        self.page.wait_for_function(CLOSED)

    def wait_until_ready(self) -> None:
        """Waits until the notebook in front has a kernel that listens."""
        self.page.wait_for_function(READY)

    def restart(self) -> None:
        """Restarts the kernel of the notebook in front."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        self.wait_until_ready()

    def run_all(self) -> None:
        """Runs every cell of the notebook in front anew, until one fails or all are done."""
        self.command("notebook:clear-all-cell-outputs")
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(RAN)

    def run(self, cell: int) -> None:
        """Runs one cell."""
        self.page.evaluate("(cell) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell; }", cell)
        self.insist("notebook:run-cell", RAN_ONE, cell)

    def forget(self, cell: int) -> None:
        """Clears the output and the number of one cell, so that `run` waits for its next run."""
        self.page.evaluate(FORGET, cell)
        self.page.wait_for_function(FORGOTTEN, arg=cell)

    def save(self) -> None:
        """Saves the notebook in front."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")

    def insist(self, name: str, done: str, about: object, **arguments: Any) -> None:
        """Gives a command until it has done something: what comes while JupyterLab is at something else gets lost."""
        for _ in range(2):
            self.command(name, **arguments)
            try:
                self.page.wait_for_function(done, arg=about, timeout=PATIENCE * 400)
                return
            except Error:
                continue
        self.command(name, **arguments)
        self.page.wait_for_function(done, arg=about)

    def command(self, name: str, **arguments: Any) -> None:
        """Gives a command, and does not wait for its end: some never end before a dialog is answered."""
        script = "([name, given]) => { void window.jupyterapp.commands.execute(name, given); }"
        self.page.evaluate(script, [name, arguments])

    def theme(self, name: str) -> None:
        """Changes JupyterLab's colours."""
        self.command("apputils:change-theme", theme=name)
        light = "false" if "Dark" in name else "true"
        self.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")

    @property
    def cells(self) -> list[list[str]]:
        """Kind and source of each cell."""
        found: list[list[str]] = self.page.evaluate(CELLS)
        return found

    @property
    def state(self) -> list[Any]:
        """The notebook's mode, its active cell, how many are selected, and each cell's number and folds."""
        found: list[Any] = self.page.evaluate(STATE)
        return found

    @property
    def runs(self) -> list[int]:
        """The number in front of each code cell; 0 where it has not been run."""
        found: list[int] = self.page.evaluate(RUNS)
        return found

    @property
    def trusted(self) -> bool:
        """Whether JupyterLab trusts every output of the notebook in front."""
        found: bool = self.page.evaluate(TRUSTED)
        return found

    def face(self, cell: int) -> Locator:
        """Our widget in the output of a cell."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".course-face")

    def violations(self, ours: str) -> list[str]:
        """What axe-core calls serious or critical inside of `ours`."""
        # JupyterLab's body has no height of its own, and axe-core takes what lies in it for hidden.
        self.page.add_style_tag(content="html, body { height: 100vh }")
        for _ in range(5):  # While a theme is being put on, colours cannot be judged.
            found = Axe().run(self.page, context=ours, options={}).response
            judged = {rule["id"] for kind in ("passes", "violations") for rule in found[kind]}
            if "color-contrast" in judged:
                break
            self.page.wait_for_timeout(500)
        assert "color-contrast" in judged
        return [
            f"{violation['id']}: {node['html']} {node['failureSummary']}"
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    @property
    def menus(self) -> list[str]:
        """The names in the menu bar."""
        return self.page.locator(".lm-MenuBar-itemLabel").all_inner_texts()

    def entries(self, menu: str) -> list[str]:
        """What a menu offers."""
        self.page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
        labels = self.page.locator(".lm-Menu-itemLabel:visible").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [label for label in labels if label]

    def choose(self, menu: str, entry: str) -> None:
        """Chooses an entry of a menu."""
        self.page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()

    def offered_commands(self) -> list[str]:
        """The names of all commands that the command palette offers now."""
        self.page.keyboard.press("Control+Shift+C")
        labels = self.page.locator(".lm-CommandPalette-itemLabel").all_inner_texts()
        self.page.keyboard.press("Escape")
        return labels

    @property
    def focused(self) -> Locator:
        """What has the keyboard."""
        return self.page.locator(":focus")
