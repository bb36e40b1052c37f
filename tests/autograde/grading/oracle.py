"""What nbgrader's own autograde makes of its fixtures and of our notebooks, to hold the engine's results against.

A stock run costs more than a second a notebook, so its rows are kept in oracle.json, made by
`python -m tests.autograde.grading.oracle`; a sample of it is run again in the tests.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from autograde.assignment import Assignment
from autograde.record.rows import missing_verdicts
from autograde.task import Result
from tests.autograde.courses import GUIDE, WHEEL, SmallCourse, dumped, make_course

HERE = Path(__file__).parent
KEPT = HERE / "oracle.json"
ROOT = HERE.parents[2]
APPS, STEPS, PAGES = (WHEEL / "tests" / name / "files" for name in ("apps", "preprocessors", "ui-tests"))
ASSIGNMENT = "ps"
SECONDS = 3
"""What a cell may take, in both."""

Rows = dict[str, dict[str, list[Any]]]
"""By notebook and cell: auto_score, needs_manual_grade, auto_comment; what there is no row for is None."""


@dataclass(frozen=True)
class Batch:
    """An assignment and what students make of it."""

    sources: Mapping[str, Path]
    """By the notebook's name."""
    handed_in: Mapping[str, Mapping[str, Path]]
    """By student: notebooks by name. `released` and `solved` are always there."""
    files: Mapping[str, Path] = field(default_factory=dict)
    config: str = ""

    def make(self, root: Path) -> SmallCourse:
        """The course, with everybody's submissions."""
        files = {f"{name}.ipynb": path.read_bytes() for name, path in self.sources.items()}
        files |= {name: path.read_bytes() for name, path in self.files.items()}
        config = f"c.Execute.timeout = {SECONDS}\n{self.config}"
        course = make_course(root, {ASSIGNMENT: files}, config)
        course.hand_in("released", ASSIGNMENT)
        solved = {f"{name}.ipynb": dumped(course.solved(ASSIGNMENT, name)) for name in self.sources}
        course.hand_in("solved", ASSIGNMENT, solved)
        for student, notebooks in self.handed_in.items():
            given = {f"{name}.ipynb": path.read_bytes() for name, path in notebooks.items()}
            course.hand_in(student, ASSIGNMENT, given)
        return course

    @property
    def students(self) -> list[str]:
        """Everybody who handed in."""
        return ["released", "solved", *self.handed_in]


def _problems(folder: Path) -> dict[str, Path]:
    return {name: folder / "ps1" / f"{name}.ipynb" for name in ("problem1", "problem2")}


def _submitted(kind: str) -> dict[str, Path]:
    folders = {"apps": APPS, "steps": STEPS, "pages": PAGES}
    paths = {name: folder / f"submitted-{kind}.ipynb" for name, folder in folders.items()}
    return {name: path for name, path in paths.items() if path.exists()}


BATCHES = {
    "guide": Batch(
        _problems(GUIDE / "source"),
        {
            "bitdiddle": _problems(GUIDE / "submitted" / "bitdiddle"),
            "hacker": _problems(GUIDE / "submitted" / "hacker"),
            "bitdiddle-again": _problems(GUIDE / "autograded" / "bitdiddle"),
            "hacker-again": _problems(GUIDE / "autograded" / "hacker"),
            "only-one": {"problem2": GUIDE / "submitted" / "hacker" / "ps1" / "problem2.ipynb"},
        },
        {"jupyter.png": GUIDE / "source" / "ps1" / "jupyter.png"},
    ),
    "submitted": Batch(
        _submitted("unchanged"),
        {
            kind: _submitted(kind)
            for kind in (
                "changed",
                "grade-cell-changed",
                "locked-cell-changed",
                "answer-cell-type-changed",
                "grade-cell-type-changed",
                "cheat-attempt",
                "cheat-attempt-alternative",
            )
        },
    ),
    "tests": Batch(
        {
            "test": APPS / "test.ipynb",
            "with-output": APPS / "test-with-output.ipynb",
            "hidden": APPS / "test-hidden-tests.ipynb",
            "environment": APPS / "validating-environment-variable.ipynb",
            "zero": APPS / "validation-zero-points.ipynb",
            "timeout": APPS / "timeout.ipynb",
            "file": APPS / "open_relative_file.ipynb",
            "step": STEPS / "test.ipynb",
            "task": STEPS / "test_taskcell.ipynb",
            "manual": STEPS / "manually-graded-code-cell.ipynb",
            "warning": STEPS / "warning-pattern.ipynb",
            "long": STEPS / "long-output.ipynb",
            "page-file": PAGES / "open_relative_file.ipynb",
            "page-task": PAGES / "task.ipynb",
            "blank": PAGES / "blank.ipynb",
            "lesson": GUIDE / "source" / "header.ipynb",
        },
        {},
        config="c.IgnorePattern.enabled = True\nc.IgnorePattern.pattern = '.*: UserWarning: .*'",
    ),
    "autotests": Batch(
        {name: APPS / f"autotest-{name}.ipynb" for name in ("simple", "multi", "hidden", "hashed")},
        {
            "unchanged": {
                name: APPS / f"autotest-{name}-unchanged.ipynb" for name in ("simple", "multi", "hidden", "hashed")
            },
            "changed": {
                "hidden": APPS / "autotest-hidden-changed-right.ipynb",
                **{name: APPS / f"autotest-{name}-changed.ipynb" for name in ("simple", "multi", "hashed")},
            },
            "wrong": {"hidden": APPS / "autotest-hidden-changed-wrong.ipynb"},
        },
        {"autotests.yml": GUIDE / "autotests.yml"},
    ),
    "ours": Batch(
        {path.stem: path for path in sorted((ROOT / "source" / "02_routing").glob("*.ipynb"))},
        {},
    ),
}


def nbgrader_rows(course: SmallCourse, student: str) -> Rows | None:
    """What nbgrader's own autograde writes into the gradebook for a student; None where it gives up."""
    api = NbGraderAPI(course.directory, config=course.config)
    here = Path.cwd()
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            told = api.autograde(ASSIGNMENT, student)
        finally:
            os.chdir(here)
    return read_rows(course, student) if told["success"] else None


def read_rows(course: SmallCourse, student: str) -> Rows:
    """A student's rows in the gradebook."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        found: Rows = {}
        for notebook in gradebook.find_submission(ASSIGNMENT, student).notebooks:
            rows = found.setdefault(notebook.name, {})
            for grade in notebook.grades:
                rows.setdefault(grade.name, [None, None, None])[:2] = [grade.auto_score, bool(grade.needs_manual_grade)]
            for comment in notebook.comments:
                rows.setdefault(comment.name, [None, None, None])[2] = comment.auto_comment
        return found


def our_rows(result: Result, assignment: Assignment) -> Rows:
    """The same of a result of the engine, as the record writes it; what was not handed in included."""
    given = {graded.name: graded.verdicts for graded in result.graded}
    found: Rows = {}
    for notebook in assignment.notebooks:
        commented = [cell.name for cell in notebook.cells if cell.solution or cell.task]
        rows = found.setdefault(notebook.name, {name: [None, None, None] for name in commented})
        for verdict in given.get(notebook.name, missing_verdicts(notebook)):
            scored = [verdict.points, verdict.points is None] if verdict.graded else [None, None]
            rows[verdict.cell] = [*scored, verdict.comment]
    return found


def kept_rows() -> dict[str, dict[str, Rows | None]]:
    """By batch and student: what nbgrader made of it when oracle.json was made."""
    held = json.loads(KEPT.read_text(encoding="utf-8"))
    assert held["nbgrader"] == version("nbgrader"), "Run `python -m tests.autograde.grading.oracle` again."
    return held["rows"]


def main() -> None:
    """Runs nbgrader over everything and keeps its rows."""
    rows: dict[str, dict[str, Rows | None]] = {}
    for name, batch in BATCHES.items():
        with tempfile.TemporaryDirectory() as folder:
            course = batch.make(Path(folder))
            rows[name] = {student: nbgrader_rows(course, student) for student in batch.students}
    held = {
        "made by": "python -m tests.autograde.grading.oracle",
        "nbgrader": version("nbgrader"),
        "rows": rows,
    }
    KEPT.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
