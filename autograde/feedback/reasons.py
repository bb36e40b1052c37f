"""Why points are missing, in words that a student can use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from autograde.feedback.clean import plain
from autograde.feedback.hidden import Hidden, Regions
from autograde.feedback.marks import Mark
from autograde.feedback.outputs import joined
from autograde.feedback.settings import Wishes

TIMEOUT = "CellTimeoutError"
UNANSWERED = "NotImplementedError"
ELSEWHERE = re.compile(r"(?:~|(?<![\w.])/)[^\s:,\"']*?/(?=(?:site-packages|dist-packages|python3\.\d+)/)")
"""The part of a path that says where the grader's Python is installed."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error of a cell, as its student may see it."""

    words: str
    code: str = ""
    """The line that failed, where there is one to show."""
    traceback: str = ""
    hidden: bool = False
    """It arose in a hidden test."""


def explain(cell: Mapping[str, Any], at: int, hidden: Hidden, wishes: Wishes) -> Failure | None:
    """What the first error of a cell means; None where there is none."""
    errors = [output for output in cell.get("outputs", ()) if output.get("output_type") == "error"]
    if not errors:
        return None
    error = next((output for output in errors if joined(output.get("ename")) == TIMEOUT), errors[0])
    name, value = plain(joined(error.get("ename"))), plain(joined(error.get("evalue")))
    trace = plain("\n".join(str(line) for each in errors for line in each.get("traceback") or ()))
    regions = hidden.of(at)
    line = hidden.failing_line(at, trace)
    if regions.lines and _is_hidden(line, value, trace, regions):
        return Failure(words=_hidden(name, value, regions, wishes), hidden=True)
    source = joined(cell.get("source")).split("\n")
    code = source[line - 1].strip() if line is not None and 0 < line <= len(source) else ""
    code = hidden.blank(code) if name == "AssertionError" else ""
    bare = bool(code) and not value.strip()
    return Failure(
        words=f"This check failed: `{code}`" if bare else _words(name, hidden.blank(value)),
        code="" if bare else code,
        traceback=_short(hidden.traceback(trace), wishes.longest),
    )


def reason(mark: Mark, failure: Failure | None, cell: Mapping[str, Any], hidden: Hidden) -> str:
    """One or two sentences beside the points of a cell; empty where nothing is missing."""
    if mark.waiting and not mark.by_hand:
        return "A person has still to look at this."
    if mark.points >= mark.most and not (failure and mark.most == 0):
        return ""
    if mark.by_hand:
        return "A grader gave these points." + (f" {failure.words}" if failure else "")
    if failure is not None:
        if failure.hidden or not mark.message:
            return failure.words
        return hidden.blank(plain(mark.message))
    if mark.message:
        return hidden.blank(plain(mark.message))
    if cell.get("metadata", {}).get("nbgrader", {}).get("solution"):
        return "" if mark.points else "No answer was written here."
    if mark.points > 0:
        return "The test gave a part of the points."
    streams = [output for output in cell.get("outputs", ()) if output.get("name") == "stderr"]
    if streams:
        return "The test wrote to the error stream while it ran (shown below), and that costs its points."
    return "The test did not pass."


def _is_hidden(line: int | None, value: str, trace: str, regions: Regions) -> bool:
    """Whether an error arose in a hidden test; where that cannot be told it did."""
    if line is not None:
        return line in regions.lines
    quoted = next((text for text in regions.visible.split("\n") if text.strip() and f"> {text}" in trace), None)
    return quoted is None


def _hidden(name: str, value: str, regions: Regions, wishes: Wishes) -> str:
    failed = "A hidden test failed"
    if name == TIMEOUT:
        return "A hidden test took too long. Does a loop in your code never end?"
    if wishes.hidden_tests == "nothing":
        return f"{failed}."
    if name == UNANSWERED:
        return f"{failed}: an answer is missing."
    if name == "AssertionError":
        told = value in regions.messages or wishes.hidden_tests == "outputs"
        return f"{failed}: {_sentence(value)}" if value.strip() and told else f"{failed}."
    if wishes.hidden_tests == "outputs":
        return f"{failed}: {_words(name, value)}"
    return f"{failed}: it ended with {_article(name)}."


def _words(name: str, value: str) -> str:
    value = value.strip()
    if name == "AssertionError":
        return _sentence(value) if value else "A check of this test failed."
    if name == TIMEOUT:
        return "It took too long and was stopped. Does a loop never end?"
    if name == UNANSWERED:
        return "An answer is missing: `raise NotImplementedError()` is still there." + (f" ({value})" if value else "")
    if name == "NameError" and (found := re.match(r"name '(\w+)' is not defined", value)):
        return f"`{found[1]}` does not exist. Is it spelled as asked for, and did the cell that makes it work?"
    if name in ("ModuleNotFoundError", "ImportError"):
        return f"Something could not be imported: {_sentence(value)}"
    if name in ("SyntaxError", "IndentationError", "TabError"):
        return f"Python could not read this cell: {_sentence(value)}"
    if name in ("DeadKernelError", "MemoryError"):
        return "The program was stopped: it used more than is allowed, or it ended itself."
    if name == "KeyboardInterrupt":
        return "It was stopped before it had ended."
    return f"It ended with {_article(name)}" + (f": {_sentence(value)}" if value else ".")


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…", ":")) or "\n" in text else f"{text}."


def _article(name: str) -> str:
    return f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}"


def _short(trace: str, longest: int) -> str:
    lines = [line for line in trace.split("\n") if line.strip("-")]
    kept = ELSEWHERE.sub("…/", "\n".join(lines))
    return kept if len(kept) <= longest else f"{kept[: longest // 2]}\n…\n{kept[-longest // 2 :]}"
