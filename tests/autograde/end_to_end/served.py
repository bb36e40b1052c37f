"""The `autograde` command as it is, served: a process that has imported all that it needs forks for each command.

The variable PATIENCE is for how many seconds such a command waits for a gradebook that somebody holds.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autograde.run import rooms
from tests.autograde.run.imagined import serve

if TYPE_CHECKING:
    from autograde.record import Record
    from autograde.run.course import Course

open_record = rooms.open_record


def open_record_for_a_while(course: Course) -> Record:
    """As the engine opens it, with the patience that is said."""
    if "PATIENCE" not in os.environ:
        return open_record(course)
    from autograde.record import Record

    return Record(course.directory, course.config, patience=float(os.environ["PATIENCE"]))


if __name__ == "__main__":
    from autograde.run.course import _without_slow_import

    with _without_slow_import():
        import nbgrader.apps  # noqa: F401

        import autograde.feedback
        import autograde.grading.grade
        import autograde.grading.learn
        import autograde.record  # noqa: F401

    rooms.open_record = open_record_for_a_while
    serve()
