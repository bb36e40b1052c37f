"""All backends, the strongest first."""

from __future__ import annotations

from autograde.refusal import Refusal
from autograde.sandbox.backend import Backend
from autograde.sandbox.bubblewrap import Bubblewrap
from autograde.sandbox.landlock import Landlock
from autograde.sandbox.namespaces import Namespaces
from autograde.sandbox.nothing import Nothing

BACKENDS: dict[str, type[Backend]] = {
    "namespaces": Namespaces,
    "bubblewrap": Bubblewrap,
    "landlock": Landlock,
    "none": Nothing,
}


def backend_named(name: str) -> Backend:
    """A new backend; each warm process has one of its own."""
    if name not in BACKENDS:
        raise Refusal(f"There is no sandbox called {name}. There are: best, {', '.join(BACKENDS)}.")
    return BACKENDS[name]()
