"""A saved widget is drawn only as long as the very process that made it is there."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from typing import Any

import pytest

from course.living import MARK, WIDGET, is_running, this_process, without_dead_widgets

OURS = {"kernel": "k", "process": 1, "started": 2.0}


def output(mark: Any = OURS, **more: Any) -> dict[str, Any]:
    data = {WIDGET: {"model_id": "m"}, "text/html": "<p>Run this cell.</p>", "text/plain": "a quiz"}
    return {"output_type": "display_data", "metadata": {MARK: mark} if mark else {}, "data": data, **more}


def notebook(*outputs: dict[str, Any]) -> dict[str, Any]:
    cells = [{"cell_type": "markdown", "source": "# Title"}, {"cell_type": "code", "outputs": list(outputs)}]
    return {"cells": cells, "metadata": {"kernelspec": {}}, "nbformat": 4}


def kinds(notebook: Any) -> list[set[str]]:
    return [set(output.get("data", {})) for output in notebook["cells"][1]["outputs"]]


def test_a_dead_widget_gives_way_to_the_text_beside_it() -> None:
    shown = without_dead_widgets(notebook(output()), lambda mark: False)
    assert kinds(shown) == [{"text/html", "text/plain"}]
    assert shown["cells"][1]["outputs"][0]["metadata"] == {MARK: OURS}
    assert shown["metadata"] == {"kernelspec": {}}


def test_what_is_given_stays_as_it_is() -> None:
    given = notebook(output(), output(None))
    before = copy.deepcopy(given)
    without_dead_widgets(given, lambda mark: False)
    assert given == before


def test_a_living_widget_stays_and_nothing_is_copied() -> None:
    given = notebook(output())
    assert without_dead_widgets(given, lambda mark: mark == OURS) is given


@pytest.mark.parametrize(
    "other", [output(None), {"output_type": "stream", "name": "stdout", "text": "1"}, output("a text")]
)
def test_outputs_of_others_are_left_alone(other: dict[str, Any]) -> None:
    given = notebook(other)
    assert without_dead_widgets(given, lambda mark: False) is given


def test_this_process_is_running() -> None:
    assert is_running(this_process())
    assert this_process()["process"] == os.getpid()


def test_another_process_that_got_the_number_is_not_meant() -> None:
    assert not is_running({**this_process(), "started": this_process()["started"] - 3600})


def test_a_process_that_has_ended_is_not_running() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import course.living as l; print(l.this_process())"], stdout=-1)
    said, _ = child.communicate()
    mark = eval(said)
    assert mark["process"] == child.pid
    assert not is_running(mark)


@pytest.mark.parametrize("mark", [{}, {"process": "x", "started": 1}, {"process": None, "started": None}])
def test_a_mark_that_cannot_be_read_is_of_nobody(mark: dict[str, Any]) -> None:
    assert not is_running(mark)
