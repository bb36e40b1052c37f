"""An exam in a terminal: the same desk, read and typed."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console

from course.house import House
from course.problems import Problem, Problems
from course.study.library import Library
from course.study.memory import Memory
from course.terminal.exam_seat import HANDED_IN, PAUSED, UNPAUSED, UNTOUCHED, Seat
from tests.conftest import course
from tests.course.study.exam_hall import BLUEPRINT, Hall, answer_all, finish, make_library

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


def codes(hall: Hall) -> list[str]:
    """The code that was kept, in its order."""
    events = hall.memory().journal.events()
    return [event.data["code"] for event in events if event.kind == "exam-answer" and "code" in event.data]


def test_an_exam_from_the_list_to_its_report(hall: Hall, type_in: Callable[..., str]) -> None:
    shown = type_in("9", "1", "", "1", "1", "1", "t", "def answer():", "    return 42", ".", "h", blueprint=None)
    assert "That is none of the numbers above." in shown
    assert "Nothing to ask yet." in shown
    assert "Closed book" in shown
    assert "1 of 4, 30:00 left" in shown
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
    assert "2 of 4" in shown


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
    monkeypatch.setenv("EDITOR", f"{sys.executable} {editor}")
    assert "def answer(): ...\n# 42" in "\n".join(map(str.strip, type_in("", "g 4", "e", interrupt).splitlines()))
    monkeypatch.setenv("EDITOR", "/nowhere/at/all")
    assert "The editor did not work" in type_in("", "e", interrupt)


def test_what_means_nothing_is_said_and_asked_again(type_in: Callable[..., str]) -> None:
    shown = type_in("", "9", "hello [bold]", "p", "g 4", "n", "1")
    assert "9 means nothing here." in shown
    assert "hello [bold] means nothing here." in shown
    assert "This is the first one." in shown
    assert "That was the last one; h hands in." in shown


def test_without_a_setting_the_editor_of_the_system_is_opened(
    hall: Hall, type_in: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(filename: str) -> None:
        Path(filename).write_text("# of the system", encoding="utf-8-sig")

    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setattr(click, "edit", edit)
    type_in("", "g 4", "e", interrupt)
    assert codes(hall) == ["# of the system"]


def test_ctrl_c_in_an_open_editor_keeps_what_it_had_saved(
    hall: Hall, type_in: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(filename: str) -> None:
        Path(filename).write_text("saved = True", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(click, "edit", edit)
    assert type_in("", "g 4", "e").endswith(f"{PAUSED}\n")
    assert "saved = True" in codes(hall)


def test_what_is_said_stands_below_the_page(type_in: Callable[..., str]) -> None:
    shown = type_in("", "hello")
    assert shown.rindex("of 4 answered") < shown.index("hello means nothing here.") < shown.rindex("A number answers")


def test_the_list_fits_on_a_small_screen(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_BLUEPRINTS")
    desk = hall.desk("quick-check")
    desk.act({"type": "start"})
    finish(desk)
    screen = io.StringIO()
    replies = iter(["q"])
    monkeypatch.setattr("builtins.input", lambda: next(replies))
    Seat(hall.desk(None), Console(file=screen, width=50), 3600).sit()
    shown = screen.getvalue()
    assert "6. " in shown
    assert "Quick check, last 0 %" in shown
    assert shown.count("\n") < 20


def test_typed_code_replaces_the_former_and_z_brings_it_back(hall: Hall, type_in: Callable[..., str]) -> None:
    shown = type_in("", "g 4", "z", "t", "first = 1", ".", "t", "second = 2", ".", "z", "q")
    assert "There is no change to take back." in shown
    assert shown.index("takes the place of all this code") < shown.index("first = 1")
    assert codes(hall) == ["first = 1\n", "second = 2\n", "first = 1\n"]


def test_lines_that_were_being_typed_are_kept_unless_they_would_replace_code(
    hall: Hall, type_in: Callable[..., str]
) -> None:
    type_in("", "g 4", "t", "first = 1", interrupt)
    assert codes(hall) == ["first = 1\n"]
    assert "your code from before is" in type_in("", "t", "second", interrupt)
    assert codes(hall) == ["first = 1\n"]


def test_code_is_checked_for_being_python(type_in: Callable[..., str]) -> None:
    assert "This is Python." in type_in("", "g 4", "c")


def test_an_exam_is_given_up(hall: Hall, type_in: Callable[..., str]) -> None:
    type_in("", "q")
    type_in("x", "n", "q")
    assert hall.memory().state.exams.running()
    assert "Form 1" in type_in("x", "y", "q")
    assert not hall.memory().state.exams.running()


def test_looking_at_a_running_exam_does_not_pause_it(hall: Hall, type_in: Callable[..., str]) -> None:
    desk = hall.begun()
    assert type_in(blueprint=None).endswith(f"{UNTOUCHED}\n")
    assert desk.view()["state"] == "sitting"
    type_in("m", blueprint=None)
    assert desk.view()["state"] == "paused"


def test_an_answer_to_an_exam_that_was_paused_elsewhere_is_refused_aloud(
    hall: Hall, type_in: Callable[..., str]
) -> None:
    def meanwhile() -> str:
        hall.desk().act({"type": "pause"})
        return "2"

    shown = type_in("", meanwhile, "", "q")
    assert "“2” was not taken: it was paused in another window." in shown
    assert "1✓" not in shown


def test_code_that_was_typed_while_another_window_paused_comes_in_when_it_goes_on(
    hall: Hall, type_in: Callable[..., str]
) -> None:
    def meanwhile() -> str:
        hall.desk().act({"type": "pause"})
        return "."

    shown = type_in("", "g 4", "t", "mine = 1", meanwhile, "", "q")
    assert "Your code was not taken: it was paused in another window." in shown
    assert "s saves your code" not in shown
    assert codes(hall) == ["mine = 1\n"]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ({"type": "pause"}, "It was paused in another window. Press Enter."),
        ({"type": "hand-in", "sure": True}, "It was ended in another window. Press Enter."),
    ],
)
def test_the_clock_says_what_another_window_did(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, act: dict[str, Any], said: str
) -> None:
    class Ticks(threading.Event):
        """Three ticks, and then the end."""

        rest = 3

        def wait(self, timeout: float | None = None) -> bool:
            self.rest -= 1
            return self.rest < 0

    def think() -> str:
        hall.desk().act(act)
        seat._follow_clock(Ticks())
        return "q"

    screen = io.StringIO()
    seat = Seat(hall.begun(), Console(file=screen, width=100), every=3600)
    monkeypatch.setattr("builtins.input", think)
    seat.sit()
    assert screen.getvalue().count(said) == 1
    assert "The time is over" not in screen.getvalue()


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of events that cannot be written now."""
    kinds: list[str] = []
    record = Memory.record

    def fails(self: Memory, kind: str, *args: Any, **more: Any) -> Any:
        if kind in kinds:
            raise Problems([Problem(Path("journal.db"), 1, "cannot be used.", "Make room.")])
        return record(self, kind, *args, **more)

    monkeypatch.setattr(Memory, "record", fails)
    return kinds


def test_code_that_cannot_be_kept_stays_and_is_tried_again(
    hall: Hall, type_in: Callable[..., str], trouble: list[str]
) -> None:
    trouble.append("exam-answer")

    def mended() -> str:
        trouble.clear()
        return "s"

    shown = type_in("", "g 4", "t", "mine = 1", ".", "h", "s", mended, "q")
    assert "journal.db:1: cannot be used. Make room." in shown
    assert "Your code is not kept." in shown
    assert "go to that task, where s saves it" in shown
    assert shown.count("s saves your code; e opens") == 3
    assert codes(hall) == ["mine = 1\n"]


def test_code_that_could_not_be_kept_is_shown_at_the_end(type_in: Callable[..., str], trouble: list[str]) -> None:
    trouble += ["exam-answer", "exam-pause"]
    shown = type_in("", "g 4", "t", "mine = [1]", ".", interrupt)
    assert UNPAUSED in shown
    assert shown.endswith("This code was not kept:\nmine = [1]\n\n")


def test_an_answer_that_cannot_be_kept_is_asked_again(type_in: Callable[..., str], trouble: list[str]) -> None:
    trouble.append("exam-answer")
    shown = type_in("", "1", "q")
    assert "“1” is not kept." in shown
    assert "2 of 4" not in shown


def test_ctrl_c_after_handing_in_says_how_to_read_the_report(
    hall: Hall, type_in: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hall.checks, "before", interrupt)
    assert type_in("", "g 4", "t", "return 42", ".", "h", "y").endswith(f"{HANDED_IN}\n")
    monkeypatch.setattr(hall.checks, "before", lambda: None)
    assert "in a terminal: course study routing" in type_in(blueprint=None)


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
