"""What is hidden stays hidden, however it is quoted."""

from __future__ import annotations

import pytest

from autograde.feedback.hidden import BLANKED, INSTEAD, Hidden, find_regions
from autograde.feedback.settings import Wishes
from tests.autograde.feedback.graded import code, frame, words

MARKS = Wishes().secrets
SECRET = 'assert price(7) == 13, "seven"'
SOURCE = f"assert True\n### BEGIN HIDDEN TESTS\nn = 7\n{SECRET}\n### END HIDDEN TESTS\nassert 1"


def hidden(*cells: dict) -> Hidden:
    return Hidden([code(SOURCE, count=2), *cells], MARKS)


def test_a_region_is_taken_out_and_its_place_is_marked() -> None:
    found = find_regions(SOURCE, MARKS)
    assert found.visible == f"assert True\n{INSTEAD}\nassert 1"
    assert found.lines == {2, 3, 4, 5}
    assert found.messages == {"seven"}


def test_a_region_that_nobody_closes_reaches_to_the_end() -> None:
    found = find_regions("a\n### BEGIN HIDDEN TESTS\nb\nc", MARKS)
    assert found.visible == f"a\n{INSTEAD}"
    assert found.texts == ("### BEGIN HIDDEN TESTS", "b", "c")


def test_a_message_with_a_value_in_it_is_no_plain_string() -> None:
    source = 'n = 1\n### BEGIN HIDDEN TESTS\nassert n == 2, f"not {n}"\nassert n == 3, str(n)\n### END HIDDEN TESTS'
    assert find_regions(source, MARKS).messages == frozenset()


def test_code_that_python_cannot_read_has_no_messages_and_no_error() -> None:
    assert find_regions("### BEGIN HIDDEN TESTS\n%%bash\nif [\n### END HIDDEN TESTS", MARKS).messages == frozenset()


def test_the_marks_of_the_course_count() -> None:
    found = find_regions("a\n# <secret>\nb\n# </secret>", [("<secret>", "</secret>")])
    assert found.visible == f"a\n{INSTEAD}"


def test_a_mark_scheme_leaves_nothing_in_a_text() -> None:
    cell = words("Draw.\n=== BEGIN MARK SCHEME ===\ntwo points for a roof\n=== END MARK SCHEME ===\n")
    assert Hidden([cell], MARKS).of(0).visible == "Draw.\n"


@pytest.mark.parametrize(
    "quoted",
    [
        SECRET,
        f"    {SECRET}  # here",
        repr([SOURCE]),
        repr(SECRET),
        SECRET.replace('"', '\\"'),
        SECRET.replace('"', "&quot;"),
        '\x1b[32massert\x1b[0m price(\x1b[34m7\x1b[0m) == 13, \x1b[33m"seven"\x1b[0m',
    ],
)
def test_a_hidden_line_is_blanked_wherever_it_is_quoted(quoted: str) -> None:
    shown = hidden().blank(f"before\n{quoted}\nafter")
    assert "13" not in shown
    assert BLANKED in shown
    assert shown.startswith("before\n")
    assert shown.endswith("\nafter")


def test_what_students_may_see_anyway_is_not_blanked() -> None:
    visible = hidden(code(f"{SECRET}\nn = 7"))
    assert visible.blank(SECRET) == SECRET
    assert hidden().blank("n = 7 apples") == "n = 7 apples"


def test_the_failing_line_is_that_of_the_cell_itself() -> None:
    trace = frame(2, 4, SOURCE) + "\n\n" + frame(1, 9, "def price(n):\n    return n")
    plain = trace.replace("\x1b[36m", "").replace("\x1b[39m", "").replace("\x1b[32m", "")
    assert hidden().failing_line(0, plain) == 4
    assert hidden(code("x", count=5)).failing_line(1, plain) is None


def test_empty_lines_at_the_beginning_which_are_not_run_are_counted() -> None:
    found = Hidden([code(f"\n  \n{SOURCE}", count=2)], MARKS)
    trace = "Cell In[2], line 6\n      3 n = 7\n      5 ### END HIDDEN TESTS\n----> 6 assert 1\n"
    assert found.failing_line(0, trace) == 8
    assert found.traceback(trace) == "Cell In[2], line 6\n----> 6 assert 1\n"


def test_a_traceback_loses_hidden_lines_around_a_visible_one_by_their_numbers() -> None:
    plain = "Cell In[2], line 6\n      3 n = 7\n      4 assert\n      5 ### END HIDDEN TESTS\n----> 6 assert 1\n"
    shown = hidden().traceback(plain + "\nFile here.py:3, in price()\n      3 return n\n")
    assert shown == "Cell In[2], line 6\n----> 6 assert 1\n\nFile here.py:3, in price()\n      3 return n\n"
