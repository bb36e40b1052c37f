"""An exam in a terminal: the same desk, read and typed."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from course.house import House
from course.study.library import Library
from course.terminal.exam_seat import Seat
from tests.conftest import course
from tests.course.study.exam_hall import BLUEPRINT, Hall, answer_all, make_library

Line = str | Callable[[], str]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("banks") / "topics", each=1, tasks=1)


@pytest.fixture
def hall(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hall:
    blueprints = tmp_path / "blueprints.yaml"
    blueprints.write_text(BLUEPRINT.format(questions=3, tasks=1), encoding="utf-8")
    monkeypatch.setenv("COURSE_BLUEPRINTS", str(blueprints))
    return Hall(library)


@pytest.fixture
def type_in(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Sits an exam with these lines as what is typed, and returns what was on the screen."""

    def run(*lines: Line, blueprint: str | None = "mock", every: float | None = 3600) -> str:
        rest: Iterator[Line] = iter(lines)

        def typed(prompt: str = "") -> str:
            line = next(rest, None)
            if line is None:
                raise EOFError
            return line() if callable(line) else line

        monkeypatch.setattr("builtins.input", typed)
        screen = io.StringIO()
        Seat(hall.desk(blueprint), Console(file=screen, width=100), every).sit()
        return screen.getvalue()

    return run


def interrupt() -> str:
    raise KeyboardInterrupt


def test_an_exam_from_the_list_to_its_report(hall: Hall, type_in: Callable[..., str]) -> None:
    shown = type_in("9", "1", "", "1", "1", "1", "t", "def answer():", "    return 42", ".", "h", blueprint=None)
    assert "That is none of the numbers above." in shown
    assert "the banks hold no question" in shown
    assert "Closed book" in shown
    assert "Question 1 of 4, 30:00 left" in shown
    assert "4 of 4 answered." in shown
    assert "Your code is being checked: task 1 of 1." in shown
    assert "What to study next" in shown
    assert hall.checks.asked == ["def answer():\n    return 42\n"]
    [run] = hall.memory().state.exams.finished()
    assert run.blueprint == "mock"


def test_nothing_of_the_key_is_shown_before_the_end(type_in: Callable[..., str]) -> None:
    before = type_in("", "1", "2", "3", "n", "p", "g 1", "h", "n")
    assert "right of" in before
    assert "secret" not in before
    assert "secret of the key" in type_in("", "h", "y")


def test_ctrl_c_pauses_and_the_next_time_goes_on(hall: Hall, type_in: Callable[..., str]) -> None:
    assert "`course exam` goes on" in type_in("", "2", interrupt)
    assert hall.desk(None).view()["state"] == "paused"
    hall.hands.wait(hours=5)
    shown = type_in("", "pause", blueprint=None)
    assert "30:00 are left, 1 of 4 items are answered" in shown
    assert "Question 2 of 4" in shown


def test_handing_in_asks_while_something_is_open_or_marked(hall: Hall, type_in: Callable[..., str]) -> None:
    shown = type_in("", "m", "1", "h", "no")
    assert "Still open: 2, 3, 4. Marked: 1." in shown
    assert hall.desk(None).view()["state"] == "paused", "leaving pauses, and hands nothing in"


def test_code_is_written_in_the_learners_own_editor(
    hall: Hall, type_in: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text("import sys\nwith open(sys.argv[1], 'a') as file:\n    file.write('\\n# 42')\n", encoding="utf-8")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    assert "names no editor" in type_in("", "g 4", "e", interrupt)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    assert "def answer(): ...\n# 42" in "\n".join(map(str.strip, type_in("", "e", interrupt).splitlines()))
    monkeypatch.setenv("EDITOR", "/nowhere/at/all")
    assert "The editor did not work" in type_in("", "e", interrupt)


def test_what_means_nothing_is_said_and_asked_again(type_in: Callable[..., str]) -> None:
    shown = type_in("", "9", "hello [bold]", "p", "g 4", "n", "1")
    assert "9 means nothing here." in shown
    assert "hello [bold] means nothing here." in shown
    assert "This is the first one." in shown
    assert "That was the last one; h hands in." in shown


def test_time_goes_on_while_the_learner_thinks_and_ends_the_exam(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    over, minutes = threading.Event(), []

    class Clockwork(Seat):
        """A minute passes between two ticks."""

        def _say_time(self, view: Mapping[str, Any]) -> None:
            super()._say_time(view)
            hall.hands.wait(seconds=60)
            minutes.append(view["state"])
            if view["state"] != "sitting":
                over.set()

    def think(prompt: str = "") -> str:
        """Not a key is pressed: only the clock speaks to the desk."""
        assert over.wait(20)
        return "1"

    desk = hall.begun()
    answer_all(desk, only=[1])
    screen = io.StringIO()
    monkeypatch.setattr("builtins.input", think)
    Clockwork(desk, Console(file=screen, width=100), every=0.001).sit()
    assert len(minutes) == 31
    shown = screen.getvalue()
    assert "5 minutes left." in shown
    assert "1 minute left." in shown
    assert "The time is over. Press Enter." in shown
    assert "What to study next" in shown, "the report comes by itself"
    [run] = hall.memory().state.exams.finished()
    assert (run.by, run.points) == ("time", 1)


def test_the_command_names_the_nearest_of_a_wrong_name(clone: House) -> None:
    shown = course(clone, "exam", "quick-chek")
    assert shown.returncode == 2
    assert "Did you mean 'quick-check'?" in " ".join(shown.stderr.split())
