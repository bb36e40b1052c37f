"""A cell asks for a prediction where somebody is there to answer; everywhere else it just runs."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[3]
IMPORT = "from course import predict"
OVERDUE = "%%predict How many loans are overdue? | 1 | 2\nloans = [12, 30, 41]\nsum(days > 28 for days in loans)"
WRITTEN = "%%predict What does this print?\nimport asyncio\nawait asyncio.sleep(0)\nprint('Emma')"
KERNEL = f"""
import course.study.prediction, course.widgets.predict
{IMPORT}
heard = []
course.study.prediction.subscribe(heard.append)
"""

WIDGET = "application/vnd.jupyter.widget-view+json"
PATIENCE = 60

Run = Callable[[str], ExecutionResult]


@pytest.fixture
def run() -> Run:
    """Runs cells in the shell of a grader, in which nobody answers."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config)
    shell.run_cell(IMPORT).raise_error()
    return shell.run_cell


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        (OVERDUE, 2),
        ("predict('How many?', '1', '2')\n1 + 1", 2),
        ("%%predict What is printed? | Emma | Dracula\nprint('Emma')", None),
        ("%%predict What is printed? | Emma | nothing\nx = 1", None),
        ("%%predict How many?\n1", 1),
        ("%%predict What title?  | 'Emma' | 'Dracula'\n'Emma'", "Emma"),
        ("\n%%predict What number? | {{x}} | 1\n1", 1),
        ("%%predict What number? | 1 | 2\nimport asyncio\nawait asyncio.sleep(0, 2)", 2),
    ],
)
def test_where_nobody_answers_the_cell_just_runs(run: Run, cell: str, result: object) -> None:
    done = run(cell)
    done.raise_error()
    assert done.result == result


@pytest.mark.parametrize(
    ("code", "actual"),
    [("1 + 2", "3"), ("print('one'); print('two')", "one\ntwo"), ("'Emma'", "'Emma'"), ("x = 1", "nothing")],
)
def test_where_nobody_answers_a_result_without_its_option_is_the_authors_error(
    run: Run, code: str, actual: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run(f"%%predict What comes? | 1 | 2\n{code}")
    with pytest.raises(ValueError, match=r"no option says so \(1 \| 2\)") as caught:
        done.raise_error()
    assert str(caught.value).startswith(f"This cell gives {actual}, and")
    assert "Add it, or correct the code." in capsys.readouterr().out
    run("2").raise_error()


@pytest.mark.parametrize("options", ["IndexError | 0", "0 | 1"])
def test_an_exception_stays_what_it_is(run: Run, options: str) -> None:
    done = run(f"%%predict What comes? | {options}\n\n[][0]")
    assert isinstance(done.error_in_exec, IndexError)
    assert done.error_in_exec.__traceback__ is not None
    frame = done.error_in_exec.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    assert frame.tb_lineno == 3


def test_the_streams_are_afterwards_what_they_were(run: Run) -> None:
    before = sys.stdout
    run(OVERDUE)
    run("%%predict What? | 1 | 2\n1 / 0")
    assert sys.stdout is before


@pytest.mark.parametrize("cell", ["%%predict\n1", "%%predict What? | only one\n1", "predict(' ', '1', '2')"])
def test_a_question_without_words_or_choice_is_refused(run: Run, cell: str) -> None:
    with pytest.raises(ValueError, match="A prediction needs a question"):
        run(cell).raise_error()


def test_each_shell_that_imports_it_knows_the_magic(run: Run) -> None:
    other = InteractiveShell()
    other.run_cell(IMPORT).raise_error()
    other.run_cell(IMPORT).raise_error()
    assert other.run_cell(OVERDUE).result == 2


def test_a_program_without_cells_just_runs() -> None:
    code = f"{IMPORT}\npredict('How many?', '1', '2')\nprint('ran')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("ran\n", "")


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelManager]:
    """A kernel as JupyterLab starts it."""
    manager = KernelManager(kernel_name="python3")
    if os.name == "posix":
        manager.transport, manager.ip = "ipc", str(tmp_path_factory.mktemp("kernel") / "socket")
    manager.start_kernel(env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=str(tmp_path_factory.mktemp("work")))
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def client(kernels: KernelManager) -> Iterator[BlockingKernelClient]:
    client = kernels.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    client.execute_interactive(KERNEL, timeout=PATIENCE)
    yield client
    client.stop_channels()


class FrontEnd:
    """Runs cells in a kernel, and does what a person would do when asked."""

    def __init__(self, client: BlockingKernelClient):
        self.client = client
        self.outputs: list[dict[str, Any]] = []

    def run(self, code: str, *, typed: list[str] | None = None, clicks: list[dict[str, Any]] | None = None) -> str:
        """The text of what the cell shows and the last state of its widget."""
        self.outputs = []
        subshell = self._subshell() if clicks else None
        replies = iter(typed or [])
        asked = self.client.execute(code, allow_stdin=typed is not None or bool(clicks))
        deadline = time.monotonic() + PATIENCE
        while not self._ended(asked):
            assert time.monotonic() < deadline, "The cell waits for ever."
            if self.client.stdin_channel.msg_ready():
                self.client.stdin_channel.get_msg()
                self.client.input(next(replies))
            if not self.client.iopub_channel.msg_ready():
                time.sleep(0.005)
                continue
            message = self.client.get_iopub_msg()
            self.outputs.append(message)
            if clicks and WIDGET in message["content"].get("data", {}):
                for click in clicks:
                    time.sleep(click.get("after", 0))
                    self._send(message["content"]["data"][WIDGET]["model_id"], click, subshell)
        return self.text

    def _ended(self, asked: str) -> bool:
        last = self.outputs[-1] if self.outputs else None
        return bool(
            last and last["parent_header"].get("msg_id") == asked and last["content"].get("execution_state") == "idle"
        )

    @property
    def text(self) -> str:
        parts = []
        for message in self.outputs:
            content = message["content"]
            if message["msg_type"] == "stream":
                parts.append(content["text"])
            elif message["msg_type"] == "execute_result":
                parts.append(content["data"]["text/plain"])
            elif message["msg_type"] == "error":
                parts.append(f"{content['ename']}: {content['evalue']}")
        return "\n".join(text for part in parts if (text := part.strip()))  # A stream may come in parts.

    @property
    def kept(self) -> dict[str, str]:
        """What stays in the notebook of the question."""
        shown = [m["content"] for m in self.outputs if m["msg_type"] in ("display_data", "update_display_data")]
        assert len({content["transient"]["display_id"] for content in shown}) == 1
        data: dict[str, str] = shown[-1]["data"]
        return data

    @property
    def views(self) -> list[dict[str, Any]]:
        """What the widget was told, in order."""
        states = [
            message["content"]["data"].get("state", {})
            for message in self.outputs
            if message["msg_type"] in ("comm_open", "comm_msg")
        ]
        return [state["view"] for state in states if "view" in state]

    def _subshell(self) -> str:
        request = self.client.session.msg("create_subshell_request")
        self.client.control_channel.send(request)
        reply = self.client.control_channel.get_msg(timeout=10)
        return str(reply["content"]["subshell_id"])

    def _send(self, comm: str, event: dict[str, Any], subshell: str | None) -> None:
        if event["type"] in SIGNS:
            data = {"method": "custom", "content": event}
        else:
            data = {"method": "update", "state": {"event": event}, "buffer_paths": []}
        content = {"comm_id": comm, "data": data}
        message = self.client.session.msg("comm_msg", content)
        message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)


@pytest.fixture
def front_end(client: BlockingKernelClient) -> FrontEnd:
    settings = (
        "course.widgets.predict.PATIENCE, course.widgets.predict.GRACE, course.widgets.predict.SILENCE = 5, 0.3, 20"
    )
    client.execute_interactive(f"heard.clear(); {settings}", timeout=PATIENCE)
    return FrontEnd(client)


@pytest.fixture
def without_widgets(front_end: FrontEnd) -> FrontEnd:
    """A front end that says nothing to a cell that runs."""
    front_end.run("course.widgets.predict.PATIENCE = 0")
    return front_end


THERE = {"type": "there", "hidden": False}
GONE = {"type": "gone", "hidden": False}
SIGNS = ("there", "gone")


def test_a_widget_is_answered_while_its_cell_waits(front_end: FrontEnd) -> None:
    shown = front_end.run(OVERDUE, clicks=[THERE, {"type": "predict", "text": "1", "serial": 2}])
    assert shown == "2"
    assert [view["state"] for view in front_end.views] == ["calling", "asking", "running", "over"]
    assert front_end.views[-1]["said"] == "Not this time. You predicted 1; it is 2. Which line decides it?"
    assert front_end.run("[(one.question, one.options, one.predicted, one.actual, one.right) for one in heard]") == (
        "[('How many loans are overdue?', ('1', '2'), '1', '2', False)]"
    )


def test_a_prediction_is_written_to_the_journal(front_end: FrontEnd) -> None:
    front_end.run(OVERDUE, clicks=[THERE, {"type": "predict", "text": "1", "serial": 2}])
    journal = "course.study.journal.Journal(course.study.journal.keeping.journal_path())"
    kept = ast.literal_eval(front_end.run(f"[(one.kind, one.data) for one in {journal}.events()][-1]"))
    data = {"question": "How many loans are overdue?", "predicted": "1", "actual": "2", "right": False, "options": 2}
    assert kept == ("prediction", data)


def test_a_cell_with_await_waits_too(front_end: FrontEnd) -> None:
    shown = front_end.run(WRITTEN, clicks=[THERE, {"type": "predict", "text": " emma ", "serial": 2}])
    assert shown == "Emma"
    assert front_end.views[-1]["said"] == "Right. You predicted emma, and it is Emma."


def test_only_the_first_answer_counts(front_end: FrontEnd) -> None:
    answers = [{"type": "predict", "text": text, "serial": number} for number, text in enumerate("212")]
    front_end.run(OVERDUE, clicks=[THERE, *answers])
    assert "You predicted 2" in front_end.views[-1]["said"]


@pytest.mark.parametrize("event", [{"type": "skip"}, {"type": "predict", "text": "  "}])
def test_skipping_runs_the_cell_and_tells_nobody(front_end: FrontEnd, event: dict[str, Any]) -> None:
    assert front_end.run(OVERDUE, clicks=[THERE, event]) == "2"
    assert front_end.kept["text/plain"].endswith("\nRun without a prediction.")
    assert front_end.run("heard") == "[]"


@pytest.mark.parametrize(("answer", "kind"), [("1", "wrong"), ("2", "right")])
def test_the_notebook_keeps_the_verdict_and_no_widget(front_end: FrontEnd, answer: str, kind: str) -> None:
    front_end.run(OVERDUE, clicks=[THERE, {"type": "predict", "text": answer, "serial": 2}])
    kept = front_end.kept
    assert set(kept) == {"text/html", "text/plain"}
    assert kept["text/plain"] == f"Predict: How many loans are overdue?\n{front_end.views[-1]['said']}"
    assert front_end.views[-1]["said"] in kept["text/html"]
    assert f'class="told {kind}"' in kept["text/html"]


def test_what_is_kept_shows_a_learners_text_as_text(front_end: FrontEnd) -> None:
    front_end.run(WRITTEN, clicks=[THERE, {"type": "predict", "text": "<b>Emma</b>", "serial": 2}])
    assert "You predicted &lt;b&gt;Emma&lt;/b&gt;;" in front_end.kept["text/html"]


@pytest.mark.parametrize("signs", [[THERE, GONE], [GONE], [THERE, GONE, THERE, GONE]])
def test_a_question_that_has_left_the_screen_lets_the_cell_run(
    front_end: FrontEnd, signs: list[dict[str, Any]]
) -> None:
    assert front_end.run(OVERDUE, clicks=signs) == "2"
    assert "the question was no longer on the screen. Run the cell again" in front_end.kept["text/plain"]
    assert front_end.run("heard") == "[]"


def test_a_question_that_comes_back_is_answered(front_end: FrontEnd) -> None:
    front_end.run("course.widgets.predict.GRACE = 30")
    clicks = [THERE, GONE, THERE, {"type": "predict", "text": "2", "serial": 2}]
    assert front_end.run(OVERDUE, clicks=clicks) == "2"
    assert "Right." in front_end.kept["text/plain"]


def test_a_page_that_falls_silent_lets_the_cell_run(front_end: FrontEnd) -> None:
    front_end.run("course.widgets.predict.SILENCE = 0.3")
    assert front_end.run(OVERDUE, clicks=[THERE]) == "2"
    assert "no longer on the screen" in front_end.kept["text/plain"]


def test_a_hidden_page_may_be_silent_for_longer(front_end: FrontEnd) -> None:
    front_end.run("course.widgets.predict.SILENCE = 0.3")
    hidden = {"type": "there", "hidden": True}
    answer = {"type": "predict", "text": "2", "serial": 2, "after": 0.9}
    assert front_end.run(OVERDUE, clicks=[hidden, answer]) == "2"
    assert "Right." in front_end.kept["text/plain"]


def test_an_exception_is_a_result_and_is_shown(front_end: FrontEnd) -> None:
    cell = "%%predict What comes? | None | KeyError\n{}['Emma']"
    shown = front_end.run(cell, clicks=[THERE, {"type": "predict", "text": "KeyError", "serial": 2}])
    assert shown == "KeyError: 'Emma'"
    assert front_end.views[-1]["said"] == "Right. You predicted KeyError, and it is KeyError: 'Emma'."


def test_a_cell_that_is_interrupted_decides_nothing(front_end: FrontEnd) -> None:
    cell = "%%predict What comes? | 1 | 2\nraise KeyboardInterrupt"
    front_end.run(cell, clicks=[THERE, {"type": "predict", "text": "1", "serial": 2}])
    assert front_end.kept["text/plain"].endswith("You predicted 1. The cell was stopped before it gave a result.")
    assert front_end.run("heard") == "[]"


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        (["2"], "Right. You predicted 2, and it is 2."),
        (["three", "7", "1"], "Not this time. You predicted 1; it is 2. Which line decides it?"),
    ],
)
def test_without_a_widget_the_prediction_is_typed(without_widgets: FrontEnd, typed: list[str], verdict: str) -> None:
    assert without_widgets.run(OVERDUE, typed=typed) == f"2\n{verdict}"
    assert without_widgets.kept["text/plain"] == "How many loans are overdue?\n  1. 1\n  2. 2"
    assert WIDGET not in without_widgets.kept


def test_without_options_any_text_is_typed(without_widgets: FrontEnd) -> None:
    assert without_widgets.run(WRITTEN, typed=["Emma"]) == "Emma\nRight. You predicted Emma, and it is Emma."


def test_an_empty_line_skips(without_widgets: FrontEnd) -> None:
    assert without_widgets.run(OVERDUE, typed=[""]) == "2"
    assert without_widgets.run("heard") == "[]"


def test_a_listener_that_fails_harms_no_cell(without_widgets: FrontEnd) -> None:
    without_widgets.run("forget = course.study.prediction.subscribe(lambda prediction: 1 / 0)")
    assert "Right. You predicted 2, and it is 2." in without_widgets.run(OVERDUE, typed=["2"])
    without_widgets.run("forget()")


def test_a_front_end_that_passes_no_input_on_just_runs_the_cell(front_end: FrontEnd) -> None:
    assert front_end.run(OVERDUE) == "2"
    assert front_end.views == []


@pytest.mark.parametrize(("option", "fails"), [("2", False), ("3", True)])
def test_nbclient_runs_the_cell_and_finds_an_authors_mistake(option: str, fails: bool, tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in (IMPORT, OVERDUE.replace("| 2", f"| {option}"))]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook, timeout=PATIENCE, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    )
    if fails:
        with pytest.raises(CellExecutionError, match="This cell gives 2, and no option says so"):
            client.execute()
    else:
        client.execute()
        assert [output["output_type"] for output in notebook.cells[1].outputs] == ["execute_result"]
