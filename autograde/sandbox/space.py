"""Space: whether the machine's disk has the room that submissions are promised. Where not, no student is to blame."""

from __future__ import annotations

import errno
import os
import shutil

from autograde.refusal import Refusal
from autograde.sandbox.policy import Budget

_SAID = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "database or disk is full")
_MEGABYTE = 1_000_000


class NoSpace(Refusal):
    """The disk for temporary files is full."""

    def __init__(self, what: str = "") -> None:
        super().__init__(what or "There was no space left on the disk for temporary files.")


def refusal(what: str, why: str) -> Refusal:
    """What could not be made for that reason, as an error: NoSpace where the disk is the reason."""
    return NoSpace() if says_full(why) else Refusal(f"{what}: {why}.")


def says_full(text: str) -> bool:
    """Whether a message is that of a full disk."""
    return any(words in text for words in _SAID)


def free(folder: str) -> int:
    """Bytes that can be written there."""
    return shutil.disk_usage(folder).free


def check(folder: str, limits: Budget, submissions: int = 1) -> None:
    """Raises NoSpace unless so many submissions at a time can have in this folder what they are promised."""
    needed, there = limits.disk * submissions, free(folder)
    if there < needed:
        at_a_time = "a submission" if submissions == 1 else f"{submissions} submissions at a time"
        raise NoSpace(
            f"{folder} has {_shown(there)} free, and {at_a_time} may need {_shown(needed)} there. "
            "Free some space, name another folder in TMPDIR, or say --disk or --jobs."
        )


def _shown(size: int) -> str:
    return f"{size / _MEGABYTE:,.0f} MB"
