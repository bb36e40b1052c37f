"""nbgrader's own commands, the Validate button and the formgrader, executing through the engine.

`configure` is called in nbgrader_config.py, which is read before anything is imported: nothing heavy may stand here.
"""

from __future__ import annotations

import sys
from typing import Any

EXECUTE = "autograde.seam.execute.Execute"
SAVE = "autograde.seam.scores.SaveAutoGrades"
PAGES = "autograde.feedback.exporter.FeedbackExporter"
STOCK_EXECUTE = "nbgrader.preprocessors.Execute"
STOCK_SAVE = "nbgrader.preprocessors.SaveAutoGrades"
STOCK = (
    STOCK_EXECUTE,
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    STOCK_SAVE,
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
)
"""nbgrader's own `Autograde.autograde_preprocessors`."""


def configure(c: Any, as_nbgrader: bool = False, *, feedback: bool = True) -> None:
    """Makes nbgrader execute submissions through the engine; `c` is nbgrader's configuration.

    `nbgrader autograde`, `nbgrader validate` and the formgrader's buttons are as before, but what students wrote runs
    sealed, and fast, and tests of an assignment are judged as by the `autograde` command. Scores differ from nbgrader's
    in two more ways: what is written to stderr costs nothing by itself, and an error is not overruled by an output.
    With `as_nbgrader` nothing is scored or judged otherwise. Feedback is made by the engine, too, unless `feedback` is
    False.
    """
    steps = _said(c.Autograde, "autograde_preprocessors", STOCK)
    wanted = {"Execute": EXECUTE, "SaveAutoGrades": STOCK_SAVE if as_nbgrader else SAVE}
    c.Autograde.autograde_preprocessors = [_exchange(step, wanted) for step in steps]
    c.AutogradeEngine.as_nbgrader = as_nbgrader
    if feedback and "exporter_class" not in c.GenerateFeedback:
        c.GenerateFeedback.exporter_class = PAGES
        c.GenerateFeedback.preprocessors = []
    if "nbgrader.validator" in sys.modules:
        # Only where validating is possible at all: nbgrader has loaded itself before it reads its configuration.
        from autograde.seam.validate import install

        install()


def _said(section: Any, name: str, stock: tuple[str, ...]) -> list[Any]:
    """A list of the configuration: what was set, or nbgrader's own with what was added to it."""
    if name not in section:
        return list(stock)
    value = section[name]
    return list(value.get_value(list(stock)) if hasattr(value, "get_value") else value)


def _exchange(step: Any, wanted: dict[str, str]) -> Any:
    """Ours for nbgrader's or ours, anything else as it is."""
    place, _, name = step.rpartition(".") if isinstance(step, str) else (step.__module__, "", step.__name__)
    return wanted.get(name, step) if place.startswith(("nbgrader.", "autograde.")) else step
