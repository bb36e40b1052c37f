"""The warm process: it imports, builds a kernel, and forks a room whenever it is asked to."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograde.kernel.inside import frames, processes
from autograde.kernel.inside.brood import Brood, tell
from autograde.kernel.inside.memory import Memory
from autograde.kernel.inside.place import find_place
from autograde.kernel.inside.preloading import note_what_the_kernel_has, preload, replaceable
from autograde.kernel.inside.supervisor import Supervisor
from autograde.kernel.inside.tracebacks import learn_modules

OFTEN_USED = (
    *("IPython.core.magics", "IPython.core.completer", "IPython.core.history", "IPython.core.ultratb"),
    *("IPython.core.payloadpage", "stack_data", "executing", "asttokens", "sqlite3", "decimal", "zoneinfo"),
    *("pygments.lexers.python", "pygments.formatters.terminal256", "pygments.styles.default", "dateutil.parser"),
    *(
        "encodings.ascii",
        "encodings.idna",
        "cProfile",
        "pstats",
        "timeit",
        "pdb",
        "asyncio.runners",
        "tornado.platform.asyncio",
    ),
)


class Server:
    """What the warm process does until the worker's end closes."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        gc.disable()  # What is imported stays: to look through it again and again is for nothing.
        head, _, _ = frames.receive(connection)
        self.base = head["base"]
        Path(os.environ["HOME"]).mkdir(parents=True, exist_ok=True)
        self.place = find_place(head["backend"], head["policy"])
        preload(OFTEN_USED)
        self.memory = Memory()
        self.known = note_what_the_kernel_has()
        told = preload(head["preload"])
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.brood = Brood()
        self._ready(told)

    def run(self) -> None:
        """Serves to the end."""
        try:
            going = True
            while going:
                if self.brood.wait(self.connection):
                    going = self._answer()
                for number, status in list(self.brood.ended()):
                    self._bury(number, status)
        except frames.Gone:
            # The worker was killed, and will not clean up.
            shutil.rmtree(self.base, ignore_errors=True)
        for number in list(self.brood.numbers.values()):
            self._end(number)
        self.place.sweep()

    def _ready(self, told: Mapping[str, Any]) -> None:
        learn_modules()
        self.preloaded = replaceable(self.known)
        gc.collect()
        gc.freeze()  # What is never looked at again stays shared with all forks.
        gc.enable()
        about = {"threads": processes.threads(), "modules": len(sys.modules), "process": os.getpid()}
        frames.send(self.connection, {"ready": {**about, **told}})

    def _answer(self) -> bool:
        head, _, descriptors = frames.receive(self.connection)
        kind = head["ask"]
        if kind == "room":
            self.brood.fork(head["number"], descriptors, self._live, self.place.fork)
        elif kind == "preload":
            gc.disable()
            self._ready(preload(head["names"]))
        elif kind == "end":
            self._end(head["number"])
        return bool(kind != "close")

    def _live(self, connection: socket.socket, _: list[int]) -> None:
        try:
            Supervisor(self.memory, self.preloaded, self.place, connection).run()
        except Exception as error:
            with contextlib.suppress(Exception):
                frames.send(connection, {"failed": f"{type(error).__name__}: {error}"})
            raise

    def _end(self, number: int) -> None:
        for status in self.brood.kill(number):
            self._bury(number, status)

    def _bury(self, number: int, status: int) -> None:
        self.place.sweep(self.brood.numbers)
        with contextlib.suppress(frames.Gone):
            tell(self.connection, number, status)


def main(descriptor: int) -> None:
    """Runs the warm process; `descriptor` is its end of the connection to the worker."""
    Server(socket.socket(fileno=descriptor)).run()
