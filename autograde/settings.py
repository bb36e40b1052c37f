"""What can be set: in nbgrader_config.py as `c.AutogradeEngine.…`, and by the options of the command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
from traitlets import Bool, Enum, Float, Integer, List, TraitError, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import DeferredConfigString

from autograde.refusal import Refusal

MEGABYTE = 1_000_000
LARGEST_SHARE = 10
"""Where a cell has more than a tenth of a notebook's usual time, the notebook has as much more."""
HOUR = 3_600.0
"""What a notebook has where the course gives its cells all the time of the world."""
EXECUTES = ("Execute", "ExecutePreprocessor", "NotebookClient")
"""The sections in which a course sets how nbgrader executes; what stands in an earlier one counts."""
SANDBOXES = ("best", "namespaces", "bubblewrap", "landlock", "none")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission may use."""

    cell_seconds: float = 30
    notebook_seconds: float = 300
    memory: int = 1 << 30
    """Bytes that the processes of a notebook may hold."""
    disk: int = 100 * MEGABYTE
    """Bytes of files that a submission may write."""
    files: int = 2_000
    output: int = MEGABYTE
    """Bytes that a cell may print or show."""
    submission: int = 20 * MEGABYTE
    """Bytes that a submission may be when it is handed in."""
    processes: int = 64


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a run is made."""

    limits: Limits = Limits()
    jobs: int = 0
    """Workers at a time; 0 is one per core."""
    sandbox: str = "best"
    """best, namespaces, bubblewrap, landlock or none."""
    cluster: str = ""
    """local, or the address of a Dask scheduler; without it, this machine."""
    examiner: bool = True
    """Test cells that can be judged outside of the student's process are."""
    stderr_costs: bool = False
    """As in nbgrader: whatever is written to stderr in a test cell costs all its points."""
    output_overrules: bool = False
    """As in nbgrader: a number shown before an error counts, and the error does not."""
    hidden: tuple[str, ...] = ()
    """Patterns of files below the course's folder that student code may not read, although a package is around them."""

    def secrets(self, root: str) -> list[str]:
        """What student code must not reach: the course's folder, and in packages that lie there what is hidden."""
        return [root, *(str(path) for pattern in self.hidden for path in sorted(Path(root).glob(pattern)))]

    @property
    def workers(self) -> int:
        """How many submissions are graded at a time."""
        if self.jobs:
            return self.jobs
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    @property
    def here(self) -> int:
        """How many of them on this machine, that of the reference included."""
        return 1 if self.cluster else self.workers

    def as_nbgrader(self) -> Settings:
        """The same without anything that nbgrader would score differently."""
        return msgspec.structs.replace(self, examiner=False, stderr_costs=True, output_overrules=True)


class AutogradeEngine(Configurable):
    """The settings as nbgrader_config.py knows them."""

    jobs = Integer(0, min=0, help="Submissions graded at a time; 0 is one per core.").tag(config=True)
    sandbox = Enum(SANDBOXES, "best", help="What student code runs in. `none` protects nothing.").tag(config=True)
    examiner = Bool(True, help="Judge test cells outside of the student's process where that is possible.").tag(
        config=True
    )
    stderr_costs = Bool(False, help="Whatever a test cell writes to stderr costs its points, as in nbgrader.").tag(
        config=True
    )
    output_overrules = Bool(False, help="A number shown before an error counts, as in nbgrader.").tag(config=True)
    as_nbgrader = Bool(False, help="Score exactly as nbgrader does: the three settings above at once.").tag(config=True)
    cell_seconds = Float(
        None, allow_none=True, min=0.1, help="Seconds that a cell may take; without it c.Execute.timeout, else 30."
    ).tag(config=True)
    notebook_seconds = Float(
        None, allow_none=True, min=0.1, help="Seconds that a notebook may take; without it 300, or as ten cells."
    ).tag(config=True)
    memory = Integer(1 << 30, min=64 * MEGABYTE, help="Bytes of memory of a notebook.").tag(config=True)
    disk = Integer(100 * MEGABYTE, min=0, help="Bytes of files that a submission may write.").tag(config=True)
    files = Integer(2_000, min=0, help="Files that a submission may make.").tag(config=True)
    output = Integer(MEGABYTE, min=1_000, help="Bytes that a cell may print or show.").tag(config=True)
    submission = Integer(20 * MEGABYTE, min=1_000, help="Bytes that a submission may be.").tag(config=True)
    processes = Integer(64, min=1, help="Processes and threads of a notebook.").tag(config=True)
    hidden = List(
        Unicode(),
        help="Patterns of files below the course's folder that student code may not read although they lie in a "
        "package that is installed from there. Of all else there it can read nothing anyway.",
    ).tag(config=True)
    cluster = Unicode("", help="`local`, or the address of a Dask scheduler; without it, this machine.").tag(
        config=True
    )

    def settings(self) -> Settings:
        """These settings as plain data."""
        limits = Limits(**{name: getattr(self, name) for name in Limits.__struct_fields__} | self._seconds())
        names = ("jobs", "sandbox", "cluster", "examiner", "stderr_costs", "output_overrules")
        made = Settings(limits=limits, hidden=tuple(self.hidden), **{name: getattr(self, name) for name in names})
        return made.as_nbgrader() if self.as_nbgrader else made

    def _seconds(self) -> dict[str, float]:
        """What a cell and a notebook may take; without settings of ours, a course's settings for nbgrader hold."""
        usual = Limits()
        cell = self.cell_seconds or _timeout(self.config, usual.cell_seconds)
        least = HOUR if cell is None else max(usual.notebook_seconds, LARGEST_SHARE * cell)
        notebook = self.notebook_seconds or least
        return {"cell_seconds": notebook if cell is None else cell, "notebook_seconds": notebook}


def _timeout(config: Config, usual: float) -> float | None:
    """Seconds that nbgrader gives a cell of this course; None for no limit, which it writes as nothing, 0 or -1."""
    section = next((name for name in EXECUTES if "timeout" in config.get(name, {})), "")
    if not section:
        return usual
    value = config[section]["timeout"]
    try:
        if isinstance(value, DeferredConfigString):
            value = value.get_value(Integer(allow_none=True))
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ValueError
    except (TraitError, ValueError):
        raise TraitError(f"{section}.timeout is {value!r}, which is no number of seconds") from None
    return float(value) if value and value > 0 else None


def read_settings(config: Config, **said: Any) -> Settings:
    """The settings of a configuration, with what was said on the command line over them (None is not said)."""
    given = {name: value for name, value in said.items() if value is not None}
    known = AutogradeEngine.class_trait_names(config=True)
    if unknown := sorted(set(config.get("AutogradeEngine", {})) - set(known)):
        raise Refusal(
            f"nbgrader_config.py sets AutogradeEngine.{unknown[0]}, which does not exist. "
            f"What can be set: {', '.join(known)}."
        )
    try:
        return AutogradeEngine(config=config, **given).settings()
    except TraitError as error:
        what = str(error).rstrip(".")
        raise Refusal(f"A setting cannot be used: {what}. It is set in nbgrader_config.py or by an option.") from None
