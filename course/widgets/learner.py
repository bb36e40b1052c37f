"""Whose memory a notebook writes in: the learner's where a person runs the cell, else one that is forgotten."""

from __future__ import annotations

import builtins
from functools import cache
from typing import Any

from course.study.journal import Journal
from course.study.journal.keeping import own_journal
from course.study.memory import Memory


def this_shell() -> Any:
    """The shell whose cell runs, which need not be the only one of its process; None outside of a cell."""
    return vars(builtins).get("get_ipython", lambda: None)()


def person_there(shell: Any) -> bool:
    """Whether the running cell was sent by a front end with a person in front of it, not by nbclient or a grader."""
    kernel = getattr(shell, "kernel", None)
    return bool(kernel and kernel.get_parent().get("content", {}).get("allow_stdin"))


def memory() -> Memory:
    """The learner's memory; where nobody is there to learn, an empty one that nothing is kept of."""
    return _own() if person_there(this_shell()) else Memory(Journal())


@cache
def _own() -> Memory:
    return Memory(own_journal())
