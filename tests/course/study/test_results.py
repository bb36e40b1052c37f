"""The engine's JSON, as the course reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from course.study.results import read_results


def cell(name: str, points: float | None, most: float, message: str = "", judged: str = "inside") -> dict[str, Any]:
    return {"cell": name, "points": points, "most": most, "judged": judged, "message": message, "seconds": 0.1}


CELLS = [
    cell("shelf", None, 0),
    cell("shelf-empty", 1, 1),
    cell("shelf-full", 0, 2, "The shelf holds 3 books; expected 4."),
    cell("shelf-label", None, 0, judged="untouched"),
    cell("shelf-label-text", 0, 1, "The answer is not written yet."),
    cell("gate", None, 0, judged="untouched"),
    cell("gate-open", 1, 1),
    cell("essay", None, 5, judged="by hand"),
    cell("drawing", 3, 5, judged="by hand"),
]
DOCUMENT = {
    "version": 1,
    "ended": "finished",
    "assignment": "02_routing",
    "students": [
        {
            "student": "me",
            "state": "graded",
            "notebooks": [{"notebook": "exercises", "cells": CELLS}, {"notebook": "lesson", "cells": []}],
            "problems": [
                {"kind": "moved", "notebook": "exercises", "what": "A cell was moved.", "do": "Grade by hand."}
            ],
        }
    ],
}


def event(**changes: Any) -> dict[str, Any]:
    [found] = read_results(json.dumps(DOCUMENT | changes)).events("routing", "own")
    return found


def test_each_notebook_with_tests_becomes_one_event() -> None:
    assert {name: event()[name] for name in ("topic", "notebook", "by")} == {
        "topic": "routing",
        "notebook": "exercises",
        "by": "own",
    }


def test_tests_belong_to_the_exercise_whose_whole_id_they_begin_with() -> None:
    assert [(test["exercise"], test["test"]) for test in event()["tests"]] == [
        ("shelf", "shelf-empty"),
        ("shelf", "shelf-full"),
        ("shelf-label", "shelf-label-text"),
        ("gate", "gate-open"),
        ("", "drawing"),
    ]


def test_a_test_of_an_untouched_answer_was_not_attempted_unless_it_earned_something() -> None:
    tests = {test["test"]: test for test in event()["tests"]}
    assert (tests["shelf-label-text"]["attempted"], tests["shelf-label-text"]["message"]) == (False, "")
    assert tests["gate-open"]["attempted"]
    assert (tests["shelf-full"]["attempted"], tests["shelf-full"]["message"]) == (
        True,
        "The shelf holds 3 books; expected 4.",
    )


def test_what_a_person_has_still_to_judge_is_left_out() -> None:
    assert "essay" not in {test["test"] for test in event()["tests"]}


def test_what_the_engine_has_to_say_is_told_without_advice_for_instructors() -> None:
    results = read_results(json.dumps(DOCUMENT | {"message": "It was stopped."}))
    assert results.reasons == ["It was stopped.", "A cell was moved."]
    assert (results.named("moved"), results.named("lost")) == (["exercises"], [])


def test_an_answer_that_ended_with_an_error_is_told_with_the_tests_that_fail_by_it() -> None:
    cells = [cell("shelf", None, 0, "It ended."), *CELLS[1:]]
    tests = event(students=[{"student": "me", "notebooks": [{"notebook": "exercises", "cells": cells}]}])["tests"]
    assert [test["test"] for test in tests if test.get("answer") == "It ended."] == ["shelf-full"]


def test_a_notebook_that_was_not_handed_in_was_not_attempted() -> None:
    cells = [cell("shelf", None, 0, judged="missing"), cell("shelf-full", 0, 2, "Nothing came.", judged="missing")]
    work = {"student": "me", "notebooks": [{"notebook": "exercises", "cells": cells}]}
    [test] = event(students=[work])["tests"]
    assert (test["attempted"], test["message"]) == (False, "")


def test_what_a_terminal_would_obey_is_left_out() -> None:
    cells = [cell("shelf-full", 0, 2, "\x1b[31mThree.\x07\nFour.")]
    [test] = event(students=[{"student": "me", "notebooks": [{"notebook": "exercises", "cells": cells}]}])["tests"]
    assert test["message"] == "[31mThree.\nFour."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "It is not what `autograde` writes"),
        ("[]", "It is not what `autograde` writes"),
        (json.dumps({"version": 1}), "(assignment: field required)"),
        (json.dumps(DOCUMENT | {"version": 2}), "another version of `autograde` (2; this one reads 1)"),
        (json.dumps(DOCUMENT).replace('"points": 0,', '"points": NaN,'), "It is not what `autograde` writes"),
        (json.dumps(DOCUMENT).replace('"most": 2', '"most": -2'), "greater than or equal to 0"),
        (json.dumps(DOCUMENT).replace("expected 4", "4" * 9_999), "at most 5000 characters"),
        (json.dumps(DOCUMENT).replace("[", "[" * 9_999, 1), "It is not what `autograde` writes"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"^It .+\.$") as refused:
        read_results(text)
    assert why in str(refused.value)
