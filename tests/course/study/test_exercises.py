"""What is kept of graded exercises."""

from __future__ import annotations

import pytest

from course.study.exercises import graded
from course.study.journal import Journal
from course.study.memory import Memory
from course.study.planning.figures import exercises


def cell(name: str, points: float | None, most: float, message: str = "") -> dict[str, object]:
    return {"cell": name, "points": points, "most": most, "message": message}


DOCUMENT = {
    "students": [
        {
            "student": "me",
            "notebooks": [
                {
                    "notebook": "exercises",
                    "cells": [
                        cell("shelf", None, 0),
                        cell("shelf-empty", 1, 1),
                        cell("shelf-full", 0, 2, "The shelf holds 3 books; expected 4."),
                        cell("shelf-label", None, 0),
                        cell("shelf-label-text", 1, 1),
                        cell("essay", None, 5),
                    ],
                },
                {"notebook": "lesson", "cells": []},
            ],
        },
        {"student": "ada", "notebooks": [{"notebook": "exercises", "cells": [cell("shelf-empty", 1, 1)]}]},
    ]
}


def test_tests_belong_to_the_exercise_whose_whole_id_they_begin_with() -> None:
    [event] = graded(DOCUMENT, "me", "routing", "own")
    assert (event["topic"], event["notebook"], event["by"]) == ("routing", "exercises", "own")
    assert [(test["exercise"], test["test"]) for test in event["tests"]] == [
        ("shelf", "shelf-empty"),
        ("shelf", "shelf-full"),
        ("shelf-label", "shelf-label-text"),
    ]


def test_an_exercise_is_solved_when_all_of_its_tests_passed() -> None:
    memory = Memory(Journal())
    [event] = graded(DOCUMENT, "me", "routing", "own")
    memory.record("graded", event)
    assert memory.state.exercises.solved("routing") == (1, 2)
    assert memory.state.exercises.points("routing") == (2, 4)
    assert memory.state.exercises.tests["routing"]["shelf-full"].message == "The shelf holds 3 books; expected 4."


def test_what_is_graded_later_stands() -> None:
    memory = Memory(Journal())
    [first] = graded(DOCUMENT, "me", "routing", "own")
    memory.record("graded", first)
    memory.record("graded", first | {"by": "class", "tests": [first["tests"][1] | {"points": 2.0, "message": ""}]})
    assert memory.state.exercises.solved("routing") == (2, 2)


def test_results_of_another_form_are_kept_and_not_followed() -> None:
    memory = Memory(Journal())
    with pytest.raises(ValueError, match="not understood"):
        memory.record(
            "graded", {"topic": "routing", "notebook": "exercises", "by": "own", "tests": [{"test": "shelf"}]}
        )
    assert memory.state.exercises.tests == {}


def test_progress_tells_what_was_solved() -> None:
    memory = Memory(Journal())
    assert exercises(memory.state, {}).said == "No exercise was graded yet."
    [event] = graded(DOCUMENT, "me", "routing", "own")
    memory.record("graded", event)
    figure = exercises(memory.state, {"routing": "Routing"})
    assert figure.said == "Exercises solved: 1 of 2 that were graded."
    assert figure.rows == [{"topic": "Routing", "solved": 1, "graded": 2, "points": "2 of 4"}]
