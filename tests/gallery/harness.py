"""Runs the notebooks of the gallery: warnings are errors in them, but for a named list of other people's."""

from __future__ import annotations

import asyncio
from pathlib import Path

from course.authoring.build import collect
from course.authoring.run import Run, run_text
from course.problems import Problem, Problems

NOTEBOOKS = Path(__file__).parent / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.py"))

OTHER_PEOPLES: list[tuple[str, str, str]] = [
    ("For consistency across implementations", "PendingDeprecationWarning", "ipykernel, of its own shutdown"),
    ("Call to deprecated setex", "DeprecationWarning", "Celery, of redis-py"),
]
"""Warnings that are not ours to mend: the beginning of the message, the category, and whose it is."""


def strict() -> str:
    """The code that makes warnings errors in a kernel."""
    lines = ["import warnings", "warnings.simplefilter('error')"]
    for message, category, _ in OTHER_PEOPLES:
        lines.append(f"warnings.filterwarnings('ignore', {message!r}, {category})")
    return "\n".join(lines)


def run(name: str) -> Run:
    """Runs one notebook of the gallery and returns how it did."""
    problems: list[Problem] = []
    texts = collect([NOTEBOOKS / f"{name}.py"], problems)
    if problems:
        raise Problems(problems)
    return asyncio.run(run_text(texts[0], first=strict()))
