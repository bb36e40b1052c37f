"""A quiz: answers come in, views come out, and no view tells an answer before one was given."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from course.bank import Option, Question
from course.study.desk import View, line, md


@dataclass(frozen=True)
class QuizState:
    """What a learner has answered so far: per question the options chosen, first try first, as places in the bank."""

    questions: tuple[Question, ...]
    tries: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def answered(self, question: Question) -> bool:
        """Whether the right option was found."""
        tries = self.tries.get(question.id, ())
        return bool(tries) and question.options[tries[-1]].correct

    def right_first(self) -> int:
        """How many questions were right at the first try."""
        return sum(q.options[self.tries[q.id][0]].correct for q in self.questions if self.tries.get(q.id))


class Quiz:
    """Some questions to answer in any order."""

    def __init__(self, questions: tuple[Question, ...]):
        self.state = QuizState(questions)

    def view(self) -> View:
        """The questions, and a reply for every option that was tried."""
        return view(self.state)

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes an answer."""
        self.state = reduce(self.state, event)


def reduce(state: QuizState, event: Mapping[str, Any]) -> QuizState:
    """The state after `{"type": "answer", "question": id, "option": place}`; raises ValueError on any other event."""
    question = next((q for q in state.questions if q.id == event.get("question")), None)
    option = event.get("option")
    if event.get("type") != "answer" or question is None or not isinstance(option, int):
        raise ValueError(f"this is no answer to a question of this quiz: {event}")
    if not 0 <= option < len(question.options):
        raise ValueError(f"`{question.id}` has no option {option}")
    tries = state.tries.get(question.id, ())
    if state.answered(question) or option in tries:
        return state
    return replace(state, tries={**state.tries, question.id: (*tries, option)})


def view(state: QuizState) -> dict[str, Any]:
    """What may be shown now, as plain JSON with Markdown texts."""
    return {
        "kind": "quiz",
        "questions": [_question_view(state, question) for question in state.questions],
        "score": {
            "right_first": state.right_first(),
            "answered": sum(state.answered(question) for question in state.questions),
            "all": len(state.questions),
        },
    }


def shuffled(question: Question) -> list[tuple[int, Option]]:
    """The options with their places in the bank, in an order that is the same each time and tells nothing."""
    options = list(enumerate(question.options))
    random.Random(question.id).shuffle(options)
    return options


def _question_view(state: QuizState, question: Question) -> dict[str, Any]:
    tries = state.tries.get(question.id, ())
    options = []
    for place, option in shuffled(question):
        shown: dict[str, Any] = {"place": place, "text": line(option.text), "state": "open"}
        if place in tries:
            shown |= {"state": "right" if option.correct else "wrong", "why": line(option.why)}
        options.append(shown)
    return {
        "id": question.id,
        "level": question.level,
        "ask": md(question.ask),
        "options": options,
        "done": state.answered(question),
        "tries": len(tries),
    }
