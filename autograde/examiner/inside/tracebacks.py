"""Tracebacks of tests that ran outside: without our own frames, with the student's lines that raised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from autograde.examiner.inside.failures import PLACES
from autograde.examiner.inside.remote import NOWHERE

OURS = str(Path(__file__).parent)
DEEPEST = 10


def install(shell: Any) -> None:
    """Has a shell show tracebacks so."""
    inner: Callable[..., Any] = shell.InteractiveTB.structured_traceback
    if getattr(inner, "is_ours", False):
        return

    def structured_traceback(kind: Any, error: Any, trace: Any = None, *given: Any, **named: Any) -> Any:
        shown = inner(kind, error, _cut_chain(error, trace), *given, **named)
        lines = _lines(error)
        if lines and isinstance(shown, list) and shown:
            shown[-1:-1] = lines
        return shown

    structured_traceback.is_ours = True  # type: ignore[attr-defined]
    shell.InteractiveTB.structured_traceback = structured_traceback


def _cut_chain(error: BaseException | None, trace: TracebackType | None) -> TracebackType | None:
    above = error
    for _ in range(DEEPEST):
        if not isinstance(above, BaseException):
            break
        above.__traceback__ = _cut(above.__traceback__)
        above = above.__cause__ or above.__context__
    return _cut(trace)


def _cut(trace: TracebackType | None) -> TracebackType | None:
    """The same without frames of ours; all of it where nothing else is left."""
    kept = []
    step = trace
    while step is not None:
        if not step.tb_frame.f_code.co_filename.startswith((OURS, NOWHERE)):
            kept.append(step)
        step = step.tb_next
    if not kept:
        return trace
    made: TracebackType | None = None
    for step in reversed(kept):
        made = TracebackType(made, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return made


def _lines(error: Any) -> list[str]:
    held = getattr(error, "__dict__", {})
    places = held.get(PLACES) if isinstance(held, dict) else None
    if not places:
        return []
    lines = ["In the notebook:"]
    for place in places:
        match place:
            case [str(where), int(line), str(text)]:
                lines.append(f"  {where}, line {line}\n    {text}")
    return ["\n".join(lines) + "\n"]
