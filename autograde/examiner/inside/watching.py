"""Watching: what decides over a test in the student's process is as it was, and the test reached its end.

Whoever may change everything in a process can change this, too: it is evidence, no proof.
"""

from __future__ import annotations

import ast
import builtins
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from autograde.examiner.inside import controls

HELPERS = ["unittest.case", "pytest", "_pytest.python_api", "_pytest.raises", "numpy.testing", "pandas.testing", "math"]
HELPERS += [
    "json",
    "re",
    "operator",
    "contextlib",
    "ast",
    "codeop",
    "IPython.core.interactiveshell",
    "ipykernel.ipkernel",
]
HELPERS += ["IPython.core.displayhook", "ipykernel.displayhook", "ipykernel.zmqshell", "IPython.core.async_helpers"]
CLASSES = [
    "unittest.case:TestCase",
    "IPython.core.interactiveshell:InteractiveShell",
    "ipykernel.ipkernel:IPythonKernel",
]
CLASSES += [
    "ipykernel.zmqshell:ZMQInteractiveShell",
    "ipykernel.displayhook:ZMQShellDisplayHook",
    "ast:NodeTransformer",
]
CLASSES += ["ipykernel.kernelbase:Kernel", "IPython.core.displayhook:DisplayHook", "jupyter_client.session:Session"]
OF_SHELL = ["display_pub", "displayhook", "display_formatter", "compile", "events", "InteractiveTB", "history_manager"]
OF_SHELL += ["kernel"]
LISTS = ("ast_transformers", "input_transformers_cleanup", "input_transformers_post")
MISSING = object()
OURS = __name__.rpartition(".")[0]
PLAIN = (bool, int, float, str, bytes, type(None))

Place = tuple[str, dict[str, Any] | type]


class Watch:
    """What was there before the student's first cell, and what a test is compared with."""

    def __init__(self, shell: Any, origins: Sequence[str]) -> None:
        self.shell = shell
        self.kept: list[tuple[str, Any, dict[str, Any]]] = []
        self._keep("builtins", vars(builtins))
        for name in dict.fromkeys([*HELPERS, *(origin.partition(":")[0] for origin in origins)]):
            if name in sys.modules and name != "__main__":
                self._keep(name, vars(sys.modules[name]))
        for origin in dict.fromkeys([*CLASSES, *origins]):
            thing = _found(origin)
            if isinstance(thing, type):
                self._keep(thing.__name__, thing)
        self.modules = dict(sys.modules)
        self.codes = [
            (thing, thing.__code__) for origin in origins if isinstance(thing := _found(origin), FunctionType)
        ]
        self.of_shell = {name: getattr(shell, name, None) for name in OF_SHELL}
        self.own = {name: value for name, value in vars(shell).items() if callable(value)}
        self.lists = {name: list(getattr(shell, name)) for name in LISTS}
        self.events = {name: list(calls) for name, calls in shell.events.callbacks.items()}
        self.handlers = shell.custom_exceptions
        self.printers = _printers(shell)
        self.aside: list[Callable[[], None]] = []
        self.sentinel: Sentinel | None = None

    def _keep(self, name: str, place: Any) -> None:
        self.kept.append((name, place, dict(vars(place) if isinstance(place, type) else place)))

    def restore(self) -> list[str]:
        """Puts back what was replaced, until `release`; says what it was."""
        found: list[str] = []
        for name, place, kept in self.kept:
            now = vars(place) if isinstance(place, type) else place
            for key, value in kept.items():
                if now.get(key, MISSING) is not value and not key.startswith("__warning"):
                    self._put_back(place, key, value, now.get(key, MISSING))
                    found.append(f"{name}.{key}")
        for key, module in self.modules.items():
            now = sys.modules.get(key, module)
            if now is not module and not key.startswith(OURS):
                self._put_back(sys.modules, key, module, now)
                found.append(f"the module {key}")
        for function, code in self.codes:
            if function.__code__ is not code:
                function.__code__ = code
                found.append(function.__name__)
        found += self._restore_shell()
        for name, get, put in (
            ("sys.settrace", sys.gettrace, sys.settrace),
            ("sys.setprofile", sys.getprofile, sys.setprofile),
            ("threading.settrace", threading.gettrace, threading.settrace),
        ):
            set_by = get()
            if set_by is not None:
                put(None)
                self.aside.append(lambda put=put, set_by=set_by: put(set_by))  # type: ignore[misc]
                found.append(name)
        return found

    def _put_back(self, place: Any, key: str, value: Any, now: Any) -> None:
        def put(what: Any) -> None:
            try:
                if isinstance(place, type):
                    delattr(place, key) if what is MISSING else setattr(place, key, what)
                elif what is MISSING:
                    place.pop(key, None)
                else:
                    place[key] = what
            except (AttributeError, TypeError):
                return

        put(value)
        self.aside.append(lambda: put(now))

    def _restore_shell(self) -> list[str]:
        shell, found = self.shell, []
        space = vars(shell)
        for name in [name for name, value in space.items() if callable(value) and self.own.get(name) is not value]:
            if name in self.own or getattr(type(shell), name, None) is not None:
                self._put_back(space, name, self.own.get(name, MISSING), space[name])
                found.append(f"the shell's {name}")
        for name, value in self.of_shell.items():
            if getattr(shell, name, None) is not value:
                now = getattr(shell, name, None)
                setattr(shell, name, value)
                self.aside.append(lambda name=name, now=now: setattr(shell, name, now))  # type: ignore[misc]
                found.append(f"the shell's {name}")
        for name, kept in self.lists.items():
            held = getattr(shell, name)
            if list(held) != kept:
                self._set_aside(held, kept)
                found.append(f"the shell's {name}")
        for name, calls in shell.events.callbacks.items():
            if list(calls) != self.events.get(name, []):
                self._set_aside(calls, self.events.get(name, []))
        if shell.custom_exceptions != self.handlers:
            now = shell.custom_exceptions
            shell.custom_exceptions = self.handlers
            self.aside.append(lambda: setattr(shell, "custom_exceptions", now))
            found.append("the shell's handler of exceptions")
        for kind, printer in _printers(shell).items():
            if kind in PLAIN and self.printers.get(kind) is not printer:
                held = shell.display_formatter.formatters["text/plain"].type_printers
                self._put_back(held, kind, self.printers.get(kind, MISSING), printer)  # type: ignore[arg-type]
                found.append(f"how {kind.__name__} is shown")
        return found

    def _set_aside(self, held: list[Any], kept: Sequence[Any]) -> None:
        now = list(held)
        held[:] = kept
        self.aside.append(lambda: held.__setitem__(slice(None), now))

    def release(self) -> None:
        """Puts the student's own changes back in place: the test is over."""
        aside, self.aside = self.aside, []
        for put in reversed(aside):
            put()


class Sentinel(ast.NodeTransformer):
    """Sees that the last statement of a test was reached, and what its last expression gave."""

    def __init__(self, shell: Any, token: str) -> None:
        self.shell = shell
        self.name = f"_{token}"
        self.reached = 0
        self.value: Any = None

    def __call__(self, value: Any = None) -> Any:
        """Stands around the last expression, or after the last statement."""
        if sys._getframe(1).f_globals is self.shell.user_ns and sys._getframe(1).f_code.co_name in (
            "<module>",
            "<cell line: 1>",
        ):
            self.reached += 1
            self.value = value
        return value

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Puts it into the test."""
        self._hide_source()
        self.shell.user_ns[self.name] = self
        last = node.body[-1] if node.body else None
        name = ast.Name(self.name, ast.Load())
        if isinstance(last, ast.Expr):
            call = ast.Call(name, [last.value], [])
            last.value = ast.copy_location(call, last.value)
            ast.copy_location(name, call)
        else:
            statement = ast.Expr(ast.Call(name, [], []))
            where = last if last is not None else ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)
            for part in ast.walk(statement):
                ast.copy_location(part, where)
                if hasattr(part, "lineno"):
                    part.lineno = getattr(where, "end_lineno", None) or where.lineno
            node.body.append(statement)
        return node

    def _hide_source(self) -> None:
        """Takes the test out of the history, where answers could read it."""
        history, space = self.shell.history_manager, self.shell.user_ns
        for held in (history.input_hist_parsed, history.input_hist_raw):
            if held:
                held[-1] = ""
        history._i00 = history._i = ""
        for name in ("_i", f"_i{self.shell.execution_count}"):
            if name in space:
                space[name] = ""

    def remove(self) -> None:
        """Takes it out again."""
        self.shell.user_ns.pop(self.name, None)
        if self in self.shell.ast_transformers:
            self.shell.ast_transformers.remove(self)


def _found(origin: str) -> Any:
    module, _, path = origin.partition(":")
    thing: Any = sys.modules.get(module)
    for part in filter(None, path.split(".")):
        thing = getattr(thing, part, None)
    return thing


def _printers(shell: Any) -> dict[type, Any]:
    held: Mapping[type, Any] = shell.display_formatter.formatters["text/plain"].type_printers
    return dict(held)


_watches: list[Watch] = []


def begin(shell: Any, alias: str, origins: Sequence[str]) -> None:
    """Notes what there is, before the student's first cell. The functions are found under an alias from now on."""
    _watches[:] = [Watch(shell, origins)]
    sys.modules[alias] = sys.modules[__name__]
    package = __name__.rpartition(".")[0]
    for name in ("watching", "controls", "garbage"):
        sys.modules.pop(f"{package}.{name}", None)
        vars(sys.modules.get(package, sys)).pop(name, None)


def before(shell: Any, token: str) -> list[str]:
    """Gets ready for a test; says what was put back in place."""
    watch = _watches[0]
    found = watch.restore()
    watch.sentinel = Sentinel(shell, token)
    shell.ast_transformers.append(watch.sentinel)
    return found


def after(shell: Any, wanted: Sequence[controls.Wanted], limit: float) -> dict[str, Any]:
    """What became of the test, and of its controls, each in a copy of this process."""
    watch = _watches[0]
    sentinel = watch.sentinel
    told: dict[str, Any] = {"reached": 0, "kind": "", "shown": None, "controls": []}
    try:
        if sentinel is not None:
            value = sentinel.value
            kind = type(value)
            told |= {"reached": sentinel.reached, "kind": f"{kind.__module__}.{kind.__qualname__}"[:200]}
            told["shown"] = repr(value) if kind in (int, float, bool) else None
            sentinel.remove()
        told["controls"] = controls.run(shell, wanted, Sentinel, limit)
    finally:
        watch.sentinel = None
        watch.release()
    return told
