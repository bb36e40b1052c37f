"""A place for rooms: a sandbox's backend together with its policy."""

from __future__ import annotations

from collections.abc import Collection

from autograde.kernel.inside.processes import has_children
from autograde.sandbox.backend import Backend
from autograde.sandbox.backends import backend_named
from autograde.sandbox.policy import Policy


class Place:
    """What rooms and sessions ask of the sandbox."""

    def __init__(self, backend: Backend, policy: Policy) -> None:
        self._backend = backend
        self._policy = policy
        # A look at all processes of a machine is not cheap.
        self._leaves_files = backend.name != "namespaces"
        backend.prepare(policy)

    def fork(self) -> int:
        """As `os.fork`, for a child that is going to be a room."""
        return self._backend.fork()

    def enter(self) -> str:
        """Makes this process a room; its folder."""
        return self._backend.enter(self._policy)

    def seal(self) -> None:
        """Takes from this process what student code must not have."""
        self._backend.seal(self._policy)

    def excess(self) -> str | None:
        """What this room uses beyond the policy, in words; None when all is within."""
        return self._backend.usage(self._policy).excess(self._policy)

    def sweep(self, keep: Collection[int] = ()) -> None:
        """Ends what descends from this process, except these children and theirs."""
        if self._leaves_files or has_children():
            self._backend.sweep(keep)


def find_place(backend: str, policy: str) -> Place:
    """The place that the worker has chosen."""
    return Place(backend_named(backend), Policy.read(policy))
