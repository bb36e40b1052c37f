"""What does not say what its kind says is found before a room follows it."""

from __future__ import annotations

from typing import Any

import pytest

from course.study.events import FORMS, LAST, misfit
from course.study.journal import Event
from course.study.memory import State


def event(kind: str, at: int = 0, offset: int = 0, **data: Any) -> Event:
    return Event(at, offset, "one", kind, data)


def test_every_kind_that_a_room_follows_has_its_form() -> None:
    kinds = {kind for one in vars(State()).values() for kind in getattr(one, "kinds", ())}
    assert kinds == FORMS.keys()


@pytest.mark.parametrize(
    "fine",
    [
        event("hint", hint="routing", step=1),
        event("hint"),
        event("hint", hint="routing", step=1, of="a later version"),
        event("telepathy", hint=3),
        event("answer", ms=1.5, confidence=None, chosen=None, misconception=None),
        event("hint", LAST, -24 * 60),
    ],
    ids=["whole", "empty", "with more", "unknown", "with gaps", "at the end of time"],
)
def test_what_fits_is_let_through(fine: Event) -> None:
    assert misfit(fine) is None


@pytest.mark.parametrize(
    ("strange", "why"),
    [
        (event("hint", hint=3), "hint: input should be a valid string"),
        (event("hint", step=True), "step: input should be a valid integer"),
        (event("hint", step=-1), "step: input should be greater than or equal to 0"),
        (event("answer", right=1), "right: input should be a valid boolean"),
        (event("answer", ms=float("nan")), "ms: input should be a finite number"),
        (event("exam-start", about=[{"topic": None}]), "about.0.topic: input should be a valid string"),
        (event("exam-start", items=[["questions"]]), "items.0: list should have at least 2 items"),
        (event("interview-turn", grades={"clear": "2"}), "grades.clear: input should be a valid integer"),
        (event("hint", -1), "a time that is on no calendar"),
        (event("hint", LAST + 1), "a time that is on no calendar"),
        (event("hint", 0, 24 * 60 + 1), "a time that is on no calendar"),
    ],
)
def test_what_does_not_fit_is_told_by_its_place(strange: Event, why: str) -> None:
    assert (misfit(strange) or "").startswith(why)
