"""Qualifying: which test cells can be judged outside, found out by judging the reference solution so."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence

import msgspec

from autograde.assignment import Notebook
from autograde.examiner import PRELOAD
from autograde.examiner.evidence import SECONDS_MORE, WATCHING, controls_of, possible_controls
from autograde.examiner.examiner import Examiner
from autograde.examiner.inside.garbage import MODES
from autograde.examiner.plan import FAILS, Examination, Inside, Outside, Setup
from autograde.examiner.reference import Learned, Role, credit, has_passed, learn, parts, was_stopped
from autograde.kernel.ran import Ran
from autograde.kernel.room import Room
from autograde.kernel.session import Dead, Failed, Session
from autograde.kernel.warm import Warm
from autograde.task import Ended

ROUNDS = 6
GARBAGE = "autograde.examiner.inside.garbage:bind"
PREPARE = "autograde.examiner.inside.judging:prepare"
ALIAS = "_of_the_reference"
OFF = "All tests are judged inside."
CHANGEABLE = ("changeable",)
NEVER_THEIRS = ("module", "class", "function", "async", "plain", "changeable")
"""What of the instructor's stays the instructor's although answers use it."""


def qualify(
    notebook: Notebook,
    warm: Warm,
    *,
    files: Mapping[str, bytes] | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float = 30,
    outside: bool = True,
) -> Examination:
    """How the test cells of a notebook are to be judged. It runs the reference solution several times.

    Without `outside`, all of them are judged inside.
    """
    cells = parts(notebook)
    if not any(cell.role is Role.TEST for cell in cells):
        return Examination(notebook=notebook.name)
    warm.preload(PRELOAD)
    given, setting = dict(files or {}), dict(env or {})
    with warm.room(given, env=setting) as room:
        learned = learn(cells, room.session(), seconds)
    qualifying = _Qualifying(notebook.name, learned, warm, given, setting, seconds)
    return qualifying.find() if outside else qualifying.find_inside()


class _Qualifying:
    """One notebook's reference, run in several ways."""

    def __init__(
        self,
        name: str,
        learned: Sequence[Learned],
        warm: Warm,
        files: dict[str, bytes],
        env: dict[str, str],
        seconds: float,
    ) -> None:
        self.name = name
        self.learned = learned
        self.warm, self.files, self.env, self.seconds = warm, files, env, seconds
        self.why: dict[str, str] = {}
        self.setup: tuple[Setup, ...] = ()
        self.imports: dict[str, str] = {}
        self.cannot_fail: list[str] = []
        self.stopped = dict.fromkeys(_where(each) for each in learned if was_stopped(each.ran))

    @property
    def tests(self) -> list[Learned]:
        return [each for each in self.learned if each.part.role is Role.TEST]

    def find(self) -> Examination:
        outside = self._candidates()
        self.setup = self._setup(outside)
        for _ in range(ROUNDS):
            if not outside:
                break
            kept = self._judge(outside)
            if kept == outside:
                break
            outside = kept
        else:
            self.why |= {each.cell: "It could not be told from the other cells." for each in outside}
            outside = []
        outside = self._with_garbage(outside)
        return self._examination(outside, self._inside({each.cell for each in outside}))

    def find_inside(self) -> Examination:
        """The same with all of them judged inside."""
        self._candidates()
        self.why = {each.part.name: self.why.get(each.part.name, OFF) for each in self.tests}
        return self._examination((), self._inside(()))

    def _examination(self, outside: Sequence[Outside], inside: Sequence[Inside] = ()) -> Examination:
        return Examination(
            notebook=self.name,
            outside=tuple(outside),
            inside=tuple(inside),
            setup=self.setup if outside else (),
            imports=self.imports,
            given=tuple(each.part.source for each in self.learned if inside and each.part.role is Role.OTHER),
            cannot_fail=tuple(self.cannot_fail),
            stopped=tuple(self.stopped),
        )

    def _candidates(self) -> list[Outside]:
        """The tests that may be judged outside by what they say."""
        found = []
        mentioned: set[str] = set()
        imported: set[str] = set()
        for each in self.learned:
            if each.part.role is Role.ANSWER:
                mentioned.update(each.mentions)
                continue
            imported = (imported - set(each.binds)) | set(each.imports)
            shared = [name for name in each.others if name in mentioned and name not in each.students]
            theirs = [name for name in shared if each.kinds.get(name) not in NEVER_THEIRS and name not in imported]
            each.students = [*each.students, *theirs]
            self.imports |= {name: each.origins[name] for name in each.students if name in each.origins}
            if each.part.role is not Role.TEST:
                continue
            changeable = [name for name in shared if each.kinds.get(name) in CHANGEABLE]
            why = self._why_not(each, changeable)
            if why:
                self.why[each.part.name] = why
                continue
            part = each.part
            found.append(
                Outside(
                    cell=part.name, place=part.place, needs=tuple(each.students), objects=True, binds=tuple(each.binds)
                )
            )
        return found

    def _why_not(self, each: Learned, changeable: Sequence[str]) -> str:
        if not has_passed(each.ran):
            return FAILS
        if not each.is_python:
            return "It is not Python alone."
        if each.files:
            return f"It reaches files or processes, by `{each.files[0]}`."
        if each.looks:
            return f"It looks at the code of answers, by `{each.looks[0]}`."
        if changeable:
            return f"It and an answer use the same `{changeable[0]}`, which can be changed."
        if not [name for name in each.students if name not in each.origins]:
            return "It uses nothing that an answer defines."
        return ""

    def _setup(self, outside: Sequence[Outside]) -> tuple[Setup, ...]:
        """The instructor's cells that bind what these tests need, directly or not."""
        wanted: dict[int, Learned] = {}
        by_place = {each.part.place: each for each in self.learned}
        open_ = [by_place[each.place] for each in outside]
        while open_:
            each = open_.pop()
            for name in each.others:
                for before in self.learned:
                    place = before.part.place
                    if place >= each.part.place or before.part.role is not Role.OTHER or place in wanted:
                        continue
                    if name in before.binds and before.ran.ok:
                        wanted[place] = before
                        open_.append(before)
        return tuple(
            Setup(place=place, source=each.part.source, needs=tuple(each.students))
            for place, each in sorted(wanted.items())
        )

    def _judge(self, outside: Sequence[Outside]) -> list[Outside]:
        """Runs the reference as a submission would be run, with these tests judged outside; those that hold."""
        by_name = {each.cell: each for each in outside}
        kept: list[Outside] = []
        examination = self._examination(outside)
        with self._room() as room, self._room() as own, Examiner(own, examination, student="the reference") as examiner:
            session = room.session(links=examiner.links)
            for each in self.learned:
                candidate = by_name.get(each.part.name) if each.part.role is Role.TEST else None
                if candidate is None:
                    ran = session.run(each.part.source, seconds=self.seconds)
                    if each.ran.ok and not ran.ok:
                        self._note(each, ran)
                        return self._without_what_it_needs(each, outside)
                    continue
                why = self._judge_one(examiner, candidate, each, session)
                if why:
                    self.why[candidate.cell] = why
                else:
                    objects, operators = examiner.used
                    kept.append(msgspec.structs.replace(candidate, objects=objects, operators=operators))
        return kept

    def _judge_one(self, examiner: Examiner, outside: Outside, each: Learned, session: Session) -> str:
        ran = examiner.judge(outside.cell, each.part.source, session, seconds=self.seconds)
        self._note(each, ran)
        if ran.ended is Ended.ERROR:
            return f"Judged outside, it fails with {ran.name}: {ran.value}"[:500]
        if not has_passed(ran):
            return f"Judged outside, it does not end ({ran.ended})."
        if credit(ran) != credit(each.ran):
            return "Judged outside, it gives other points."
        return ""

    def _without_what_it_needs(self, each: Learned, outside: Sequence[Outside]) -> list[Outside]:
        """A cell of the student's process fails when the tests before it are not run there."""
        names = {*each.students, *each.others, *each.mentions}
        before = [other for other in outside if other.place < each.part.place]
        blamed = [other for other in before if names & set(other.binds)] or before or list(outside)
        self.why |= {other.cell: f"A later cell, {_where(each)}, needs what it defines." for other in blamed}
        return [other for other in outside if other not in blamed]

    def _with_garbage(self, outside: Sequence[Outside]) -> list[Outside]:
        """Those tests that notice when the answers are garbage."""
        notice: set[str] = set()
        for mode in MODES if outside else ():
            notice |= self._notice(outside, mode)
        for each in outside:
            if each.cell not in notice:
                self.why[each.cell] = "It passes whatever the answers do."
                self.cannot_fail.append(each.cell)
        return [each for each in outside if each.cell in notice]

    def _inside(self, outside: Collection[str]) -> list[Inside]:
        """What is known of the others, and the controls in which the reference solution fails."""
        tests = {each.part.name: each for each in self.tests if each.part.name not in outside}
        if not tests:
            return []
        plans = {name: self._plan(each) for name, each in tests.items()}
        origins = sorted({origin for plan in plans.values() for origin in plan.origins})
        with self._room() as room:
            session = room.session()
            session.do(f"{WATCHING}:begin", alias=ALIAS, origins=origins)
            for each in self.learned:
                plan = plans.get(each.part.name) if each.part.role is Role.TEST and has_passed(each.ran) else None
                if plan is None:
                    self._note(each, session.run(each.part.source, seconds=self.seconds))
                    continue
                try:
                    plans[plan.cell] = self._controlled(plan, each, session)
                except Failed:
                    continue
                except Dead:
                    self.stopped[plan.cell] = None
        self._without_answers({name for name, plan in plans.items() if not plan.kinds})
        return list(plans.values())

    def _without_answers(self, tests: Collection[str]) -> None:
        """Notes which of these tests pass when there are no answers: for them nothing stands that could be garbage."""
        if not tests:
            return
        with self._room() as room:
            session = room.session()
            for each in self.learned:
                is_asked = each.part.role is Role.TEST and each.part.name in tests and not each.files
                if each.part.role is not Role.OTHER and not is_asked:
                    continue
                ran = session.run(each.part.source, seconds=self.seconds)
                if is_asked and has_passed(each.ran) and has_passed(ran) and credit(ran) == credit(each.ran):
                    self.cannot_fail.append(each.part.name)

    def _plan(self, each: Learned) -> Inside:
        name = each.part.name
        return Inside(
            cell=name,
            why=self.why.get(name, ""),
            needs=tuple(each.students),
            kinds={name: each.kinds[name] for name in each.students if name in each.kinds and name not in each.origins},
            others=tuple(each.others),
            origins=tuple(each.origins[name] for name in each.others if name in each.origins),
        )

    def _controlled(self, plan: Inside, each: Learned, session: Session) -> Inside:
        session.do(f"{ALIAS}:before", token=secrets.token_hex(8))
        session.run(each.part.source, seconds=self.seconds)
        possible = possible_controls(each.part.source)
        wanted = controls_of(each.part.source, plan.kinds, possible)
        raising = [{**wanted[0], "mode": "raising"}]
        limit = min(self.seconds, SECONDS_MORE + 2 * each.ran.seconds)
        most = limit * len(possible) + SECONDS_MORE
        told = session.do(f"{ALIAS}:after", wanted=[*wanted, *raising], limit=limit, seconds=most)
        passes = [outcome is None or outcome == [True, told["shown"]] for outcome in told["controls"]]
        failing = [control for control, passed in zip(possible, passes, strict=False) if not passed]
        garbage, raised = told["controls"][0], told["controls"][-1]
        never_fails = plan.kinds and garbage == raised == [True, told["shown"]]
        if never_fails and not each.files and plan.cell not in self.cannot_fail:
            self.cannot_fail.append(plan.cell)
        kind = told["kind"] if told["shown"] is None else ""
        return msgspec.structs.replace(plan, controls=tuple(failing), credit=kind)

    def _notice(self, outside: Sequence[Outside], mode: str) -> set[str]:
        by_name = {each.cell: each for each in outside}
        found = set()
        with self._room() as room:
            session = room.session()
            for each in self.learned:
                kinds = {name: each.kinds.get(name, "object") for name in each.students if name not in each.origins}
                is_setup = any(setup.place == each.part.place for setup in self.setup)
                if each.part.name not in by_name and not is_setup:
                    continue
                try:
                    session.do(GARBAGE, kinds=kinds, mode=mode)
                    ran = session.run(each.part.source, seconds=self.seconds)
                except (Dead, Failed):
                    continue
                if each.part.name in by_name and (not has_passed(ran) or credit(ran) != credit(each.ran)):
                    found.add(each.part.name)
        return found

    def _note(self, each: Learned, ran: Ran) -> None:
        if was_stopped(ran):
            self.stopped[_where(each)] = None

    def _room(self) -> Room:
        return self.warm.room(self.files, env=self.env)


def _where(each: Learned) -> str:
    return each.part.name or f"cell {each.part.place + 1}"
