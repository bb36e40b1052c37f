"""A real IPython kernel without sockets and threads, built before the fork."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ARGUMENTS = ["--HistoryManager.hist_file=:memory:"]


@contextmanager
def _without_debugger() -> Iterator[None]:
    """Keeps debugpy out: it is slow to import, prints, and nobody debugs here."""
    name = "ipykernel.debugger"
    stand_in = types.ModuleType(name)
    stand_in._is_debugpy_available = False  # type: ignore[attr-defined]
    stand_in.Debugger = object  # type: ignore[attr-defined]
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]


with _without_debugger():
    import ipykernel
    from ipykernel.displayhook import ZMQDisplayHook
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from jupyter_client.session import Session
    from traitlets import Type

from autograde.kernel.inside.capture import Capture  # noqa: E402  # After the debugger is out of the way.
from autograde.kernel.inside.tracebacks import quicken  # noqa: E402

Sink = Callable[[dict[str, Any]], None]


class Messages(Session):
    """A session whose messages go to a function instead of a socket."""

    sink: Sink | None = None

    def send(
        self,
        stream,
        msg_or_type,
        content=None,
        parent=None,
        ident=None,
        buffers=None,
        track=False,
        header=None,
        metadata=None,
    ):
        """Hands a message on."""
        message = msg_or_type
        if isinstance(msg_or_type, str):
            message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        if buffers:
            message["buffers"] = buffers
        if self.sink is not None:
            self.sink(message)
        return message

    def feed_identities(self, msg, copy=True):
        """A message without an envelope."""
        return [], msg

    def deserialize(self, msg, content=True, copy=True):
        """A message as it is."""
        return msg


class _Kernel(IPythonKernel):
    debugger_class = Type(object)
    _supports_kernel_subshells = False
    _execute_sleep = 0


class _App(IPKernelApp):
    """The application without sockets, heartbeat and threads; its shell, paths and magics are as ever."""

    name = "ipython-kernel"
    capture: Capture

    def init_connection_file(self) -> None:
        pass

    def init_poller(self) -> None:
        pass

    def init_sockets(self) -> None:
        self.session = Messages(username="kernel", key=b"")

    def init_heartbeat(self) -> None:
        pass

    def write_connection_file(self, **kwargs: Any) -> None:
        pass

    def log_connection_info(self) -> None:
        pass

    def init_io(self) -> None:
        self.capture = Capture(self.session)
        self.capture.install()
        self.displayhook = ZMQDisplayHook(self.session, self.capture.publisher)
        sys.displayhook = self.displayhook
        self.patch_io()

    def init_kernel(self) -> None:
        publisher = self.capture.publisher
        self.kernel = kernel = _Kernel.instance(
            parent=self,
            session=self.session,
            iopub_thread=publisher,
            iopub_socket=publisher,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        kernel.shell_channel_thread = types.SimpleNamespace(parent_thread=threading.current_thread())
        self.displayhook.get_execution_count = lambda: kernel.execution_count


# Whoever looks at the types of a kernel finds the names they have elsewhere.
_App.__name__ = _App.__qualname__ = "IPKernelApp"
_Kernel.__name__ = _Kernel.__qualname__ = "IPythonKernel"


class Memory:
    """The kernel and what belongs to it."""

    def __init__(self) -> None:
        connection = str(Path(tempfile.gettempdir(), "kernel.json"))
        launcher = Path(ipykernel.__file__).parent.with_name("ipykernel_launcher.py")
        streams = sys.stdout, sys.stderr
        sys.argv = [str(launcher), "-f", connection, *ARGUMENTS]
        self.app = _App.instance()
        self.app.connection_file = connection
        with _without_debugger():
            self.app.initialize(ARGUMENTS)
        self.kernel = self.app.kernel
        self.shell = self.kernel.shell
        self.session: Messages = self.app.session
        self.capture = self.app.capture
        self._main = sys.modules["__main__"]
        sys.modules["__main__"] = self._main
        sys.stdout, sys.stderr = streams
        quicken(self.shell)
        self._warm_up()

    def _warm_up(self) -> None:
        """Does once what every notebook would have to do for the first time."""
        try:
            exec(compile("def half(x):\n    return 1 / x\nhalf(0)", "<warm>", "exec"), {})
        except ZeroDivisionError:
            self.shell.InteractiveTB.structured_traceback(*sys.exc_info())
        self.shell.display_formatter.format({"a": [1]})
        self.shell.transform_cell("%time 1\n!ls\nx?")
        import linecache  # Its cache would name a file that is none.

        linecache.clearcache()

    def wake(self, sink: Sink) -> None:
        """Makes it the kernel of this process, which was forked and captures; its messages go to the sink."""
        self.session.sink = sink
        self.session.pid = os.getpid()
        sys.displayhook = self.app.displayhook
        for handler in self.app.log.handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.stream = os.fdopen(os.dup(self.capture.descriptors.originals["stderr"]), "w")
        sys.modules["__main__"] = self.shell.user_module
