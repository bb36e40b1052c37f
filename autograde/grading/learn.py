"""What the instructor's own solution teaches: what to import before, and which tests can be judged outside."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from autograde.assignment import Assignment, Notebook, Steps
from autograde.examiner.plan import Examination
from autograde.examiner.qualify import qualify
from autograde.grading.execution import is_run
from autograde.grading.grade import ENVIRONMENT
from autograde.grading.notebook import take
from autograde.grading.plan import Plan
from autograde.grading.remarks import REFERENCE, of_dead, of_examination, of_sources, teaches
from autograde.installed import environment
from autograde.kernel.session import Dead, Failed
from autograde.kernel.warm import Warm
from autograde.remark import Remark
from autograde.settings import Settings

FOLDER = ".autograde"
IMPORTED = "autograde.kernel.inside.preloading:imported"
ENGINE = Path(__file__).parents[1]
"""The engine's own files: another version of them may learn something else."""


def learn(
    assignment: Assignment,
    warm: Warm,
    settings: Settings,
    folder: Path | None = None,
    others: Sequence[Warm] = (),
) -> Plan:
    """How to grade this assignment; known from before when nothing has changed since.

    It is kept below `folder`, the course's own. Without the notebooks under source/ there is nothing to learn: nothing
    is imported before, and everything is judged inside. What time or the machine has disturbed is learnt again.
    `others` import beforehand, too, while it is learnt.
    """
    key = _key(assignment, settings)
    place = _place(assignment, folder)
    known = _recall(place)
    if known is not None and known.key == key and not known.disturbed:
        return known
    plan = _learn(assignment, warm, settings, key, others)
    if place is not None:
        _keep(place, plan)
    return plan


def remember(assignment: Assignment, settings: Settings, folder: Path) -> tuple[Remark, ...]:
    """What the instructor should know of the assignment as it is now, as far as that is known without a run."""
    known = _recall(_place(assignment, folder))
    if known is not None and known.content == _content(assignment):
        return known.told
    return tuple(of_sources(assignment)) if settings.examiner else ()


def _as_graded(notebook: Notebook, steps: Steps) -> Notebook:
    """The notebook whose reference is as a submission of it would be: with the tests that the gradebook has."""
    taken, _ = take((notebook.reference or "").encode(), notebook, REFERENCE, steps)
    return msgspec.structs.replace(notebook, reference=taken.text() if taken is not None else None)


def _learn(assignment: Assignment, warm: Warm, settings: Settings, key: str, others: Sequence[Warm]) -> Plan:
    known = [notebook for notebook in assignment.notebooks if teaches(notebook) and notebook.reference is not None]
    notebooks = [_as_graded(notebook, assignment.steps) for notebook in known]
    modules: dict[str, None] = {}
    disturbed = False
    for notebook in notebooks:
        found = _imports(assignment, notebook, warm, settings)
        disturbed = disturbed or found is None
        modules |= dict.fromkeys(found or ())
    _preload(modules, warm, others)
    examinations: dict[str, Examination] = {}
    told = list(of_sources(assignment)) if settings.examiner else []
    for notebook in notebooks if settings.examiner else ():
        try:
            examination = qualify(
                notebook, warm, files=assignment.files, env=ENVIRONMENT, seconds=settings.limits.cell_seconds
            )
        except (Dead, Failed) as error:
            told.append(of_dead(notebook, error))
            disturbed = True
            continue
        examinations[notebook.name] = examination
        told += of_examination(notebook, examination)
        disturbed = disturbed or bool(examination.stopped)
    return Plan(
        modules=tuple(modules),
        examinations=examinations,
        key=key,
        content=_content(assignment),
        told=tuple(told),
        disturbed=disturbed,
    )


def _preload(modules: Iterable[str], warm: Warm, others: Sequence[Warm]) -> None:
    names = list(modules)
    for other in others:
        other.preload(names, wait=False)
    warm.preload(names)


def _imports(assignment: Assignment, notebook: Notebook, warm: Warm, settings: Settings) -> list[str] | None:
    """The modules that the reference imports, in their order; none that the assignment brings along itself.

    None when they could not be seen.
    """
    taken, _ = take((notebook.reference or "").encode(), notebook, REFERENCE)
    if taken is None:
        return []
    with warm.room(assignment.files, env=ENVIRONMENT) as room, room.session() as session:
        try:
            for placed in taken.placed:
                if is_run(placed):
                    session.run(placed.node.source, seconds=settings.limits.cell_seconds)
            found: list[str] = session.do(IMPORTED)
        except (Dead, Failed):
            return None
    return found


def _content(assignment: Assignment) -> str:
    """Of everything in the assignment that what is learnt depends on."""
    parts = [
        [(each.name, each.reference, each.unread, each.kernelspec, each.cells) for each in assignment.notebooks],
        sorted((path, hashlib.sha256(content).hexdigest()) for path, content in assignment.files.items()),
    ]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _key(assignment: Assignment, settings: Settings) -> str:
    """Of everything that what is learnt depends on."""
    told = hashlib.sha256()
    for part in (
        _content(assignment),
        [settings.examiner, settings.limits, assignment.steps],
        [environment(), sys.prefix],
        _files(ENGINE),
    ):
        told.update(msgspec.json.encode(part))
    return told.hexdigest()


@cache
def _files(folder: Path) -> list[tuple[str, int, int]]:
    states = [(path, path.stat()) for path in sorted(folder.rglob("*.py"))]
    return [(str(path.relative_to(folder)), state.st_size, state.st_mtime_ns) for path, state in states]


def _place(assignment: Assignment, folder: Path | None) -> Path | None:
    name = f"plan-{hashlib.sha256(assignment.name.encode()).hexdigest()[:16]}.json"
    return folder / FOLDER / name if folder else None


def _recall(place: Path | None) -> Plan | None:
    if place is None:
        return None
    try:
        return msgspec.json.decode(place.read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError):
        return None


def _keep(place: Path, plan: Plan) -> None:
    """Writes it down, or not: a course on a read-only disk can be graded too."""
    temporary = place.with_name(f"{place.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        try:
            temporary.write_bytes(msgspec.json.encode(plan))
            temporary.replace(place)
        finally:
            temporary.unlink(missing_ok=True)
