"""When each card comes back: FSRS on study days, with fuzz and balance of our own."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any, ClassVar, Literal, NamedTuple
from zlib import crc32

from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS

from course.study.clock import MINUTE, as_date, day_start, study_day
from course.study.journal import Event
from course.study.settings import HIGHEST, LOWEST, WEEK, Settings

Phase = Literal["new", "learning", "review", "relearning"]

LEARNING_STEPS = (1, 10)
RELEARNING_STEPS = (10,)
"""Minutes after which a card that is being learnt comes again."""
LONGEST = 3650
"""Days after which every card comes back, however well it is known."""
SITTING = 4 * 60 * MINUTE
"""What is studied again within this time is studied on the same day, even if the day turned meanwhile."""
LEECH, AGAIN_LEECH = 6, 3
"""After so many lapses a card is a leech, and it is said again after so many more."""
FIRM = 21
"""Days over which a leech must be remembered to be none any more."""
LONGEST_LOOK = 60_000
"""Milliseconds that an answer takes at most; whoever takes longer went for a coffee."""
FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))
"""From, to, and the share of the days between by which an interval may be moved; one day is always added."""
WIDEST = 7
"""Days by which an interval is moved at most: two weeks are enough to find a quiet day."""
EASY, OFF = 0.005, 1e-9
"""How willingly a card is put on an easy day and on a day off, where 1 is any other day.

A day is chosen the less the more it has, by the square. So an easy day gets the cube root of this, about a sixth, of
what it would get, and a day off a thousandth."""

_DECAY = -DEFAULT_PARAMETERS[20]
_FACTOR = 0.9 ** (1 / _DECAY) - 1
_MILLISECOND = timedelta(milliseconds=1)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_RATINGS: dict[Any, Rating] = {rating.value: rating for rating in Rating}
_STATES = {
    "new": State.Learning,
    "learning": State.Learning,
    "review": State.Review,
    "relearning": State.Relearning,
}
_PHASES: dict[State, Phase] = {
    State.Learning: "learning",
    State.Review: "review",
    State.Relearning: "relearning",
}


@dataclass(slots=True)
class CardState:
    """What is known of a card, after its last review."""

    note: str
    """Cards of one note are siblings, which are kept apart within a day."""
    topic: str = ""
    framework: str = "all"
    stability: float = 0.0
    """Days after which it is remembered with a chance of 90 %."""
    difficulty: float = 0.0
    """From 1 to 10."""
    phase: Phase = "new"
    """A card is new until its first review, even if it was suspended or buried before."""
    step: int = 0
    due: int = 0
    """The moment in milliseconds from which it may be shown; for days, the beginning of the study day."""
    due_day: int = 0
    last: int = 0
    last_day: int = 0
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    buried_until: int = 0
    """The study day on which it may be shown again."""
    leech: bool = False
    """Forgotten so often that the lesson helps more than another look at the card."""

    @property
    def planned(self) -> bool:
        """Whether it has a day on which it will come."""
        return self.phase != "new" and not self.suspended

    @property
    def just_leeched(self) -> bool:
        """Whether the last answer is a reason to stop and to read the lesson again: the 6th lapse, the 9th, …"""
        many = self.lapses - LEECH
        return self.phase == "relearning" and many >= 0 and many % AGAIN_LEECH == 0

    def hidden(self, day: int) -> bool:
        """Whether it is not to be shown on a study day."""
        return self.suspended or self.buried_until > day

    def recall_on(self, day: int) -> float | None:
        """The chance to remember it on a later day than that of its last review; None before."""
        elapsed = day - self.last_day
        if self.phase == "new" or elapsed < 1:
            return None
        return float((1 + _FACTOR * elapsed / self.stability) ** _DECAY)


@dataclass(frozen=True, slots=True)
class Interval:
    """How long a card stays away: minutes within a day, or days."""

    days: int
    minutes: float = 0

    def text(self) -> str:
        """In short words, such as `10 min` and `4 days`."""
        if not self.days:
            return f"{max(1, round(self.minutes))} min"
        if self.days < 60:
            return f"{self.days} day{'s' * (self.days > 1)}"
        if self.days < 365:
            return f"{self.days / 30.44:.0f} months"
        return f"{self.days / 365.25:.1f} years"


@dataclass(slots=True)
class DayCount:
    """What a study day did to the deck."""

    begun: int = 0
    """Cards that were seen for the first time."""
    asked: int = 0
    """Cards that came back after days; only the first answer of a day counts."""
    recalled: int = 0


class _Next(NamedTuple):
    """A card after an answer."""

    stability: float
    difficulty: float
    phase: Phase
    step: int
    days: int
    """Until it comes back; 0 for a step within minutes."""
    due: int
    due_day: int
    elapsed: int


@dataclass
class Deck:
    """All cards that were ever met, how many are due on each day, and how each day went."""

    kinds: ClassVar[frozenset[str]] = frozenset({"review", "suspend", "unsuspend", "bury", "unbury"})

    cards: dict[str, CardState] = field(default_factory=dict)
    load: dict[int, int] = field(default_factory=dict)
    """How many cards come on a study day."""
    days: dict[int, DayCount] = field(default_factory=dict)
    spent: int = 0
    """Milliseconds over all reviews."""
    reviews: int = 0
    offset: int = 0
    """Minutes that the learner's clock was ahead of UTC at the last review."""

    def take(self, event: Event, settings: Settings) -> None:
        """Follows one event; one that names no card, and a review without a rating, is passed over."""
        id = event.data.get("card")
        if not isinstance(id, str):
            return
        if event.kind == "review":
            rating = event.data.get("rating")
            if rating in (1, 2, 3, 4):
                self._review(id, _RATINGS[rating], event, settings)
            return
        card = self.cards.get(id) or CardState(_word(event.data, "note", note_of(id)))
        if event.kind == "bury":
            card.buried_until = study_day(event.at, event.offset) + 1
        elif event.kind == "unbury":
            card.buried_until = 0
        else:
            self._lift(card)
            card.suspended = event.kind == "suspend"
            self._put(card)
        self.cards[id] = card

    def recall(self, card_id: str, at: int) -> float | None:
        """The chance to remember a card at a moment; None for a new card, and on the day of its last review."""
        card = self.cards.get(card_id)
        return None if card is None else card.recall_on(study_day(at, self.offset))

    def preview(self, card_id: str, note: str, at: int, offset: int, settings: Settings) -> dict[int, Interval]:
        """After which time the card would come back, for each of the four ratings."""
        card, waits = self.cards.get(card_id) or CardState(note), {}
        for rating in Rating:
            after = self._next(card_id, card, rating, at, offset, settings)
            waits[rating.value] = Interval(after.days, 0 if after.days else (after.due - at) / MINUTE)
        return waits

    def pace(self) -> float | None:
        """Seconds that a review takes on average; None before the first."""
        return self.spent / self.reviews / 1000 if self.reviews else None

    def _review(self, id: str, rating: Rating, event: Event, settings: Settings) -> None:
        data, at = event.data, event.at
        card = self.cards.get(id) or CardState(note_of(id))
        day = study_day(at, event.offset)
        after = self._next(id, card, rating, at, event.offset, settings)
        count = self.days.get(day)
        if count is None:
            count = self.days[day] = DayCount()
        if card.phase == "new":
            count.begun += 1
            self.cards[id] = card
        elif card.phase == "review":
            known = rating is not Rating.Again
            if after.elapsed:
                count.asked += 1
                count.recalled += known
            if not known:
                card.lapses += 1
                card.leech |= card.lapses >= LEECH and (card.lapses - LEECH) % AGAIN_LEECH == 0
            elif after.elapsed >= FIRM:
                card.leech = False
        self._lift(card)
        card.note = _word(data, "note", card.note)
        card.topic = _word(data, "topic", card.topic)
        card.framework = _word(data, "framework", card.framework)
        card.stability, card.difficulty, card.phase, card.step, _, card.due, card.due_day, _ = after
        card.last, card.last_day = at, day
        card.reps += 1
        self._put(card)
        self.offset = event.offset
        self.reviews += 1
        self.spent += capped(data.get("ms"))

    def _next(self, id: str, card: CardState, rating: Rating, at: int, offset: int, settings: Settings) -> _Next:
        day = study_day(at, offset)
        elapsed = max(0, day - card.last_day) if at - card.last >= SITTING else 0
        new, review = card.phase == "new", card.phase == "review"
        before = _Card(
            0,
            _STATES[card.phase],
            None if review else card.step,
            None if new else card.stability,
            None if new else card.difficulty,
            _START,
            None if new else _START,
        )
        moment = _START if new else _midnight(elapsed)
        after, _ = _scheduler(settings.retention).review_card(before, rating, moment)
        # FSRS always sets both on a review.
        stability, difficulty = after.stability or 0.0, after.difficulty or 0.0
        wait = after.due - moment
        if after.state is State.Review:
            days = self._fuzzed(id, card, wait.days, day, settings)
            due = day_start(day + days, offset)
            return _Next(stability, difficulty, "review", 0, days, due, day + days, elapsed)
        due = at + wait // _MILLISECOND
        phase, step = _PHASES[after.state], after.step or 0
        return _Next(stability, difficulty, phase, step, 0, due, study_day(due, offset), elapsed)

    def _fuzzed(self, id: str, card: CardState, days: int, day: int, settings: Settings) -> int:
        """An interval near the one that FSRS wants, on a day with little to do.

        All four buttons draw with the same number and from the same weights of days, so that a better answer never
        brings a card back earlier.
        """
        low, high = _window(days)
        if low == high:
            return days
        first, known = day + low, self.load.get
        loads = [known(one, 0) for one in range(first, day + high + 1)]
        if card.planned and first <= card.due_day <= day + high:
            loads[card.due_day - first] -= 1  # It leaves that day.
        weights = [1 / ((many + 1) * (many + 1)) for many in loads]
        if settings.easy_days or settings.days_off:
            willing = _willingness(settings.easy_days, settings.days_off)
            weights = [weight * willing[one] for one, weight in enumerate(weights, first)]
        sums = list(accumulate(weights))
        # Never past the end: what is drawn is below 1.
        return low + bisect_right(sums, crc32(f"{id} {card.reps}".encode()) / 2**32 * sums[-1])

    def _lift(self, card: CardState) -> None:
        """Takes a card out of the load."""
        if card.planned:
            left = self.load[card.due_day] - 1
            if left:
                self.load[card.due_day] = left
            else:
                del self.load[card.due_day]

    def _put(self, card: CardState) -> None:
        if card.planned:
            self.load[card.due_day] = self.load.get(card.due_day, 0) + 1


def note_of(card_id: str) -> str:
    """The note of a card: what stands before the #, as in `router-parts#2`, or the card itself."""
    return card_id.partition("#")[0]


def _word(data: Mapping[str, Any], name: str, known: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) and value else known


def capped(ms: Any) -> int:
    """The time that an answer took, in milliseconds; more than a minute says nothing about the card."""
    return min(max(0, ms), LONGEST_LOOK) if isinstance(ms, int) else 0


class _Card(Card):
    """A card that lives for one review, and thus need not be copied by FSRS."""

    def __copy__(self) -> _Card:
        return self


@cache
def _scheduler(retention: float) -> Scheduler:
    """One set of parameters for all cards: fits for each topic of its own are worse."""
    return Scheduler(
        desired_retention=min(max(retention, LOWEST), HIGHEST),
        learning_steps=[timedelta(minutes=step) for step in LEARNING_STEPS],
        relearning_steps=[timedelta(minutes=step) for step in RELEARNING_STEPS],
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )


@cache
def _window(days: int) -> tuple[int, int]:
    """The days between which an interval may lie."""
    if days < FUZZ[0][0]:
        return days, days
    reach = min(WIDEST, 1 + sum(share * max(min(days, end) - start, 0) for start, end, share in FUZZ))
    return max(2, round(days - reach)), min(LONGEST, round(days + reach))


@cache
def _midnight(days: int) -> datetime:
    """FSRS counts whole days of 24 hours, so it is given study days, each at midnight in UTC."""
    return _START + timedelta(days=days)


@cache
def _willingness(easy_days: tuple[str, ...], days_off: tuple[str, ...]) -> Mapping[int, float]:
    """How willingly a card is put on a study day, by its number; 1 for most days."""
    return _Days(easy_days, days_off)


class _Days(dict[int, float]):
    """Study days as they are asked for."""

    def __init__(self, easy_days: tuple[str, ...], days_off: tuple[str, ...]):
        self._easy, self._off = easy_days, days_off

    def __missing__(self, day: int) -> float:
        date = as_date(day)
        self[day] = OFF if date.isoformat() in self._off else EASY if WEEK[date.weekday()] in self._easy else 1.0
        return self[day]
