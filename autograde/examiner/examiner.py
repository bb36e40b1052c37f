"""Examiner: judges test cells in a session of its own, while the student's answers what they ask."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import nbformat

from autograde.examiner.inside.judging import STATUS
from autograde.examiner.plan import Examination, Outside, Setup
from autograde.kernel.ran import Ran
from autograde.kernel.room import Room
from autograde.kernel.session import Dead, Failed, Session
from autograde.refusal import Refusal
from autograde.task import Ended, Problem, Weight

INSIDE = "autograde.examiner.inside"
INSTALL, PREPARE = f"{INSIDE}.judging:install", f"{INSIDE}.judging:prepare"
BEGIN, END = f"{INSIDE}.judging:begin", f"{INSIDE}.judging:end"
SERVE = f"{INSIDE}.serving:serve"
"""What a warm process imports ahead, so that examiners need not."""
SECONDS_TO_END = 5.0
SECONDS_TO_SPARE = 1.0
"""The examiner waits that much longer: the student's process is interrupted first, and goes on, or is ended then."""
RED = "\x1b[0;31m{}\x1b[0m: {}"
GONE = "The notebook's process has ended."


class _Link:
    """A way to give a session connections: its end lies in the session, ours stays here."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

    def give(self, connection: socket.socket, **told: Any) -> None:
        self.ours.setblocking(False)
        with contextlib.suppress(OSError):  # Who does not take it will say so.
            socket.send_fds(self.ours, [json.dumps(told).encode()], [connection.fileno()])

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
            self._session.do(INSTALL)
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
        try:
            if needs:
                self._connect(student, needs, seconds, objects=True, operators=None)
                session.do(BEGIN, seconds=seconds)
            session.do(PREPARE, cells=[each.source for each in group], seconds=seconds * len(group))
        except (Dead, Failed) as error:
            raise _Lost(f"The cells before this test could not be run: {error}.") from None
        finally:
            if needs:
                self._end(session, student)

    def _connect(
        self, student: Session, needs: Sequence[str], seconds: float, *, objects: bool, operators: Sequence[str] | None
    ) -> None:
        """Connects both sessions; the examiner's will bind the names of the student's that are needed."""
        self._link.empty()
        self._students_link.empty()
        known = self._examination.imports
        imports = {name: known[name] for name in needs if name in known}
        one, other = socket.socketpair()
        with one, other:
            self._students_link.give(other)
            try:
                student.start(SERVE, seconds=seconds, examiner=self._births)
            except Dead as error:
                raise _Lost(GONE, Ended.DIED, str(error)) from None
            told = {"names": list(needs), "imports": imports, "objects": objects, "operators": operators}
            self._link.give(one, student=student.births, **told)

    def _end(
        self, session: Session, student: Session, seconds: float = SECONDS_TO_END
    ) -> tuple[dict[str, Any], list[Any]]:
        """Ends a cell on both sides: why it cannot have passed, and what the student's code printed last."""
        status: dict[str, Any] = {}
        try:
            if session.alive:
                status = session.do(END, seconds=seconds)
        except (Dead, Failed):
            self._drop()
        return status, self._lose_student(student, seconds if session.alive else SECONDS_TO_SPARE)

    def _lose_student(self, student: Session, seconds: float) -> list[Any]:
        """Has the student's session go on with its notebook."""
        try:
            said = student.finish(seconds=seconds)
        except (Dead, Failed):
            return []
        return said if isinstance(said, list) else []

    def _how(self, student: Session) -> str:
        return "" if student.alive else "it ended while a test used it"

    def _examine(
        self, session: Session, outside: Outside, source: str, student: Session, seconds: float, count: int | None
    ) -> Ran:
        self._connect(student, outside.needs, seconds, objects=outside.objects, operators=outside.operators)
        ran = session.run(source, seconds=seconds + SECONDS_TO_SPARE, count=count)
        status = _take_status(ran)
        patience = SECONDS_TO_SPARE if ran.ended is Ended.TIMEOUT else SECONDS_TO_END
        if status is None:
            status, said = self._end(session, student, patience)
        else:
            said = self._lose_student(student, patience)
        if ran.ended is Ended.DIED:
            self._drop()
            self._problem(outside.cell, f"The process that judges this cell ended, {ran.how}.")
            return ran
        self.used = bool(status.get("objects")), tuple(status.get("operators", ()))
        self._show(ran, said)
        failed = status.get("failed", ["The values that this test needs could not be read."])
        if status.get("late") or ran.ended is Ended.TIMEOUT:
            self._set(ran, Ended.TIMEOUT, "CellTimeoutError", f"The cell took more than {seconds:g} seconds.")
        elif not ran.ok and not student.alive:
            ran.how = self._how(student)
            self._set(ran, Ended.DIED, "DeadKernelError", GONE)
        elif failed:
            self._problem(outside.cell, failed[0])
            if ran.ok or not status.get("begun"):
                self._set(ran, Ended.ERROR, "NotPlain", failed[0])
        return ran

    def _show(self, ran: Ran, said: list[Any]) -> None:
        """What the student's code printed after its last answer."""
        for each in said:
            match each:
                case ["stdout" | "stderr" as name, str(text)]:
                    ran.outputs.append(nbformat.v4.new_output("stream", name=name, text=text))

    def _set(self, ran: Ran, ended: Ended, name: str, value: str) -> None:
        """Makes a cell one that ended so."""
        if ended is Ended.ERROR:
            ran.outputs[:] = [output for output in ran.outputs if output.output_type != "error"]
        if ran.ok or ended is Ended.ERROR:
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


def _take_status(ran: Ran) -> dict[str, Any] | None:
    """What the examiner's session says of a cell, which is the last thing that it shows."""
    for place, output in enumerate(ran.outputs):
        if output.output_type == "display_data" and STATUS in output.get("data", {}):
            del ran.outputs[place]
            status = output["data"][STATUS]
            return status if isinstance(status, dict) else None
    return None


def _failed_ran(ended: Ended, what: str, how: str) -> Ran:
    name = {Ended.DIED: "DeadKernelError", Ended.TIMEOUT: "CellTimeoutError"}.get(ended, "NotPlain")
    return Ran(outputs=[_error(name, what)], ended=ended, name=name, value=what, how=how)


def _error(name: str, value: str) -> Any:
    return nbformat.v4.new_output("error", ename=name, evalue=value, traceback=[RED.format(name, value)])
