"""The map of the course: 27 topics and their objectives, as typed records."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.problems import Problems
from course.syllabus import read_syllabus
from tests.disk import edit
from tests.small import SYLLABUS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "syllabus.yaml"
    path.write_text(SYLLABUS, encoding="utf-8")
    return path


def test_the_course_has_27_topics_in_order() -> None:
    topics = read_syllabus().record.topics
    assert [topic.order for topic in topics] == list(range(1, 28))


def test_every_topic_of_the_course_has_objectives() -> None:
    syllabus = read_syllabus().record
    assert {objective.topic for objective in syllabus.objectives} == set(syllabus.topic_by_id)


def test_every_id_of_the_course_stands_for_one_thing() -> None:
    syllabus = read_syllabus().record
    assert len(syllabus.topic_by_id) == len(syllabus.topics)
    assert len(syllabus.objective_by_id) == len(syllabus.objectives)


def test_the_folder_of_a_topic_is_its_order_and_its_id() -> None:
    assert read_syllabus().record.topic_by_id["routing"].folder == "02_routing"


def test_a_folder_is_a_name_that_python_and_nbgrader_accept(path: Path) -> None:
    assert read_syllabus(path).record.topic_by_id["opening-hours"].folder == "02_opening_hours"


def test_an_objective_knows_its_line(path: Path) -> None:
    assert read_syllabus(path).line("objectives", 0, "id") == 12


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: greet\n", "id: Greet\n", "12: `objectives.0.id`: String should match pattern"),
        ("order: 1", "order: 0", "3: `topics.0.order`: Input should be greater than or equal to 1. Correct the value."),
        ("title: Greeting visitors", "title: ''", "4: `topics.0.title`: String should have at least 1 character"),
        ("  scope: A second page\n", "", "6: `topics.1.scope` is missing. Add it."),
        ("framework: all", "framework: rails", "28: `objectives.2.framework`: Input should be 'all', 'study', "),
        ("kinds: [quiz]", "kinds: [video]", "24: `objectives.1.kinds.0`: Input should be 'notebook', 'exercise', "),
        ("kinds: [quiz]", "kinds: []", "24: `objectives.1.kinds`: Tuple should have at least 1 item"),
        ("origin: beyond", "origin: other", "25: `objectives.1.origin`: Input should be 'core' or 'beyond'. Correct"),
        ("statement: Answer a visitor by name", "text: x", "23: `objectives.1.text` is not a key of this record."),
        ("  prerequisites: [greeting]", "  needs: [greeting]", "10: `topics.1.needs` is not a key of this record."),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_its_line(path: Path, old: str, new: str, complaint: str) -> None:
    edit(path, (old, new))
    with pytest.raises(Problems) as refused:
        read_syllabus(path)
    said = [problem.text(path.parent) for problem in refused.value.problems]
    assert [text for text in said if text.startswith(f"syllabus.yaml:{complaint}")], said
