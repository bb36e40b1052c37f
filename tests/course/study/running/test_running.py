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

from course.study.running import LONGEST, Lines, run_tests

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
    time.sleep(0.2)  # In which the copy goes on as if it was the first.
"""


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mark = f"mark-{tmp_path.name}-{os.getpid()}"
    outcome = run_tests(f"MARK = {mark!r}\n{STAYS}\n{RIGHT}", TESTS)
    assert outcome.right
    assert marked(mark) == []
    assert list(tmp_path.iterdir()) == []


KILLS_ITS_WARDEN = """
import os, signal, subprocess, sys, time
sleeper = [sys.executable, "-c", "import time; time.sleep(600)", MARK]
subprocess.Popen(sleeper)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, sleeper)
    os._exit(0)
os.wait()
os.kill(os.getppid(), signal.SIGKILL)
time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_nothing_is_left_behind_by_code_that_kills_its_warden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mark = f"mark-{tmp_path.name}-{os.getpid()}"
    outcome = run_tests(f"MARK = {mark!r}\n{KILLS_ITS_WARDEN}", TESTS)
    assert (outcome.passed, outcome.all) == (0, 3)
    assert outcome.seconds < 10
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


@pytest.mark.skipif(sys.platform != "linux", reason="dying with the parent")
def test_the_code_dies_with_its_warden_at_once(tmp_path: Path) -> None:
    mark = f"mark-{tmp_path.name}-{os.getpid()}"
    code = f"import time\nopen({str(tmp_path / 'begun')!r}, 'w').close()\ntime.sleep(600)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    asker = subprocess.Popen([sys.executable, "-c", ASKER, code, mark], env=environment)
    try:
        wait_until((tmp_path / "begun").exists)
        [warden] = psutil.Process(asker.pid).children()
        [trial] = warden.children()
        asker.send_signal(signal.SIGSTOP)  # It cannot tidy up.
        warden.kill()
        wait_until(lambda: not trial.is_running() or trial.status() == psutil.STATUS_ZOMBIE)
    finally:
        asker.kill()
        asker.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="limits")
def test_the_code_gets_so_much_memory_and_no_more() -> None:
    code = "import resource\nlimits = resource.getrlimit(resource.RLIMIT_AS)"
    assert run_tests(code, f"assert limits == ({4 << 30}, {4 << 30}), limits").failures == []


FORGED = """
import hmac, json, os, sys
notes = [{"ready": True, "all": 3}, {"passed": 3, "done": True}]
lines = "".join(json.dumps(note) + "\\n" for note in notes)
for note in map(json.dumps, notes):
    lines += f"{hmac.digest(b'', note.encode(), 'sha256').hex()} {note}\\n"
for folder in (*sys.argv[1:], os.path.dirname(os.getcwd())):
    with open(os.path.join(folder, "results.jsonl"), "a") as file:
        file.write(lines)
for number in range(3, 20):
    try:
        os.write(number, lines.encode())
    except OSError:
        pass
os._exit(0)
"""


@pytest.mark.parametrize(
    "code",
    [
        FORGED,
        "import builtins\nbuiltins.eval = lambda *all: None",
        "import builtins\nbuiltins.compile = lambda *all, **more: None",
        "import json\njson.dumps = lambda what: '{\"passed\": 1}'",
    ],
)
def test_results_cannot_be_written_by_the_code_itself(code: str) -> None:
    outcome = run_tests(code, TESTS)
    assert (outcome.passed, outcome.all, outcome.right) == (0, 3, False)


def test_the_code_does_not_find_its_tests_in_a_file() -> None:
    code = "import os, sys\nfound = sys.argv[1:] + os.listdir('..')"
    assert run_tests(code, "assert found == ['work'] or os.name == 'nt', found").failures == []


@pytest.mark.parametrize("error", ["SystemExit(3)", "KeyboardInterrupt"])
def test_an_error_that_ends_the_process_when_it_is_shown_fails_its_check_alone(error: str) -> None:
    code = f"class Odd(Exception):\n    def __str__(self): raise {error}\ndef f(x):\n    if x: raise Odd"
    outcome = run_tests(code, "assert f(1) is None\nassert f(0) is None")
    assert (outcome.passed, outcome.all, len(outcome.failures)) == (1, 2, 1)
    assert outcome.failures[0].startswith("Odd: an error that cannot be shown, in line 4")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("def total(prices):\n    return prices[9]", "IndexError: list index out of range, in line 2 of your code"),
        ("def total(prices)", "SyntaxError: expected ':', in line 1 of your code: `def total(prices)`."),
        ("total = 3", "TypeError: 'int' object is not callable, in the code around yours: `return total([1])`."),
        ("def total(prices):\n    return odd(prices)", "ValueError, in line 2 of your code: `return odd(prices)`."),
    ],
)
def test_lines_are_counted_as_the_learner_sees_them(typed: str, message: str) -> None:
    above, below = "# A program\n\ndef odd(x):\n    raise ValueError\n", "\n\ndef ask():\n    return total([1])\n"
    count = typed.count("\n") + 1
    outcome = run_tests(above + typed + below, "assert ask()", lines=Lines(5, 4 + count, 4))
    assert outcome.failures[0].startswith(message)


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
