"""What the command does not do of what a course wants of nbgrader is told, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from autograde.refusal import Refusal
from autograde.run.unheeded import unheeded
from tests.autograde.run.conftest import Small


def said(**sections: dict[str, Any]) -> list[str]:
    return [str(remark) for remark in unheeded(Config(sections))]


def test_what_has_no_effect_is_told_by_its_name() -> None:
    assert said(Execute={"extra_arguments": ["--pylab"]}, NotebookClient={"on_cell_start": print}) == [
        "nbgrader_config.py: c.Execute.extra_arguments has no effect on `autograde`. "
        "No kernel is started with arguments. Put what they do into a cell of the notebook. ",
        "nbgrader_config.py: c.NotebookClient.on_cell_start has no effect on `autograde`. ",
    ]


def test_what_is_as_ever_or_is_about_kernels_alone_is_not_worth_a_word() -> None:
    assert not said(
        Execute={"timeout": 60, "interrupt_on_timeout": True, "raise_on_iopub_timeout": False, "extra_arguments": []},
        ExecutePreprocessor={"iopub_timeout": 10, "kernel_name": "python3", "allow_errors": False},
        GenerateAssignment={"post_convert_hook": print},
    )


@pytest.mark.parametrize("section", ["Autograde", "BaseConverter"])
def test_a_hook_that_would_not_be_called_is_refused(section: str) -> None:
    with pytest.raises(Refusal, match=rf"c\.{section}\.post_convert_hook, which `autograde` does not call"):
        said(**{section: {"post_convert_hook": "ours.tidy"}})


def test_another_kernel_is_refused_with_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "kernels" / "elsewhere"
    folder.mkdir(parents=True)
    spec = {"argv": ["/opt/other/bin/python", "-m", "ipykernel_launcher"], "display_name": "E", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with pytest.raises(Refusal, match=r"kernel_name to elsewhere, which runs in /opt/other/bin/python; `autograde`"):
        said(Execute={"kernel_name": "elsewhere"})
    with pytest.raises(Refusal, match="kernel_name to nowhere, which is not there or is none of Python"):
        said(ExecutePreprocessor={"kernel_name": "nowhere"})


def test_the_command_says_so_and_grades_or_refuses(small: Small) -> None:
    small.hand_in("ada")
    config = small.course.root / "nbgrader_config.py"
    before = config.read_text()
    config.write_text(before + "c.Execute.timeout_func = lambda cell: 5\n")
    for words in (["--dry-run"], []):
        assert "c.Execute.timeout_func has no effect" in small.autograde("ps1", *words).out
    assert small.graded == ["ada"]
    config.write_text(before + "c.Autograde.autograde_preprocessors.append('nowhere.Step')\n")
    refused = small.autograde("ps1")
    assert refused.code == 2
    assert "c.Autograde.autograde_preprocessors names nowhere.Step, which cannot be imported" in refused.err


def test_a_step_of_the_course_on_a_cluster_is_refused(small: Small) -> None:
    small.hand_in("ada")
    (small.course.root / "cluster_steps.py").write_text("def leave(nb, resources):\n    return nb, resources\n")
    with (small.course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograde.autograde_preprocessors.append('cluster_steps.leave')\n")
    refused = small.autograde("ps1", "--cluster", "local")
    assert refused.code == 2
    assert "cluster_steps.leave" in refused.err
    assert small.autograde("ps1").code == 0
