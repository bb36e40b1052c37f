"""What a room uses now, for whoever watches over it; the sum over all processes has no limit of its own in Linux."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from autograde.sandbox.policy import Policy


@dataclass(frozen=True)
class Usage:
    """What processes and files amount to."""

    memory: int = 0
    processes: int = 0
    """Threads are counted too."""
    disk: int = 0
    files: int = 0

    def excess(self, policy: Policy) -> str | None:
        """What is used beyond the policy, in words for the student; None when all is within."""
        if self.memory > policy.memory:
            return f"more than {policy.memory >> 20} MB of memory"
        if self.processes > policy.processes:
            return f"more than {policy.processes} processes and threads"
        if self.disk > policy.disk:
            return f"more than {policy.disk >> 20} MB of files"
        if self.files > policy.files:
            return f"more than {policy.files} files"
        return None


def usage_of(processes: Iterable[int], folder: str | None, policy: Policy) -> Usage:
    """What these processes use, and the files below a folder (which is not looked at without one)."""
    pids = list(processes)
    memory, threads = 0, 0
    for pid in pids:
        own, shared, many = _memory(pid)
        memory += own + shared
        threads += many
    if memory > policy.memory:
        # Pages that processes share after a fork were counted for each of them; the exact sum takes longer.
        memory = sum(map(_exact_memory, pids))
    disk, files = files_below(folder, policy) if folder else (0, 0)
    return Usage(memory, threads, disk, files)


def _memory(pid: int) -> tuple[int, int, int]:
    """Bytes that a process holds alone, bytes it may share, and its threads."""
    own = shared = threads = 0
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("RssAnon:"):
                    own = int(line.split()[1]) * 1024
                elif line.startswith("RssShmem:"):
                    shared = int(line.split()[1]) * 1024
                elif line.startswith("Threads:"):
                    threads = int(line.split()[1])
                    break
    except (OSError, ValueError):
        return 0, 0, 0
    return own, shared, threads


def _exact_memory(pid: int) -> int:
    """Bytes of a process, shared pages divided among those that share them; all of them when it hides."""
    found = 0
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                    found += int(line.split()[1]) * 1024
    except ProcessLookupError:
        return 0
    except (OSError, ValueError):
        return sum(_memory(pid)[:2])
    return found


def files_below(folder: str, policy: Policy) -> tuple[int, int]:
    """Bytes and number of the files below a folder; counting ends where the policy is passed."""
    disk = files = 0
    waiting = [folder]
    while waiting and disk <= policy.disk and files <= policy.files:
        try:
            entries = os.scandir(waiting.pop())
        except OSError:
            continue
        with entries:
            for entry in entries:
                files += 1
                try:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        disk += entry.stat(follow_symlinks=False).st_blocks * 512
                except OSError:
                    continue
    return disk, files


def running() -> list[int]:
    """All processes that can be seen from here."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208


def descendants(pid: int) -> list[int]:
    """All processes that a process has started, directly or not, and that still are."""
    children: dict[int, list[int]] = {}
    for child in running():
        if (parent := _parent(child)) is not None:
            children.setdefault(parent, []).append(child)
    found, waiting = [], [pid]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            found.append(child)
            waiting.append(child)
    return found


def _parent(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as line:  # noqa: PTH123
            # The program's name is in brackets, and may itself have brackets and spaces.
            return int(line.read().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def threads_of_user(uid: int) -> int:
    """How many threads a user's processes have on this machine."""
    count = 0
    for pid in running():
        try:
            state = os.stat(f"/proc/{pid}/task")  # noqa: PTH116
        except OSError:
            continue
        if state.st_uid == uid:
            count += state.st_nlink - 2
    return count
