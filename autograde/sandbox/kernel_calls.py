"""Calls of the Linux kernel that Python's own library does not have; an error is an OSError that names the call."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Iterable
from contextlib import suppress

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long
_prctl = _libc.prctl
_ULONG = ctypes.c_ulong

MACHINE = platform.machine()
NUMBERS = {
    "x86_64": {"capset": 126, "pivot_root": 155, "mount": 165, "umount2": 166, "unshare": 272, "setns": 308},
    "aarch64": {"capset": 91, "pivot_root": 41, "mount": 40, "umount2": 39, "unshare": 97, "setns": 268},
}.get(MACHINE, {})
OPEN_TREE, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, MOUNT_SETATTR = 428, 429, 430, 431, 432, 442
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446

NEW_TIME, NEW_MOUNTS, NEW_CGROUP, NEW_HOSTNAME = 0x80, 0x20000, 0x02000000, 0x04000000
NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x08000000, 0x10000000, 0x20000000, 0x40000000

READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS = 0x1, 0x2, 0x4, 0x8
_CURRENT_FOLDER, _EMPTY_PATH, _RECURSIVE, _CLONE, _CLOSE_ON_EXEC = -100, 0x1000, 0x8000, 1, 0o2000000
_KEEP_ON_SETUID, _DUMPABLE, _NO_NEW_PRIVILEGES, _SUBREAPER, _DEATH_SIGNAL = 8, 4, 38, 36, 1
_AMBIENT, _AMBIENT_RAISE, _AMBIENT_CLEAR, _SECCOMP, _FILTER = 47, 2, 4, 22, 2
CAP_CHOWN, CAP_DAC_READ_SEARCH, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SYS_PTRACE, CAP_SYS_ADMIN = 0, 2, 5, 6, 7, 19, 21


def call(what: str, number: int, *given: object) -> int:
    """What a system call returned; an OSError with its name when it failed."""
    words = [word if not isinstance(word, int) else _ULONG(word & 0xFFFFFFFFFFFFFFFF) for word in given]
    result = _syscall(ctypes.c_long(number), *words)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return int(result)


def prctl(what: str, option: int, *given: int) -> None:
    """Changes a property of this process."""
    words = [_ULONG(word) for word in (*given, 0, 0, 0, 0)[:4]]
    if _prctl(ctypes.c_int(option), *words) < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def unshare(flags: int) -> None:
    """Gives this process namespaces of its own; a new one for process ids is for its children."""
    call("unshare", NUMBERS["unshare"], flags)


def join(namespace: int, kind: int) -> None:
    """Makes a namespace this process's, or its children's where it is one for process ids."""
    call("setns", NUMBERS["setns"], namespace, kind)


def make_private() -> None:
    """Keeps the mounts of this process to itself."""
    call("make mounts private", NUMBERS["mount"], 0, b"/", 0, 0x4000 | 0x40000, 0)


def copy_of_mount(path: str) -> int:
    """A descriptor of a copy of the tree at a path, with all that is mounted below it."""
    flags = _CLONE | _CLOSE_ON_EXEC | _RECURSIVE
    return call(f"open_tree {path}", OPEN_TREE, _CURRENT_FOLDER, os.fsencode(path), flags)


def new_filesystem(kind: str, flags: int, **options: str) -> int:
    """A descriptor of a new filesystem that is mounted nowhere yet."""
    context = call(f"fsopen {kind}", FSOPEN, kind.encode(), 1)
    try:
        for name, value in options.items():
            call(f"{kind} {name}={value}", FSCONFIG, context, 1, name.encode(), value.encode(), 0)
        call(f"make {kind}", FSCONFIG, context, 6, 0, 0, 0)
        return call(f"fsmount {kind}", FSMOUNT, context, 1, flags)
    finally:
        os.close(context)


def restrict_mount(tree: int, flags: int, *, recursive: bool = True) -> None:
    """Adds flags such as READ_ONLY to a mount."""
    attributes = struct.pack("=QQQQ", flags, 0, 0, 0)
    how = _EMPTY_PATH | (_RECURSIVE if recursive else 0)
    call("mount_setattr", MOUNT_SETATTR, tree, b"", how, attributes, len(attributes))


def place_mount(tree: int, folder: int, path: str) -> None:
    """Mounts what a descriptor stands for at a path, which is relative to a folder's descriptor."""
    call(f"move_mount {path}", MOVE_MOUNT, tree, b"", folder, os.fsencode(path), 0x4)


def become_root_folder(folder: int) -> None:
    """Makes a mounted folder the root of this process; the old root is gone."""
    os.fchdir(folder)
    call("pivot_root", NUMBERS["pivot_root"], b".", b".")
    call("detach the old root", NUMBERS["umount2"], b".", 2)
    os.chdir("/")


def keep_capabilities_on_setuid() -> None:
    """Lets the permitted capabilities survive a change of the user id."""
    prctl("keep capabilities", _KEEP_ON_SETUID, 1)


def set_capabilities(kept: Iterable[int] = ()) -> None:
    """Gives up all capabilities but these, for good; programs that are executed have these too."""
    kept = tuple(kept)
    with suppress(OSError):
        prctl("ambient capabilities", _AMBIENT, _AMBIENT_CLEAR)
    bits = sum(1 << number for number in kept)
    low, high = bits & 0xFFFFFFFF, bits >> 32
    header = struct.pack("=Ii", 0x20080522, 0)
    call("capset", NUMBERS["capset"], header, struct.pack("=6I", low, low, low, high, high, high))
    for number in kept:
        prctl("ambient capabilities", _AMBIENT, _AMBIENT_RAISE, number)


def capabilities() -> int:
    """The capabilities that this process can use now, a bit each."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        return next((int(line.split()[1], 16) for line in status if line.startswith("CapEff:")), 0)


def set_dumpable(yes: bool) -> None:
    """Whether other processes of the same user may look into this one."""
    prctl("dumpable", _DUMPABLE, int(yes))


def die_with_parent(signal: int = 9) -> None:
    """Has the kernel end this process when its parent ends; a change of user id undoes it."""
    prctl("death signal", _DEATH_SIGNAL, signal)


def adopt_orphans() -> None:
    """Makes this process the parent of all its descendants that lose theirs."""
    prctl("subreaper", _SUBREAPER, 1)


def no_new_privileges() -> None:
    """No program that is executed from here on has more rights than this process."""
    prctl("no new privileges", _NO_NEW_PRIVILEGES, 1)


def load_filter(program: bytes) -> None:
    """Sends each system call from here on through a BPF program."""
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    block = ctypes.create_string_buffer(head, len(head))
    prctl("seccomp", _SECCOMP, _FILTER, ctypes.addressof(block))


def kernel_version() -> tuple[int, int]:
    """The first two numbers of the kernel's version."""
    numbers = [int("".join(c for c in part if c.isdigit()) or 0) for part in os.uname().release.split(".")[:2]]
    return numbers[0], numbers[1] if len(numbers) > 1 else 0
