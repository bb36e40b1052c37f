"""The filter for system calls, run by a small machine for BPF, for both processors."""

from __future__ import annotations

import errno
import re
import struct
from pathlib import Path

import pytest

from autograde.sandbox import system_calls
from autograde.sandbox.system_calls import ARCHITECTURES, Rules, Signals, program

ALLOWED, KILLED = 0x7FFF0000, 0x80000000
DENIED, ABSENT, PRETENDED = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS, 0x50000

ROOM = Rules(network=True, signals=Signals.ALL, ownership=True)
BARE = Rules(network=False, signals=Signals.OWN, ownership=False)
SHARED = Rules(network=True, signals=Signals.OTHERS, ownership=True)
NUMBERS = {
    "read": (0, 63), "clone": (56, 220), "clone3": (435, 435), "socket": (41, 198), "socketpair": (53, 199),
    "connect": (42, 203), "kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130), "ioctl": (16, 29),
    "fcntl": (72, 25), "prlimit64": (302, 261), "setpriority": (141, 140), "personality": (135, 92),
    "prctl": (157, 167), "fchmodat": (268, 53), "utimensat": (280, 88), "unshare": (272, 97), "ptrace": (101, 117),
    "memfd_create": (319, 279), "fsetxattr": (190, 7), "sched_setaffinity": (203, 122), "ioprio_set": (251, 30),
}  # fmt: skip
"""On x86_64 and on aarch64."""


def verdict(text: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What a BPF program says of a system call."""
    words = [argument & 0xFFFFFFFFFFFFFFFF for argument in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *words)
    steps = list(struct.iter_unpack("=HBBI", text))
    place = accumulator = 0
    while True:
        code, yes, no, value = steps[place]
        place += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif code == 0x54:
            accumulator &= value
        elif code == 0x06:
            return value
        else:
            tests = {
                0x15: accumulator == value,
                0x25: accumulator > value,
                0x35: accumulator >= value,
                0x45: accumulator & value,
            }
            place += yes if tests[code] else no


@pytest.fixture(params=ARCHITECTURES)
def machine(request: pytest.FixtureRequest) -> str:
    return request.param


def judge(machine: str, rules: Rules, name: str, *arguments: int, processes: tuple[int, ...] = (77,)) -> int:
    architecture, column = ARCHITECTURES[machine]
    return verdict(program(rules, processes, machine), architecture, NUMBERS[name][column], *arguments)


@pytest.mark.parametrize(
    ("rules", "name", "arguments", "expected"),
    [
        (ROOM, "read", (), ALLOWED),
        (ROOM, "ptrace", (16, 5), DENIED),
        (ROOM, "unshare", (0,), DENIED),
        (ROOM, "memfd_create", (), ABSENT),
        # glibc falls back to clone(), whose flags can be looked at.
        (ROOM, "clone3", (), ABSENT),
        (ROOM, "clone", (0x01200011,), ALLOWED),
        (ROOM, "clone", (0x3D0F00,), ALLOWED),
        (ROOM, "clone", (0x10000011,), DENIED),
        (ROOM, "clone", (0x00020011,), DENIED),
        (ROOM, "clone", (0xFFFFFFFF_40000011,), DENIED),
        (ROOM, "socket", (1, 1, 0), ALLOWED),
        (ROOM, "socket", (2, 1 | 0x80000, 0), ALLOWED),
        (ROOM, "socket", (10, 2, 17), ALLOWED),
        (ROOM, "socket", (2, 3, 1), DENIED),
        (ROOM, "socket", (2, 1, 132), DENIED),
        (ROOM, "socket", (16, 3, 0), ALLOWED),
        (ROOM, "socket", (16, 3, 12), DENIED),
        (ROOM, "socket", (17, 3, 0), DENIED),
        (ROOM, "socket", (38, 5, 0), DENIED),
        (ROOM, "socket", (40, 1, 0), DENIED),
        (BARE, "socket", (1, 1, 0), DENIED),
        (BARE, "socketpair", (1, 1 | 0x80000, 0), ALLOWED),
        (BARE, "socketpair", (1, 5, 0), ALLOWED),
        # A datagram can be sent from a pair to any other address.
        (BARE, "socketpair", (1, 2, 0), DENIED),
        (BARE, "connect", (), DENIED),
        (ROOM, "connect", (), ALLOWED),
        # The kernel looks at 32 bits of a request.
        (ROOM, "ioctl", (0, 0x5412), DENIED),
        (ROOM, "ioctl", (0, 0xFFFFFFFF_00005412), DENIED),
        (ROOM, "ioctl", (0, 0x5413), ALLOWED),
        (ROOM, "prlimit64", (0,), ALLOWED),
        (ROOM, "prlimit64", (1,), DENIED),
        (ROOM, "sched_setaffinity", (1,), DENIED),
        (ROOM, "setpriority", (0, 0), ALLOWED),
        (ROOM, "setpriority", (0, 1), DENIED),
        (ROOM, "setpriority", (2, 0), DENIED),
        (ROOM, "ioprio_set", (1, 0), ALLOWED),
        (ROOM, "ioprio_set", (3, 0), DENIED),
        (ROOM, "personality", (0xFFFFFFFF,), ALLOWED),
        (ROOM, "personality", (0x40000,), DENIED),
        (ROOM, "prctl", (22,), DENIED),
        (ROOM, "prctl", (15,), ALLOWED),
        (ROOM, "kill", (5, 9), ALLOWED),
        (BARE, "kill", (77, 9), ALLOWED),
        (BARE, "kill", (5, 9), DENIED),
        (BARE, "kill", (-1, 9), DENIED),
        (BARE, "tgkill", (77, 77, 6), ALLOWED),
        (BARE, "tkill", (77, 6), DENIED),
        (BARE, "fcntl", (0, 8), DENIED),
        (BARE, "fcntl", (0, 2), ALLOWED),
        (ROOM, "fcntl", (0, 8), ALLOWED),
        (SHARED, "kill", (5, 9), ALLOWED),
        (SHARED, "kill", (77, 9), DENIED),
        (BARE, "fchmodat", (), PRETENDED),
        (ROOM, "fchmodat", (), ALLOWED),
        (BARE, "utimensat", (), ALLOWED),
        (BARE, "fsetxattr", (), 0x50000 | errno.ENOTSUP),
    ],
)  # fmt: skip
def test_calls_are_judged(machine: str, rules: Rules, name: str, arguments: tuple[int, ...], expected: int) -> None:
    assert judge(machine, rules, name, *arguments) == expected


def test_who_calls_through_another_interface_is_killed() -> None:
    assert verdict(program(ROOM, (), "x86_64"), 0x40000003, 0) == KILLED


def test_calls_of_later_kernels_and_of_x32_do_not_exist(machine: str) -> None:
    architecture, _ = ARCHITECTURES[machine]
    for number in (system_calls.NEWEST + 1, 0x40000000, 0xFFFFFFFF):
        assert verdict(program(ROOM, (), machine), architecture, number) == ABSENT


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def test_the_numbers_are_those_of_the_kernel_s_headers(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    known = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text(encoding="utf-8")))
    _, column = ARCHITECTURES[machine]
    tables = [vars(system_calls)[name] for name in ("_FORBIDDEN", "_ABSENT", "_NETWORK", "_OWNERSHIP", "_ATTRIBUTES")]
    for table in (*tables, NUMBERS):
        for name, numbers in table.items():
            if name in known and numbers[column] is not None:
                assert numbers[column] == int(known[name]), name
