"""The widgets work without a browser: events in, views out, and something to read where no front end is."""

from __future__ import annotations

import pytest

from course.house import House
from course.widgets.hint import hint
from course.widgets.quiz import quiz


@pytest.fixture(autouse=True)
def small_library(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LIBRARY", str(house.topics_path))


def test_an_answer_gets_its_reply() -> None:
    face = quiz("first-greeting")
    face.event = {"type": "answer", "question": "first-greeting", "option": 1, "serial": 1}
    states = {option["place"]: option["state"] for option in face.view["questions"][0]["options"]}
    assert states == {0: "open", 1: "wrong", 2: "open"}
    face.event = {"type": "answer", "question": "first-greeting", "option": 0, "serial": 2}
    assert face.view["questions"][0]["done"]


def test_markdown_is_rendered_and_html_is_shown_as_text(house: House) -> None:
    bank = house.topics_path / "01_greeting/bank.yaml"
    bank.write_text(bank.read_text().replace("- text: Nothing", "- text: '`<b>` <script>alert(1)</script>'"))
    texts = [option["text"] for option in quiz("first-greeting").view["questions"][0]["options"]]
    assert "<code>&lt;b&gt;</code> &lt;script&gt;alert(1)&lt;/script&gt;" in texts


def test_a_broken_event_is_shown_not_swallowed() -> None:
    face = quiz("first-greeting")
    face.event = {"type": "nonsense"}
    assert "no answer to a question" in face.view["error"]
    face.event = {"type": "answer", "question": "first-greeting", "option": 0}
    assert "error" not in face.view


def test_hints_come_one_by_one() -> None:
    face = hint("greeting")
    counts = [len(face.view["steps"])]
    for serial in range(4):
        face.event = {"type": "hint", "serial": serial}
        counts.append(len(face.view["steps"]))
    assert counts == [0, 1, 2, 3, 3]
    assert "strip" in face.view["steps"][-1]


def test_a_reader_without_a_kernel_sees_the_question_and_no_reply() -> None:
    data, _ = quiz("first-greeting")._repr_mimebundle_()
    assert "What comes back for" in data["text/html"]
    assert "1. " in data["text/plain"]
    assert "because" not in data["text/html"] + data["text/plain"]
    assert "A returned string is the body" not in data["text/html"] + data["text/plain"]


def test_mistakes_in_the_call_are_named() -> None:
    with pytest.raises(ValueError, match="at least one question"):
        quiz()
    with pytest.raises(LookupError, match="Did you mean 'first-greeting'"):
        quiz("first-greetings")
    with pytest.raises(LookupError, match="no hints for 'nothing'"):
        hint("nothing")
