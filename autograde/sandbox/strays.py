"""Processes and files that student code has left, and their end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from autograde.sandbox.usage import descendants

_PATIENCE = 5.0


def end_strays(keep: Collection[int] = ()) -> None:
    """Kills and reaps all descendants of this process, which adopts orphans, except some children and theirs."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        kept = {pid for child in keep for pid in (child, *descendants(child))}
        strays = [pid for pid in descendants(os.getpid()) if pid not in kept]
        if not strays:
            return
        for pid in strays:
            # Stopped first: one that forks as fast as it is killed would be found again and again.
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGSTOP)
        for pid in strays:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in strays:
            _reap(pid)


def end_children(keep: Collection[int]) -> None:
    """Kills and reaps the children of this process, adopted orphans included, but for some."""
    try:
        here = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    except OSError:
        end_strays(keep)
        return
    for pid in set(map(int, here.split())) - set(keep):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
        _reap(pid)


def _reap(pid: int) -> None:
    """Waits for a child that was killed; another's child is reaped once it was handed to this process."""
    with suppress(ChildProcessError):
        for _ in range(50):
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
            time.sleep(0.002)


def remove_tree(folder: str) -> None:
    """Removes a folder whatever is in it."""
    empty_tree(folder)
    with suppress(OSError):
        Path(folder).rmdir()


def empty_tree(folder: str, spared: Collection[str] = ()) -> None:
    """Removes all that is in a folder but what is spared: without following links, and however deep it is."""
    try:
        here = _open(folder, None)
    except OSError:
        return
    # Names alone are kept of the way down: a path may be longer than the kernel takes, and descriptors are few.
    way: list[tuple[str, list[str]]] = []
    path, waiting = folder, _unlink_files(here, folder, spared)
    while True:
        if waiting:
            name = waiting.pop()
            try:
                inner = _open(name, here)
            except OSError:
                continue
            os.close(here)
            way.append((name, waiting))
            here, path = inner, f"{path}/{name}"
            waiting = _unlink_files(here, path, spared)
            continue
        if not way:
            break
        above = _open("..", here)
        os.close(here)
        name, waiting = way.pop()
        here, path = above, path[: -len(name) - 1]
        with suppress(OSError):
            os.rmdir(name, dir_fd=here)
    os.close(here)


def _open(name: str, folder: int | None) -> int:
    """A folder, no link to one, which from here on can be read and changed."""
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    place = os.open(name, os.O_PATH | flags, dir_fd=folder)
    try:
        with suppress(OSError):
            os.chmod(f"/proc/self/fd/{place}", 0o700)  # noqa: PTH101
        return os.open(".", os.O_RDONLY | flags, dir_fd=place)
    finally:
        os.close(place)


def _unlink_files(folder: int, path: str, spared: Collection[str]) -> list[str]:
    """Removes the files of a folder; the names of its folders."""
    folders = []
    for name in os.listdir(folder):
        if f"{path}/{name}" in spared:
            continue
        try:
            os.unlink(name, dir_fd=folder)
        except OSError:
            folders.append(name)
    return folders


def room_of(warm: int, room: int) -> str:
    """How the name of a room's folder begins."""
    return f"room-{warm}-{room}-"


def remove_rooms(place: str, keep: Collection[int] = ()) -> None:
    """Removes the folders of this process's rooms, except those of some children."""
    kept = tuple(room_of(os.getpid(), pid) for pid in keep)
    for folder in Path(place).glob(f"room-{os.getpid()}-*"):
        if not folder.name.startswith(kept or ("/",)):
            remove_tree(str(folder))
