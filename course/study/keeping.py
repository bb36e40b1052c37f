"""Where a learner's journal lies."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

JOURNAL = "COURSE_JOURNAL"
"""An environment variable that names another file than the usual one."""


def journal_path() -> Path:
    """The journal file of whoever sits at this machine."""
    named = os.environ.get(JOURNAL)
    return Path(named) if named else user_data_path("threeways", appauthor=False) / "journal.db"
