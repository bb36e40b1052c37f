"""Imports made ahead of time, so that they look as if they had not been made."""

from __future__ import annotations

import contextlib
import importlib
import sys
import warnings
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

from autograde.kernel.inside.processes import threads


class _Listener:
    """Stands for a stream while modules are imported: nothing is written, but it is noted who wrote."""

    def __init__(self, stream: TextIO, note: Any) -> None:
        self._stream = stream
        self._note = note

    def write(self, text: str) -> int:
        self._note()
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _listening(note: Any) -> Iterator[None]:
    streams = sys.stdout, sys.stderr
    shown = warnings._showwarnmsg_impl  # type: ignore[attr-defined]
    sys.stdout, sys.stderr = _Listener(streams[0], note), _Listener(streams[1], note)
    warnings._showwarnmsg_impl = lambda message: note()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        warnings._showwarnmsg_impl = shown  # type: ignore[attr-defined]


def _being_imported() -> set[str]:
    found = set()
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and getattr(spec, "_initializing", False):
            found.add(name)
    return found


def _evict(name: str) -> None:
    module = sys.modules.pop(name, None)
    parent, _, leaf = name.rpartition(".")
    above = sys.modules.get(parent)
    if module is not None and above is not None and getattr(above, leaf, None) is module:
        with contextlib.suppress(AttributeError):
            delattr(above, leaf)


def _forget_shown_warnings() -> None:
    for module in list(sys.modules.values()):
        registry = module.__dict__.get("__warningregistry__") if isinstance(module, ModuleType) else None
        if isinstance(registry, dict):
            registry.clear()
    warnings.onceregistry.clear()  # type: ignore[attr-defined]


def preload(names: Sequence[str]) -> dict[str, Any]:
    """Imports modules; those that warn or print while they are imported are evicted, so that they will do it again.

    Says which were evicted, which failed, and which one started a thread (with it, nothing may be forked any more).
    """
    evicted: set[str] = set()
    failed: dict[str, str] = {}
    threaded = None
    spoke: set[str] = set()
    # A folder that a notebook runs in must never supply a module here, only what is installed.
    path = sys.path[:]
    sys.path[:] = [entry for entry in path if entry not in ("", ".")]
    try:
        with _listening(lambda: spoke.update(_being_imported())):
            for name in names:
                if name in sys.modules:
                    continue
                before = set(sys.modules)
                try:
                    importlib.import_module(name)
                except BaseException as error:  # A module may do anything while it is imported, exit included.
                    failed[name] = repr(error)
                    for module in set(sys.modules) - before:
                        _evict(module)
                if threads() > 1:
                    threaded = name
                    break
                # At once: whoever imports them next has to hear them too.
                for module in spoke:
                    _evict(module)
                if spoke:
                    _forget_shown_warnings()
                evicted |= spoke
                spoke.clear()
    finally:
        sys.path[:] = path
    return {"evicted": sorted(evicted), "failed": failed, "threaded": threaded}


_of_the_kernel: frozenset[str] = frozenset()


def note_what_the_kernel_has() -> frozenset[str]:
    """The names of the modules that every kernel has imported before its first cell: those that are there now."""
    global _of_the_kernel
    _of_the_kernel = frozenset(sys.modules)
    return _of_the_kernel


def imported(shell: Any) -> list[str]:
    """The installed modules that are there beside a kernel's own, in their order: what a warm process may preload."""
    found = list(sys.modules.items())
    return [name for name, module in found if name not in _of_the_kernel and _is_installed(name, module)]


def _is_installed(name: str, module: ModuleType) -> bool:
    spec = getattr(module, "__spec__", None)
    if spec is None or name == "__main__":
        return False
    return not Path(spec.origin or "/").is_relative_to(Path.cwd())


def replaceable(known: Container[str]) -> dict[str, list[str]]:
    """The names of the modules that are there and not `known`, by the first part of their names."""
    found: dict[str, list[str]] = {}
    for name in sys.modules:
        if name not in known:
            found.setdefault(name.partition(".")[0], []).append(name)
    return found


def make_room_for(folder: Path, preloaded: Mapping[str, Sequence[str]]) -> None:
    """Forgets preloaded modules that a file in the folder would come before, such as its own `helpers.py`.

    Those that a kernel has imported before its first cell are not among them: with them, its own come first there too.
    """
    for name in {path.name.partition(".")[0] for path in folder.iterdir()}:
        for module in preloaded.get(name, ()):
            if module in sys.modules:
                _evict(module)
