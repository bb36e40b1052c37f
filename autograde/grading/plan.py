"""What the instructor's own solution taught about grading an assignment, as plain data."""

from __future__ import annotations

import msgspec

from autograde.examiner.plan import Examination
from autograde.remark import Remark


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How the cells of an assignment are to be judged, and what to import before."""

    modules: tuple[str, ...] = ()
    """Installed modules that the instructor's notebooks import, for the warm process."""
    examinations: dict[str, Examination] = {}
    """By notebook: which test cells are judged outside of the student's process, and what is known of the others."""
    key: str = ""
    """Of what it was learnt: another reference, environment or engine has another one."""
    content: str = ""
    """The part of it that is the assignment's own."""
    told: tuple[Remark, ...] = ()
    """What the instructor should know, such as a solution that could not be run."""
    disturbed: bool = False
    """Whether time, a limit or the machine ended something of it: then it is learnt again in the next run."""
