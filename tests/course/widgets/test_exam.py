"""An exam in a notebook: events in, pages out, nothing of it where nobody sits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import course
from course.study.journal import Journal
from course.study.memory import Memory
from course.widgets import exam as room
from course.widgets.exam import exam
from tests.course.study.exam_hall import BLUEPRINT, Hands, make_library


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """The journal of somebody who sits there; the banks and blueprints are small ones."""
    blueprints = tmp_path / "blueprints.yaml"
    blueprints.write_text(BLUEPRINT.format(questions=3, tasks=0), encoding="utf-8")
    make_library(tmp_path / "topics", each=1, tasks=0)
    monkeypatch.setenv("COURSE_BLUEPRINTS", str(blueprints))
    monkeypatch.setenv("COURSE_LIBRARY", str(tmp_path / "topics"))
    monkeypatch.chdir(tmp_path)
    kept, hands = Journal(), Hands()
    monkeypatch.setattr(room, "memory", lambda: Memory(kept, hands))
    return kept


def test_an_exam_from_its_rules_to_its_report_and_what_a_second_run_shows(journal: Journal) -> None:
    assert course.exam is exam
    face = exam("mock")
    face.event = {"type": "start", "form": 1, "serial": 1}
    for serial in (2, 3, 4):
        item = face.view["item"]["id"]
        right = next(n for n, one in enumerate(face.view["item"]["options"]) if one["text"] == f"right of {item}")
        face.event = {"type": "answer", "item": item, "option": right, "serial": serial}
        here = face.view["here"]
        if here < 2:
            face.event = {"type": "go", "item": face.view["items"][here + 1]["id"], "serial": serial + 10}
    again = exam()
    assert (again.view["state"], [item["state"] for item in again.view["items"]]) == ("sitting", ["answered"] * 3)
    again.event = {"type": "hand-in", "serial": 20}
    assert (again.view["state"], again.view["share"]) == ("report", 1)
    assert "<p>secret of the key</p>" in again.view["items"][0]["why"]
    assert exam("mock").view["earlier"][0]["passed"] is True


def test_what_cannot_be_done_is_shown(journal: Journal) -> None:
    face = exam("far-away")
    face.event = {"type": "start", "serial": 1}
    assert "There is nothing to ask" in face.view["error"]


def test_a_reader_without_a_kernel_sees_what_there_is_and_no_question(journal: Journal) -> None:
    data, _ = exam()._repr_mimebundle_()
    for text in (data["text/html"], data["text/plain"]):
        assert "Mock exam" in text
        assert "Run this cell to sit an exam." in text
        assert "right of" not in text


def test_where_nobody_sits_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "journal.db"
    monkeypatch.setenv("COURSE_JOURNAL", str(kept))
    face = exam("quick-check")
    face.event = {"type": "start", "form": 1, "serial": 1}
    assert face.view["state"] == "sitting"
    assert not kept.exists()
    assert "correct" not in json.dumps(face.view)


def test_a_name_that_no_exam_has_is_answered_with_the_nearest() -> None:
    with pytest.raises(LookupError, match="Did you mean 'quick-check'"):
        exam("quick-chek")
