"""What to study now: steps of learning, cards that are due, a last look before an exam, and new cards."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from zlib import crc32

from course.bank import Card
from course.study.cards.schedule import CardState, Deck, note_of
from course.study.clock import as_date, as_day, study_day
from course.study.library import FRAMEWORKS, Entry, Library, did_you_mean
from course.study.memory import State
from course.study.settings import WEEK, Settings

LAST_DAYS = 5
"""Days before an exam in which cards get their last look."""
SURE = 0.93
"""A card that will be known on the day of the exam with at least this chance needs no last look."""
RUN = 3
"""So many cards of one topic come after each other, each about another framework; then another topic follows."""
EASY_SHARE = 4
"""On an easy day the new cards are divided by this."""

Kind = tuple[str, str]
"""A topic and a framework."""


@dataclass(frozen=True)
class Queue:
    """The cards for now, by their ids; each stands in one of the four parts, and all of them in `order`."""

    order: tuple[str, ...]
    steps: tuple[str, ...]
    """Cards that are being learnt, whose next step has come."""
    due: tuple[str, ...]
    """Cards that come back today, as many as the limit allows."""
    last_look: tuple[str, ...]
    """Cards that are not due, and would not be known well enough on the day of the exam."""
    new: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    """Cards whose next step comes later, the nearest first."""
    next_step: int | None = None
    """The moment in milliseconds at which the first of them comes."""
    put_off: int = 0
    """Cards that are due and wait for another day: above the limit, or a sibling was seen today."""

    def next(self) -> str | None:
        """The card to show; None when nothing is to do now."""
        return self.order[0] if self.order else None

    def counts(self) -> dict[str, int]:
        """How many cards each part holds."""
        return {
            "steps": len(self.steps),
            "due": len(self.due),
            "last_look": len(self.last_look),
            "new": len(self.new),
            "waiting": len(self.waiting),
            "put_off": self.put_off,
        }


def today(
    state: State,
    library: Library,
    now: int,
    offset: int,
    *,
    topics: Collection[str] | None = None,
    frameworks: Collection[str] | None = None,
    only: Collection[str] | None = None,
) -> Queue:
    """What to study at this moment.

    New cards come of topics that were begun, see `begun_topics`; of others only if they are asked for by `topics` or
    `only`. `topics` and `frameworks` narrow it down. `only` names single cards: those of them that are new or due come
    without regard to limits. Raises LookupError for a name that the course does not know.
    """
    settings, deck, day = state.settings, state.deck, study_day(now, offset)
    shelf = _chosen(library, settings, topics, frameworks, only)
    seen: set[str] = set()
    steps: list[tuple[int, str]] = []
    later: list[tuple[int, str]] = []
    due: list[str] = []
    for id, card in deck.cards.items():
        if card.phase != "new" and card.last_day == day:
            seen.add(card.note)
        if id not in shelf or card.phase == "new" or card.hidden(day):
            continue
        if card.phase != "review":
            (steps if card.due <= now else later).append((card.due, id))
        elif card.due_day <= day:
            due.append(id)
    done = deck.days.get(day)
    asked, begun = (done.asked, done.begun) if done else (0, 0)
    room = len(due) if only is not None else max(0, settings.reviews_per_day - asked)
    due.sort(key=lambda id: _urgency(id, deck.cards[id], day))
    ready = _apart(due, deck, seen)
    reviews = ready[:room]
    looks: list[str] = []
    if only is None:
        looks = _apart(_last_looks(deck, shelf, settings, day, asked + len(reviews)), deck, seen)[: room - len(reviews)]
    limit = len(shelf) if only is not None else _new_limit(settings, day, begun, room - begun - len(ready))
    started = begun_topics(state, library)
    open_shelf = shelf
    if topics is None and only is None:
        open_shelf = {id: entry for id, entry in shelf.items() if entry.topic in started}
    new = _new(open_shelf, deck, library, settings, day, seen, limit, started, asked_for=only is not None)
    kinds = {id: (shelf[id].topic, shelf[id].framework) for id in (*reviews, *looks, *new)}
    recent = _recent(deck, day)
    steps.sort()
    later.sort()
    order = _woven(_mixed([*reviews, *looks], kinds, recent), _mixed(new, kinds, recent), asked, begun)
    return Queue(
        order=(*(id for _, id in steps), *order),
        steps=tuple(id for _, id in steps),
        due=tuple(reviews),
        last_look=tuple(looks),
        new=tuple(new),
        waiting=tuple(id for _, id in later),
        next_step=later[0][0] if later else None,
        put_off=len(due) - len(reviews),
    )


def begun_topics(state: State, library: Library) -> set[str]:
    """The topics of which a card was studied or a question was answered."""
    begun = {card.topic for card in state.deck.cards.values() if card.phase != "new"}
    return begun | {library.questions[id].topic for id in state.answers.asked if id in library.questions}


def _chosen(
    library: Library,
    settings: Settings,
    topics: Collection[str] | None,
    frameworks: Collection[str] | None,
    only: Collection[str] | None,
) -> Mapping[str, Entry[Card]]:
    """The cards that may come at all. A cloze card may be named as a whole; its gaps are siblings."""
    cards = library.deck
    if only is not None:
        only = frozenset(only)
        _known("card", only - cards.keys(), library.cards)
        shelf = {id: entry for id, entry in cards.items() if id in only or note_of(id) in only}
    else:
        wanted = {*settings.frameworks, "all"} if frameworks is None else {*frameworks}
        shelf = {id: entry for id, entry in cards.items() if entry.framework in wanted}
    if topics is not None:
        _known("topic", topics, library.syllabus.topic_by_id)
        shelf = {id: entry for id, entry in shelf.items() if entry.topic in topics}
    if frameworks is not None:
        _known("framework", frameworks, (*FRAMEWORKS, "all"))
        shelf = {id: entry for id, entry in shelf.items() if entry.framework in frameworks}
    return shelf


def _known(what: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            raise LookupError(f"There is no {what} {name!r} in the course.{did_you_mean(name, known)}")


def _urgency(id: str, card: CardState, day: int) -> tuple[float, int]:
    """Who comes first when not all can come: who is overdue for the largest part of its interval.

    Cards that are equally late come in another order each day.
    """
    late = (day - card.due_day) / max(1, card.due_day - card.last_day)
    return -late, crc32(f"{id} {day}".encode())


def _apart(ids: Iterable[str], deck: Deck, seen: set[str]) -> list[str]:
    """The cards of which no sibling was seen today or comes before; their notes are then seen."""
    apart = []
    for id in ids:
        card = deck.cards.get(id)
        note = card.note if card else note_of(id)
        if note not in seen:
            seen.add(note)
            apart.append(id)
    return apart


def _last_looks(deck: Deck, shelf: Mapping[str, Entry[Card]], settings: Settings, day: int, taken: int) -> list[str]:
    """Today's share of the cards that need a look before the exam.

    The days up to the exam get equally many cards, counting what is due and what was `taken` today. A card that lasts
    comes first: one that is forgotten quickly is better seen close to the exam.
    """
    exam = as_day(settings.exam) if settings.exam else None
    if exam is None or not exam - LAST_DAYS <= day < exam:
        return []
    needy = []
    for id, card in deck.cards.items():
        if id not in shelf or card.phase != "review" or card.due_day < exam or card.hidden(day):
            continue
        recall = card.recall_on(exam)
        if recall is not None and recall < SURE:
            needy.append((-card.stability, id))
    coming = taken + sum(deck.load.get(one, 0) for one in range(day + 1, exam))
    share = -(-(coming + len(needy)) // (exam - day)) - taken
    return [id for _, id in nsmallest(max(0, share), needy)]


def _new_limit(settings: Settings, day: int, begun: int, room: int) -> int:
    """How many new cards may still come today: none as long as the cards that are due do not fit in a day."""
    date = as_date(day)
    limit = settings.new_per_day
    if date.isoformat() in settings.days_off:
        return 0
    if WEEK[date.weekday()] in settings.easy_days:
        limit //= EASY_SHARE
    return max(0, min(limit - begun, room))


def _new(
    shelf: Mapping[str, Entry[Card]],
    deck: Deck,
    library: Library,
    settings: Settings,
    day: int,
    seen: set[str],
    limit: int,
    begun: Collection[str],
    *,
    asked_for: bool,
) -> list[str]:
    """The next new cards: topics that were begun go first, then the order of the syllabus, then what matters most."""
    if limit <= 0:
        return []
    ranks = {topic.id: (topic.id not in begun, topic.order) for topic in library.syllabus.topics}
    nowhere = (True, len(ranks) + 1)
    candidates = []
    for place, (id, entry) in enumerate(shelf.items()):
        card = deck.cards.get(id)
        if card is not None and (card.phase != "new" or card.hidden(day)):
            continue
        if settings.core_only and not asked_for and not entry.weight:
            continue
        candidates.append(((*ranks.get(entry.topic, nowhere), -entry.weight, place), id))
    # Siblings drop out, so a few more are sorted than are wanted.
    return _apart((id for _, id in nsmallest(limit + len(seen) + 3 * limit, candidates)), deck, seen)[:limit]


def _recent(deck: Deck, day: int) -> list[Kind]:
    """The topics and frameworks of the last cards of today, the latest last."""
    cards = nsmallest(RUN, ((-card.last, id) for id, card in deck.cards.items() if card.last_day == day and card.reps))
    return [(deck.cards[id].topic, deck.cards[id].framework) for _, id in reversed(cards)]


def _mixed(ids: list[str], kinds: Mapping[str, Kind], recent: list[Kind]) -> list[str]:
    """The cards in short runs of one topic in which the framework changes: what is easily confused is told apart.

    What stood first still comes first, as far as the runs allow.
    """
    left: dict[str, dict[str, deque[int]]] = {}
    for place, id in enumerate(ids):
        topic, framework = kinds[id]
        left.setdefault(topic, {}).setdefault(framework, deque()).append(place)
    run, mixed = _run(recent), []
    while left:
        topic, last = run[-1] if run else ("", "")
        others = left.keys() - {topic}
        found = _first(left, {topic}, {name for _, name in run}) if len(run) < RUN else None
        if found is None:
            run = []
            found = _first(left, others, ()) if others else _first(left, {topic}, {last}) or _first(left, {topic}, ())
        if found is None:
            break
        place, topic, framework = found
        run.append((topic, framework))
        mixed.append(ids[place])
        places = left[topic][framework]
        places.popleft()
        if not places:
            del left[topic][framework]
            if not left[topic]:
                del left[topic]
    return mixed


def _first(
    left: Mapping[str, Mapping[str, deque[int]]], topics: Collection[str], without: Collection[str]
) -> tuple[int, str, str] | None:
    """The first place that is left in these topics, and whose it is."""
    return min(
        (
            (places[0], topic, framework)
            for topic in topics
            for framework, places in left.get(topic, {}).items()
            if framework not in without
        ),
        default=None,
    )


def _run(recent: list[Kind]) -> list[Kind]:
    """The run that the last cards made: one topic, no framework twice."""
    run: list[Kind] = []
    for topic, framework in reversed(recent):
        if run and (topic != run[0][0] or framework in {name for _, name in run}):
            break
        run.insert(0, (topic, framework))
    return run


def _woven(reviews: list[str], new: list[str], asked: int, begun: int) -> list[str]:
    """New cards between the others, evenly over the day; where a session was left off it goes on the same way."""
    woven: list[str] = []
    taken = 0
    for place, id in enumerate(new, begun):
        before = round((place + 0.5) / (begun + len(new)) * (asked + len(reviews))) - asked
        upto = min(max(before, taken), len(reviews))
        woven += [*reviews[taken:upto], id]
        taken = upto
    return woven + reviews[taken:]
