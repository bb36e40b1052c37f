"""Who judges the test cells of a notebook: the examiner where the plan says so, else the student's own session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from autograde.assignment import Cell
from autograde.examiner.evidence import Evidence
from autograde.examiner.examiner import Examiner
from autograde.examiner.plan import Examination
from autograde.grading.notebook import Taken
from autograde.grading.outline import is_test
from autograde.kernel.ran import Ran
from autograde.kernel.room import Room
from autograde.kernel.session import Session
from autograde.task import Judged, Problem


class Judging:
    """Judges the test cells of one student's notebook."""

    def __init__(
        self,
        session: Session,
        examination: Examination | None = None,
        examiner: Examiner | None = None,
        evidence: Evidence | None = None,
    ) -> None:
        self.session = session
        self._examination = examination
        self._examiner = examiner
        self._evidence = evidence

    def run(self, cell: Cell, source: str, *, seconds: float, count: int) -> tuple[Ran, Judged]:
        """What came of a test cell, and which way it was judged; `count` is its number among the cells that ran."""
        if self._examiner is not None and self._examination is not None and self._examination.find(cell.name):
            ran = self._examiner.judge(cell.name, source, self.session, seconds=seconds, count=count)
            return ran, Judged.OUTSIDE
        if self._evidence is not None:
            return self._evidence.judge(cell.name, source, seconds=seconds, count=count), Judged.INSIDE
        return self.session.run(source, seconds=seconds, count=count), Judged.INSIDE

    @property
    def doubts(self) -> Mapping[str, str]:
        """Cells whose outcome is not to be believed, and why."""
        return self._evidence.doubts if self._evidence is not None else {}

    @property
    def problems(self) -> list[Problem]:
        """What a person should know about how the cells were judged."""
        return [problem for who in (self._examiner, self._evidence) if who is not None for problem in who.problems]


@contextmanager
def judging(
    room: Room, examination: Examination | None, examiners: Callable[[], Room], student: str, taken: Taken
) -> Iterator[Judging]:
    """The student's session for one notebook, with who judges its test cells.

    Without an examination they are run as nbgrader runs them. `examiners` gives a room for the examiner, which nothing
    of the student's is in.
    """
    with ExitStack() as stack:
        if examination is None:
            yield Judging(stack.enter_context(room.session()))
            return
        examiner = None
        if examination.outside:
            examiner = stack.enter_context(Examiner(examiners(), examination, student=student))
        session = stack.enter_context(room.session(links=examiner.links if examiner else ()))
        evidence = None
        if any(is_test(cell) and not examination.find(cell.name) for cell in taken.outline.cells):
            evidence = Evidence(session, examination, student=student, answers=taken.answers())
        yield Judging(session, examination, examiner, evidence)
