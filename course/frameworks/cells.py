"""What is different in a cell: what would keep it busy for ever is not begun, and what fails there says what to do."""

from __future__ import annotations

import builtins
import inspect
import os
import sys
from functools import partial, wraps
from traceback import walk_tb
from types import FrameType
from typing import Any

from course.frameworks import sqlalchemy
from course.frameworks.advice import of_flask
from course.frameworks.loading import when_loaded

SET_UP = (
    "Django is not set up in this kernel: run `from course import django_setup; django_setup()` first, before anything "
    "of Django that has models is imported."
)
NO_PROJECT = (
    "DJANGO_SETTINGS_MODULE names the settings of a project, and this notebook is none. Leave it out: in a notebook "
    "`from course import django_setup; django_setup()` sets up Django. A project with files of its own is a "
    "`project(...)`."
)
IGNORED = (
    "DJANGO_SETTINGS_MODULE changes nothing here: the Django of this kernel is set up already. Give settings to a "
    "program, `django_app(urlpatterns, DEBUG=False)`; a project with settings of its own is a `project(...)`."
)
SERVE = "A server of its own would keep this cell busy for ever. `from course import serve; serve(app).show()` runs it."
RUNSERVER = (
    "`runserver` would keep this cell busy for ever. A program of cells is run by `from course import django_app, "
    "serve; serve(django_app(urlpatterns)).show()`, a project with a manage.py by `project(...)`."
)
LOOP = "An event loop runs in every cell already: write `await ...` where a script has `asyncio.run(...)`."

SERVERS = {
    "flask.app": (SERVE, ["Flask.run"]),
    "werkzeug.serving": (SERVE, ["run_simple"]),
    "uvicorn": (SERVE, ["run", "Server.run", "Server.serve"]),
    "django.core.management.commands.runserver": (RUNSERVER, ["Command.handle"]),
}
"""By module: what begins a server, and what is said instead of that."""
TWO_LOOPS = ("cannot be called from a running event loop", "another loop is running", "event loop is already running")
PROJECT = "DJANGO_SETTINGS_MODULE"

_project: str | None = None
"""What PROJECT was when the cell began."""


def follow_cells() -> None:
    """From now on the cells of this kernel are looked after. Outside of a notebook nothing changes."""
    # IPython puts this among the builtins while a cell runs, also in a shell that is not the only one of its process.
    shell = vars(builtins).get("get_ipython", lambda: None)()
    if shell is not None and _before_cell not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _before_cell)
        shell.events.register("post_run_cell", _after_cell)
        _before_cell(None)
        sqlalchemy.follow_definitions()
        for module, (instead, names) in SERVERS.items():
            when_loaded(module, partial(_do_not_block, names, instead))


def advice(result: Any) -> str:
    """What to do about the way in which a cell ended; "" where nothing need be said."""
    error = result.error_in_exec
    if inspect.iscoroutine(result.result):
        return f"`{result.result.__name__}` is an `async def` function. Write `await` before the call to run it."
    if error is None:
        return IGNORED if _names_a_project_in_vain() else ""
    if type(error).__name__ == "AppRegistryNotReady" or "settings are not configured" in str(error):
        return SET_UP
    if isinstance(error, ModuleNotFoundError) and error.name:
        return NO_PROJECT if f"{os.environ.get(PROJECT)}.".startswith(f"{error.name}.") else ""
    if isinstance(error, RuntimeError) and any(words in str(error) for words in TWO_LOOPS):
        return LOOP
    return of_flask(error) or sqlalchemy.advice(error)


def _before_cell(info: object) -> None:
    global _project
    sqlalchemy.begin_run()
    _project = os.environ.get(PROJECT)


def _after_cell(result: Any) -> None:
    told = advice(result)
    if told:
        print(told)
    if told is LOOP:
        _close_coroutines(result.error_in_exec)
    if told in (NO_PROJECT, IGNORED):  # Else the next run of the cell, which sets it again, would not be told.
        os.environ.pop(PROJECT, None)


def _names_a_project_in_vain() -> bool:
    """Whether the cell has set PROJECT, and Django has settings that were made otherwise."""
    if os.environ.get(PROJECT) in (None, _project) or "django.conf" not in sys.modules:
        return False
    from django.conf import settings

    return settings.configured and settings.SETTINGS_MODULE is None


def _close_coroutines(error: BaseException) -> None:
    """Those that nobody can await any more: what is told is enough, Python need not warn of them on stderr as well."""
    kept = {id(value) for value in vars(sys.modules["__main__"]).values()}
    for frame, _ in walk_tb(error.__traceback__):
        for value in list(frame.f_locals.values()):
            is_new = inspect.iscoroutine(value) and inspect.getcoroutinestate(value) == inspect.CORO_CREATED
            if is_new and id(value) not in kept:
                value.close()


def _do_not_block(names: list[str], instead: str, module: Any) -> None:
    """Lets these functions and methods of a module say what to do instead, when a cell calls them."""
    for name in names:
        place, _, last = name.rpartition(".")
        owner = getattr(module, place) if place else module
        call = getattr(owner, last)
        if not hasattr(call, "__wrapped__"):
            setattr(owner, last, _said_instead(call, instead))


def _said_instead(call: Any, instead: str) -> Any:
    @wraps(call)
    def explained(*args: Any, **options: Any) -> Any:
        if _is_called_by_cell():
            print(instead)
            return None
        return call(*args, **options)

    @wraps(call)
    async def explained_later(*args: Any, **options: Any) -> Any:
        if _is_called_by_cell():
            print(instead)
            return None
        return await call(*args, **options)

    return explained_later if inspect.iscoroutinefunction(call) else explained


def _is_called_by_cell() -> bool:
    """Directly or not. What runs in a thread of its own has no cell above it, and keeps none busy."""
    cells = vars(sys.modules["__main__"])
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals is not cells:
        frame = frame.f_back
    return frame is not None
