"""nbgrader's Execute, whose notebooks run in the engine."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute as StockExecute
from nbgrader.preprocessors.execute import UnresponsiveKernelError

from autograde.assignment import Assignment
from autograde.grading.execution import OVER
from autograde.grading.grade import ENDING
from autograde.kernel.ran import Ran
from autograde.kernel.session import Session
from autograde.kernel.warm import Warm
from autograde.refusal import Refusal
from autograde.seam import EXECUTE, SAVE
from autograde.seam.folder import read_folder, write_back
from autograde.seam.imports import imported_by
from autograde.seam.judging import assignment_of, by_hand, judge, tell
from autograde.seam.language import describe
from autograde.seam.pythons import NATIVE, Python, find_python
from autograde.seam.scores import BY_HAND, costs_first
from autograde.seam.warmth import warm_process
from autograde.settings import AutogradeEngine, Settings
from autograde.task import Ended, Weight

PASSED_ON = ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING")
A_DAY = 86_400.0
"""What no limit is."""
USUAL = ("--HistoryManager.hist_file=:memory:",)
STOPPING = ("allow_errors", "force_raise_errors", "skip_cells_with_tag", "timeout_func")
"""What makes nbgrader stop at a cell, leave it out or time it otherwise. The examiner knows nothing of that."""


class Execute(StockExecute):
    """Runs a notebook sealed, in a fork of a warm process, and leaves the outputs that a kernel would have left."""

    settings: Settings

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> tuple[Any, Any]:
        """The notebook with its outputs, and nbconvert's resources."""
        self.nb = nb
        self.reset_execution_trackers()
        self._check_assign_resources(resources)
        self.settings = AutogradeEngine(config=self.config).settings()
        kernel = self.kernel_name or nb.metadata.get("kernelspec", {}).get("name") or NATIVE
        python = find_python(kernel)
        if python is None:
            self.log.warning(
                "The kernel %s is not one of Python: nbgrader runs this notebook itself, without a sandbox.",
                kernel,
            )
            return super().preprocess(nb, resources, km)
        if any(argument not in USUAL for argument in self.extra_arguments):
            self.log.warning("Execute.extra_arguments are not used: the engine starts no kernel with arguments.")
        folder = Path((resources or {}).get("metadata", {}).get("path") or Path.cwd()).resolve()
        course = CourseDirectory(config=self.config)
        assignment = assignment_of(course, self.about) if self._may_judge(python) else None
        if assignment is not None:
            self._judge_in(folder, python, course, assignment)
        else:
            self._run_in(folder, python, course)
        self.log.debug("Executed by the engine: %s", folder)
        return self.nb, self.resources

    @property
    def about(self) -> dict[str, str]:
        """Whose notebook it is, and of which assignment, where nbgrader says so."""
        return dict(self.resources.get("nbgrader") or {})

    def _may_judge(self, python: Python) -> bool:
        """Whether the plan holds: of this Python, for runs that no error stops and scores that heed doubts."""
        if not self.settings.examiner or not self.error_on_timeout:
            return False
        usual = all(getattr(self, name) == self.trait_defaults(name) for name in STOPPING)
        heeded = SAVE in self.config.Autograde.get("autograde_preprocessors", ())
        return usual and heeded and Path(python.path).absolute() == Path(sys.executable).absolute()

    def _judge_in(self, folder: Path, python: Python, course: CourseDirectory, assignment: Assignment) -> None:
        """Has the engine judge it as its own command does."""
        files = read_folder(folder, self.settings.limits)
        with warm_process(python, self.settings, course.root) as warm:
            given = {"course": course, "assignment": assignment, "about": self.about, "log": self.log}
            result = judge(self.nb, files, warm, self.settings, **given)
        tell(result.problems, self.log)
        if not result.graded:
            raise Refusal("\n".join(str(each) for each in result.problems if each.weight is Weight.UNGRADED))
        (graded,) = result.graded
        self.nb = nbformat.reads(graded.text, as_version=4)
        if self.error_on_timeout != self.trait_defaults("error_on_timeout"):
            for cell in self.nb.cells:
                _put(self.error_on_timeout, OVER, cell.get("outputs", []))
        self.resources[BY_HAND] = by_hand(graded, assignment)
        write_back(folder, result.files)

    def _run_in(self, folder: Path, python: Python, course: CourseDirectory) -> None:
        """Runs it, and leaves the scores to what its outputs say."""
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        files = read_folder(folder, self.settings.limits)
        with warm_process(python, self.settings, course.root) as warm:
            warm.preload(imported_by(self._source(course), files))
            self._run_in_room(warm, files, env, folder)

    def _source(self, course: CourseDirectory) -> Path:
        """The instructor's notebook; one that is not there where a notebook is only validated."""
        folder = course.format_path(course.source_directory, ".", self.about.get("assignment", "."))
        return Path(folder, f"{self.about.get('notebook')}{ENDING}")

    def _run_in_room(self, warm: Warm, files: dict[str, bytes], env: dict[str, str], folder: Path) -> None:
        with warm.room(files, env=env) as room:
            with room.session() as session:
                self.nb.metadata["language_info"] = NotebookNode(session.do(f"{describe.__module__}:describe"))
                self._run(session)
                self.nb.metadata.update(session.metadata())
            write_back(folder, room.changed())

    def _run(self, session: Session) -> None:
        as_nbgrader = self.settings.output_overrules
        until = time.monotonic() + (A_DAY if as_nbgrader else self.settings.limits.notebook_seconds)
        for index, cell in enumerate(self.nb.cells):
            if not self._is_run(cell):
                continue
            seconds = self._seconds(cell)
            left = max(until - time.monotonic(), 0.1)
            ran = session.run(cell.source, seconds=min(A_DAY if seconds is None else seconds, left))
            self.code_cells_executed += 1
            cell.outputs, cell["execution_count"] = ran.outputs, ran.count
            self._tell(index + 1, ran)
            if ran.ended is Ended.TIMEOUT:
                self._timed_out(cell, ran, seconds)
            if as_nbgrader and not session.alive:
                self._died(ran)
            self._raise_where_asked(cell, ran)

    def _seconds(self, cell: Any) -> float | None:
        """nbgrader's own time for a cell where that is wanted, else the engine's."""
        if self.settings.output_overrules or self.timeout_func is not None:
            return self._get_timeout(cell)
        return self.settings.limits.cell_seconds

    def _tell(self, number: int, ran: Ran) -> None:
        """Puts into nbgrader's log what a person must know of a cell that did not just end."""
        who = ", ".join(filter(None, (self.about.get("student"), self.about.get("notebook"), f"cell {number}")))
        if ran.ended is Ended.TIMEOUT:
            self.log.warning("%s: It did not end within %.3g s and was stopped.", who, ran.seconds)
        elif ran.ended in (Ended.DIED, Ended.LIMIT):
            self.log.warning("%s: The process ended in it%s.", who, f" ({ran.how})" if ran.how else "")
        if ran.suspect:
            self.log.warning("%s: It was ended: %s. Look for tampering.", who, ran.suspect)

    def _is_run(self, cell: Any) -> bool:
        if cell.cell_type != "code" or not cell.source.strip():
            return False
        return self.skip_cells_with_tag not in cell.metadata.get("tags", [])

    def _timed_out(self, cell: Any, ran: Ran, seconds: float | None) -> None:
        """Says it as nbgrader is configured to."""
        said = self.error_on_timeout
        if not said:
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", seconds, cell)
        _put(said, ran.name, cell.outputs)
        ran.name, ran.value, ran.traceback = said["ename"], said["evalue"], list(said["traceback"])

    def _died(self, ran: Ran) -> None:
        if ran.ended is Ended.TIMEOUT:
            raise UnresponsiveKernelError
        raise DeadKernelError(f"Kernel died ({ran.how})" if ran.how else "Kernel died")

    def _raise_where_asked(self, cell: Any, ran: Ran) -> None:
        """nbclient's rule for errors that are to stop a run; nbgrader allows all of them."""
        allowed = self.allow_errors or ran.name in self.allow_error_names
        allowed = allowed or "raises-exception" in cell.metadata.get("tags", [])
        if ran.ok or (allowed and not self.force_raise_errors):
            return
        said = {"status": "error", "ename": ran.name, "evalue": ran.value, "traceback": ran.traceback}
        raise CellExecutionError.from_cell_and_msg(cell, said)


def _put(error: dict[str, Any], name: str, outputs: list[Any]) -> None:
    """The course's words of an error for ours."""
    outputs[:] = [NotebookNode(output_type="error", **error) if each.get("ename") == name else each for each in outputs]


class Validating(Execute):
    """The same for `nbgrader validate`, where the outputs are what the verdict is read from, and nothing else."""

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> tuple[Any, Any]:
        """The notebook with outputs by which nbgrader's validator says what grading would."""
        if EXECUTE not in self.config.Autograde.get("autograde_preprocessors", ()):
            return StockExecute.preprocess(self, nb, resources, km)  # A course that does not use the engine.
        try:
            nb, resources = super().preprocess(nb, resources, km)
        except Refusal as refusal:
            self.log.warning("%s This notebook is run by nbgrader itself, without a sandbox.", refusal)
            return StockExecute.preprocess(self, nb, resources, km)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = costs_first(cell.outputs, self.settings)
        return nb, resources
