"""`nbgrader validate` and the Validate button say what grading would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbconvert.filters import strip_ansi
from nbgrader.preprocessors import Execute as StockExecute
from nbgrader.validator import Validator
from traitlets.config import Config

from autograde.kernel import warm
from autograde.refusal import Refusal
from autograde.seam import configure, warmth
from tests.autograde.courses import check, notebook


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.txt").write_text("3", "utf-8")
    (tmp_path / "right.ipynb").write_bytes(notebook(check("a", "assert int(open('data.txt').read()) == 3")))
    (tmp_path / "wrong.ipynb").write_bytes(notebook(check("a", "assert 1 == 2, 'no'"), check("b", "assert True")))
    (tmp_path / "noisy.ipynb").write_bytes(notebook(check("a", "import sys\nprint('x', file=sys.stderr)")))
    asking = "import os\nassert os.environ['NBGRADER_EXECUTION'] == 'validate'"
    (tmp_path / "asking.ipynb").write_bytes(notebook(check("a", asking)))
    return tmp_path


def validate(path: Path, *, engine: bool = True, **given: Any) -> dict[str, Any]:
    config = Config()
    if engine:
        configure(config, **given)
    found: dict[str, Any] = Validator(config=config).validate(str(path))
    return found


def test_a_notebook_that_passes_has_nothing_to_tell(place: Path, no_stock_kernel: None) -> None:
    assert validate(place / "right.ipynb") == {}
    assert validate(place / "asking.ipynb") == {}


def test_each_cell_that_fails_is_told_with_its_error(place: Path, no_stock_kernel: None) -> None:
    (failed,) = validate(place / "wrong.ipynb")["failed"]
    assert failed["source"] == "assert 1 == 2, 'no'"
    assert "AssertionError: no" in strip_ansi(failed["raw_error"])


def test_noise_fails_only_where_it_costs_points(place: Path, no_stock_kernel: None) -> None:
    assert validate(place / "noisy.ipynb") == {}
    assert len(validate(place / "noisy.ipynb", as_nbgrader=True)["failed"]) == 1


def test_a_course_without_the_engine_is_left_to_nbgrader(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(Config())
    left = []
    monkeypatch.setattr(StockExecute, "preprocess", lambda *given: left.append(given) or (given[1], given[2]))
    validate(place / "right.ipynb", engine=False)
    assert len(left) == 1


def test_a_student_without_a_sandbox_validates_as_ever_and_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: Any) -> None:
        raise Refusal("No sandbox holds on this machine.")

    warmth.cool()
    monkeypatch.setattr(warm, "choose", refuse)
    left = []
    monkeypatch.setattr(StockExecute, "preprocess", lambda *given: left.append(given) or (given[1], given[2]))
    validate(place / "right.ipynb")
    assert len(left) == 1
    assert "No sandbox holds on this machine. This notebook is run by nbgrader itself" in caplog.text
