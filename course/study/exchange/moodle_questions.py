"""The course's questions as a Moodle question bank wants them, whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from course.study.exchange.anki_notes import FRAMEWORKS, ROOT, chosen, tags
from course.study.exchange.look import to_html
from course.study.library import Library


@dataclass(frozen=True)
class MoodleOption:
    """An option, and the reply to whoever chooses it, as HTML."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class MoodleQuestion:
    """A question with exactly one right option, as HTML."""

    id: str
    category: str
    """Where it lies in Moodle's question bank."""
    ask: str
    options: tuple[MoodleOption, ...]
    tags: tuple[str, ...]


def make_questions(library: Library, *, topics: Iterable[str] | None = None) -> Iterator[MoodleQuestion]:
    """The questions of these topics, in the order of the course, those of one category together."""
    entries = chosen(library.questions.values(), topics)
    titles = library.syllabus.topic_by_id
    made = []
    for entry in entries:
        topic = titles.get(entry.topic)
        names = (ROOT, topic.title if topic else entry.topic, FRAMEWORKS.get(entry.framework, entry.framework))
        category = "/".join(["$course$/top", *(name.replace("/", "//") for name in names)])
        options = tuple(
            MoodleOption(to_html(option.text), option.correct, to_html(option.why)) for option in entry.item.options
        )
        made.append(MoodleQuestion(entry.id, category, to_html(entry.item.ask), options, tags(entry, library)))
    order = list(dict.fromkeys(question.category for question in made))
    yield from sorted(made, key=lambda question: order.index(question.category))


def by_category(questions: Iterable[MoodleQuestion]) -> Iterator[tuple[str, Iterator[MoodleQuestion]]]:
    """The questions in groups, each with its category."""
    return groupby(questions, key=lambda question: question.category)
