"""A test calls functions of the student's as if they were here: arguments, results, exceptions, callbacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograde.examiner.plan import Examination, Outside
from autograde.kernel.warm import Warm
from autograde.task import Ended
from tests.autograde.examiner.conftest import Desk, said

ANSWERS = '''
total, items = 5, [1, 2]

def add(a, b=2, *, c=0):
    """Adds."""
    return a + b + c

def sort(values):
    values.sort()
    return values

def register(name, _seen=[]):
    _seen.append(name)
    return _seen

def apply(function, value):
    return function(value)

def numbers():
    number = 0
    while True:
        yield number
        number += 1

def loud(n):
    for i in range(n):
        print("made", i)
        yield i

def average():
    received = []
    while True:
        value = yield sum(received) / len(received) if received else None
        received.append(value)

def boom():
    return {}["key"]

class Overdrawn(ValueError):
    def __init__(self, missing):
        super().__init__(f"{missing} missing")
        self.missing = missing

def withdraw(amount):
    raise Overdrawn(amount)

async def later(value):
    import asyncio
    await asyncio.sleep(0.001)
    return value

async def each(n):
    for i in range(n):
        yield i

def make_counter():
    count = 0
    def step():
        nonlocal count
        count += 1
        return count
    return step

def greet():
    print("Hello, Ada")

def first_line(file):
    return file.readline()

def kind(value):
    return type(value).__name__
'''

TESTS = {
    "calls": "assert add(1) == 3 and add(1, b=5, c=1) == 7",
    "values": "assert total == 5 and items == [1, 2] and type(items) is list",
    "signature": "import inspect\nassert str(inspect.signature(add)) == '(a, b=2, *, c=0)' and add.__name__ == 'add'",
    "documentation": "import inspect\nassert add.__doc__ == 'Adds.' and inspect.isfunction(add)",
    "arguments are changed in place": "values = [3, 1]\nassert sort(values) is values and values == [1, 3]",
    "one list is one list": "one = register('a')\ntwo = register('b')\nassert one is two and one[-2:] == ['a', 'b']",
    "a result that is changed here": "register('a').append('x')\nassert register('b')[-3:] == ['a', 'x', 'b']",
    "callbacks": "assert apply(lambda value: value * 2, 4) == 8 and apply(len, 'abc') == 3",
    "callbacks that call back": "assert apply(lambda value: add(value), 4) == 6",
    "callbacks that raise": (
        "import pytest\nwith pytest.raises(ZeroDivisionError):\n    apply(lambda value: 1 / value, 0)"
    ),
    "endless generators": "from itertools import islice\nassert list(islice(numbers(), 200)) == list(range(200))",
    "generators are lazy": "made = loud(3)\nassert next(made) == 0",
    "sending": "mean = average()\nnext(mean)\nassert mean.send(2) == 2 and mean.send(4) == 3",
    "builtin exceptions": (
        "import pytest\nwith pytest.raises(KeyError) as info:\n    boom()\nassert info.value.args == ('key',)"
    ),
    "exceptions of the student's": (
        "import pytest\nwith pytest.raises(Overdrawn, match='7 missing') as info:\n    withdraw(7)\n"
        "assert info.value.missing == 7 and isinstance(info.value, ValueError)"
    ),
    "coroutines": "assert await later(7) == 7",
    "coroutines side by side": "import asyncio\nassert await asyncio.gather(later(1), later(2)) == [1, 2]",
    "a coroutine in a thread": (
        "import asyncio, concurrent.futures\nwith concurrent.futures.ThreadPoolExecutor(1) as pool:\n"
        "    assert pool.submit(lambda: asyncio.run(later(3))).result() == 3"
    ),
    "functions in threads": (
        "import concurrent.futures\nwith concurrent.futures.ThreadPoolExecutor(4) as pool:\n"
        "    assert list(pool.map(add, range(20))) == [number + 2 for number in range(20)]"
    ),
    "async generators": "assert [value async for value in each(3)] == [0, 1, 2]",
    "factories": "one, two = make_counter(), make_counter()\nassert (one(), one(), two()) == (1, 2, 1)",
    "what is printed": (
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as told:\n    greet()\n"
        "assert told.getvalue() == 'Hello, Ada\\n'"
    ),
    "files in memory": (
        "import io\nfile = io.StringIO('one\\ntwo')\nassert first_line(file) == 'one\\n' and file.read() == 'two'"
    ),
    "types": "assert [kind(value) for value in (1, 1.0, True, (), b'')] == ['int', 'float', 'bool', 'tuple', 'bytes']",
    "exceptions as values": "assert kind(ValueError('x')) == 'ValueError'",
    "a name that is missing": "import pytest\nwith pytest.raises(NameError):\n    nowhere",
}


@pytest.fixture(scope="module")
def answered(warm: Warm) -> Iterator[Desk]:
    with warm.room({}) as room, warm.room({}) as own:
        desk = Desk(room, own)
        desk.answer(ANSWERS)
        yield desk
        desk.close()


@pytest.mark.parametrize("name", TESTS)
def test_a_function_works_as_if_it_were_here(answered: Desk, name: str) -> None:
    ran = answered.judge(TESTS[name], objects=False)
    assert ran.ok, "\n".join(ran.traceback)


def test_a_test_that_fails_shows_its_own_line_and_none_of_ours(desk: Desk) -> None:
    desk.answer("def add(a, b):\n    return a - b")
    ran = desk.judge("result = add(1, 2)\nassert result == 3, f'add(1, 2) gave {result}'")
    assert (ran.ended, ran.name, ran.value) == (Ended.ERROR, "AssertionError", "add(1, 2) gave -1")
    shown = "\n".join(ran.outputs[-1]["traceback"])
    assert "autograde" not in shown


def test_the_student_sees_the_line_that_raised(desk: Desk) -> None:
    desk.answer("def half(number):\n    return number / zero\nzero = 0")
    ran = desk.judge("half(1)")
    shown = "\n".join(ran.outputs[-1]["traceback"])
    assert ran.name == "ZeroDivisionError"
    assert "return number / zero" in shown
    assert "In[1], in half()" in shown
    assert "autograde" not in shown


def test_what_answers_print_is_shown_with_the_test(desk: Desk) -> None:
    desk.answer("def total(prices):\n    print('adding', prices)\n    return sum(prices)")
    ran = desk.judge("print('before')\ntotal([1])\nprint('after')")
    assert said(ran) == "before\nadding [1]\nafter\n"


def test_partial_credit_is_the_value_of_the_last_line(desk: Desk) -> None:
    desk.answer("def double(n):\n    return n * 2")
    ran = desk.judge("4 * sum(double(n) == n + 2 for n in (1, 2, 3, 4)) / 4")
    assert ran.outputs[-1]["data"]["text/plain"] == "1.0"


def test_a_test_has_the_number_that_it_would_have_in_one_notebook(desk: Desk) -> None:
    desk.answer("def one():\n    return 1")
    desk.examiner._examination = Examination(notebook="desk", outside=(Outside(cell="t", place=1, needs=("one",)),))
    ran = desk.examiner.judge("t", "one()", desk.student, seconds=20, count=2)
    assert ran.count == ran.outputs[-1]["execution_count"] == 2
    assert desk.student.run("1", seconds=20, count=3).outputs[-1]["execution_count"] == 3


def test_the_instructors_cells_are_there(warm: Warm) -> None:
    with warm.room({}) as room, warm.room({}) as own:
        desk = Desk(room, own, ["import math", "def close(a, b):\n    return math.isclose(a, b)", "nowhere"])
        desk.answer("def third():\n    return 1 / 3\n\ndef close(a, b):\n    return True")
        desk._needs.remove("close")
        assert desk.judge("assert close(third(), 0.3333333333333333)").ok
        assert not desk.judge("assert close(third(), 0.4)").ok
        desk.close()


@pytest.mark.parametrize(
    ("answer", "test", "message"),
    [
        (
            "class Money:\n    pass\n\ndef total():\n    return Money()",
            "total()",
            "`total` gave a value of type Money.",
        ),
        ("from unittest.mock import ANY\n\ndef total():\n    return ANY", "assert total() == 5", "of type _ANY."),
        ("class Money:\n    pass\n\ntotal = Money()", "assert total == 5", "`total` is a value of type Money."),
        ("import math as total", "assert total.pi", "`total` is a module."),
    ],
)
def test_what_is_no_plain_value_costs_the_cell_and_is_said(desk: Desk, answer: str, test: str, message: str) -> None:
    desk.answer(answer)
    desk._needs.append("total")
    ran = desk.judge(test, objects=False)
    assert ran.ended is Ended.ERROR
    assert message in ran.value
    assert message in desk.examiner.problems[0].what
    assert desk.examiner.problems[0].cell == "test-1"


def test_it_costs_the_cell_also_when_the_test_takes_no_notice(desk: Desk) -> None:
    desk.answer("class Money:\n    pass\n\ndef total():\n    return Money()")
    ran = desk.judge("try:\n    total()\nexcept Exception:\n    pass", objects=False)
    assert not ran.ok
    assert "Money" in ran.outputs[-1]["evalue"]


def test_a_class_that_equals_everything_equals_nothing_here(desk: Desk) -> None:
    desk.answer(
        "class Yes(str):\n    def __eq__(self, other):\n        return True\n"
        "    __hash__ = str.__hash__\n\nanswer = Yes('no')"
    )
    assert not desk.judge("assert answer == 'yes'").ok
    assert desk.judge("assert answer == 'no'").ok
