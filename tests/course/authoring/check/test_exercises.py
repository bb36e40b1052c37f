"""Hints help, references pass, wrong answers fail in their own way: each rule broken, each message read."""

from __future__ import annotations

import pytest

from course.authoring.build import build
from course.authoring.check import check, exercises
from course.house import House
from tests.breaks import (
    BANK,
    EXERCISES,
    Break,
    Ran,
    Said,
    exercise,
    expected,
    named,
    place,
    rules_of,
    spoiled,
    told,
)
from tests.disk import edit
from tests.small import make_house

WRONG = '# %% tags=["wrong:greeting:spaces"]\n'

BREAKS = [
    Break(
        exercises.ladders,
        "an empty hint",
        exercise(("# It is called `strip`.", "")),
        ((EXERCISES, 34, "a hint of `greeting` is empty. Write the hint or remove the cell."),),
    ),
    Break(
        exercises.ladders,
        "too few hints",
        exercise(('# %% [markdown] tags=["hint:greeting"]\n# It is called `strip`.\n\n', "")),
        (
            (
                EXERCISES,
                "answer:greeting",
                "the answer `greeting` has 2 hints; 3 are owed. Add cells with `hint:ID` behind its tests.",
            ),
        ),
    ),
    Break(
        exercises.ladders,
        "too few wrong answers",
        exercise(
            (
                WRONG + '# shows: kept the spaces\ndef greeting(name):\n    return f"Welcome, {name}"\n\n',
                "",
            )
        ),
        (
            (
                EXERCISES,
                "answer:greeting",
                "the answer `greeting` has 1 known wrong answers; 2 are owed. "
                "Add cells with `wrong:ID:NAME` behind its tests.",
            ),
        ),
    ),
    Break(
        exercises.ladders,
        "a wrong answer that shows nothing",
        exercise(("# shows: kept the spaces\n", "")),
        (
            (
                EXERCISES,
                "wrong:greeting:spaces",
                "`wrong:greeting:spaces` does not say what its learner must see. "
                "Begin the cell with `# shows: ` and a part of the message that the learner must see.",
            ),
        ),
    ),
    Break(
        exercises.ladders,
        "an answer without a solution region",
        exercise(("    ### BEGIN SOLUTION\n", ""), ("    ### END SOLUTION\n", "")),
        (
            (
                EXERCISES,
                "answer:greeting",
                "the answer `greeting` has no solution region. "
                "Put the solution between `### BEGIN SOLUTION` and `### END SOLUTION`.",
            ),
        ),
    ),
]


@pytest.mark.parametrize("broken", BREAKS, ids=named)
def test_a_broken_rule_is_named_with_file_line_and_remedy(house: House, broken: Break) -> None:
    report = check(spoiled(house, broken.edits), run=False)
    assert told(house, report) == expected(house, broken.said)


TEXT = """\
# ---
# title: Exercises that are broken
# minutes: 10
# ---

# %% [markdown]
# # Exercises that are broken

# %%
print(undefined)

# %% tags=["raises-exception"]
print(undefined_too)

# %% tags=["answer:greeting"]
def greeting(name):
    ### BEGIN SOLUTION
    return f"Welcome, {name.strip()}"
    ### END SOLUTION


# %% tags=["test:greeting:bo:1"]
assert greeting("Bo") == "Welcome, Bo", f"greeting('Bo') gave {greeting('Bo')!r}; expected 'Welcome, Bo'."
### BEGIN HIDDEN TESTS
assert greeting(" Bo ") == "Welcome, Bo", "greeting(' Bo ') kept the spaces."
### END HIDDEN TESTS

# %% tags=["wrong:greeting:spaces"]
# shows: kept the spaces
def greeting(name):
    return f"Welcome, {name}"

# %% tags=["wrong:greeting:right"]
# shows: expected 'Welcome, Bo'
def greeting(name):
    return "Welcome, " + name.strip()

# %% tags=["wrong:greeting:other"]
# shows: expected 'Welcome, Ada'
def greeting(name):
    return "Hello"

# %% tags=["wrong:greeting:crash"]
# shows: expected 'Welcome, Bo'
greeting = welcome

# %% tags=["wrong:greeting:unfinished"]
# shows: expected 'Welcome, Bo'
def greeting(name):
    return Welcome, name!

# %% tags=["answer:double"]
def double(number):
    ### BEGIN SOLUTION
    return number + number + 1
    ### END SOLUTION


# %% tags=["test:double:two:1"]
assert double(2) == 4, f"double(2) gave {double(2)}; expected 4."

# %% tags=["answer:open"]
opening = "nine"
### BEGIN SOLUTION
opening = "ten"
### END SOLUTION

# %% tags=["test:open:known:1"]
assert opening

# %% tags=["test:open:ten:1"]
import sys

print("careful", file=sys.stderr)
assert opening == "ten", "The library opens at ten."
"""

TOLD: dict[str, Said] = {
    "a cell that fails": (
        EXERCISES,
        "# %%\nprint(undefined)",
        "with the reference answers, a cell fails: NameError: name 'undefined' is not defined. "
        "Correct the solution or the test.",
    ),
    "a reference that fails": (
        EXERCISES,
        '# %% tags=["test:double:two:1"]',
        "with the reference answers, `double-two` fails: AssertionError: double(2) gave 5; expected 4. "
        "Correct the solution or the test.",
    ),
    "a test that passes untouched": (
        EXERCISES,
        '# %% tags=["test:open:known:1"]',
        "the test `open-known` passes although nothing was written. Make it ask for what the learner has to write.",
    ),
    "a test that writes to stderr": (
        EXERCISES,
        '# %% tags=["test:open:ten:1"]',
        "the test `open-ten` writes to stderr, which costs its points in nbgrader: careful. "
        "Silence the warning where it comes from.",
    ),
    "a wrong answer that passes": (
        EXERCISES,
        '# %% tags=["wrong:greeting:right"]',
        "the wrong answer `wrong:greeting:right` passes every test. Add the test that it needs.",
    ),
    "a wrong answer with another message": (
        EXERCISES,
        '# %% tags=["wrong:greeting:other"]',
        "the wrong answer `wrong:greeting:other` fails with another message: "
        "AssertionError: greeting('Bo') gave 'Hello'; expected 'Welcome, Bo'. "
        "Correct `# shows:`, or the assertion's message.",
    ),
    "a wrong answer that does not run": (
        EXERCISES,
        '# %% tags=["wrong:greeting:crash"]',
        "the wrong answer `wrong:greeting:crash` does not run: NameError: name 'welcome' is not defined. "
        "Write it as a learner would: code that runs and is wrong.",
    ),
    "a wrong answer that is not Python": (
        EXERCISES,
        '# %% tags=["wrong:greeting:unfinished"]',
        "the wrong answer `wrong:greeting:unfinished` does not run: SyntaxError: invalid syntax, in its line 3. "
        "Write it as a learner would: code that runs and is wrong.",
    ),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    house = make_house(tmp_path_factory.mktemp("exercises"), built=False)
    edit(place(house, BANK), ("status: complete", "status: draft"))
    place(house, EXERCISES).write_text(TEXT, encoding="utf-8")
    build(house)
    return Ran(house, check(House(house.root)))


@pytest.mark.parametrize("name", TOLD)
def test_what_running_the_exercises_shows_is_told(ran: Ran, name: str) -> None:
    assert ran.told(TOLD[name]), told(ran.house, ran.report)


def test_nothing_else_is_told(ran: Ran) -> None:
    assert told(ran.house, ran.report) == expected(ran.house, tuple(TOLD.values()))


def test_every_rule_is_broken() -> None:
    assert {"graded", *(broken.rule.__name__ for broken in BREAKS)} == rules_of(exercises)
