"""What a class's results say."""

from __future__ import annotations

from autograde.report.figures import summarise
from autograde.task import Judged, Problem, Verdict, Weight
from tests.autograde.report.classroom import classroom, sheet, timed_out, verdict


def test_everybody_is_in_the_distribution_once() -> None:
    report = summarise("web", "ps1", classroom())
    assert sum(one.students for one in report.distribution) == 30
    full = summarise("web", "ps1", [sheet("ada", verdict("a", 1)), sheet("ben", verdict("a", 0))])
    assert [one.students for one in full.distribution] == [1, *[0] * 8, 1]
    assert (full.mean, full.median) == (0.5, 0.5)


def test_a_students_notebooks_are_added() -> None:
    both = [sheet("ada", verdict("a", 1)), sheet("ada", verdict("b", 0), notebook="other", late=0.5, by_hand=True)]
    [student] = summarise("web", "ps1", both).students
    assert (student.score, student.most, student.late, student.by_hand) == (1, 2, 0.5, True)


def test_a_test_that_the_strong_fail_is_remarked() -> None:
    tests = {test.cell: test for test in summarise("web", "ps1", classroom()).tests}
    assert tests["test-odd"].discrimination is not None
    assert tests["test-odd"].discrimination < 0
    assert tests["test-odd"].remark == "Those who did well elsewhere did badly here: is the test right?"
    assert all(tests[f"test-{place}"].discrimination > 0.2 for place in range(5))  # type: ignore[operator]
    assert tests["test-0"].remark == ""


def test_nothing_is_said_of_discrimination_in_a_small_class_or_where_all_have_the_same() -> None:
    small = summarise("web", "ps1", classroom(7)).tests
    same = summarise("web", "ps1", [sheet(f"s{n}", verdict("a", 1), verdict("b", n % 2)) for n in range(20)]).tests
    assert {test.discrimination for test in small} == {None}
    assert {test.cell: test.discrimination for test in same} == {"a": None, "b": None}


def test_a_test_that_nobody_passes_is_remarked() -> None:
    [test] = summarise("web", "ps1", [sheet("ada", verdict("a", 0)), sheet("ben", verdict("a", 0))]).tests
    assert test.remark == "Nobody has a point here: is the test right?"


def test_who_needs_a_look_is_told_with_the_reason() -> None:
    untouched = Verdict(cell="answer", judged=Judged.UNTOUCHED, points=None, most=0, graded=False)
    touched = Verdict(cell="answer", judged=Judged.INSIDE, points=None, most=0, graded=False)
    note = Problem(kind="moved", weight=Weight.NOTE, student="eve", notebook="shop", what="A cell was moved.", do="")
    looks = summarise(
        "web",
        "ps1",
        [
            sheet("ada", verdict("test-3", 0, seconds=30), problems=(timed_out("ada"),)),
            sheet("ben", untouched, verdict("test-3", 0)),
            sheet("cyd", touched, verdict("test-3", 1, seconds=25)),
            sheet("eve", touched, verdict("test-3", 1), problems=(note,)),
        ],
    ).looks
    assert [(look.student, look.cell, look.why) for look in looks] == [
        ("ada", "test-3", "Timed out: The cell ran longer than 30 s."),
        ("ben", "", "Handed in as it was released."),
        ("cyd", "test-3", "Took 25.0 s; 30 s are allowed."),
    ]


def test_points_are_counted_by_the_way_they_were_judged() -> None:
    inside = verdict("b", 0, most=3, judged=Judged.INSIDE)
    judging = summarise("web", "ps1", [sheet(name, verdict("a", 1), inside) for name in ("ada", "ben")]).judging
    assert [(one.way, one.points) for one in judging] == [("outside", 2), ("inside", 6)]


def test_a_class_of_nobody_has_a_report() -> None:
    report = summarise("web", "ps1", [], missing=["zoe", "ada"])
    assert (report.students, report.mean, report.missing) == ((), 0, ("ada", "zoe"))
