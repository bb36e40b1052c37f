"""What a kernel says of its language; runs in the session, before any student's code."""

from __future__ import annotations

from typing import Any


def describe(shell: Any) -> dict[str, Any]:
    """What stands in a notebook's metadata as language_info."""
    return dict(shell.kernel.language_info)
