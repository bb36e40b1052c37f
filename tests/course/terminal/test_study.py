"""Cards in a terminal: the same desk, read and answered by single keys."""

from __future__ import annotations

import io
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
from rich.console import Console

from course.house import House
from course.problems import Problem, Problems
from course.study.cards.desk import Cards
from course.study.journal import Journal
from course.study.library import Library
from course.study.running import Outcome
from course.terminal.study_table import KEPT, Table
from tests.conftest import ROOT, course
from tests.course.study.card_box import Box, make_library

CODE, GAP, CHOICE, THINK = "double", "router-parts#1", "who-sorts", "status-of-text"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return make_library(tmp_path_factory.mktemp("box"), more=12)


@pytest.fixture
def box(library: Library) -> Box:
    return Box(library)


@pytest.fixture
def sit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Sits at a desk, presses these keys, types these lines, and returns what was on the screen."""

    def run(desk: Cards, keys: str, *lines: str) -> str:
        pressed, typed = iter(keys), iter(lines)

        def key() -> str:
            if (found := next(pressed, None)) is None:
                raise KeyboardInterrupt
            return found

        monkeypatch.setattr("builtins.input", lambda prompt="": next(typed))
        screen = io.StringIO()
        Table(desk, Console(file=screen, width=160), key).sit()
        assert next(typed, None) is None, "not all lines were asked for"
        return screen.getvalue()

    return run


def ratings(box: Box) -> list[tuple[str, int]]:
    events = box.memory.journal.events()
    undone = {event.data["event"] for event in events if event.kind == "undo"}
    return [(e.data["card"], e.data["rating"]) for e in events if e.kind == "review" and e.id not in undone]


def test_a_card_is_thought_of_seen_and_rated(box: Box, sit: Callable[..., str]) -> None:
    shown = sit(box.desk(only=[THINK]), " 4")
    assert "Concept · Routing and URLs · Flask · new" in shown
    assert shown.index("space shows the answer") < shown.index("The secret 200.") < shown.index("1 Again (1 min)")
    assert "Done for now." in shown
    assert shown.endswith(KEPT + "\n")
    assert ratings(box) == [(THINK, 4)]


def test_nothing_is_told_before_it_is_asked_for(box: Box, sit: Callable[..., str]) -> None:
    for id in (THINK, GAP, CODE, CHOICE):
        assert "secret" not in sit(box.desk(only=[id]), "")


def test_a_number_chooses_an_option_and_enter_takes_the_proposal(box: Box, sit: Callable[..., str]) -> None:
    desk = box.desk(only=[CHOICE])
    right = [option["text"]["line"] for option in desk.view()["card"]["options"]].index("Flask") + 1
    shown = sit(desk, f"{right}\r")
    assert "✓ Right, and quick." in shown
    assert "secret of Werkzeug" in shown
    assert ratings(box) == [(CHOICE, 3)]


def test_a_gap_is_typed_into(box: Box, sit: Callable[..., str]) -> None:
    shown = sit(box.desk(only=[GAP]), "\r\r", "body")
    assert "✗ Not this time." in shown
    assert "You typed 'body'; it is 'path'." in shown
    assert ratings(box) == [(GAP, 1)]


def test_code_is_typed_runs_and_is_mended(box: Box, sit: Callable[..., str]) -> None:
    lines = ["def double(x): ...", ".", "def double(x):", "", "    return 2 * x", "."]
    shown = sit(box.desk(only=[CODE]), "\r\r2", *lines)
    assert "Running, at most 10 seconds…" in shown
    assert "0 of 1 check passed." in shown
    assert "- double(4) should be 8." in shown
    assert "Right, at try 2." in shown
    assert ratings(box) == [(CODE, 2)]


def test_code_is_written_in_an_editor(box: Box, sit: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def edit(text: str, extension: str) -> str:
        opened.append(text)
        return "def double(x): return 2 * x" if len(opened) > 1 else "def double(x): ..."

    monkeypatch.setattr(click, "edit", edit)
    assert "Right, at try 2." in sit(box.desk(only=[CODE]), "ee")
    assert opened == ["", "def double(x): ..."]


def test_keys_undo_suspend_and_bury(box: Box, sit: Callable[..., str]) -> None:
    desk = box.desk("routing")
    shown = sit(desk, " 1usbuuq")
    assert "u undoes “Again”" in shown
    assert "Taken back: Again." in shown
    assert "Taken back: Bury." in shown
    assert ratings(box) == []
    assert not any(card.suspended or card.buried_until for card in box.memory.state.deck.cards.values())


def test_an_answer_is_taken_back_before_anything_else(box: Box, sit: Callable[..., str]) -> None:
    shown = sit(box.desk(only=[CHOICE]), "1u")
    assert "u undoes “answer”" in shown
    assert shown.index("Taken back: answer.") < shown.rindex("a number answers")
    assert (box.memory.state.answers.asked, box.memory.state.session.tries) == ({}, {})


def test_whoever_has_begun_nothing_is_told_how_to_begin(box: Box, sit: Callable[..., str]) -> None:
    assert "or run `course study routing`." in sit(box.desk(), "")


def test_words_between_backticks_are_shown_without_them(box: Box, sit: Callable[..., str]) -> None:
    def fail(*order: object) -> Outcome:
        return Outcome(0, 1, ["Your code defines no `double`."], "", 0.1)

    desk = Cards(box.memory, box.library, only=[CODE], run=fail)
    assert re.search(r"- Your code defines no double\. *\n", sit(desk, "\r", "oh", "."))


def test_a_key_that_means_nothing_is_answered_with_those_that_do(box: Box, sit: Callable[..., str]) -> None:
    shown = sit(box.desk(only=[THINK]), "x3q")
    assert shown.count("space shows the answer, s suspends, b buries, q leaves.") == 3


def test_the_end_offers_more(box: Box, sit: Callable[..., str]) -> None:
    box.memory.record("setting", {"name": "new_per_day", "value": 1})
    shown = sit(box.desk("forms"), " 4n 4sq")
    assert "n for 10 new cards more" in shown
    assert "Today: 1 card in 1 answer, less than a minute in all." in shown
    assert len(ratings(box)) == 2


def test_suspended_cards_are_brought_back(box: Box, sit: Callable[..., str]) -> None:
    shown = sit(box.desk(only=[THINK]), "sa q")
    assert "Suspended: 1 card." in shown
    assert not box.memory.state.deck.cards[THINK].suspended


def test_what_cannot_be_kept_is_said_and_what_was_typed_is_tried_again(
    box: Box, sit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, record = box.desk(only=[GAP]), box.memory.record
    trouble = [Problems([Problem(Path("journal.db"), 1, "cannot be used.", "Make room.")])]

    def fails_once(*args: object, **more: object) -> object:
        if trouble:
            raise trouble.pop()
        return record(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(box.memory, "record", fails_once)
    shown = sit(desk, "\r\r3", "path", "")
    assert "journal.db:1: cannot be used. Make room." in shown
    assert "Enter alone takes what you typed before." in shown
    assert ratings(box) == [(GAP, 3)]


def test_without_a_terminal_it_says_what_to_do(house: House) -> None:
    done = course(house, "study")
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs a terminal. In a notebook, run `cards()` instead." in done.stderr


@pytest.fixture
def terminal(tmp_path: Path, library: Library) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "journal.db", library)
    yield terminal
    terminal.close()


class Terminal:
    """`course study` in a terminal of its own."""

    def __init__(self, journal: Path, library: Library):
        import pty

        self.screen = ""
        self.journal = journal
        self._master, slave = pty.openpty()
        environment = {**os.environ, "COURSE_JOURNAL": str(journal), "COURSE_LIBRARY": str(library.path)}
        environment |= {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "TERM": "xterm"}
        command = [sys.executable, "-m", "course.cli", "study", "templates"]
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)

    def see(self, text: str) -> None:
        """Waits until something stands on the screen."""
        end = time.monotonic() + 30
        while text not in self.screen:
            assert time.monotonic() < end, self.screen
            self._read(0.1)

    def press(self, key: str, text: str) -> None:
        """Presses a key until it has done something: what is typed while nothing is read gets lost."""
        end = time.monotonic() + 30
        while text not in self.screen:
            assert time.monotonic() < end, self.screen
            os.write(self._master, key.encode())
            self._read(0.5)

    def _read(self, patience: float) -> None:
        """Takes what comes, all of it when the program has ended: Linux then calls the end of the screen an error."""
        if select.select([self._master], [], [], patience)[0]:
            with suppress(OSError):
                while part := os.read(self._master, 65536).decode("utf-8", "replace"):
                    self.screen += part
                    if self._process.poll() is None and not select.select([self._master], [], [], 0.05)[0]:
                        return

    @property
    def status(self) -> int:
        return self._process.wait(30)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


@pytest.mark.skipif(os.name != "posix", reason="a pseudo terminal")
def test_it_works_in_a_real_terminal_and_ctrl_c_keeps_everything(terminal: Terminal) -> None:
    terminal.see("q leaves")
    assert "secret" not in terminal.screen
    terminal.press(" ", "in secret")
    terminal.press("4", "Done for now.")
    terminal.press("\x03", KEPT[:20])
    assert terminal.status == 0
    [event] = Journal(terminal.journal).events()
    assert (event.kind, event.data["card"], event.data["rating"]) == ("review", "role-of-templates", 4)
