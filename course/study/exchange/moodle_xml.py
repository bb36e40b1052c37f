"""Questions as Moodle XML, which also says how they are shuffled, numbered and marked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.dom.minidom import Document, Element

from course.study.exchange.files import Step, no_step
from course.study.exchange.moodle_questions import MoodleQuestion, by_category

PENALTY = "0.3333333"
"""The share of the mark that each wrong try costs, where a quiz allows several; Moodle's own default."""
SETTINGS = {
    "defaultgrade": "1",
    "penalty": PENALTY,
    "hidden": "0",
    "single": "true",
    "shuffleanswers": "true",
    "answernumbering": "abc",
    "showstandardinstruction": "0",
}
REPLIES = {
    "correctfeedback": "<p>That is right.</p>",
    "partiallycorrectfeedback": "",
    "incorrectfeedback": "<p>That is not right.</p>",
}


def write(questions: Iterable[MoodleQuestion], path: Path, *, step: Step = no_step) -> int:
    """Writes the questions and returns their number."""
    document = Document()
    quiz = document.appendChild(document.createElement("quiz"))
    count = 0
    for category, group in by_category(questions):
        head = _child(document, quiz, "question", type="category")
        _text(document, _child(document, head, "category"), category)
        _text(document, _child(document, head, "info", format="html"), "")
        for question in group:
            _question(document, quiz, question)
            step(question.id)
            count += 1
    path.write_bytes(document.toprettyxml(indent="  ", encoding="utf-8"))
    return count


def _question(document: Document, quiz: Element, question: MoodleQuestion) -> None:
    node = _child(document, quiz, "question", type="multichoice")
    _text(document, _child(document, node, "name"), question.id)
    _text(document, _child(document, node, "questiontext", format="html"), question.ask)
    _text(document, _child(document, node, "generalfeedback", format="html"), "")
    for name, value in SETTINGS.items():
        _child(document, node, name).appendChild(document.createTextNode(value))
    _child(document, node, "idnumber").appendChild(document.createTextNode(question.id))
    for name, reply in REPLIES.items():
        _text(document, _child(document, node, name, format="html"), reply)
    for option in question.options:
        answer = _child(document, node, "answer", fraction="100" if option.right else "0", format="html")
        _text(document, answer, option.text)
        _text(document, _child(document, answer, "feedback", format="html"), option.feedback)
    tags = _child(document, node, "tags")
    for tag in question.tags:
        _text(document, _child(document, tags, "tag"), tag)


def _child(document: Document, parent: Element, name: str, **attributes: str) -> Element:
    child = document.createElement(name)
    for key, value in attributes.items():
        child.setAttribute(key, value)
    parent.appendChild(child)
    return child


def _text(document: Document, parent: Element, text: str) -> None:
    """A `text` element; HTML goes into CDATA, as Moodle writes it, unless the end of CDATA stands in it."""
    plain = "]]>" in text or not set(text) & set("<>&")
    content = document.createTextNode(text) if plain else document.createCDATASection(text)
    _child(document, parent, "text").appendChild(content)
