"""Hints of no exercise are refused with the nearest name."""

from __future__ import annotations

import pytest

from course.house import House
from course.widgets.hint import hint


@pytest.mark.parametrize(("id", "nearest"), [("greting", " Did you mean 'greeting'?"), ("nothing", "")])
def test_hints_that_do_not_exist_are_named_in_one_line(
    house: House, monkeypatch: pytest.MonkeyPatch, id: str, nearest: str
) -> None:
    monkeypatch.setenv("COURSE_LIBRARY", str(house.topics_path))
    with pytest.raises(LookupError) as refused:
        hint(id)
    assert str(refused.value) == f"There are no hints for {id!r} in the course.{nearest}"
