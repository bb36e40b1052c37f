"""Which widgets of a saved notebook still have somebody to answer their clicks."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import psutil

MARK = "threeways"
"""Where the metadata of an output say which process drew its widget."""
WIDGET = "application/vnd.jupyter.widget-view+json"
CLOCKS = 10.0
"""Seconds by which two programs may differ about when a process was started: clocks are set while they run."""

Mark = Mapping[str, Any]


@cache
def this_process() -> dict[str, Any]:
    """What a widget that is drawn now is known by: its kernel, and the process that this kernel is until a restart."""
    own = psutil.Process()
    kernel = re.search(r"kernel-([0-9a-f-]{36})\.json", " ".join(sys.argv))
    return {"kernel": kernel[1] if kernel else "", "process": own.pid, "started": round(own.create_time(), 1)}


def is_running(mark: Mark) -> bool:
    """Whether that process is there, and no other one that got its number."""
    try:
        process = psutil.Process(int(mark["process"]))
        same = abs(process.create_time() - float(mark["started"])) < CLOCKS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, KeyError, TypeError, ValueError):
        return False


def without_dead_widgets(notebook: Mapping[str, Any], is_alive: Callable[[Mark], bool]) -> Mapping[str, Any]:
    """The notebook as it is to be shown: a widget of ours that nobody answers for gives way to the text beside it.

    What is given stays as it is; without such a widget it is given back itself.
    """
    cells = [_cell(cell, is_alive) for cell in notebook.get("cells", [])]
    changed = any(new is not old for new, old in zip(cells, notebook.get("cells", []), strict=True))
    return {**notebook, "cells": cells} if changed else notebook


def _cell(cell: Mapping[str, Any], is_alive: Callable[[Mark], bool]) -> Mapping[str, Any]:
    if not any(_is_dead(output, is_alive) for output in cell.get("outputs", [])):
        return cell
    outputs = [_text_of(output) if _is_dead(output, is_alive) else output for output in cell["outputs"]]
    return {**cell, "outputs": outputs}


def _is_dead(output: Mapping[str, Any], is_alive: Callable[[Mark], bool]) -> bool:
    mark = output.get("metadata", {}).get(MARK)
    return isinstance(mark, Mapping) and WIDGET in output.get("data", {}) and not is_alive(mark)


def _text_of(output: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**output, "data": {kind: data for kind, data in output["data"].items() if kind != WIDGET}}
