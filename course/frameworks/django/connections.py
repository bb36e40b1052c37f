"""Database connections end with the thread that made them, and with the process; Django leaves both to the program."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary, finalize

from course.frameworks.kernel import on_exit

_ends: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def follow_connections() -> None:
    """Looks after every connection that is opened from now on."""
    from django.db.backends.signals import connection_created

    connection_created.connect(_opened)
    on_exit(_close_all)


def _opened(connection: Any, **_: object) -> None:
    former = _ends.pop(connection, None)
    if former:
        former.detach()  # It was closed: a request closes its connection, and the next one opens another.
    end = finalize(connection, connection.connection.close)
    end.atexit = False  # A forked process would close what is its parent's.
    _ends[connection] = end


def _close_all() -> None:
    for end in list(_ends.values()):
        end()
