"""Multiple-choice questions in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

from course.study.desk import View
from course.study.library import the_library
from course.study.questions.quiz import Quiz
from course.widgets.face import Face, rendered
from course.widgets.learner import memory


def quiz(*ids: str, fresh: bool = False) -> Face:
    """Asks the questions with these ids. A reply comes for every option; the first try is the one that counts.

    What was answered before is shown again, and a button asks it once more: what was wrong by another question, or else
    with its options in another order. `fresh=True` begins with the same questions in another order.
    """
    if not ids:
        raise ValueError('quiz() needs at least one question, for example quiz("routing-first-match").')
    desk = Quiz(memory(), the_library(), ids, fresh=fresh)
    view = desk.view()
    return Face(desk, _static(rendered(view)), _plain(view))


def _plain(view: View) -> str:
    """The questions for a reader without HTML."""
    blocks = []
    for question in view["questions"]:
        options = [f"  {number}. {option['text']['line']}" for number, option in enumerate(question["options"], 1)]
        blocks.append("\n".join([question["ask"]["md"].strip(), *options]))
    return "\n\n".join(blocks)


def _static(view: dict[str, Any]) -> str:
    """The questions for a reader without a kernel."""
    parts = []
    for question in view["questions"]:
        options = "".join(f"<li>{option['text']}</li>" for option in question["options"])
        head = f"<p><b>Question</b> ({escape(question['level'])})</p>"
        parts.append(f"<section>{head}{question['ask']}<ol>{options}</ol></section>")
    return "".join(parts) + "<p>Run this cell to answer.</p>"
