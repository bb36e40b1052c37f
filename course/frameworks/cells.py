"""What is different in a cell: what would keep it busy for ever is not begun, and what fails there says what to do."""

from __future__ import annotations

import builtins
import inspect
import sys
from functools import wraps
from types import ModuleType
from typing import Any

from course.frameworks import sqlalchemy

SET_UP = (
    "Django is not set up in this kernel: run `from course import django_setup; django_setup()` first, before anything "
    "of Django that has models is imported."
)
SERVE = "A server of its own would keep this cell busy for ever. `from course import serve; serve(app).show()` runs it."
LOOP = "An event loop runs in every cell already: write `await ...` where a script has `asyncio.run(...)`."


def follow_cells() -> None:
    """From now on the cells of this kernel are looked after. Outside of a notebook nothing changes."""
    # IPython puts this among the builtins while a cell runs, also in a shell that is not the only one of its process.
    shell = vars(builtins).get("get_ipython", lambda: None)()
    if shell is not None and _before_cell not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _before_cell)
        shell.events.register("post_run_cell", _after_cell)
        _before_cell(None)


def advice(result: Any) -> str:
    """What to do about the way in which a cell ended; "" where nothing need be said."""
    error = result.error_in_exec
    if inspect.iscoroutine(result.result):
        return f"`{result.result.__name__}` is an `async def` function. Write `await` before the call to run it."
    if type(error).__name__ == "AppRegistryNotReady" or "settings are not configured" in str(error):
        return SET_UP
    if isinstance(error, RuntimeError) and "cannot be called from a running event loop" in str(error):
        return LOOP
    return sqlalchemy.advice(error)


def _before_cell(info: object) -> None:
    sqlalchemy.begin_run()
    for name, owner in (("flask.app", "Flask"), ("uvicorn", "")):
        module = sys.modules.get(name)
        if module is not None:
            _do_not_block(getattr(module, owner) if owner else module)


def _after_cell(result: Any) -> None:
    if told := advice(result):
        print(told)


def _do_not_block(owner: type | ModuleType) -> None:
    """`app.run()` and `uvicorn.run()` say what to do instead when a cell calls them."""
    run = owner.run  # type: ignore[union-attr]
    if hasattr(run, "__wrapped__"):
        return

    @wraps(run)
    def explained(*args: Any, **options: Any) -> Any:
        if sys._getframe(1).f_globals.get("__name__") == "__main__":
            print(SERVE)
            return None
        return run(*args, **options)

    owner.run = explained  # type: ignore[union-attr]
