"""What a course's configuration wants of `nbgrader autograde` that the command does not do: told, never left out."""

from __future__ import annotations

import sys
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from autograde.refusal import Refusal
from autograde.remark import Remark
from autograde.seam.pythons import find_python
from autograde.settings import EXECUTES

HOOKS = ("pre_convert_hook", "post_convert_hook")
CONVERTERS = ("Autograde", "BaseConverter")
WITHOUT = {
    "allow_error_names": "An error never stops the cells after it.",
    "enabled": "Notebooks are run.",
    "error_on_timeout": "A cell that takes too long ends with a CellTimeoutError.",
    "extra_arguments": "No kernel is started with arguments. Put what they do into a cell of the notebook.",
    "force_raise_errors": "An error never stops the cells after it.",
    "kernel_manager_class": "No kernel is started by a manager.",
    "on_cell_complete": "",
    "on_cell_error": "",
    "on_cell_execute": "",
    "on_cell_executed": "",
    "on_cell_start": "",
    "on_notebook_complete": "",
    "on_notebook_error": "",
    "on_notebook_start": "",
    "skip_cells_with_tag": "The tag is skip-execution.",
    "timeout_func": "Each cell has the same time; set c.Execute.timeout or c.AutogradeEngine.cell_seconds.",
}
"""Of how nbgrader executes; all else there is about its kernels, and means nothing without them."""


def unheeded(config: Config) -> tuple[Remark, ...]:
    """What has no effect, for the instructor to know; a Refusal where grading without it might be wrong."""
    for section in CONVERTERS:
        for hook in HOOKS:
            if config.get(section, {}).get(hook) is not None:
                raise Refusal(
                    f"nbgrader_config.py sets c.{section}.{hook}, which `autograde` does not call. Do its work before "
                    "or after, set it for another converter, or grade with `nbgrader autograde`."
                )
    usual = Execute()
    found = []
    for section in EXECUTES:
        said = config.get(section, {})
        _check_kernel(section, said.get("kernel_name"))
        found += [
            Remark(
                kind="no effect",
                notebook="nbgrader_config.py",
                what=f"c.{section}.{name} has no effect on `autograde`. {WITHOUT[name]}".strip(),
                do="",
            )
            for name in WITHOUT
            if name in said and said[name] != getattr(usual, name, None)
        ]
    return tuple(found)


def _check_kernel(section: str, name: str | None) -> None:
    """Refuses a kernel that is not the Python that this is."""
    if not name:
        return
    try:
        python = find_python(name)
    except NoSuchKernel:
        python = None
    if python is None or Path(python.path).absolute() != Path(sys.executable).absolute():
        other = "is not there or is none of Python" if python is None else f"runs in {python.path}"
        raise Refusal(
            f"nbgrader_config.py sets c.{section}.kernel_name to {name}, which {other}; `autograde` runs notebooks in "
            f"{sys.executable}. Install it where that kernel is, or grade with `nbgrader autograde`."
        )
