"""Code runs against its tests in a process of its own: whatever it does, one message comes back and nothing stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from course.study.running import LONGEST, run_tests

TESTS = """\
from math import isclose

assert total([1, 2]) == 3, f"total([1, 2]) should be 3, but is {total([1, 2])}."
for prices in ([], [5]):
    assert total(prices) == sum(prices), f"total({prices}) should be {sum(prices)}."

def test_fractions():
    assert isclose(total([0.1, 0.2]), 0.3)
"""
RIGHT = "def total(prices):\n    return sum(prices)\n"


def test_code_that_is_right_passes_every_check() -> None:
    outcome = run_tests(RIGHT + "print('added up')", TESTS)
    assert (outcome.passed, outcome.all, outcome.failures, outcome.output) == (3, 3, [], "added up\n")
    assert outcome.right


def test_a_check_that_fails_says_why_and_stops_no_other() -> None:
    outcome = run_tests("def total(prices):\n    return sum(prices) if prices else None\n", TESTS)
    assert (outcome.passed, outcome.all) == (2, 3)
    assert outcome.failures == ["total([]) should be 0."]
    assert not outcome.right


def test_an_assertion_without_words_is_shown_itself() -> None:
    outcome = run_tests("def total(prices):\n    return 3\n", TESTS)
    assert outcome.failures == [
        "total([]) should be 0.",
        "This does not hold: `assert isclose(total([0.1, 0.2]), 0.3)`.",
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def total(prices)\n    return 0", "SyntaxError: expected ':', in line 1 of your code: `def total(prices)`."),
        ("x = 1\n\ny = x / 0", "ZeroDivisionError: division by zero, in line 3 of your code: `y = x / 0`."),
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named 'nothing_of_that_name', in line 1"),
        (
            "name = input('Who?')",
            "EOFError: nobody is there to answer input(); write the value into the code, in line 1",
        ),
        (
            "import sys\nsys.exit(0)",
            "Your code ended itself, in line 2 of your code: `sys.exit(0)`. Leave out what exits.",
        ),
        ("import os\nos._exit(0)", "Your code ended its own process, so nothing more could be checked."),
        ("import os\nos.kill(os.getpid(), 9)", "Your code was ended from outside (SIGKILL). Perhaps it took too much"),
        ("import ctypes\nctypes.string_at(0)", "Your code crashed Python itself (SIGSEGV)."),
        ("def again():\n    again()\nagain()", "RecursionError: maximum recursion depth exceeded, in line 2"),
        ("raise BaseException", "BaseException, in line 1 of your code"),
        ("class Odd(Exception):\n    def __str__(self): return self\nraise Odd", "Odd: an error that cannot be shown"),
        ("room = bytearray(1 << 40)", "MemoryError, in line 1 of your code"),
        ("prices = '\0'", "SyntaxError: source code string cannot contain null bytes"),
    ],
)
def test_code_that_does_not_run_passes_nothing_and_says_why_once(code: str, message: str) -> None:
    outcome = run_tests(code, TESTS)
    assert (outcome.passed, outcome.all, len(outcome.failures)) == (0, 3, 1)
    assert outcome.failures[0].startswith(message)


def test_what_the_code_does_not_define_is_named() -> None:
    outcome = run_tests("def sum_of(prices): return 0", TESTS)
    assert outcome.failures == ["Your code defines no `total`."] * 3


def test_an_error_in_the_code_that_a_check_calls_names_its_line() -> None:
    outcome = run_tests("def total(prices):\n    return prices[0] + total(prices[1:])\n", TESTS)
    assert outcome.failures[0] == (
        "IndexError: list index out of range, in line 2 of your code: `return prices[0] + total(prices[1:])`."
    )


def test_an_endless_loop_ends_with_what_was_passed_before_it() -> None:
    loop = "def total(prices):\n    while not prices:\n        print('adding')\n    return sum(prices)\n"
    outcome = run_tests(loop, TESTS, timeout=1)
    assert (outcome.passed, outcome.all) == (1, 3)
    assert outcome.failures == [
        "A check of your code did not come to an end within 1 seconds. Look for a loop that never ends."
    ]
    assert outcome.seconds < 10
    assert outcome.output.startswith("adding\n")
    assert len(outcome.output) < LONGEST + 100


def test_what_a_statement_could_not_prepare_fails_its_checks_with_one_message() -> None:
    tests = (
        "answer = ask('first')\nassert answer == 'FIRST'\nanswer = ask('')\nassert answer == 'FIRST'\n"
        "assert ask('last') == 'LAST'\n"
    )
    outcome = run_tests("def ask(word):\n    return (word or None).upper()", tests)
    assert (outcome.passed, outcome.all, len(outcome.failures)) == (2, 3, 1)
    assert outcome.failures[0].startswith("AttributeError: 'NoneType' object has no attribute 'upper', in line 2")


@pytest.mark.parametrize(
    ("tests", "count"),
    [
        ("assert f() == 1\nassert f() == 1", 2),
        ("def same(x):\n    assert f() == x\nsame(1)\nsame(1)\nassert f()", 3),
        ("try:\n    f(1)\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError('took one')", 1),
        ("async def test_a():\n    assert f()\ndef test_b():\n    assert f()\ndef help_me():\n    assert False", 2),
        ("f()\nf()", 1),
        ("from asyncio import sleep\nawait sleep(0)\nassert f()", 1),
    ],
)
def test_checks_are_counted_as_a_reader_would(tests: str, count: int) -> None:
    outcome = run_tests("def f():\n    return 1", tests)
    assert (outcome.passed, outcome.all, outcome.failures) == (count, count, [])


def test_tests_without_an_assertion_are_one_check_that_can_fail() -> None:
    outcome = run_tests("def f():\n    return 1", "f(2)")
    assert (outcome.passed, outcome.all, len(outcome.failures)) == (0, 1, 1)


def test_tests_that_are_no_python_are_not_the_learners_fault() -> None:
    assert run_tests("x = 1", "assert x ==").failures[0].startswith("The checks themselves are not Python: ")


def test_the_code_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    code = "import os\nfrom course import client\nfound = (__name__, os.listdir(), os.environ.get('COURSE_JOURNAL'))\n"
    os.environ["COURSE_JOURNAL"] = str(tmp_path)
    try:
        assert run_tests(code, "assert found == ('__main__', [], None), found").failures == []
    finally:
        del os.environ["COURSE_JOURNAL"]


def test_type_hints_are_what_the_code_says() -> None:
    code = "def f(x: int): return x"
    assert run_tests(code, "assert f.__annotations__ == {'x': int}, f.__annotations__").right


STAYS = """
import os, subprocess, sys, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
sleeper = [sys.executable, "-c", "import time; time.sleep(600)", MARK]
subprocess.Popen(sleeper)
subprocess.Popen(sleeper, start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, sleeper)
    os._exit(0)
if os.fork():
    time.sleep(0.3)  # In which the copy goes on as if it was the first.
"""


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mark = f"mark-{tmp_path.name}-{os.getpid()}"
    outcome = run_tests(f"MARK = {mark!r}\n{STAYS}\n{RIGHT}", TESTS)
    assert outcome.right
    assert marked(mark) == []
    assert list(tmp_path.iterdir()) == []


ASKER = """
import sys
from course.study.running import run_tests
run_tests(sys.argv[1], "assert True")
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_nothing_is_left_behind_by_an_asker_that_was_killed(tmp_path: Path) -> None:
    mark = f"mark-{tmp_path.name}-{os.getpid()}"
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', {mark!r}])"
    asker = subprocess.Popen([sys.executable, "-c", ASKER, code], env={**os.environ, "TMPDIR": str(tmp_path)})
    wait_until(lambda: any("time.sleep" in word for line in marked(mark) for word in line[2:3]))
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    wait_until(lambda: not marked(mark) and not list(tmp_path.iterdir()))


def marked(mark: str) -> list[list[str]]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if mark in words[3:] and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(words)
    return found


def wait_until(holds: object, patience: float = 20) -> None:
    end = time.monotonic() + patience
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, "it does not become true"
        time.sleep(0.05)
