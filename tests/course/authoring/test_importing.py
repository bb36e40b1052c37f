"""What an author does to a notebook in JupyterLab comes back into the text: all of it, or nothing is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from course.authoring.build import build
from course.authoring.importing import Imported, import_topics
from course.authoring.manuscript import Manuscript, read_manuscript, write
from course.house import House
from course.problems import Problems
from tests.command import command
from tests.disk import edit, notebook, snapshot, topic
from tests.toolbar import GRADE, Raw, find, new_cell, opened

Change = Callable[[Raw], object]

GREETING = "greeting"


def imported(house: House, change: Change, stem: str = "exercises") -> str:
    """The text of a notebook after it was edited and imported; building it is the check that it is a good one."""
    with opened(house, stem) as raw:
        change(raw)
    assert [one.path for one in import_topics(house)] == [topic(house, f"{stem}.py")]
    text = topic(house, f"{stem}.py").read_text(encoding="utf-8")
    build(House(house.root))
    assert import_topics(House(house.root)) == []
    assert topic(house, f"{stem}.py").read_text(encoding="utf-8") == text
    return text


def refusal(house: House, change: Change | None = None, **options: Any) -> list[str]:
    """Why an import is refused; it has changed no byte."""
    if change:
        with opened(house) as raw:
            change(raw)
    before = snapshot(house.root)
    with pytest.raises(Problems) as refused:
        import_topics(House(house.root), **options)
    assert snapshot(house.root) == before
    return [problem.text(house.root) for problem in refused.value.problems]


# Without an edit ------------------------------------------------------------------------------------------------------


def test_an_unedited_notebook_changes_no_byte(house: House) -> None:
    before = snapshot(house.root)
    assert import_topics(house) == []
    assert snapshot(house.root) == before


def test_the_command_says_when_nothing_was_edited(house: House) -> None:
    said = command(house, "import")
    assert (said.code, said.out) == (0, "No notebook under source/ was edited.\n")


def test_a_notebook_that_was_only_run_and_looked_at_changes_no_byte(house: House) -> None:
    with opened(house) as raw:
        find(raw, GREETING).update(execution_count=4, outputs=[])
        find(raw, GREETING)["metadata"].update(collapsed=True, scrolled=False, editable=True)
        raw["metadata"]["language_info"] = {"name": "python", "version": "3.13.0"}
    before = snapshot(house.root)
    assert import_topics(house) == []
    assert snapshot(house.root) == before


# With the toolbar -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "kind", "header"),
    [
        ("answer", "code", '# %% tags=["answer:cell-0a1b2c3d4e5f6789"]'),
        ("test", "code", '# %% tags=["test:cell-0a1b2c3d4e5f6789:2"]'),
        ("manual", "code", '# %% tags=["manual:cell-0a1b2c3d4e5f6789:2"]'),
        ("manual", "markdown", '# %% [markdown] tags=["manual:cell-0a1b2c3d4e5f6789:2"]'),
        ("task", "markdown", '# %% [markdown] tags=["task:cell-0a1b2c3d4e5f6789:2"]'),
        ("readonly", "code", '# %% tags=["readonly:cell-0a1b2c3d4e5f6789"]'),
        ("readonly", "markdown", '# %% [markdown] tags=["readonly:cell-0a1b2c3d4e5f6789"]'),
        (None, "code", "# %%"),
        (None, "markdown", "# %% [markdown]"),
    ],
)
def test_a_new_cell_of_each_kind_comes_back(house: House, role: str | None, kind: str, header: str) -> None:
    cell = new_cell(kind, "# new", "cell-0a1b2c3d4e5f6789", role)
    text = imported(house, lambda raw: raw["cells"].insert(1, cell))
    body = "# new" if kind == "code" else "# # new"
    assert f"\n{header}\n{body}\n" in text


def test_changed_points_come_back(house: House) -> None:
    text = imported(house, lambda raw: find(raw, "greeting-ada")["metadata"]["nbgrader"].update(points=2.5))
    assert '"test:greeting:ada:2.5"' in text


def test_another_kind_of_cell_comes_back(house: House) -> None:
    manual = {**GRADE["manual"], "grade_id": "greeting-ada", "schema_version": 3}
    text = imported(house, lambda raw: find(raw, "greeting-ada")["metadata"].update(nbgrader=manual))
    assert '"manual:greeting-ada:2"' in text


def test_a_cell_that_is_graded_no_more_comes_back_plain(house: House) -> None:
    text = imported(house, lambda raw: find(raw, "greeting-ada")["metadata"].pop("nbgrader"))
    assert "greeting:ada" not in text
    assert "assert greeting('Ada')".replace("'", '"') in text


def test_a_changed_source_comes_back_with_its_comments(house: House) -> None:
    source = (
        'import flask  # what for?\n\n# copy the list\n%matplotlib inline\n!ls\ns = "# %% [markdown] é 🐍"\n\n\n\nx = 1'
    )
    text = imported(house, lambda raw: find(raw, "greeting-ada").update(source=source.splitlines(True)))
    assert f'objectives=["greet"]\n{source}\n\n# %% tags=["test:greeting:others:2"]' in text


def test_tags_and_objectives_come_back(house: House) -> None:
    edit(topic(house, "exercises.py"), ('"test:greeting:ada:1"]', '"test:greeting:ada:1", "varies"]'))
    build(house)
    text = imported(house, lambda raw: find(raw, "greeting-ada").update(source="x = 1"))
    assert '# %% tags=["test:greeting:ada:1", "varies"] objectives=["greet"]\nx = 1\n' in text


def test_hints_and_wrong_answers_stay_behind_the_cell_they_stood_behind(house: House) -> None:
    def move(raw: Raw) -> None:
        raw["cells"].insert(1, raw["cells"].pop())

    before = read_manuscript(topic(house, "exercises.py"))
    assert [cell.mark.tag for cell in before.cells[1:4] if cell.mark] == [
        "answer:greeting",
        "test:greeting:ada:1",
        "test:greeting:others:2",
    ]
    imported(house, move)
    after = read_manuscript(topic(house, "exercises.py"))
    assert after.cells == (before.cells[0], *before.cells[3:], *before.cells[1:3])


def test_hints_and_wrong_answers_of_a_deleted_cell_stay_where_it_was(house: House) -> None:
    before = read_manuscript(topic(house, "exercises.py"))
    imported(house, lambda raw: raw["cells"].pop())
    assert read_manuscript(topic(house, "exercises.py")).cells == (*before.cells[:3], *before.cells[4:])


def test_hints_stay_when_all_cells_above_them_are_gone(house: House) -> None:
    imported(house, lambda raw: raw.update(cells=[new_cell("markdown", "# New")]))
    tags = [cell.tags for cell in read_manuscript(topic(house, "exercises.py")).cells]
    assert tags == [*[("hint:greeting",)] * 3, ("wrong:greeting:spaces",), ("wrong:greeting:always-ada",), ()]


@pytest.mark.parametrize("place", ["behind", "before"])
def test_hints_and_wrong_answers_follow_an_answer_that_was_renamed(house: House, place: str) -> None:
    if place == "before":
        text = read_manuscript(topic(house, "exercises.py"))
        cells = (*text.cells[4:], *text.cells[:4])
        topic(house, "exercises.py").write_text(write(Manuscript(text.path, text.title, text.minutes, cells)))
        build(house)
    rename: Change = lambda raw: find(raw, GREETING)["metadata"]["nbgrader"].update(grade_id="welcome")  # noqa: E731
    imported(house, rename)
    marks = [cell.mark for cell in read_manuscript(topic(house, "exercises.py")).cells if cell.mark]
    assert {mark.id for mark in marks if mark.role != "test"} == {"welcome"}
    assert Counter(mark.role for mark in marks) == {"answer": 1, "test": 2, "hint": 3, "wrong": 2}


def test_a_test_keeps_its_answer_when_another_answer_has_a_longer_name(house: House) -> None:
    edit(topic(house, "exercises.py"), ("test:greeting:ada:1", "test:greeting:loud-ada:1"))
    build(house)
    loud = new_cell("code", "x = 1", "greeting-loud", "answer")
    assert '"test:greeting:loud-ada:1"' in imported(house, lambda raw: raw["cells"].insert(1, loud))


def test_title_and_minutes_are_those_of_the_text(house: House) -> None:
    edit(topic(house, "exercises.py"), ("minutes: 10", "minutes: 12"), ("# title: 'Exercises: g", "# title: 'Tasks: g"))
    text = imported(house, lambda raw: find(raw, "greeting-ada").update(source="x = 1"))
    assert text.startswith("# ---\n# title: 'Tasks: greeting'\n# minutes: 12\n# ---\n")


def test_a_new_notebook_becomes_a_new_lesson(house: House) -> None:
    raw = {"cells": [new_cell("markdown", "# More")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    notebook(house, "2_more").write_text(json.dumps(raw), encoding="utf-8")
    assert import_topics(house) == [Imported(topic(house, "2_more.py"))]
    assert (
        topic(house, "2_more.py").read_text()
        == "# ---\n# title: 2_more\n# minutes: 1\n# ---\n\n# %% [markdown]\n# # More\n"
    )
    build(House(house.root))


def test_after_an_import_and_a_build_nothing_is_wrong(house: House) -> None:
    with opened(house) as raw:
        find(raw, GREETING)["source"].insert(0, "# A comment.\n")
    assert command(house, "import").out == (
        "imported course/topics/01_greeting/exercises.py\nNow run `course build`.\n"
    )
    assert command(house, "build").code == 0
    assert command(house, "check", "--no-run").code == 0
    assert command(house, "import").out == "No notebook under source/ was edited.\n"


def test_what_the_text_has_no_place_for_is_told(house: House) -> None:
    with opened(house) as raw:
        find(raw, "greeting-ada")["metadata"].update(
            slideshow={"slide_type": "slide"}, tags=["varies", "hide", "hint:x"]
        )
    said = command(house, "import", "greeting")
    assert said.out.splitlines() == [
        "imported course/topics/01_greeting/exercises.py",
        "  left out cell 3: slideshow: the text has no place for it",
        "  left out cell 3: tag hide: the text has no place for it",
        "  left out cell 3: tag hint:x: the text has no place for it",
        "Now run `course build`.",
    ]
    assert '"test:greeting:ada:1", "varies"]' in topic(house, "exercises.py").read_text()


# Refused --------------------------------------------------------------------------------------------------------------

LOSS = "cannot be written as text without loss. Look there for"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda raw: raw["cells"].insert(1, new_cell("raw", "x")),
            "cell 2 is a raw cell, which has no text form. Make it a code or a markdown cell.",
        ),
        (
            lambda raw: raw["cells"][0].update(attachments={"way.png": {"image/png": "AAAA"}}),
            "cell 1 has a picture pasted into it. Save the picture beside the lesson's text and link it from the cell.",
        ),
        (
            lambda raw: raw["cells"].insert(1, new_cell("markdown", "x", "cell-1", "answer")),
            "cell 2 (cell-1) is text, which cannot be autograded. "
            "Make it `Manually graded answer` in nbgrader's panel, or a code cell.",
        ),
        (
            lambda raw: raw["cells"].insert(1, new_cell("code", "x", "cell-1", "task")),
            "has `task:cell-1:2` on a code cell. Write `# %% [markdown]`.",
        ),
        (
            lambda raw: raw["cells"].insert(1, new_cell("code", "x", "my cell", "readonly")),
            "has the unknown tag `readonly:my cell`. "
            "Write it as `readonly:ID`; ids are letters, digits, `-` and `_`, points a number.",
        ),
        (
            lambda raw: raw["cells"].append(deepcopy(raw["cells"][2]) | {"id": "copy"}),
            "has the grade id `greeting-ada` twice. Give one of the two cells another id.",
        ),
        (
            lambda raw: raw["cells"].insert(1, new_cell("code", "x = 1\n# %% y")),
            "has a header that is not understood: `# %% y`. "
            "Write `# %%` or `# %% [markdown]`, then only `tags=[…]` and `objectives=[…]`, each a JSON list.",
        ),
        (lambda raw: raw["cells"].insert(1, new_cell("code", "x = 1\n# %%\ny = 1")), f"cell 2 {LOSS}"),
        (lambda raw: raw["cells"].insert(1, new_cell("code", "x = 1\x0cy = 1")), f"cell 2 {LOSS}"),
        (lambda raw: raw["cells"].insert(1, new_cell("code", "%cd x  # escape")), f"cell 2 {LOSS}"),
        (
            lambda raw: raw["cells"].insert(1, new_cell("code", "    x = 1")),
            "has a header that is not understood: `    # %%`.",
        ),
        (
            lambda raw: raw["cells"].insert(1, new_cell("code", 'x = """')),
            'has the header `# %% tags=["answer:greeting"] objectives=["greet"]` inside a cell. '
            "Close the quotes or the ``` that were opened above it.",
        ),
        (
            lambda raw: find(raw, GREETING).update(source="### BEGIN SOLUTION\nx = 1"),
            "has `### BEGIN SOLUTION` without an end. Add `### END SOLUTION` below it.",
        ),
    ],
)
def test_what_has_no_text_form_is_refused(house: House, change: Change, message: str) -> None:
    [said] = refusal(house, change)
    assert said.startswith(f"source/01_greeting/exercises.ipynb:1: {message}")


def test_a_broken_notebook_is_refused(house: House) -> None:
    notebook(house).write_text("<<<<<<< HEAD\n")
    [said] = refusal(house)
    assert said.startswith("source/01_greeting/exercises.ipynb:1: is not a notebook (Expecting value")


def test_a_notebook_with_the_name_of_no_lesson_is_refused(house: House) -> None:
    raw = {"cells": [new_cell("markdown", "# More")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    notebook(house, "Untitled").write_text(json.dumps(raw), encoding="utf-8")
    [said] = refusal(house)
    assert said == (
        "source/01_greeting/Untitled.ipynb:1: is named like no lesson. "
        "Name it like `2_more.ipynb`, or `exercises.ipynb`."
    )


def test_a_text_that_cannot_be_read_is_refused(house: House) -> None:
    edit(topic(house, "exercises.py"), ("test:greeting:ada:1", "test:greeting"))
    [said] = refusal(house, lambda raw: raw["cells"].pop())
    assert said.startswith("course/topics/01_greeting/exercises.py:19: has the unknown tag `test:greeting`.")


def test_when_text_and_notebook_were_changed_both_the_author_decides(house: House) -> None:
    edit(topic(house, "exercises.py"), ("returns `Welcome, NAME`", "returns `Hello, NAME`"))
    assert refusal(house, lambda raw: find(raw, "greeting-ada").update(source="x = 1")) == [
        "source/01_greeting/exercises.ipynb:1: was edited, and so was exercises.py since it was built. "
        "Set one of the two changes aside, or take the notebook's with `course import --over-text`."
    ]


def test_the_notebook_can_be_taken_over_the_text_which_keeps_its_hints(house: House) -> None:
    edit(
        topic(house, "exercises.py"),
        ("returns `Welcome, NAME`", "returns `Hello, NAME`"),
        ("# It is called `strip`.", "# Its name is `strip`."),
    )
    with opened(house) as raw:
        find(raw, "greeting-ada").update(source="x = 1")
    assert command(house, "import", "--over-text").code == 0
    text = topic(house, "exercises.py").read_text()
    assert "returns `Welcome, NAME`" in text
    assert '# %% [markdown] tags=["hint:greeting"]\n# Its name is `strip`.\n' in text


def test_a_changed_hint_is_no_change_of_the_notebook(house: House) -> None:
    edit(topic(house, "exercises.py"), ("# It is called `strip`.", "# Its name is `strip`."))
    assert "# Its name is `strip`." in imported(house, lambda raw: find(raw, "greeting-ada").update(source="x = 1"))


def test_one_refusal_stops_all_topics(house: House) -> None:
    other = house.source / "02_opening_hours/exercises.ipynb"
    command(house, "new", "opening-hours")
    with opened(house) as raw:
        find(raw, "greeting-ada").update(source="x = 1")
    other.write_text("{")
    assert len(refusal(house)) == 1


def test_hints_stay_beside_their_answer_when_all_cell_ids_are_new(house: House) -> None:
    path = house.source / "01_greeting/exercises.ipynb"
    data = json.loads(path.read_text(encoding="utf-8"))
    for number, cell in enumerate(data["cells"]):
        cell["id"] = f"new-{number}"
    data["cells"][0]["source"] = "# Exercises, changed"
    path.write_text(json.dumps(data), encoding="utf-8")
    text = house.topics_path / "01_greeting/exercises.py"
    before = text.read_text(encoding="utf-8")
    import_topics(house, ["greeting"])
    after = text.read_text(encoding="utf-8")
    tail = before[before.index('# %% tags=["answer:greeting"]') :]
    assert after.endswith(tail)
