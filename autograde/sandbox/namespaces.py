"""Rooms with a filesystem, a network, processes and users of their own, made by this process without any helper."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import struct
from collections.abc import Collection
from contextlib import suppress
from pathlib import PurePosixPath

from autograde.sandbox import identity, kernel_calls, paths, sealing, strays
from autograde.sandbox.kernel_calls import NO_DEVICES, NO_PROGRAMS, NO_SETUID, READ_ONLY
from autograde.sandbox.places import SYSTEM, Places, places
from autograde.sandbox.policy import Policy
from autograde.sandbox.system_calls import ARCHITECTURES, Rules, Signals, program
from autograde.sandbox.usage import Usage, running, usage_of

WORK, HOME = "/room/work", "/room/home"
_RULES = Rules(network=True, signals=Signals.ALL, ownership=True)
_WRITABLE = ("/room", "/tmp", "/var/tmp", "/dev/shm", "/dev/pts")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_LINKS = {
    "dev/fd": "/proc/self/fd",
    "dev/stdin": "/proc/self/fd/0",
    "dev/stdout": "/proc/self/fd/1",
    "dev/stderr": "/proc/self/fd/2",
    "dev/ptmx": "pts/ptmx",
}
_OWN_FOLDERS = {"work": "", "home": "", "tmp": "tmp", "shared": "dev/shm", "kept": "var/tmp"}
"""Folders on the room's one disk, and where else each is to be found."""
_ALL = (
    kernel_calls.NEW_MOUNTS
    | kernel_calls.NEW_PIDS
    | kernel_calls.NEW_NETWORK
    | kernel_calls.NEW_IPC
    | kernel_calls.NEW_HOSTNAME
    | kernel_calls.NEW_CGROUP
)
_LOOPBACK = struct.pack("16sH14x", b"lo", 1 | 64)  # IFF_UP, IFF_RUNNING
_SET_INTERFACE_FLAGS = 0x8914


class Namespaces:
    """The strongest backend, for whoever may make namespaces: root, and most ordinary users."""

    name = "namespaces"
    on_disk = False

    def __init__(self) -> None:
        self._own_pids: int | None = None
        """The namespace of this process's own children, to come back to."""
        self._is_inside = False

    def missing(self) -> str | None:
        """Why it cannot be used here; what only an attempt can show is not looked at."""
        if kernel_calls.MACHINE not in ARCHITECTURES:
            return f"It knows x86_64 and aarch64 processors, not {kernel_calls.MACHINE}."
        if kernel_calls.kernel_version() < (5, 14):
            return "It needs Linux 5.14 or newer."
        return None

    def command(self, argv: list[str], policy: Policy) -> list[str]:
        """The command as it is: each room makes its own namespaces."""
        return argv

    def prepare(self, policy: Policy) -> None:
        """Finds the places and assembles the filter, once for all forks."""
        _places(policy)
        program(_RULES)
        paths.version()
        kernel_calls.adopt_orphans()
        if identity.can_mount():
            self._own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """As `os.fork`; where this process may, the child is process 1 of a new namespace already."""
        if self._own_pids is None:
            return os.fork()
        kernel_calls.unshare(kernel_calls.NEW_PIDS)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid:
                kernel_calls.join(self._own_pids, kernel_calls.NEW_PIDS)
        self._is_inside = pid == 0
        return pid

    def enter(self, policy: Policy) -> str:
        """Goes on as process 1 of new namespaces, in a new filesystem, and never as root."""
        user, group, as_root = os.geteuid(), os.getegid(), identity.can_mount()
        # The real id is as good as a name: nobody else has it, so nothing outside belongs to the student.
        student = identity.free_user() if as_root else identity.INNER
        if as_root:
            kernel_calls.unshare(_ALL & ~kernel_calls.NEW_PIDS if self._is_inside else _ALL)
        else:
            kernel_calls.unshare(_ALL | kernel_calls.NEW_USERS)
            identity.map_to_student(user, group)
        if not self._is_inside:
            _go_on_inside()
        assert student is not None
        _build(policy, student)
        _start_loopback()
        socket.sethostname("room")
        if as_root:
            identity.become(student)
        else:
            kernel_calls.set_capabilities((kernel_calls.CAP_KILL, kernel_calls.CAP_SYS_PTRACE))
        kernel_calls.die_with_parent(signal.SIGKILL)
        kernel_calls.set_dumpable(False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.environ.update(HOME=HOME, TMPDIR="/tmp", USER=identity.NAME, LOGNAME=identity.NAME)
        os.chdir(WORK)
        return WORK

    def seal(self, policy: Policy) -> None:
        """A second layer: what the namespaces would allow, and student code has no use for."""
        writable = (*_WRITABLE, *(f"/dev/{name}" for name in _DEVICES))
        # The room's own process is one of the user's too.
        sealing.seal(policy, readable=("/",), writable=writable, rules=_RULES, processes=policy.processes + 1)

    def usage(self, policy: Policy) -> Usage:
        """The sum over all processes of the room but its first; files have their limit from the filesystem."""
        return usage_of((pid for pid in running() if pid != 1), None, policy)

    def sweep(self, keep: Collection[int] = ()) -> None:
        """Ends what a session left; of a room, its first process, with which the kernel ends all others."""
        if os.getpid() == 1:
            strays.end_strays(keep)
        else:
            strays.end_children(keep)


def _places(policy: Policy) -> Places:
    return places(SYSTEM + policy.readable)


def _go_on_inside() -> None:
    """Forks; the child returns as the first process of the namespace, the parent waits and ends as it ends."""
    alive, held = os.pipe()
    pid = os.fork()
    if pid:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        kernel_calls.die_with_parent(signal.SIGKILL)
        keep = os.dup2(held, 0)
        os.closerange(keep + 1, 1 << 20)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
            os.kill(os.getpid(), -code)
        os._exit(code & 0xFF)
    os.close(held)
    kernel_calls.die_with_parent(signal.SIGKILL)
    # The parent may have ended before it could be asked for: then the pipe is closed at its other end.
    if select.select([alive], [], [], 0)[0]:
        os._exit(1)
    os.close(alive)


def _build(policy: Policy, student: int) -> None:
    """Makes the filesystem of the room, and makes it this process's only one."""
    kernel_calls.make_private()
    harmless = NO_SETUID | NO_DEVICES
    root = kernel_calls.new_filesystem("tmpfs", harmless, size="4m", nr_inodes="4096", mode="0755")
    # Mounted over the old root, it hides nothing: paths still begin at the old one.
    kernel_calls.place_mount(root, -100, "/")
    _disk(root, policy, student)
    _devices(root)
    _processes(root)
    for name, text in identity.accounts(student, HOME).items():
        _write(root, f"etc/{name}", text)
    found = _places(policy)
    for path in found.real:
        _show(root, path, path[1:], READ_ONLY | harmless)
    for path, target in found.links:
        _folder(root, str(PurePosixPath(path[1:]).parent))
        with suppress(FileExistsError):
            os.symlink(target, path[1:], dir_fd=root)
    kernel_calls.restrict_mount(root, READ_ONLY, recursive=False)
    kernel_calls.become_root_folder(root)
    os.close(root)


def _disk(root: int, policy: Policy, student: int) -> None:
    """One filesystem in memory for all that the student writes, so that it has one limit."""
    own = str(policy.files + 2 + len(_OWN_FOLDERS))
    disk = kernel_calls.new_filesystem(
        "tmpfs", NO_SETUID | NO_DEVICES, size=str(policy.disk), nr_inodes=own, mode="0755"
    )
    _folder(root, "room")
    kernel_calls.place_mount(disk, root, "room")
    for name in _OWN_FOLDERS:
        os.mkdir(name, 0o700, dir_fd=disk)
        if student != os.geteuid():
            os.chown(name, student, student, dir_fd=disk)
    os.close(disk)
    for name, other in _OWN_FOLDERS.items():
        if other:
            _folder(root, other)
            tree = kernel_calls.call("open_tree", kernel_calls.OPEN_TREE, root, f"room/{name}".encode(), 1 | 0o2000000)
            kernel_calls.place_mount(tree, root, other)
            os.close(tree)


def _devices(root: int) -> None:
    _folder(root, "dev/pts")
    for name in _DEVICES:
        _show(root, f"/dev/{name}", f"dev/{name}", NO_SETUID | NO_PROGRAMS)
    terminals = kernel_calls.new_filesystem("devpts", NO_SETUID | NO_PROGRAMS, ptmxmode="0666", mode="0620")
    kernel_calls.place_mount(terminals, root, "dev/pts")
    os.close(terminals)
    for path, target in _LINKS.items():
        os.symlink(target, path, dir_fd=root)


def _processes(root: int) -> None:
    _folder(root, "proc")
    # In a container that hides parts of its own, the kernel allows no second one; the room goes without.
    with suppress(OSError):
        tree = kernel_calls.new_filesystem("proc", NO_SETUID | NO_DEVICES | NO_PROGRAMS)
        kernel_calls.place_mount(tree, root, "proc")
        os.close(tree)


def _show(root: int, source: str, target: str, flags: int) -> None:
    """Makes a file or folder of the machine visible in the room."""
    try:
        tree = kernel_calls.copy_of_mount(source)
    except (FileNotFoundError, PermissionError):
        return
    if os.path.isdir(source):  # noqa: PTH112
        _folder(root, target)
    else:
        _write(root, target, "")
    kernel_calls.restrict_mount(tree, flags)
    kernel_calls.place_mount(tree, root, target)
    os.close(tree)


def _folder(root: int, path: str) -> None:
    """Makes a folder and those above it."""
    try:
        os.mkdir(path, 0o755, dir_fd=root)
    except FileExistsError:
        return
    except FileNotFoundError:
        _folder(root, str(PurePosixPath(path).parent))
        os.mkdir(path, 0o755, dir_fd=root)


def _write(root: int, path: str, text: str) -> None:
    _folder(root, str(PurePosixPath(path).parent))
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644, dir_fd=root)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def _start_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, _LOOPBACK)
