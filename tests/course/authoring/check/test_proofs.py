"""Proofs hold, exam tasks can be solved and are not solved already: each rule broken, each message read."""

from __future__ import annotations

import pytest

from course.authoring.build import build
from course.authoring.check import check, proofs
from course.house import House
from tests.breaks import BANK, EXERCISES, Ran, Said, expected, place, rules_of, told
from tests.disk import edit, line_of
from tests.small import make_house

CARD = """\
- id: {id}
  objectives: [greet]
  kind: concept
  front: What is it?
  back: It is so.
  proof: |
    {proof}
"""
TASK = """\
- id: {id}
  objectives: [greet]
  level: beginner
  ask: Write `f()`, which returns 1.
  starter: |
    {starter}
  reference: |
    {reference}
  tests: |
    assert f() == 1, f"f() gave {{f()}}."
"""
PROOFS = {
    "holds": "assert True",
    "holds-in-flask": "from course import client; from flask import Flask; assert client(Flask('x')).get('/').is_error",
    "holds-with-a-question": "from course import quiz; assert quiz('first-greeting')",
    "holds-for-this-topic": "from pathlib import Path; assert not list(Path.cwd().iterdir())",
    "prints-past-python": "import os; assert not os.system('echo hello')",
    "fails": "assert 1 + 1 == 3, 'one and one is two.'",
    "fails-silently": "assert 1 + 1 == 3",
    "breaks": "import nothing_of_that_name; assert True",
    "asserts-nothing": "print('so it is')",
    "is-no-python": "assert 1 +",
    "ends-the-process": "import os; os._exit(0); assert True",
    "leaves-a-thread": "from threading import Thread, Event; Thread(target=Event().wait).start(); assert True",
    "spoils-the-next": "import builtins; builtins.print = None; assert True",
    "is-not-spoiled": "assert print is not None",
}
TASKS = {
    "can-be-solved": ("def f(): ...", "f = lambda: 1"),
    "cannot-be-solved": ("def f(): ...", "f = lambda: 2"),
    "cannot-be-read": ("def f(): ...", "f = lambda: nothing +"),
    "is-solved-already": ("f = lambda: 1", "f = lambda: 1"),
}

AMEND = "Correct the claim or the proof."
ASSERT = "Assert the claim, or say `proof: judgement` where no program can settle it."
PROOF, STARTER, REFERENCE = 5, 4, 6
"""How far below its id the key of an entry stands."""

TOLD: dict[str, tuple[int, str]] = {
    "fails": (PROOF, f"the proof of `fails` fails: AssertionError: one and one is two. {AMEND}"),
    "fails-silently": (PROOF, f"the proof of `fails-silently` fails: AssertionError. {AMEND}"),
    "breaks": (
        PROOF,
        f"the proof of `breaks` fails: ModuleNotFoundError: No module named 'nothing_of_that_name'. {AMEND}",
    ),
    "asserts-nothing": (PROOF, f"the proof of `asserts-nothing` asserts nothing. {ASSERT}"),
    "is-no-python": (PROOF, f"the proof of `is-no-python` is not Python (invalid syntax, its line 1). {ASSERT}"),
    "ends-the-process": (
        PROOF,
        f"the proof of `ends-the-process` fails: ProcessDied: the code ended its process. {AMEND}",
    ),
    "cannot-be-solved": (
        REFERENCE,
        "the reference of `cannot-be-solved` does not pass: AssertionError: f() gave 2. "
        "Correct the reference or the tests.",
    ),
    "cannot-be-read": (
        REFERENCE,
        "the reference of `cannot-be-read` does not pass: SyntaxError: invalid syntax, in its line 1. "
        "Correct the reference or the tests.",
    ),
    "is-solved-already": (
        STARTER,
        "the starter of `is-solved-already` passes already. Make the tests ask for what is to be written.",
    ),
}
"""What is said of which entry, at which of its keys."""


def said_of(ran: Ran, id: str) -> Said:
    below, message = TOLD[id]
    return BANK, line_of(place(ran.house, BANK), f"- id: {id}\n") + below, message


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    house = make_house(tmp_path_factory.mktemp("proofs"), built=False)
    place(house, EXERCISES).unlink()
    cards = "".join(CARD.format(id=id, proof=proof) for id, proof in PROOFS.items())
    tasks = "".join(TASK.format(id=id, starter=starter, reference=code) for id, (starter, code) in TASKS.items())
    edit(
        place(house, BANK),
        ("status: complete", "status: draft"),
        ("cards:\n", f"cards:\n{cards}"),
        ("tasks:\n", f"tasks:\n{tasks}"),
    )
    build(house)
    return Ran(house, check(House(house.root)))


@pytest.mark.parametrize("id", TOLD)
def test_what_running_the_bank_shows_is_told(ran: Ran, id: str) -> None:
    assert ran.told(said_of(ran, id)), told(ran.house, ran.report)


def test_nothing_else_is_told(ran: Ran) -> None:
    assert told(ran.house, ran.report) == expected(ran.house, tuple(said_of(ran, id) for id in TOLD))


def test_claims_with_a_proof_are_counted_apart_from_judgements(ran: Ran) -> None:
    assert (ran.report.proofs, ran.report.judgements) == (len(PROOFS) + 1, 1)


def test_every_rule_is_broken() -> None:
    assert rules_of(proofs) == {"proofs", "tasks"}
