"""Why points are missing, in words a student can use, and no word about hidden tests that they must not have."""

from __future__ import annotations

from typing import Any

import pytest

from autograde.feedback.hidden import Hidden
from autograde.feedback.marks import Mark
from autograde.feedback.reasons import Failure, explain, reason
from autograde.feedback.settings import Wishes
from tests.autograde.feedback.graded import code, failed, frame, grade, printed

VISIBLE = 'assert total([1]) == 1, "one apple"'
PLAIN = 'assert total([7]) == 13, "seven have a discount"'
FORMATTED = 'assert total([8]) == 17, f"got {total([8])}, not 17"'
CALL = "total([99])"
SOURCE = f"{VISIBLE}\n### BEGIN HIDDEN TESTS\n{PLAIN}\n{FORMATTED}\n{CALL}\n### END HIDDEN TESTS"
NONE = Mark(points=0, most=2)


def failing(line: int, name: str, value: str, source: str = SOURCE, *more: str) -> dict[str, Any]:
    return code(source, failed(name, value, frame(3, line, source), *more), count=3, **grade(2))


def explained(cell: dict[str, Any], **wishes: Any) -> Failure:
    made = Wishes(**wishes)
    failure = explain(cell, 0, Hidden([cell], made.secrets), made)
    assert failure is not None
    return failure


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("AssertionError", "one apple", "one apple."),
        ("NameError", "name 'totl' is not defined", "`totl` does not exist."),
        ("NotImplementedError", "", "An answer is missing"),
        ("CellTimeoutError", "", "It took too long and was stopped."),
        ("TypeError", "'int' object is not iterable", "It ended with a TypeError: 'int' object is not iterable."),
        ("ModuleNotFoundError", "No module named 'shop'", "Something could not be imported: No module named 'shop'."),
        ("SyntaxError", "invalid syntax", "Python could not read this cell: invalid syntax."),
        ("IndexError", "", "It ended with an IndexError."),
        ("DeadKernelError", "Kernel died", "The program was stopped"),
    ],
)
def test_an_error_is_told_in_words(name: str, value: str, told: str) -> None:
    assert explained(failing(1, name, value)).words.startswith(told)


def test_a_check_without_a_message_is_quoted() -> None:
    assert (
        explained(failing(1, "AssertionError", "", "assert f() == 1")).words == "This check failed: `assert f() == 1`"
    )


def test_a_check_with_a_message_is_shown_beside_it() -> None:
    found = explained(failing(1, "AssertionError", "one apple"))
    assert found.code == VISIBLE
    assert f"---->  1 {VISIBLE}".replace("  ", " ") in found.traceback
    assert "discount" not in found.traceback
    assert "99" not in found.traceback


@pytest.mark.parametrize(
    ("line", "name", "value", "wish", "told"),
    [
        (
            3,
            "AssertionError",
            "seven have a discount",
            "message",
            "A hidden test failed: seven have a discount.",
        ),
        (3, "AssertionError", "seven have a discount", "nothing", "A hidden test failed."),
        (4, "AssertionError", "got 16, not 17", "message", "A hidden test failed."),
        (4, "AssertionError", "got 16, not 17", "outputs", "A hidden test failed: got 16, not 17."),
        (5, "KeyError", "99", "message", "A hidden test failed: it ended with a KeyError."),
        (5, "KeyError", "99", "nothing", "A hidden test failed."),
        (5, "KeyError", "99", "outputs", "A hidden test failed: It ended with a KeyError: 99."),
        (5, "NotImplementedError", "", "message", "A hidden test failed: an answer is missing."),
        (5, "CellTimeoutError", "", "message", "A hidden test took too long. Does a loop in your code never end?"),
    ],
)
def test_of_a_hidden_test_only_what_the_instructor_wants_is_told(
    line: int, name: str, value: str, wish: str, told: str
) -> None:
    found = explained(failing(line, name, value), hidden_tests=wish)
    assert found == Failure(words=told, hidden=True)


def test_an_error_whose_place_is_not_told_counts_as_a_hidden_one() -> None:
    cell = code(SOURCE, failed("AssertionError", "got 16, not 17", "no frames at all"), count=3)
    assert explained(cell).words == "A hidden test failed."


def test_a_loop_that_was_stopped_is_told_by_its_time_not_by_its_interrupt() -> None:
    interrupt = failed("KeyboardInterrupt", "", frame(3, 1, SOURCE))
    timeout = failed("CellTimeoutError", "")
    cell = code(SOURCE, interrupt, timeout, count=3)
    assert explained(cell).words == "It took too long and was stopped. Does a loop never end?"


def test_where_the_grader_has_its_python_is_nobodys_business() -> None:
    path = "File ~/courses/.venv/lib/python3.11/site-packages/flask/app.py:3, in run(self)"
    found = explained(failing(1, "TypeError", "x", SOURCE, path))
    assert "File …/python3.11/site-packages/flask/app.py:3" in found.traceback
    assert "courses" not in found.traceback


def why(mark: Mark, cell: dict[str, Any]) -> str:
    wishes = Wishes()
    hidden = Hidden([cell], wishes.secrets)
    return reason(mark, explain(cell, 0, hidden, wishes), cell, hidden)


def test_nothing_is_said_where_nothing_is_missing() -> None:
    assert why(Mark(points=2, most=2), code("assert True", **grade(2))) == ""


@pytest.mark.parametrize(
    ("mark", "cell", "told"),
    [
        (Mark(points=0, most=2, waiting=True), code("x", **grade(2)), "A person has still to look at this."),
        (Mark(points=1, most=2, by_hand=True), code("x", **grade(2)), "A grader gave these points."),
        (Mark(points=1, most=2), code("x", **grade(2)), "The test gave a part of the points."),
        (NONE, code("x", printed("Warning", "stderr"), **grade(2)), "The test wrote to the error stream"),
        (NONE, code("x", **grade(2, solution=True)), "No answer was written here."),
        (NONE, code("x", **grade(2)), "The test did not pass."),
        (Mark(points=0, most=2, message="It was stopped."), code("x", **grade(2)), "It was stopped."),
    ],
)
def test_points_that_are_missing_have_a_reason(mark: Mark, cell: dict[str, Any], told: str) -> None:
    assert why(mark, cell).startswith(told)


def test_the_graders_message_counts_but_not_where_a_hidden_test_failed() -> None:
    mark = Mark(points=0, most=2, message=f"total([7]) is 14. {PLAIN}")
    visible = why(mark, failing(1, "AssertionError", "one apple"))
    assert visible == "total([7]) is 14. (not shown)"
    assert why(mark, failing(4, "AssertionError", "got 16, not 17")) == "A hidden test failed."


def test_a_failing_cell_without_points_says_why() -> None:
    assert why(Mark(points=0, most=0), failing(1, "AssertionError", "one apple")) == "one apple."
