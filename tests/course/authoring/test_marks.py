"""Short tags and nbgrader's metadata say the same."""

from __future__ import annotations

from typing import Any

import pytest

from course.authoring.marks import FORMS, Mark, read_metadata, read_tag, why_unknown

NBGRADER: dict[str, dict[str, Any]] = {
    "answer:greeting": {"grade": False, "grade_id": "greeting", "locked": False, "solution": True, "task": False},
    "test:greeting:ada:2": {
        "grade": True,
        "grade_id": "greeting-ada",
        "locked": True,
        "points": 2,
        "solution": False,
        "task": False,
    },
    "manual:essay:2.5": {
        "grade": True,
        "grade_id": "essay",
        "locked": False,
        "points": 2.5,
        "solution": True,
        "task": False,
    },
    "task:drawing:3": {
        "grade": False,
        "grade_id": "drawing",
        "locked": True,
        "points": 3,
        "solution": False,
        "task": True,
    },
    "readonly:setup": {"grade": False, "grade_id": "setup", "locked": True, "solution": False, "task": False},
}
"""What nbgrader's panel in JupyterLab writes for each kind of cell."""


def mark_of(tag: str) -> Mark:
    mark = read_tag(tag)
    assert mark is not None
    return mark


@pytest.mark.parametrize("tag", [*NBGRADER, "hint:greeting", "wrong:greeting:always-ada"])
def test_a_mark_is_written_as_the_tag_it_was_read_from(tag: str) -> None:
    assert mark_of(tag).tag == tag


@pytest.mark.parametrize("tag", NBGRADER)
def test_a_tag_stands_for_what_the_toolbar_writes(tag: str) -> None:
    assert mark_of(tag).metadata() == {**NBGRADER[tag], "schema_version": 3}


@pytest.mark.parametrize("tag", NBGRADER)
def test_what_the_toolbar_writes_is_read_as_the_tag(tag: str) -> None:
    mark = read_metadata(NBGRADER[tag], answers=["greeting"])
    assert mark is not None
    assert mark.tag == tag


def test_whole_points_are_whole_numbers_in_the_notebook() -> None:
    assert repr(mark_of("test:a:b:2").metadata()["points"]) == "2"


def test_a_new_cell_of_the_toolbar_keeps_its_random_id() -> None:
    metadata = {"grade": True, "grade_id": "cell-0a1b2c3d4e5f6789", "points": 1, "solution": False}
    assert read_metadata(metadata, answers=["greeting"]) == Mark("test", "cell-0a1b2c3d4e5f6789", None, 1.0)


def test_a_test_belongs_to_the_longest_answer_that_its_id_begins_with() -> None:
    metadata = {"grade": True, "grade_id": "greeting-loud-ada", "points": 1, "solution": False}
    assert read_metadata(metadata, ["greeting", "greeting-loud"]) == Mark("test", "greeting-loud", "ada", 1.0)


@pytest.mark.parametrize("metadata", [{}, {"grade": False, "solution": False, "locked": False, "grade_id": "x"}])
def test_a_cell_that_nbgrader_does_not_care_for_has_no_mark(metadata: dict[str, Any]) -> None:
    assert read_metadata(metadata, answers=[]) is None


@pytest.mark.parametrize(("tag", "built"), [("answer:a", True), ("hint:a", False), ("wrong:a:b", False)])
def test_hints_and_wrong_answers_are_not_in_the_notebooks(tag: str, built: bool) -> None:
    assert mark_of(tag).built is built


@pytest.mark.parametrize("tag", [*NBGRADER, "hint:greeting", "wrong:a:b", "varies", "raises-exception"])
def test_a_known_tag_is_not_explained(tag: str) -> None:
    assert why_unknown(tag) is None


@pytest.mark.parametrize(
    "tag",
    [
        "answer",
        "answer:",
        "answer:two words",
        "answer:a:b",
        "test:a:b:many",
        "test:a:b:-1",
        "manual:a",
        "task:a:1:2",
        "readonly:ä",
        "hint:a:1",
        "wrong:a",
    ],
)
def test_a_malformed_tag_is_answered_with_its_form(tag: str) -> None:
    form = FORMS[tag.split(":")[0]]  # type: ignore[index]
    assert why_unknown(tag) == f"Write it as `{form}`; ids are letters, digits, `-` and `_`, points a number."


@pytest.mark.parametrize("tag", ["varys", "anwser:greeting", "slideshow", ""])
def test_an_unknown_tag_is_answered_with_all_forms(tag: str) -> None:
    reason = why_unknown(tag)
    assert reason is not None
    assert all(form in reason for form in [*FORMS.values(), "varies", "raises-exception"])
