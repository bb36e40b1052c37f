"""What student code may read and use, as plain data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Protocol

MEGABYTE = 1 << 20


class Budget(Protocol):
    """The part of the engine's limits that a sandbox keeps."""

    @property
    def memory(self) -> int: ...  # noqa: D102
    @property
    def disk(self) -> int: ...  # noqa: D102
    @property
    def files(self) -> int: ...  # noqa: D102
    @property
    def submission(self) -> int: ...  # noqa: D102
    @property
    def processes(self) -> int: ...  # noqa: D102
    @property
    def notebook_seconds(self) -> float: ...  # noqa: D102


@dataclass(frozen=True)
class Policy:
    """What a room may read, and how much of everything it may use. Numbers of bytes, unless said otherwise."""

    readable: tuple[str, ...]
    """Files and folders, and all that lies below them."""
    memory: int = 1024 * MEGABYTE
    """What all processes of a room may hold together."""
    disk: int = 120 * MEGABYTE
    """What all its files may take, those of the submission included."""
    files: int = 4_000
    """How many files and folders it may have."""
    processes: int = 64
    """Processes and threads at a time."""
    seconds: int = 3_600
    """Seconds of processor time of each process: the last resort, behind the clock of who waits for it."""
    place: str = ""
    """The folder on disk for rooms that have no filesystem of their own; empty means a folder for temporary files."""

    @classmethod
    def of(cls, readable: tuple[str, ...], limits: Budget) -> Policy:
        """The policy that goes with the engine's limits."""
        return cls(
            readable,
            memory=limits.memory,
            disk=limits.disk + limits.submission,
            files=2 * limits.files,
            processes=limits.processes,
            seconds=int(limits.notebook_seconds) * 4 + 60,
        )

    def text(self) -> str:
        """This policy as JSON, to be handed to another process."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Policy:
        """The policy that was handed over."""
        policy = cls(**json.loads(text))
        return replace(policy, readable=tuple(policy.readable))
