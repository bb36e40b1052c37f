"""Why a test cost points, in words that its student can use."""

from __future__ import annotations

import ast
import re

from nbformat import NotebookNode

from autograde.assignment import Cell
from autograde.grading.words import COLOURS, one_line, said
from autograde.kernel.ran import Ran
from autograde.task import Ended

FRAME = re.compile(r"^\s*(?:Cell |Input )In ?\[(\d+)\], line (\d+)", re.MULTILINE)
UNKNOWN = re.compile(r"name '(\w+)' is not defined")
WHERE = re.compile(r"\([^()]*, line (\d+)\)$")
"""Where IPython says that a mistake is: in a file whose name is a number."""
LEADING = re.compile(r"\A(?:[ \t]*\n)+")
MOST = 500
STOPPED = (Ended.TIMEOUT, Ended.DIED, Ended.LIMIT)
UNWRITTEN = "The answer is not written yet."
DOUBTED = "A person has to look at this before it has points."
EMPTY = "No answer was written here."


def why(error: NotebookNode, cell: Cell, ran: Ran | None, hidden: tuple[str, str], *, answered: bool) -> str:
    """What the output that cost the points means; `answered` is whether anything was written for this test."""
    if error.output_type == "stream":
        return f"The test wrote to stderr, which costs its points here: {one_line(error.text, 120)}"
    if ran is None or ran.ended not in STOPPED:
        if error.ename == "AssertionError":
            return said(error.evalue, MOST) or _failed_line(error, cell, ran, hidden)
        if error.ename == "NameError" and not answered:
            return UNWRITTEN
    return how(error, ran)


def how(error: NotebookNode, ran: Ran | None) -> str:
    """What ended a cell, whoever wrote it."""
    if ran is not None and ran.ended in STOPPED:
        return _stopped(ran)
    name, value = one_line(error.ename, 80), said(error.evalue, MOST)
    if name == "NotImplementedError":
        return UNWRITTEN + (f" ({value})" if value else "")
    if name == "NameError" and (found := UNKNOWN.search(value)):
        return f"{found[1]} is not defined: it is missing, or has another name."
    if name in ("SyntaxError", "IndentationError", "TabError"):
        return "This cell is not valid Python: " + WHERE.sub(r"(line \1)", value)
    article = "an" if name[:1] in "AEIOU" else "a"
    return f"It ended with {article} {name}: {value}" if value else f"It ended with {article} {name}."


def _stopped(ran: Ran) -> str:
    if ran.ended is Ended.TIMEOUT:
        return f"It had not ended after {ran.seconds:.3g} seconds and was stopped. Does a loop never end?"
    if ran.ended is Ended.LIMIT:
        return "It used more than is allowed and was stopped."
    return "The program ended in it: it used more than is allowed, or ended itself."


def _failed_line(error: NotebookNode, cell: Cell, ran: Ran | None, hidden: tuple[str, str]) -> str:
    """The assertion itself, where students may see it."""
    frames = FRAME.findall(COLOURS.sub("", "\n".join(str(line) for line in error.get("traceback") or ())[:50_000]))
    count = str(ran.count) if ran else ""
    line = next((int(line) for number, line in frames if number == count), 0)
    # IPython numbers the lines without the empty ones at the top.
    source = LEADING.sub("", cell.source)
    lines = source.split("\n")
    if not 0 < line <= len(lines):
        return "A check of this test failed."
    if line in hidden_lines(lines, hidden):
        return "A hidden check of this test failed."
    return f"This check failed: {one_line(_statement(source, line) or lines[line - 1], 200)}"


def hidden_lines(lines: list[str], hidden: tuple[str, str]) -> set[int]:
    """The numbers, from 1, of the lines between the marks, and of the marks."""
    begin, end = hidden
    found: set[int] = set()
    inside = False
    for number, line in enumerate(lines, 1):
        inside = inside or begin in line
        if inside:
            found.add(number)
        if end in line:
            inside = False
    return found


def _statement(source: str, line: int) -> str | None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and node.lineno <= line <= (node.end_lineno or line):
            return ast.get_source_segment(source, node)
    return None


def partly(points: float, most: float) -> str:
    """What to say of a test that gave a part of its points itself."""
    return f"The test gave {points:g} of {most:g} points."
