"""The button that grades: what it shows before, while and after; the engine's part is tested with course/grading.py."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from course import grading
from course.grading import Grading, NoSandbox, Step
from course.house import House, TopicFolder
from course.problems import Problem, Problems
from course.study.journal import Journal
from course.study.memory import Memory
from course.study.results import Results
from course.widgets.face import Face
from course.widgets.grade import Grader, GraderFace, grade, take_feedback
from tests.course.study.exchange.test_class_feedback import MARKS, write

SAVED = 1_795_190_400.0
LONG = 60.0
EVENT = {
    "topic": "greeting",
    "notebook": "exercises",
    "by": "own",
    "tests": [
        {"exercise": "shelf", "test": "shelf-full", "points": 0.0, "most": 2.0, "message": "It `holds` 3."},
        {"exercise": "shelf", "test": "shelf-half", "points": 0.5, "most": 1.0, "message": "", "attempted": True},
        {"exercise": "shelf", "test": "shelf-none", "points": 0.0, "most": 1.0, "message": "", "attempted": True},
        {"exercise": "gate", "test": "gate-open", "points": 1.0, "most": 1.0, "message": "", "attempted": True},
        {"exercise": "sign", "test": "sign-text", "points": 0.0, "most": 3.0, "message": "", "attempted": False},
    ],
}  # fmt: skip
DONE = Grading("greeting", SAVED, Results(1, "01_greeting", message="A cell was moved."), (EVENT,))


@dataclass
class Engine:
    """Stands in the engine's place: takes steps and comes to an end when it is told to."""

    ends: Callable[[], Grading] = lambda: DONE
    go: threading.Event = field(default_factory=threading.Event)
    begun: list[str] = field(default_factory=list)

    def grade(self, house: House, topic: TopicFolder, step: Step, sandbox: str) -> Grading:
        self.begun.append(sandbox)
        step("Running your work against the tests")
        assert self.go.wait(LONG)
        return self.ends()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(grading, "grade", engine.grade)
    return engine


@pytest.fixture
def memory() -> Memory:
    return Memory(Journal())


@pytest.fixture
def face(house: House, memory: Memory, engine: Engine) -> GraderFace:
    [topic] = house.select(["greeting"])
    return GraderFace(Grader(memory, house, topic), "", "")


def press(face: Face, serial: int = 1, **more: Any) -> None:
    face.event = {"type": "grade", **more, "serial": serial}


def finish(engine: Engine) -> None:
    engine.go.set()
    for thread in threading.enumerate():
        if thread.name == "grading":
            thread.join(LONG)


def refuse(problems: Problems) -> Callable[[], Grading]:
    def ends() -> Grading:
        raise problems

    return ends


def test_before_the_first_grading_there_is_only_a_button(face: GraderFace) -> None:
    view = face.view
    assert (view["kind"], view["title"], view["running"]) == ("grade", "Greeting visitors", False)
    assert (view["exercises"], view["score"], view["trouble"]) == ([], None, "")


def test_while_it_grades_the_step_is_shown_and_another_press_changes_nothing(face: GraderFace, engine: Engine) -> None:
    press(face)
    press(face, 2)
    assert face.heard == 2
    assert face.view["running"]
    finish(engine)
    assert face.view["step"] == "Running your work against the tests"
    assert engine.begun == ["best"]


def test_each_exercise_is_shown_with_the_tests_that_gave_no_points(face: GraderFace, engine: Engine) -> None:
    press(face)
    finish(engine)
    shelf, gate, sign = face.view["exercises"]
    assert (shelf["words"], shelf["points"]) == ("not yet", "0.5 of 4")
    assert shelf["failed"] == [
        {"name": "full", "message": "It `holds` 3."},
        {"name": "half", "message": "0.5 of 1 points."},
        {"name": "none", "message": "No points."},
    ]
    assert (gate["words"], gate["points"], gate["failed"]) == ("solved", "1 of 1", [])
    assert (sign["words"], sign["points"], sign["failed"]) == ("not attempted", "0 of 3", [])
    assert face.view["score"] == "1 of 3 exercises solved, 1.5 of 8 points"
    assert face.view["when"].startswith("as it was saved at ")
    assert face.view["problems"] == ["A cell was moved."]
    assert not face.view["running"]


def test_what_came_of_it_is_in_the_journal_once_and_shown_again_later(
    face: GraderFace, engine: Engine, memory: Memory, house: House
) -> None:
    press(face)
    finish(engine)
    assert [event.kind for event in memory.journal.events()] == ["graded"]
    again = Grader(memory, house, house.select(["greeting"])[0]).view()
    assert again["exercises"] == face.view["exercises"]
    assert again["when"].startswith("graded on 20")


def test_a_classes_result_is_called_that(memory: Memory, house: House) -> None:
    memory.record("graded", EVENT | {"by": "class"})
    assert Grader(memory, house, house.select(["greeting"])[0]).view()["when"].endswith(" in your class")


def test_what_stands_in_the_way_is_said_by_the_name_in_the_clone(
    face: GraderFace, engine: Engine, house: House
) -> None:
    problem = Problem(house.work / "01_greeting/exercises.ipynb", 0, "is not there.", "Get it.")
    engine.ends = refuse(Problems([problem]))
    press(face)
    finish(engine)
    assert face.view["trouble"] == "work/01_greeting/exercises.ipynb: is not there. Get it."
    assert (face.view["running"], face.view["unsealed"]) == (False, False)


def test_a_grading_that_ends_before_the_press_was_answered_leaves_the_button_free(
    face: GraderFace, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.go.set()
    look = face.desk.view

    def slowly() -> dict[str, Any]:
        seen = look()
        if threading.current_thread() is threading.main_thread():
            time.sleep(0.2)  # Time enough for the grading to come to its end.
        return seen

    monkeypatch.setattr(face.desk, "view", slowly)
    press(face)
    finish(engine)
    assert not face.view["running"]


def test_without_a_sandbox_it_offers_to_do_without(face: GraderFace, engine: Engine) -> None:
    engine.ends = refuse(NoSandbox([Problem(Path("x"), 0, "was not graded.", "Say so.")]))
    press(face)
    finish(engine)
    assert face.view["unsealed"]
    engine.ends = lambda: DONE
    press(face, 2, unsealed=True)
    finish(engine)
    assert engine.begun == ["best", "none"]
    assert (face.view["unsealed"], face.view["trouble"]) == (False, "")


def test_a_failure_that_nobody_thought_of_is_said_too(face: GraderFace, engine: Engine) -> None:
    def ends() -> Grading:
        raise ZeroDivisionError("by zero")

    engine.ends = ends
    press(face)
    finish(engine)
    assert face.view["trouble"] == "This did not work. ZeroDivisionError: by zero"


def test_any_other_wish_is_refused(face: GraderFace) -> None:
    face.event = {"type": "dance", "serial": 1}
    assert "no wish for grading" in face.view["error"]


def test_it_is_made_for_the_clone_around_the_notebook(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.work.mkdir()
    monkeypatch.chdir(house.work)
    assert "course grade greeting" in grade("greeting")._repr_mimebundle_()[0]["text/plain"]
    with pytest.raises(
        LookupError, match=r"There is no topic 'greetings' with exercises here\. Did you mean 'greeting'"
    ):
        grade("greetings")


def test_fetched_feedback_of_a_class_is_taken_into_the_journal_and_shown(
    memory: Memory, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = house.work / "01_greeting/feedback"
    write(fetched / "2026-11-20 12:00:00.000000 UTC/exercises.html")
    assert take_feedback(memory, fetched) == ""
    assert memory.state.exercises.points("routing") == (1, 3)
    write(fetched / "2026-11-20 12:00:00.000000 UTC/more.html", msgspec.structs.replace(MARKS, student="ben"))
    [topic] = house.select(["greeting"])
    assert (
        Grader(memory, house, topic).view()["trouble"].startswith("01_greeting/feedback: holds feedback of 2 students")
    )
    assert memory.journal.count() == 1


def test_pages_that_nbgrader_made_are_passed_over(memory: Memory, tmp_path: Path) -> None:
    assert take_feedback(memory, tmp_path / "feedback") == ""
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback/exercises.html").write_text("<!DOCTYPE html><p>as nbgrader makes them</p>")
    assert take_feedback(memory, tmp_path / "feedback") == ""


def test_where_there_is_no_clone_it_says_who_has_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none() -> House:
        raise Problems([Problem(Path(), 0, "is not inside a clone.", "")])

    monkeypatch.setattr("course.widgets.grade.find_house", find_none)
    assert "with your instructor" in grade("greeting").data
