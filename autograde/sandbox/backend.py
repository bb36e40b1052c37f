"""What a backend offers to the room that runs student code."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from autograde.sandbox.policy import Policy
from autograde.sandbox.usage import Usage


class Backend(Protocol):
    """One way to keep student code to itself.

    A warm process is started with `command`, calls `prepare` once, forks and calls `enter` in the fork, which becomes
    a room; the room forks and calls `seal` in that fork, which runs student code. The room asks `usage` now and then,
    and ends what goes beyond the policy. `sweep` ends what a session or a room has left.
    """

    name: str
    on_disk: bool
    """Whether rooms lie in the machine's folder for temporary files, and can find its disk full."""

    def missing(self) -> str | None:
        """Why it cannot be used here, in words; None when it may be tried."""

    def command(self, argv: list[str], policy: Policy) -> list[str]:
        """How the warm process is started; descriptors that are to be passed stay open."""

    def prepare(self, policy: Policy) -> None:
        """Does once, in the warm process, what each fork would have to do otherwise."""

    def fork(self) -> int:
        """As `os.fork`, for a child that is going to be a room."""

    def enter(self, policy: Policy) -> str:
        """Makes this process a room, and returns the folder to work in; HOME and TMPDIR are set.

        It may fork: the caller goes on as the inner half, the outer one ends with the inner one's status.
        """

    def seal(self, policy: Policy) -> None:
        """Takes from this process all that student code must not have; cannot be undone."""

    def usage(self, policy: Policy) -> Usage:
        """What the room uses now, called in the room's process; the policy's `excess` says whether that is too much."""

    def sweep(self, keep: Collection[int] = ()) -> None:
        """Ends all that descends from this process, except these children and theirs, and reaps it.

        In a room: after a session. In the warm process: after a room, whose files are removed too.
        """
