"""Predictions in a notebook: the learner commits, then the cell runs, and its result decides."""

from __future__ import annotations

import asyncio
import math
import re
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

from IPython.display import display

from course.frameworks.look import Shown
from course.study import prediction as core
from course.study.desk import View
from course.study.memory import Memory
from course.widgets.face import Face
from course.widgets.learner import memory, person_there, this_shell
from course.widgets.markdown import to_inline_html

PATIENCE = 3.0
"""Seconds in which a front end has to show that it can answer while a cell runs; another one is asked by `input`."""
GRACE = 2.0
"""Seconds in which a question that has left the screen may come back: a cell that is moved is drawn anew."""
SILENCE = 20.0
HIDDEN_SILENCE = 180.0
"""Seconds without a sign of a page, in front or hidden: browsers let a hidden page act once a minute only."""
STEP = 0.2

SKIPPED = "Run without a prediction."
LOST = "Run without a prediction: the question was no longer on the screen. Run the cell again to be asked."

_undecided: _Undecided | None = None
_memory: Memory | None = None
"""Of whoever is asked. A cell that has run no longer knows whether somebody was there, so it is looked up before."""


def _predict(question: str, *options: str) -> None:
    """Asks for a prediction of what this cell gives, and waits for it; the cell's own result decides when it has run.

    The result is the value of the cell's last line, else what it printed, else the type of the exception. Without
    options the learner writes. `%%predict What comes back? | 200 | 404` as the first line of a cell does the same.
    Where nobody can answer, the cell just runs; a result that is none of the options is an error then.
    """
    global _undecided, _memory
    if not question.strip() or len(options) == 1:
        example = "%%predict What status comes back? | 200 | 404"
        raise ValueError(f"A prediction needs a question, and either no options or several, for example: {example}")
    shell = this_shell()
    if shell is None:
        return
    if _undecided:
        _undecided.drop()
    asking = _Asking(shell, question, options) if _can_answer(shell) else None
    if asking:
        _memory = memory()
        asking.wait()
    _undecided = _Undecided(shell, question, options, asking)


def _keep(prediction: core.Prediction) -> None:
    """Writes a prediction to the learner's journal."""
    data = {
        "question": prediction.question,
        "predicted": prediction.predicted,
        "actual": textwrap.shorten(prediction.actual, core.LONGEST, placeholder=" …"),
        "right": prediction.right,
        "options": len(prediction.options),
    }
    if _memory is not None:
        _memory.record("prediction", data)


core.subscribe(_keep)


def __getattr__(name: str) -> Any:
    """Gives `predict`, and teaches the shell of whoever asks for it the magic `%%predict`."""
    if name != "predict":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    shell = this_shell()
    if shell is not None and _spell_out not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_spell_out)
    return _predict


def _spell_out(lines: list[str]) -> list[str]:
    """Turns a first line `%%predict …` into a call, so that all other lines stay what they are: the cell's own code."""
    if lines and (match := re.match(r"%%predict(?:\s+(?P<line>.*))?$", lines[0])):
        question, options = core.read_question(match["line"] or "")
        return [f"predict({', '.join(map(repr, (question, *options)))})\n", *lines[1:]]
    return lines


def _can_answer(shell: Any) -> bool:
    """Whether the running cell was sent by a front end with a person in front of it."""
    if threading.current_thread() is not threading.main_thread():
        return False  # A subshell cannot be interrupted.
    return person_there(shell)


class _Lost(Exception):
    """The question is on no screen any more."""


class _Asking:
    """A question that waits for its answer; `predicted` stays None when the learner does not want to say."""

    def __init__(self, shell: Any, question: str, options: Sequence[str]):
        self.predicted: str | None = None
        self._question = question
        self._options = options
        self._typed = False
        self._called = threading.Event()
        self._there = threading.Event()
        self._answered = threading.Event()
        self._allowed = SILENCE
        with _answers_beside_the_cell(shell.kernel):
            self._now = self._view("calling")
            self._face = Face(self, self._static(), self._plain())
            self._face.on_msg(self._on_sign)
            self._face.observe(self._on_view, "view")

    def wait(self) -> None:
        """Shows the question and returns when it is answered, skipped, interrupted or lost."""
        self._shown = display(self._face, display_id=True)
        try:
            with _interruptible():
                if _until(self._called, PATIENCE):
                    self._until_answered()
                else:
                    self._type()
        except (KeyboardInterrupt, EOFError):
            self.predicted = None
        except _Lost:
            self._end(LOST)
            return
        if self.predicted is None:
            self._end(SKIPPED)

    def stop(self) -> None:
        """Says that the cell has come to no result."""
        if self.predicted is not None:
            self._end(f"You predicted {self.predicted}. The cell was stopped before it gave a result.")

    def tell(self, prediction: core.Prediction) -> None:
        """Says how the prediction did."""
        self._end(core.verdict(prediction), prediction.right)

    def _end(self, said: str, right: bool | None = None) -> None:
        """Leaves in the notebook what is to be kept, in place of a widget that needs a kernel."""
        self._answered.set()
        if self._typed:
            if right is not None:
                print(said)
            return
        self._face.view = self._view("over", said)  # The page says it aloud, and gives the keyboard back.
        self._shown.update(_Told(self._question, said, right))

    def _on_sign(self, _face: Face, sign: dict[str, Any], _buffers: object) -> None:
        """Hears from the page, while the cell waits, whether the question is on its screen."""
        if self._answered.is_set() or self._typed:
            return
        if sign.get("type") == "gone":
            self._allowed = GRACE
        else:
            self._allowed = HIDDEN_SILENCE if sign.get("hidden") else SILENCE
            self._there.set()
            if self._face.view["state"] == "calling":
                self._face.view = self._view("asking")
        self._called.set()

    def view(self) -> View:
        """What the page shows now."""
        return self._now

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes the prediction, or the wish to go on without one."""
        if self._answered.is_set() or self._typed:
            self._now = self._face.view
            return
        self.predicted = str(event.get("text", "")).strip() or None
        said = f"You predicted {self.predicted}. The cell runs." if self.predicted else SKIPPED
        self._now = self._view("running", said)

    def _on_view(self, change: dict[str, Any]) -> None:
        if change["new"]["state"] == "running":
            self._answered.set()  # Only now: what the cell's own thread says next must come after this view.

    def _until_answered(self) -> None:
        silence = 0.0  # Counted in steps: while a computer sleeps, nobody is silent.
        while not self._answered.wait(STEP):
            silence = 0.0 if self._there.is_set() else silence + STEP
            self._there.clear()
            if silence > self._allowed:
                raise _Lost

    def _type(self) -> None:
        """Asks by `input`, for a front end that tells nothing to a cell that runs."""
        self._typed = True
        self._shown.update({"text/html": self._static(), "text/plain": self._plain()}, raw=True)
        prompt = "The number of your prediction" if self._options else "Your prediction"
        while self.predicted is None:
            reply = input(f"{prompt}, or nothing to skip it: ").strip()
            if not reply:
                raise EOFError
            self.predicted = core.chosen(self._options, reply) if self._options else reply

    def _view(self, state: str, said: str = "") -> dict[str, Any]:
        return {
            "kind": "predict",
            "state": state,
            "question": to_inline_html(self._question),
            "options": [{"value": option, "text": to_inline_html(option)} for option in self._options],
            "said": said,
        }

    def _static(self) -> str:
        items = "".join(f"<li>{to_inline_html(option)}</li>" for option in self._options)
        return f"<p><b>Predict:</b> {to_inline_html(self._question)}</p>" + (f"<ol>{items}</ol>" if items else "")

    def _plain(self) -> str:
        return "\n".join([self._question, *(f"  {number}. {text}" for number, text in enumerate(self._options, 1))])


class _Told(Shown):
    """What stays of a question in the notebook: how it ended."""

    style = """
.threeways .told { border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px;
  padding: .3em 1em; max-width: 46rem }
.threeways .told.right { border-left-color: var(--good) }
.threeways .told.wrong { border-left-color: var(--bad) }
"""

    def __init__(self, question: str, said: str, right: bool | None):
        self._question = question
        self._said = said
        self._kind, self._mark = {True: ("right", "✓ "), False: ("wrong", "✗ "), None: ("", "")}[right]

    def html(self) -> str:
        mark = f'<b aria-hidden="true">{self._mark}</b>' if self._mark else ""
        question = f"<p><b>Predict:</b> {to_inline_html(self._question)}</p>"
        return f'<div class="told {self._kind}">{question}<p>{mark}{escape(self._said)}</p></div>'

    def text(self) -> str:
        return f"Predict: {self._question}\n{self._said}"


class _Undecided:
    """A running cell whose result is waited for."""

    def __init__(self, shell: Any, question: str, options: Sequence[str], asking: _Asking | None):
        self._shell = shell
        self._question = question
        self._options = options
        self._asking = asking
        self._heard = _Heard(sys.stdout)
        sys.stdout = self._heard
        shell.events.register("post_run_cell", self._decide)

    def drop(self) -> None:
        """Leaves the shell as it was."""
        global _undecided
        _undecided = None
        self._shell.events.unregister("post_run_cell", self._decide)
        if sys.stdout is self._heard:
            sys.stdout = self._heard.stream

    def _decide(self, result: Any) -> None:
        self.drop()
        if result is None or isinstance(result.error_in_exec, KeyboardInterrupt | asyncio.CancelledError):
            if self._asking:
                self._asking.stop()
            return
        results = _results(result, "".join(self._heard.text))
        if self._asking is None:
            if self._options and not core.fitting(self._options, results):
                self._fail(result, results[0])
        elif self._asking.predicted is not None:
            prediction = core.decide(self._question, self._options, self._asking.predicted, results)
            core.publish(prediction)
            self._asking.tell(prediction)

    def _fail(self, result: Any, actual: str) -> None:
        """Makes an error of the cell, which has run by now: nobody was asked, so it is the author who has to know."""
        if result.error_in_exec is not None:
            return
        options = " | ".join(self._options)
        error = ValueError(f"This cell gives {actual}, and no option says so ({options}). Add it, or correct the code.")
        result.error_in_exec = error
        self._shell.showtraceback((ValueError, error, None))


class _Heard:
    """Hears what is written to a stream, which goes on as it was."""

    def __init__(self, stream: Any):
        self.stream = stream
        self.text: list[str] = []

    def write(self, text: str) -> int:
        self.text.append(text)
        written: int = self.stream.write(text)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _results(result: Any, printed: str) -> tuple[str, ...]:
    """What a cell gave, in the ways in which a learner may write it; first the one to be shown."""
    error, value = result.error_in_exec, result.result
    if error is not None:
        name = type(error).__name__
        return (f"{name}: {error}" if str(error) else name, name)
    if value is not None:
        return (repr(value), str(value))
    return (printed.strip(),) if printed.strip() else ("nothing", "None")


def _until(event: threading.Event, seconds: float = math.inf) -> bool:
    """Waits for an event in small steps: a wait without an end cannot be interrupted on Windows."""
    end = time.monotonic() + seconds
    while not event.wait(STEP):
        if time.monotonic() > end:
            return False
    return True


@contextmanager
def _interruptible() -> Iterator[None]:
    """Lets an interrupt raise KeyboardInterrupt; in a cell with `await`, ipykernel would only note it for later."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _answers_beside_the_cell(kernel: Any) -> Iterator[None]:
    """Lets a widget that is made now be answered in a subshell, while the cell that made it runs.

    JupyterLab sends to a subshell, but ipykernel 7.4 leads the messages of a widget back to the shell whose request
    made it, and that one is busy with this cell. So the widget is made by no request.
    """
    parent = kernel.get_parent()
    header = parent["header"]
    parent["header"] = {}
    try:
        yield
    finally:
        parent["header"] = header
