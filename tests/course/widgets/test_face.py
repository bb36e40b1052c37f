"""The widgets work without a browser: events in, views out, and something to read where no front end is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from course.house import House
from course.living import MARK, WIDGET, is_running
from course.problems import Problem, Problems
from course.study.desk import View, line, md
from course.widgets import face as room
from course.widgets.face import Face, the_front
from course.widgets.hint import hint
from course.widgets.quiz import quiz


@pytest.fixture(autouse=True)
def small_library(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LIBRARY", str(house.topics_path))


class Counting:
    """A desk that counts, and goes wrong when it is asked to."""

    def __init__(self) -> None:
        self.count = 0

    def view(self) -> View:
        return {"kind": "counting", "count": self.count, "words": [md("`<b>` <script>"), {"deep": line("*one* line")}]}

    def act(self, event: Mapping[str, Any]) -> None:
        if "wrong" in event:
            raise event["wrong"]
        self.count += 1


@pytest.fixture
def face() -> Face:
    return Face(Counting(), "<p>Run this cell to count.</p>", "Counting")


def test_an_event_gets_a_view_and_is_heard(face: Face) -> None:
    face.event = {"type": "count", "serial": 12.5}
    assert (face.view["count"], face.heard) == (1, 12.5)


def test_markdown_is_rendered_and_html_is_shown_as_text(face: Face) -> None:
    words, deep = face.view["words"]
    assert words.strip() == "<p><code>&lt;b&gt;</code> &lt;script&gt;</p>"
    assert deep["deep"] == "<em>one</em> line"


PROBLEM = Problem(Path("loans.yaml"), 3, "There is no such loan.", "Add it.")


@pytest.mark.parametrize("wrong", [ValueError("There is no such loan."), Problems([PROBLEM])])
def test_what_cannot_be_done_is_said_until_something_is_done(face: Face, wrong: Exception) -> None:
    face.event = {"wrong": wrong, "serial": 1}
    assert "There is no such loan." in face.view["error"]
    assert (face.view["count"], face.heard) == (0, 1)
    face.event = {"type": "count", "serial": 2}
    assert "error" not in face.view


def test_a_fault_of_ours_is_seen_by_the_learner_and_by_the_log(face: Face) -> None:
    with pytest.raises(ZeroDivisionError):
        face.event = {"wrong": ZeroDivisionError("division by zero"), "serial": 3}
    assert face.view["error"] == "This did not work. ZeroDivisionError: division by zero"
    assert face.heard == 3


def test_a_reader_without_a_kernel_has_something_to_read(face: Face) -> None:
    data, _ = face._repr_mimebundle_()
    assert data["text/html"] == "<p>Run this cell to count.</p>"
    assert data["text/plain"] == "Counting"


def test_the_widget_is_shown_where_somebody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "person_there", lambda shell: True)
    face = Face(Counting(), "", "")
    monkeypatch.setattr(room, "person_there", lambda shell: False)  # As in a callback of another widget.
    data, _ = face._repr_mimebundle_()
    assert data[WIDGET]["model_id"] == face.model_id


def test_an_output_says_which_process_answers_for_it(face: Face) -> None:
    _, metadata = face._repr_mimebundle_()
    assert is_running(metadata[MARK])


def test_a_widget_knows_the_name_that_its_kernel_knows_it_by(face: Face) -> None:
    assert face.name == face.model_id
    assert Face(Counting(), "", "").name != face.name


def test_the_static_quiz_tells_no_answer() -> None:
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


def test_no_two_files_of_the_front_give_the_same_name() -> None:
    texts = [path.read_text(encoding="utf-8") for path in room.FRONT.glob("*.js")]
    names = [name for text in texts for name in re.findall(r"^(?:async )?(?:function|const|let) (\w+)", text, re.M)]
    assert "drawOption" in names
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_the_front_begins_with_its_tools_and_ends_with_what_starts_it() -> None:
    first, last = (room.FRONT / name for name in ("tools.js", "main.js"))
    assert the_front().code.startswith(first.read_text(encoding="utf-8"))
    assert the_front().code.endswith(last.read_text(encoding="utf-8"))


def test_all_faces_share_one_front_until_it_is_closed(face: Face) -> None:
    other = Face(Counting(), "", "")
    assert (other.front, other.shared) == (face.front, face.shared) == (the_front().version, the_front().model_id)
    assert len(str(face.get_state())) < 4000
    the_front().close()
    assert Face(Counting(), "", "").shared not in (face.shared, "")
