"""The words of the command: what is an assignment, what an option, and what is asked for."""

from __future__ import annotations

import subprocess
import sys
from unittest.mock import patch

import pytest
import typer
from typer.testing import CliRunner

from autograde import cli
from autograde.run.request import Request

HEAVY = ("nbgrader", "IPython", "nbformat", "sqlalchemy", "distributed", "traitlets")


def asked(*words: str) -> Request:
    """What the command would run."""
    got: list[Request] = []

    def run(request: Request) -> int:
        got.append(request)
        return 0

    with patch("autograde.run.command.run", run):
        result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 0, result.output
    return got[0]


def test_the_name_of_an_assignment_needs_no_command_before_it() -> None:
    assert asked("ps1").assignment == "ps1"
    assert asked("--force", "ps1") == asked("ps1", "--force") == asked("grade", "ps1", "--force")


@pytest.mark.parametrize("name", ["doctor", "feedback", "report", "grade"])
def test_an_assignment_may_be_called_as_a_command(name: str) -> None:
    assert asked("grade", name).assignment == name


def test_students_and_notebooks_may_be_several() -> None:
    request = asked("ps1", "-s", "ada", "--students", "b*", "-n", "one")
    assert (request.students, request.notebooks) == (("ada", "b*"), ("one",))
    assert request.named == ("ada",)
    assert request.again == "autograde ps1 --students ada --students 'b*' --notebooks one"


def test_what_is_not_said_is_left_to_the_configuration() -> None:
    assert set(asked("ps1").said.values()) == {None}


def test_every_limit_has_an_option() -> None:
    words = "--cell-seconds 3 --notebook-seconds 9 --memory 512MiB --disk 1MB --files 7 --output 5K --submission 2G"
    said = asked(
        "ps1", *words.split(), "--processes", "4", "--sandbox", "landlock", "-j", "2", "--cluster", "local"
    ).said
    assert said == {
        "jobs": 2,
        "sandbox": "landlock",
        "cluster": "local",
        "as_nbgrader": None,
        "cell_seconds": 3,
        "notebook_seconds": 9,
        "memory": 512 << 20,
        "disk": 1_000_000,
        "files": 7,
        "output": 5_000,
        "submission": 2_000_000_000,
        "processes": 4,
    }


@pytest.mark.parametrize("text", ["", "much", "-5", "10 apples", "1TiB"])
def test_a_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        cli.size(text)


def test_help_shows_the_commands_and_the_options_of_grading() -> None:
    output = CliRunner().invoke(cli.app, ["--help"]).output
    for word in ("doctor", "feedback", "report", "--students", "--cell-seconds"):
        assert word in output


def test_what_is_no_option_is_refused() -> None:
    assert CliRunner().invoke(cli.app, ["ps1", "--nonsense"]).exit_code == 2


def test_help_imports_nothing_heavy() -> None:
    code = f"""
import sys
from autograde.cli import app
try:
    app(["--help"])
finally:
    sys.stderr.write(repr([name for name in {HEAVY!r} if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "[]"
