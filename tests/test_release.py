"""What is committed: learners find no answers in it, notebooks carry no outputs, nothing tells where it was made."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course.house import House
from tests import originals
from tests.conftest import ROOT, course
from tests.originals import TOPICS, Secret, fold
from tests.tree import committed

MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION", "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
RELEASED = sorted((ROOT / "release").rglob("*.ipynb"))
BUILT = sorted(path for folder in ("source", "release") for path in (ROOT / folder).rglob("*.ipynb"))

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = ("pypi org", "pythonhosted org", "anaconda org", "anaconda com", "npmjs org", "npmjs com", "yarnpkg com")
REGISTRIES = [host.replace(" ", ".") for host in HOSTS]
HOMES = ["/".join(["", *parts, ""]) for parts in (("root",), ("work",), ("home", r"\w+"), ("Users", r"\w+"))]
MACHINE = re.compile(r"(?<![\w.\-})/])(?:" + "|".join([*HOMES, r"[A-Z]:\\Users\\\w+"]) + r")")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def cells(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def text(path: Path) -> str:
    return "\n\n".join("".join(cell["source"]) for cell in cells(path))


def lines() -> Iterator[tuple[str, str]]:
    """Each line of each committed text file, with where it stands."""
    for path in committed():
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # A picture.
        for number, line in enumerate(content.splitlines(), 1):
            yield f"{named(path)}:{number}", line


def test_every_topic_is_released() -> None:
    assert RELEASED
    assert {path.parent.name for path in RELEASED} >= {topic.name for topic in TOPICS} > set()


@pytest.mark.parametrize("path", RELEASED, ids=named)
def test_a_released_notebook_holds_no_marker(path: Path) -> None:
    assert not [marker for marker in MARKERS if marker in path.read_text(encoding="utf-8")]


def test_there_are_secrets_to_look_for() -> None:
    kinds = {secret.kind for topic in TOPICS for secret in originals.secrets(topic / "exercises.py")}
    assert kinds == {"answer", "test", "hint", "wrong"}


@pytest.mark.parametrize("path", RELEASED, ids=named)
def test_a_released_notebook_holds_no_solution_hidden_test_hint_or_wrong_answer(path: Path) -> None:
    shown = fold(text(path))
    leaked: list[Secret] = [
        secret for topic in TOPICS for secret in originals.secrets(topic / "exercises.py") if secret.text in shown
    ]
    assert leaked == []


@pytest.mark.parametrize("path", RELEASED, ids=named)
def test_a_released_answer_cell_raises_until_something_is_written(path: Path) -> None:
    answers = [cell for cell in cells(path) if cell["metadata"].get("nbgrader", {}).get("solution")]
    for cell in answers:
        if cell["cell_type"] == "code":
            assert "raise NotImplementedError()" in "".join(cell["source"]), cell["id"]


@pytest.mark.parametrize("path", BUILT, ids=named)
def test_a_committed_notebook_has_no_outputs_and_no_counts(path: Path) -> None:
    ran = [cell["id"] for cell in cells(path) if cell.get("outputs") or cell.get("execution_count")]
    assert ran == []


def test_the_notebooks_and_the_banks_pass_every_check_that_needs_no_run(clone: House) -> None:
    result = course(clone, "check", "--no-run")
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_file_names_a_package_registry() -> None:
    places = [where for where, line in lines() if any(host in line for host in REGISTRIES)]
    assert places == []


def test_no_file_names_a_path_of_the_machine_it_was_made_on() -> None:
    places = [where for where, line in lines() if MACHINE.search(line) or f"{ROOT}{os.sep}" in line]
    assert places == []
