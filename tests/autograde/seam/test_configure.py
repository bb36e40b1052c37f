"""`configure` in nbgrader_config.py: what it sets, what it leaves, and that it costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from nbgrader.converters import Autograde
from nbgrader.preprocessors import IgnorePattern
from nbgrader.validator import Validator
from traitlets.config import Config

from autograde.seam import EXECUTE, PAGES, SAVE, STOCK, STOCK_EXECUTE, STOCK_SAVE, configure
from tests.conftest import ROOT


def steps(config: Config) -> list[object]:
    found: list[object] = config.Autograde.autograde_preprocessors
    return found


def test_what_stands_here_as_nbgraders_own_steps_is_what_nbgrader_has() -> None:
    own = Autograde(config=Config()).autograde_preprocessors
    assert [step.rpartition(".")[2] for step in STOCK] == [step.__name__ for step in own]


def test_execution_and_scores_are_the_engines() -> None:
    config = Config()
    configure(config)
    assert steps(config)[0] == EXECUTE
    assert steps(config)[4] == SAVE
    assert [step for step in steps(config) if step not in (EXECUTE, SAVE)] == [
        step for step in STOCK if step not in (STOCK_EXECUTE, STOCK_SAVE)
    ]
    assert config.AutogradeEngine.as_nbgrader is False
    assert config.GenerateFeedback.exporter_class == PAGES


def test_as_nbgrader_leaves_the_scores_to_nbgrader() -> None:
    config = Config()
    configure(config, as_nbgrader=True)
    assert (steps(config)[0], steps(config)[4]) == (EXECUTE, STOCK_SAVE)
    assert config.AutogradeEngine.as_nbgrader is True


def test_a_second_call_counts_and_changes_nothing_else() -> None:
    once, twice = Config(), Config()
    configure(once)
    configure(twice, as_nbgrader=True)
    configure(twice)
    configure(twice)
    assert twice == once


def test_what_the_course_has_set_stays() -> None:
    config = Config()
    config.Autograde.autograde_preprocessors = [IgnorePattern, "theirs.Execute", STOCK_EXECUTE]
    config.GenerateFeedback.exporter_class = "theirs.Exporter"
    configure(config)
    assert steps(config) == [IgnorePattern, "theirs.Execute", EXECUTE]
    assert config.GenerateFeedback.exporter_class == "theirs.Exporter"


def test_what_the_course_has_added_stays() -> None:
    config = Config()
    config.Autograde.autograde_preprocessors.append("theirs.Last")
    configure(config)
    assert steps(config)[0] == EXECUTE
    assert steps(config)[-1] == "theirs.Last"
    assert len(steps(config)) == len(STOCK) + 1


def test_feedback_can_be_left_to_nbgrader() -> None:
    config = Config()
    configure(config, feedback=False)
    assert "exporter_class" not in config.GenerateFeedback


def test_the_validator_gets_the_engine_once() -> None:
    configure(Config())
    configure(Config())
    names = [f"{step.__module__}.{step.__name__}" for step in Validator(config=Config()).preprocessors]
    assert names[2:] == ["autograde.seam.execute.Validating"]


@pytest.mark.parametrize("statement", ["import autograde.seam", "from autograde.seam import configure"])
def test_it_is_there_before_anything_is_imported(statement: str) -> None:
    heavy = "{'nbgrader', 'nbconvert', 'nbclient', 'traitlets', 'msgspec', 'sqlalchemy', 'IPython'}"
    program = f"import sys; {statement}; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
