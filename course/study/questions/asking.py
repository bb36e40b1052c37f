"""Asking questions: in which form, what was tried so far, and what may be told of it."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from course.bank import Card, Option, Question
from course.study.clock import as_date
from course.study.desk import View, line, md
from course.study.library import Entry, Library
from course.study.memory import Memory
from course.study.questions.answers import Sitting, slot
from course.study.questions.mistakes import CONFIDENCE, misconception_in_words

AWAY = 5 * 60_000
"""Milliseconds after which nobody thinks about a question any more."""

Asked = Entry[Question] | Entry[Card]
"""What offers options: a question, or a card of the kind choice."""


@dataclass(frozen=True)
class Form:
    """A question as it is asked now."""

    id: str
    """The question that is being answered."""
    entry: Asked
    """The one that asks it, which may stand in for it when it is retried."""
    again: int
    """How often it was answered before."""
    options: tuple[Option, ...]
    """In the order in which they are shown."""
    tried: tuple[int, ...] = ()
    """The places of the options that were tried, first try first."""
    confidence: int | None = None
    day: int = 0
    """The study day of the last try."""

    @property
    def done(self) -> bool:
        """Whether the right option was found."""
        return any(self.options[place].correct for place in self.tried)

    @property
    def right_first(self) -> bool:
        """Whether the first try was right."""
        return bool(self.tried) and self.options[self.tried[0]].correct


class Asking:
    """Asks questions in one place ("quiz" or "mistakes"), each in its present form, and writes the answers."""

    def __init__(self, memory: Memory, library: Library, where: str):
        self._memory = memory
        self._library = library
        self._where = where
        self._begun: dict[str, tuple[int, str]] = {}
        self._since = memory.now()[0]

    def form(self, id: str) -> Form:
        """How a question is asked now."""
        sitting = self._sitting(id)
        again, asked = self._begun.get(id, (0, id))
        if sitting and sitting.again >= again:
            entry = find(self._library, sitting.question)
            if entry is not None:
                return _with_tries(id, entry, sitting)
            again, asked = sitting.again + 1, id
        entry = find(self._library, asked)
        if entry is None:
            raise ValueError(f"the course has no question {asked!r} any more")
        return Form(id, entry, again, shuffled(entry, again))

    def begin_again(self, id: str, misconception: str | None = None, besides: Collection[str] = ()) -> None:
        """Asks a question in another form: its options in another order, or another question with the same trap.

        The trap is `misconception`, else that of the option that was chosen first. A question of `besides` is not
        taken. While the new form waits for its first answer, nothing changes.
        """
        sitting = self._sitting(id)
        before = sitting.again if sitting else 0
        if self._begun.get(id, (0, id))[0] > before:
            return
        last = sitting.question if sitting else id
        trap = misconception or self._trap(sitting)
        self._begun[id] = (before + 1, self._another(id, last, trap, set(besides)))
        self._since = self._memory.now()[0]

    def begin_anew(self, id: str) -> None:
        """Asks the same question again, in another order, when it was answered before."""
        if sitting := self._sitting(id):
            self._begun[id] = (sitting.again + 1, id)

    def answer(self, id: str, event: Mapping[str, Any], told: bool = False) -> None:
        """Takes `{"option": place, "confidence": 1 to 3 or null, "again": the form}`; the same once more is no answer.

        `told` says that the learner saw the right answer before.
        """
        form = self.form(id)
        place, confidence = event.get("option"), event.get("confidence")
        if not isinstance(place, int) or not 0 <= place < len(form.options):
            raise ValueError(f"`{id}` has no option {place}")
        if confidence is not None and confidence not in CONFIDENCE:
            raise ValueError(f"a confidence is 1, 2, 3 or nothing, and this is {confidence!r}")
        if event.get("again", form.again) != form.again or form.done or place in form.tried:
            return
        option, now = form.options[place], self._memory.now()[0]
        data: dict[str, Any] = {
            "question": form.entry.id,
            "chosen": option.text,
            "right": option.correct,
            "misconception": option.misconception,
            "confidence": confidence,
            "options": len(form.options),
            "ms": min(max(now - self._since, 0), AWAY),
            "where": self._where,
            "form": "retry" if form.again else "choice",
            "try": len(form.tried) + 1,
            "again": form.again,
        }
        if form.entry.id != id:
            data["instead_of"] = id
        if told:
            data["told"] = True
        self._memory.record("answer", data | form.entry.about())
        self._since = now

    def view(self, id: str) -> View:
        """What may be shown of a question now: a reply for every option that was tried, and nothing of the others."""
        form = self.form(id)
        caught = self._memory.state.mistakes.misconceptions
        options = []
        for place, option in enumerate(form.options):
            shown: dict[str, Any] = {"place": place, "text": line(option.text), "state": "open"}
            if place in form.tried:
                shown |= {"state": "right" if option.correct else "wrong", "why": line(option.why), "note": ""}
                times = caught.get(option.misconception or "", 0)
                if option.misconception and times > 1:
                    words = misconception_in_words(option.misconception)
                    shown["note"] = f"This idea was behind {times} of your answers by now: {words}."
            options.append(shown)
        return {
            "id": id,
            "level": getattr(form.entry.item, "level", ""),
            "ask": md(ask_of(form.entry)),
            "options": options,
            "again": form.again,
            "done": form.done,
            "tries": len(form.tried),
            "confidence": CONFIDENCE.get(form.confidence or 0, ""),
            "said": self._said(form),
        }

    def _said(self, form: Form) -> str:
        """How it stands, in a sentence."""
        if not form.tried:
            return "Here it is again, in another form." if form.again else ""
        when = "" if form.day >= self._memory.today() else f", on {date_in_words(form.day)}"
        if not form.done:
            return "Not right. Read the reply, then choose again."
        return f"Right at the first try{when}." if form.right_first else f"Right, at try {len(form.tried)}{when}."

    def _sitting(self, id: str) -> Sitting | None:
        return self._memory.state.answers.sittings.get(slot(self._where, id))

    def _trap(self, sitting: Sitting | None) -> str | None:
        """The misconception of the option that was chosen first."""
        entry = find(self._library, sitting.question) if sitting else None
        if sitting is None or entry is None:
            return None
        return next((option.misconception for option in entry.item.options if option.text == sitting.chosen[0]), None)

    def _another(self, id: str, last: str, trap: str | None, besides: set[str]) -> str:
        """The question to ask for `id` after `last`: with the same objective and trap, and asked least so far."""
        original = find(self._library, id)
        if original is None or not trap:
            return id
        fitting = {
            entry.id
            for entry in self._library.questions.values()
            if set(entry.item.objectives) & set(original.item.objectives)
            and any(option.misconception == trap for option in entry.item.options)
        }
        asked = self._memory.state.answers.asked
        choice = sorted({id, *fitting} - besides - {last}, key=lambda one: (asked.get(one, 0), one))
        return choice[0] if choice else last


def find(library: Library, id: str) -> Asked | None:
    """The question with this id, or the card that offers options; None when the course has none."""
    if entry := library.questions.get(id):
        return entry
    card = library.cards.get(id)
    return card if card and card.item.options else None


def shuffled(entry: Asked, again: int = 0) -> tuple[Option, ...]:
    """The options in an order that tells nothing: the same each time, and another one in the next form."""
    order: list[int] = []
    for number in range(again + 1):
        before = order
        order = list(range(len(entry.item.options)))
        chance = random.Random(f"{entry.id} {number}" if number else entry.id)
        chance.shuffle(order)
        while order == before and len(order) > 1:
            chance.shuffle(order)
    return tuple(entry.item.options[place] for place in order)


def date_in_words(day: int) -> str:
    """A study day as in 20 November 2026."""
    date = as_date(day)
    return f"{date.day} {date:%B %Y}"


def ask_of(entry: Asked) -> str:
    """What is asked, as Markdown."""
    item = entry.item
    return item.ask if isinstance(item, Question) else item.front


def _with_tries(id: str, entry: Asked, sitting: Sitting) -> Form:
    options = shuffled(entry, sitting.again)
    places = {option.text: place for place, option in enumerate(options)}
    # A text that was reworded since it was chosen is no option any more.
    tried = tuple(places[text] for text in sitting.chosen if text in places)
    return Form(id, entry, sitting.again, options, tried, sitting.confidence, sitting.day)
