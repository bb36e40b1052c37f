"""What a class's results say, for the instructor: a page that works offline, and the same as JSON."""

from autograde.report.making import make

__all__ = ["make"]
