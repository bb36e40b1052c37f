"""Pages for students: what each part of a notebook earned, what is missing and why.

`make` makes everybody's; `exporter.FeedbackExporter` is for nbgrader's own command and the formgrader's button.
"""

from autograde.feedback.making import Made, Outcome, make

__all__ = ["Made", "Outcome", "make"]
