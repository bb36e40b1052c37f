"""The `autograde` command as it is, served: a process that has imported all that it needs forks for each command.

The variable PATIENCE is for how many seconds such a command waits for a gradebook that somebody holds.
"""

from __future__ import annotations

import os
from pathlib import Path

from autograde.run.course import without_slow_import
from tests.autograde.run.imagined import serve

if __name__ == "__main__":
    with without_slow_import():
        import nbgrader.apps  # noqa: F401

        import autograde.grading.grade
        import autograde.grading.learn
        import autograde.record  # noqa: F401
    from autograde.record.gradebook import PATIENCE, Gradebook

    opened = Gradebook.__init__

    def open_with_the_patience_that_is_said(self: Gradebook, url: str, root: Path, patience: float = PATIENCE) -> None:
        opened(self, url, root, float(os.environ.get("PATIENCE", patience)))

    Gradebook.__init__ = open_with_the_patience_that_is_said  # type: ignore[method-assign]
    serve()
