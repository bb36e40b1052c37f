"""A real Celery worker for tasks that are defined in cells."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from course.frameworks import kernel

PATIENCE = 10.0
HEARS_AFTER = 0.5
"""A worker that has only just started may not hear the first time that it shall end."""

_workers: dict[tuple[int, str], Worker] = {}


class Worker:
    """A worker that takes tasks, one after another, in a thread of this process."""

    def __init__(self, app: Any):
        from celery import _state

        self.app = app
        _reach_broker(app)
        _forget_tasks_of_former_apps()
        app.finalize()
        ready = threading.Event()
        self._controller = app.WorkController(
            pool="solo",
            hostname=f"{app.main or 'tasks'}-{os.urandom(3).hex()}@localhost",
            ready_callback=lambda consumer: ready.set(),
            use_eventloop=False,  # Celery has one for the whole process, and it belongs to one thread.
            without_heartbeat=True,
            without_gossip=True,
            without_mingle=True,
            quiet=True,
        )
        self._thread = threading.Thread(target=self._work, daemon=True, name=f"worker-{app.main}")
        self._thread.start()
        ready.wait(PATIENCE)
        # A worker forbids its whole process to wait for results; the cells of a notebook live in it too.
        _state._set_task_join_will_block(False)

    def stop(self) -> None:
        """Ends the worker when it has done the task at hand."""
        from kombu.exceptions import OperationalError

        deadline = time.monotonic() + PATIENCE
        while self._thread.is_alive() and time.monotonic() < deadline:
            try:
                self.app.control.shutdown(destination=[self._controller.hostname])
            except OperationalError:
                return  # Its broker is gone: it takes no task any more, and ends with the process.
            self._thread.join(HEARS_AFTER)

    def __repr__(self) -> str:
        names = sorted(name for name in self.app.tasks if not name.startswith("celery."))
        state = "works on" if self._thread.is_alive() else "has stopped; it worked on"
        return f"A Celery worker that {state}: {', '.join(names) or 'no tasks'}"

    def _work(self) -> None:
        self.app.set_current()  # In this thread only: each worker knows the tasks of its own app.
        self._controller.start()


def worker(app: Any) -> Worker:
    """Starts a real Celery worker for an app, in a thread; it replaces a former worker for an app of that name.

    The app has to be told its broker, for example by `app.config_from_object(broker().celery)`. Define all tasks first.
    """
    from celery import Celery

    if not isinstance(app, Celery):
        kind = app.__name__ if isinstance(app, type) else type(app).__name__
        raise TypeError(f'worker() needs a Celery app, not {kind}: app = Celery("library"), then worker(app).')
    key = os.getpid(), app.main or kernel.calling_cell()
    if key in _workers:
        _workers.pop(key).stop()
    kernel.on_exit(_stop_all)
    _workers[key] = Worker(app)
    return _workers[key]


def _stop_all() -> None:
    for (process, _), running in _workers.items():
        if process == os.getpid():
            running.stop()


def _reach_broker(app: Any) -> None:
    """Raises an error that says what to do, where Celery would go on trying."""
    from kombu.exceptions import OperationalError

    with app.connection_for_read() as connection:
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
        except OperationalError as error:
            todo = "Tell the app a broker that runs: app.config_from_object(broker().celery)."
            raise ConnectionError(f"No broker answers at {connection.as_uri()}: {error} {todo}") from None


def _forget_tasks_of_former_apps() -> None:
    """Keeps an app whose cell is run again from taking over the tasks of the former one, and with them its old code.

    `@app.task` offers each task to every app that is made later; the app's own tasks do not come by that way.
    """
    from celery import _state

    for offer in set(_state._on_app_finalizers):
        if offer.__qualname__.startswith("Celery.task."):
            _state._on_app_finalizers.discard(offer)
