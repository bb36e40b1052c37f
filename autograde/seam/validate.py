"""`nbgrader validate` and the Validate button through the engine.

nbgrader's validator offers no setting for what executes a notebook, so its default is exchanged. What is put there asks
the configuration at hand, and leaves notebooks of courses that do not use the engine to nbgrader.
"""

from __future__ import annotations

from nbgrader.preprocessors import Execute as StockExecute
from nbgrader.validator import Validator

from autograde.seam.execute import Validating


def install() -> None:
    """Puts the engine into nbgrader's validator; a second time changes nothing."""
    default = Validator.preprocessors
    (steps,) = default.default_args
    default.default_args = ([Validating if step is StockExecute else step for step in steps],)
