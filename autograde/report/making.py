"""Makes the report of an assignment from the gradebook and the notebooks under autograded/."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograde.assignment import Assignment
from autograde.grading.learn import remember
from autograde.grading.reading import read_assignment
from autograde.record import NotebookNow, Record, SubmissionNow
from autograde.refusal import Refusal
from autograde.report.figures import Report, summarise
from autograde.report.page import page
from autograde.report.sheets import Sheet
from autograde.report.similarity import Pair, pairs
from autograde.settings import read_settings

FOLDER = "reports"


def make(config: Config, name: str) -> tuple[Path, Path]:
    """Writes reports/ASSIGNMENT.html and .json into the course's folder and returns their paths; replaces older ones.

    `config` is the course's. Raises Refusal when nobody was graded.
    """
    directory = CourseDirectory(config=config)
    assignment = read_assignment(directory, name)
    report = read_report(directory, config, assignment)
    folder = Path(directory.root) / FOLDER
    folder.mkdir(exist_ok=True)
    html, data = folder / f"{name}.html", folder / f"{name}.json"
    _place(html, page(report).encode("utf-8", "replace"))
    _place(data, msgspec.json.format(msgspec.json.encode(report), indent=1))
    return html, data


def read_report(directory: CourseDirectory, config: Config, assignment: Assignment) -> Report:
    """What the report says."""
    submissions = Record(directory, config).verdicts(assignment)
    sheets = [sheet for submission in submissions.values() for sheet in _sheets(directory, assignment, submission)]
    if not sheets:
        raise Refusal(f"Nobody was graded in {assignment.name} yet. Run `autograde {assignment.name}` first.")
    graded = {sheet.student for sheet in sheets}
    settings = read_settings(config)
    return summarise(
        assignment.course,
        assignment.name,
        sheets,
        _similar(assignment, sheets),
        [student for student in submissions if student not in graded],
        settings.limits.cell_seconds,
        remember(assignment, settings, Path(directory.root)),
    )


def _sheets(directory: CourseDirectory, assignment: Assignment, submission: SubmissionNow) -> Iterator[Sheet]:
    folder = Path(directory.format_path(directory.autograded_directory, submission.student, assignment.name))
    first = True
    for notebook in submission.notebooks.values():
        if not notebook.graded_at and not notebook.refusal:
            continue  # A lesson, or something that only nbgrader has graded.
        problems = (*notebook.problems, *notebook.refusal, *(submission.problems if first else ()))
        first = False
        yield Sheet(
            student=submission.student,
            notebook=notebook.name,
            score=notebook.score - (notebook.penalty or 0),
            most=notebook.most,
            by_hand=any(grade.needs_manual for grade in notebook.grades),
            late=notebook.penalty or 0.0,
            verdicts=notebook.verdicts,
            answers=_answers(folder / f"{notebook.name}.ipynb", assignment, notebook),
            problems=problems,
        )


def _answers(path: Path, assignment: Assignment, notebook: NotebookNow) -> dict[str, str]:
    """The sources of a student's answers; none where the notebook cannot be read."""
    wanted = _given(assignment, notebook.name)
    try:
        cells = msgspec.json.decode(path.read_bytes())["cells"]
        found = {}
        for cell in cells:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in wanted and cell["cell_type"] == "code":
                source = cell["source"]
                found[name] = source if isinstance(source, str) else "".join(source)
        return found
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _given(assignment: Assignment, notebook: str) -> dict[str, str]:
    """What stood in the answers of a notebook when it was released."""
    cells = next((one.cells for one in assignment.notebooks if one.name == notebook), ())
    return {cell.name: cell.source for cell in cells if cell.solution}


def _similar(assignment: Assignment, sheets: list[Sheet]) -> list[Pair]:
    found = []
    for name in dict.fromkeys(sheet.notebook for sheet in sheets):
        answers = {sheet.student: sheet.answers for sheet in sheets if sheet.notebook == name}
        found += pairs(name, answers, _given(assignment, name))
    return found


def _place(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
