"""A course's own preprocessors run where nbgrader would run them, or are refused by name."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import nbformat
import pytest
from nbgrader.preprocessors import LimitOutput, OverwriteCells, SaveAutoGrades
from traitlets.config import Config

from autograde.assignment import Assignment, Step, Steps
from autograde.grading.reading import read_assignment
from autograde.grading.steps import read_steps
from autograde.refusal import Refusal
from autograde.seam import configure
from tests.autograde import courses
from tests.autograde.courses import SmallCourse, answer, check, code, make_course
from tests.autograde.grading.conftest import Grading

SANITIZE = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")
OURS = """
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Any, List, Unicode


class Drop(NbGraderPreprocessor):
    words = List(Unicode()).tag(config=True)
    rule = Any().tag(config=True)

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if not any(word in cell.source for word in self.words)]
        return nb, resources


class Mend(NbGraderPreprocessor):
    def preprocess_cell(self, cell, resources, index):
        cell.source = cell.source.replace("broken", "whole")
        return cell, resources


class Forgive(NbGraderPreprocessor):
    def preprocess_cell(self, cell, resources, index):
        for output in cell.get("outputs", ()):
            output["name"] = "stdout" if "forgiven" in output.get("text", "") else output.get("name", "")
        return cell, resources


class Bare(NbGraderPreprocessor):
    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "code":
            cell.outputs = []
        return cell, resources


class Scores(SaveAutoGrades):
    pass


class Asking(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        return resources["nbgrader"]["db_url"]


def shout(nb, resources):
    nb.cells[0].source += "  # " + resources["nbgrader"]["student"].upper()
    return nb, resources
"""


@pytest.fixture(scope="module", autouse=True)
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("beside")
    (folder / "our_steps.py").write_text(OURS)
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))
    sys.modules.pop("our_steps", None)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    one = courses.notebook(answer("a", "def a(): return 'whole'"), check("a-one", "assert a() == 'whole'"))
    return make_course(tmp_path_factory.mktemp("steps"), {"ps": {"p.ipynb": one}})


@pytest.fixture(scope="module")
def assignment(course: SmallCourse) -> Assignment:
    return read_assignment(course.directory, "ps")


def steps(course: SmallCourse, **lists: Any) -> Steps:
    directory = course.directory
    directory.config.merge(Config({"Autograde": lists}))
    return read_steps(directory)


def sanitize(*more: str, at: int = 5) -> list[str]:
    names = [f"nbgrader.preprocessors.{name}" for name in SANITIZE]
    return [*names[:at], *more, *names[at:]]


def names(*found: Step) -> list[str]:
    return [step.name.rpartition(".")[2] for step in found]


def test_nbgraders_own_list_is_what_is_assumed_without_one(course: SmallCourse) -> None:
    found = steps(course)
    assert names(*found.ran) == ["IgnorePattern", "ClearMetadataPreprocessor", "LimitOutput"]
    assert (found.first, found.then, found.last) == ((), (), ())


def test_a_course_that_uses_the_engine_for_nbgraders_command_is_no_other(course: SmallCourse) -> None:
    directory = course.directory
    configure(directory.config)
    assert read_steps(directory) == steps(course)


def test_each_step_stands_where_the_course_has_put_it(course: SmallCourse) -> None:
    shown = [
        "our_steps.shout",
        "nbgrader.preprocessors.Execute",
        "our_steps.Forgive",
        "nbgrader.preprocessors.SaveAutoGrades",
        LimitOutput,
        "our_steps.Bare",
    ]
    found = steps(
        course, sanitize_preprocessors=["our_steps.Drop", *sanitize("our_steps.Mend")], autograde_preprocessors=shown
    )
    assert [names(*part) for part in (found.first, found.then, found.ran, found.last)] == [
        ["Drop"],
        ["Mend", "shout"],
        ["Forgive"],
        ["LimitOutput", "Bare"],
    ]
    assert all(step.code for step in (*found.first, *found.ran))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Steps) == found


def test_what_the_course_sets_for_a_step_goes_with_it(course: SmallCourse) -> None:
    directory = course.directory
    directory.config.merge(Config({"IgnorePattern": {"enabled": True, "pattern": "boring"}}))
    directory.config.LimitOutput.max_lines = 7
    ignore, _, limit = read_steps(directory).ran
    assert json.loads(ignore.config) == {"enabled": True, "pattern": "boring"}
    assert json.loads(limit.config) == {"max_lines": 7}


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"autograde_preprocessors": ["nbgrader.preprocessors.Execute", "our_steps.Scores"]}, "has our_steps.Scores"),
        (
            {"autograde_preprocessors": ["nbgrader.preprocessors.Execute"]},
            "has no nbgrader.preprocessors.SaveAutoGrades",
        ),
        ({"autograde_preprocessors": [SaveAutoGrades]}, "has no nbgrader.preprocessors.Execute"),
        ({"autograde_preprocessors": ["nowhere.Step"]}, "names nowhere.Step, which cannot be imported"),
        ({"sanitize_preprocessors": sanitize("nbgrader.preprocessors.SaveCells")}, "SaveCells, which needs"),
        (
            {"sanitize_preprocessors": [type("Own", (OverwriteCells,), {})]},
            "Own, which needs a kernel or the gradebook",
        ),
        ({"sanitize_preprocessors": [*sanitize(), lambda nb, resources: (nb, resources)]}, "into a module beside"),
    ],
)
def test_what_cannot_run_is_refused_with_its_setting(course: SmallCourse, lists: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        steps(course, **lists)
    assert said in str(refused.value)
    assert str(refused.value).startswith(f"c.Autograde.{next(iter(lists))} ")


def test_a_setting_that_cannot_travel_is_refused(course: SmallCourse) -> None:
    directory = course.directory
    directory.config.merge(Config({"Autograde": {"sanitize_preprocessors": sanitize("our_steps.Drop")}}))
    directory.config.Drop.words = ["a"]
    assert json.loads(read_steps(directory).then[0].config) == {"words": ["a"]}
    directory.config.Drop.rule = len
    with pytest.raises(Refusal, match=r"has our_steps\.Drop, and what is set for it cannot be sent"):
        read_steps(directory)


def own(*names: str, **config: Any) -> tuple[Step, ...]:
    return tuple(Step(name=f"our_steps.{name}", config=json.dumps(config)) for name in names)


def grade(grading: Grading, assignment: Assignment, *cells: Any, **held: tuple[Step, ...]) -> Any:
    stepped = msgspec.structs.replace(assignment, steps=Steps(**held))
    return grading(stepped, {"p.ipynb": courses.notebook(*cells, check("a-one", "assert a() == 'whole'"))})


def points(result: Any) -> dict[str, float | None]:
    return {verdict.cell: verdict.points for verdict in result.graded[0].verdicts if verdict.graded}


def test_a_step_before_the_run_changes_what_runs(grading: Grading, assignment: Assignment) -> None:
    broken = code("def a(): return 'broken'", "a", solution=True)
    assert points(grade(grading, assignment, broken)) == {"a-one": 0}
    assert points(grade(grading, assignment, broken, then=own("Mend"))) == {"a-one": 1}
    assert points(grade(grading, assignment, broken, first=own("Mend"))) == {"a-one": 1}


def test_a_step_may_take_cells_away_and_a_test_that_is_gone_is_missing(
    grading: Grading, assignment: Assignment
) -> None:
    cells = (code("def a(): return 'whole'", "a", solution=True), code("raise SystemExit  # selftest"))
    result = grade(grading, assignment, *cells, then=own("Drop", words=["selftest"]))
    assert "selftest" not in result.graded[0].text
    assert points(result) == {"a-one": 1}
    gone = grade(grading, assignment, *cells, then=own("Drop", words=["assert a()"]))
    assert points(gone) == {"a-one": None}
    back = grade(grading, assignment, *cells, first=own("Drop", words=["assert a()"]))
    assert points(back) == {"a-one": 1}, "what is taken from a submission is put back, as if the student had done it"


def test_a_step_after_the_run_changes_scores_and_one_after_the_scores_does_not(
    grading: Grading, assignment: Assignment
) -> None:
    failing = code("def a(): return 1", "a", solution=True)
    assert points(grade(grading, assignment, failing, ran=own("Bare"))) == {"a-one": 1}
    result = grade(grading, assignment, failing, last=own("Bare"))
    assert points(result) == {"a-one": 0}
    assert not any(cell.get("outputs") for cell in nbformat.reads(result.graded[0].text, 4).cells)


def test_a_function_is_a_step_and_knows_whose_notebook_it_is(grading: Grading, assignment: Assignment) -> None:
    result = grade(grading, assignment, code("def a(): return 'whole'", "a", solution=True), then=own("shout"))
    assert "# ADA" in result.graded[0].text


@pytest.mark.parametrize("place", ["first", "then", "ran", "last"])
def test_a_step_that_fails_costs_nobody_points_and_is_told(
    grading: Grading, assignment: Assignment, place: str
) -> None:
    result = grade(grading, assignment, code("def a(): return 1", "a", solution=True), **{place: own("Asking")})
    (problem,) = [each for each in result.problems if each.kind == "step failed"]
    assert result.graded == ()
    assert (
        "our_steps.Asking, which the configuration of the course names, failed at it: KeyError: 'db_url'"
        in problem.what
    )
    assert "grade with `nbgrader autograde`" in problem.do


def test_a_file_that_is_no_notebook_is_told_as_ever(grading: Grading, assignment: Assignment) -> None:
    stepped = msgspec.structs.replace(assignment, steps=Steps(first=own("Mend")))
    assert [problem.kind for problem in grading(stepped, {"p.ipynb": b"no"}).problems] == ["broken notebook"]
