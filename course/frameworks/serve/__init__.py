"""A real server for an application of a notebook: on a port of its own, replaced when its cell is run again."""

from __future__ import annotations

import contextvars
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from course.frameworks import kernel
from course.frameworks.failure import Failure
from course.frameworks.serve.asgi import Application, Message, Receive, Scope, Send, as_asgi
from course.frameworks.serve.mount import Mounted
from course.frameworks.serve.server import Server, lab_base, prefix_of, take_over

HOST = "127.0.0.1"
START_PATIENCE = 60.0
REQUESTS_MAY_END = 0.4
"""How long requests that are under way may take when a server is stopped."""

_running: list[Served] = []


class PortTaken(OSError):
    """Something listens on the port already; says what, if that can be known, and what to do."""


class NotStarted(RuntimeError):
    """The application failed before its first request; says why."""


def serve(app: Any, *, port: int | None = None) -> Server:
    """Starts a real HTTP server for `app`, any Flask, FastAPI, Django or other WSGI or ASGI application.

    It listens on a free port of this machine alone (or on `port`) and runs beside the notebook until the kernel ends.
    Running the cell again replaces the server and keeps the port. An application's lifespan is run.
    """
    asgi = as_asgi(app)
    cell = kernel.calling_cell()
    server = Served(asgi, listen(port, take_over(cell)), lab_base())
    server.belongs_to(cell)
    return server


class Served(Server):
    """A server in a thread of this process."""

    def __init__(self, app: Application, listener: socket.socket, base: str) -> None:
        port = listener.getsockname()[1]
        super().__init__(port, prefix_of(port, base))
        self._listener = listener
        self._lifespan = _Lifespan(app, Mounted(app, port, self.prefix, self._failed), self._failed)
        self._uvicorn = _uvicorn(self._lifespan)
        # In the context of the cell, so that what views print appears below it.
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=[self._run], daemon=True, name=f"serve-{port}")
        _register(self)
        self._thread.start()
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    @property
    def running(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive() and not self._uvicorn.should_exit

    def stop(self) -> None:
        """Stops it; its port is free afterwards, unless a view blocks the whole server: then when that view ends."""
        self.halt()
        self.join(2 * REQUESTS_MAY_END + 0.2)

    def halt(self) -> None:
        """Asks it to stop, and does not wait for it."""
        self._uvicorn.should_exit = True

    def join(self, patience: float | None = None) -> None:
        """Waits until it has stopped."""
        self._thread.join(patience)

    def forget(self) -> None:
        """Gives up its port in this process."""
        self._listener.close()
        if self in _running:
            _running.remove(self)

    def _run(self) -> None:
        try:
            self._uvicorn.run(sockets=[self._listener])
        except SystemExit:
            pass  # So uvicorn says that the application did not start.
        finally:
            self.forget()  # Not earlier: uvicorn would stumble over a listener that is closed.

    def _wait(self) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not self._uvicorn.started:
            if not self._thread.is_alive():
                error = self._lifespan.error
                why = f"Its lifespan failed.\n{Failure(error)}" if error else "Its lifespan said that it failed."
                raise NotStarted(f"The application did not start. {why}") from error
            if time.monotonic() > deadline:
                raise NotStarted(
                    f"The application did not start. Its lifespan has not come to its `yield` in {START_PATIENCE:g} s. "
                    "Look at what it waits for."
                )
            time.sleep(0.005)

    def _failed(self, error: Exception) -> None:
        failure = Failure(error)
        self._report(failure, failure.summary)


def listen(port: int | None, former: int) -> socket.socket:
    """A listening socket: on `port`; on `former` without one, if that is free; else on any free port."""
    if port is None:
        try:
            return socket.create_server((HOST, former))
        except OSError:  # Somebody was faster.
            return socket.create_server((HOST, 0))
    without = "or leave `port` out: then a free one is taken."
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < 65536:
        raise ValueError(f"port={port!r} is no port. Choose a number from 1024 to 65535, {without}")
    try:
        return socket.create_server((HOST, port))
    except PermissionError as error:
        raise PermissionError(
            f"The port {port} is reserved for the system. Choose one from 1024 on, {without}"
        ) from error
    except OSError as error:
        raise PortTaken(f"The port {port} is taken{_taken_by(port)}. Stop that one, {without}") from error


def _taken_by(port: int) -> str:
    for server in _running:
        if server.port == port and server.running:
            return " by a server that another cell of this notebook has started"
        if server.port == port:
            return " by a server that was stopped, until a view of it that blocks it has ended"
    import psutil

    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listens and listens.port == port and connection.pid:
                return f" by the program {psutil.Process(connection.pid).name()!r} (process {connection.pid})"
    except (psutil.Error, OSError):
        pass  # Not everywhere may one see other people's programs.
    return " by another program"


class _Lifespan:
    """Sees why an application fails before its first request or after its last."""

    def __init__(self, bare: Application, mounted: Application, failed: Callable[[Exception], None]) -> None:
        self._bare = bare
        self._mounted = mounted
        self._failed = failed
        self.error: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._mounted(scope, receive, send)
            return
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "lifespan.startup.complete"
            await send(message)

        try:
            await self._bare(scope, receive, note)
        except Exception as error:
            if started:
                self._failed(error)
            else:
                self.error = error  # Perhaps only of an application that knows no lifespan.
            raise


def _uvicorn(app: Application) -> Any:
    from uvicorn import Config
    from uvicorn import Server as Uvicorn

    quiet: dict[str, Any] = {"access_log": False, "log_config": None, "log_level": "critical"}
    config = Config(app, interface="asgi3", proxy_headers=False, **quiet)
    config.timeout_graceful_shutdown = REQUESTS_MAY_END  # type: ignore[assignment]
    return Uvicorn(config)


def _register(server: Served) -> None:
    _running.append(server)
    kernel.on_exit(_stop_all)


def _stop_all() -> None:
    servers = list(_running)
    for server in servers:  # All at once: each takes a moment.
        server.halt()
    for server in servers:
        server.stop()


def _forget_all() -> None:
    """A forked process has none of the servers, only their listeners, which it must not keep open."""
    for server in list(_running):
        server.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
