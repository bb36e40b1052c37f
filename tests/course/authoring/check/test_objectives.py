"""Objectives exist and are covered, the map of topics makes sense: each rule broken, each message read."""

from __future__ import annotations

import pytest

from course.authoring.check import check, objectives
from course.house import House
from tests.breaks import (
    BANK,
    LESSON,
    SYLLABUS,
    Break,
    bank,
    exercise,
    expected,
    lesson,
    named,
    rules_of,
    spoiled,
    syllabus,
    told,
)

RUN = '# %% objectives=["greet"]\napp = Flask("library")'
CARD = "- id: greeting-body\n  objectives: [greet]"
QUESTION = "- id: first-greeting\n  objectives: [greet]"
CORE = "the core objective `greet` has no"
GREET = "- id: greet\n"

BREAKS = [
    Break(
        objectives.real,
        "an unknown objective in a text",
        lesson(('# %% [markdown] objectives=["greet"]', '# %% [markdown] objectives=["greet", "great"]')),
        (
            (
                LESSON,
                '"great"',
                "names the objective `great`, which does not exist. Correct it; the ids are in course/syllabus.yaml.",
            ),
        ),
    ),
    Break(
        objectives.real,
        "an unknown objective in the bank",
        bank((CARD, "- id: greeting-body\n  objectives:\n  - greet\n  - great")),
        (
            (
                BANK,
                "- great",
                "`greeting-body` names the objective `great`, which does not exist. "
                "Correct it; the ids are in course/syllabus.yaml.",
            ),
        ),
    ),
    Break(
        objectives.covered,
        "no cell in a lesson",
        lesson(
            ('# %% [markdown] objectives=["greet"]', "# %% [markdown]"), (RUN, RUN.replace(' objectives=["greet"]', ""))
        ),
        (
            (
                SYLLABUS,
                GREET,
                f"{CORE} notebook. Add a lesson's cell that names it in `objectives=[…]`, in 01_greeting.",
            ),
        ),
    ),
    Break(
        objectives.covered,
        "no exercise",
        exercise(
            ('greeting"] objectives=["greet"]', 'greeting"] objectives=["greet-well"]'),
            ('ada:1"] objectives=["greet"]', 'ada:1"] objectives=["greet-well"]'),
            ('others:2"] objectives=["greet"]', 'others:2"] objectives=["greet-well"]'),
        ),
        ((SYLLABUS, GREET, f"{CORE} exercise. Add an answer or test cell that names it, in 01_greeting."),),
    ),
    Break(
        objectives.covered,
        "no question",
        bank((QUESTION, QUESTION.replace("greet]", "greet-well]"))),
        ((SYLLABUS, GREET, f"{CORE} quiz. Add a question in bank.yaml, in 01_greeting."),),
    ),
    Break(
        objectives.covered,
        "no card",
        bank((CARD, CARD.replace("greet]", "greet-well]"))),
        ((SYLLABUS, GREET, f"{CORE} card. Add a card in bank.yaml, in 01_greeting."),),
    ),
    Break(
        objectives.covered,
        "no interview question",
        bank(("- id: tell-greeting\n  objectives: [greet]", "- id: tell-greeting\n  objectives: [greet-well]")),
        ((SYLLABUS, GREET, f"{CORE} interview. Add an interview question in bank.yaml, in 01_greeting."),),
    ),
    Break(
        objectives.covered,
        "no exam task",
        bank(("- id: write-greeting\n  objectives: [greet]", "- id: write-greeting\n  objectives: [greet-well]")),
        ((SYLLABUS, GREET, f"{CORE} exam. Add a task in bank.yaml, in 01_greeting."),),
    ),
    Break(
        objectives.covered,
        "no project",
        syllabus(("quiz, card, interview, exam]", "quiz, card, interview, exam, project]")),
        ((SYLLABUS, GREET, f"{CORE} project. Add a text under projects/ that names it, in 01_greeting."),),
    ),
    Break(
        objectives.map_of_topics,
        "an unknown prerequisite",
        syllabus(("prerequisites: [greeting]", "prerequisites: [greetings]")),
        (
            (
                SYLLABUS,
                "prerequisites:",
                "`opening-hours` asks for the topic `greetings`, which does not exist. Correct the id.",
            ),
        ),
    ),
    Break(
        objectives.map_of_topics,
        "prerequisites in a circle",
        syllabus(("scope: A first page", "scope: A first page\n  prerequisites: [opening-hours]")),
        (
            (
                SYLLABUS,
                "prerequisites: [opening-hours]",
                "`greeting` asks for `opening-hours`, which does not come before it. "
                "Ask only for earlier topics, so that prerequisites never go in a circle.",
            ),
        ),
    ),
    Break(
        objectives.map_of_topics,
        "a topic that asks for itself",
        syllabus(("prerequisites: [greeting]", "prerequisites: [opening-hours]")),
        (
            (
                SYLLABUS,
                "prerequisites:",
                "`opening-hours` asks for `opening-hours`, which does not come before it. "
                "Ask only for earlier topics, so that prerequisites never go in a circle.",
            ),
        ),
    ),
    Break(
        objectives.map_of_topics,
        "the order of a topic twice",
        syllabus(("order: 2", "order: 1"), ("  prerequisites: [greeting]\n", "")),
        (
            (
                SYLLABUS,
                "- id: opening-hours",
                "the topic `opening-hours` or its order 1 stands twice. Give one of the two another id and order.",
            ),
        ),
    ),
    Break(
        objectives.map_of_topics,
        "an objective twice",
        syllabus(("id: greet-well", "id: open")),
        ((SYLLABUS, 26, "the objective `open` stands twice. Give one of the two another id."),),
    ),
    Break(
        objectives.map_of_topics,
        "an objective of no topic",
        syllabus(("topic: opening-hours", "topic: closing-hours")),
        (
            (
                SYLLABUS,
                "topic: closing-hours",
                "`open` belongs to the topic `closing-hours`, which does not exist. Correct the id.",
            ),
        ),
    ),
]


@pytest.mark.parametrize("broken", BREAKS, ids=named)
def test_a_broken_rule_is_named_with_file_line_and_remedy(house: House, broken: Break) -> None:
    report = check(spoiled(house, broken.edits), run=False)
    assert told(house, report) == expected(house, broken.said)


def test_every_rule_is_broken() -> None:
    assert {broken.rule.__name__ for broken in BREAKS} == rules_of(objectives)
