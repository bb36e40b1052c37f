"""The author's checks: what every topic must keep to, as a program."""

from course.authoring.check.run import Report, check

__all__ = ["Report", "check"]
