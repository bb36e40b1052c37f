"""What the worker has an examiner's session do between its cells."""

from __future__ import annotations

import select
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from autograde.examiner.inside import tracebacks
from autograde.examiner.inside.asking import Asker
from autograde.examiner.inside.serving import SECONDS_TO_CONNECT, receive_connection

STATUS = "application/vnd.autograde.judged+json"
"""What a cell shows last: what became of its asking. The worker takes it away."""

_askers: dict[int, tuple[int, Asker]] = {}


async def prepare(shell: Any, cells: Sequence[str]) -> list[bool]:
    """Runs cells of the instructor's; says which of them ran to their end."""
    ended = []
    for source in cells:
        ready = shell.transform_cell(source)
        outcome = await shell.run_cell_async(source, store_history=False, silent=True, transformed_cell=ready)
        ended.append(bool(outcome.success))
    return ended


def install(shell: Any, links: Sequence[int]) -> None:
    """Has a session begin by itself with each cell for which the worker sends a connection, and end with it."""
    tracebacks.install(shell)
    shell.events.register("pre_run_cell", lambda info: _begin_cell(shell, links[0]))
    shell.events.register("post_run_cell", lambda result: _end_cell(shell))


def _begin_cell(shell: Any, link: int) -> None:
    if select.select([link], [], [], 0)[0]:
        connection, told = receive_connection(link, 0)
        _begin(shell, connection, **told)


def _end_cell(shell: Any) -> None:
    _, asker = _askers.get(id(shell), (None, None))
    if asker is not None and asker.connection is not None:
        shell.display_pub.publish({STATUS: end(shell)})


async def begin(shell: Any, links: Sequence[int]) -> None:
    """Connects a cell of the instructor's with the student's process, and binds the names that are the student's."""
    connection, told = receive_connection(links[0], SECONDS_TO_CONNECT)
    _begin(shell, connection, **told)


def _begin(
    shell: Any,
    connection: socket.socket,
    names: Sequence[str],
    imports: Mapping[str, str],
    student: int,
    objects: bool,
    operators: Sequence[str] | None,
) -> None:
    known, asker = _askers.get(id(shell), (None, None))
    if asker is None or known != student:
        asker = Asker(shell)
        _askers[id(shell)] = student, asker
    asker.open(connection)
    asker.objects.allow(objects, operators)
    try:
        asker.bind(names, imports)
    except Exception as error:
        asker.failed_with(error)
        asker.has_begun = False


def end(shell: Any) -> dict[str, Any]:
    """Ends the cell; says why it cannot have passed, if so, and whether it used objects of the student's."""
    _, asker = _askers[id(shell)]
    asker.close()
    objects = asker.objects
    return {
        "begun": asker.has_begun,
        "failed": [str(error) for error in asker.failed[:10]],
        "late": asker.is_late,
        "objects": objects.used,
        "operators": sorted(objects.used_operators),
    }
