"""An interview in a terminal: the same desk, read and typed."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from course.house import House
from course.problems import Problem, Problems
from course.study.interviews.lobby import Lobby
from course.study.library import Library
from course.terminal.interview_seat import UNPAUSED, Seat
from tests.conftest import course
from tests.course.study.candidate import SECRETS, Candidate

GRADES = ("1 3", "2", "2", "3", "1")
"""Key points, red flags, and the three lines of the rubric."""


@pytest.fixture
def candidate(clone: House) -> Candidate:
    return Candidate(Library(clone.topics_path))


@pytest.fixture
def type_in(candidate: Candidate, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Sits an interview with these lines as what is typed, and returns what was on the screen."""

    def run(*lines: str | Callable[[], str], desk: Lobby | None = None) -> str:
        rest: Iterator[str | Callable[[], str]] = iter(lines)

        def typed(prompt: str = "") -> str:
            line = next(rest, None)
            if line is None:
                raise EOFError
            return line() if callable(line) else line

        monkeypatch.setattr("builtins.input", typed)
        screen = io.StringIO()
        Seat(desk or candidate.desk, Console(file=screen, width=100), 3600).sit()
        return screen.getvalue()

    return run


def test_from_start_to_report(type_in: Callable[..., str], candidate: Candidate) -> None:
    first = ("", "1", "Flask, it is small.", "And known.", ".", *GRADES, "said", "3", "skip", "1", "")
    second = ("Two tables.", ".", "", "", "3", "3", "3", "On the reader.", ".", "3", "")
    shown = type_in(*first, *second)
    assert "Which one?" in shown
    assert "Flask, it is small." in shown
    assert "class Book" not in shown, "the other framework's code is not for this answer"
    assert "What to study next" in shown
    run = candidate.run
    assert run.turn("choice").reply.text == "Flask, it is small.\nAnd known."
    assert run.turn("choice").points == ["The readers.", "The team."]
    assert run.turn("choice").flags == ["No reason."]
    replies = run.turn("choice").follow_ups.values()
    assert [(reply.grade, reply.said_ms > 0, reply.skipped) for reply in replies] == [
        (3, True, False),
        (1, False, True),
    ]
    assert (run.share, bool(run.finished)) == (0.75, True)


def test_nothing_is_told_before_it_was_answered(type_in: Callable[..., str]) -> None:
    shown = type_in("", "1", "Flask, but")
    assert not [secret for secret in SECRETS if secret in shown]


def test_leaving_pauses_and_each_line_is_kept(type_in: Callable[..., str], candidate: Candidate) -> None:
    assert "Paused. Everything is kept" in type_in("", "1", "Flask, since", "the team")
    assert candidate.run.paused
    shown = type_in("", "1", "knows it.", ".")
    assert "So far:\nFlask, since\nthe team" in shown
    assert candidate.run.turn("choice").reply.text == "Flask, since\nthe team\nknows it."


@pytest.fixture
def trouble(candidate: Candidate, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of events that cannot be written now."""
    kinds: list[str] = []
    record = candidate.memory.record

    def fails(kind: str, *args: Any, **more: Any) -> Any:
        if kind in kinds:
            raise Problems([Problem(Path("journal.db"), 1, "cannot be used.", "Make room.")])
        return record(kind, *args, **more)

    monkeypatch.setattr(candidate.memory, "record", fails)
    return kinds


def test_what_cannot_be_kept_stays_and_is_sent_again(
    type_in: Callable[..., str], candidate: Candidate, trouble: list[str]
) -> None:
    def full() -> str:
        trouble.extend(["interview-draft", "interview-turn"])
        return "It is small."

    def mended() -> str:
        trouble.clear()
        return "."

    shown = type_in("", "1", "Flask:", full, "And known.", ".", "1", mended)
    assert "journal.db:1: cannot be used. Make room." in shown
    assert "So far:\nFlask:\nIt is small.\nAnd known." in shown
    assert candidate.run.turn("choice").reply.text == "Flask:\nIt is small.\nAnd known."
    assert "This was not kept" not in shown


def test_what_could_not_be_kept_is_shown_at_the_end(type_in: Callable[..., str], trouble: list[str]) -> None:
    trouble += ["interview-draft", "interview-pause"]
    assert type_in("", "1", "Flask [it is small].").endswith(f"{UNPAUSED}\nThis was not kept:\nFlask [it is small].\n")


def test_what_means_nothing_is_asked_again(type_in: Callable[..., str], candidate: Candidate) -> None:
    shown = type_in("", "9", "x", "2", ".", "2", "Django.", ".", "7", "1", "", "0", "1", "1", "1")
    assert "A number from 1 to 2." in shown
    assert "Write your answer, or say it aloud" in shown
    assert "Numbers from 1 to 3" in shown
    assert candidate.run.turn("choice").grades == {"reasons": 1, "told": 1, "costs": 1}


def test_the_last_grade_can_be_taken_back(type_in: Callable[..., str], candidate: Candidate) -> None:
    type_in("", "1", "A.", ".", *GRADES, "B.", ".", "1", "C.", ".", "1", "u", "3", "q")
    assert [reply.grade for reply in candidate.run.turn("choice").follow_ups.values()] == [1, 3]


def test_it_can_be_ended_at_once(type_in: Callable[..., str], candidate: Candidate) -> None:
    assert "Mock interview: A library's API" in type_in("", "1", "end")
    assert candidate.run.finished


def test_the_list_leads_to_each(type_in: Callable[..., str], candidate: Candidate) -> None:
    shown = type_in("x", "1", "q", desk=Lobby(candidate.memory, candidate.library))
    assert "1. A To-Do API in four stages (46 minutes)" in shown
    assert "course interview --topic routing" in shown
    assert "That is none of the numbers above." in shown
    assert "4 Scaling it, 12 minutes" in " ".join(shown.split())


def test_time_goes_on_while_the_learner_thinks(candidate: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    thought = threading.Event()
    replies = iter(["", "1"])

    class Clockwork(Seat):
        """20 seconds pass between two ticks."""

        def _tick(self) -> None:
            if candidate.memory.state.interviews.runs:
                candidate.waits(20)
            super()._tick()
            if candidate.memory.state.interviews.runs and candidate.run.used_ms >= 60_000:
                thought.set()

    def think(prompt: str = "") -> str:
        reply = next(replies, None)
        if reply is None:
            assert thought.wait(20)
            raise EOFError
        return reply

    monkeypatch.setattr("builtins.input", think)
    Clockwork(candidate.desk, Console(file=io.StringIO()), 0.001).sit()
    assert candidate.run.used_ms >= 60_000


def test_a_sheet_for_a_friend_is_printed_and_mistakes_are_named(clone: House) -> None:
    done = course(clone, "interview", "chat", "--sheet")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Interviewer's sheet: A chat\n")
    wrong = course(clone, "interview", "chatt")
    assert "Did you mean 'chat'" in wrong.stderr
    assert "Traceback" not in wrong.stderr
