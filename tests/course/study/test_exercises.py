"""What is kept of graded exercises."""

from __future__ import annotations

import pytest

from course.study.journal import Journal
from course.study.memory import Memory
from course.study.planning.figures import exercises

FIRST = {
    "topic": "routing",
    "notebook": "exercises",
    "by": "own",
    "tests": [
        {"exercise": "shelf", "test": "shelf-empty", "points": 1.0, "most": 1.0, "message": "", "attempted": True},
        {"exercise": "shelf", "test": "shelf-full", "points": 0.0, "most": 2.0, "message": "Three.", "attempted": True},
        {"exercise": "label", "test": "label-text", "points": 1.0, "most": 1.0, "message": "", "attempted": True},
        {"exercise": "sign", "test": "sign-text", "points": 0.0, "most": 3.0, "message": "", "attempted": False},
    ],
}
FULL = {"exercise": "shelf", "test": "shelf-full", "points": 2.0, "most": 2.0, "message": "", "attempted": True}


@pytest.fixture
def memory() -> Memory:
    memory = Memory(Journal())
    memory.record("graded", FIRST)
    return memory


def test_an_exercise_is_solved_when_all_of_its_tests_passed(memory: Memory) -> None:
    shelf, label, sign = memory.state.exercises.of("routing")
    assert (shelf.id, shelf.solved, shelf.points, shelf.most) == ("shelf", False, 1, 3)
    assert {name: test.message for name, test in shelf.failed.items()} == {"full": "Three."}
    assert (label.id, label.solved) == ("label", True)
    assert (sign.solved, sign.attempted) == (False, False)


def test_an_exercise_that_was_not_attempted_is_not_counted_as_tried(memory: Memory) -> None:
    assert memory.state.exercises.solved("routing") == (1, 2)
    assert memory.state.exercises.points("routing") == (2, 7)


def test_the_grading_of_a_notebook_that_came_later_stands(memory: Memory) -> None:
    memory.record("graded", FIRST | {"by": "class", "tests": [FULL]})
    assert memory.state.exercises.solved("routing") == (1, 1)
    assert memory.state.exercises.points("routing") == (2, 2)
    assert [test.by for test in memory.state.exercises.tests["routing"].values()] == ["class"]


def test_only_a_grading_that_says_something_else_does_not_stand_already(memory: Memory) -> None:
    known = memory.state.exercises
    assert known.stands(FIRST)
    assert not known.stands(FIRST | {"by": "class"})
    assert not known.stands(FIRST | {"tests": [FULL]})
    assert not known.stands(FIRST | {"notebook": "project"})


def test_an_answer_that_stopped_comes_before_the_tests_that_fail_by_it(memory: Memory) -> None:
    stopped = FIRST["tests"][1] | {"answer": "It ended.", "message": ""}  # type: ignore[index]
    memory.record("graded", FIRST | {"tests": [FULL | {"test": "shelf-empty"}, stopped]})
    [shelf] = memory.state.exercises.of("routing")
    assert list(shelf.troubles.items()) == [("your answer", "It ended."), ("full", "No points.")]


def test_notebooks_of_a_topic_are_added_up(memory: Memory) -> None:
    more = FULL | {"exercise": "gate", "test": "gate-open"}
    memory.record("graded", FIRST | {"notebook": "project", "tests": [more]})
    assert memory.state.exercises.solved("routing") == (2, 3)


def test_results_of_another_form_are_kept_and_not_followed() -> None:
    memory = Memory(Journal())
    with pytest.raises(ValueError, match="not understood"):
        memory.record("graded", FIRST | {"tests": [{"test": "shelf"}]})
    assert memory.state.exercises.tests == {}


def test_progress_tells_what_was_solved(memory: Memory) -> None:
    assert exercises(Memory(Journal()).state, {}).said == "No exercise was tried and graded yet."
    figure = exercises(memory.state, {"routing": "Routing"})
    assert figure.said == "Exercises solved: 1 of 2 that you tried."
    assert figure.rows == [{"topic": "Routing", "solved": 1, "tried": 2, "points": "2 of 7"}]
