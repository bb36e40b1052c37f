"""What the instructor's own solution teaches: what to import before, and which tests can be judged outside."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from autograde.assignment import Assignment, Notebook
from autograde.examiner.plan import FAILS, Examination
from autograde.examiner.qualify import qualify
from autograde.grading.execution import is_run
from autograde.grading.grade import ENVIRONMENT, is_executed
from autograde.grading.notebook import language, take
from autograde.grading.plan import Plan
from autograde.grading.words import listed, one_line
from autograde.kernel.session import Dead, Failed
from autograde.kernel.warm import Warm
from autograde.settings import Settings

FOLDER = ".autograde"
IMPORTED = "autograde.kernel.inside.preloading:imported"
REFERENCE = "the reference"
ENGINE = Path(__file__).parents[1]
"""The engine's own files: another version of them may learn something else."""


def learn(assignment: Assignment, warm: Warm, settings: Settings, folder: Path | None = None) -> Plan:
    """How to grade this assignment; known from before when nothing has changed since.

    It is kept below `folder`, the course's own. Without the notebooks under source/ there is nothing to learn: nothing
    is imported before, and everything is judged inside.
    """
    notebooks = [_as_graded(notebook) for notebook in assignment.notebooks if _teaches(notebook)]
    if not notebooks:
        return Plan()
    key = _key(assignment, settings)
    place = (
        folder / FOLDER / f"plan-{hashlib.sha256(assignment.name.encode()).hexdigest()[:16]}.json" if folder else None
    )
    known = _recall(place, key)
    if known is not None:
        return known
    plan = _learn(assignment, notebooks, warm, settings, key)
    if place is not None:
        _keep(place, plan)
    return plan


def _teaches(notebook: Notebook) -> bool:
    return notebook.reference is not None and is_executed(notebook) and language(notebook) == "python"


def _as_graded(notebook: Notebook) -> Notebook:
    """The notebook whose reference is as a submission of it would be: with the tests that the gradebook has."""
    taken, _ = take((notebook.reference or "").encode(), notebook, REFERENCE)
    return msgspec.structs.replace(notebook, reference=taken.text() if taken is not None else None)


def _learn(assignment: Assignment, notebooks: Sequence[Notebook], warm: Warm, settings: Settings, key: str) -> Plan:
    modules: dict[str, None] = {}
    for notebook in notebooks:
        modules |= dict.fromkeys(_imports(assignment, notebook, warm, settings))
    warm.preload(list(modules))
    examinations, told = {}, []
    for notebook in notebooks if settings.examiner else ():
        try:
            examinations[notebook.name] = qualify(
                notebook, warm, files=assignment.files, env=ENVIRONMENT, seconds=settings.limits.cell_seconds
            )
        except (Dead, Failed) as error:
            told.append(
                f"{notebook.name}: the solution under source/ could not be run to its end ({one_line(str(error))}), so "
                "all its tests are judged in the student's process. Run it in a notebook and see what ends it."
            )
    told += [_failing(each) for each in examinations.values() if any(one.why == FAILS for one in each.inside)]
    return Plan(modules=tuple(modules), examinations=examinations, key=key, told=tuple(told))


def _failing(examination: Examination) -> str:
    names = [each.cell for each in examination.inside if each.why == FAILS]
    return (
        f"{examination.notebook}: the instructor's own solution does not pass {listed(names)}. "
        "Run the notebook under source/, correct the solution or the test, and generate the assignment again."
    )


def _imports(assignment: Assignment, notebook: Notebook, warm: Warm, settings: Settings) -> list[str]:
    """The modules that the reference imports, in their order; none that the assignment brings along itself."""
    taken, _ = take((notebook.reference or "").encode(), notebook, REFERENCE)
    if taken is None:
        return []
    with warm.room(assignment.files, env=ENVIRONMENT) as room, room.session() as session:
        try:
            before = set(session.do(IMPORTED))
            for placed in taken.placed:
                if is_run(placed):
                    session.run(placed.node.source, seconds=settings.limits.cell_seconds)
            after = session.do(IMPORTED)
        except (Dead, Failed):
            return []
    return [name for name in after if name not in before]


def _key(assignment: Assignment, settings: Settings) -> str:
    """Of everything that what is learnt depends on."""
    told = hashlib.sha256()
    for part in (
        [(each.name, each.reference, each.kernelspec, each.cells) for each in assignment.notebooks],
        sorted((path, hashlib.sha256(content).hexdigest()) for path, content in assignment.files.items()),
        [settings.examiner, settings.limits],
        [sys.version, sys.prefix, _installed()],
        _files(ENGINE),
    ):
        told.update(msgspec.json.encode(part))
    return told.hexdigest()


def _installed() -> list[str]:
    """The names of what is installed, with versions; far quicker than asking each distribution."""
    found: set[str] = set()
    for entry in sys.path:
        with contextlib.suppress(OSError):
            found.update(path.name for path in Path(entry).iterdir() if path.suffix in (".dist-info", ".egg-info"))
    return sorted(found)


@cache
def _files(folder: Path) -> list[tuple[str, int, int]]:
    states = [(path, path.stat()) for path in sorted(folder.rglob("*.py"))]
    return [(str(path.relative_to(folder)), state.st_size, state.st_mtime_ns) for path, state in states]


def _recall(place: Path | None, key: str) -> Plan | None:
    if place is None:
        return None
    try:
        plan = msgspec.json.decode(place.read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError):
        return None
    return plan if plan.key == key else None


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
