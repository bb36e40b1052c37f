"""Why points are missing: in words of the test, without paths, colours and hidden tests."""

from __future__ import annotations

import sys

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograde.assignment import Cell
from autograde.grading.messages import hidden_lines, why
from autograde.grading.words import listed, one_line, said, without_folders
from autograde.kernel.ran import Ran
from autograde.task import Ended

HIDDEN = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
SOURCE = """

value = answer()
assert value == (
    1
), ""
### BEGIN HIDDEN TESTS
assert value == "secret"
### END HIDDEN TESTS
assert value
"""
CELL = Cell(name="t", kind="code", locked=True, source=SOURCE, checksum=None, grade="row", points=1)


def error(name: str, value: str = "", line: int | None = None, count: int = 4) -> NotebookNode:
    trace = ["\x1b[31mfirst\x1b[39m", f"Cell \x1b[36mIn[{count}]\x1b[39m, line {line}"] if line else []
    return new_output("error", ename=name, evalue=value, traceback=trace)


def told(output: NotebookNode, ran: Ran | None = None, *, answered: bool = True) -> str:
    return why(output, CELL, ran or Ran(outputs=[], count=4), HIDDEN, answered=answered)


def test_the_message_of_an_assertion_is_said_as_it_is() -> None:
    assert told(error("AssertionError", "3 is not 4.\nTry again.")) == "3 is not 4.\nTry again."


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (2, "This check failed: assert value == ( 1 )"),
        (4, "This check failed: assert value == ( 1 )"),
        (6, "A hidden check of this test failed."),
        (8, "This check failed: assert value"),
        (99, "A check of this test failed."),
        (None, "A check of this test failed."),
    ],
)
def test_an_assertion_without_a_message_shows_itself_unless_it_is_hidden(line: int | None, says: str) -> None:
    assert told(error("AssertionError", "", line)).startswith(says)


def test_a_frame_of_another_cell_is_not_the_tests() -> None:
    assert told(error("AssertionError", "", 2, count=3)) == "A check of this test failed."


@pytest.mark.parametrize(
    ("output", "answered", "says"),
    [
        (error("NotImplementedError"), True, "The answer is not written yet."),
        (error("NotImplementedError", "part b"), True, "The answer is not written yet. (part b)"),
        (error("NameError", "name 'area' is not defined"), True, "area is not defined: it is missing"),
        (error("NameError", "name 'area' is not defined"), False, "The answer is not written yet."),
        (error("SyntaxError", "invalid syntax"), True, "This cell is not valid Python: invalid syntax"),
        (
            error("SyntaxError", "never closed (229491.py, line 3)"),
            True,
            "This cell is not valid Python: never closed (line 3)",
        ),
        (error("OSError", "/tmp/room-1/x.csv is gone"), True, "It ended with an OSError: x.csv is gone"),
        (error("KeyError", ""), True, "It ended with a KeyError."),
        (new_output("stream", name="stderr", text="careful\n"), True, "The test wrote to stderr, which costs"),
    ],
)
def test_other_errors_are_told_in_words(output: NotebookNode, answered: bool, says: str) -> None:
    assert told(output, answered=answered).startswith(says)


@pytest.mark.parametrize(
    ("ended", "says"),
    [(Ended.TIMEOUT, "was stopped"), (Ended.DIED, "The program ended"), (Ended.LIMIT, "more than is allowed")],
)
def test_what_was_stopped_says_so(ended: Ended, says: str) -> None:
    assert says in told(error("Error"), Ran(outputs=[], ended=ended, seconds=30))


def test_marks_hide_from_the_first_to_the_last_line() -> None:
    assert hidden_lines(["a", "# BEGIN HIDDEN TESTS", "b", "# END HIDDEN TESTS", "c"], HIDDEN) == {2, 3, 4}
    assert hidden_lines(["a", "# BEGIN HIDDEN TESTS", "b"], HIDDEN) == {2, 3}


def test_one_line_cannot_forge_another() -> None:
    assert one_line("a\nb\x1b[2J\r\u202ec\u2028d\x07") == "a b c d"
    assert one_line("x" * 300, 10) == "x" * 9 + "…"


def test_said_keeps_lines_and_drops_colours() -> None:
    assert said("\x1b[31ma\x1b[0m  \n\tb\x1b]0;title\x07\n") == "a\n\tb"


def test_folders_of_this_machine_are_left_out_and_addresses_are_not() -> None:
    installed = f"{sys.prefix}/lib/python3/site-packages/flask/app.py"
    assert without_folders(f"'/tmp/room-1/a/data.csv', {installed}") == "'data.csv', app.py"
    address = "GET /users/ada and https://example.org/tmp/b"
    assert without_folders(address) == address


def test_long_lists_are_cut() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
