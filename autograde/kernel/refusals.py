"""What is said when the Python of the notebooks does not start, or has ended."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

CORRECT = "Correct that Python, or the kernelspec that names it (`jupyter kernelspec list` shows where it lies)."
MISSING = re.compile(r"ModuleNotFoundError: No module named '(\w+)[\w.]*'")
MOST = 200
"""Characters of what it said that are repeated."""


def no_python(python: str, error: Exception) -> str:
    """Of one that is none: it could not be asked where its modules lie."""
    why = "it does not answer as Python does"
    if isinstance(error, OSError):
        why = error.strerror or str(error)
    elif isinstance(error, subprocess.CalledProcessError):
        why = _last(error.stderr) or f"it ended {how_ended(error.returncode)}"
    return f"{python} cannot be started: {why}. {CORRECT}"


def no_notebooks(python: str, said: str, how: str) -> str:
    """Of one that has ended before it was ready."""
    last = _last(said)
    missing = MISSING.fullmatch(last)
    if missing and missing[1] not in sys.stdlib_module_names:
        return (
            f"{python} cannot run notebooks because it has no {missing[1]}; "
            f"install it with `{python} -m pip install ipykernel`."
        )
    words = f" and said: {last.rstrip('.')}" if last else f", {how}" if how else ""
    return f"{python} cannot run notebooks: it ended when it was started{words}. {CORRECT}"


def no_longer(said: str, how: str) -> str:
    """Of one that was ready, and has ended since."""
    words = ", ".join(part for part in ("The process in which notebooks run has ended", how) if part)
    last = f" It said: {_last(said).rstrip('.')}." if _last(said) else ""
    return f"{words}.{last} See whether this machine has enough memory, and grade again."


def how_ended(code: int | None) -> str:
    """The return code of a process in words; none where it is not known."""
    if not code:
        return ""
    if code > 0:
        return f"with status {code}"
    known = -code in signal.valid_signals()
    return f"with signal {signal.Signals(-code).name if known else -code}"


def _last(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if "WARNING" not in line]  # ipykernel's, of no consequence.
    return "".join(each if each.isprintable() else " " for each in lines[-1][:MOST]) if lines else ""
