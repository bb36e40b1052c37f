"""What is seen of a run, while it goes on and when it is over."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from unittest.mock import patch

import pytest
from rich.console import Console

from autograde.remark import Remark
from autograde.run.progress import Lines, Live, Silent, choose
from autograde.run.summary import summarize
from autograde.run.tally import MOVED, Outcome, State, Tally, listed
from autograde.run.terminal import plain
from autograde.task import Graded, Judged, Problem, Result, Verdict, Weight


def verdict(judged: Judged, points: float | None, most: float, *, graded: bool = True) -> Verdict:
    return Verdict(cell="c", judged=judged, points=points, most=most, graded=graded)


VERDICTS = (
    verdict(Judged.OUTSIDE, 2, 3),
    verdict(Judged.INSIDE, 1, 1),
    verdict(Judged.BY_HAND, None, 5),
    verdict(Judged.BY_HAND, None, 0, graded=False),
)


def problem(student: str, what: str = "It is broken.", weight: Weight = Weight.UNGRADED, **where: str) -> Problem:
    return Problem(kind="broken", weight=weight, student=student, what=what, do="Mend it.", **where)


def graded(student: str, *problems: Problem) -> Outcome:
    notebook = Graded(name="one", text="", verdicts=VERDICTS)
    return Outcome(student, State.GRADED, Result(student=student, graded=(notebook,), problems=problems, seconds=0.25))


def ungraded(student: str, **more: str) -> Outcome:
    return Outcome(student, State.UNGRADED, Result(student=student, problems=(problem(student, **more),)))


def screen(*, terminal: bool, **environment: str) -> Console:
    return Console(
        file=StringIO(),
        width=100,
        force_terminal=terminal,
        markup=False,
        highlight=False,
        _environ={"TERM": "xterm", **environment},
    )


def shown(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def closing(*outcomes: Outcome, verbose: bool = False, terminal: bool = False) -> str:
    tally = Tally(asked=len(outcomes))
    for outcome in outcomes:
        tally.add(outcome)
    console = screen(terminal=terminal)
    summarize(console, tally, 1.5, verbose=verbose)
    return shown(console)


def test_points_of_people_and_of_tests_are_counted_apart() -> None:
    outcome = graded("ada")
    assert (outcome.points, outcome.most, outcome.by_hand) == (3, 4, 5)


def test_a_line_says_who_what_and_how_far() -> None:
    tally, console = Tally(asked=2), screen(terminal=False)
    lines = Lines(console)
    for outcome in (graded("ada"), ungraded("bob", notebook="one")):
        tally.add(outcome)
        lines.add(outcome, tally)
    assert shown(console).splitlines() == [
        "ada: 3 of 4 points and 5 by hand, 0.2 s (1 of 2)",
        "bob: not graded (2 of 2)",
        "  bob, one: It is broken. Mend it.",
    ]


def test_who_is_graded_again_in_another_environment_is_told_why() -> None:
    moved = replace(graded("ada"), why={"one": MOVED})
    asked = replace(graded("bob"), why={"one": "asked for by --force"})
    tally, console = Tally(asked=2), screen(terminal=False)
    for outcome in (moved, asked):
        tally.add(outcome)
        Lines(console).add(outcome, tally)
    ada, bob = shown(console).splitlines()
    assert ada.endswith(" by hand, 0.2 s, graded again because the Python environment changed (1 of 2)")
    assert bob == "bob: 3 of 4 points and 5 by hand, 0.2 s (2 of 2)"
    said = closing(moved, asked)
    assert "2 submissions graded in 1.5 s; 1 of them again because the Python environment changed." in said


def remark(*cells: str, notebook: str = "one") -> Remark:
    return Remark(kind="cannot fail", notebook=notebook, cells=cells, what="It never fails.", do="Mend it.")


def test_what_weakens_the_grades_of_the_assignment_is_a_part_of_the_summary() -> None:
    tally = Tally(asked=1, remarks=(remark("a"), remark(*"abcdefgh", notebook="two"), remark()))
    tally.add(graded("ada"))
    console = screen(terminal=False)
    summarize(console, tally, 1.5, verbose=False)
    assert shown(console).splitlines()[:4] == [
        "Look at your assignment:",
        "  one, a: It never fails. Mend it.",
        "  two, a, b, c, d, e and 3 more: It never fails. Mend it.",
        "  one: It never fails. Mend it.",
    ]


def test_a_long_list_of_it_is_cut_and_says_so() -> None:
    tally = Tally(asked=1, remarks=tuple(remark(str(number)) for number in range(25)))
    console, all_of_it = screen(terminal=False), screen(terminal=False)
    summarize(console, tally, 1.5, verbose=False)
    summarize(all_of_it, tally, 1.5, verbose=True)
    assert "5 more of the assignment; --verbose shows all." in shown(console)
    assert shown(all_of_it).count("It never fails.") == 25


def test_the_summary_says_how_points_were_judged() -> None:
    assert closing(graded("ada"), graded("bob")).splitlines() == [
        "2 submissions graded in 1.5 s.",
        "Points, by the way they were judged: 6 outside the student's process, 2 inside it, 10 by hand.",
    ]


def test_the_summary_names_everybody_who_was_not_graded_and_why() -> None:
    said = closing(graded("ada"), ungraded("bob", notebook="one", cell="sum"), ungraded("cy", what="It is empty."))
    assert "  bob, one, sum: It is broken. Mend it." in said
    assert "  cy: It is empty. Mend it." in said
    assert "1 submission graded in 1.5 s; 2 not graded." in said


def test_who_has_the_very_same_problem_shares_a_line() -> None:
    said = closing(*(ungraded(f"s{number:02}", notebook="one") for number in range(30)))
    assert "  30 students (s00, s01, s02, s03 and 26 more), one: It is broken. Mend it." in said
    assert said.count("It is broken.") == 1


def test_notes_are_shown_only_to_who_wants_all() -> None:
    outcome = graded("ada", problem("ada", "A cell was renamed.", Weight.NOTE))
    assert "renamed" not in closing(outcome)
    assert "renamed" in closing(outcome, verbose=True)


def test_a_long_list_of_what_is_worth_a_look_is_cut_and_says_so() -> None:
    outcomes = [graded(f"s{number}", problem(f"s{number}", f"Look {number}.", Weight.LOOK)) for number in range(25)]
    assert "5 more are worth a look; --verbose shows all." in closing(*outcomes)
    assert "Look 24." in closing(*outcomes, verbose=True)


def test_on_a_terminal_it_is_a_table() -> None:
    said = closing(ungraded("bob"), terminal=True)
    assert "Not graded" in said
    assert "to do" in said


@pytest.mark.parametrize(
    ("made", "seen"),
    [
        ("plain words, ümläut, 漢字, 🙂", "plain words, ümläut, 漢字, 🙂"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("\x9b2J\x85", "\\x9b2J\\x85"),
        ("a\u202eb\u2066c\u2028d", "a\\u202eb\\u2066c\\u2028d"),
        ("\ud800", "\\ud800"),
    ],
)
def test_text_of_students_cannot_steer_a_terminal(made: str, seen: str) -> None:
    assert plain(made) == seen


def test_a_live_display_shows_how_far_it_is_and_goes_away() -> None:
    tally, console = Tally(asked=4), screen(terminal=True)
    with patch("autograde.run.progress.time.monotonic", iter([0.0, 10.0, 10.1]).__next__):
        live = Live(console)
        live.begin(tally)
        for outcome in (graded("ada"), ungraded("bob\x1b[2J")):
            tally.add(outcome)
            live.add(outcome, tally)
        live.tick(tally, ["cy", "dan\x1b[2J"])
        live.tick(tally, ["eve"])  # Too soon to be drawn.
        live.end()
    said = shown(console)
    for part in ("2 of 4", "0.2 a second", "1 problem", "now: cy, dan\\x1b[2J", "bob\\x1b[2J: It is broken."):
        assert part in said
    assert "now: eve" not in said
    assert "\x1b[?25h" in said, "the cursor is not shown again"


def test_a_display_is_chosen_that_suits() -> None:
    terminal, pipe, dumb = screen(terminal=True), screen(terminal=False), screen(terminal=True, TERM="dumb")
    assert isinstance(choose(pipe, quiet=False, verbose=False), Lines)
    assert isinstance(choose(dumb, quiet=False, verbose=False), Lines)
    assert isinstance(choose(terminal, quiet=False, verbose=True), Lines)
    assert isinstance(choose(terminal, quiet=True, verbose=False), Silent)
    live = choose(terminal, quiet=False, verbose=False)
    assert isinstance(live, Live)
    live.end()


def test_a_long_list_of_names_is_cut() -> None:
    assert listed("abcdef") == "a, b, c, d and 2 more"
    assert listed("ab") == "a, b"
