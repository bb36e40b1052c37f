"""Writing one submission: its files into their place, its rows and what belongs to them in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from autograde.assignment import Assignment
from autograde.record import rows, tables
from autograde.record.outcome import Outcome
from autograde.record.penalty import LatePenalties, seconds_late
from autograde.record.place import STAMP, Place, digest
from autograde.task import Problem, Task, Weight

NONE = "[]"
_OWN = tables.NOTEBOOK.c
OWN_OF = select(_OWN.id, _OWN.fingerprint, _OWN.digest, _OWN.graded_at).where(
    _OWN.id.in_(bindparam("ids", expanding=True))
)
REFUSED = update(tables.NOTEBOOK).where(_OWN.id == bindparam("notebook")).values(refusal=bindparam("why"))
STANDING = update(tables.NOTEBOOK).where(
    _OWN.id == bindparam("notebook"), _OWN.fingerprint == bindparam("mark"), _OWN.refusal != NONE
)
FORGOTTEN = delete(tables.NOTEBOOK).where(_OWN.id == bindparam("notebook"))
LEFT = delete(tables.SUBMISSION).where(tables.SUBMISSION.c.id == bindparam("submission"))


class StudentUnknown(Exception):
    """The gradebook does not have this student, and the configuration does not want it to get one."""


class Own(NamedTuple):
    """What the engine's table knows of a notebook from an earlier run."""

    fingerprint: str | None
    digest: str | None
    graded_at: datetime | None

    def is_graded(self) -> bool:
        """Whether there is something that can be late."""
        return self.fingerprint is not None and self.digest is not None


class Writing:
    """How submissions are written: what the configuration says, and the moment."""

    def __init__(self, penalties: LatePenalties, *, create_student: bool, engine: str, now: datetime) -> None:
        self._penalties = penalties
        self._create_student = create_student
        self._engine = engine
        self._now = now

    def write(
        self, connection: Connection, outcome: Outcome, place: Place, files: Mapping[str, bytes]
    ) -> tuple[Problem, ...]:
        """Writes what came of a submission and commits it; returns what a person must know of the writing itself."""
        place.recover()
        submission, new = self._submission(connection, outcome)
        ids = rows.complete(connection, outcome.assignment, submission, outcome.marked, new=new)
        own = {} if new else _own(connection, ids)
        if not new:
            rows.change(connection, ids, outcome.marked)
        unchanged = [
            name
            for name in outcome.kept
            if name in own and own[name].is_graded() and own[name].fingerprint == outcome.fingerprints.get(name)
        ]
        # Whoever is not late has no penalty in a new row: then there is nothing to write.
        penalties = self._late(connection, outcome.assignment, submission, ids, [*outcome.graded, *unchanged])
        rows.penalize(connection, {id: taken for id, taken in penalties.items() if not new or taken is not None})
        texts = {f"{name}.ipynb": graded.text.encode("utf-8", "replace") for name, graded in outcome.graded.items()}
        self._note(connection, outcome, submission, ids, own, texts, new)
        _stand(connection, {ids[name]: outcome.fingerprints[name] for name in unchanged})
        problems = _stays(outcome, own)
        gone = [f"{name}.ipynb" for name in outcome.missing]
        if not texts and all(place.read(name) is None for name in gone):
            return problems
        left_out = place.prepare({**texts, **files}, keep=bool(outcome.kept), but=gone)
        with place.exchanged():
            transaction = connection.get_transaction()
            assert transaction is not None
            transaction.commit()
        return problems + tuple(_unnameable(outcome.student, path) for path in left_out)

    def settle(
        self,
        connection: Connection,
        task: Task,
        assignment: Assignment,
        timestamp: datetime | None,
        fingerprints: Mapping[str, str],
        place: Place,
    ) -> tuple[Problem, ...]:
        """Brings time stamp and late penalties of a submission that is not graded again up to date."""
        place.recover()
        submission = rows.find(connection, assignment, task.student)
        if submission is None:
            return ()
        stamped = rows.stamp(connection, submission, timestamp)
        present = rows.penalties(connection, assignment, submission)
        ids = {name: id for name, (id, _) in present.items()}
        graded = [name for name, own in _own(connection, ids).items() if own.is_graded()]
        penalties = self._late(connection, assignment, stamped, ids, graded)
        changed = {name: penalties[ids[name]] for name in graded if ids[name] in penalties}
        changed = {name: taken for name, taken in changed.items() if taken != present[name][1]}
        rows.penalize(connection, {ids[name]: taken for name, taken in changed.items()})
        if _stand(connection, {id: fingerprints[name] for name, id in ids.items() if name in fingerprints}):
            general = tuple(problem for problem in task.problems if problem.notebook is None)
            values = {"problems": tables.written(general), "tried_at": self._now}
            connection.execute(update(tables.SUBMISSION).where(tables.SUBMISSION.c.id == submission.id).values(values))
        text = task.files.get(STAMP)
        if text is not None and graded and place.folder.is_dir() and place.read(STAMP) != text:
            place.replace(STAMP, text)
        return tuple(_penalty_changed(task.student, name, present[name][1], changed[name]) for name in changed)

    def _submission(self, connection: Connection, outcome: Outcome) -> tuple[rows.Submitted, bool]:
        submission = rows.find(connection, outcome.assignment, outcome.student)
        if submission is not None:
            # The grades that stay belong to what was handed in before, and so does their time.
            return rows.stamp(connection, submission, outcome.timestamp if outcome.marked else None), False
        if not rows.is_known(connection, outcome.student):
            if not self._create_student:
                raise StudentUnknown
            connection.execute(insert(rows.STUDENT), {"id": outcome.student})
        return rows.create(connection, outcome.assignment, outcome.student, outcome.timestamp), True

    def _late(
        self,
        connection: Connection,
        assignment: Assignment,
        submission: rows.Submitted,
        ids: Mapping[str, str],
        names: list[str],
    ) -> dict[str, float | None]:
        """The penalty of each of these notebooks, by the id of its row; nothing where none are to be given."""
        if not self._penalties.enabled:
            return {}
        late = seconds_late(submission.timestamp, assignment.due, submission.extension)
        if not late:
            return {ids[name]: None for name in names}
        notebooks = sorted((each for each in assignment.notebooks if each.name in names), key=lambda each: each.name)
        return {
            ids[each.name]: self._penalties.of(submission.student, rows.score(connection, each, ids[each.name]), late)
            for each in notebooks
        }

    def _note(
        self,
        connection: Connection,
        outcome: Outcome,
        submission: rows.Submitted,
        ids: Mapping[str, str],
        own: Mapping[str, Own],
        texts: Mapping[str, bytes],
        new: bool,
    ) -> None:
        """Writes the engine's own rows."""
        made, refused = [], []
        for name in (*outcome.graded, *outcome.missing):
            text = texts.get(f"{name}.ipynb")
            made.append(
                {
                    **_EMPTY,
                    "id": ids[name],
                    "fingerprint": outcome.fingerprints.get(name),
                    "digest": None if text is None else digest(text),
                    "graded_at": self._now,
                    "engine": self._engine,
                    "seconds": outcome.graded[name].seconds if name in outcome.graded else 0.0,
                    "verdicts": tables.written(outcome.verdicts(name)),
                    "problems": tables.written(outcome.problems_of(name)),
                }
            )
        for name, why in outcome.refused.items():
            if name in own:
                refused.append({"notebook": ids[name], "why": tables.written(why)})
            else:
                made.append({**_EMPTY, "id": ids[name], "refusal": tables.written(why)})
        if not new:
            if made:
                connection.execute(FORGOTTEN, [{"notebook": row["id"]} for row in made])
            connection.execute(LEFT, {"submission": submission.id})
        if made:
            connection.execute(insert(tables.NOTEBOOK), made)
        if refused:
            connection.execute(REFUSED, refused)
        general = {
            "id": submission.id,
            "tried_at": self._now,
            "seconds": outcome.result.seconds,
            "problems": tables.written(outcome.general),
        }
        connection.execute(insert(tables.SUBMISSION), general)


_EMPTY: dict[str, Any] = {
    "fingerprint": None,
    "digest": None,
    "graded_at": None,
    "engine": None,
    "seconds": 0.0,
    "verdicts": NONE,
    "problems": NONE,
    "refusal": NONE,
}


def _own(connection: Connection, ids: Mapping[str, str]) -> dict[str, Own]:
    names = {id: name for name, id in ids.items()}
    return {names[id]: Own(*rest) for id, *rest in connection.execute(OWN_OF, {"ids": list(names)})}


def _stand(connection: Connection, marks: Mapping[str, str]) -> bool:
    """Notes that grades stand which a run in between could not make; answers whether there were any."""
    if not marks:
        return False
    rows = [{"notebook": id, "mark": mark} for id, mark in marks.items()]
    return connection.execute(STANDING.values(refusal=NONE), rows).rowcount > 0


def _stays(outcome: Outcome, own: Mapping[str, Own]) -> tuple[Problem, ...]:
    """Which notebooks keep grades of an earlier run because this one gave them none."""
    return tuple(
        Problem(
            kind="earlier grades stay",
            weight=Weight.NOTE,
            student=outcome.student,
            notebook=name,
            what=f"It was not graded in this run; its grades of {own[name].graded_at:%Y-%m-%d %H:%M} UTC stay.",
            do="",
        )
        for name in outcome.refused
        if name in own and own[name].graded_at is not None
    )


def _unnameable(student: str, path: str) -> Problem:
    return Problem(
        kind="file left out",
        weight=Weight.NOTE,
        student=student,
        what=f"The disk cannot keep a file under the name {path[:80]!r}; it is not among the autograded files.",
        do="",
    )


def _penalty_changed(student: str, notebook: str, before: float | None, now: float | None) -> Problem:
    return Problem(
        kind="late penalty",
        weight=Weight.NOTE,
        student=student,
        notebook=notebook,
        what=f"The penalty for lateness is {now or 0:g} now; it was {before or 0:g}.",
        do="",
    )
