"""Grades any nbgrader course, in parallel and sealed, with nbgrader's own scores. It knows nothing of `course/`."""

from autograde.seam import configure

__all__ = ["configure"]
