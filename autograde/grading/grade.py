"""From a task to its result: intake, one room, one session per notebook, scores."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache

from nbformat import NotebookNode

from autograde.assignment import Assignment, Cell, Notebook
from autograde.examiner.plan import Examination
from autograde.grading.execution import DISK_FULL, Execution, execute, is_run
from autograde.grading.judging import judging
from autograde.grading.messages import DOUBTED, EMPTY, how, partly, why
from autograde.grading.notebook import Taken, language, take
from autograde.grading.outline import is_answer, is_test
from autograde.grading.parsing import Broken, names_in
from autograde.grading.places import is_as_released
from autograde.grading.plan import Plan
from autograde.grading.scores import Score, comment, determine
from autograde.grading.shadows import doubted, shadows
from autograde.grading.stepping import StepFailed, run_steps
from autograde.grading.words import listed, one_line
from autograde.kernel.line import Closed, Late, Wrong
from autograde.kernel.ran import Ran
from autograde.kernel.room import Room
from autograde.kernel.session import Dead
from autograde.kernel.warm import Warm
from autograde.refusal import Refusal
from autograde.sandbox.space import NoSpace
from autograde.settings import Settings
from autograde.task import Graded, Judged, Problem, Result, Task, Verdict, Weight

ENDING = ".ipynb"
ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}
LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": 3},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


class _Grading:
    """One task on its way to a result."""

    def __init__(self, task: Task, assignment: Assignment, settings: Settings, plan: Plan) -> None:
        self.task = task
        self.assignment = assignment
        self.settings = settings
        self.plan = plan
        self.graded: dict[str, Graded] = {}
        self.problems: list[Problem] = list(task.problems)
        self.taken: list[tuple[Notebook, Taken]] = []

    def examination(self, notebook: Notebook) -> Examination | None:
        """How the test cells of a notebook are to be judged; None for as nbgrader does."""
        if not self.settings.examiner:
            return None
        return self.plan.examinations.get(notebook.name, Examination(notebook=notebook.name))

    @property
    def has_code(self) -> bool:
        """Whether there is a cell to run."""
        return any(_runs(notebook, taken) for notebook, taken in self.taken)

    def problem(self, kind: str, weight: Weight, what: str, do: str, notebook: str | None = None) -> None:
        """Adds what a person must know."""
        self.problems.append(
            Problem(kind=kind, weight=weight, student=self.task.student, notebook=notebook, what=what, do=do)
        )


def grade(task: Task, assignment: Assignment, warm: Warm, settings: Settings, plan: Plan) -> Result:
    """Grades a submission; whatever is in it, the answer is a result that names this student."""
    started = time.monotonic()
    grading = _Grading(task, assignment, settings, plan)
    files: dict[str, bytes] = {}
    if _can_be_graded(grading):
        _take_all(grading)
        if grading.has_code:
            warm.preload(plan.modules)
            handed = {**task.files, **assignment.files}
            with ExitStack() as rooms:
                room = rooms.enter_context(warm.room(handed, env=ENVIRONMENT))
                examiners = cache(lambda: rooms.enter_context(warm.room(assignment.files, env=ENVIRONMENT)))
                _run_all(grading, room, examiners)
                files = {path: data for path, data in room.changed().items() if not _is_notebook(path)}
            if any(problem.kind == DISK_FULL for problem in grading.problems):
                warm.check_space()
        for notebook, taken in grading.taken:
            if not _runs(notebook, taken):
                _finish(grading, notebook, taken, Execution())
    order = {notebook.name: number for number, notebook in enumerate(assignment.notebooks)}
    return Result(
        student=task.student,
        graded=tuple(sorted(grading.graded.values(), key=lambda graded: order[graded.name])),
        problems=tuple(grading.problems),
        files=files,
        seconds=time.monotonic() - started,
    )


def _is_notebook(path: str) -> bool:
    return path.endswith(ENDING) and "/" not in path


def _can_be_graded(grading: _Grading) -> bool:
    """Whether there is anything to grade; where there is not, it is said why."""
    task = grading.task
    if any(problem.weight is Weight.UNGRADED and problem.notebook is None for problem in task.problems):
        return False
    unread = {problem.notebook for problem in task.problems if problem.weight is Weight.UNGRADED}
    if unread or any(notebook.name + ENDING in task.files for notebook in grading.assignment.notebooks):
        return True
    others = [path for path in sorted(task.files) if path.endswith(ENDING)]
    wanted = ", ".join(notebook.name + ENDING for notebook in grading.assignment.notebooks[:5])
    grading.problem(
        "no notebook",
        Weight.UNGRADED,
        f"No notebook of the assignment was handed in; expected: {wanted}."
        + (f" There is {listed(others)}." if others else ""),
        "Give the notebook its name and place again, if it is there, and grade again.",
    )
    return False


def _take_all(grading: _Grading) -> None:
    task, student = grading.task, grading.task.student
    unread = {problem.notebook for problem in task.problems if problem.weight is Weight.UNGRADED}
    for notebook in grading.assignment.notebooks:
        if notebook.name not in task.notebooks or notebook.name in unread:
            continue
        data = task.files.get(notebook.name + ENDING)
        if data is None:
            _look_for(grading, notebook)
            continue
        if is_executed(notebook) and (spoken := language(notebook)) != "python":
            grading.problem(
                "other language",
                Weight.UNGRADED,
                f"The notebook is in {one_line(spoken, 40)}; only Python is graded here.",
                "Grade it with `nbgrader autograde`.",
                notebook.name,
            )
            continue
        taken, found = take(data, notebook, student, grading.assignment.steps)
        grading.problems += found
        if taken is not None:
            grading.taken.append((notebook, taken))


def is_executed(notebook: Notebook) -> bool:
    """Lessons, which have nothing to be graded, are only recorded."""
    return any(cell.grade or cell.task for cell in notebook.cells)


def _look_for(grading: _Grading, notebook: Notebook) -> None:
    """Says so when a notebook that was not handed in seems to be there under another name."""
    expected = {cell.name for cell in notebook.cells}
    named = {each.name + ENDING for each in grading.assignment.notebooks}
    for path, data in sorted(grading.task.files.items()):
        if not path.endswith(ENDING) or path in named:
            continue
        try:
            alike = len(expected & names_in(data))
        except Broken:
            continue
        if expected and alike * 2 >= len(expected):
            grading.problem(
                "notebook renamed",
                Weight.LOOK,
                f"{notebook.name}{ENDING} was not handed in, but {one_line(path, 120)} has its cells.",
                f"If that is it, name it {notebook.name}{ENDING} and grade again.",
                notebook.name,
            )
            return


def _runs(notebook: Notebook, taken: Taken) -> bool:
    """Whether a notebook needs a kernel."""
    return is_executed(notebook) and any(map(is_run, taken.placed))


def _doubt_what_is_shadowed(grading: _Grading, notebook: Notebook, execution: Execution) -> None:
    """Tests in the student's process may have imported a file of the student's for the module that they mean."""
    examination = grading.examination(notebook)
    names = shadows(grading.task.files, grading.assignment.files, grading.plan.modules)
    if examination is None or not names:
        return
    inside = [cell for cell in notebook.cells if is_test(cell) and not examination.find(cell.name)]
    for cell, doubt, problem in doubted(inside, names, grading.task.student, notebook.name):
        execution.doubts[cell] = doubt
        execution.problems.append(problem)


def _run_all(grading: _Grading, room: Room, examiners: Callable[[], Room]) -> None:
    limits, student = grading.settings.limits, grading.task.student
    for notebook, taken in grading.taken:
        if not _runs(notebook, taken):
            continue
        try:
            with judging(room, grading.examination(notebook), examiners, student, taken) as judge:
                execution = execute(taken, judge.session, judge, limits, student, notebook.name)
                execution.problems += judge.problems
                execution.doubts = dict(judge.doubts)
                _doubt_what_is_shadowed(grading, notebook, execution)
        except NoSpace:  # Nor is this the submission's fault.
            raise
        except (Refusal, Dead, Closed, Late, Wrong) as error:
            if not room.is_to_blame:  # The warm process is gone: whoever called tries with another one.
                raise
            # The room was whole when it was made: what has ended it since is this submission.
            grading.problem(
                "room ended",
                Weight.UNGRADED,
                f"The processes of this submission ended all at once while it ran ({one_line(str(error), 160)}).",
                "Look at what its code does, then grade it again or by hand.",
                notebook.name,
            )
            return
        grading.problems += execution.problems
        _finish(grading, notebook, taken, execution)


def _finish(grading: _Grading, notebook: Notebook, taken: Taken, execution: Execution) -> None:
    """What comes after the run: the course's steps, and the scores between them."""
    steps, student, name = grading.assignment.steps, grading.task.student, notebook.name
    try:
        if is_executed(notebook):
            taken.metadata["language_info"] = NotebookNode(LANGUAGE)
            taken.become(run_steps(taken.node, steps.ran, student=student, notebook=name))
        verdicts = _verdicts(grading, notebook, taken, execution)
        if is_executed(notebook) and steps.last:
            taken.become(run_steps(taken.node, steps.last, student=student, notebook=name))
    except StepFailed as failure:
        grading.problems.append(failure.problem(student, name))
        return
    grading.graded[name] = Graded(name=name, text=taken.text(), verdicts=verdicts, seconds=execution.seconds)


def _verdicts(grading: _Grading, notebook: Notebook, taken: Taken, execution: Execution) -> tuple[Verdict, ...]:
    at = {placed.cell.name: placed for placed in taken.placed if placed.cell}
    verdicts = []
    for cell in notebook.cells:
        if not (cell.grade or cell.task or cell.solution):
            continue
        placed = at.get(cell.name)
        if placed is None or (placed.put_back and is_answer(cell)):
            verdicts.append(_missing(cell))
        else:
            verdicts.append(_verdict(grading, notebook, cell, placed.node, taken, execution))
    return tuple(verdicts)


def _missing(cell: Cell) -> Verdict:
    return Verdict(
        cell=cell.name, judged=Judged.MISSING, points=None, most=cell.points, graded=bool(cell.grade or cell.task)
    )


def _verdict(
    grading: _Grading, notebook: Notebook, cell: Cell, node: NotebookNode, taken: Taken, execution: Execution
) -> Verdict:
    score = determine(node, cell, grading.settings)
    if cell.name in execution.doubts:
        score = Score(None)
    ran = execution.ran.get(cell.name)
    if is_answer(cell) and is_as_released(node, cell):
        judged = Judged.UNTOUCHED
    elif cell.grade is None and cell.task is None:
        judged = Judged.INSIDE
    elif score.points is None:
        judged = Judged.BY_HAND
    else:
        judged = execution.judged.get(cell.name, Judged.INSIDE)
    if score.shown is not None:
        grading.problems.append(_odd(grading, notebook, cell, score))
    return Verdict(
        cell=cell.name,
        judged=judged,
        points=score.points,
        most=cell.points,
        comment=comment(node, cell),
        message=_message(cell, score, judged, taken, execution, grading)
        if cell.grade or cell.task
        else _own(node, judged, ran),
        seconds=ran.seconds if ran else 0.0,
        graded=bool(cell.grade or cell.task),
    )


def _message(cell: Cell, score: Score, judged: Judged, taken: Taken, execution: Execution, grading: _Grading) -> str:
    if cell.name in execution.doubts:
        return DOUBTED
    if score.error is not None:
        ran, hidden = execution.ran.get(cell.name), grading.assignment.hidden
        return why(score.error, cell, ran, hidden, answered=taken.is_answered(cell.name))
    if judged is Judged.UNTOUCHED and cell.grade:
        return EMPTY
    if score.points is not None and not is_answer(cell) and score.points < cell.points:
        return partly(score.points, cell.points)
    return ""


def _own(node: NotebookNode, judged: Judged, ran: Ran | None) -> str:
    """How an answer that others test ended, where that was an error: they fail by it."""
    errors = [output for output in node.get("outputs", ()) if output.output_type == "error"]
    return how(errors[-1], ran) if errors and judged is not Judged.UNTOUCHED else ""


def _odd(grading: _Grading, notebook: Notebook, cell: Cell, score: Score) -> Problem:
    given = "so it has all its points, as in nbgrader" if score.points is not None else "so a person has to judge it"
    return Problem(
        kind="odd points",
        weight=Weight.LOOK,
        student=grading.task.student,
        notebook=notebook.name,
        cell=cell.name,
        what=f"The test showed {one_line(score.shown or '', 40)} as its points, of {cell.points:g}; {given}.",
        do="Look at the cell, and at what the submission did to it.",
    )
