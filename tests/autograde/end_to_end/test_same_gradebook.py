"""After `autograde --as-nbgrader` the gradebook holds, row by row, what it holds after `nbgrader autograde`."""

from __future__ import annotations

import stat
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.autograde.courses import SmallCourse
from tests.autograde.end_to_end.mixed import go_on, make_mixed
from tests.autograde.record.ledger import Ledger, ledger
from tests.autograde.run.conftest import Imagined, Said, Small


@dataclass(frozen=True)
class Round:
    """What three classes, alike before, are after they were graded in three ways."""

    theirs: Ledger
    """By `nbgrader autograde`."""
    as_theirs: Ledger
    """By `autograde --as-nbgrader`."""
    ours: Ledger
    """By `autograde`."""
    code: int
    """nbgrader's."""
    said: tuple[Said, Said]
    files: tuple[dict[str, int], dict[str, int]]
    """Under autograded/, with their rights: nbgrader's and ours."""

    @property
    def difference(self) -> set[tuple[str, str, str]]:
        """The rows that differ without --as-nbgrader: their table, and whose they are."""
        found = set()
        for table in self.theirs:
            theirs, ours = set(self.theirs[table]), set(self.ours[table])
            for line in theirs ^ ours:
                found.add((table, "theirs" if line in theirs else "ours", line))
        return found


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory, engine: Imagined) -> tuple[Round, Round]:
    """Before and after people have graded by hand and students have worked again."""
    place = tmp_path_factory.mktemp("rounds")
    theirs, as_theirs, ours = (make_mixed(place / name / "course") for name in ("theirs", "as-theirs", "ours"))
    first = graded(theirs, Small(as_theirs, engine), Small(ours, engine))
    for course in (theirs, as_theirs, ours):
        go_on(course)
    return first, graded(theirs, Small(as_theirs, engine), Small(ours, engine))


def graded(theirs: SmallCourse, as_theirs: Small, ours: Small) -> Round:
    command = [sys.executable, "-m", "nbgrader", "autograde", "ps1"]
    with (
        (theirs.root.parent / "log").open("ab") as log,
        subprocess.Popen(command, cwd=theirs.root, stdout=log, stderr=log) as nbgrader,
    ):
        said = (as_theirs.autograde("ps1", "--as-nbgrader", "--json"), ours.autograde("ps1", "--json"))
    return Round(
        *(ledger(course.directory.db_url) for course in (theirs, as_theirs.course, ours.course)),
        nbgrader.returncode,
        said,
        (autograded(theirs), autograded(as_theirs.course)),
    )


def autograded(course: SmallCourse) -> dict[str, int]:
    folder = course.root / "autograded"
    files = [path for path in folder.rglob("*") if path.is_file()]
    paths = {path for file in files for path in (file, *file.parents) if path != folder and folder in path.parents}
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.mark.parametrize("number", [0, 1], ids=["graded first", "graded by hand and again"])
def test_every_row_is_nbgraders(rounds: tuple[Round, Round], number: int) -> None:
    made = rounds[number]
    for table in made.theirs:
        assert set(made.as_theirs[table]) ^ set(made.theirs[table]) == set(), table
    assert made.as_theirs == made.theirs
    assert made.files[1] == made.files[0]
    assert [said.code for said in made.said] == [made.code] * 2


@pytest.mark.parametrize("number", [0, 1], ids=["graded first", "graded by hand and again"])
def test_without_the_option_two_things_differ(rounds: tuple[Round, Round], number: int) -> None:
    def row(student: str, cell: str, points: float) -> str:
        rest = "extra_credit=None, manual_score=None, needs_manual_grade=False"
        where = f"notebook_id='ps1/shelf in ps1 of {student}'"
        return f"auto_score={points}, cell_id='ps1/shelf/{cell}:GradeCell', {rest}, {where}"

    stderr_costs = {("shelf-sorted", 2.0), ("shelf-share", 1.5), ("shelf-two", 2.0)}
    expected = {("grade", "theirs", row("eve", cell, 0.0)) for cell, _ in stderr_costs}
    expected |= {("grade", "ours", row("eve", cell, points)) for cell, points in stderr_costs}
    expected |= {
        ("grade", "theirs", row("fay", "shelf-sorted", 1.5)),
        ("grade", "ours", row("fay", "shelf-sorted", 0.0)),
    }
    assert rounds[number].difference == expected


def test_the_class_has_one_of_everything(rounds: tuple[Round, Round]) -> None:
    rows = {table: "\n".join(lines) for table, lines in rounds[1].theirs.items()}
    for table, words in (
        ("grade", "auto_score=0.75"),
        ("grade", "auto_score=2.0"),
        ("grade", "auto_score=None"),
        ("grade", "extra_credit=0.25"),
        ("grade", "manual_score=2.5"),
        ("grade", "TaskCell"),
        ("grade", "needs_manual_grade=True"),
        ("comment", "auto_comment='No response.'"),
        ("comment", "manual_comment='Good.'"),
        ("submitted_assignment", "extension=datetime.timedelta(seconds=3600)"),
        ("submitted_assignment", "timestamp=None"),
        ("submitted_assignment", "timestamp=datetime.datetime(2026, 11, 21, 12, 30, 0, 250000)"),
        ("submitted_notebook", "late_submission_penalty=6.0"),
    ):
        assert words in rows[table], words


def test_a_student_who_is_not_in_the_gradebook_is_named_and_gets_no_row(rounds: tuple[Round, Round]) -> None:
    assert [said.states["stranger"] for said in rounds[1].said] == ["not graded"] * 2
    assert "stranger" not in str(rounds[1].as_theirs)
    (problem,) = rounds[1].said[0].document["students"][-1]["problems"]
    assert "nbgrader db student add stranger" in problem["do"]
