"""Cards as a notebook gets them: a widget, and a text for readers without a kernel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from course.study.journal.keeping import journal_path
from course.widgets.cards import cards
from course.widgets.face import Face
from tests.course.study.card_box import make_library


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_library(tmp_path / "topics")
    monkeypatch.setenv("COURSE_LIBRARY", str(tmp_path / "topics"))
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "journal.db"))


def bundle(face: Face) -> dict[str, Any]:
    return face._repr_mimebundle_()[0]


def test_a_reader_without_a_kernel_sees_the_question_and_no_answer() -> None:
    shown = bundle(cards(only=["router-parts#1"]))
    assert "A router looks at the <strong>[…]</strong> and the method." in shown["text/html"]
    assert "Run this cell to study. Your answers are kept." in shown["text/plain"]
    for text in (shown["text/html"], shown["text/plain"]):
        assert not re.search(r"\d (new|due)", text), "it would be wrong as soon as a card is answered"
    assert "secret" not in str(shown)


def test_the_widget_shows_rates_and_goes_on() -> None:
    face = cards("templates")
    turn = face.view["card"]["turn"]
    face.event = {"type": "reveal", "turn": turn, "serial": 1}
    assert face.view["card"]["answer"] == "<p>Into the template, in secret.</p>\n"
    face.event = {"type": "rate", "turn": turn, "rating": 4, "serial": 2}
    assert (face.view["card"], face.view["end"]["cards"]) == (None, 1)


def test_a_wish_that_cannot_be_fulfilled_is_shown() -> None:
    face = cards("templates")
    face.event = {"type": "rate", "turn": face.view["card"]["turn"], "rating": 3, "serial": 1}
    assert face.view["error"] == "Look at the answer before you rate it"


def test_without_a_person_nothing_is_written() -> None:
    face = cards("templates")
    face.event = {"type": "suspend", "turn": face.view["card"]["turn"], "serial": 1}
    assert not journal_path().exists()


def test_a_framework_and_a_card_may_be_named_alone() -> None:
    assert cards(framework="flask").view["title"] == "Flask"
    assert cards(only="double").view["card"]["id"] == "double"


def test_a_misspelled_topic_is_said_at_once() -> None:
    with pytest.raises(LookupError, match="Did you mean 'routing'"):
        cards("rooting")


def test_nothing_to_do_is_no_error() -> None:
    shown = bundle(cards(weak=True))
    assert "Cards: Weak areas" in shown["text/html"]
