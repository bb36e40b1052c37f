"""Text in percent format: what is understood is kept to the letter, what is not is refused with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given

from course.authoring.manuscript import Cell, Manuscript, canonical, parse, read_manuscript, write
from course.problems import Problems
from tests.manuscripts import CODE, PROSE, manuscripts, steadily

PATH = Path("1_lesson.py")
FRONT = "# ---\n# title: A lesson\n# minutes: 3\n# ---\n\n"
FORM = "Write `# %%` or `# %% [markdown]`, then only `tags=[…]` and `objectives=[…]`, each a JSON list."
FRONT_FORM = "Begin the file with `# ---`, `# title: …`, `# minutes: …`, `# ---`."


def cells(body: str) -> tuple[Cell, ...]:
    return parse(FRONT + body, PATH).cells


def complaints(text: str) -> list[str]:
    """What is said against a text; nothing when it is understood."""
    try:
        parse(text, PATH)
    except Problems as error:
        return [problem.text() for problem in error.problems]
    return []


def test_a_text_is_read_with_its_title_its_minutes_and_its_cells() -> None:
    text = FRONT + '# %% [markdown] objectives=["greet"]\n# # Hello\n#\n# World\n\n# %% tags=["varies"]\nprint(1)\n'
    assert parse(text, PATH) == Manuscript(
        PATH,
        "A lesson",
        3,
        (Cell("markdown", "# Hello\n\nWorld", (), ("greet",)), Cell("code", "print(1)", ("varies",), ())),
    )


def test_each_cell_knows_the_line_of_its_header() -> None:
    assert [cell.line for cell in cells("# %%\na = 1\n\n\n# %% [markdown]\n# b\n\n# %%\nc = 1\n")] == [6, 10, 13]


def test_answers_are_listed_in_order() -> None:
    body = '# %% tags=["answer:two"]\n2\n\n# %% tags=["test:two:x:1"]\n2\n\n# %% tags=["answer:one"]\n1\n'
    assert parse(FRONT + body, PATH).answers == ["two", "one"]


def test_cells_are_found_by_role_and_answer() -> None:
    body = '# %% [markdown] tags=["hint:a"]\n# A\n\n# %% [markdown] tags=["hint:b"]\n# B\n'
    found = parse(FRONT + body, PATH).marked("hint", "b")
    assert [cell.source for cell, _ in found] == ["B"]


@pytest.mark.parametrize("line", sorted({line for line in CODE if line.strip() and "# %% a" not in line}))
def test_a_line_of_code_is_kept_to_the_letter(line: str) -> None:
    body = f"# %%\nx = 0\n{line}\ny = 0\n"
    [cell] = cells(body)
    assert cell.source == f"x = 0\n{line}\ny = 0"
    assert canonical(parse(FRONT + body, PATH)) == FRONT + body


@pytest.mark.parametrize("line", sorted({line for line in PROSE if line.strip() and not line.startswith("%%")}))
def test_a_line_of_prose_is_kept_to_the_letter(line: str) -> None:
    body = f"# %% [markdown]\n# one\n# {line}\n# two\n"
    [cell] = cells(body)
    assert cell.source == f"one\n{line}\ntwo"


def test_a_comment_in_a_diagram_is_no_cell_header() -> None:
    body = "# %% [markdown]\n# ```mermaid\n# %% the way of a request\n# flowchart LR\n# ```\n"
    [cell] = cells(body)
    assert "%% the way of a request" in cell.source


@steadily
@given(manuscripts())
def test_what_was_written_is_read_back(manuscript: Manuscript) -> None:
    assert parse(write(manuscript), manuscript.path) == manuscript


@steadily
@given(manuscripts())
def test_the_canonical_text_is_written_once_and_for_all(manuscript: Manuscript) -> None:
    text = write(manuscript)
    assert write(parse(text, manuscript.path)) == text


def test_prose_without_comment_signs_and_spare_lines_are_brought_into_form() -> None:
    loose = FRONT + "\n\n# %% [markdown]\nHello\n\n\n\n# %%\nx = 1   \n\n\n\n\n# %%\ndef f(): ...\n\n\n\n"
    neat = FRONT + "# %% [markdown]\n# Hello\n\n# %%\nx = 1\n\n\n# %%\ndef f(): ...\n"
    assert canonical(parse(loose, PATH)) == neat


def test_front_matter_of_jupyterlab_is_passed_over() -> None:
    jupyter = "# jupyter:\n#   jupytext:\n#     text_representation:\n#       extension: .py\n# ---\n"
    text = FRONT.replace("# ---\n\n", jupyter) + "\n# %%\nx = 1\n"
    assert canonical(parse(text, PATH)) == FRONT + "# %%\nx = 1\n"


def test_a_title_may_say_anything() -> None:
    for title in ("Ways: three", "'quoted'", "# hash", "yes", "12", "→ ß 🐍", "- dash", "a: b: c", "@at"):
        manuscript = Manuscript(PATH, title, 3, (Cell("code", "x = 1"),))
        assert parse(write(manuscript), PATH).title == title


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# %%\nx = 1\n", f"1: has no front matter. {FRONT_FORM}"),
        ("", f"1: has no front matter. {FRONT_FORM}"),
        ("# ---\n# title: T\n# ---\n", f"1: does not say its minutes in the front matter. {FRONT_FORM}"),
        ("# ---\n# minutes: 3\n# ---\n", f"1: does not say its title in the front matter. {FRONT_FORM}"),
        (
            "# ---\n# title: T\n# minutes: ten\n# ---\n",
            f"1: does not say its minutes in the front matter. {FRONT_FORM}",
        ),
        (
            FRONT.replace("minutes: 3", "minutes: 3\n# author: Ada"),
            "1: has the unknown key `author` in its front matter. Remove it.",
        ),
        (
            "# ---\n# minutes: 3\n# title: Ways: three\n# ---\n",
            "3: has front matter that is not valid YAML. Put the title in quotes.",
        ),
    ],
)
def test_front_matter_that_says_too_little_or_too_much_is_refused(text: str, complaint: str) -> None:
    assert complaints(text) == [f"{PATH}:{complaint}"]


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("#%%", f"has a header that is not understood: `#%%`. {FORM}"),
        ("# %% A title", f"has a header that is not understood: `# %% A title`. {FORM}"),
        ("# %% [raw]", f"has a header that is not understood: `# %% [raw]`. {FORM}"),
        ("# %% [md]", f"has a header that is not understood: `# %% [md]`. {FORM}"),
        ('# %% tags="varies"', f'has a header that is not understood: `# %% tags="varies"`. {FORM}'),
        ('# %% {"tags": []}', f'has a header that is not understood: `# %% {{"tags": []}}`. {FORM}'),
        ("# %% slide=[1]", "has the unknown key `slide`. Use `tags=[…]` and `objectives=[…]`."),
        (
            "# %% tags=[varies]",
            'has `tags=[varies]`, which is not a list of words. Write it as `tags=["one", "two"]`, with double quotes.',
        ),
        (
            "# %% objectives=[]",
            "has `objectives=[]`, which is not a list of words. "
            'Write it as `objectives=["one", "two"]`, with double quotes.',
        ),
        (
            "# %% tags=[1]",
            'has `tags=[1]`, which is not a list of words. Write it as `tags=["one", "two"]`, with double quotes.',
        ),
        ('# %% tags=["varies", "varies"]', "names something twice in `tags`. Keep one of them."),
        (
            '# %% tags=["test:a"]',
            "has the unknown tag `test:a`. "
            "Write it as `test:ID:NAME:POINTS`; ids are letters, digits, `-` and `_`, points a number.",
        ),
        (
            '# %% tags=["varys"]',
            "has the unknown tag `varys`. Use one of answer:ID, test:ID:NAME:POINTS, manual:ID:POINTS, task:ID:POINTS, "
            "readonly:ID, hint:ID, wrong:ID:NAME, raises-exception, varies.",
        ),
        (
            '# %% tags=["answer:a", "readonly:b"]',
            "has a cell that is `answer:a` and `readonly:b` at once. Keep one of them.",
        ),
        ('# %% tags=["hint:a"]', "has `hint:a` on a code cell. Write `# %% [markdown]`."),
        ('# %% tags=["task:a:1"]', "has `task:a:1` on a code cell. Write `# %% [markdown]`."),
        ('# %% [markdown] tags=["answer:a"]', "has `answer:a` on a markdown cell. Remove `[markdown]`."),
        ('# %% [markdown] tags=["wrong:a:b"]', "has `wrong:a:b` on a markdown cell. Remove `[markdown]`."),
    ],
)
def test_a_header_that_is_not_understood_is_named_with_its_line(header: str, complaint: str) -> None:
    assert complaints(f"{FRONT}# %%\nx = 1\n\n{header}\ny = 1\n\n# %%\nz = 1\n") == [f"{PATH}:9: {complaint}"]


def test_text_before_the_first_header_is_refused() -> None:
    assert complaints(FRONT + "x = 1\n\n# %%\ny = 1\n") == [f"{PATH}:6: has text before the first cell header. {FORM}"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = FRONT.replace("# minutes: 3\n", "") + '# %% [raw]\n# x\n\n# %% tags=["varys"]\ny = 1\n'
    assert [int(complaint.split(":")[1]) for complaint in complaints(text)] == [1, 5, 8]


@pytest.mark.parametrize(
    ("body", "line", "header"),
    [
        ('# %%\ntext = """\n\n# %% tags=["varies"]\nx = 1\n', 9, '# %% tags=["varies"]'),
        ("# %% [markdown]\n# ```python\n\n# %% [markdown]\n# ```\n# x\n# ```\n", 9, "# %% [markdown]"),
    ],
    ids=["quotes", "fence"],
)
def test_a_header_that_open_quotes_would_swallow_is_named(body: str, line: int, header: str) -> None:
    todo = "Close the quotes or the ``` that were opened above it."
    assert complaints(FRONT + body) == [f"{PATH}:{line}: has the header `{header}` inside a cell. {todo}"]


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("place", ["a = 'b{}c'", "a = 1 #{}"])
def test_a_character_that_only_some_programs_end_a_line_at_is_refused(place: str, character: str) -> None:
    what = "has a character that ends a line for some programs and not for others."
    todo = "Write it as an escape such as `\\x0c`, or remove it."
    assert complaints(FRONT + "# %%\n" + place.format(character) + "\n") == [f"{PATH}:7: {what} {todo}"]


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    path = tmp_path / "1_lesson.py"
    path.write_bytes((FRONT + "# %%\nx = 1\n").replace("\n", "\r\n").encode())
    assert canonical(read_manuscript(path)) == FRONT + "# %%\nx = 1\n"


def test_a_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "1_lesson.py"
    path.write_bytes((FRONT + "# %% [markdown]\n# Grüße\n").encode("latin-1"))
    with pytest.raises(Problems, match=re.escape("Save it as UTF-8 text.")):
        read_manuscript(path)


@pytest.mark.parametrize("code", ["    x = 1", "%cd x  # escape"])
def test_code_that_would_come_back_changed_is_refused_with_its_line(code: str) -> None:
    manuscript = parse(f"{FRONT}# %%\ny = 1\n\n# %%\n{code}\n", PATH)
    with pytest.raises(Problems) as refused:
        canonical(manuscript)
    what = "has a cell that cannot be kept as it is. Begin its code at the left margin, with no `# escape`."
    assert [problem.text() for problem in refused.value.problems] == [f"{PATH}:9: {what}"]


@pytest.mark.parametrize(
    ("body", "line", "complaint"),
    [
        (
            '# %% tags=["answer:a"]\n### BEGIN SOLUTION\nx = 1\n',
            7,
            "has `### BEGIN SOLUTION` without an end. Add `### END SOLUTION` below it.",
        ),
        (
            '# %% tags=["answer:a"]\nx = 1\n### END SOLUTION\n',
            8,
            "has `### END SOLUTION` without a beginning. "
            "Write one `### BEGIN SOLUTION` and then one `### END SOLUTION`.",
        ),
        (
            '# %% tags=["answer:a"]\n### BEGIN SOLUTION\nx = 1\n### BEGIN SOLUTION\n### END SOLUTION\n',
            9,
            "has `### BEGIN SOLUTION` inside another one. "
            "Write one `### BEGIN SOLUTION` and then one `### END SOLUTION`.",
        ),
        (
            '# %% tags=["test:a:b:1"]\n### BEGIN HIDDEN TESTS\nx = 1\n',
            7,
            "has `### BEGIN HIDDEN TESTS` without an end. Add `### END HIDDEN TESTS` below it.",
        ),
        (
            "# %%\nx = 1\n### BEGIN SOLUTION\n### END SOLUTION\n",
            8,
            "has `### BEGIN SOLUTION` in a cell that cannot hold it. Keep it in an answer.",
        ),
        (
            '# %% tags=["answer:a"]\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n',
            7,
            "has `### BEGIN HIDDEN TESTS` in a cell that cannot hold it. Keep it in a test.",
        ),
        (
            '# %% tags=["answer:a"]\nx = 1\n\n# %% tags=["readonly:a"]\ny = 1\n',
            9,
            "has the grade id `a` twice. Give one of the two cells another id.",
        ),
    ],
)
def test_what_nbgrader_would_refuse_is_named_with_its_line(body: str, line: int, complaint: str) -> None:
    assert complaints(FRONT + body) == [f"{PATH}:{line}: {complaint}"]


def test_a_solution_may_stand_in_a_cell_that_a_person_grades() -> None:
    assert not complaints(FRONT + '# %% tags=["manual:a:1"]\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n')


@pytest.mark.parametrize(
    "header", ["# %%%", "# %%[markdown]", "#  %% [markdown]", '# %% objectives=["a"] objectives=["b"]']
)
def test_a_header_that_is_nearly_one_is_refused(header: str) -> None:
    with pytest.raises(Problems, match=r"header"):
        parse(f"# ---\n# title: T\n# minutes: 3\n# ---\n\n# %% [markdown]\n# Text.\n\n{header}\nx = 1\n", Path("a.py"))


@pytest.mark.parametrize("minutes", ["-5", "true", "0", "3.5"])
def test_minutes_are_a_number_from_one_up(minutes: str) -> None:
    with pytest.raises(Problems, match="does not say its minutes"):
        parse(f"# ---\n# title: T\n# minutes: {minutes}\n# ---\n\n# %%\nx = 1\n", Path("a.py"))
