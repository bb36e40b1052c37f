"""Interviews are called by name or by topic, listed without anything, and printed for a friend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.study.interviews.staged import mock_interviews
from course.widgets.face import Face
from course.widgets.interview import Sheet, interview


def face(*words: str, **wishes: object) -> Face:
    made = interview(*words, **wishes)  # type: ignore[arg-type]
    assert isinstance(made, Face)
    return made


def test_a_staged_interview_is_called_by_its_name() -> None:
    made = face("todo-api")
    assert (made.view["kind"], made.view["phase"], made.view["title"]) == (
        "interview",
        "start",
        "A To-Do API in four stages",
    )
    made.event = {"type": "start", "serial": 1}
    assert "200,000 users" in made.view["says"]
    made.event = {"type": "answer", "stage": "framework", "text": "Flask", "choice": "flask", "serial": 2}
    assert made.view["phase"] == "compare"
    assert [one["title"] for one in made.view["answers"] if one["mine"]] == ["Flask"]


def test_without_a_name_all_are_listed() -> None:
    made = face()
    assert [one["id"] for one in made.view["interviews"]] == list(mock_interviews())
    made.event = {"type": "choose", "interview": "chat", "serial": 1}
    assert (made.view["phase"], made.view["title"]) == ("start", "A chat")
    made.event = {"type": "lobby", "serial": 2}
    assert made.view["phase"] == "lobby"


def test_questions_are_drawn_by_topic_level_and_minutes() -> None:
    view = face(topic="routing", level="intermediate", minutes=20).view
    assert (view["title"], len(view["stages"]), view["minutes"]) == ("Routing and URLs, intermediate", 3, 18)


@pytest.mark.parametrize(
    ("name", "wishes", "error", "says"),
    [
        ("todo-apy", {}, LookupError, "Did you mean 'todo-api'"),
        ("routing", {}, LookupError, r"Write interview\(topic='routing'\)"),
        ("todo-api", {"topic": "routing"}, ValueError, "Give a name, or a topic"),
        (None, {"topic": "rooting"}, ValueError, "Did you mean 'routing'"),
        (None, {"level": "expert"}, ValueError, "A level is one of"),
        (None, {"partner": True}, ValueError, "Say which one"),
    ],
)
def test_mistakes_in_the_call_are_named(name: str | None, wishes: dict, error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        interview(name, **wishes)


@pytest.mark.parametrize("name", [None, *mock_interviews()])
def test_a_reader_without_a_front_end_sees_what_it_is_and_no_answer(name: str | None) -> None:
    data, _ = (face(name) if name else face())._repr_mimebundle_()
    shown = data["text/html"] + data["text/plain"]
    for one in mock_interviews().values():
        assert (one.title in data["text/plain"]) == (name in (None, one.id))
        for stage in one.stages:
            assert stage.says[:60] not in shown
            assert stage.key_points[0] not in shown


def test_the_sheet_for_a_friend_can_be_printed_and_saved(tmp_path: Path) -> None:
    made = interview("todo-api", partner=True)
    assert isinstance(made, Sheet)
    assert made._repr_mimebundle_()["text/plain"] == made.markdown
    page = made.save(tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<h1>Interviewer's sheet: A To-Do API in four stages</h1>" in page
    assert made.save(tmp_path / "sheet.md").read_text(encoding="utf-8") == made.markdown


def test_a_topic_has_a_sheet_too() -> None:
    made = interview(topic="routing", minutes=10, partner=True)
    assert isinstance(made, Sheet)
    assert "Interviewer's sheet: Routing and URLs, all levels" in made.markdown


def test_the_sheet_comes_into_the_page_only_when_it_is_asked_for() -> None:
    made = face("chat")
    assert "sheet" not in made.view
    assert "Publish and subscribe" not in json.dumps(made.view)
    made.event = {"type": "sheet", "serial": 1}
    assert made.view["sheet"]["paper"].startswith("<!doctype html>")
    assert "☐ Publish and subscribe" in made.view["sheet"]["text"]


def test_what_cannot_be_done_is_said() -> None:
    made = face("chat")
    made.event = {"type": "start", "serial": 1}
    made.event = {"type": "answer", "stage": "size", "text": " ", "serial": 2}
    assert "Write your answer, or say it aloud" in made.view["error"]
    assert made.view["phase"] == "question"
