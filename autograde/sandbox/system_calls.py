"""A filter for system calls (seccomp), assembled here: what student code may not ask the kernel for."""

from __future__ import annotations

import errno
import functools
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from autograde.sandbox.kernel_calls import MACHINE

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
NEWEST = 462
"""Calls with a higher number are from a later kernel: to student code they do not exist."""

_LOAD, _EQUAL, _GREATER, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_DENIED, _UNKNOWN, _PRETENDED = _ERROR | errno.EPERM, _ERROR | errno.ENOSYS, _ERROR
_NO_SUPPORT = _ERROR | errno.ENOTSUP

# Name: number on x86_64, number on aarch64. None: the machine does not have it.
_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    # Other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # Namespaces and mounts.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # The kernel itself, and parts of it that have been a way into it.
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "modify_ldt": (154, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    "uselib": (134, None),
    "_sysctl": (156, None),
    "nfsservctl": (180, 42),
    "lookup_dcookie": (212, 18),
    "seccomp": (317, 277),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "vhangup": (153, 58),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    # Keys, and files by handle, which no path rule sees.
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    # Memory that belongs to no process, so that no limit counts it.
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
}
# glibc and libffi have another way when these do not exist.
_ABSENT: dict[str, tuple[int | None, int | None]] = {
    "clone3": (435, 435),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
}
_NETWORK: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
}
# What belongs to a file's owner, and no path rule sees.
_OWNERSHIP: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
}
_ATTRIBUTES: dict[str, tuple[int | None, int | None]] = {
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}

_NEW_NAMESPACES = 0x7E020000
_TERMINAL_REQUESTS = (0x5412, 0x541C, 0x5423)  # TIOCSTI, TIOCLINUX, TIOCSETD
_OWNER_REQUESTS = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP
_OWNER_COMMANDS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_UNIX, _INET, _INET6, _NETLINK = 1, 2, 10, 16
_STREAM, _DATAGRAM, _SEQUENCE = 1, 2, 5
_SET_SECCOMP = 22


class Signals(Enum):
    """To which processes student code may send signals."""

    ALL = "all"
    OTHERS = "others"
    OWN = "own"


@dataclass(frozen=True)
class Rules:
    """What is allowed beyond the calls that harm nobody."""

    network: bool
    """Sockets, where the network is the room's own. Without it, only pairs of connected ones."""
    signals: Signals
    """To whom: ALL where something else keeps them within the room, else to OTHERS than some, or to its OWN process."""
    ownership: bool
    """Changing modes and owners of files; without it the calls say that it was done, and do nothing.

    Times can be changed everywhere: that pretended, `Path.touch` would make no file.
    """


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value & 0xFFFFFFFF)


def _argument(index: int, high: bool = False) -> bytes:
    return _step(_LOAD, 16 + 8 * index + 4 * high)


def _when(number: int | None, *body: bytes) -> bytes:
    """Steps for one call alone; they have to end in a verdict."""
    block = b"".join(body)
    assert len(block) // 8 < 256
    return b"" if number is None else _step(_EQUAL, number, 0, len(block) // 8) + block


def _unless_equal(values: Iterable[int], verdict: int) -> bytes:
    """A verdict on what was loaded, unless it is one of these values; then the call is allowed."""
    wanted = [value & 0xFFFFFFFF for value in values]
    tests = [_step(_EQUAL, value, len(wanted) - place) for place, value in enumerate(wanted)]
    return b"".join(tests) + _step(_RETURN, verdict) + _step(_RETURN, _ALLOW)


def _if_equal(values: Iterable[int], verdict: int) -> bytes:
    """A verdict on what was loaded if it is one of these values; else the call is allowed."""
    wanted = [value & 0xFFFFFFFF for value in values]
    tests = [_step(_EQUAL, value, len(wanted) - place) for place, value in enumerate(wanted)]
    return b"".join(tests) + _step(_RETURN, _ALLOW) + _step(_RETURN, verdict)


@functools.cache
def program(rules: Rules, processes: tuple[int, ...] = (), machine: str = MACHINE) -> bytes:
    """The BPF program for these rules; `processes` are those that get no signal, or alone get some."""
    architecture, column = ARCHITECTURES[machine]

    def at(x86_64: int | None, aarch64: int | None) -> int | None:
        return (x86_64, aarch64)[column]

    steps = [_step(_LOAD, 4), _step(_EQUAL, architecture, 1), _step(_RETURN, _KILL), _step(_LOAD, 0)]
    # Among those numbers are also the calls of the x32 interface.
    steps += [_step(_GREATER, NEWEST, 0, 1), _step(_RETURN, _UNKNOWN)]
    verdicts = [(_FORBIDDEN, _DENIED), (_ABSENT, _UNKNOWN)]
    if not rules.network:
        verdicts.append((_NETWORK, _DENIED))
    if not rules.ownership:
        verdicts += [(_OWNERSHIP, _PRETENDED), (_ATTRIBUTES, _NO_SUPPORT)]
    for calls, verdict in verdicts:
        for numbers in calls.values():
            steps.append(_when(at(*numbers), _step(_RETURN, verdict)))
    no_namespaces = _step(_ANY_BIT, _NEW_NAMESPACES, 0, 1), _step(_RETURN, _DENIED), _step(_RETURN, _ALLOW)
    steps.append(_when(at(56, 220), _argument(0), *no_namespaces))
    steps.append(_when(at(157, 167), _argument(0), _if_equal([_SET_SECCOMP], _DENIED)))
    steps.append(_when(at(135, 92), _argument(0), _unless_equal([0, 0xFFFFFFFF], _DENIED)))
    steps += _sockets(rules, at(41, 198), at(53, 199))
    steps += _requests(rules, at(16, 29), at(72, 25))
    # Limits and priorities only of the calling process itself.
    for x86_64, aarch64 in ((302, 261), (203, 122), (144, 119), (142, 118), (314, 274)):
        steps.append(_when(at(x86_64, aarch64), _argument(0), _unless_equal([0], _DENIED)))
    for x86_64, aarch64, a_process in ((141, 140, 0), (251, 30, 1)):  # setpriority, ioprio_set
        whose = _argument(0), _step(_EQUAL, a_process, 1), _step(_RETURN, _DENIED), _argument(1)
        steps.append(_when(at(x86_64, aarch64), *whose, _unless_equal([0], _DENIED)))
    if rules.signals is not Signals.ALL:
        judge = _unless_equal if rules.signals is Signals.OWN else _if_equal
        for x86_64, aarch64 in ((62, 129), (234, 131), (129, 138), (297, 240)):
            steps.append(_when(at(x86_64, aarch64), _argument(0), judge(processes, _DENIED)))
        for x86_64, aarch64 in ((200, 130), (424, 424)):  # tkill, pidfd_send_signal
            steps.append(_when(at(x86_64, aarch64), _step(_RETURN, _DENIED)))
    return b"".join(steps) + _step(_RETURN, _ALLOW)


def _sockets(rules: Rules, socket: int | None, pair: int | None) -> list[bytes]:
    kind = _argument(1), _step(_AND, 0xF)
    if not rules.network:
        # A pair of datagram sockets could be sent to any other address.
        return [_when(pair, *kind, _unless_equal([_STREAM, _SEQUENCE], _DENIED))]
    refused = _step(_RETURN, _DENIED)
    # A family at a time; a raw socket, a strange protocol and any other family are refused.
    internet = b"".join(
        [
            *kind,
            _step(_EQUAL, _STREAM, 2),
            _step(_EQUAL, _DATAGRAM, 1),
            refused,
            _argument(2),
            _unless_equal([0, 6, 17], _DENIED),
        ]
    )
    routes = _argument(2) + _unless_equal([0], _DENIED)
    body = [
        _argument(0),
        _step(_EQUAL, _UNIX, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_EQUAL, _NETLINK, 0, len(routes) // 8),
        routes,
        _step(_EQUAL, _INET, 2),
        _step(_EQUAL, _INET6, 1),
        refused,
        internet,
    ]
    return [_when(socket, *body)]


def _requests(rules: Rules, ioctl: int | None, fcntl: int | None) -> list[bytes]:
    scoped = rules.signals is Signals.ALL
    refused = _TERMINAL_REQUESTS if scoped else (*_TERMINAL_REQUESTS, *_OWNER_REQUESTS)
    steps = [_when(ioctl, _argument(1), _if_equal(refused, _DENIED))]
    if not scoped:
        steps.append(_when(fcntl, _argument(1), _if_equal(_OWNER_COMMANDS, _DENIED)))
    return steps
