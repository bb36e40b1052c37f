"""What is installed in the Python that notebooks run in: another version of anything may earn other points."""

from __future__ import annotations

import contextlib
import hashlib
import site
import sys
from pathlib import Path


def environment() -> str:
    """A few characters that are others for another Python, and when a distribution is added, removed or replaced.

    Only folders are listed, which takes a few milliseconds; asking each distribution takes a second.
    """
    return hashlib.sha256("\n".join([sys.version, *_distributions()]).encode()).hexdigest()


def _distributions() -> list[str]:
    """Names with versions, wherever they lie. What only this process finds, such as on PYTHONPATH, no notebook does."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    found: set[str] = set()
    for folder in folders:
        with contextlib.suppress(OSError):
            found.update(path.name for path in Path(folder).iterdir() if path.suffix in (".dist-info", ".egg-info"))
    return sorted(found)
