"""The desk at which mistakes are looked at and tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from course.bank import JUDGEMENT
from course.study.desk import View, line, md
from course.study.lessons import Lessons
from course.study.library import Library
from course.study.memory import Memory
from course.study.questions.asking import Asked, Asking, ask_of, date_in_words, find, idea_in_words
from course.study.questions.mistakes import CAUSES, CONFIDENCE, GAINS, LOSSES, RETYPED, Mistake
from course.study.questions.retyping import Retyping, find_typed
from course.study.running import Outcome, run_tests

PAGE = 10
"""Mistakes that are shown at first, and more at each wish."""
PLACES = {"quiz": "in a quiz", "cards": "at a card", "mistakes": "when it was tried again", "exam": "in an exam"}
NONE_YET = (
    "No mistakes so far. Whatever you answer wrong, in a quiz, at a card or in an exam, is kept here with the reason. "
    "It stays until you have answered it right on two different days, and so it does not stay wrong."
)
MEANWHILE = "This mistake was mended or dropped in another window; here is how the others stand."
ALL_MENDED = "Nothing is open. All your mistakes are mended: each was right on two different days since."


class Mending:
    """All open mistakes, the gravest first, each to be understood and tried again.

    The right answer of a mistake is shown to who asks for it, or has found it. `run` runs typed code.
    """

    def __init__(
        self,
        memory: Memory,
        library: Library,
        lessons: Lessons | None = None,
        *,
        run: Callable[[str, str], Outcome] = run_tests,
    ):
        self._memory = memory
        self._library = library
        self._lessons = lessons
        self._asking = Asking(memory, library, "mistakes")
        self._order: list[str] = []
        self._run = run
        self._asked: set[str] = set()
        self._typing: dict[str, Retyping] = {}
        self._topic = self._where = ""
        self._length = PAGE
        self._notice = ""

    def view(self) -> View:
        """The mistakes of the chosen topic and place, and how many there are of each."""
        room = self._memory.state.mistakes
        listed = self._listed()
        topics = Counter(mistake.topic for mistake in listed)
        places = Counter(mistake.where for mistake in listed)
        self._topic = self._topic if self._topic in topics else ""
        self._where = self._where if self._where in places else ""
        chosen = [one for one in listed if self._topic in ("", one.topic) and self._where in ("", one.where)]
        shown, today = chosen[: self._length], self._memory.today()
        return {
            "kind": "mistakes",
            "topic": self._topic,
            "topics": [{"id": id, "title": self._title(id), "count": topics[id]} for id in sorted(topics)],
            "where": self._where,
            "places": [{"id": id, "title": PLACES.get(id, id), "count": places[id]} for id in sorted(places)],
            "said": self._said(),
            "notice": self._notice,
            "notes": self._notes(),
            "items": [self._item(mistake) for mistake in shown],
            "first": next(
                (one.question for one in shown if one.last_day < today), shown[0].question if shown else None
            ),
            "more": max(len(chosen) - self._length, 0),
            "causes": list(CAUSES),
            "open": len(room.open),
        }

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes what the learner wants.

        `try`, `answer` (with an option, or what was `typed`), `show` (the right answer), `cause` (with a text) and
        `drop` (of what the course no longer has) name a question; `topic` names a topic and `where` a place, or "" for
        all; `more` lengthens the list.
        """
        kind, id = event.get("type"), event.get("question")
        self._notice = ""
        self._asking.attend()
        if kind in ("topic", "where"):
            setattr(self, f"_{kind}", str(event.get(kind) or ""))
            self._length = PAGE
        elif kind == "more":
            self._length += PAGE
        elif kind not in ("try", "answer", "show", "cause", "drop"):
            raise ValueError(f"this is nothing to do with a mistake: {dict(event)}")
        elif id in {one.question for one in self._listed()}:
            getattr(self, f"_{kind}")(id, event)
        elif id in self._order:
            self._notice = MEANWHILE
        else:
            raise ValueError(f"this is nothing to do with a mistake: {dict(event)}")

    def _try(self, id: str, event: Mapping[str, Any]) -> None:
        if typed := find_typed(self._library, id):
            if id not in self._typing or self._typing[id].done:
                self._typing[id] = Retyping(typed, self._run)
        elif id not in self._asked or self._asking.form(id).done:
            self._asking.begin_again(id, self._mistake(id).misconception or "")
        self._asked.add(id)

    def _answer(self, id: str, event: Mapping[str, Any]) -> None:
        if id not in self._asked:
            raise ValueError('press "Try again" before you answer')
        if id not in self._typing:
            self._asking.answer(id, event)
        elif found := self._typing[id].judge(event.get("typed"), self._memory.today()):
            self._memory.record(RETYPED, {"question": id, "where": "mistakes", **found, **self._typing[id].about})

    def _show(self, id: str, event: Mapping[str, Any]) -> None:
        if not self._told_today(id):
            self._memory.record("shown", {"question": id})

    def _cause(self, id: str, event: Mapping[str, Any]) -> None:
        text = " ".join(str(event.get("text") or "").split())
        if text != self._mistake(id).cause:
            self._memory.record("cause", {"question": id, "text": text})

    def _drop(self, id: str, event: Mapping[str, Any]) -> None:
        if find(self._library, id) or find_typed(self._library, id):
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

    def _title(self, topic: str) -> str:
        known = self._library.syllabus.topic_by_id.get(topic)
        return known.title if known else topic

    def _item(self, mistake: Mistake) -> View:
        id = mistake.question
        room = self._memory.state.mistakes
        shown: View = {
            "question": id,
            "head": line("A question that the course no longer has"),
            "topic": self._title(mistake.topic),
            "chosen": None,
            "given": mistake.chosen,
            "typed": mistake.typed,
            "failures": mistake.failures,
            "where": PLACES.get(mistake.where, ""),
            "confidence": CONFIDENCE.get(mistake.confidence or 0, ""),
            "times": mistake.times,
            "last": date_in_words(mistake.wrong_day),
            "days_right": len(mistake.right_days),
            "mended": id not in room.open,
            "cause": mistake.cause,
            "idea": "",
            "due": mistake.last_day < self._memory.today(),
        }
        if mistake.misconception:
            shown["idea"] = idea_in_words(mistake.misconception, room.misconceptions.get(mistake.misconception, 0))
        asked, typed = find(self._library, id), find_typed(self._library, id)
        entry = asked or (typed.entry if typed else None)
        if entry is None:
            return shown | {"gone": True}
        ask = ask_of(asked) if asked else typed.ask if typed else ""
        shown |= {
            "gone": False,
            "head": line(_first_line(ask)),
            "ask": md(ask),
            "level": getattr(entry.item, "level", ""),
            "why": None,
            "right": None,
            "lesson": self._lessons.teaching(entry.topic, entry.item.objectives) if self._lessons else None,
            "retry": self._retry(id),
            "outcome": self._outcome(mistake),
        }
        told = self._found_today(id) or self._told_today(id)
        if typed:
            return shown | {"right": typed.right() if told else None}
        # Text that is no option was brought in from elsewhere; it is shown as it is, and not as Markdown.
        chosen = (
            next((option for option in asked.item.options if option.text == mistake.chosen), None) if asked else None
        )
        if chosen:
            shown |= {"chosen": line(chosen.text), "why": line(chosen.why)}
        return shown | {"right": _right(asked) if asked and told else None}

    def _retry(self, id: str) -> View | None:
        if id not in self._asked:
            return None
        return self._typing[id].view() if id in self._typing else self._asking.view(id)

    def _told_today(self, id: str) -> bool:
        """Whether the right answer was asked for; what was read yesterday has to be remembered today."""
        return self._mistake(id).shown_day == self._memory.today()

    def _found_today(self, id: str) -> bool:
        if id in self._typing:
            return self._typing[id].done and self._typing[id].day == self._memory.today()
        form = self._asking.form(id) if id in self._asked else None
        return form is not None and form.done and form.day == self._memory.today()

    def _outcome(self, mistake: Mistake) -> str:
        """What the try has changed."""
        id = mistake.question
        if not self._found_today(id):
            return ""
        if id in self._memory.state.mistakes.mended:
            return "Mended: it was right on two different days."
        tried = self._typing.get(id) or self._asking.form(id)
        if not tried.right_first:
            return "It stays open, and comes back tomorrow."
        if self._memory.today() not in mistake.right_days:
            return "The answer was seen or tried earlier today, so this does not count. It comes back tomorrow."
        return "Once more on another day, and it is mended."

    def _said(self) -> str:
        """How many mistakes there are, in a sentence."""
        room = self._memory.state.mistakes
        if not room.open:
            return ALL_MENDED if room.mended else NONE_YET
        due = len(room.due(self._memory.today()))
        open_ones = "1 open mistake" if len(room.open) == 1 else f"{len(room.open)} open mistakes"
        if due:
            return f"{open_ones}, {due} to try again today."
        earlier = (
            "It is not due today; you may try it" if len(room.open) == 1 else "None is due today; you may try them"
        )
        return f"{open_ones}. {earlier} earlier, for practice."

    def _notes(self) -> list[str]:
        """What else is counted."""
        room = self._memory.state.mistakes
        notes = []
        if room.mended:
            notes.append(f"{len(room.mended)} mended")
        if room.rated:
            answers = "1 answer" if room.rated == 1 else f"{room.rated} answers"
            rule = f"right and sure {_signed(GAINS[3])}, wrong and sure {_signed(LOSSES[3])}"
            unit = "point" if abs(room.points) == 1 else "points"
            notes.append(f"{_signed(room.points)} {unit} over the {answers} where you said how sure you were ({rule})")
        if room.predictions:
            notes.append(f"{room.predictions_wrong} of {room.predictions} predictions wrong")
        return notes


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "−") if number else "0"


def _first_line(text: str) -> str:
    """The first line of a Markdown text that is no beginning of a block of code."""
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    return next((one for one in lines if not one.startswith("```")), "")


def _right(entry: Asked) -> View:
    """The right answer with its reason, and the code that proves it; None where it is a matter of judgement."""
    right = next(option for option in entry.item.options if option.correct)
    proof = entry.item.proof
    return {"text": line(right.text), "why": line(right.why), "proof": None if proof == JUDGEMENT else proof}
