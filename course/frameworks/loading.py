"""What is changed in a module when it is loaded, whichever cell loads it, and at whatever time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_changes: dict[str, Callable[[ModuleType], object]] = {}


def when_loaded(name: str, change: Callable[[ModuleType], object]) -> None:
    """Calls `change` with the module of that name: now if it is there, and each time that it is loaded from now on."""
    if name in sys.modules:
        change(sys.modules[name])
    _changes[name] = change
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


class _Finder(MetaPathFinder):
    """Finds these modules where Python does, and none else."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        change = _changes.get(name)
        spec = PathFinder.find_spec(name, path, target) if change else None
        if spec is None or spec.loader is None or change is None:
            return None
        load = spec.loader.exec_module

        def load_and_change(module: ModuleType) -> None:
            load(module)
            change(module)

        spec.loader.exec_module = load_and_change  # type: ignore[method-assign]
        return spec


_finder = _Finder()
