"""Cards that are judged can be judged: each rule broken, each message read."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.authoring.build import build
from course.authoring.check import cards, check
from course.authoring.check.subject import Subject
from course.house import House
from tests.breaks import BANK, Ran, Said, expected, place, rules_of, told
from tests.disk import edit, line_of
from tests.small import make_house

SYNTAX = """\
- id: {id}
  objectives: [greet]
  kind: syntax
  front: Write `f()`, which returns 1.
  back: |
    {back}
  starter: |
    {starter}
  tests: |
    assert f() == 1, f"f() gave {{f()}}."
  proof: judgement
"""
CODE = "```python\n    def f():\n        return {}\n    ```"
CARDS = {
    "can-be-typed": (CODE.format(1), "# Below"),
    "has-a-place": (CODE.format(1), "if True:\n        ____"),
    "cannot-be-typed": (CODE.format(2), "# Below"),
    "is-no-code": ("Write a function.", "# Below"),
    "is-typed-already": (CODE.format(1), "def f(): return 1"),
}
BARE = """\
- {id: cannot-be-chosen, objectives: [greet], kind: choice, front: Which one?, back: This., proof: judgement}
- {id: cannot-be-run, objectives: [greet], kind: syntax, front: Write it., back: So., proof: judgement}
"""
FRONT, BACK = 3, 4
"""How far below its id the key of a card stands."""
TESTS = 11

TOLD: dict[str, tuple[int, str]] = {
    "cannot-be-typed": (
        BACK,
        "the code on the back of `cannot-be-typed` does not pass: AssertionError: f() gave 2. "
        "Correct the back, the starter or the tests.",
    ),
    "is-no-code": (
        BACK,
        "the back of `is-no-code` shows no Python code. "
        "Begin a line with ```python, write the code below it, and end it with ```.",
    ),
    "is-typed-already": (
        TESTS,
        "the starter of `is-typed-already` passes although nothing was typed. "
        "Make the tests ask for what is to be typed.",
    ),
    "cannot-be-chosen": (
        0,
        "the choice card `cannot-be-chosen` has no `options`. "
        "Add three or more, as in a question: text, correct, why, misconception.",
    ),
    "cannot-be-run": (
        0,
        "the syntax card `cannot-be-run` has no `tests`. "
        "Add assertions that run after the `starter` with the learner's code in it.",
    ),
}


def said_of(ran: Ran, id: str) -> Said:
    below, message = TOLD[id]
    start = f"- {{id: {id}," if id in BARE else f"- id: {id}\n"
    return BANK, line_of(place(ran.house, BANK), start) + below, message


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    house = make_house(tmp_path_factory.mktemp("cards"), built=False)
    written = "".join(SYNTAX.format(id=id, back=back, starter=starter) for id, (back, starter) in CARDS.items())
    edit(place(house, BANK), ("cards:\n", f"cards:\n{written}{BARE}"))
    build(house)
    return Ran(house, check(House(house.root)))


@pytest.mark.parametrize("id", TOLD)
def test_what_is_wrong_with_a_card_is_told(ran: Ran, id: str) -> None:
    assert ran.told(said_of(ran, id)), told(ran.house, ran.report)


def test_nothing_else_is_told(ran: Ran) -> None:
    assert told(ran.house, ran.report) == expected(ran.house, tuple(said_of(ran, id) for id in TOLD))


def test_a_draft_may_still_lack_them(tmp_path: Path) -> None:
    house = make_house(tmp_path / "house", built=False)
    edit(place(house, BANK), ("status: complete", "status: draft"), ("cards:\n", f"cards:\n{BARE}"))
    [folder] = House(house.root).select(["greeting"])
    assert list(cards.judged(Subject(house, folder, (), folder.bank))) == []


def test_every_rule_is_broken() -> None:
    assert rules_of(cards) == {"judged", "typed"}
