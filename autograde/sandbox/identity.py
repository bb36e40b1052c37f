"""As whom student code runs, and what this process may do to bring that about."""

from __future__ import annotations

import os
from pathlib import Path

from autograde.sandbox.kernel_calls import (
    CAP_CHOWN,
    CAP_SETGID,
    CAP_SETUID,
    CAP_SYS_ADMIN,
    capabilities,
    keep_capabilities_on_setuid,
    set_capabilities,
)

NAME = "student"
INNER = 1000
"""The id of the user and of the group in a user namespace."""
# Ids that systems leave unused, and those that are left in a container with few of them.
_UNUSED, _UNUSED_IN_CONTAINER = (0x70000000, 0x0FFFFFFE), (61184, 4096)


def can_change_user() -> bool:
    """Whether this process may become another user."""
    needed = 1 << CAP_SETUID | 1 << CAP_SETGID | 1 << CAP_CHOWN
    return os.geteuid() == 0 and capabilities() & needed == needed and free_user() is not None


def can_mount() -> bool:
    """Whether this process is an administrator, in no user namespace that limits it to one user."""
    return can_change_user() and bool(capabilities() >> CAP_SYS_ADMIN & 1)


def free_user() -> int | None:
    """An id that belongs to nobody, different for each process; None where there is none."""
    try:
        number = int(Path("/proc/self").readlink().name)  # In a namespace of its own, each process would be number 1.
        lines = Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    ranges = [(int(first), int(many)) for first, _, many in (line.split() for line in lines)]
    for first, many in (_UNUSED, _UNUSED_IN_CONTAINER):
        if any(begin <= first and first + many <= begin + length for begin, length in ranges):
            return first + number % many
    return None


def become(user: int, kept: tuple[int, ...] = ()) -> None:
    """Makes this process that user's and nobody's else, with these capabilities."""
    keep_capabilities_on_setuid()
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    set_capabilities(kept)


def map_to_student(user: int, group: int) -> None:
    """Makes this process, which is in a new user namespace, the student in it and the same user as before outside."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{INNER} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{INNER} {group} 1", encoding="ascii")


def accounts(user: int, home: str) -> dict[str, str]:
    """The files by which programs find out who they are and where."""
    return {
        "passwd": f"root:x:0:0::/:/usr/sbin/nologin\n{NAME}:x:{user}:{user}::{home}:/bin/sh\n",
        "group": f"root:x:0:\n{NAME}:x:{user}:\n",
        "hosts": "127.0.0.1 localhost room\n::1 localhost room\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
        "resolv.conf": "",
        "hostname": "room\n",
    }
