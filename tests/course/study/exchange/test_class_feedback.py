"""A class's feedback pages, as the engine makes them, come into the journal: once, and at their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from autograde.feedback.marks import Mark, Marks
from autograde.feedback.page import make_page
from autograde.feedback.settings import Wishes
from autograde.task import Judged
from course.problems import Problems
from course.study.exchange.bringing import Brought
from course.study.exchange.doors import bring
from course.study.journal import Journal
from course.study.library import Library
from course.study.memory import Memory
from tests.autograde.feedback.graded import code
from tests.awkward import START, Hands, awkward_library

GRADED = START.astimezone(UTC).replace(tzinfo=None) - timedelta(days=1)
CELLS = [
    code("def shelf(): ...", grade_id="shelf", grade=False, solution=True),
    code("assert shelf() == 4", grade_id="shelf-full", grade=True, solution=False),
    code("raise NotImplementedError()", grade_id="sign", grade=False, solution=True),
    code("assert sign()", grade_id="sign-text", grade=True, solution=False),
]
MARKS = Marks(
    student="ada",
    assignment="02_routing",
    notebook="exercises",
    marks={"shelf-full": Mark(points=1, most=2, message="Four, not three."), "sign-text": Mark(points=0, most=1)},
    comments={},
    penalty=0,
    score=1,
    most=3,
    judged={"sign": Judged.UNTOUCHED},
    graded_at=GRADED,
)
BETTER = msgspec.structs.replace(
    MARKS, marks=MARKS.marks | {"shelf-full": Mark(points=2, most=2, by_hand=True)}, score=2
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return awkward_library(tmp_path_factory.mktemp("awkward"))


@pytest.fixture
def memory() -> Memory:
    return Memory(Journal(), Hands())


def write(path: Path, marks: Marks = MARKS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(make_page({"cells": CELLS, "metadata": {}}, marks, Wishes()), encoding="utf-8")
    return path


def points(memory: Memory) -> tuple[float, float]:
    return memory.state.exercises.points("routing")


def refusal(path: Path, memory: Memory, library: Library) -> str:
    with pytest.raises(Problems) as refused:
        bring(path, memory, library)
    [problem] = refused.value.problems
    assert memory.journal.count() == 0
    return f"{problem.what} {problem.todo}"


def test_a_page_comes_in_once(memory: Memory, library: Library, tmp_path: Path) -> None:
    page = write(tmp_path / "exercises.html")
    assert bring(page, memory, library) == Brought("results", 1, 0)
    assert bring(page, memory, library) == Brought("results", 0, 1)
    [event] = memory.journal.events()
    assert (event.kind, event.data["by"], event.data["topic"]) == ("graded", "class", "routing")
    assert event.at == round(GRADED.replace(tzinfo=UTC).timestamp() * 1000)


def test_it_says_of_each_exercise_what_the_page_says(memory: Memory, library: Library, tmp_path: Path) -> None:
    bring(write(tmp_path / "exercises.html"), memory, library)
    shelf, sign = memory.state.exercises.of("routing")
    assert (shelf.id, shelf.points, {name: test.message for name, test in shelf.failed.items()}) == (
        "shelf",
        1,
        {"full": "Four, not three."},
    )
    assert (sign.id, sign.attempted) == ("sign", False)


def test_what_the_learner_graded_later_stands(memory: Memory, library: Library, tmp_path: Path) -> None:
    own = {"exercise": "shelf", "test": "shelf-full", "points": 2.0, "most": 2.0, "message": "", "attempted": True}
    memory.record("graded", {"topic": "routing", "notebook": "exercises", "by": "own", "tests": [own]})
    bring(write(tmp_path / "exercises.html"), memory, library)
    assert points(memory) == (2, 2)


def test_a_folder_as_nbgrader_fetches_it_comes_in_whole(memory: Memory, library: Library, tmp_path: Path) -> None:
    later = msgspec.structs.replace(BETTER, graded_at=GRADED + timedelta(hours=2))
    write(tmp_path / "feedback/2026-11-20 12:00:00.000000 UTC/exercises.html", later)
    write(tmp_path / "feedback/2026-11-19 12:00:00.000000 UTC/exercises.html")
    plain = tmp_path / "feedback/2026-11-20 12:00:00.000000 UTC/lesson.html"
    plain.write_text("<!DOCTYPE html><p>as nbgrader makes them</p>")
    brought = bring(tmp_path / "feedback", memory, library)
    assert brought == Brought("results", 2, 0, ("1 page holds no results of `autograde`; it was left alone.",))
    assert points(memory) == (2, 3)
    assert bring(tmp_path, memory, library).known == 2


def test_points_that_a_person_changed_since_stand(memory: Memory, library: Library, tmp_path: Path) -> None:
    page = write(tmp_path / "exercises.html")
    bring(page, memory, library)
    assert bring(write(page, BETTER), memory, library).new == 1
    assert points(memory) == (2, 3)


def test_a_page_without_a_time_is_of_now(memory: Memory, library: Library, tmp_path: Path) -> None:
    for number, moment in enumerate((None, datetime(1970, 1, 2), datetime(2900, 1, 1))):
        marks = msgspec.structs.replace(MARKS, graded_at=moment, score=number)
        bring(write(tmp_path / f"{number}.html", marks), memory, library)
    assert min(event.at for event in memory.journal.events()) >= round(START.timestamp() * 1000)


def test_results_of_another_course_are_left_alone(memory: Memory, library: Library, tmp_path: Path) -> None:
    page = write(tmp_path / "exercises.html", msgspec.structs.replace(MARKS, assignment="ps1"))
    remark = "1 page is of no topic of this course (ps1); it was left alone."
    assert bring(page, memory, library) == Brought("results", 0, 0, (remark,))


def test_a_whole_classes_feedback_is_refused(memory: Memory, library: Library, tmp_path: Path) -> None:
    for student in ("ada", "ben"):
        write(tmp_path / student / "exercises.html", msgspec.structs.replace(MARKS, student=student))
    assert refusal(tmp_path, memory, library) == (
        "holds feedback of 2 students (ada, ben…). Name the folder of your own. Nothing was brought in."
    )


def test_feedback_for_somebody_else_than_before_is_refused_unless_that_is_said(
    memory: Memory, library: Library, tmp_path: Path
) -> None:
    bring(write(tmp_path / "ada.html"), memory, library)
    other = write(tmp_path / "ben.html", msgspec.structs.replace(MARKS, student="ben"))
    with pytest.raises(Problems, match=r"is feedback for ben, not for ada as before\. Nothing .* add `--student ben`"):
        bring(other, memory, library)
    assert memory.journal.count() == 1
    assert bring(other, memory, library, student="ben").new == 1
    with pytest.raises(Problems, match="is feedback for ada, not for ben as before"):
        bring(tmp_path / "ada.html", memory, library)


def test_what_is_no_feedback_is_refused_in_a_sentence(memory: Memory, library: Library, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><p>Hello</p></html>")
    assert refusal(page, memory, library).startswith("is no feedback of `autograde`. ")
    assert refusal(tmp_path, memory, library).startswith("holds no results of exercises. ")
    page.write_text('<html><script id="autograde-results">{"version": 9</script></html>')
    assert refusal(page, memory, library).startswith("cannot be brought in. It is not what `autograde` writes ")
