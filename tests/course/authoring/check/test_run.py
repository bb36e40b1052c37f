"""All rules together: nothing is wrong with a good course, and one mistake is one message."""

from __future__ import annotations

import pytest

from course.authoring.build import build
from course.authoring.check import check
from course.authoring.new import new_topic
from course.house import House
from course.problems import Problems
from tests.breaks import BANK, DRAFT, EXERCISES, Edits, Said, bank, exercise, expected, lesson, spoiled, told
from tests.disk import edit, snapshot


def test_nothing_is_wrong_with_a_good_course(house: House) -> None:
    before = snapshot(house.root)
    heard: list[str] = []
    report = check(house, step=heard.append)
    assert told(house, report) == []
    assert (report.proofs, report.judgements) == (1, 1)
    assert "first-greeting" in heard
    assert snapshot(house.root) == before


def test_coverage_counts_what_names_an_objective(house: House) -> None:
    entries = {entry.objective.id: entry.counts for entry in check(house, run=False).coverage["greeting"]}
    assert entries == {
        "greet": {"notebook": 2, "exercise": 3, "quiz": 1, "card": 1, "interview": 1, "exam": 1},
        "greet-well": {"quiz": 0},
    }


def test_nothing_is_run_when_it_shall_not_be(house: House) -> None:
    broken = spoiled(house, bank(('== "Welcome"', '== "Farewell"')))
    assert told(house, check(broken, run=False)) == []
    assert len(told(house, check(broken))) == 1


@pytest.mark.parametrize(
    "edits",
    [
        exercise(('# %% [markdown] tags=["hint:greeting"]\n# It is called `strip`.\n\n', "")),
        exercise(('ada:1"] objectives=["greet"]', 'ada:1"]')),
        lesson(("minutes: 3", "minutes: 20")),
        lesson(("# ## Key points\n#\n", "")),
        lesson(('quiz("first-greeting")', "print(1)")),
        bank(("greeting-body\n  objectives: [greet]", "greeting-body\n  objectives: [greet-well]")),
    ],
    ids=["hints", "objectives of tests", "minutes", "closing sections", "quizzes", "coverage"],
)
def test_a_draft_owes_less_than_a_complete_topic(house: House, edits: Edits) -> None:
    broken = spoiled(house, edits)
    assert len(told(house, check(broken, run=False))) == 1
    assert told(house, check(spoiled(broken, DRAFT), run=False)) == []


TEST = "test:greeting:ada:1"
UNREADABLE: dict[str, tuple[Edits, Said]] = {
    "a malformed tag": (
        exercise((TEST, "test:greeting:ada")),
        (
            EXERCISES,
            '# %% tags=["test:greeting:ada"]',
            "has the unknown tag `test:greeting:ada`. "
            "Write it as `test:ID:NAME:POINTS`; ids are letters, digits, `-` and `_`, points a number.",
        ),
    ),
    "an unknown key": (
        exercise((f'# %% tags=["{TEST}"]', f'# %% slide=["x"] tags=["{TEST}"]')),
        (EXERCISES, "# %% slide", "has the unknown key `slide`. Use `tags=[…]` and `objectives=[…]`."),
    ),
    "a malformed header": (
        exercise((f'# %% tags=["{TEST}"] objectives=["greet"]', "# %% test ada")),
        (
            EXERCISES,
            "# %% test ada",
            "has a header that is not understood: `# %% test ada`. "
            "Write `# %%` or `# %% [markdown]`, then only `tags=[…]` and `objectives=[…]`, each a JSON list.",
        ),
    ),
    "a duplicate grade id": (
        exercise(("answer:greeting", "answer:greeting-ada")),
        (EXERCISES, TEST, "has the grade id `greeting-ada` twice. Give one of the two cells another id."),
    ),
    "unbalanced markers": (
        exercise(('assert greeting("Ada")', '### END HIDDEN TESTS\nassert greeting("Ada")')),
        (
            EXERCISES,
            '### END HIDDEN TESTS\nassert greeting("Ada")',
            "has `### END HIDDEN TESTS` without a beginning. "
            "Write one `### BEGIN HIDDEN TESTS` and then one `### END HIDDEN TESTS`.",
        ),
    ),
    "an unknown key in the bank": (
        bank(("  red_flags: [no idea]", "  red_flags: [no idea]\n  black_flags: [none]")),
        (
            BANK,
            "  black_flags",
            "`interview.0.black_flags` is not a key of this record. Correct its spelling or remove it.",
        ),
    ),
    "a key twice in the bank": (
        bank(("  kind: concept", "  kind: concept\n  kind: syntax")),
        (BANK, "  kind: syntax", "has the key `kind` twice. Keep one of them."),
    ),
    "a bank that does not parse": (
        bank(("front: What", "front: [What")),
        (
            BANK,
            "back: The body",
            "is not valid YAML: did not find expected ',' or ']'. Mend the indentation or the quotes there.",
        ),
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_one_message(house: House, name: str) -> None:
    edits, said = UNREADABLE[name]
    broken = spoiled(house, edits)
    assert told(broken, check(broken, run=False)) == expected(broken, (said,))


@pytest.fixture
def two_topics(house: House) -> House:
    """A house with a second topic, of which nothing is wrong."""
    new_topic(house, "opening-hours")
    build(House(house.root), ["opening-hours"])
    return House(house.root)


def test_one_topic_can_be_checked_alone(two_topics: House) -> None:
    edit(two_topics.topics_path / "02_opening_hours/1_first_lesson.py", ("minutes: 1", "minutes: 41"))
    assert told(two_topics, check(two_topics, ["greeting"], run=False)) == []
    assert "02_opening_hours" in "".join(told(two_topics, check(two_topics, ["opening-hours"], run=False)))


def test_what_topics_must_not_share_is_told_when_one_is_checked_alone(two_topics: House) -> None:
    edit(
        two_topics.topics_path / "02_opening_hours/bank.yaml",
        ("- id: opening-hours-first-question", "- id: first-greeting"),
        ("retired: []", "retired: [greeting-body, opening-hours-first-question]"),
    )
    assert told(two_topics, check(two_topics, ["greeting"], run=False)) == [
        "course/topics/01_greeting/bank.yaml:25: the id `greeting-body` is among the retired ones. "
        "Take a new id; answers to the old one exist.",
        "course/topics/02_opening_hours/bank.yaml:3: the id `first-greeting` is taken: 01_greeting/bank.yaml:3 has it. "
        "Give one of the two another id.",
    ]


def test_a_topic_that_is_not_there_is_named(house: House) -> None:
    with pytest.raises(Problems, match="there is no topic `closing`"):
        check(house, ["closing"])
