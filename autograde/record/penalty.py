"""Penalties for late submissions, from nbgrader's plugin or the instructor's own."""

from __future__ import annotations

from datetime import datetime, timedelta

from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from autograde.refusal import Refusal


class PenaltyFailed(Exception):
    """The instructor's plugin raised an error; the message says which."""


class LatePenalties:
    """What the configuration takes for lateness (`AssignLatePenalties.plugin_class`, `LateSubmissionPlugin`)."""

    def __init__(self, converter: Autograde) -> None:
        """Raises Refusal when the plugin cannot be imported."""
        try:
            self._assign = AssignLatePenalties(parent=converter)
            self._assign.init_plugin()
        except Exception as error:
            what = f"The plugin for late submissions cannot be used: {type(error).__name__}: {error}."
            raise Refusal(f"{what} Correct c.AssignLatePenalties.plugin_class.") from error
        steps = [step if isinstance(step, str) else step.__name__ for step in converter.autograde_preprocessors]
        listed = any(step.rpartition(".")[2] == AssignLatePenalties.__name__ for step in steps)
        self.enabled = listed and bool(self._assign.enabled)

    def of(self, student: str, score: float, seconds: float) -> float | None:
        """The penalty for a notebook with this score; None for no penalty."""
        if not seconds > 0:
            return None
        self._assign.init_plugin()  # A new one for each notebook, as nbgrader does.
        try:
            penalty = self._assign.plugin_inst.late_submission_penalty(student, score, seconds)
            if penalty is None:
                return None
            # As nbgrader's _check_late_penalty: never a bonus, and never more than was earned.
            return float(0 if penalty < 0 else min(penalty, score))
        except Exception as error:
            raise PenaltyFailed(f"{type(error).__name__}: {error}") from error


def seconds_late(timestamp: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    """How much too late it was handed in, extension included; 0 where one of the times is not known."""
    stamp, limit = parse_utc(timestamp), parse_utc(due)
    if stamp is None or limit is None:
        return 0.0
    return max(0.0, (stamp - (limit + (extension or timedelta()))).total_seconds())
