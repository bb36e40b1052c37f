"""Which parts of the machine's filesystem a room has, and how they are found in it."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/nix/store",
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/matplotlibrc",
    "/etc/mime.types",
    "/etc/os-release",
    "/etc/pki/ca-trust",
    "/etc/pki/tls",
    "/etc/protocols",
    "/etc/services",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
)
"""What programs need of the system: libraries, certificates, time zones, fonts; nothing that is secret."""

_NEVER = ("/proc", "/sys", "/dev")
_MOST_LINKS = 40


@dataclass(frozen=True)
class Places:
    """Real files and folders, and the symbolic links on the way to them."""

    real: tuple[str, ...]
    """Sorted, without what lies below another."""
    links: tuple[tuple[str, str], ...]
    """Where a link is, and what it says; none lies below what is real."""


@functools.cache
def places(readable: tuple[str, ...]) -> Places:
    """The places of these paths; what does not exist is left out."""
    real: set[str] = set()
    links: dict[str, str] = {}
    for path in readable:
        found = _follow(path, links)
        if found and not any(f"{found}/".startswith(f"{never}/") for never in _NEVER):
            real.add(found)
    kept = tuple(path for path in sorted(real) if not _is_below(path, real))
    return Places(kept, tuple((at, to) for at, to in sorted(links.items()) if not _is_below(at, set(kept))))


def _follow(path: str, links: dict[str, str]) -> str | None:
    """The real path, with the links on the way added to `links`; None when there is nothing."""
    waiting = _parts(path)
    here, followed = "", 0
    while waiting:
        name = waiting.pop(0)
        here, above = f"{here}/{name}", here
        if not os.path.islink(here):  # noqa: PTH114
            continue
        followed += 1
        if followed > _MOST_LINKS:
            return None
        target = links[here] = str(Path(here).readlink())
        waiting = _parts(os.path.join(above or "/", target)) + waiting  # noqa: PTH118
        here = ""
    return here if os.path.exists(here) else None  # noqa: PTH110


def _parts(path: str) -> list[str]:
    return list(PurePosixPath(os.path.normpath(path)).parts[1:])


def _is_below(path: str, others: set[str]) -> bool:
    return any(str(parent) in others for parent in PurePosixPath(path).parents)


def reachable_by_others(readable: tuple[str, ...]) -> bool:
    """Whether every user may go to these paths."""
    folders = {str(parent) for path in places(readable).real for parent in PurePosixPath(path).parents}
    return all(Path(folder).stat().st_mode & 1 for folder in folders)
