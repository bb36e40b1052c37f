"""The desk at which mistakes are looked at and tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from course.bank import JUDGEMENT
from course.study.desk import View, line, md
from course.study.lessons import Lessons
from course.study.library import Library
from course.study.memory import Memory
from course.study.questions.asking import Asked, Asking, ask_of, date_in_words, find
from course.study.questions.mistakes import CAUSES, CONFIDENCE, Mistake, misconception_in_words

PAGE = 10
"""Mistakes that are shown at first, and more at each wish."""
PLACES = {"quiz": "in a quiz", "cards": "at a card", "mistakes": "when it was tried again", "exam": "in an exam"}
NONE_YET = (
    "No mistakes so far. Whatever you answer wrong, in a quiz, at a card or in an exam, is kept here with the reason. "
    "It stays until you have answered it right on two different days, and so it does not stay wrong."
)
ALL_MENDED = "Nothing is open. All your mistakes are mended: each was right on two different days since."


class Mending:
    """All open mistakes, the gravest first, each to be understood and tried again.

    The right answer of a mistake is shown to who asks for it, or has found it.
    """

    def __init__(self, memory: Memory, library: Library, lessons: Lessons | None = None):
        self._memory = memory
        self._library = library
        self._lessons = lessons
        self._asking = Asking(memory, library, "mistakes")
        self._order: list[str] = []
        self._asked: set[str] = set()
        self._told: dict[str, int] = {}
        self._topic = ""
        self._length = PAGE

    def view(self) -> View:
        """The mistakes of the chosen topic, and how many there are of each."""
        room = self._memory.state.mistakes
        listed = self._listed()
        topics = Counter(mistake.topic for mistake in listed)
        if self._topic not in topics:
            self._topic = ""
        chosen = [mistake for mistake in listed if self._topic in ("", mistake.topic)]
        titles = {topic.id: topic.title for topic in self._library.syllabus.topics}
        return {
            "kind": "mistakes",
            "topic": self._topic,
            "topics": [{"id": id, "title": titles.get(id, id), "count": topics[id]} for id in sorted(topics)],
            "said": self._said(),
            "notes": self._notes(),
            "items": [self._item(mistake) for mistake in chosen[: self._length]],
            "more": max(len(chosen) - self._length, 0),
            "causes": list(CAUSES),
            "open": len(room.open),
        }

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes what the learner wants.

        `try`, `answer`, `show` (the right answer), `cause` (with a text) and `drop` (of what the course no longer has)
        name a question; `topic` names a topic or "" for all; `more` lengthens the list.
        """
        kind, id = event.get("type"), event.get("question")
        if kind == "topic":
            self._topic, self._length = str(event.get("topic") or ""), PAGE
        elif kind == "more":
            self._length += PAGE
        elif kind in ("try", "answer", "show", "cause", "drop") and id in {one.question for one in self._listed()}:
            getattr(self, f"_{kind}")(id, event)
        else:
            raise ValueError(f"this is nothing to do with a mistake: {dict(event)}")

    def _try(self, id: str, event: Mapping[str, Any]) -> None:
        if id in self._asked and not self._asking.form(id).done:
            return
        if self._answered_today(id):
            self._told[id] = self._memory.today()
        self._asking.begin_again(id, self._mistake(id).misconception)
        self._asked.add(id)

    def _answer(self, id: str, event: Mapping[str, Any]) -> None:
        if id not in self._asked:
            raise ValueError('press "Try again" before you answer')
        self._asking.answer(id, event, told=self._told_today(id))

    def _show(self, id: str, event: Mapping[str, Any]) -> None:
        self._told[id] = self._memory.today()

    def _cause(self, id: str, event: Mapping[str, Any]) -> None:
        text = " ".join(str(event.get("text") or "").split())
        if text != self._mistake(id).cause:
            self._memory.record("cause", {"question": id, "text": text})

    def _drop(self, id: str, event: Mapping[str, Any]) -> None:
        if find(self._library, id):
            raise ValueError("the course still has this question; try it again instead")
        self._memory.record("drop", {"question": id})

    def _listed(self) -> list[Mistake]:
        """The open mistakes and those that were mended at this desk; none moves while one looks at them."""
        room = self._memory.state.mistakes
        self._order += [mistake.question for mistake in room.ordered() if mistake.question not in self._order]
        mended = {id: room.mended[id] for id in self._asked if id in room.mended}
        known = room.open | mended
        return [known[id] for id in self._order if id in known]

    def _mistake(self, id: str) -> Mistake:
        room = self._memory.state.mistakes
        return room.open.get(id) or room.mended[id]

    def _item(self, mistake: Mistake) -> View:
        id = mistake.question
        room = self._memory.state.mistakes
        shown: View = {
            "question": id,
            "chosen": line(mistake.chosen),
            "where": PLACES.get(mistake.where, ""),
            "confidence": CONFIDENCE.get(mistake.confidence or 0, ""),
            "times": mistake.times,
            "last": date_in_words(mistake.wrong_day),
            "days_right": len(mistake.right_days),
            "mended": id not in room.open,
            "cause": mistake.cause,
            "misconception": None,
        }
        if mistake.misconception:
            words = misconception_in_words(mistake.misconception)
            shown["misconception"] = {"words": words, "times": room.misconceptions.get(mistake.misconception, 0)}
        entry = find(self._library, id)
        if entry is None:
            return shown | {"gone": True}
        item = entry.item
        retry = self._asking.view(id) if id in self._asked else None
        return shown | {
            "gone": False,
            "ask": md(ask_of(entry)),
            "level": getattr(item, "level", ""),
            "why": next((line(option.why) for option in item.options if option.text == mistake.chosen), None),
            "due": mistake.last_day < self._memory.today(),
            "right": _right(entry) if self._answered_today(id) or self._told_today(id) else None,
            "lesson": self._lessons.teaching(entry.topic, item.objectives) if self._lessons else None,
            "retry": retry,
            "outcome": self._outcome(mistake) if retry and retry["tries"] else "",
        }

    def _told_today(self, id: str) -> bool:
        """Whether the right answer was shown; what was read yesterday has to be remembered today."""
        return self._told.get(id) == self._memory.today()

    def _answered_today(self, id: str) -> bool:
        form = self._asking.form(id) if id in self._asked else None
        return form is not None and form.done and form.day == self._memory.today()

    def _outcome(self, mistake: Mistake) -> str:
        """What the try has changed."""
        if mistake.question in self._memory.state.mistakes.mended:
            return "Mended: it was right on two different days."
        form = self._asking.form(mistake.question)
        if not form.done:
            return ""
        if not form.right_first:
            return "It stays open, and comes back tomorrow."
        if self._memory.today() not in mistake.right_days:
            return "You had seen the right answer before, so this does not count. It comes back tomorrow."
        return "Once more on another day, and it is mended."

    def _said(self) -> str:
        """How many mistakes there are, in a sentence."""
        room = self._memory.state.mistakes
        if not room.open:
            return ALL_MENDED if room.mended else NONE_YET
        due = len(room.due(self._memory.today()))
        open_ones = f"{len(room.open)} open mistake{'s' if len(room.open) > 1 else ''}"
        return f"{open_ones}, {due or 'none'} to try again today."

    def _notes(self) -> list[str]:
        """What else is counted."""
        room = self._memory.state.mistakes
        notes = []
        if room.mended:
            notes.append(f"{len(room.mended)} mended")
        if room.marked:
            answers = "1 answer" if room.marked == 1 else f"{room.marked} answers"
            notes.append(f"{room.marks:+d} marks for {answers} with a confidence")
        if room.predictions:
            notes.append(f"{room.predictions_wrong} of {room.predictions} predictions wrong")
        return notes


def _right(entry: Asked) -> View:
    """The right answer with its reason, and the code that proves it; None where it is a matter of judgement."""
    right = next(option for option in entry.item.options if option.correct)
    proof = entry.item.proof
    return {"text": line(right.text), "why": line(right.why), "proof": None if proof == JUDGEMENT else proof}
