"""A task becomes a result, whatever the submission does."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import msgspec
import nbformat
import pytest

from autograde.assignment import Assignment, Step, Steps
from autograde.grading.reading import read_assignment
from autograde.sandbox import space
from autograde.settings import Limits, Settings
from autograde.task import Judged, Problem, Result, Verdict, Weight
from tests.autograde import courses
from tests.autograde.courses import (
    Notebook,
    SmallCourse,
    answer,
    cell_of,
    check,
    code,
    edited,
    make_course,
    place_of,
    text,
)
from tests.autograde.grading.conftest import LIMITS, STUDENT, Grading

THEIRS = Settings(limits=LIMITS).as_nbgrader()


def ran(name: str, **config: object) -> Steps:
    return Steps(ran=(Step(name=name, config=json.dumps(config)),))


HIDDEN = """
assert area(2) > 12
### BEGIN HIDDEN TESTS
assert area(0) == 0
### END HIDDEN TESTS
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallCourse:
    one = courses.notebook(
        answer("area", "def area(r): return 3.14159 * r**2"),
        check("area-one", 'assert 3 < area(1) < 4, f"area(1) is {area(1)}; a circle of radius 1 has 3.14…"'),
        check("area-two", HIDDEN),
        answer("noise", "def noise(): return 1"),
        check("noise-one", "noise()\nassert noise() == 1"),
        check("noise-share", "noise() * 1.5", points=2),
        text("### BEGIN SOLUTION\nBecause.\n### END SOLUTION", "why", grade=True, solution=True, points=3),
        text("Draw it.", "draw", task=True, locked=True, points=4),
    )
    lesson = courses.notebook(text("# A lesson"), code("raise SystemExit"), answer("try", "x = 1"))
    two = courses.notebook(answer("b", "b = open('data.txt').read()"), check("b-one", "assert b == 'given'"))
    files = {"one.ipynb": one, "lesson.ipynb": lesson, "two.ipynb": two, "data.txt": b"given"}
    return make_course(tmp_path_factory.mktemp("grade"), {"ps": files})


@pytest.fixture(scope="module")
def assignment(course: SmallCourse) -> Assignment:
    return read_assignment(course.directory, "ps")


@pytest.fixture
def solved(course: SmallCourse) -> Notebook:
    return course.solved("ps", "one")


def verdicts(result: Result, notebook: str = "one") -> dict[str, Verdict]:
    return {each.cell: each for graded in result.graded if graded.name == notebook for each in graded.verdicts}


def points(result: Result, notebook: str = "one") -> dict[str, float | None]:
    return {name: verdict.points for name, verdict in verdicts(result, notebook).items() if verdict.graded}


def told(result: Result, kind: str) -> Problem:
    return next(problem for problem in result.problems if problem.kind == kind)


SOLVED = {"area-one": 1, "area-two": 1, "noise-one": 1, "noise-share": 1.5, "why": None, "draw": None}


def test_the_solution_has_its_points(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    result = grading(assignment, {"one.ipynb": solved}, notebooks=("one",))
    assert points(result) == SOLVED
    assert result.problems == ()
    assert result.student == STUDENT
    found = verdicts(result)
    assert {found[name].judged for name in ("area-one", "noise-share")} == {Judged.INSIDE}
    assert found["why"].judged is found["draw"].judged is Judged.BY_HAND
    assert found["noise-share"].message == "The test gave 1.5 of 2 points."
    assert found["area-one"].message == ""
    assert msgspec.json.decode(msgspec.json.encode(result), type=Result) == result


def test_the_release_has_none_and_says_why(grading: Grading, assignment: Assignment, course: SmallCourse) -> None:
    result = grading(assignment, {"one.ipynb": course.released("ps", "one")}, notebooks=("one",))
    assert points(result) == dict.fromkeys(SOLVED, 0) | {"draw": None}
    found = verdicts(result)
    assert found["why"].judged is Judged.UNTOUCHED
    assert (found["why"].comment, found["area"].comment) == ("No response.", "No response.")
    assert found["area-one"].message == "The answer is not written yet."
    assert found["why"].message == "No answer was written here."


@pytest.mark.parametrize(
    ("area", "message"),
    [
        ("def area(r): return 5", "area(1) is 5; a circle of radius 1 has 3.14…"),
        ("def area(r): return r / 0", "It ended with a ZeroDivisionError: division by zero"),
        ("def area(r): return open('/tmp/of/ours/data.csv')", "No such file or directory: 'data.csv'"),
        ("x = 1", "area is not defined: it is missing, or has another name."),
        ("def area(r)", "area is not defined"),
        ("def area(r): raise AttributeError", "It ended with an AttributeError."),
        ("def area(r): raise ValueError('\\x1b[2J\\u202eX' + 'a' * 9999)", "It ended with a ValueError: Xaaaaaa"),
    ],
)
def test_a_test_that_fails_says_why(
    grading: Grading, assignment: Assignment, solved: Notebook, area: str, message: str
) -> None:
    result = grading(assignment, {"one.ipynb": edited(solved, area=area)}, notebooks=("one",))
    verdict = verdicts(result)["area-one"]
    assert verdict.points == 0
    assert message in verdict.message
    assert len(verdict.message) < 600
    assert "\x1b" not in verdict.message


@pytest.mark.parametrize(
    ("area", "message"),
    [
        ("1 / 0", "It ended with a ZeroDivisionError: division by zero"),
        ("assert 1 == 2", "It ended with an AssertionError."),
        ("print('nothing')", ""),
    ],
)
def test_an_answer_that_ends_with_an_error_says_so(
    grading: Grading, assignment: Assignment, solved: Notebook, area: str, message: str
) -> None:
    result = grading(assignment, {"one.ipynb": edited(solved, area=area)}, notebooks=("one",))
    assert verdicts(result)["area"].message == message


def test_a_hidden_test_says_only_that_it_failed(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    area = "def area(r): return 3.14159 * r**2 if r else 1"
    result = grading(assignment, {"one.ipynb": edited(solved, area=area)}, notebooks=("one",))
    assert verdicts(result)["area-two"].message == "A hidden check of this test failed."


def test_a_visible_test_shows_its_check(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    result = grading(assignment, {"one.ipynb": edited(solved, area="def area(r): return 3.5")}, notebooks=("one",))
    assert verdicts(result)["area-two"].message == "This check failed: assert area(2) > 12"


def test_stderr_costs_as_it_is_set(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    noisy = edited(solved, noise="import sys\ndef noise():\n    print('careful', file=sys.stderr)\n    return 1")
    ours = grading(assignment, {"one.ipynb": noisy}, notebooks=("one",))
    theirs = grading(
        assignment, {"one.ipynb": noisy}, notebooks=("one",), settings=Settings(limits=LIMITS).as_nbgrader()
    )
    assert points(ours) == SOLVED
    assert points(theirs) == SOLVED | {"noise-one": 0, "noise-share": 0}
    assert "wrote to stderr" in verdicts(theirs)["noise-one"].message


def test_what_is_ignored_on_stderr_costs_nothing(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    noisy = edited(solved, noise="import sys\ndef noise():\n    print('boring', file=sys.stderr)\n    return 1")
    calm = msgspec.structs.replace(
        assignment, steps=ran("nbgrader.preprocessors.IgnorePattern", enabled=True, pattern="boring")
    )
    result = grading(calm, {"one.ipynb": noisy}, notebooks=("one",), settings=THEIRS)
    assert points(result) == SOLVED


def test_outputs_are_shortened_as_configured(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    solved["cells"].append(code("for number in range(99): print(number)"))
    short = msgspec.structs.replace(assignment, steps=ran("nbgrader.preprocessors.LimitOutput", max_lines=5))
    result = grading(short, {"one.ipynb": solved}, notebooks=("one",))
    written = nbformat.reads(result.graded[0].text, 4).cells[-1].outputs[0].text
    assert written.split("\n")[-1] == "... Output truncated ..."
    assert len(written.split("\n")) == 5


def test_cleared_metadata_cost_no_points(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    clean = msgspec.structs.replace(
        assignment, steps=ran("nbconvert.preprocessors.ClearMetadataPreprocessor", enabled=True)
    )
    result = grading(clean, {"one.ipynb": solved}, notebooks=("one",))
    assert points(result) == SOLVED
    cells = nbformat.reads(result.graded[0].text, 4).cells
    assert not any(cell.metadata for cell in cells if cell.cell_type == "code")


def test_the_written_notebook_is_valid_and_numbered(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    result = grading(assignment, {"one.ipynb": solved}, notebooks=("one",))
    made = nbformat.reads(result.graded[0].text, 4)
    nbformat.validate(made)
    assert [cell.execution_count for cell in made.cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5, 6]
    assert made.metadata.language_info.name == "python"
    assert result.graded[0].text.endswith("}\n")


def test_a_cell_that_never_ends_costs_what_it_is(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    endless = edited(solved, noise="def noise():\n    while True: pass")
    quick = Settings(limits=Limits(cell_seconds=0.5), examiner=False)
    result = grading(assignment, {"one.ipynb": endless}, notebooks=("one",), settings=quick)
    assert points(result) == SOLVED | {"noise-one": 0, "noise-share": 0}
    assert told(result, "timed out").cell == "noise-one"
    assert "was stopped" in verdicts(result)["noise-one"].message


def test_tests_have_a_chance_when_the_time_is_over(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    solved["cells"].insert(place_of(solved, "noise") + 1, code("import time\ntime.sleep(60)"))
    solved["cells"].insert(place_of(solved, "noise-share"), code("raise SystemExit('not run')"))
    hasty = Settings(limits=Limits(cell_seconds=10, notebook_seconds=2), examiner=False)
    result = grading(assignment, {"one.ipynb": solved}, notebooks=("one",), settings=hasty)
    assert points(result) == SOLVED
    own = nbformat.reads(result.graded[0].text, 4).cells[place_of(solved, "noise-share") - 1]
    assert own.outputs[0].ename == "CellTimeoutError"
    assert [problem.kind for problem in result.problems] == ["timed out", "timed out"]


def test_a_process_that_ends_costs_one_cell(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    deadly = edited(solved, noise="import os\ndef noise():\n    os._exit(3)")
    result = grading(assignment, {"one.ipynb": deadly}, notebooks=("one",))
    assert points(result) == SOLVED | {"noise-one": 0, "noise-share": 0}
    assert told(result, "process ended").cell == "noise-one"
    assert "exit status 3" in told(result, "process ended").what


def test_lessons_are_recorded_and_not_executed(grading: Grading, assignment: Assignment, course: SmallCourse) -> None:
    result = grading(assignment, {"lesson.ipynb": course.released("ps", "lesson")}, notebooks=("lesson",))
    assert result.problems == ()
    assert verdicts(result, "lesson")["try"].comment == "No response."
    made = nbformat.reads(result.graded[0].text, 4)
    assert not any(cell.get("outputs") for cell in made.cells)


def test_the_instructors_files_go_over_others(grading: Grading, assignment: Assignment, course: SmallCourse) -> None:
    files = {"two.ipynb": course.solved("ps", "two"), "data.txt": b"forged", "own.txt": b"mine"}
    result = grading(assignment, files, notebooks=("two",))
    assert points(result, "two") == {"b-one": 1}


def test_files_that_were_written_come_back_but_no_notebook(
    grading: Grading, assignment: Assignment, course: SmallCourse
) -> None:
    made = course.solved("ps", "two")
    made["cells"].append(code("for name in ('new.txt', 'two.ipynb'): open(name, 'w').write('written')"))
    result = grading(assignment, {"two.ipynb": made}, notebooks=("two",))
    assert result.files == {"new.txt": b"written"}


def test_a_broken_notebook_leaves_the_others_graded(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    result = grading(assignment, {"one.ipynb": solved, "two.ipynb": b"{"}, notebooks=("one", "two"))
    assert points(result) == SOLVED
    assert [graded.name for graded in result.graded] == ["one"]
    problem = told(result, "broken notebook")
    assert (problem.weight, problem.student, problem.notebook) == (Weight.UNGRADED, STUDENT, "two")


def test_a_notebook_that_is_not_there_is_looked_for(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    other = {"two.ipynb": b"{}", "one (1).ipynb": copy.deepcopy(solved)}
    result = grading(assignment, other, notebooks=("one",))
    assert result.graded == ()
    assert "one (1).ipynb" in told(result, "notebook renamed").what


def test_a_submission_without_any_notebook_is_not_graded(grading: Grading, assignment: Assignment) -> None:
    result = grading(assignment, {"essay.pdf": b""})
    assert not result.is_graded
    assert told(result, "no notebook").weight is Weight.UNGRADED


def test_what_reading_could_not_read_is_not_graded(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    result = grading(assignment, {"one.ipynb": solved}, notebooks=("one",))
    assert result.is_graded


def test_another_language_is_one_notebooks_problem(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    first, *others = [notebook for notebook in assignment.notebooks if notebook.name != "lesson"]
    spoken = msgspec.structs.replace(first, kernelspec='{"name": "ir", "language": "R"}')
    mixed = msgspec.structs.replace(assignment, notebooks=(spoken, *others))
    result = grading(mixed, {"one.ipynb": solved}, notebooks=("one",))
    assert told(result, "other language").notebook == "one"
    assert result.graded == ()


def test_points_that_cannot_be_are_for_a_person(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    result = grading(assignment, {"one.ipynb": edited(solved, noise="def noise(): return 1000")}, notebooks=("one",))
    assert points(result)["noise-share"] is None
    assert told(result, "odd points").cell == "noise-share"


def test_a_forged_number_does_not_overrule_an_error(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    forging = """
from IPython import get_ipython
def area(r):
    get_ipython().displayhook(1.0)
    raise AssertionError("caught")
"""
    result = grading(assignment, {"one.ipynb": edited(solved, area=forging)}, notebooks=("one",))
    assert points(result)["area-one"] == 0


def test_code_runs_in_the_students_order(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    cell_of(solved, "area")["source"] = "def area(r): return helper(r)"
    solved["cells"].insert(place_of(solved, "area") + 1, code("def helper(r): return 3.14159 * r**2"))
    assert points(grading(assignment, {"one.ipynb": solved}, notebooks=("one",))) == SOLVED


def test_the_environment_says_that_this_is_grading(grading: Grading, assignment: Assignment, solved: Notebook) -> None:
    solved["cells"].append(code("import os\nprint(os.environ['NBGRADER_EXECUTION'])"))
    result = grading(assignment, {"one.ipynb": solved}, notebooks=("one",))
    assert nbformat.reads(result.graded[0].text, 4).cells[-1].outputs[0].text == "autograde\n"


def test_a_full_disk_of_the_machine_costs_no_points(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, grading: Grading
) -> None:
    made = courses.notebook(answer("a", "def a(x): return x"), check("a-one", "assert a(1) == 1"))
    course = make_course(tmp_path, {"ps": {"p.ipynb": made}})
    assignment = read_assignment(course.directory, "ps")
    handed = {"p.ipynb": edited(course.released("ps", "p"), a="raise OSError(28, 'No space left on device')")}
    told = next(problem for problem in grading(assignment, handed).problems if problem.kind == "disk full")
    assert told.weight is Weight.LOOK, "the disk is not full now"
    left = iter([10**12, 0])
    monkeypatch.setattr(space, "free", lambda folder: next(left))
    with pytest.raises(space.NoSpace):
        grading(assignment, handed)
