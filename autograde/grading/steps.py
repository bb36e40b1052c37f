"""The steps of `nbgrader autograde` as a course has configured them, and whether its own can run here."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Sequence
from typing import Any

import msgspec
from nbconvert.preprocessors import ExecutePreprocessor
from nbgrader import preprocessors as nbgrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, Configurable
from traitlets.utils.importstring import import_item

from autograde.assignment import Step, Steps
from autograde.refusal import Refusal

SANITIZE, GRADE = "c.Autograde.sanitize_preprocessors", "c.Autograde.autograde_preprocessors"
DONE = {
    SANITIZE: (nbgrader.ClearOutput, nbgrader.DeduplicateIds, nbgrader.OverwriteKernelspec, nbgrader.CheckCellMetadata),
    GRADE: (nbgrader.AssignLatePenalties, nbgrader.CheckCellMetadata),
}
"""What the engine does anyway, wherever it stands in the list."""
NEED_MORE = (
    ExecutePreprocessor,
    nbgrader.OverwriteCells,
    nbgrader.OverwriteKernelspec,
    nbgrader.SaveAutoGrades,
    nbgrader.SaveCells,
    nbgrader.AssignLatePenalties,
    nbgrader.GetGrades,
)
"""What needs a kernel or the gradebook; the engine has its own for each that `nbgrader autograde` needs."""
ENGINES = {
    "autograde.seam.execute.Execute": nbgrader.Execute,
    "autograde.seam.scores.SaveAutoGrades": nbgrader.SaveAutoGrades,
}
INSTEAD = "Take it out of that list, or grade with `nbgrader autograde`, which runs it (see autograde.configure)."


def read_steps(coursedir: CourseDirectory) -> Steps:
    """The course's own steps, in their order; a Refusal names one that this command cannot run."""
    converter = Autograde(coursedir=coursedir, config=coursedir.config)
    sanitize = [_found(step, SANITIZE) for step in converter.sanitize_preprocessors]
    grade = [_found(step, GRADE) for step in converter.autograde_preprocessors]
    _check(sanitize, SANITIZE, nbgrader.OverwriteCells)
    _check(grade, GRADE, nbgrader.Execute, nbgrader.SaveAutoGrades)
    overwrite = sanitize.index(nbgrader.OverwriteCells)
    execute, save = grade.index(nbgrader.Execute), grade.index(nbgrader.SaveAutoGrades)

    def own(steps: Sequence[Any], setting: str) -> tuple[Step, ...]:
        return tuple(_step(step, setting, coursedir.config) for step in steps if step not in DONE[setting])

    return Steps(
        first=own(sanitize[:overwrite], SANITIZE),
        then=own(sanitize[overwrite + 1 :], SANITIZE) + own(grade[:execute], GRADE),
        ran=own(grade[execute + 1 : save], GRADE),
        last=own(grade[save + 1 :], GRADE),
    )


def _found(step: Any, setting: str) -> Any:
    """The class or function that stands in the list, perhaps by its name."""
    if not isinstance(step, str):
        return step
    if step in ENGINES:
        return ENGINES[step]
    try:
        return import_item(step)
    except Exception as error:
        raise Refusal(
            f"{setting} names {step}, which cannot be imported ({type(error).__name__}: {error}). "
            "Correct the name, or install what it is in."
        ) from error


def _name(step: Any) -> str:
    return f"{getattr(step, '__module__', '?')}.{getattr(step, '__qualname__', type(step).__qualname__)}"


def _check(steps: Sequence[Any], setting: str, *needed: type) -> None:
    """Refuses what stands in the place of a step that the engine has its own for."""
    for step in steps:
        if isinstance(step, type) and step not in (*DONE[setting], *needed) and issubclass(step, NEED_MORE):
            raise Refusal(
                f"{setting} has {_name(step)}, which needs a kernel or the gradebook; `autograde` has steps of its own "
                f"for that and cannot run it. {INSTEAD}"
            )
    for each in needed:
        if each not in steps:
            raise Refusal(
                f"{setting} has no nbgrader.preprocessors.{each.__name__}, and `autograde` cannot grade without. Put "
                "it into the list again, or grade with `nbgrader autograde`."
            )


def _step(step: Any, setting: str, config: Config) -> Step:
    """A step as plain data; a worker imports it by its name."""
    name = _name(step)
    try:
        same = import_item(name) is step
    except Exception:
        same = False
    if not same:
        raise Refusal(
            f"{setting} has {name}, which the processes that grade cannot import. Put it into a module beside "
            'nbgrader_config.py and name it in the list as "module.Name".'
        )
    try:
        return Step(name=name, config=_configuration(step, config), code=_code(step))
    except TypeError as error:
        raise Refusal(
            f"{setting} has {name}, and what is set for it cannot be sent to the processes that grade: {error}. "
            f"Set numbers, texts, lists or dictionaries. {INSTEAD}"
        ) from error


def _configuration(step: Any, config: Config) -> str:
    if not (inspect.isclass(step) and issubclass(step, Configurable)):
        return "{}"
    kind: type[Configurable] = step
    made = kind(config=config)
    said = {name for section in kind.section_names() for name in config.get(section, {})}
    return msgspec.json.encode(
        {name: getattr(made, name) for name in made.traits(config=True) if name in said}, order="deterministic"
    ).decode()


def _code(step: Any) -> str:
    """What its module is known by, so that a changed one grades again."""
    try:
        return hashlib.sha256(inspect.getsource(inspect.getmodule(step)).encode()).hexdigest()  # type: ignore[arg-type]
    except (OSError, TypeError):
        return ""
