"""The desk of the plan: choices come in, all of them or none, and can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from course.study.journal import Journal
from course.study.library import the_library
from course.study.memory import Memory
from course.study.planning.planner import Planner
from course.study.progress import NotebookProgress, TopicProgress

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def memory() -> Memory:
    return Memory(Journal(), clock=lambda: NOON)


@pytest.fixture
def planner(memory: Memory) -> Planner:
    return Planner(memory, the_library(), topics)


def topics() -> list[TopicProgress]:
    topic = the_library().syllabus.topic_by_id["routing"]
    notebooks = [NotebookProgress(f"02_routing/{n}.ipynb", f"Lesson {n}", 40, 10, 0) for n in range(1, 7)]
    return [TopicProgress(topic, tuple(notebooks))]


def choose(planner: Planner, **settings: Any) -> dict[str, Any]:
    planner.act({"type": "choose", "settings": settings, "serial": 1})
    return planner.view()


def said(planner: Planner) -> str:
    return " ".join(planner.view()["summary"])


def test_a_new_learner_sees_what_is_for_today(planner: Planner) -> None:
    today = planner.view()["today"]
    assert today["title"] == "Monday 16 November 2026"
    assert today["works"][0]["lesson"] == {"lesson": "02_routing/1.ipynb", "title": "Lesson 1"}
    assert 0 < today["planned"] <= today["minutes"] == 60


def test_an_exam_date_makes_a_plan_until_then(planner: Planner) -> None:
    view = choose(planner, exam_date="2026-12-14", blueprint="flask-developer")
    assert view["weeks"][-1]["days"][-1]["date"] <= "2026-12-14"
    assert "is on Monday 14 December 2026, in 28 days." in said(planner)
    assert view["said"] == "The plan was made anew."
    assert 'exam("flask-developer")' in str(view["weeks"])


def test_too_little_time_is_said_with_a_way_out(planner: Planner) -> None:
    assert not choose(planner, exam_date="2026-11-21", hours={"mon": 0.5})["fits"]
    assert "The time is short" in said(planner)
    assert "hours a week instead of 0.5" in said(planner)
    assert "choose a later date" in said(planner)


def test_choices_are_kept_for_the_next_desk(planner: Planner, memory: Memory) -> None:
    choose(planner, hours={"sat": 4}, days_off=["2026-12-24"], frameworks=["django"], variant="extended")
    settings = Planner(memory, the_library(), topics).view()["settings"]
    assert settings["hours"] == {"sat": 4.0}
    assert (settings["days_off"], settings["frameworks"], settings["variant"]) == (
        ["2026-12-24"],
        ["django"],
        "extended",
    )


def test_every_change_can_be_taken_back_one_after_the_other(planner: Planner) -> None:
    before = planner.view()["settings"]
    choose(planner, exam_date="2026-12-14", new_per_day=5)
    middle = planner.view()["settings"]
    choose(planner, variant="accelerated")
    planner.act({"type": "undo"})
    assert planner.view()["settings"] == middle
    planner.act({"type": "undo"})
    assert planner.view()["settings"] == before
    assert not planner.view()["undoable"]
    with pytest.raises(ValueError, match="nothing to take back"):
        planner.act({"type": "undo"})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"exam_date": "2026-11-16"}, "an exam lies ahead, and Monday 16 November 2026 does not"),
        ({"exam_date": "2036-11-16"}, "three years ahead at most"),
        ({"exam_date": "tomorrow"}, "a date looks like 2026-12-31"),
        ({"blueprint": "brain-surgery"}, "there is no exam 'brain-surgery'"),
        ({"hours": {"mon": 20}}, "16 hours a day"),
        ({"hours": {"someday": 1}}, "weekdays are mon"),
        ({"days_off": ["24.12."]}, "a date looks like 2026-12-31"),
        ({"frameworks": []}, "at least one"),
        ({"variant": "hasty"}, "accelerated, standard, extended"),
        ({"new_per_day": -1}, "between 0 and 9999"),
        ({"lucky_number": 7}, "lucky_number cannot be chosen here"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_nothing_is_changed(
    planner: Planner, memory: Memory, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        choose(planner, **{"retention": 0.8, **settings})
    assert memory.journal.events() == []


def test_retention_is_kept_within_reason(planner: Planner) -> None:
    assert choose(planner, retention=0.999)["settings"]["retention"] == 0.97


def test_saving_the_same_again_writes_nothing(planner: Planner, memory: Memory) -> None:
    choose(planner, **planner.view()["settings"])
    assert memory.journal.events() == []
    assert planner.view()["said"] == "Nothing was changed."


def test_who_keeps_to_no_plan_is_told_how_late_it_is() -> None:
    now = [NOON]
    memory = Memory(Journal(), clock=lambda: now[0])
    planner = Planner(memory, the_library(), topics)
    choose(planner, exam_date="2026-12-31")
    now[0] = datetime(2026, 12, 7, 12, tzinfo=UTC)
    assert "behind the plan that you made" in said(planner)


def test_the_plan_in_a_notebook_has_something_to_read_without_a_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from course.widgets.plan import plan

    monkeypatch.chdir(tmp_path)
    data, _ = plan()._repr_mimebundle_()
    assert "Run this cell to see your plan" in data["text/html"]
    assert "Run this cell to see your plan" in data["text/plain"]
