"""Each piece of code runs alone, and nothing that it does reaches another or the course."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course.authoring.execute import Job, Outcome, run_jobs
from tests.small import BANK

JOBS = {
    "order": ("x = 1", "1 / 0", "assert x == 1"),
    "words": ("assert False, 'a book is missing'",),
    "stderr": ("import sys; print('careful', file=sys.stderr)", "print('not this')"),
    "warning": ("import warnings; warnings.warn('old')",),
    "ipython": ("%pwd", "import asyncio\nawait asyncio.sleep(0)", "!true"),
    "main": ("class Book: ...", "import pickle; pickle.loads(pickle.dumps(Book()))"),
    "syntax": ("x = 1\nx x",),
    "leaves a name": ("shared = 1; import builtins; builtins.shared = 1",),
    "finds no name": ("shared",),
    "folder": ("import os; assert not os.listdir()", "open('here.txt', 'w').close(); assert os.listdir()"),
    "folder again": ("import os; assert not os.listdir()",),
    "home": ("import os; assert os.environ['HOME'] != {home!r}",),
    "told": ("import os; assert os.environ['COURSE_EXECUTION'] == 'check'",),
    "prints": ("import os; os.system('echo out; echo error >&2'); os.write(1, b'[0, []]')",),
    "dies": ("x = 1", "import os; os._exit(0)"),
    "exits": ("import sys; sys.exit(3)", "x = 1"),
    "leaves a thread": ("from threading import Event, Thread; Thread(target=Event().wait).start()",),
    "reads": ("input()",),
    "library": ("from course import quiz; quiz('first-greeting')",),
}


@pytest.fixture(scope="module")
def heard() -> list[str]:
    return []


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, heard: list[str]) -> dict[str, list[Outcome]]:
    """How all jobs ended, in one run."""
    library = tmp_path_factory.mktemp("library")
    (library / "01_greeting").mkdir()
    (library / "01_greeting/bank.yaml").write_text(BANK, encoding="utf-8")
    jobs = [
        Job(name, tuple(cell.replace("{home!r}", repr(os.environ["HOME"])) for cell in JOBS[name])) for name in JOBS
    ]
    return dict(zip(JOBS, run_jobs(jobs, heard.append, library=library), strict=True))


FINE = Outcome()


def test_a_failing_cell_does_not_stop_the_later_ones(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["order"] == [FINE, Outcome("ZeroDivisionError", "division by zero"), FINE]


def test_what_an_assertion_says_is_kept(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["words"] == [Outcome("AssertionError", "a book is missing")]


def test_what_a_cell_writes_to_stderr_is_kept(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["stderr"] == [Outcome(stderr="careful\n"), FINE]
    assert "UserWarning: old" in outcomes["warning"][0].stderr


def test_an_error_in_the_syntax_names_its_line(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["syntax"] == [Outcome("SyntaxError", "invalid syntax, in its line 2")]


def test_an_exit_is_an_error_that_ends_nothing(outcomes: dict[str, list[Outcome]]) -> None:
    assert [outcome.says for outcome in outcomes["exits"]] == ["SystemExit: 3", "None"]


def test_code_that_ends_its_process_is_found_out(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["dies"] == [Outcome("ProcessDied", "the code ended its process")] * 2


def test_nobody_is_there_to_answer(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["reads"][0].error


@pytest.mark.parametrize(
    "name",
    [
        "ipython",
        "main",
        "folder",
        "folder again",
        "home",
        "told",
        "prints",
        "leaves a name",
        "leaves a thread",
        "library",
    ],
)
def test_cells_run_as_in_a_notebook_and_in_a_place_of_their_own(outcomes: dict[str, list[Outcome]], name: str) -> None:
    assert outcomes[name] == [FINE] * len(JOBS[name])


def test_a_job_knows_nothing_of_the_others(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["finds no name"] == [Outcome("NameError", "name 'shared' is not defined")]


def test_each_finished_job_is_heard_of(outcomes: dict[str, list[Outcome]], heard: list[str]) -> None:
    assert sorted(heard) == sorted(JOBS)


def test_code_that_does_not_end_is_stopped() -> None:
    [sleeping] = run_jobs([Job("sleeping", ("import time; time.sleep(60)",))], timeout=1)
    assert sleeping == [Outcome("TimeoutError", "the code ran for over 1 s")]


def test_without_jobs_nothing_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    assert run_jobs([]) == []


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome("AssertionError", "A book\n  is missing."), "AssertionError: A book is missing"),
        (Outcome("AssertionError"), "AssertionError"),
    ],
)
def test_an_outcome_is_a_part_of_a_sentence(outcome: Outcome, words: str) -> None:
    assert outcome.says == words


def test_nothing_of_a_job_is_left_in_the_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    leave = "from course.frameworks.kernel import temp_folder; (temp_folder() / 'left').touch()"
    assert run_jobs([Job("leaves a file", (leave,))]) == [[FINE]]
    assert list(tmp_path.iterdir()) == []
