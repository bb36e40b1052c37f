"""The desk at which cards are studied: recall first, then look, then say how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from course.bank import Card, Option
from course.study.cards import judging
from course.study.cards.queue import Queue, begun_topics, today
from course.study.cards.schedule import capped, note_of
from course.study.cards.selection import select, weak_selection
from course.study.cards.session import MORE, Doings, Step, Try
from course.study.cards.view import card_view, end_view, leech_view
from course.study.clock import MINUTE
from course.study.desk import View
from course.study.lessons import Lessons
from course.study.library import Entry, Library
from course.study.memory import UNDO, Memory, State
from course.study.questions.asking import shuffled
from course.study.settings import Settings

AHEAD = 20 * MINUTE
"""A card that is being learnt comes this much too early, when nothing else is left to do."""
ENOUGH = 30 * MINUTE
"""Study in a day after which a break is proposed."""
WHILE = 5_000
"""Milliseconds for which a queue is right when nothing is written."""
PACE = 12.0
"""Seconds that a card takes, until the learner's own pace is known."""
MORE_NEW = 10
NO_LIMIT = 9999
NAMES = {1: "Again", 2: "Hard", 3: "Good", 4: "Easy"}
MEANWHILE = "This card was answered in another window meanwhile. Here is the next one."
SUSPENDED = "Suspended: the card does not come any more, until you bring it back."
BREAK = "You have studied cards for 30 minutes today. That is a good day's work; what is left can wait."


@dataclass
class Shown:
    """The card on the desk."""

    id: str
    turn: str
    """Changes with each answer to the card, so that an answer to an earlier turn is known as such."""
    since: int
    revealed: bool = False
    typed: str = ""
    """What was typed and never tried."""


class Cards:
    """A session of cards. It is resumed by any other desk over the same journal, today's undo included.

    `topics`, `frameworks` and `only` (ids of cards) narrow it down; `exam` takes the topics and frameworks of an exam,
    `weak` the areas that are weak and what was answered wrong. `run` runs typed code.
    """

    def __init__(
        self,
        memory: Memory,
        library: Library,
        topics: Iterable[str] | None = None,
        frameworks: Iterable[str] | None = None,
        only: Iterable[str] | None = None,
        *,
        exam: str | None = None,
        weak: bool = False,
        lessons: Lessons | None = None,
        run: judging.Run = judging.run_card,
    ):
        self._memory = memory
        self._library = library
        self._lessons = lessons
        self._run = run
        self._home = select(library, topics, frameworks, only, exam)
        self._selection = weak_selection(memory.state, library) if weak else self._home
        self._shown: Shown | None = None
        self._done: set[str] = set()
        self._said = ""
        self._known: tuple[tuple[Any, ...], Queue] | None = None

    @property
    def title(self) -> str:
        """What the cards are about."""
        return self._selection.title

    def view(self) -> View:
        """The card to answer, or its answer with the four ratings, or what was done and when the next ones come."""
        state = self._memory.state
        queue = self._queue(state)
        self._settle(state, queue)
        session = state.session.on(self._memory.today())
        steps = self._mine(state, session.steps)
        left = {*queue.order, *queue.waiting} | ({self._shown.id} if self._shown else set())
        seen = {step.card for step in steps if step.kind == "review"}
        pace = state.deck.pace() or PACE
        shown = {
            "kind": "cards",
            "title": self._selection.title,
            "why": self._selection.why,
            "weak": self._selection.title != self._home.title,
            "counts": {
                "new": len(queue.new),
                "learning": len(queue.steps) + len(queue.waiting),
                "due": len(queue.due) + len(queue.last_look),
            },
            "progress": {
                "done": len(seen - left),
                "all": len(seen | left),
                "minutes": round(sum(step.ms for step in session.steps) / MINUTE),
                "minutes_left": round(len(left) * pace / 60),
            },
            "undo": self._undoable(state),
            "said": self._said,
            "notice": self._notice(state, session),
            "card": None,
            "end": None,
        }
        if self._shown is None:
            return shown | {"end": self._end(state, queue, steps)}
        return shown | {"card": self._card(state, self._shown)}

    def act(self, event: Mapping[str, Any]) -> None:
        """Does what the learner wants.

        `reveal`, `answer` (with an `option` or what was `typed`), `rate` (with a `rating`), `suspend` and `bury` name
        the `turn` of their card; `undo` names the `event` to take back; `more` says of "what" ("new" or "reviews");
        `weak` turns to weak areas, `back` to the cards of before; `unsuspend` names a `card`, as `suspend` may.
        """
        kind = event.get("type")
        if kind not in ("reveal", "answer", "rate", "suspend", "bury", "undo", "more", "weak", "back", "unsuspend"):
            raise ValueError(f"this is nothing to do with a card: {dict(event)}")
        self._said = ""
        if "turn" in event:
            if shown := self._turn(event["turn"]):
                getattr(self, f"_{kind}")(shown, event)
        elif kind in ("undo", "more", "weak", "back", "unsuspend"):
            getattr(self, f"_{kind}")(event)
        elif kind == "suspend" and "card" in event:
            self._give_up(str(event["card"]))
        else:
            raise ValueError("say of which card, by its turn")

    def _turn(self, turn: Any) -> Shown | None:
        """The card on the desk when it is still in this turn; else what was done to it is left alone."""
        if self._shown is None:
            self.view()
        shown, state = self._shown, self._memory.state
        if shown and shown.turn == turn == _turn_of(state, shown.id) and not self._hidden(state, shown.id):
            return shown
        if turn not in self._done:
            self._said = MEANWHILE
        return None

    def _reveal(self, shown: Shown, event: Mapping[str, Any]) -> None:
        typed = str(event.get("typed") or "")
        if typed.strip() and judging.way(self._entry(shown.id).item) == "gap":
            self._answer(shown, event)
        shown.revealed, shown.typed = True, typed

    def _answer(self, shown: Shown, event: Mapping[str, Any]) -> None:
        state, entry = self._memory.state, self._entry(shown.id)
        tries = self._tries(state, shown.id)
        way, ms = judging.way(entry.item), self._elapsed(shown)
        if shown.revealed or (tries and (way != "code" or tries[-1].right)):
            return  # The same click once more: the answer lies open.
        if way == "options":
            kind, data = judging.chosen(entry, self._offered(state, shown.id), event.get("option"), ms)
        elif way == "think":
            raise ValueError("this card is answered in the mind: show the answer and rate yourself")
        else:
            text = event.get("typed")
            if tries and tries[-1].typed == text:
                return
            kind, data = judging.typed(shown.id, entry, _gap(shown.id), text, ms, self._run)
        self._memory.record(kind, data)

    def _rate(self, shown: Shown, event: Mapping[str, Any]) -> None:
        rating = event.get("rating")
        if rating not in NAMES:
            raise ValueError(f"a rating is 1, 2, 3 or 4, and this is {rating!r}")
        tries = self._tries(self._memory.state, shown.id)
        if not self._open(shown):
            raise ValueError("look at the answer before you rate it")
        entry = self._entry(shown.id)
        data: dict[str, Any] = {"card": shown.id, "rating": rating, "ms": self._elapsed(shown), **entry.about()}
        if tries:
            # It was timed when the answer was given; reading what is right is no part of recalling it.
            data["ms"] = capped(sum(one.ms for one in tries))
        if typed := tries[0].typed if tries else shown.typed:
            data["typed"] = typed
        if note_of(shown.id) != shown.id:
            data["note"] = note_of(shown.id)
        self._put_away("review", shown, data)

    def _suspend(self, shown: Shown, event: Mapping[str, Any]) -> None:
        self._put_away("suspend", shown, {"card": shown.id, **self._entry(shown.id).about()})
        self._said = SUSPENDED

    def _give_up(self, id: str) -> None:
        """Suspends a card that is not on the desk, as is offered when it was forgotten again and again."""
        card = self._memory.state.deck.cards.get(id)
        if card is None or id not in self._library.deck:
            raise ValueError(f"there is no card {id!r} to suspend")
        if not card.suspended:
            self._memory.record("suspend", {"card": id, **self._entry(id).about()})
            self._said = SUSPENDED

    def _bury(self, shown: Shown, event: Mapping[str, Any]) -> None:
        self._put_away("bury", shown, {"card": shown.id, **self._entry(shown.id).about()})
        self._said = "Buried: the card comes back tomorrow."

    def _put_away(self, kind: str, shown: Shown, data: dict[str, Any]) -> None:
        self._memory.record(kind, data)
        self._done.add(shown.turn)
        self._shown = None

    def _undo(self, event: Mapping[str, Any]) -> None:
        if self._shown is None:
            self.view()
        undo = self._undoable(self._memory.state)
        if undo is None or undo["event"] != event.get("event"):
            return
        step = self._last_step(self._memory.state)
        self._memory.record(UNDO, {"event": undo["event"]})
        self._said = f"Taken back: {undo['what']}."
        if step and step.event == undo["event"]:
            turn = _turn_of(self._memory.state, step.card)
            self._done.discard(turn)
            self._shown = Shown(step.card, turn, self._memory.now()[0], revealed=step.kind == "review")
        elif self._shown:
            # Its answer is hidden again, to be found anew.
            self._shown = Shown(self._shown.id, self._shown.turn, self._memory.now()[0])

    def _more(self, event: Mapping[str, Any]) -> None:
        what = event.get("what")
        if what not in ("new", "reviews"):
            raise ValueError('say whether to have more "new" cards or more "reviews"')
        state, day = self._memory.state, self._memory.today()
        session = state.session.on(day)
        count = state.deck.days.get(day)
        begun, asked = (count.begun, count.asked) if count else (0, 0)
        reviews = max(session.reviews, state.settings.reviews_per_day)
        if what == "new":
            new = begun + MORE_NEW
            limits = {"new": new, "reviews": max(reviews, asked + new)}
        else:
            limits = {"new": session.new, "reviews": max(reviews, asked + begun + len(self._beyond(state)))}
        if limits != {"new": session.new, "reviews": session.reviews}:  # Else it is the same click once more.
            self._memory.record(MORE, limits)

    def _weak(self, event: Mapping[str, Any]) -> None:
        self._selection = weak_selection(self._memory.state, self._library)

    def _back(self, event: Mapping[str, Any]) -> None:
        self._selection = self._home

    def _unsuspend(self, event: Mapping[str, Any]) -> None:
        id = str(event.get("card"))
        card = self._memory.state.deck.cards.get(id)
        if card and card.suspended:
            self._memory.record("unsuspend", {"card": id})
            self._known = None

    def _queue(self, state: State) -> Queue:
        """What is left to do, with the limits that the learner has set for this day."""
        settings, session = state.settings, state.session.on(self._memory.today())
        if session.new:
            settings = replace(settings, new_per_day=session.new, easy_days=(), days_off=())
        if session.reviews:
            settings = replace(settings, reviews_per_day=session.reviews)
        # Looking at an answer changes nothing; 5,000 cards need not be gone through for it.
        steps = session.steps
        last = steps[-1].event if steps else ""
        now = (self._memory.today(), self._memory.now()[0] // WHILE, self._selection)
        key = (state.deck.reviews, state.deck.spent, len(steps), last, repr(settings), *now)
        if self._known is None or self._known[0] != key:
            self._known = key, self._asked(state, settings)
        return self._known[1]

    def _beyond(self, state: State) -> tuple[str, ...]:
        """The cards that are due and would come if there was no limit."""
        return self._asked(state, replace(state.settings, reviews_per_day=NO_LIMIT)).due

    def _asked(self, state: State, settings: Settings) -> Queue:
        chosen = self._selection
        return today(
            state if settings is state.settings else replace(state, settings=settings),
            self._library,
            *self._memory.now(),
            topics=chosen.topics,
            frameworks=chosen.frameworks,
            only=chosen.only,
        )

    def _settle(self, state: State, queue: Queue) -> None:
        """Leaves the card on the desk as long as it can stay there, else takes the next one."""
        shown, now = self._shown, self._memory.now()[0]
        fresh = shown and shown.turn == _turn_of(state, shown.id) and not self._hidden(state, shown.id)
        if shown and fresh and self._selection.holds(shown.id, self._library, state):
            return
        id = queue.next() or self._ahead(state, queue, now)
        self._shown = Shown(id, _turn_of(state, id), now) if id else None

    def _ahead(self, state: State, queue: Queue, now: int) -> str | None:
        """A card whose next step is near, when nothing else is left; the one that was just answered only if alone."""
        near = [id for id in queue.waiting if state.deck.cards[id].due <= now + AHEAD]
        steps = state.session.lately(self._memory.today(), now)
        others = [id for id in near if not steps or id != steps[-1].card]
        return next(iter(others or near), None)

    def _hidden(self, state: State, id: str) -> bool:
        card = state.deck.cards.get(id)
        return card is not None and card.hidden(self._memory.today())

    def _entry(self, id: str) -> Entry[Card]:
        return self._library.deck[id]

    def _tries(self, state: State, id: str) -> list[Try]:
        return state.session.tries.get(id, [])

    def _offered(self, state: State, id: str) -> tuple[Option, ...]:
        """The options of a choice card, in another order each time that it comes."""
        entry, card = self._entry(id), state.deck.cards.get(id)
        return shuffled(entry, card.reps if card else 0) if entry.item.options else ()

    def _open(self, shown: Shown) -> bool:
        """Whether the answer may be seen."""
        tries = self._tries(self._memory.state, shown.id)
        way = judging.way(self._entry(shown.id).item)
        return shown.revealed or bool(tries and (way != "code" or tries[-1].right))

    def _elapsed(self, shown: Shown) -> int:
        return capped(self._memory.now()[0] - shown.since)

    def _mine(self, state: State, steps: list[Step]) -> list[Step]:
        """Those with the cards of this session."""
        return [step for step in steps if self._selection.holds(step.card, self._library, state)]

    def _last_step(self, state: State) -> Step | None:
        lately = state.session.lately(self._memory.today(), self._memory.now()[0])
        return next(
            (step for step in reversed(lately) if self._selection.holds(step.card, self._library, state)),
            None,
        )

    def _undoable(self, state: State) -> View | None:
        """What is taken back next: the answer to the card on the desk, else what was done with the one before."""
        tries = self._tries(state, self._shown.id) if self._shown else []
        if tries:
            return {"event": tries[-1].event, "what": "answer"}
        step = self._last_step(state)
        return {"event": step.event, "what": _named(step)} if step else None

    def _notice(self, state: State, session: Doings) -> View | None:
        """What is to be said of the last answer: that a card is forgotten again and again, or that it is enough."""
        if not session.steps:
            return None
        last = session.steps[-1]
        card, entry = state.deck.cards.get(last.card), self._library.deck.get(last.card)
        if card and entry and last.kind == "review" and card.just_leeched and not card.suspended:
            return leech_view(last.card, entry, card, self._lessons)
        total = sum(step.ms for step in session.steps)
        if total >= ENOUGH > total - last.ms:
            return {"what": "break", "text": BREAK}
        return None

    def _card(self, state: State, shown: Shown) -> View:
        entry = self._entry(shown.id)
        seen = card_view(
            shown.id,
            entry,
            self._library.syllabus,
            gap=_gap(shown.id),
            offered=self._offered(state, shown.id),
            tries=self._tries(state, shown.id),
            revealed=self._open(shown),
            typed=shown.typed,
        )
        known = state.deck.cards.get(shown.id)
        seen |= {"turn": shown.turn, "new": known is None or known.phase == "new", "ratings": None}
        if not self._open(shown):
            return seen
        waits = state.deck.preview(shown.id, note_of(shown.id), *self._memory.now(), state.settings)
        ratings = [{"rating": rating, "name": NAMES[rating], "wait": waits[rating].text()} for rating in NAMES]
        return seen | {"ratings": ratings}

    def _end(self, state: State, queue: Queue, steps: list[Step]) -> View:
        chosen, day = self._selection, self._memory.today()
        mine = [id for id in self._library.deck if self._selection.holds(id, self._library, state)]
        weak = weak_selection(state, self._library)
        waiting = bool(weak.only) and today(state, self._library, *self._memory.now(), only=weak.only).next()
        limited = chosen.only is None
        begun = begun_topics(state, self._library)
        by_name = chosen.topics is not None or chosen.only is not None
        startable = mine if by_name else [id for id in mine if self._library.deck[id].topic in begun]
        beyond = len(self._beyond(state)) if limited and queue.put_off else 0
        shown = end_view(state.deck, self._library, mine, startable, steps, self._memory.now()[0], day)
        more = min(shown["unseen"], MORE_NEW) if limited and not beyond else 0
        return shown | {
            "put_off": beyond,
            "more_new": more,
            "weak": weak.why if waiting and chosen.title != weak.title else "",
            "unbegun": None if by_name or beyond or more else self._unbegun(mine, begun),
        }

    def _unbegun(self, mine: list[str], begun: set[str]) -> View | None:
        """The first topic with cards that wait for its beginning; nothing of it comes before."""
        waiting = {self._library.deck[id].topic for id in mine} - begun
        topic = next((topic for topic in self._library.syllabus.topics if topic.id in waiting), None)
        return {"topic": topic.id, "title": topic.title} if topic else None


def _turn_of(state: State, id: str) -> str:
    card = state.deck.cards.get(id)
    return f"{id} {card.reps} {card.last}" if card else f"{id} 0 0"


def _gap(id: str) -> int:
    return int(id.partition("#")[2] or 0)


def _named(step: Step) -> str:
    return NAMES.get(step.rating, "") if step.kind == "review" else {"suspend": "Suspend", "bury": "Bury"}[step.kind]
