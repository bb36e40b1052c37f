"""What can be set, by the configuration and by options over it."""

from __future__ import annotations

import pytest
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from autograde.refusal import Refusal
from autograde.settings import Limits, Settings, read_settings


def config(**names: object) -> Config:
    return Config({"AutogradeEngine": names})


def test_without_anything_said_the_defaults_count() -> None:
    assert read_settings(Config()) == Settings(limits=Limits())


def test_an_option_counts_before_the_configuration_and_what_was_not_said_does_not() -> None:
    settings = read_settings(config(jobs=3, cell_seconds=5), jobs=2, cell_seconds=None, memory=1 << 28)
    assert (settings.jobs, settings.limits.cell_seconds, settings.limits.memory) == (2, 5, 1 << 28)


def test_as_nbgrader_is_three_settings_at_once_and_can_be_taken_back() -> None:
    settings = read_settings(config(as_nbgrader=True))
    assert (settings.examiner, settings.stderr_costs, settings.output_overrules) == (False, True, True)
    assert read_settings(config(as_nbgrader=True), as_nbgrader=False) == Settings()


def test_a_cluster_is_part_of_the_settings() -> None:
    assert read_settings(Config(), cluster="tls://scheduler:8786").cluster == "tls://scheduler:8786"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("cell_seconds", 0, "less than 0.1"),
        ("memory", 1000, "less than 64000000"),
        ("jobs", -1, "less than 0"),
        ("jobs", "two", "expected an int"),
        ("sandbox", "jail", "namespaces"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(name: str, value: object, said: str) -> None:
    with pytest.raises(Refusal, match=name) as refused:
        read_settings(config(**{name: value}))
    assert said in str(refused.value)


def test_a_setting_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(Refusal, match=r"AutogradeEngine\.cell_second, which does not exist.*cell_seconds"):
        read_settings(config(cell_second=3))


def seconds(**sections: dict[str, object]) -> tuple[float, float]:
    said = sections.pop("said", {})
    limits = read_settings(Config(sections), **said).limits
    return limits.cell_seconds, limits.notebook_seconds


@pytest.mark.parametrize("section", ["Execute", "ExecutePreprocessor", "NotebookClient"])
def test_the_time_that_the_course_gives_a_cell_in_nbgrader_holds(section: str) -> None:
    assert seconds(**{section: {"timeout": 20}}) == (20, 300)
    assert seconds(**{section: {"timeout": 240}}) == (240, 2400)


def test_of_several_times_the_nearest_counts() -> None:
    general, nbgrader = {"timeout": 600}, {"timeout": 120}
    assert seconds(ExecutePreprocessor=general, Execute=nbgrader)[0] == 120
    assert seconds(ExecutePreprocessor=general, Execute={"kernel_name": "python3"})[0] == 600
    engine = {"cell_seconds": 10, "notebook_seconds": 100}
    assert seconds(Execute=nbgrader, AutogradeEngine=engine) == (10, 100)
    assert seconds(Execute=nbgrader, AutogradeEngine=engine, said={"cell_seconds": 5}) == (5, 100)
    assert seconds(Execute=nbgrader, said={"cell_seconds": 5}) == (5, 300)


@pytest.mark.parametrize("none", [None, -1, 0])
def test_a_course_without_a_time_for_cells_has_one_for_notebooks(none: object) -> None:
    assert seconds(Execute={"timeout": none}) == (3600, 3600)
    assert seconds(Execute={"timeout": none}, said={"notebook_seconds": 50}) == (50, 50)


def test_a_time_on_nbgraders_command_line_counts_and_one_that_is_none_is_refused() -> None:
    assert seconds(Execute={"timeout": DeferredConfigString("45")})[0] == 45
    for wrong in ("a minute", True):
        with pytest.raises(Refusal, match=r"Execute\.timeout is .*, which is no number of seconds"):
            seconds(Execute={"timeout": wrong})


def test_there_is_at_least_one_worker() -> None:
    assert Settings().workers >= 1
    assert Settings(jobs=7).workers == 7
