"""Tests that run in the student's process: signs of tampering are found, and honest work is never accused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from autograde.examiner.evidence import Evidence, controls_of
from autograde.examiner.plan import Control, Examination
from autograde.examiner.qualify import qualify
from autograde.examiner.reference import credit, has_passed
from autograde.kernel.ran import Ran
from autograde.kernel.warm import Warm
from autograde.task import Weight
from tests.autograde.examiner.references import reference

TESTS = {
    "fine": "same(fine(3), 60)\nassert fine(0) == 0",
    "raises": "import pytest\nwith pytest.raises(ValueError):\n    fine(-1)",
    "case": "import unittest\nunittest.TestCase().assertEqual(slug('Dune'), 'dune')",
    "share": (
        "titles = {'Dune': 'dune', 'The Trial': 'the-trial'}\n2 * sum(slug(t) == s for t, s in titles.items()) / 2"
    ),
    "awaits": "assert await later(2) == 4",
    "magic": "%%time\nassert fine(1) == 20",
}
ANSWERS = """
def fine(days):
    if days < 0:
        raise ValueError("a day is no debt")
    return min(20 * days, 500)

def slug(title):
    return "-".join(title.lower().split())

async def later(n):
    return 2 * n
"""
HELPER = "def same(got, expected):\n    assert got == expected"
NOTEBOOK = f"# %% other\n{HELPER}\n# %% answer fine\n" + ANSWERS
NOTEBOOK += "".join(f"# %% test {name}\n{source}\n" for name, source in TESTS.items())


@pytest.fixture(scope="module")
def desk(warm: Warm) -> Examination:
    return qualify(reference(NOTEBOOK), warm, outside=False)


def judge(warm: Warm, desk: Examination, *answers: str) -> tuple[dict[str, Ran], Evidence]:
    """What becomes of all tests after these cells of a student's."""

    def first(cells: Sequence[str]) -> str:
        return cells[0]

    with warm.room({}) as room:
        session = room.session()
        evidence = Evidence(session, desk, student="ada", answers=answers, choose=first)
        session.run("def same(got, expected):\n    assert got == expected", seconds=20)
        for answer in answers:
            session.run(answer, seconds=20)
        ran = {name: evidence.judge(name, source, seconds=20) for name, source in TESTS.items()}
        session.stop()
        return ran, evidence


def test_the_reference_fails_in_controls(desk: Examination) -> None:
    ways = {each.cell: {control.way.value for control in each.controls} for each in desk.inside}
    assert ways["fine"] == ways["share"] == {"garbage", "literals", "comparisons"}
    assert "garbage" in ways["raises"]


HONEST = {
    "as it should be": "",
    "print redefined": "def print(*words):\n    pass\nmax = 0",
    "a builtin replaced": "import builtins\nbuiltins.print = lambda *words: None",
    "a class that compares": "class Any:\n    def __eq__(self, other):\n        return True\n\nassert Any() == 5",
    "mocks": (
        "from unittest import mock\nwith mock.patch('builtins.len', return_value=3):\n"
        "    assert len('') == 3\nmock.ANY == 4"
    ),
    "traces": "import sys\nsys.settrace(lambda *details: None)",
    "frames": (
        "import inspect\ndef whoami():\n    return inspect.currentframe().f_code.co_name\nassert whoami() == 'whoami'"
    ),
    "exits": "import sys\nsys.exit()",
    "threads": "import threading, time\nthreading.Thread(target=time.sleep, args=[3], daemon=True).start()",
    "a hook": "get_ipython().events.register('post_run_cell', lambda result: None)",
    "a formatter": (
        "get_ipython().display_formatter.formatters['text/plain'].for_type(set, lambda v, p, c: p.text('set'))"
    ),
    "warnings": "import warnings\nwarnings.simplefilter('always')\nwarnings.warn('careful')",
    "a magic": (
        "from IPython.core.magic import register_line_magic\n@register_line_magic\ndef hello(line):\n    return 1"
    ),
    "history": "len(In), _i, Out",
    "an exception of one's own": "class Mine(Exception):\n    pass\ntry:\n    raise Mine\nexcept Mine:\n    pass",
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_work_is_not_accused(warm: Warm, desk: Examination, name: str) -> None:
    ran, evidence = judge(warm, desk, ANSWERS, *filter(None, [HONEST[name]]))
    assert evidence.doubts == {}
    assert {cell for cell, each in ran.items() if not has_passed(each)} == set()
    assert credit(ran["share"]) == "2.0"


def test_wrong_work_is_wrong_and_not_accused(warm: Warm, desk: Examination) -> None:
    ran, evidence = judge(
        warm, desk, "def fine(days):\n    return 20 * days\n\ndef slug(title):\n    return title.lower()"
    )
    assert evidence.doubts == {}
    assert [cell for cell, each in ran.items() if has_passed(each)] == ["fine", "case", "share", "magic"]
    assert credit(ran["share"]) == "1.0"


FORGED = {
    "equal to everything": (
        "class Yes:\n    def __eq__(self, other):\n        return True\n\ndef fine(days):\n"
        "    return Yes()\nslug = fine"
    ),
    "a helper replaced": "def same(*given):\n    pass\n\ndef fine(days):\n    return 0",
    "assertEqual replaced": (
        "import unittest\nunittest.TestCase.assertEqual = lambda *given: None\n\ndef slug(title):\n    return ''"
    ),
    "raises replaced": (
        "import contextlib, pytest\npytest.raises = lambda kind: contextlib.suppress(Exception)\n\n"
        "def fine(days):\n    return 0"
    ),
    "a module replaced": (
        "import contextlib, sys, types\nsys.modules['pytest'] = types.ModuleType('pytest')\n"
        "sys.modules['pytest'].raises = lambda kind: contextlib.suppress(Exception)\n\ndef fine(days):\n    return 0"
    ),
    "assertions taken out": (
        "import ast\nclass Out(ast.NodeTransformer):\n    def visit_Assert(self, node):\n"
        "        return ast.Pass(lineno=1, col_offset=0)\n"
        "get_ipython().ast_transformers.append(Out())"
    ),
    "cells emptied": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    "run_cell replaced": (
        "shell = get_ipython()\nasync def run(code, result=None, *, async_=False):\n    return False\n"
        "shell.run_code = run"
    ),
    "errors hidden": "get_ipython().showtraceback = lambda *given, **named: None",
    "errors handled": "get_ipython().set_custom_exc((Exception,), lambda *given, **named: None)",
    "read from the frame": (
        "import sys\ndef fine(days):\n"
        "    numbers = [n for n in sys._getframe(1).f_code.co_consts if isinstance(n, int)]\n"
        "    return {3: 60, 1: 20}.get(days) if numbers == [3] else numbers[1] if len(numbers) > 1 else 0"
    ),
    "read from variables": "def slug(title):\n    return globals().get('titles', {}).get(title)",
    "a result shown": (
        "def slug(title):\n    kernel = get_ipython().kernel\n"
        "    content = {'execution_count': 1, 'data': {'text/plain': '2.0'}, 'metadata': {}}\n"
        "    kernel.session.send(kernel.iopub_socket, 'execute_result', content, parent=kernel.get_parent())\n"
        "    return ''"
    ),
    "how numbers are shown": (
        "get_ipython().display_formatter.formatters['text/plain'].for_type(float, lambda v, p, c: p.text('2.0'))\n"
        "def slug(title):\n    return ''"
    ),
    "sum replaced": "import builtins\nbuiltins.sum = lambda *given: 2\n\ndef slug(title):\n    return ''",
    "watching silenced": (
        "import sys\nfor name, module in list(sys.modules.items()):\n    if 'watching' in name or 'controls' in name:\n"
        "        module.after = module.before = module.run = lambda *given, **named: None\n"
        "def same(*given):\n    pass\n\ndef fine(days):\n    return 0"
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_points_that_were_not_earned_are_not_given(warm: Warm, desk: Examination, name: str) -> None:
    ran, evidence = judge(warm, desk, FORGED[name])
    passed = [cell for cell, each in ran.items() if has_passed(each) and cell not in evidence.doubts]
    if "share" in passed and credit(ran["share"]) == "0.0":
        passed.remove("share")
    assert passed == []
    for problem in evidence.problems:
        assert (problem.kind, problem.weight, problem.student) == ("tampering suspected", Weight.LOOK, "ada")
        assert problem.cell in TESTS
        assert problem.what.endswith(".")


def test_a_process_that_was_ended_on_purpose_is_watched_again(warm: Warm, desk: Examination) -> None:
    ran, evidence = judge(
        warm, desk, "def same(*given):\n    pass\n\ndef fine(days):\n    return 0", "import os\nos._exit(0)"
    )
    assert not ran["fine"].ok or "fine" in evidence.doubts


def test_one_test_is_controlled_without_a_reason(warm: Warm, desk: Examination) -> None:
    """Words that make suspicious are not needed to be found out."""
    sly = "def fine(days):\n    return 0\n\n" + "same, fine2 = lambda *given: None, 1"
    _, evidence = judge(warm, desk, sly)
    assert "fine" in evidence.doubts


@pytest.mark.parametrize(("helper", "controlled"), [(HELPER, 1), (f"{HELPER}  # mine", len(TESTS))])
def test_a_cell_as_the_instructor_gave_it_makes_nobody_suspicious(
    warm: Warm, desk: Examination, monkeypatch: pytest.MonkeyPatch, helper: str, controlled: int
) -> None:
    asked: list[int] = []

    def note(source: str, kinds: dict[str, str], controls: Sequence[Control]) -> list[dict[str, Any]]:
        asked.append(len(controls))
        return controls_of(source, kinds, controls)

    monkeypatch.setattr("autograde.examiner.evidence.controls_of", note)
    judge(warm, desk, helper, ANSWERS)
    assert sum(map(bool, asked)) == controlled


def test_answers_cannot_read_the_test_from_the_history(warm: Warm, desk: Examination) -> None:
    answer = "def fine(days):\n    return 60 if 'same(fine(3)' in ''.join([*In, _i]) else 1"
    ran, evidence = judge(warm, desk, answer)
    assert not ran["fine"].ok
    assert evidence.doubts == {}
