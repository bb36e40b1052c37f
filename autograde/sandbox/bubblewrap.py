"""Rooms in a sandbox that bubblewrap makes for the warm process: for users who may make namespaces only through it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from autograde.sandbox import identity, paths, strays
from autograde.sandbox.landlock import Landlock
from autograde.sandbox.places import SYSTEM, places
from autograde.sandbox.policy import Policy
from autograde.sandbox.system_calls import Rules, Signals

_ROOMS, _SHARED = "/rooms", ("/tmp", "/dev/shm")
_DISKS = 2
"""How many rooms' files may lie side by side."""


class Bubblewrap(Landlock):
    """Namespaces around the warm process, and rules for paths and system calls around each room in it."""

    name = "bubblewrap"
    may_change_user = False
    on_disk = False

    def __init__(self) -> None:
        super().__init__()
        self._mounted: tuple[str, ...] = ()

    def missing(self) -> str | None:
        """Why it cannot be used here."""
        if not shutil.which("bwrap"):
            return "The program bwrap is not installed."
        if os.geteuid() == 0:
            return "It is for ordinary users: under root, student code would be root's."
        return super().missing()

    def command(self, argv: list[str], policy: Policy) -> list[str]:
        """The command behind bwrap, with everything that the policy does not name left out."""
        program = shutil.which("bwrap") or "bwrap"
        words = [program, "--unshare-all", "--unshare-user", "--as-pid-1", "--die-with-parent", "--new-session"]
        words += ["--uid", str(identity.INNER), "--gid", str(identity.INNER), "--hostname", "room"]
        words += ["--proc", "/proc", "--dev", "/dev", "--dir", "/etc"]
        for folder in (_ROOMS, *_SHARED):
            words += ["--size", str(_DISKS * policy.disk), "--tmpfs", folder]
        words += ["--symlink", "/tmp", "/var/tmp"]
        found = places(SYSTEM + policy.readable)
        for path in found.real:
            words += ["--ro-bind", path, path]
        for path, target in found.links:
            words += ["--symlink", target, path]
        return [*words, "--remount-ro", "/dev", "--chdir", "/", "--", *argv]

    def prepare(self, policy: Policy) -> None:
        """Writes the files that say who the student is, beside what is done once for all forks."""
        super().prepare(policy)
        self._mounted = places(SYSTEM + policy.readable).real
        for name, text in identity.accounts(identity.INNER, _ROOMS).items():
            Path("/etc", name).write_text(text, encoding="utf-8")

    def rules(self) -> Rules:
        """As in namespaces, but for signals: an old Landlock cannot keep them from the room and the warm process."""
        signals = Signals.ALL if paths.can_scope() else Signals.OTHERS
        return Rules(network=True, signals=signals, ownership=True)

    def most_processes(self, policy: Policy) -> int:
        """The kernel counts those of all rooms of this warm process."""
        return _DISKS * policy.processes + 4

    def also_readable(self) -> tuple[str, ...]:
        """The machine's secrets are not there at all; other rooms are not below these."""
        return ("/proc", "/dev", "/etc")

    def also_writable(self) -> tuple[str, ...]:
        """What all rooms of this warm process share, and is emptied between them."""
        return (*_SHARED, "/dev/pts", "/dev/ptmx", "/dev/tty")

    def sweep(self, keep: Collection[int] = ()) -> None:
        """Ends strays; in the warm process, also removes what rooms that are no more have written."""
        super().sweep(keep)
        if not self.room and not keep:
            for folder in _SHARED:
                strays.empty_tree(folder, self._mounted)

    def place_of_rooms(self, policy: Policy) -> str:
        """A filesystem in memory, with a limit."""
        return _ROOMS
