"""Multiple-choice questions in a notebook."""

from __future__ import annotations

from html import escape
from typing import Any

from course.bank import Question
from course.study import quiz as core
from course.study.library import find_questions
from course.widgets.face import Face
from course.widgets.markdown import to_html, to_inline_html


def quiz(*ids: str) -> Face:
    """Asks the questions with these ids. A reply comes for every option; the first try is the one that counts."""
    if not ids:
        raise ValueError('quiz() needs at least one question, for example quiz("routing-first-match").')
    state = core.QuizState(find_questions(ids))

    def answer(event: dict[str, Any]) -> dict[str, Any]:
        nonlocal state
        state = core.reduce(state, event)
        return _rendered(core.view(state))

    view = _rendered(core.view(state))
    return Face(view, answer, _static(view), _plain(state.questions))


def _rendered(view: dict[str, Any]) -> dict[str, Any]:
    """The view with its Markdown as HTML."""
    for question in view["questions"]:
        question["ask"] = to_html(question["ask"])
        for option in question["options"]:
            option["text"] = to_inline_html(option["text"])
            if "why" in option:
                option["why"] = to_inline_html(option["why"])
    return view


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
