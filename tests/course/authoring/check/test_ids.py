"""Ids are unique, stay what they are, and belong to something: each rule broken, each message read."""

from __future__ import annotations

import pytest

from course.authoring.check import check, ids
from course.house import House
from tests.breaks import (
    BANK,
    DRAFT,
    EXERCISES,
    IDS,
    Break,
    bank,
    before,
    exercise,
    expected,
    lesson,
    named,
    rules_of,
    spoiled,
    told,
)

KEY_POINTS = "# %% [markdown]\n# ## Key points"
HINT = '# %% [markdown] tags=["hint:greeting"]\n# Names come'

BREAKS = [
    Break(
        ids.unique_bank_ids,
        "a bank id twice",
        bank(("id: greeting-body", "id: first-greeting")),
        (
            (
                BANK,
                "- id: first-greeting\n  objectives: [greet]\n  kind",
                "the id `first-greeting` is taken: 01_greeting/bank.yaml:3 has it. Give one of the two another id.",
            ),
            (
                IDS,
                "greeting-body",
                "lists the id `greeting-body`, which was published and is gone. "
                "Bring the entry back, or list the id under `retired:` in its topic's bank.yaml.",
            ),
        ),
    ),
    Break(
        ids.unique_bank_ids,
        "a retired id",
        bank(("retired: []", "retired: [greeting-body]")),
        (
            (
                BANK,
                "- id: greeting-body",
                "the id `greeting-body` is among the retired ones. Take a new id; answers to the old one exist.",
            ),
        ),
    ),
    Break(
        ids.stable_ids,
        "a published id that is gone",
        bank(("id: tell-greeting", "id: say-greeting")),
        (
            (
                IDS,
                "tell-greeting",
                "lists the id `tell-greeting`, which was published and is gone. "
                "Bring the entry back, or list the id under `retired:` in its topic's bank.yaml.",
            ),
        ),
    ),
    Break(
        ids.unique_grade_ids,
        "a grade id in two texts",
        lesson(before(KEY_POINTS, '# %% [markdown] tags=["readonly:greeting-ada"]\n# Mind.')),
        (
            (
                EXERCISES,
                "test:greeting:ada:1",
                "the grade id `greeting-ada` is taken: 01_greeting/1_first_greeting.py:33 has it. "
                "Give one of the two cells another id.",
            ),
        ),
    ),
    Break(
        ids.belonging,
        "an answer without a test",
        (
            *DRAFT,
            *exercise(before(HINT, '# %% tags=["answer:bye"]\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION')),
        ),
        ((EXERCISES, "answer:bye", "the answer `bye` has no test. Add a cell with `test:bye:NAME:POINTS`."),),
    ),
    Break(
        ids.belonging,
        "a test that the toolbar named",
        exercise(before(HINT, '# %% tags=["test:cell-12ab:1"] objectives=["greet"]\nx = 1')),
        (
            (
                EXERCISES,
                "test:cell-12ab:1",
                "the test `cell-12ab` belongs to no answer. Name it `test:ANSWER:NAME:POINTS`.",
            ),
        ),
    ),
    *(
        Break(
            ids.belonging,
            f"a {role} without an answer",
            exercise(before(HINT, f'# %% {kind}tags=["{tag}"] objectives=["greet"]\n{source}')),
            (
                (
                    EXERCISES,
                    tag,
                    f"`{tag}` belongs to an answer `bye`, which this text does not have. "
                    "Correct its id, or remove the cell.",
                ),
            ),
        )
        for role, kind, tag, source in (
            ("test", "", "test:bye:ada:1", "x = 1"),
            ("hint", "[markdown] ", "hint:bye", "# Think."),
            ("wrong answer", "", "wrong:bye:one", "# shows: x\nx = 1"),
        )
    ),
    Break(
        ids.belonging,
        "a wrong answer twice",
        exercise(('tags=["wrong:greeting:always-ada"]', 'tags=["wrong:greeting:spaces"] objectives=["greet"]')),
        (
            (
                EXERCISES,
                '"wrong:greeting:spaces"] objectives',
                "`wrong:greeting:spaces` stands twice. Give one of them another name.",
            ),
        ),
    ),
]


@pytest.mark.parametrize("broken", BREAKS, ids=named)
def test_a_broken_rule_is_named_with_file_line_and_remedy(house: House, broken: Break) -> None:
    report = check(spoiled(house, broken.edits), run=False)
    assert told(house, report) == expected(house, broken.said)


def test_every_rule_is_broken() -> None:
    assert {broken.rule.__name__ for broken in BREAKS} == rules_of(ids)
