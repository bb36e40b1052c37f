"""What is written of a submission: what people gave stays, what is missing gets nothing, and what failed says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from nbgrader.api import Gradebook

from autograde.record import NotebookNow, Record, SubmissionNow
from autograde.refusal import Refusal
from autograde.task import Judged, Problem, Weight
from tests.autograde.courses import SmallCourse
from tests.autograde.record.ledger import ledger
from tests.autograde.record.school import (
    DUE,
    ERROR,
    LATE,
    LATER,
    NOW,
    ON_TIME,
    Ours,
    hand_in,
    make_school,
    resubmit,
    set_due,
    without,
    worked,
)


def broken(student: str, notebook: str | None, weight: Weight = Weight.UNGRADED) -> Problem:
    return Problem(
        kind="broken notebook", weight=weight, student=student, notebook=notebook, what="It is torn.", do="Mend it."
    )


def now(ours: Ours, student: str = "ada") -> SubmissionNow:
    return ours.record.verdicts(ours.assignment)[student]


def points(notebook: NotebookNow) -> dict[str, tuple[float | None, bool]]:
    return {grade.cell: (grade.auto, grade.needs_manual) for grade in notebook.grades}


def by_hand(course: SmallCourse, student: str, notebook: str, cell: str, **given: object) -> None:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        grade = gradebook.find_grade(cell, notebook, "ps1", student)
        for name, value in given.items():
            setattr(grade, name, value)
        gradebook.db.commit()


# Notebooks without grades of this run --------------------------------------------------------------------------------


def test_a_notebook_that_could_not_be_graded_keeps_its_rows_and_its_file_and_says_so(
    course: SmallCourse, ours: Ours
) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    ours.write("ada")
    before = now(ours)
    place = course.step("autograded", "ada", "ps1")
    file = (place / "fines.ipynb").read_bytes()
    resubmit(course, "ada", LATE, loans=worked(course, "loans", count_some=ERROR), fines={"cells": "torn"})
    [note] = ours.write("ada", but=[broken("ada", "fines"), broken("ada", "loans", Weight.NOTE)])
    assert str(note) == "ada, fines: It was not graded in this run; its grades of 2026-11-23 08:30 UTC stay."
    after = now(ours)
    assert after.notebooks["fines"] == msgspec.structs.replace(
        before.notebooks["fines"], refusal=(broken("ada", "fines"),)
    )
    assert (place / "fines.ipynb").read_bytes() == file
    assert points(after.notebooks["loans"])["count-some"] == (0, False)
    assert after.notebooks["loans"].problems == (broken("ada", "loans", Weight.NOTE),)
    assert str(after.timestamp) == "2026-11-21 13:30:00"
    # It is tried again: its grades are not of what was handed in last.
    task = ours.task("ada")
    known, now_it_is = ours.record.fingerprints(ours.assignment)["ada"], ours.prints().of(task)
    assert {name for name in known if known[name] == now_it_is[name]} == {"loans"}


def test_a_submission_of_which_nothing_could_be_graded_keeps_everything_even_its_time(
    course: SmallCourse, ours: Ours
) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    ours.write("ada")
    before, rows = now(ours), ledger(course.directory.db_url)
    resubmit(course, "ada", LATE, loans=worked(course, "loans", count_some=ERROR))
    notes = ours.write("ada", but=[broken("ada", None)])
    assert [note.notebook for note in notes] == ["fines", "loans"]
    assert ledger(course.directory.db_url) == rows
    after = now(ours)
    assert after.problems == (broken("ada", None),)
    assert after.timestamp == before.timestamp
    for name, notebook in after.notebooks.items():
        assert notebook == msgspec.structs.replace(before.notebooks[name], refusal=(broken("ada", None),))


def test_who_goes_back_to_what_was_graded_is_told_of_no_trouble(course: SmallCourse, ours: Ours) -> None:
    given = {"loans": worked(course, "loans"), "fines": worked(course, "fines")}
    hand_in(course, "ada", **given)
    ours.write("ada")
    before = now(ours)
    resubmit(course, "ada", LATE, loans=given["loans"])
    ours.write("ada", but=[broken("ada", None)])
    resubmit(course, "ada", ON_TIME, **given)
    assert ours.grade() == []
    assert now(ours) == before
    # Of some, the others are still what could not be graded.
    resubmit(course, "ada", ON_TIME, loans=given["loans"], fines={"cells": "torn"})
    ours.write("ada", ["loans"], but=[broken("ada", "fines")])
    assert now(ours).notebooks["fines"].refusal == (broken("ada", "fines"),)


def test_who_was_never_graded_waits_for_a_person_and_has_no_files(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    assert ours.write("ada", but=[broken("ada", None)]) == ()
    ada = now(ours)
    assert set(points(ada.notebooks["loans"]).values()) == {(None, True)}
    assert (ada.notebooks["loans"].graded_at, ada.notebooks["loans"].handed_in) == (None, True)
    assert not course.step("autograded", "ada", "ps1").exists()
    assert ours.record.fingerprints(ours.assignment) == {}


def test_a_notebook_of_which_nothing_came_back_is_a_problem_with_words(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    task = ours.task("ada")
    result = ours.result(task)
    halved = msgspec.structs.replace(result, graded=result.graded[:1])
    ours.record.write(task, halved, ours.assignment, timestamp=None, fingerprints=ours.prints().of(task))
    [why] = now(ours).notebooks["loans"].refusal
    assert str(why) == "ada, loans: Nothing came back from grading it. Grade it again."


def test_nothing_is_written_for_a_folder_without_notebooks(course: SmallCourse, ours: Ours) -> None:
    rows = ledger(course.directory.db_url)
    course.hand_in("ada", "ps1", {"notes.txt": b"soon"})
    [problem] = ours.write("ada")
    assert problem.weight is Weight.UNGRADED
    assert "They are: fines, loans." in str(problem)
    assert ledger(course.directory.db_url) == rows


# Missing notebooks and cells -----------------------------------------------------------------------------------------


def test_a_notebook_that_was_not_handed_in_gets_nothing_until_it_comes(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"))
    ours.write("ada")
    fines = now(ours).notebooks["fines"]
    assert set(points(fines).values()) == {(0, False)}
    assert {verdict.judged for verdict in fines.verdicts} == {Judged.MISSING}
    assert not fines.handed_in
    assert ours.grade() == []
    resubmit(course, "ada", ON_TIME, fines=worked(course, "fines"))
    assert ours.grade() == ["ada/fines", "ada/loans"]
    ada = now(ours)
    assert points(ada.notebooks["fines"]) == {
        "fine-none": (0.1, False),
        "fine-some": (0.2, False),
        "by-hand": (None, True),
    }
    assert points(ada.notebooks["loans"])["draw"] == (0, False)
    assert not (course.step("autograded", "ada", "ps1") / "loans.ipynb").exists()
    resubmit(course, "ada", ON_TIME, loans=worked(course, "loans"), fines=worked(course, "fines"))
    ours.grade()
    assert points(now(ours).notebooks["loans"])["draw"] == (None, True)


def test_a_test_cell_that_is_gone_keeps_no_points_of_an_earlier_submission(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", fines=worked(course, "fines"))
    ours.write("ada")
    resubmit(course, "ada", LATE, fines=without(worked(course, "fines"), "fine-some"))
    ours.write("ada")
    assert points(now(ours).notebooks["fines"])["fine-some"] == (None, True)


def test_a_person_who_graded_a_task_is_not_asked_again(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"))
    ours.write("ada")
    by_hand(course, "ada", "loans", "draw", manual_score=3.0, needs_manual_grade=False)
    by_hand(course, "ada", "loans", "why", manual_score=2.0, extra_credit=0.5, needs_manual_grade=False)
    by_hand(course, "ada", "loans", "count-some", manual_score=1.5, needs_manual_grade=False)
    ours.write("ada")
    loans = {grade.cell: grade for grade in now(ours).notebooks["loans"].grades}
    assert (loans["draw"].score, loans["draw"].needs_manual) == (3.0, False)
    assert (loans["why"].score, loans["why"].needs_manual) == (2.5, True)
    assert (loans["count-some"].score, loans["count-some"].auto, loans["count-some"].needs_manual) == (1.5, 2.0, True)
    assert now(ours).notebooks["loans"].score == 3.0 + 2.5 + 1.5 + 1.1


def test_of_some_notebooks_only_those_are_written(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", loans=worked(course, "loans"), fines=worked(course, "fines"))
    ours.write("ada", ["fines"])
    ada = now(ours)
    assert points(ada.notebooks["fines"])["fine-some"] == (0.2, False)
    assert set(points(ada.notebooks["loans"]).values()) == {(None, True)}
    place = course.step("autograded", "ada", "ps1")
    assert sorted(path.name for path in place.iterdir()) == ["data", "fines.ipynb", "notes.txt", "timestamp.txt"]
    ours.write("ada", ["loans"], files={"made.txt": b"by loans"})
    ours.write("ada", ["fines"])
    assert {"fines.ipynb", "loans.ipynb", "made.txt"} <= {path.name for path in place.iterdir()}
    assert sorted(ours.record.fingerprints(ours.assignment)["ada"]) == ["fines", "loans"]


# Students ------------------------------------------------------------------------------------------------------------


def test_a_student_is_not_added_where_the_course_does_not_want_it(tmp_path: Path) -> None:
    course = make_school(tmp_path / "course", "c.Autograde.create_student = False")
    ours = Ours(course)
    for student in ("ada", "ben"):
        hand_in(course, student, fines=worked(course, "fines"))
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        gradebook.add_student("ada", first_name="Ada")
    assert ours.write("ada") == ()
    [problem] = ours.write("ben")
    assert problem.weight is Weight.UNGRADED
    assert "No student with ID 'ben' exists in the database." in str(problem)
    assert "nbgrader db student add ben" in problem.do
    found = ours.record.verdicts(ours.assignment)
    assert {student: one.first_name for student, one in found.items()} == {"ada": "Ada"}
    assert not (course.root / "autograded" / "ben").exists()


def test_what_came_back_for_somebody_else_is_refused(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", fines=worked(course, "fines"))
    hand_in(course, "ben", fines=worked(course, "fines"))
    result = ours.result(ours.task("ben"))
    with pytest.raises(ValueError, match="cannot be that of ada"):
        ours.record.write(ours.task("ada"), result, ours.assignment, timestamp=None, fingerprints={})


# Lateness ------------------------------------------------------------------------------------------------------------

HOURLY = """
from nbgrader.plugins import BasePlugin

class Hourly(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "zoe":
            raise RuntimeError("no clock")
        return total_seconds_late / 36000

c.AssignLatePenalties.plugin_class = Hourly
"""


@pytest.fixture
def strict(tmp_path: Path) -> Ours:
    return Ours(make_school(tmp_path / "strict", HOURLY))


def penalty(ours: Ours, notebook: str = "fines", student: str = "ada") -> float | None:
    return now(ours, student).notebooks[notebook].penalty


def test_another_time_changes_the_penalty_and_nothing_is_graded(strict: Ours) -> None:
    course = strict.course
    hand_in(course, "ada", ON_TIME, fines=worked(course, "fines"))
    assert strict.grade() == ["ada/fines", "ada/loans"]
    assert penalty(strict) is None
    file = (course.step("autograded", "ada", "ps1") / "fines.ipynb").stat()
    resubmit(course, "ada", LATE, fines=worked(course, "fines"))
    task = strict.task("ada")
    assert strict.grade() == []
    assert penalty(strict) == pytest.approx(0.15)
    assert penalty(strict, "loans") is None  # Nobody is late with what was not handed in.
    assert now(strict).seconds_late == 1.5 * 3600
    place = course.step("autograded", "ada", "ps1")
    assert (place / "fines.ipynb").stat() == file
    assert (place / "timestamp.txt").read_bytes() == LATE.encode()
    assert oct((place / "timestamp.txt").stat().st_mode)[-3:] == "444"
    rows = ledger(course.directory.db_url, own=True)
    assert strict.record.settle(task, strict.assignment, timestamp=None) == ()
    assert ledger(course.directory.db_url, own=True) == rows
    assert sorted(path.name for path in place.parent.iterdir()) == ["ps1"]


def test_a_course_that_has_taken_nbgraders_step_for_penalties_out_of_its_list_has_none(tmp_path: Path) -> None:
    steps = "c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.' + name for name in ('Execute', {})]"
    for listed, expected in (("'SaveAutoGrades'", None), ("'SaveAutoGrades', 'AssignLatePenalties'", 0.15)):
        ours = Ours(make_school(tmp_path / str(expected), HOURLY + steps.format(listed)))
        hand_in(ours.course, "ada", LATE, fines=worked(ours.course, "fines"))
        ours.grade()
        assert penalty(ours) == (None if expected is None else pytest.approx(expected))


def test_what_else_makes_lateness_is_seen_in_the_next_run(strict: Ours) -> None:
    course = strict.course
    hand_in(course, "ada", LATER, fines=worked(course, "fines"))
    strict.grade()
    assert penalty(strict) == pytest.approx(0.3)  # Not more than there is.
    by_hand(course, "ada", "fines", "by-hand", manual_score=4.0)
    task = strict.task("ada")
    [note] = strict.record.settle(task, strict.assignment, timestamp=None)
    assert str(note) == "ada, fines: The penalty for lateness is 2.125 now; it was 0.3."
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        gradebook.grant_extension("ps1", "ada", hours=20)
    strict.grade()
    assert penalty(strict) == pytest.approx(0.125)
    set_due(course, DUE + timedelta(days=30))
    assert Ours(course).grade() == []
    assert penalty(strict) is None


def test_a_notebook_that_stands_gets_its_penalty_with_the_one_that_is_graded(strict: Ours) -> None:
    course = strict.course
    hand_in(course, "ada", ON_TIME, fines=worked(course, "fines"), loans=worked(course, "loans"))
    strict.grade()
    resubmit(course, "ada", LATE, fines=worked(course, "fines"), loans=worked(course, "loans"))
    task = strict.task("ada", ["loans"])
    late = now(strict).timestamp + timedelta(hours=25, minutes=30)  # type: ignore[operator]
    fingerprints = strict.prints().of(task)
    strict.record.write(task, strict.result(task), strict.assignment, timestamp=late, fingerprints=fingerprints)
    assert (penalty(strict, "fines"), penalty(strict, "loans")) == (pytest.approx(0.15), pytest.approx(0.15))


def test_a_plugin_that_fails_costs_one_student_a_grade_and_says_so(strict: Ours) -> None:
    course = strict.course
    hand_in(course, "zoe", LATE, fines=worked(course, "fines"))
    hand_in(course, "ada", LATE, fines=worked(course, "fines"))
    [problem] = strict.write("zoe")
    assert problem.weight is Weight.UNGRADED
    assert "The plugin for late submissions failed (RuntimeError: no clock); nothing was written." in str(problem)
    assert strict.write("ada") == ()
    assert list(strict.record.verdicts(strict.assignment)) == ["ada"]
    assert not (course.root / "autograded" / "zoe" / "ps1").exists()


def test_lateness_costs_nothing_where_nobody_takes_anything(course: SmallCourse, ours: Ours, tmp_path: Path) -> None:
    off = Ours(make_school(tmp_path / "off", HOURLY + "c.AssignLatePenalties.enabled = False"))
    for one in (ours, off):
        hand_in(one.course, "ada", LATER, fines=worked(course, "fines"))
        one.write("ada")
        one.write("ada")
        assert penalty(one) is None
        assert now(one).seconds_late > 0


def test_a_plugin_that_is_not_there_is_refused_before_anything_is_graded(course: SmallCourse) -> None:
    config = course.config
    config.AssignLatePenalties.plugin_class = "nowhere.Late"
    with pytest.raises(
        Refusal, match=r"plugin for late submissions cannot be used: .*AssignLatePenalties.plugin_class"
    ):
        Record(course.directory, config)


def test_what_is_read_is_what_was_written(course: SmallCourse, ours: Ours) -> None:
    hand_in(course, "ada", LATE, loans=worked(course, "loans"), fines=worked(course, "fines"))
    task = ours.task("ada")
    looked = broken("ada", "loans", Weight.LOOK)
    ours.write("ada", but=[])
    result = msgspec.structs.replace(ours.result(task), problems=(looked, broken("ada", None, Weight.NOTE)))
    ours.record.write(task, result, ours.assignment, timestamp=DUE, fingerprints={"loans": "print"})
    ada = now(ours)
    assert (ada.problems, ada.tried_at, ada.seconds) == ((broken("ada", None, Weight.NOTE),), NOW, 1.5)
    loans = ada.notebooks["loans"]
    assert {graded.name: graded.verdicts for graded in result.graded}["loans"] == loans.verdicts
    assert (loans.problems, loans.graded_at, loans.seconds, loans.handed_in) == ((looked,), NOW, 0.5, True)
    assert loans.engine
    assert [grade.cell for grade in loans.grades] == ["count-some", "count-partial", "why", "draw"]
    assert [comment.cell for comment in loans.comments] == ["count", "why", "draw"]
    assert (loans.score, loans.most) == (pytest.approx(3.1), pytest.approx(10.1))
    assert ada.score == pytest.approx(3.1 + 0.3)
