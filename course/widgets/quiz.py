"""Multiple-choice questions in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

from course.bank import Question
from course.study import quiz as core
from course.study.library import the_library
from course.widgets.face import Face, rendered


def quiz(*ids: str) -> Face:
    """Asks the questions with these ids. A reply comes for every option; the first try is the one that counts."""
    if not ids:
        raise ValueError('quiz() needs at least one question, for example quiz("routing-first-match").')
    desk = core.Quiz(tuple(entry.item for entry in the_library().find_questions(ids)))
    return Face(desk, _static(rendered(desk.view())), _plain(desk.state.questions))


def _plain(questions: tuple[Question, ...]) -> str:
    """The questions for a reader without HTML."""
    blocks = []
    for question in questions:
        options = [f"  {number}. {option.text}" for number, (_, option) in enumerate(core.shuffled(question), 1)]
        blocks.append("\n".join([question.ask.strip(), *options]))
    return "\n\n".join(blocks)


def _static(view: dict[str, Any]) -> str:
    """The questions for a reader without a kernel."""
    parts = []
    for question in view["questions"]:
        options = "".join(f"<li>{option['text']}</li>" for option in question["options"])
        head = f"<p><b>Question</b> ({escape(question['level'])})</p>"
        parts.append(f"<section>{head}{question['ask']}<ol>{options}</ol></section>")
    return "".join(parts) + "<p>Run this cell to answer.</p>"
