"""What a session shows is what a real kernel shows, snippet by snippet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute

from autograde.kernel.ran import Ran
from autograde.kernel.warm import Warm
from tests.autograde.kernel.snippets import SNIPPETS

DIFFERENCES = {
    "an error in a recursion": "how many frames there are depends on how deep the kernel itself is",
    "a lone surrogate": "a kernel loses the text, with a traceback in its log; here it is shown as a question mark",
    "the number of threads": "a kernel's threads would not survive a fork",
}
"""Inherent, and why."""

OF_CHANCE = ("a subprocess", "a subprocess on stderr", "os.write", "os.system")
"""A kernel's thread reads what was written to descriptors before or after the result is shown; here it is in order."""

CHANGING = (
    (r"0x[0-9a-f]+", "0x"),
    (r"/[^\"\\ ]*/ipykernel_\d+/\d+\.py", "CELL"),
    (r"[0-9a-f]{32}", "ID"),
    (r"CPU times: [^\n]*?\\n", "CPU"),
    (r"Wall time: [^\n]*?\\n", "WALL"),
    (r"\d+(\.\d+)? (µs|ns|us|ms|μs|s)\b", "TIME"),
)


class _Client(NotebookClient):  # type: ignore[misc]
    """nbclient with what nbgrader adds to the outputs of a cell that failed."""

    async def async_execute_cell(self, cell: Any, cell_index: int, **given: Any) -> Any:
        self.on_cell_executed = lambda **about: Execute.on_cell_executed(self, **about)
        return await super().async_execute_cell(cell, cell_index, **given)


class Both(NamedTuple):
    real: Any
    rans: list[Ran]
    widgets: dict[str, Any]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """All snippets, run in a real kernel and in a session."""
    with Warm() as warm:
        notebook = new_notebook(cells=[new_code_cell(source) for source in SNIPPETS.values()])
        folder = str(tmp_path_factory.mktemp("kernel"))
        resources = {"metadata": {"path": folder}}
        # A kernel that finds pytest's variable does not capture its descriptors.
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("PYTEST_CURRENT_TEST")
            _Client(notebook, timeout=60, allow_errors=True, kernel_name="python3", resources=resources).execute()
        with warm.room({}) as room, room.session() as session:
            rans = [session.run(source, seconds=60) for source in SNIPPETS.values()]
            yield Both(notebook, rans, session.metadata())


def merged(outputs: list[Any]) -> list[Any]:
    """Where a stream is cut in two depends on a kernel's clock."""
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else None
        if last and output["output_type"] == last["output_type"] == "stream" and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            found.append(dict(output))
    return found


def settled(outputs: list[Any]) -> str:
    text = json.dumps(merged(outputs), indent=1, ensure_ascii=False)
    for pattern, name in CHANGING:
        text = re.sub(pattern, name, text)
    return re.sub(r"/[^ \"]*/(_\w+\.py)", r"\1", text)


@pytest.mark.parametrize("name", [name for name in SNIPPETS if name not in DIFFERENCES])
def test_a_session_shows_what_a_kernel_shows(both: Both, name: str) -> None:
    place = list(SNIPPETS).index(name)
    real, ran = both.real.cells[place], both.rans[place]
    if name in OF_CHANCE:
        real.outputs.sort(key=lambda output: output["output_type"], reverse=True)
    assert settled(ran.outputs) == settled(real.outputs)
    assert ran.count == real.execution_count


@pytest.mark.parametrize("name", DIFFERENCES)
def test_what_is_said_to_differ_differs(both: Both, name: str) -> None:
    place = list(SNIPPETS).index(name)
    assert settled(both.rans[place].outputs) != settled(both.real.cells[place].outputs)


def test_a_reader_finds_the_same_widgets(both: Both) -> None:
    assert settled([both.widgets["widgets"]]) == settled([both.real.metadata["widgets"]])
