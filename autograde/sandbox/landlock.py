"""Rooms by rules for paths and system calls alone: for machines on which nobody may make namespaces."""

from __future__ import annotations

import os

from autograde.sandbox import kernel_calls, paths, sealing
from autograde.sandbox.folder_rooms import FolderRooms
from autograde.sandbox.places import SYSTEM, places
from autograde.sandbox.policy import Policy
from autograde.sandbox.system_calls import ARCHITECTURES, Rules, Signals, program
from autograde.sandbox.usage import threads_of_user

OLDEST = 3
"""Landlock before its third version lets a process empty the files that it may not write."""
_HARMLESS = (
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems"),
    *("/etc/hosts", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_CROWD = 4
"""The kernel counts processes per user, not per room: a room's many must not keep its neighbours from theirs."""


class Landlock(FolderRooms):
    """The backend that needs no right at all: paths and processes of the machine are there, but out of reach."""

    name = "landlock"
    may_change_user = True

    def missing(self) -> str | None:
        """Why it cannot be used here."""
        if kernel_calls.MACHINE not in ARCHITECTURES:
            return f"It knows x86_64 and aarch64 processors, not {kernel_calls.MACHINE}."
        if not paths.version():
            return "The kernel has no Landlock, or it is switched off (the kernel's option lsm=)."
        if paths.version() < OLDEST:
            return (
                f"It needs version {OLDEST} of Landlock, from Linux 6.2 on; the kernel has version {paths.version()}."
            )
        return None

    def prepare(self, policy: Policy) -> None:
        """Finds the places and assembles the filter, once for all forks."""
        super().prepare(policy)
        places(SYSTEM + policy.readable)
        if self.rules().signals is Signals.ALL:
            program(self.rules())

    def seal(self, policy: Policy) -> None:
        """Leaves the room's folder, what the policy lets it read, and calls that concern this process alone."""
        assert self.room, "seal() is for a process that descends from one that called enter()"
        sealing.seal(
            policy,
            readable=(*places(SYSTEM + policy.readable).real, *self.also_readable()),
            writable=(self.room, *_DEVICES, *self.also_writable()),
            rules=self.rules(),
            processes=self.most_processes(policy),
            kept=self.kept,
            room=self.process,
        )

    def rules(self) -> Rules:
        """The system calls of student code here."""
        signals = Signals.ALL if paths.can_scope() else Signals.OWN
        return Rules(network=False, signals=signals, ownership=self.alone)

    def most_processes(self, policy: Policy) -> int:
        """The limit that the kernel keeps; `usage` keeps the room's own."""
        if self.alone:
            return policy.processes + 1
        return threads_of_user(os.geteuid()) + _CROWD * policy.processes

    def also_readable(self) -> tuple[str, ...]:
        """What is readable beside the policy's paths."""
        return _HARMLESS

    def also_writable(self) -> tuple[str, ...]:
        """What is writable beside the room; terminals only where all others belong to somebody else."""
        return ("/dev/ptmx", "/dev/pts") if self.alone else ()
