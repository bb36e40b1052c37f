"""The `course` command without the second that a new process takes."""

from __future__ import annotations

import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from unittest.mock import patch

from course.cli import main
from course.house import House


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def command(house: House, *words: str) -> Said:
    """Runs the command as its entry point does, in the folder of a house; what it does not catch is raised."""
    out, err = StringIO(), StringIO()
    code: object = 0
    with chdir(house.root), patch.object(sys, "argv", ["course", *words]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    assert isinstance(code, int)
    return Said(code, out.getvalue(), err.getvalue())
