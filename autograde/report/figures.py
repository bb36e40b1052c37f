"""What a class's results say: numbers that a chart and a table can both show."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from autograde.remark import Remark
from autograde.report.sheets import Sheet
from autograde.report.similarity import Pair
from autograde.task import Judged, Problem, Verdict, Weight

BINS = 10
ENOUGH = 8
"""Students below whom nothing is said of how well a test tells them apart."""
CLOSE = 0.7
"""From this share of a limit on, somebody is close to it."""


class Student(msgspec.Struct, frozen=True, kw_only=True):
    """One student's line."""

    name: str
    score: float
    most: float
    seconds: float
    late: float
    by_hand: bool
    untouched: int
    """Answers that were handed in as they were released."""

    @property
    def share(self) -> float:
        """What part of the points it is."""
        return self.score / self.most if self.most else 0.0


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """How many students have a share of the points in this range."""

    begin: float
    end: float
    students: int


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """How a test cell did in this class."""

    notebook: str
    cell: str
    most: float
    mean: float
    """The mean share of its points: 1 is that everybody has it."""
    discrimination: float | None
    """How well it tells strong from weak students: the correlation of its points with all others; None is unknown."""
    seconds: float
    """The median run."""
    judged: str

    @property
    def remark(self) -> str:
        """What an author may want to look at."""
        if self.discrimination is not None and self.discrimination < 0:
            return "Those who did well elsewhere did badly here: is the test right?"
        if self.mean == 0:
            return "Nobody has a point here: is the test right?"
        return ""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a person should look at, and why."""

    student: str
    notebook: str
    cell: str
    why: str
    do: str


class Judging(msgspec.Struct, frozen=True, kw_only=True):
    """How many points were judged which way."""

    way: str
    points: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the page shows; as JSON it is the report's other form."""

    version: int = 1
    assignment: str
    course: str
    students: tuple[Student, ...]
    distribution: tuple[Bin, ...]
    tests: tuple[Tested, ...]
    looks: tuple[Look, ...]
    judging: tuple[Judging, ...]
    similar: tuple[Pair, ...]
    mean: float
    median: float
    missing: tuple[str, ...] = ()
    """Students of the gradebook who handed nothing in."""
    look_at: tuple[Remark, ...] = ()
    """What of the assignment itself weakens its grades."""


def summarise(
    course: str,
    assignment: str,
    sheets: Sequence[Sheet],
    similar: Iterable[Pair] = (),
    missing: Iterable[str] = (),
    cell_seconds: float = 30,
    look_at: Iterable[Remark] = (),
) -> Report:
    """The report of an assignment."""
    students = _students(sheets)
    shares = [student.share for student in students]
    return Report(
        assignment=assignment,
        course=course,
        students=tuple(students),
        distribution=tuple(_distribution(shares)),
        tests=tuple(_tests(sheets)),
        looks=tuple(_looks(sheets, cell_seconds)),
        judging=tuple(_judging(sheets)),
        similar=tuple(similar),
        mean=statistics.fmean(shares) if shares else 0.0,
        median=statistics.median(shares) if shares else 0.0,
        missing=tuple(sorted(missing)),
        look_at=tuple(look_at),
    )


def _students(sheets: Sequence[Sheet]) -> list[Student]:
    by_name: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        by_name[sheet.student].append(sheet)
    return [
        Student(
            name=name,
            score=sum(sheet.score for sheet in own),
            most=sum(sheet.most for sheet in own),
            seconds=sum(sheet.seconds for sheet in own),
            late=sum(sheet.late for sheet in own),
            by_hand=any(sheet.by_hand for sheet in own),
            untouched=sum(verdict.judged is Judged.UNTOUCHED for sheet in own for verdict in sheet.verdicts),
        )
        for name, own in sorted(by_name.items())
    ]


def _distribution(shares: Sequence[float]) -> list[Bin]:
    counts = [0] * BINS
    for share in shares:
        counts[min(BINS - 1, max(0, int(share * BINS)))] += 1
    return [Bin(begin=at / BINS, end=(at + 1) / BINS, students=count) for at, count in enumerate(counts)]


def _tests(sheets: Sequence[Sheet]) -> list[Tested]:
    earned: dict[tuple[str, str], dict[str, Verdict]] = defaultdict(dict)
    totals: dict[str, float] = defaultdict(float)
    for sheet in sheets:
        for verdict in sheet.verdicts:
            if verdict.graded and verdict.most and verdict.points is not None:
                earned[sheet.notebook, verdict.cell][sheet.student] = verdict
                totals[sheet.student] += verdict.points
    return [
        Tested(
            notebook=notebook,
            cell=cell,
            most=next(iter(own.values())).most,
            mean=statistics.fmean((verdict.points or 0) / verdict.most for verdict in own.values()),
            discrimination=_discrimination(own, totals),
            seconds=statistics.median(verdict.seconds for verdict in own.values()),
            judged=", ".join(sorted({verdict.judged.value for verdict in own.values()})),
        )
        for (notebook, cell), own in earned.items()
    ]


def _discrimination(own: dict[str, Verdict], totals: dict[str, float]) -> float | None:
    here = [verdict.points or 0.0 for verdict in own.values()]
    elsewhere = [totals[student] - (verdict.points or 0) for student, verdict in own.items()]
    if len(here) < ENOUGH or len(set(here)) < 2 or len(set(elsewhere)) < 2:
        return None
    return round(statistics.correlation(here, elsewhere), 3)


def _looks(sheets: Sequence[Sheet], cell_seconds: float) -> list[Look]:
    found = []
    for sheet in sheets:
        found += [_told(problem) for problem in sheet.problems if problem.weight is not Weight.NOTE]
        tried = [verdict for verdict in sheet.verdicts if verdict.judged is not Judged.MISSING]
        if tried and all(verdict.judged is Judged.UNTOUCHED for verdict in tried if not verdict.graded):
            answers = [verdict for verdict in tried if not verdict.graded]
            if answers:
                found.append(
                    _look(sheet, "", "Handed in as it was released.", "Ask whether this was meant to be handed in.")
                )
        named = {problem.cell for problem in sheet.problems}
        found += [
            _look(
                sheet,
                verdict.cell,
                f"Took {verdict.seconds:.1f} s; {cell_seconds:g} s are allowed.",
                "A slower machine might stop it.",
            )
            for verdict in sheet.verdicts
            if verdict.seconds >= CLOSE * cell_seconds and verdict.cell not in named
        ]
    return sorted(found, key=lambda look: (look.student, look.notebook, look.cell))


def _told(problem: Problem) -> Look:
    why = f"{problem.kind.capitalize()}: {problem.what}"
    return Look(
        student=problem.student, notebook=problem.notebook or "", cell=problem.cell or "", why=why, do=problem.do
    )


def _look(sheet: Sheet, cell: str, why: str, do: str) -> Look:
    return Look(student=sheet.student, notebook=sheet.notebook, cell=cell, why=why, do=do)


def _judging(sheets: Sequence[Sheet]) -> list[Judging]:
    points: dict[Judged, float] = defaultdict(float)
    for sheet in sheets:
        for verdict in sheet.verdicts:
            points[verdict.judged] += verdict.most
    return [Judging(way=way.value, points=points[way]) for way in Judged if points[way]]
