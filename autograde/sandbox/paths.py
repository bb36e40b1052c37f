"""Rules for paths (Landlock): what a process may read and write, whatever the file's mode says."""

from __future__ import annotations

import functools
import os
import stat
import struct
from collections.abc import Iterable

from autograde.sandbox.kernel_calls import (
    LANDLOCK_ADD,
    LANDLOCK_CREATE,
    LANDLOCK_RESTRICT,
    call,
)

EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1, 2, 4, 8
_ALL, _REFER, _TRUNCATE, _DEVICE_REQUESTS = 0x1FFF, 1 << 13, 1 << 14, 1 << 15
_ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | _TRUNCATE | _DEVICE_REQUESTS
_BIND_AND_CONNECT, _SCOPES = 3, 3
READ = EXECUTE | READ_FILE | READ_FOLDER


@functools.cache
def version() -> int:
    """Which version of Landlock the kernel has; 0 when it has none, or has it switched off."""
    try:
        return call("landlock", LANDLOCK_CREATE, 0, 0, 1)
    except OSError:
        return 0


def handled() -> int:
    """The rights to files that this kernel's Landlock knows."""
    rights = _ALL
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _DEVICE_REQUESTS)):
        if version() >= since:
            rights |= right
    return rights


def can_scope() -> bool:
    """Whether signals and abstract sockets can be kept within a room."""
    return version() >= 6


def restrict(readable: Iterable[str], writable: Iterable[str], *, network: bool) -> None:
    """Leaves this process, and what it starts, nothing but these paths; signals stay among them where possible."""
    rights = handled()
    ports = 0 if network or version() < 4 else _BIND_AND_CONNECT
    scopes = _SCOPES if can_scope() else 0
    attributes = struct.pack("=QQQ", rights, ports, scopes)[: 8 * (1 + (version() >= 4) + (version() >= 6))]
    rules = call("landlock_create_ruleset", LANDLOCK_CREATE, attributes, len(attributes), 0)
    try:
        for path in readable:
            _allow(rules, path, READ)
        for path in writable:
            _allow(rules, path, rights)
        call("landlock_restrict_self", LANDLOCK_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # What is not there, or not for this user, needs no rule.
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _ON_FILES
        rule = struct.pack("=Qi", rights & handled(), place)
        call(f"landlock_add_rule {path}", LANDLOCK_ADD, rules, 1, rule, 0)
    finally:
        os.close(place)
