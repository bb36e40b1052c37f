"""Machines that throw away what is written on them, as far as they can be known, and what a learner is told there."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from course.study.journal.keeping import place

FORGETFUL = {
    "BINDER_": "a Binder session",
    "COLAB_": "a Colab session",
    "KAGGLE_KERNEL_": "a Kaggle session",
}
"""Environment variables by which services that throw everything away are known."""
HUB, FLEETING = "JUPYTERHUB_", ("overlay", "tmpfs", "aufs")
"""On a hub, a home in one of these file systems is that of a container, and ends with it."""


def forgetful(*paths: Path) -> str | None:
    """What kind of machine this is, when it is known to throw away what is written at the given paths.

    Known are Binder, Colab and Kaggle by their environment, and a hub whose homes are not on a disk of their own. A hub
    that deletes its disks cannot be told from one that keeps them.
    """
    for start, kind in FORGETFUL.items():
        if any(name.startswith(start) for name in os.environ):
            return kind
    if any(name.startswith(HUB) for name in os.environ) and any(_fleeting(path) for path in paths):
        return "a hub that keeps no home"
    return None


def warning(work: Path) -> str | None:
    """Markdown for who is about to lose what they do here; None on a machine that keeps it."""
    kind = forgetful(place().path, work)
    if kind is None:
        return None
    return (
        f"**This machine forgets.** It is {kind}: your answers and notebooks are gone when it ends. Before you leave, "
        "run `from course import backup` and `backup()` in a cell and press **Download**. Next time, **Restore** "
        "brings everything back."
    )


def _fleeting(path: Path) -> bool:
    """Whether the disk of a path is the inside of a container."""
    best = max(
        (disk for disk in psutil.disk_partitions(all=True) if path.absolute().is_relative_to(disk.mountpoint)),
        key=lambda disk: len(disk.mountpoint),
        default=None,
    )
    return best is not None and best.fstype in FLEETING
