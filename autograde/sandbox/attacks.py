"""What the self-test tries from within: each attack tells what it achieved, or raises."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograde.sandbox import kernel_calls
from autograde.sandbox.policy import Policy

LINGER = 0.25
"""Seconds for which too much has to last: whoever watches over the room needs a moment too."""
_DEVICES = ("mem", "kmem", "port", "kmsg", "fuse", "kvm", "net/tun", "vda", "sda", "nvme0n1", "loop-control")
_SETUID_PROGRAMS = ("su", "mount", "umount", "passwd", "sudo", "chsh")
_ATTACH, _DETACH = 16, 17


class Prevented(Exception):
    """The attack did not achieve anything."""


@dataclass(frozen=True)
class Bait:
    """What there is to reach outside; a victim is a process of the one who grades."""

    canary: str
    """A file that only the one who grades has a right to; sockets and other files lie beside it."""
    shelf: str
    """A file that may be read, not written."""
    victim: int
    warm: int
    port: int
    datagrams: int
    address: str
    """The name of an abstract socket."""
    segment: int
    """The id of a piece of shared memory."""
    pipe: int
    """A descriptor that stays open as long as a process of the room lives."""
    policy: Policy


def read_file(bait: Bait) -> str:
    """Reads a file outside."""
    return f"read {len(Path(bait.canary).read_bytes())} bytes of {bait.canary}"


def see_path(bait: Bait) -> str:
    """Asks whether a file outside exists."""
    return f"{bait.canary} has {Path(bait.canary).stat().st_size} bytes"


def write_file(bait: Bait) -> str:
    """Changes, makes, empties and removes files outside."""
    beside = Path(bait.canary).with_name("new")
    for name, deed in (
        ("changed", lambda: Path(bait.canary).open("ab").close()),
        ("emptied", lambda: os.truncate(bait.canary, 0)),
        ("made", beside.touch),
        ("renamed", lambda: Path(bait.canary).rename(f"{bait.canary}.old")),
    ):
        try:
            deed()
        except OSError as error:
            said = error
        else:
            return f"{name} a file in {beside.parent}"
    raise said


def write_shelf(bait: Bait) -> str:
    """Leaves something in a folder that Python reads its modules from."""
    Path(bait.shelf).write_text("raise SystemExit\n", encoding="utf-8")
    return f"changed {bait.shelf}"


def change_mode(bait: Bait) -> str:
    """Opens a file outside to everybody."""
    Path(bait.canary).chmod(0o606)
    if stat.S_IMODE(Path(bait.canary).stat().st_mode) != 0o606:
        raise Prevented("the mode stayed as it was")
    return f"{bait.canary} is open to everybody"


def see_processes(bait: Bait) -> str:
    """Looks at what runs on the machine."""
    return _found(bait, "cmdline")


def read_environment(bait: Bait) -> str:
    """Reads the environment of another process."""
    return _found(bait, "environ")


def _found(bait: Bait, what: str) -> str:
    path = Path(f"/proc/{bait.victim}/{what}")
    if b"victim" not in path.read_bytes():
        raise Prevented(f"{path} is another process")
    return f"read {path}"


def connect(bait: Bait) -> str:
    """Connects to a server of the machine."""
    with socket.create_connection(("127.0.0.1", bait.port), timeout=1) as line:
        return f"a server on port {bait.port} said {line.recv(9)!r}"


def send_datagram(bait: Bait) -> str:
    """Sends a datagram to a server of the machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(1)
        line.connect(("127.0.0.1", bait.datagrams))
        line.send(b"hello")
        return f"a server on port {bait.datagrams} said {line.recv(9)!r}"


def connect_abstract(bait: Bait) -> str:
    """Connects to a socket that lies in no folder."""
    return _connect_unix(f"\0{bait.address}")


def connect_path(bait: Bait) -> str:
    """Connects to a socket that lies in a folder, as databases and containers have them."""
    os.chdir(Path(bait.canary).parent)  # From there its address is short.
    return _connect_unix("socket")


def _connect_unix(address: str) -> str:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        line.connect(address)
        return f"a server said {line.recv(9)!r}"


def send_packets(bait: Bait) -> str:
    """Opens a raw socket."""
    for family, kind, protocol in ((17, 3, 0x300), (2, 3, 1)):
        try:
            socket.socket(family, kind, protocol).close()
        except OSError as error:
            said = error
        else:
            return "a raw socket is open"
    raise said


def signal_victim(bait: Bait) -> str:
    """Sends a signal to the process of the one who grades."""
    os.kill(bait.victim, signal.SIGUSR1)
    return f"sent a signal to {bait.victim}"


def signal_warm(bait: Bait) -> str:
    """Sends a signal to the process from which all rooms are made."""
    os.kill(bait.warm, signal.SIGUSR1)
    return f"sent a signal to {bait.warm}"


def trace(bait: Bait) -> str:
    """Looks into the memory of another process."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(_ATTACH, bait.victim, 0, 0) == 0:
        os.waitpid(bait.victim, 0x40000000)  # __WALL
        libc.ptrace(_DETACH, bait.victim, 0, 0)
        return f"attached to {bait.victim}"
    try:
        os.close(os.open(f"/proc/{bait.victim}/mem", os.O_RDWR))
    except OSError:
        code = ctypes.get_errno()
        raise OSError(code, f"ptrace: {os.strerror(code)}") from None
    return f"opened /proc/{bait.victim}/mem"


def change_limits(bait: Bait) -> str:
    """Changes the limits of another process."""
    soft, hard = resource.prlimit(bait.victim, resource.RLIMIT_NOFILE)
    resource.prlimit(bait.victim, resource.RLIMIT_NOFILE, (soft - 1, hard))
    return f"{bait.victim} has other limits"


def attach_memory(bait: Bait) -> str:
    """Attaches memory that another process shares."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    place = libc.shmat(bait.segment, None, 0o10000)
    if place in (None, ctypes.c_void_p(-1).value):
        code = ctypes.get_errno()
        raise OSError(code, f"shmat: {os.strerror(code)}")
    return "attached memory of another process"


def leave_daemon(bait: Bait) -> str:
    """Leaves a process that outlives the room."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(ending, signal.SIG_IGN)
            time.sleep(30)
        os._exit(0)
    raise Prevented("it is gone")  # The other end of the pipe tells.


def multiply(bait: Bait) -> str:
    """Starts processes without end."""
    most = 3 * bait.policy.processes
    for many in range(most):
        try:
            if os.fork() == 0:
                signal.set_wakeup_fd(-1)
                time.sleep(5)
                os._exit(0)
        except OSError as error:
            time.sleep(LINGER)
            raise Prevented(f"{error.strerror} after {many} processes") from None
    time.sleep(LINGER)
    return f"{most} processes run, {bait.policy.processes} are allowed"


def fill_disk(bait: Bait) -> str:
    """Writes more than allowed."""
    chunk, written = bytes(1 << 16), 0
    for number in range(8):
        with open(f"filling{number}", "wb") as file:  # noqa: PTH123
            while written < (number + 1) * bait.policy.disk // 4:
                written += file.write(chunk)
    time.sleep(LINGER)
    return f"wrote {written >> 10} KB, {bait.policy.disk >> 10} are allowed"


def fill_folder(bait: Bait) -> str:
    """Makes more files than allowed."""
    most = 2 * bait.policy.files
    for number in range(most):
        os.close(os.open(f"file{number}", os.O_CREAT | os.O_WRONLY))
    time.sleep(LINGER)
    return f"made {most} files, {bait.policy.files} are allowed"


def fill_memory(bait: Bait) -> str:
    """Takes more memory than allowed in one process."""
    held = b"x" * (2 * bait.policy.memory)
    time.sleep(LINGER)
    return f"holds {len(held) >> 20} MB, {bait.policy.memory >> 20} are allowed"


def fill_memory_together(bait: Bait) -> str:
    """Takes more memory than allowed in several processes, none of which has too much."""
    share = bait.policy.memory * 6 // 10
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            held = b"x" * share
            time.sleep(2 * LINGER)
            os._exit(0 if held else 1)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        raise Prevented("its processes were ended")
    return f"held {4 * share >> 20} MB, {bait.policy.memory >> 20} are allowed"


def fill_shared_memory(bait: Bait) -> str:
    """Takes more memory than allowed, as memory that processes share."""
    size = 2 * bait.policy.memory
    held = mmap.mmap(-1, size)
    for place in range(0, size, mmap.PAGESIZE):
        held[place] = 1
    time.sleep(LINGER)
    return f"holds {size >> 20} MB, {bait.policy.memory >> 20} are allowed"


def become_root(bait: Bait) -> str:
    """Runs a program that is to run as root."""
    if os.geteuid() == 0:
        os.setresuid(65534, 65534, 65534)
    program = next((path for path in map(_setuid_program, _SETUID_PROGRAMS) if path), None)
    if program is None:
        raise Prevented("there is no such program")
    # The loader shows this to nobody whose rights have grown.
    told = os.environ | {"LD_SHOW_AUXV": "1"}
    said = subprocess.run([program, "--version"], env=told, capture_output=True, check=True).stdout
    if b"AT_UID" in said:
        raise Prevented(f"{program} ran without root's rights")
    return f"{program} ran as root"


def _setuid_program(name: str) -> str | None:
    for folder in ("/usr/bin", "/bin"):
        path = Path(folder, name)
        if path.is_file() and path.stat().st_mode & stat.S_ISUID:
            return str(path)
    return None


def open_device(bait: Bait) -> str:
    """Opens a device through which the machine can be reached."""
    said: OSError = FileNotFoundError(errno.ENOENT, "there is no such device")
    for name in _DEVICES:
        try:
            os.close(os.open(f"/dev/{name}", os.O_RDONLY | os.O_NONBLOCK))
        except OSError as error:
            said = error
        else:
            return f"opened /dev/{name}"
    raise said


def mount(bait: Bait) -> str:
    """Makes namespaces of its own, in which it may mount."""
    flags = kernel_calls.NEW_MOUNTS if os.geteuid() == 0 else kernel_calls.NEW_MOUNTS | kernel_calls.NEW_USERS
    kernel_calls.unshare(flags)
    kernel_calls.make_private()
    tree = kernel_calls.new_filesystem("tmpfs", 0)
    kernel_calls.place_mount(tree, -100, os.getcwd())  # noqa: PTH109
    return "mounted a filesystem"


def reach_kernel(bait: Bait) -> str:
    """Calls parts of the kernel that have been a way into it."""
    column = 0 if kernel_calls.MACHINE == "x86_64" else 1
    reached = []
    for name, numbers, given in (
        ("keyctl", (250, 219), (0, -3, 0)),
        ("io_uring_setup", (425, 425), (1, 0)),
        ("bpf", (321, 280), (-1, 0, 0)),
        ("userfaultfd", (323, 282), (-1,)),
        ("perf_event_open", (298, 241), (0, 0, -1, -1, 0)),
    ):
        try:
            kernel_calls.call(name, numbers[column], *given)
        except OSError as error:
            if error.errno in (errno.EPERM, errno.ENOSYS, errno.EACCES):
                continue
        reached.append(name)
    if not reached:
        raise Prevented("the calls are refused")
    return f"reached {', '.join(reached)}"


Attack = Callable[[Bait], str]

ATTACKS: dict[str, Attack] = {
    attack.__name__.replace("_", "-"): attack
    for attack in (
        read_file, see_path, write_file, write_shelf, change_mode, see_processes, read_environment, connect,
        send_datagram, connect_abstract, connect_path, send_packets, signal_victim, signal_warm, trace, change_limits,
        attach_memory, leave_daemon, multiply, fill_disk, fill_folder, fill_memory, fill_memory_together,
        fill_shared_memory, become_root, open_device, mount, reach_kernel,
    )
}  # fmt: skip

TOLERATED = frozenset({"see-path"})
"""What a backend may let through: it tells that a path exists, and nothing of what it holds."""

QUICK = (
    *("read-file", "write-file", "change-mode", "read-environment", "connect", "connect-abstract", "connect-path"),
    *("signal-victim", "leave-daemon", "multiply", "fill-disk", "fill-memory-together", "reach-kernel"),
)
"""The attacks that are tried before a backend is used: one of each kind."""


def said_of(error: BaseException) -> str:
    """An error in a few words."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def run(name: str, bait: Bait, report: int) -> None:
    """Carries out an attack, and writes what came of it: a byte, and words."""
    try:
        done, words = b"+", ATTACKS[name](bait)
    except BaseException as error:
        done, words = b"-", said_of(error)
    os.write(report, done + words.encode()[:500])
