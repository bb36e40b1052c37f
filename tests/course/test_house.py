"""Where things lie: the clone is found, topics are named, their files are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.house import House, find_house
from course.problems import Problem, Problems
from tests.conftest import ROOT
from tests.disk import topic
from tests.small import make_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path / "house", built=False)


def complaints(refused: pytest.ExceptionInfo[Problems], house: House) -> list[str]:
    return [problem.text(house.root) for problem in refused.value.problems]


def test_a_clone_is_found_from_any_folder_in_it(house: House) -> None:
    assert find_house(topic(house)).root == house.root


def test_a_named_folder_that_is_no_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problems) as refused:
        find_house(tmp_path / "elsewhere")
    [problem] = refused.value.problems
    assert problem.text(tmp_path) == (
        "elsewhere:1: is not inside a clone of the course. "
        "Change into the folder of your clone, or name it with --root."
    )


def test_outside_of_all_clones_the_installed_one_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_house().root == ROOT


@pytest.mark.parametrize("name", ["greeting", "01_greeting", "01_greeting/", "course/topics/01_greeting"])
def test_a_topic_is_named_by_its_id_or_its_folder(house: House, name: str) -> None:
    [folder] = house.select([name])
    assert folder.name == "01_greeting"


def test_without_a_name_all_topics_with_a_folder_are_meant(house: House) -> None:
    (house.topics_path / "02_opening_hours").mkdir()
    assert [folder.topic.id for folder in house.select()] == ["greeting", "opening-hours"]


def test_an_unknown_topic_is_answered_with_the_known_ones(house: House) -> None:
    with pytest.raises(Problems) as refused:
        house.select(["opening-hours"])
    assert complaints(refused, house) == [
        "course/topics:1: there is no topic `opening-hours` with a folder. "
        "Name one of: greeting; or `course new opening-hours`."
    ]


def test_a_folder_that_is_no_topic_is_refused(house: House) -> None:
    (house.topics_path / "03_closing").mkdir()
    with pytest.raises(Problems) as refused:
        house.select()
    assert complaints(refused, house) == [
        "course/topics/03_closing:1: is the folder of no topic in course/syllabus.yaml. "
        "Name it after a topic: two digits of its order, `_`, its id with `_` for `-`."
    ]


@pytest.mark.parametrize("name", [".ipynb_checkpoints", "__pycache__"])
def test_folders_of_programs_are_passed_over(house: House, name: str) -> None:
    (house.topics_path / name).mkdir()
    assert [folder.name for folder in house.select()] == ["01_greeting"]


def test_lessons_stand_in_the_order_of_their_numbers(house: House) -> None:
    for name in ("10_last.py", "2_second.py", "1b_more.py"):
        topic(house, name).touch()
    [folder] = house.select()
    assert [path.name for path in folder.lessons] == ["1_first_greeting.py", "1b_more.py", "2_second.py", "10_last.py"]


def test_exercises_come_after_the_lessons(house: House) -> None:
    [folder] = house.select()
    assert [path.name for path in folder.texts] == ["1_first_greeting.py", "exercises.py"]


def test_a_topic_may_have_no_exercises(house: House) -> None:
    topic(house, "exercises.py").unlink()
    [folder] = house.select()
    assert [path.name for path in folder.texts] == ["1_first_greeting.py"]


def test_all_other_files_are_attachments(house: House) -> None:
    for name in ("images/way.svg", "shop/library.py", "hints.json", "__pycache__/library.cpython-311.pyc"):
        topic(house, name).parent.mkdir(exist_ok=True)
        topic(house, name).touch()
    [folder] = house.select()
    assert [path.relative_to(folder.path).as_posix() for path in folder.attachments] == [
        "images/way.svg",
        "shop/library.py",
    ]


def test_a_problem_names_its_file_from_the_clone(house: House) -> None:
    problem = Problem(topic(house, "bank.yaml"), 7, "is wrong.", "Mend it.")
    assert problem.text(house.root) == "course/topics/01_greeting/bank.yaml:7: is wrong. Mend it."


def test_a_problem_that_has_no_line_names_none(house: House) -> None:
    assert (
        Problem(house.start_path.parent, 0, "is a folder.", "Name a file.")
        .text(house.root)
        .startswith(f"{house.start_path.parent.relative_to(house.root)}: is a folder.")
    )


def test_problems_are_told_once_and_in_the_order_of_their_lines(house: House) -> None:
    first, second = (Problem(house.start_path, line, "is wrong.", "Mend it.") for line in (2, 10))
    assert Problems([second, first, second]).problems == [first, second]
