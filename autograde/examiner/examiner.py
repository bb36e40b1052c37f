"""Examiner: judges test cells in a session of its own, while the student's answers what they ask."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import nbformat

from autograde.examiner.plan import Examination, Outside, Setup
from autograde.kernel.ran import Ran
from autograde.kernel.room import Room
from autograde.kernel.session import Dead, Failed, Session
from autograde.refusal import Refusal
from autograde.task import Ended, Problem, Weight

INSIDE = "autograde.examiner.inside"
BEGIN, END, PREPARE = f"{INSIDE}.judging:begin", f"{INSIDE}.judging:end", f"{INSIDE}.judging:prepare"
SERVE = f"{INSIDE}.serving:serve"
PRELOAD = (f"{INSIDE}.judging", f"{INSIDE}.serving")
"""What a warm process imports ahead, so that examiners need not."""
SECONDS_TO_END = 5.0
SECONDS_TO_SPARE = 1.0
"""The examiner waits that much longer: the student's process is interrupted first, and goes on."""
RED = "\x1b[0;31m{}\x1b[0m: {}"
GONE = "The notebook's process has ended."


class _Link:
    """A way to give a session connections: its end lies in the session, ours stays here."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

    def give(self, connection: socket.socket) -> None:
        self.ours.setblocking(False)
        with contextlib.suppress(OSError):  # Who does not take it will say so.
            socket.send_fds(self.ours, [b"."], [connection.fileno()])

    def empty(self) -> None:
        """Drops what was given and not taken."""
        self.theirs.setblocking(False)
        with contextlib.suppress(OSError):
            while True:
                _, descriptors, _, _ = socket.recv_fds(self.theirs, 1, 1)
                for descriptor in descriptors:
                    socket.close(descriptor)

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()


class Examiner:
    """Judges the cells of one notebook of one student.

    `room` is a room without anything of a student's; several examiners may share it, one after another. The student's
    session has to be made with the descriptors in `links`.
    """

    def __init__(self, room: Room, examination: Examination, *, student: str) -> None:
        self.problems: list[Problem] = []
        self.used: tuple[bool, tuple[str, ...]] = (False, ())
        """Whether the last cell used objects of the student's own classes, and which of their operators."""
        self._room = room
        self._examination = examination
        self._student = student
        self._link, self._students_link = _Link(), _Link()
        self._session: Session | None = None
        self._births = 0
        self._prepared = -1
        """The place of the last cell of the instructor's that was run."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def links(self) -> Sequence[int]:
        """The descriptors that the student's session needs."""
        return (self._students_link.theirs.fileno(),)

    def close(self) -> None:
        """Ends its session."""
        self._drop()
        self._link.close()
        self._students_link.close()

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(Refusal):
                session.stop()

    def judge(self, cell: str, source: str, student: Session, *, seconds: float, count: int | None = None) -> Ran:
        """What became of a test cell; `count` is the number it shall have among the cells that ran."""
        outside = self._examination.find(cell)
        if outside is None:
            raise LookupError(f"{cell} is not judged outside.")
        try:
            session = self._begin()
            self._prepare(session, outside, student, seconds)
            return self._examine(session, outside, source, student, seconds, count)
        except _Lost as lost:
            self._problem(cell, lost.what)
            return _failed_ran(lost.ended, lost.what, lost.how)

    def _begin(self) -> Session:
        if self._session is None or not self._session.alive:
            self._drop()
            self._session = self._room.session(links=(self._link.theirs.fileno(),))
            self._births += 1
            self._prepared = -1
        return self._session

    def _prepare(self, session: Session, outside: Outside, student: Session, seconds: float) -> None:
        """Runs the instructor's cells that come before this one."""
        due = [each for each in self._examination.setup if self._prepared < each.place < outside.place]
        while due:
            group = [due.pop(0)]
            while not group[0].needs and due and not due[0].needs:
                group.append(due.pop(0))
            self._prepare_group(session, group, outside, student, seconds)
            self._prepared = group[-1].place

    def _prepare_group(
        self, session: Session, group: list[Setup], outside: Outside, student: Session, seconds: float
    ) -> None:
        needs = group[0].needs
        if needs:
            self._connect(session, needs, student, seconds, objects=True, operators=None)
        try:
            session.do(PREPARE, cells=[each.source for each in group], seconds=seconds * len(group))
        except (Dead, Failed) as error:
            raise _Lost(f"The cells before this test could not be run: their process ended, {error}.") from None
        finally:
            if needs:
                self._disconnect(session, student)

    def _connect(
        self,
        session: Session,
        needs: Sequence[str],
        student: Session,
        seconds: float,
        *,
        objects: bool,
        operators: Sequence[str] | None,
    ) -> None:
        """Connects both sessions, and binds the names of the student's in the examiner's."""
        self._link.empty()
        self._students_link.empty()
        one, other = socket.socketpair()
        with one, other:
            self._link.give(one)
            self._students_link.give(other)
        try:
            student.start(SERVE, seconds=seconds, examiner=self._births)
        except Dead as error:
            self._link.empty()
            raise _Lost(GONE, Ended.DIED, str(error)) from None
        given: dict[str, Any] = {"names": list(needs), "imports": self._examination.imports, "objects": objects}
        given["operators"] = operators
        try:
            session.do(BEGIN, student=student.births, seconds=seconds + SECONDS_TO_SPARE, **given)
        except Failed as error:
            what = str(error).partition(": ")[2] or str(error)
            self._disconnect(session, student)
            how = self._how(student)
            raise _Lost(what, Ended.DIED if how else Ended.ERROR, how) from None
        except Dead:
            self._lose_student(student)
            raise _Lost("The values that this test needs could not be read in time.", Ended.TIMEOUT) from None

    def _disconnect(self, session: Session, student: Session) -> tuple[dict[str, Any], list[Any]]:
        """Ends a cell on both sides: why it cannot have passed, and what the student's code printed last."""
        status = {"failed": [], "late": False}
        try:
            if session.alive:
                status = session.do(END, seconds=SECONDS_TO_END)
        except (Dead, Failed):
            self._drop()
        return status, self._lose_student(student)

    def _lose_student(self, student: Session) -> list[Any]:
        """Has the student's session go on with its notebook."""
        try:
            said = student.finish(seconds=SECONDS_TO_END)
        except (Dead, Failed):
            return []
        return said if isinstance(said, list) else []

    def _how(self, student: Session) -> str:
        return "" if student.alive else "it ended while a test used it"

    def _examine(
        self, session: Session, outside: Outside, source: str, student: Session, seconds: float, count: int | None
    ) -> Ran:
        objects, operators = outside.objects, outside.operators
        self._connect(session, outside.needs, student, seconds, objects=objects, operators=operators)
        ran = session.run(source, seconds=seconds + SECONDS_TO_SPARE, count=count)
        if ran.ended is Ended.DIED:
            self._drop()
            self._lose_student(student)
            self._problem(outside.cell, f"The process that judges this cell ended, {ran.how}.")
            return ran
        status, said = self._disconnect(session, student)
        self.used = bool(status.get("objects")), tuple(status.get("operators", ()))
        self._show(ran, said)
        if status["late"] or ran.ended is Ended.TIMEOUT:
            self._set(ran, Ended.TIMEOUT, "CellTimeoutError", f"The cell took more than {seconds:g} seconds.")
        elif not ran.ok and not student.alive:
            ran.how = self._how(student)
            self._set(ran, Ended.DIED, "DeadKernelError", GONE)
        elif status["failed"]:
            what = str(status["failed"][0])
            self._problem(outside.cell, what)
            if ran.ok:
                self._set(ran, Ended.ERROR, "NotPlain", what)
        return ran

    def _show(self, ran: Ran, said: list[Any]) -> None:
        """What the student's code printed after its last answer."""
        for each in said:
            match each:
                case ["stdout" | "stderr" as name, str(text)]:
                    ran.outputs.append(nbformat.v4.new_output("stream", name=name, text=text))

    def _set(self, ran: Ran, ended: Ended, name: str, value: str) -> None:
        """Makes a cell one that ended so."""
        if ran.ok:
            ran.outputs.append(_error(name, value))
        ran.ended, ran.name, ran.value = ended, name, value

    def _problem(self, cell: str, what: str) -> None:
        self.problems.append(
            Problem(
                kind="not judged by its values",
                weight=Weight.LOOK,
                student=self._student,
                notebook=self._examination.notebook,
                cell=cell,
                what=what,
                do="The cell has no points for this. Look at what the answer does.",
            )
        )


class _Lost(Exception):
    """A cell cannot be judged; it has no points."""

    def __init__(self, what: str, ended: Ended = Ended.ERROR, how: str = "") -> None:
        super().__init__(what)
        self.what, self.ended, self.how = what, ended, how


def _failed_ran(ended: Ended, what: str, how: str) -> Ran:
    name = {Ended.DIED: "DeadKernelError", Ended.TIMEOUT: "CellTimeoutError"}.get(ended, "NotPlain")
    return Ran(outputs=[_error(name, what)], ended=ended, name=name, value=what, how=how)


def _error(name: str, value: str) -> Any:
    return nbformat.v4.new_output("error", ename=name, evalue=value, traceback=[RED.format(name, value)])
