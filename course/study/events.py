"""What an event of each kind says, so that whoever follows it can rely on that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, ValidationError, create_model
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12.

from course.study.journal import Event

LAST = 253_000_000_000_000
"""Milliseconds: a moment in the year 9987, a little before dates end."""
WIDEST = 24 * 60
"""Minutes that a clock may be away from UTC."""

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0)]
Sure = Annotated[int, Field(ge=1, le=3)]
Day = Annotated[int, Field(ge=0, le=LAST // 86_400_000)]
Words = list[str]

_ABOUT: dict[str, Any] = {"topic": str, "framework": str, "level": str}
_ASKED: dict[str, Any] = {"right": bool, "ms": float, "where": str, "exam": str | None, **_ABOUT}
_CARD: dict[str, Any] = {"card": str, "note": str, **_ABOUT}
_TYPED: dict[str, Any] = {
    "right": bool,
    "near": bool,
    "ms": float,
    "typed": str | None,
    "failures": Words | None,
    "passed": Count | None,
    "all": Count | None,
}


class _Tested(TypedDict):
    exercise: str
    test: str
    points: Share
    most: Share
    message: str
    attempted: NotRequired[bool]


_RUN: dict[str, Any] = {"run": str, "item": str}

FORMS: dict[str, dict[str, Any]] = {
    "review": {"rating": Annotated[int, Field(ge=1, le=4)], "ms": float, "source": str, **_CARD},
    **dict.fromkeys(("suspend", "unsuspend", "bury", "unbury"), _CARD),
    "card-answer": _CARD | _TYPED,
    "retyped": {"question": str, "where": str, **_TYPED, **_ABOUT},
    "more-cards": {"new": Count, "reviews": Count},
    "answer": {
        **_ASKED,
        "question": str,
        "instead_of": str | None,
        "chosen": str | None,
        "misconception": str | None,
        "confidence": Sure | None,
        "options": Count,
        "form": str,
        "try": Count,
        "again": Count,
        "told": bool | None,
    },
    "task": {**_ASKED, "task": str, "code": str | None, "passed": Count, "all": Count, "failures": Words},
    "graded": {"topic": str, "notebook": str, "by": str, "tests": list[_Tested]},
    "prediction": {"question": str, "right": bool, "options": Count},
    "hint": {"hint": str, "step": Count},
    "cause": {"question": str, "text": str},
    "drop": {"question": str},
    "shown": {"question": str},
    "setting": {"name": str},
    "plan": {"minutes": Count, "finish": Day},
    "exam-start": {
        "run": str,
        "blueprint": str,
        "form": Count,
        "items": list[Annotated[list[str], Field(min_length=2, max_length=2)]],
        "about": list[dict[str, str]],
        "minutes": Share,
        "seed": int,
        "pass_mark": Share,
        "task_points": Share,
        "covered": Count,
        "share": Count,
        "repeated": Count,
        "predicted": Share | None,
        "chances": list[Share],
    },
    "exam-answer": {
        **_RUN,
        "chosen": str | None,
        "right": bool,
        "misconception": str | None,
        "options": Count,
        "code": str | None,
        "blank": bool,
    },
    "exam-mark": {**_RUN, "marked": bool},
    **dict.fromkeys(("exam-tick", "exam-pause", "exam-resume", "exam-drop"), _RUN),
    "exam-hand-in": {**_RUN, "by": str},
    "exam-finish": {**_RUN, "points": Share, "of": Share, "passed": bool | None},
    "interview-start": {
        "run": str,
        "interview": str,
        "title": str,
        "stages": Words,
        "minutes": list[Count],
        "drawn": dict[str, str | float | None] | None,
    },
    "interview-draft": {"run": str, "stage": str, "step": str, "keep": Count, "text": str},
    "interview-turn": {
        "run": str,
        "stage": str,
        "step": str,
        "number": Count | str,
        "text": str,
        "said_ms": Share,
        "skipped": bool,
        "ask": str,
        "choice": str | None,
        "points": Words,
        "flags": Words,
        "grades": dict[str, Count],
        "levels": dict[str, Count],
        "all_points": Count,
        "grade": Count,
        "clock": bool,
    },
    **dict.fromkeys(("interview-tick", "interview-pause", "interview-resume", "interview-finish"), _RUN),
}
"""The types of what each kind says. Anything may be missing, and what is not named here may be of any type."""


def misfit(event: Event) -> str | None:
    """Why no room can follow an event of one of these kinds; None when its data have the types that they should."""
    if not (0 <= event.at <= LAST and -WIDEST <= event.offset <= WIDEST):
        return "a time that is on no calendar"
    try:
        if validate := _validator(event.kind):
            validate(event.data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"
    return None


@cache
def _validator(kind: str) -> Callable[[Mapping[str, Any]], object] | None:
    form = FORMS.get(kind)
    if form is None:
        return None
    config = ConfigDict(strict=True, allow_inf_nan=False, protected_namespaces=())
    fields: dict[str, Any] = {name: (type, None) for name, type in form.items()}
    return create_model(kind, __config__=config, **fields).__pydantic_validator__.validate_python
