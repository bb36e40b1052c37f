"""Blueprints are data: what is wrong with them is said with the line where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.house import House
from course.study.exams import blueprints as room
from course.study.exams.blueprints import blueprints, find_blueprint, read_blueprints, wrong
from course.syllabus import read_syllabus
from tests.conftest import course
from tests.course.study.exam_hall import BLUEPRINT

GOOD = BLUEPRINT.format(questions=10, tasks=2)


def problems(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return [problem.text(path.parent) for problem in room.problems(path, read_syllabus().record)]


def test_the_exams_of_the_course_weigh_every_topic_of_the_syllabus() -> None:
    file = read_blueprints()
    assert list(wrong(file, read_syllabus().record)) == []
    assert len(file.record.blueprints) == 6
    weighed = {topic for one in file.record.blueprints for topic in one.asked}
    left_out = set(read_syllabus().record.topic_by_id) - weighed
    assert left_out == {"system-design-interview", "study-technique"}, "these are practised, not asked"


@pytest.mark.parametrize(
    ("change", "to", "line", "said"),
    [
        ("routing: 50", "routing: 40", 2, "the weights of `topics` add up to 90, not to 100"),
        ("beginner: 40", "beginner: 60", 2, "the weights of `levels` add up to 120, not to 100"),
        ("routing: 50, templates: 30", "routing: 90, templates: -10", 2, "below 0"),
        ("pass_mark: 0.6", "pass_mark: 60", 8, "less than or equal to 1"),
        ("minutes: 30", "minutes: 0", 5, "greater than or equal to 1"),
        ("frameworks: [django, flask, fastapi]", "frameworks: [rails]", 9, "'django', 'flask' or 'fastapi'"),
        ("title: Mock exam", "name: Mock exam", 3, "`blueprints.0.name` is not a key"),
    ],
)
def test_what_is_wrong_with_a_blueprint_is_said_at_its_line(
    tmp_path: Path, change: str, to: str, line: int, said: str
) -> None:
    assert change in GOOD
    found = problems(tmp_path / "blueprints.yaml", GOOD.replace(change, to, 1))
    assert any(one.startswith(f"blueprints.yaml:{line}:") and said in one for one in found), found


def test_a_topic_that_the_syllabus_does_not_have_is_named_with_the_nearest(tmp_path: Path) -> None:
    [found] = [
        one for one in problems(tmp_path / "b.yaml", GOOD.replace("forms: 20", "form: 20")) if "no topic of the" in one
    ]
    assert found.startswith("b.yaml:11: `mock` gives weight to `form`")
    assert "Did you mean 'forms'?" in found


def test_a_topic_that_nobody_thought_of_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path / "b.yaml", GOOD)
    assert any(
        "`mock` does not say what `security` weighs. Add it, with 0 when it is not asked." in one for one in found
    )


def test_two_blueprints_cannot_share_an_id(tmp_path: Path) -> None:
    found = problems(tmp_path / "b.yaml", GOOD.replace("id: far-away", "id: mock"))
    assert any("b.yaml:12: the blueprint `mock` stands twice" in one for one in found)


def test_another_file_can_take_the_place_of_the_courses_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_blueprint("quick-check").minutes == 15
    (tmp_path / "own.yaml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("COURSE_BLUEPRINTS", str(tmp_path / "own.yaml"))
    assert list(blueprints()) == ["mock", "far-away"]
    with pytest.raises(LookupError, match="There are: mock, far-away"):
        find_blueprint("quick-check")


def test_course_check_looks_at_the_exams_too(house: House) -> None:
    file = house.root / "course/study/blueprints.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(GOOD, encoding="utf-8")
    shown = course(house, "check", "--no-run")
    assert shown.returncode == 1
    assert "course/study/blueprints.yaml:11: `mock` gives weight to `routing`, which is no topic" in shown.stderr
