"""Lessons are short, run early, ask often and can be read by all: each rule broken, each message read."""

from __future__ import annotations

import pytest

from course.authoring.check import check, lessons
from course.house import House
from tests.breaks import (
    DRAFT,
    EXERCISES,
    LESSON,
    Break,
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
RUN = '# %% objectives=["greet"]\napp = Flask("library")'
PROSE = "\n".join(["# word word word word word word word word word word"] * 100)

BREAKS = [
    Break(
        lessons.timed,
        "too many minutes",
        lesson(("minutes: 3", "minutes: 41")),
        ((LESSON, 1, "says 41 minutes; a lesson takes at most 40. Split it."),),
    ),
    Break(
        lessons.timed,
        "other minutes than measured",
        lesson(("minutes: 3", "minutes: 9")),
        (
            (
                LESSON,
                1,
                "says 9 minutes, but measures 2 by its words, code and questions. "
                "Write `minutes: 2`, or change the lesson.",
            ),
        ),
    ),
    Break(
        lessons.timed,
        "a first program that comes late",
        lesson(("# The library greets its visitors.", PROSE), ("minutes: 3", "minutes: 8")),
        ((LESSON, RUN, "runs its first program after 6 minutes. Show something running within the first 5."),),
    ),
    Break(
        lessons.timed,
        "a lesson that runs nothing",
        (
            *DRAFT,
            *lesson(
                (RUN, '# %% objectives=["greet"]\nimport flask'),
                ('\n\n\n@app.get("/")\ndef home():\n    return "Welcome"\n\n\nprint(client(app).get("/").text)', ""),
            ),
        ),
        ((LESSON, 1, "runs nothing. Show a program that runs."),),
    ),
    Break(
        lessons.asked,
        "an unknown question",
        lesson(('quiz("first-greeting")', 'quiz("first-greeting", "second-greeting")')),
        (
            (
                LESSON,
                '# %%\nquiz("first',
                "asks the question `second-greeting`, which does not exist. "
                "Correct the id, or add the question to 01_greeting/bank.yaml.",
            ),
        ),
    ),
    Break(
        lessons.asked,
        "a cell that is not Python",
        lesson(('    return "Welcome"', '    return "Welcome')),
        ((LESSON, '    return "Welcome', "is not Python (unterminated string literal). Correct the code."),),
    ),
    Break(
        lessons.asked,
        "a prediction about a cell that is not Python",
        lesson(before('# %%\nquiz("first', "# %%\n%%predict What comes? | 1 | 2\n1 +")),
        ((LESSON, "1 +", "is not Python (invalid syntax). Correct the code."),),
    ),
    Break(
        lessons.kept,
        "a view with the name of something that the course brings",
        lesson(before('# %%\nquiz("first', "# %%\nfrom course import show\n\n\ndef show():\n    return 1")),
        (
            (
                LESSON,
                "def show():",
                "gives `show`, which comes from `course`, to something else. "
                "Choose another name: earlier cells use that one.",
            ),
        ),
    ),
    Break(
        lessons.asked,
        "a section without a quiz",
        lesson(before(KEY_POINTS, "# %%\nprint(1)")),
        (
            (
                LESSON,
                '# %% [markdown] objectives=["greet"]',
                'the section "One page" does not end in a quiz. Close it with a cell `quiz("…")`.',
            ),
        ),
    ),
    *(
        Break(
            lessons.closed,
            f"no {title}",
            lesson((f"# ## {title}", "# ### A part")),
            (
                (
                    LESSON,
                    1,
                    f'has no section "{title}". Add `## {title}` at the end of this last lesson.',
                ),
            ),
        )
        for title in ("How would X do this?", "Official pages")
    ),
    Break(
        lessons.closed,
        "no Key points",
        lesson(("# ## Key points\n#\n# A function answers.", "# A function answers.")),
        ((LESSON, 1, 'has no section "Key points". Add `## Key points` at the end of this last lesson.'),),
    ),
    Break(
        lessons.taught,
        "a test without an objective",
        exercise(('ada:1"] objectives=["greet"]', 'ada:1"]')),
        (
            (
                EXERCISES,
                "test:greeting:ada:1",
                '`test:greeting:ada:1` names no objective. Add `objectives=["…"]` to its header.',
            ),
        ),
    ),
    Break(
        lessons.readable,
        "a heading too deep",
        lesson(("# A function answers.", "# A function answers.\n#\n# #### Deep")),
        (
            (
                LESSON,
                "# #### Deep",
                "has a heading of level 4 after one of level 2. Begin with one `#`, then go down one level at a time.",
            ),
        ),
    ),
    Break(
        lessons.readable,
        "two titles",
        exercise(before(HINT, "# %% [markdown]\n# # Another title")),
        (
            (
                EXERCISES,
                "# # Another title",
                "has a heading of level 1 after one of level 1. Begin with one `#`, then go down one level at a time.",
            ),
        ),
    ),
    Break(
        lessons.readable,
        "no title",
        exercise(("# # Exercises: greeting", "# Exercises: greeting.")),
        ((EXERCISES, 1, "has no heading. Begin with a text cell `# Title`."),),
    ),
    Break(
        lessons.readable,
        "a picture without words",
        lesson(("# A function answers.", "# A function\n# answers: ![](https://example.org/way.svg)")),
        (
            (
                LESSON,
                "![](https://example.org/way.svg)",
                "has a picture without an alternative text. Say in its square brackets what the picture shows.",
            ),
        ),
    ),
    *(
        Break(
            lessons.readable,
            f"a link that says {words!r}",
            lesson(
                ("# A function answers.", f"# A function answers. More\n# [{words}](https://example.org) about it.")
            ),
            ((LESSON, "example.org", f'has a link that only says "{words}". Name what is there.'),),
        )
        for words in ("here", "This page", "")
    ),
    Break(
        lessons.readable,
        "a link that leads nowhere",
        lesson(("# A function answers.", "# - A function [answers](2_more.ipynb#top).")),
        ((LESSON, "2_more.ipynb", "links to `2_more.ipynb#top`, which does not exist. Correct the link."),),
    ),
    Break(
        lessons.readable,
        "a link without https",
        lesson(("# A function answers.", "# A function [answers](http://example.org).")),
        (
            (
                LESSON,
                "example.org",
                "links to `http://example.org`. Link with https, or to a file of the course.",
            ),
        ),
    ),
    *(
        Break(
            lessons.readable,
            f"a diagram without {word}",
            lesson(("# A function answers.", f"# ```mermaid\n# flowchart LR\n#   {other} a way\n#   a --> b\n# ```")),
            (
                (
                    LESSON,
                    "# ```mermaid",
                    f"has a diagram without `{word}`. Say in words what it shows, for who cannot see it.",
                ),
            ),
        )
        for word, other in (("accTitle:", "accDescr:"), ("accDescr:", "accTitle:"))
    ),
]


@pytest.mark.parametrize("broken", BREAKS, ids=named)
def test_a_broken_rule_is_named_with_file_line_and_remedy(house: House, broken: Break) -> None:
    report = check(spoiled(house, broken.edits), run=False)
    assert told(house, report) == expected(house, broken.said)


@pytest.mark.parametrize("practice", ['cards("greet")', "mistakes()", 'exam("quick-check")', "interview()"])
def test_a_section_may_end_in_practice_itself(house: House, practice: str) -> None:
    report = check(spoiled(house, lesson(before(KEY_POINTS, f"# %%\n{practice}"))), run=False)
    assert told(house, report) == []


def test_every_rule_is_broken() -> None:
    assert {broken.rule.__name__ for broken in BREAKS} == rules_of(lessons)
