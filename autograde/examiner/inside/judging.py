"""What the worker has an examiner's session do between its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograde.examiner.inside import tracebacks
from autograde.examiner.inside.asking import Asker
from autograde.examiner.inside.serving import SECONDS_TO_CONNECT, receive_connection

_askers: dict[int, tuple[int, Asker]] = {}


async def prepare(shell: Any, cells: Sequence[str]) -> list[bool]:
    """Runs cells of the instructor's; says which of them ran to their end."""
    ended = []
    for source in cells:
        ready = shell.transform_cell(source)
        outcome = await shell.run_cell_async(source, store_history=False, silent=True, transformed_cell=ready)
        ended.append(bool(outcome.success))
    return ended


async def begin(
    shell: Any,
    links: Sequence[int],
    names: Sequence[str],
    imports: Mapping[str, str],
    student: int,
    objects: bool,
    operators: Sequence[str] | None,
) -> None:
    """Connects a test cell with the student's process, and binds the names that are the student's."""
    known, asker = _askers.get(id(shell), (None, None))
    if asker is None or known != student:
        asker = Asker(shell)
        tracebacks.install(shell)
        _askers[id(shell)] = student, asker
    asker.open(receive_connection(links[0], SECONDS_TO_CONNECT))
    asker.objects.allow(objects, operators)
    asker.bind(names, imports)


def end(shell: Any) -> dict[str, Any]:
    """Ends the cell; says why it cannot have passed, if so, and whether it used objects of the student's."""
    _, asker = _askers[id(shell)]
    asker.close()
    objects = asker.objects
    return {
        "failed": [str(error) for error in asker.failed[:10]],
        "late": asker.is_late,
        "objects": objects.used,
        "operators": sorted(objects.used_operators),
    }
