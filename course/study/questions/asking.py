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
from course.study.questions.mistakes import CONFIDENCE

AWAY = 5 * 60_000
"""Milliseconds after which nobody thinks about a question any more."""
MEANWHILE = "This question was answered in another window; here is how it stands now."

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
    def turn(self) -> str:
        """Names what is shown: it changes with the question that asks, with its form, and with each try."""
        return f"{self.entry.id} {self.again} {len(self.tried)}"

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
        self._overtaken: set[str] = set()
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
        """Asks once more what was answered wrong: another question, or the same with its options in another order.

        The other has the same trap, which is `misconception`, else that of the option that was chosen first; or it has
        an objective in common. A question of `besides` is not taken. What was right at the first try is asked itself.
        While the new form waits for its first answer, nothing changes.
        """
        sitting = self._sitting(id)
        before = sitting.again if sitting else 0
        if self._begun.get(id, (0, id))[0] > before:
            return
        trap = self._trap(sitting) if misconception is None else misconception
        other = self._another(id, sitting.question if sitting else id, trap, set(besides)) if trap is not None else id
        self._begun[id] = (before + 1, other)
        self._since = self._memory.now()[0]

    def begin_anew(self, id: str) -> None:
        """Asks the same question again, in another order, when it was answered before."""
        if sitting := self._sitting(id):
            self._begun[id] = (sitting.again + 1, id)

    def answer(self, id: str, event: Mapping[str, Any]) -> None:
        """Takes `{"turn": what is answered, "option": place, "confidence": 1 to 3 or null}`.

        The same once more is no answer, nor is one to what is shown no more, of which the next view tells.
        """
        form = self.form(id)
        turn = event.get("turn")
        place, confidence = event.get("option"), event.get("confidence")
        if not isinstance(place, int) or not 0 <= place < len(form.options):
            raise ValueError(f"`{id}` has no option {place}")
        if confidence is not None and confidence not in CONFIDENCE:
            raise ValueError(f"a confidence is 1, 2, 3 or nothing, and this is {confidence!r}")
        if not isinstance(turn, str):
            raise ValueError("say what is answered, by its turn")
        if turn != form.turn or form.done or place in form.tried:
            same = turn.rpartition(" ")[0] == form.turn.rpartition(" ")[0] and place in form.tried
            if not same:
                self._overtaken.add(id)
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
                    shown["note"] = idea_in_words(option.misconception, times)
            options.append(shown)
        return {
            "id": id,
            "level": getattr(form.entry.item, "level", ""),
            "ask": md(ask_of(form.entry)),
            "options": options,
            "again": form.again,
            "turn": form.turn,
            "form": self._form_in_words(form),
            "done": form.done,
            "tries": len(form.tried),
            "confidence": CONFIDENCE.get(form.confidence or 0, ""),
            "said": self._said(form),
        }

    def attend(self) -> None:
        """Forgets what was said of the last click, since there is another."""
        self._overtaken.clear()

    def _form_in_words(self, form: Form) -> str:
        """What is asked, when it is not for the first time."""
        if not form.again:
            return ""
        if form.entry.id != form.id:
            return "Another question about this"
        moved = form.options != shuffled(form.entry)
        return "The same question, its options in another order" if moved else "The same question"

    def _said(self, form: Form) -> str:
        return " ".join(one for one in (MEANWHILE if form.id in self._overtaken else "", self._stands(form)) if one)

    def _stands(self, form: Form) -> str:
        """How it stands, in a sentence."""
        if not form.tried:
            return f"{self._form_in_words(form)}." if form.again else ""
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

    def _another(self, id: str, last: str, trap: str, besides: set[str]) -> str:
        """The question to ask for `id` after `last`: rather one never asked, then one with the trap, asked least."""
        original = find(self._library, id)
        if original is None:
            return id
        objectives, asked = set(original.item.objectives), self._memory.state.answers.asked
        fitting = {id: (bool(asked.get(id)), False, asked.get(id, 0))}
        for entry in self._library.questions.values():
            trapped = any(option.misconception == trap for option in entry.item.options)
            if trapped or objectives & set(entry.item.objectives):
                times = asked.get(entry.id, 0)
                fitting[entry.id] = (bool(times), not trapped, times)
        choice = sorted(fitting.keys() - besides - {last}, key=lambda one: (*fitting[one], one))
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
    try:
        date = as_date(day)
    except OverflowError:  # A journal that was brought in may hold any number.
        return "a day that no calendar has"
    return f"{date.day} {date:%B %Y}"


def idea_in_words(misconception: str, times: int) -> str:
    """A sentence that names a misconception as the course does, and says how often it was behind an answer."""
    often = f"; it was behind {times} of your answers so far" if times > 1 else ""
    return f"The course calls the idea behind it “{misconception}”{often}."


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
