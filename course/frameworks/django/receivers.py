"""Signal receivers that are defined in cells: the one of a cell that is run again takes its former one's place."""

from __future__ import annotations

import weakref
from functools import wraps
from typing import Any

from django.dispatch import Signal

_connected: dict[tuple[int, int, str], tuple[weakref.ref[Any], Any]] = {}


def follow_receivers() -> None:
    """Lets a function of a notebook replace the former one of its name that the same signal and sender had.

    In DEBUG, Django's caches keep the former function alive, so that it would be called as well; and where there is a
    `dispatch_uid`, it would be called instead.
    """
    connect = Signal.connect

    @wraps(connect)
    def connect_in_its_place(
        signal: Any, receiver: Any, sender: Any = None, weak: bool = True, dispatch_uid: Any = None
    ) -> Any:
        name = getattr(receiver, "__qualname__", "<unnamed>")
        if getattr(receiver, "__module__", "") == "__main__" and "<" not in name and not hasattr(receiver, "__self__"):
            key = (id(signal), id(sender), name)
            former, uid = _connected.get(key, (lambda: None, None))
            if (function := former()) is not None:
                signal.disconnect(function, sender, uid)
            _connected[key] = (weakref.ref(receiver), dispatch_uid)
        return connect(signal, receiver, sender, weak, dispatch_uid)

    Signal.connect = connect_in_its_place
