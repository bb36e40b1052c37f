"""docs/results.md says what `--json` prints: its example is the document of a run, and every field is explained."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograde.remark import Remark
from autograde.run.document import VERSION, CellLine, Document, NotebookLine, StudentLine
from autograde.run.tally import State
from autograde.task import Judged, Problem, Weight
from tests.autograde.courses import answer, check, code, make_course, notebook, text
from tests.autograde.run.test_real import environment, temporary
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
TABLES = {
    "The document": Document,
    "A student": StudentLine,
    "A notebook": NotebookLine,
    "A cell": CellLine,
    "A problem": Problem,
    "Something to look at": Remark,
}
CELLS = (
    answer("area", "def area(width, height):\n    return width * height"),
    check("area-test", 'assert area(2, 3) == 6, "a room of 2 by 3 has 6 square metres"', 2),
    text("### BEGIN SOLUTION\nBecause.\n### END SOLUTION", "why", grade=True, solution=True, points=1),
)
_ = temporary  # A fixture.


def handed_in(source: str) -> dict[str, bytes]:
    cells = (code(source, "area", solution=True), CELLS[1], text("So.", "why", grade=True, solution=True, points=1))
    return {"rooms.ipynb": notebook(*cells)}


@pytest.fixture
def document(tmp_path: Path, temporary: Path) -> dict[str, Any]:
    """What a run prints, with the seconds and the sandbox of no machine in particular."""
    course = make_course(tmp_path / "course", {"ps1": {"rooms.ipynb": notebook(*CELLS)}})
    course.hand_in("ada", "ps1", handed_in("def area(width, height):\n    return width + height"))
    course.hand_in("ben", "ps1", {"notes.txt": b"later"})
    command = [sys.executable, "-m", "autograde", "ps1", "--json", "--jobs", "1"]
    done = subprocess.run(
        command, cwd=course.root, env=environment(temporary), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    printed: dict[str, Any] = json.loads(re.sub(r'"seconds": [\d.]+', '"seconds": 0.1', done.stdout))
    return printed | {"sandbox": "namespaces"}


def test_the_example_is_the_document_of_a_run(document: dict[str, Any]) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.S)
    shown = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    assert example == shown, f"docs/results.md has to show:\n{shown}"


@pytest.mark.parametrize("title", TABLES)
def test_every_field_is_explained_and_no_other(title: str) -> None:
    section = re.split(r"^#+ ", PAGE.partition(f"# {title}\n")[2], maxsplit=1, flags=re.M)[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.M)
    explained = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(explained) == sorted(TABLES[title].__struct_fields__)


@pytest.mark.parametrize("words", [State, Judged, Weight])
def test_every_word_that_has_a_meaning_is_explained(words: Any) -> None:
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_the_version_is_the_one_that_is_described() -> None:
    assert f"of this form: {VERSION}" in PAGE
    assert f"As long as `version` is {VERSION}," in PAGE
