"""Rules: what learners get holds no solution, no hidden test, no hint, no wrong answer, and is up to date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from course.authoring.build import Plan
from course.authoring.check.exercises import SHOWS, SOLUTION
from course.authoring.check.subject import Subject, at
from course.authoring.notebook import source_of
from course.problems import Problem

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(?P<body>.*?)\n[ \t]*### END HIDDEN TESTS", re.S)
MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
HINTS = "hints.json"
SHORTEST = 20
"""Bodies of fewer characters than this (such as `return name`) are nobody's secret."""


def released(subject: Subject, made: Plan) -> Iterator[Problem]:
    """Nothing of the solutions and hidden tests can be read in the release, lessons and hints included."""
    shown = _shown(subject, made)
    for path, content in shown.items():
        for marker in MARKERS if path != HINTS else ():
            if marker in content:
                what = f"holds `{marker}`."
                yield Problem(subject.house.release / path, 1, what, "Balance the markers in the text of that cell.")
    for text, cell, hint in subject.marked("hint"):
        for marker in MARKERS:
            if marker in cell.source:
                yield at(text, cell, f"a hint of `{hint.id}` shows `{marker}`.", "Remove it from the hint.")
    folded = {path: _fold(text) for path, text in shown.items()}
    for text in subject.texts:
        for cell in text.cells:
            mark = cell.mark
            if not mark:
                continue
            for name, body in _secrets(mark.role, cell.source):
                secret = _fold(body)
                if len(secret) < SHORTEST:
                    continue
                for path, words in folded.items():
                    if secret in words:
                        what = f"the {name} of `{mark.grade_id}` can be read in {path}."
                        yield at(text, cell, what, "Change the wording there, or ask for something else here.")


def up_to_date(made: Plan) -> Iterator[Problem]:
    """Every built file is what the text says."""
    for path in made.changes():
        what = "does not belong to the text any more." if path in made.stale else "is not up to date with the text."
        yield Problem(path, 1, what, "Run `course build` and commit what it writes.")


def _shown(subject: Subject, made: Plan) -> dict[str, str]:
    """All that a learner of this topic is given: the text of each released notebook, and the hints."""
    shown = {}
    release = subject.house.release
    for path, content in made.files.items():
        if path.suffix == ".ipynb" and path.is_relative_to(release / subject.folder.name):
            cells = json.loads(content)["cells"]
            shown[path.relative_to(release).as_posix()] = "\n\n".join(source_of(cell) for cell in cells)
        elif path.is_relative_to(release / subject.folder.name):
            shown[path.relative_to(release).as_posix()] = content.decode("utf-8", errors="ignore")
    shown[HINTS] = "\n\n".join(cell.source for _, cell, _ in subject.marked("hint"))
    return shown


def _secrets(role: str, source: str) -> Iterator[tuple[str, str]]:
    if role == "answer":
        for match in SOLUTION.finditer(source):
            yield "solution", "\n".join(match[0].splitlines()[1:-1])
    elif role == "test":
        for match in HIDDEN.finditer(source):
            yield "hidden test", match["body"]
    elif role == "wrong":
        yield "wrong answer", SHOWS.sub("", source, count=1)


def _fold(text: str) -> str:
    """Text with white space folded, so that indentation and line ends make no difference."""
    return " ".join(text.split())
