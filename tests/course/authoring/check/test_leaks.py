"""Learners find no solution, and what is built is up to date: each rule broken, each message read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course.authoring.build import plan
from course.authoring.check import check, leaks
from course.authoring.check.subject import Subject
from course.authoring.manuscript import read_manuscript
from course.house import House
from tests.breaks import EXERCISES, LESSON, Break, exercise, expected, lesson, named, rules_of, spoiled, told
from tests.disk import edit, notebook, topic

BREAKS = [
    *(
        Break(
            leaks.released,
            f"a {name} in a lesson",
            lesson(("# A function answers.", f"# A function answers.\n#\n# ```python\n{secret}\n# ```")),
            (
                (
                    EXERCISES,
                    tag,
                    f"the {name} of `{grade_id}` can be read in 01_greeting/1_first_greeting.ipynb. "
                    "Change the wording there, or ask for something else here.",
                ),
            ),
        )
        for name, tag, grade_id, secret in (
            (
                "solution",
                "answer:greeting",
                "greeting",
                '# visitor = name.strip()\n# return f"Welcome, {visitor}"',
            ),
            (
                "hidden test",
                "test:greeting:others",
                "greeting-others",
                '# assert greeting(" Chinua ") == "Welcome, Chinua", '
                "\"greeting(' Chinua ') kept the spaces around the name.\"",
            ),
            (
                "wrong answer",
                "wrong:greeting:always-ada",
                "greeting-always-ada",
                '# def greeting(name):\n#\n#     return "Welcome, Ada"',
            ),
        )
    ),
    Break(
        leaks.released,
        "a solution in a hint",
        exercise(("# It is called `strip`.", '# It is\n# visitor = name.strip()\n# return f"Welcome, {visitor}"')),
        (
            (
                EXERCISES,
                "answer:greeting",
                "the solution of `greeting` can be read in hints.json. "
                "Change the wording there, or ask for something else here.",
            ),
        ),
    ),
    Break(
        leaks.released,
        "a marker in a hint",
        exercise(("# It is called `strip`.", "# It is called `strip`.\n#\n# ### END SOLUTION")),
        (
            (
                EXERCISES,
                34,
                "a hint of `greeting` shows `### END SOLUTION`. Remove it from the hint.",
            ),
        ),
    ),
]


@pytest.mark.parametrize("broken", BREAKS, ids=named)
def test_a_broken_rule_is_named_with_file_line_and_remedy(house: House, broken: Break) -> None:
    report = check(spoiled(house, broken.edits), run=False)
    assert told(house, report) == expected(house, broken.said)


@pytest.mark.parametrize("marker", leaks.MARKERS)
def test_a_release_with_a_marker_is_refused(house: House, marker: str) -> None:
    made = plan(house)
    path = house.release / "01_greeting/exercises.ipynb"
    made.files[path] = made.files[path].replace(b"# YOUR CODE HERE", marker.encode())
    [folder] = house.folders
    subject = Subject(house, folder, tuple(map(read_manuscript, folder.texts)), folder.bank)
    said = [problem.text(house.root) for problem in leaks.released(subject, made)]
    assert said == [
        f"release/01_greeting/exercises.ipynb:1: holds `{marker}`. Balance the markers in the text of that cell."
    ]


UP_TO_DATE = "Run `course build` and commit what it writes."
STALE: dict[str, tuple[Callable[[House], object], list[str]]] = {
    "a text that was changed": (
        lambda house: edit(topic(house, LESSON), ("greets its visitors", "greets everybody")),
        [
            f"release/01_greeting/1_first_greeting.ipynb:1: is not up to date with the text. {UP_TO_DATE}",
            f"source/01_greeting/1_first_greeting.ipynb:1: is not up to date with the text. {UP_TO_DATE}",
        ],
    ),
    "a text that is not in form": (
        lambda house: edit(topic(house, LESSON), ("# The library greets", "The library greets")),
        [f"course/topics/01_greeting/1_first_greeting.py:1: is not up to date with the text. {UP_TO_DATE}"],
    ),
    "a hint that was changed": (
        lambda house: edit(topic(house, EXERCISES), ("It is called", "Its name is")),
        [f"course/topics/01_greeting/hints.json:1: is not up to date with the text. {UP_TO_DATE}"],
    ),
    "a release that is gone": (
        lambda house: (house.release / "01_greeting/exercises.ipynb").unlink(),
        [f"release/01_greeting/exercises.ipynb:1: is not up to date with the text. {UP_TO_DATE}"],
    ),
    "a release that somebody edited": (
        lambda house: edit(house.release / "01_greeting/exercises.ipynb", ("# Exercises: greeting", "# Mine")),
        [f"release/01_greeting/exercises.ipynb:1: is not up to date with the text. {UP_TO_DATE}"],
    ),
    "an entry whose id is not published yet": (
        lambda house: edit(house.ids_path, ("greeting-body\n", "")),
        [f"course/ids.txt:1: is not up to date with the text. {UP_TO_DATE}"],
    ),
    "a link that does not follow the setting": (
        lambda house: edit(house.root / "pyproject.toml", ("repository = ''", "repository = 'https://github.com/a/b'")),
        [f"README.md:1: is not up to date with the text. {UP_TO_DATE}"],
    ),
    "a notebook without a text": (
        lambda house: notebook(house).rename(notebook(house, "old")),
        [
            f"source/01_greeting/exercises.ipynb:1: is not up to date with the text. {UP_TO_DATE}",
            f"source/01_greeting/old.ipynb:1: does not belong to the text any more. {UP_TO_DATE}",
        ],
    ),
    "a notebook that was edited by hand": (
        lambda house: edit(notebook(house), ("# Exercises: greeting", "# Mine")),
        [
            "source/01_greeting/exercises.ipynb:1: was edited since it was built. `course import greeting` brings the "
            "edit into the text; `course build --discard greeting` gives it up."
        ],
    ),
    "a broken notebook": (
        lambda house: notebook(house).write_text("{"),
        [
            "source/01_greeting/exercises.ipynb:1: is not a notebook (Expecting property name enclosed in double "
            "quotes: line 1 column 2 (char 1)). Restore it with git, or delete it and run `course build`."
        ],
    ),
}


@pytest.mark.parametrize("name", STALE)
def test_what_is_built_is_what_the_text_says(house: House, name: str) -> None:
    spoil, said = STALE[name]
    spoil(house)
    assert told(house, check(House(house.root), run=False)) == said


def test_every_rule_is_broken() -> None:
    assert {"up_to_date", *(broken.rule.__name__ for broken in BREAKS)} == rules_of(leaks)
