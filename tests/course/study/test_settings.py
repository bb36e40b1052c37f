"""A setting has the value that was chosen, or the one before: never something in between."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import pytest

from course.study.journal import Event, Journal
from course.study.memory import Memory
from course.study.settings import Settings, checked

AT = 1_795_000_000_000


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("retention", 0.85, 0.85),
        ("retention", 1, 0.97),
        ("retention", 0, 0.7),
        ("new_per_day", 0, 0),
        ("reviews_per_day", 40.0, 40),
        ("easy_days", ["sun", "mon"], ("mon", "sun")),
        ("exam_date", "2026-12-31", "2026-12-31"),
        ("exam_date", "", ""),
        ("frameworks", ["flask", "django"], ("django", "flask")),
        ("hours", {"sat": 2, "sun": 0}, {"sat": 2.0}),
        ("days_off", ["2026-12-25", "2026-12-24", ""], ("2026-12-24", "2026-12-25")),
        ("variant", "extended", "extended"),
        ("core_only", True, True),
    ],
)
def test_a_value_is_kept_in_one_form(name: str, value: Any, kept: Any) -> None:
    found = checked(name, value)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("retention", value) for value in ("nan", float("nan"), float("inf"), "0.9", True, None, [], 10**400)),
        *(("new_per_day", value) for value in (3.9, True, "12", -1, 10_000, float("inf"), -(10**400), None)),
        *(("easy_days", value) for value in ("mon", "montue", ["monday"], [1], {"mon": 1}, None, 5)),
        *(("exam_date", value) for value in ("tomorrow", 20261231, ["2026-12-31"], True)),
        *(("blueprint", value) for value in (5, None, ["quick-check"])),
        *(("frameworks", value) for value in ("djangoflask", "django", [], ["django", "rails"], None, [None])),
        *(("hours", value) for value in ({"mon": 17}, {"mon": "2"}, {"mon": float("nan")}, ["mon"], {1: 2}, None)),
        *(("days_off", value) for value in (["24.12."], "2026-12-24", [20261224], None)),
        *(("variant", value) for value in ("hasty", None, ["standard"], {})),
        *(("core_only", value) for value in ("false", 0, 1, None)),
        ("lucky_number", 7),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w \w"):
        checked(name, value)


@pytest.mark.parametrize(("name", "value"), [("retention", "nan"), ("new_per_day", 3.9), ("core_only", "false")])
def test_an_event_with_such_a_value_is_not_understood_and_leaves_the_value_in_force(name: str, value: Any) -> None:
    memory = Memory(Journal())
    memory.journal.add([Event(AT, 60, "strange", "setting", {"name": name, "value": value})])
    assert memory.state.settings == Settings()
    assert memory.state.misfits["strange"].startswith("Settings: ValueError: ")


def test_a_setting_of_a_later_version_is_left_alone() -> None:
    memory = Memory(Journal())
    memory.record("setting", {"name": "lucky_number", "value": 7})
    assert memory.state.settings == Settings()
    assert memory.state.misfits == {}


def test_what_is_in_force_at_first_could_have_been_chosen() -> None:
    assert {
        one.name: checked(one.name, value)
        for one, value in zip(fields(Settings), asdict(Settings()).values(), strict=True)
    } == asdict(Settings())
