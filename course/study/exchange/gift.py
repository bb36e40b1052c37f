"""Questions as GIFT, the text format of Moodle. Everything is HTML, and each text stands on a line of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from course.study.exchange.files import Step, no_step
from course.study.exchange.moodle_questions import MoodleQuestion, by_category

# A line that begins with // is a comment and an empty line ends a question, thus every end of a line is written as \n.
# Readers disagree about escaped braces and backslashes; about their numbers in HTML they do not.
_ESCAPES = str.maketrans(
    {char: f"\\{char}" for char in "~=#:"} | {char: f"&\\#{ord(char)};" for char in "{}\\"} | {"\n": "\\n", "\r": ""}
)


def write(questions: Iterable[MoodleQuestion], path: Path, *, step: Step = no_step) -> int:
    """Writes the questions and returns their number."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for category, group in by_category(questions):
            file.write(f"$CATEGORY: {category}\n\n")
            for question in group:
                file.write(gift(question) + "\n\n")
                step(question.id)
                count += 1
    return count


def gift(question: MoodleQuestion) -> str:
    """One question."""
    lines = [f"::{escaped(question.id)}::[html]{escaped(question.ask)}{{"]
    for option in question.options:
        sign = "=" if option.right else "~"
        lines.append(f"\t{sign}{escaped(option.text)}#{escaped(option.feedback)}")
    return "\n".join([*lines, "}"])


def escaped(text: str) -> str:
    """HTML in which GIFT finds no sign of its own."""
    return text.translate(_ESCAPES)
