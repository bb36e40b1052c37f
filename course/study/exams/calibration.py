"""How well what was said before came true: the learner's own confidence, and the course's predictions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from course.study.exams.exam import Exams
from course.study.exams.report import wilson
from course.study.journal import Event
from course.study.memory import State
from course.study.settings import Settings

SAID = {1: 0.45, 2: 0.735, 3: 0.9}
"""What "guess", "think so" and "sure" mean as a probability: the middles of the ranges in which each pays best.

With marks of 1, 2 and 3 for a right answer and 0, -2 and -6 for a wrong one, "think so" pays from 67 % and "sure" from
80 %; a guess among four is right once in four times.
"""
NAMES = {1: "guess", 2: "think so", 3: "sure"}


@dataclass(frozen=True)
class Bin:
    """Predictions that said about the same: what they said, what came, and the range in which that lies."""

    name: str
    said: float
    came: float
    count: int
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """Predictions against what came. A Brier score is 0 when all is foreseen, and `base` when only the mean is."""

    brier: float | None
    base: float | None
    answers: int
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True)
class Calibration:
    """The learner's own confidence, with the predictions of the course beside it."""

    brier: float | None
    answers: int
    bins: tuple[Bin, ...]
    base: float | None
    chances: Reliability
    """What was expected of each item of an exam when the exam began."""
    exams: Reliability
    """What was expected of exams as a whole."""


def calibration(known: State | Iterable[Event]) -> Calibration:
    """How well calibrated the learner is, and how well the course is about them; of a state, or of some events."""
    exams = known.exams if isinstance(known, State) else _room(known)
    counts = exams.confidence
    own = _reliability(
        [(NAMES[said], SAID[said], n, right) for said, (n, right) in sorted(counts.items()) if said in SAID]
    )
    finished = exams.finished()
    pairs = [
        (chance, run.results[id].right)
        for run in finished
        for id, chance in zip(run.ids, run.chances, strict=False)
        if id in run.results and run.results[id].given is not None
    ]
    whole = [(run.predicted, run.passed) for run in finished if run.predicted is not None and run.passed is not None]
    return Calibration(own.brier, own.answers, own.bins, own.base, grouped(pairs, 10), grouped(whole, 5))


def _room(events: Iterable[Event]) -> Exams:
    exams, settings = Exams(), Settings()
    for event in events:
        if event.kind in exams.kinds:
            exams.take(event, settings)
    return exams


def grouped(pairs: Iterable[tuple[float, bool]], bins: int) -> Reliability:
    """Predictions and what came of them, in bins of equal width."""
    all_pairs = list(pairs)
    groups: dict[int, list[tuple[float, bool]]] = {}
    for said, came in all_pairs:
        groups.setdefault(min(int(said * bins), bins - 1), []).append((said, came))
    rows = []
    for place, group in sorted(groups.items()):
        name = f"{place * 100 // bins} to {(place + 1) * 100 // bins} %"
        said = sum(one for one, _ in group) / len(group)
        rows.append((name, said, len(group), sum(came for _, came in group)))
    exact = sum((said - came) ** 2 for said, came in all_pairs)
    return _reliability(rows, exact)


def _reliability(rows: list[tuple[str, float, int, int]], squares: float | None = None) -> Reliability:
    count = sum(n for _, _, n, _ in rows)
    if not count:
        return Reliability(None, None, 0)
    if squares is None:
        squares = sum(right * (1 - said) ** 2 + (n - right) * said**2 for _, said, n, right in rows)
    share = sum(right for *_, right in rows) / count
    bins = tuple(Bin(name, said, right / n, n, *wilson(right / n, n)) for name, said, n, right in rows)
    return Reliability(squares / count, share * (1 - share), count, bins)
