"""A new topic passes its checks, is built, and runs before its author has written a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from course.authoring.build import build, plan
from course.authoring.check import check
from course.authoring.new import new_topic
from course.authoring.run import run_topics
from course.house import House
from course.problems import Problems
from tests.breaks import told
from tests.conftest import ROOT
from tests.disk import edit, snapshot
from tests.small import make_house

NAME = "opening-hours"


@pytest.fixture
def bare(tmp_path: Path) -> House:
    """A small house whose notebooks are not built."""
    return make_house(tmp_path / "bare", built=False)


def refusal(house: House, name: str) -> list[str]:
    before = snapshot(house.root)
    with pytest.raises(Problems) as refused:
        new_topic(House(house.root), name)
    assert snapshot(house.root) == before
    return [problem.text(house.root) for problem in refused.value.problems]


def test_a_new_topic_passes_its_checks_is_built_and_runs(house: House) -> None:
    new_topic(house, NAME)
    build(House(house.root), [NAME])
    assert told(house, check(House(house.root), [NAME])) == []
    assert [run.problems for run in run_topics(House(house.root), [NAME])] == [[], []]


def test_a_new_topic_is_a_lesson_exercises_and_a_draft_of_a_bank(bare: House) -> None:
    folder = new_topic(bare, NAME)
    assert {path.name for path in folder.path.iterdir()} == {"1_first_lesson.py", "exercises.py", "bank.yaml"}
    assert folder.name == "02_opening_hours"
    assert folder.bank.record.status == "draft"


def test_a_new_topic_is_in_canonical_form(bare: House) -> None:
    folder = new_topic(bare, NAME)
    files = plan(House(bare.root), [NAME], release=False).files
    assert {path.name for path in folder.texts if files[path] == path.read_bytes()} == {
        "1_first_lesson.py",
        "exercises.py",
    }


def test_a_new_topic_may_be_named_by_its_folder(bare: House) -> None:
    assert new_topic(bare, "02_opening_hours").topic.id == NAME


@pytest.mark.parametrize("title", ["Hours: when", "'Open' hours", "# hours", "Hours → ß", "Opens at: ", "100%, $5"])
def test_a_topic_may_have_any_title(bare: House, title: str) -> None:
    edit(bare.root / "course/syllabus.yaml", ("title: Opening hours", f"title: {title!r}"))
    new_topic(House(bare.root), NAME)
    build(House(bare.root), [NAME])
    assert told(bare, check(House(bare.root), [NAME], run=False)) == []


def test_every_topic_of_the_course_can_be_begun(bare: House) -> None:
    shutil.rmtree(bare.topics_path / "01_greeting")
    shutil.copy(ROOT / "course/syllabus.yaml", bare.root / "course/syllabus.yaml")
    house = House(bare.root)
    first, *others = [new_topic(house, topic.id) for topic in house.syllabus.record.topics]
    build(House(bare.root), [first.name])
    assert told(bare, check(House(bare.root), [first.name], run=False)) == []
    made = plan(House(bare.root), release=False)
    assert not [path for folder in others for path in folder.texts if path in made.changes()]


def test_an_unknown_topic_is_answered_with_the_known_ones(bare: House) -> None:
    assert refusal(bare, "closing") == [
        "course/syllabus.yaml:1: has no topic `closing`. Add it there, or take one of: greeting, opening-hours."
    ]


def test_a_topic_that_exists_is_not_made_again(bare: House) -> None:
    assert refusal(bare, "greeting") == ["course/topics/01_greeting:1: exists already. Go on working in it."]


def test_a_topic_without_objectives_is_refused(bare: House) -> None:
    edit(bare.root / "course/syllabus.yaml", ("topic: opening-hours", "topic: greeting"))
    assert refusal(bare, NAME) == [
        "course/syllabus.yaml:1: has no objective for the topic `opening-hours`. Write its objectives first."
    ]
