"""A quiz: answers come in, views come out, and no view tells an answer before one was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course.study.desk import View
from course.study.library import Library
from course.study.memory import Memory
from course.study.questions.asking import Asking


class Quiz:
    """Some questions to answer in any order. It goes on where the learner stopped, in whatever notebook that was."""

    def __init__(self, memory: Memory, library: Library, ids: Sequence[str], *, fresh: bool = False):
        self.entries = library.find_questions(tuple(dict.fromkeys(ids)))
        self._asking = Asking(memory, library, "quiz")
        if fresh:
            for entry in self.entries:
                self._asking.begin_anew(entry.id)

    def view(self) -> View:
        """The questions, and a reply for every option that was tried."""
        forms = [self._asking.form(entry.id) for entry in self.entries]
        return {
            "kind": "quiz",
            "questions": [self._asking.view(entry.id) for entry in self.entries],
            "score": {
                "right_first": sum(form.right_first for form in forms),
                "answered": sum(form.done for form in forms),
                "all": len(forms),
            },
        }

    def act(self, event: Mapping[str, Any]) -> None:
        """Takes an answer, as `Asking.answer` describes it, or the wish for another form of one or all questions.

        That is `{"type": "again", "question": id}`, without an id for all. Only what was answered is asked again.
        """
        self._asking.attend()
        ids = [entry.id for entry in self.entries]
        id = event.get("question")
        if event.get("type") == "answer" and id in ids:
            self._asking.answer(id, event)
        elif event.get("type") == "again" and (id is None or id in ids):
            self._ask_again(ids if id is None else [id])
        else:
            raise ValueError(f"this is no answer to a question of this quiz: {dict(event)}")

    def _ask_again(self, ids: list[str]) -> None:
        shown = {entry.id for entry in self.entries}
        for id in ids:
            if self._asking.form(id).done:
                self._asking.begin_again(id, besides=shown - {id} | self._standing_in(id))

    def _standing_in(self, id: str) -> set[str]:
        """What the other questions are asked by now."""
        return {self._asking.form(entry.id).entry.id for entry in self.entries if entry.id != id}
