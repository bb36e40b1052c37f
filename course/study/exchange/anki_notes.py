"""The course's cards and questions as notes for Anki: the same notes with the same ids, whenever they are made."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from string import ascii_uppercase
from typing import Any

from course.bank import Card, Item, Option, Question
from course.study.exchange.look import to_card, to_cloze
from course.study.library import Entry, Library

MARK = "threeways:"
"""Begins the guid of every note of the course."""
ROOT = "Threeways"
FRAMEWORKS = {"all": "Side by side", "django": "Django", "flask": "Flask", "fastapi": "FastAPI"}
LEVELS = ("beginner", "intermediate", "advanced")
TYPES = {"cloze": "cloze", "choice": "choice", "syntax": "code"}
"""The note types of the kinds of cards; all others are basic."""
FIELDS = {
    "basic": ("Front", "Back", "Topic"),
    "code": ("Front", "Code", "Topic"),
    "choice": ("Front", "Options", "Back", "Topic"),
    "cloze": ("Text", "Back", "Topic"),
}
"""The fields of the note types."""


@dataclass(frozen=True)
class AnkiNote:
    """A note, and the cards that Anki makes of it."""

    id: str
    """Of the card or the question."""
    type: str
    deck: str
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    cards: tuple[tuple[int, str], ...]
    """The place of each card among those of its note, from 0, and its id in the course."""

    @property
    def guid(self) -> str:
        """By this Anki knows the note again, and so does the course."""
        return MARK + self.id


def card_of(guid: str, place: int, library: Library) -> str:
    """The id of a card of one of our notes; its place counts where the note has gaps."""
    note = guid.removeprefix(MARK)
    entry = library.cards.get(note)
    return f"{note}#{place + 1}" if entry and entry.item.kind == "cloze" else note


def stable_id(kind: str, name: str) -> int:
    """A number for a deck or a note type, the same on every machine."""
    return (1 << 40) + int.from_bytes(sha256(f"threeways {kind} {name}".encode()).digest()[:5], "big") % (1 << 40)


def chosen(entries: Iterable[Entry[Any]], topics: Iterable[str] | None) -> list[Entry[Any]]:
    """The entries of these topics; of all of them without a choice."""
    wanted = None if topics is None else set(topics)
    return [entry for entry in entries if wanted is None or entry.topic in wanted]


def make_notes(library: Library, *, topics: Iterable[str] | None = None, questions: bool = False) -> Iterator[AnkiNote]:
    """The notes for all cards, in the order of the course, and for the questions if they are wanted."""
    topics = None if topics is None else list(topics)
    for entry in chosen(library.cards.values(), topics):
        yield card_note(entry, library)
    if questions:
        for entry in chosen(library.questions.values(), topics):
            yield question_note(entry, library)


def card_note(entry: Entry[Card], library: Library) -> AnkiNote:
    """The note for a card."""
    card = entry.item
    type = TYPES.get(card.kind, "basic")
    front, back = to_card(card.front), to_card(card.back)
    cards: tuple[tuple[int, str], ...] = ((0, entry.id),)
    fields: tuple[str, ...] = (front, back)
    if type == "cloze":
        fields = (to_cloze(card.front), back)
        cards = tuple((gap - 1, f"{entry.id}#{gap}") for gap in card.gaps)
    elif type == "choice":
        offered, replies = _options(entry.id, card.options)
        fields = (front, offered, back + replies)
    elif card.starter:
        fields = (front + to_card(f"```python\n{card.starter.rstrip()}\n```"), back)
    return _note(entry, library, type, fields, cards)


def question_note(entry: Entry[Question], library: Library) -> AnkiNote:
    """The note for a question: its options in an order that stays, and why each is right or wrong."""
    offered, replies = _options(entry.id, entry.item.options)
    return _note(entry, library, "choice", (to_card(entry.item.ask), offered, replies), ((0, entry.id),))


def _note(
    entry: Entry[Any], library: Library, type: str, fields: tuple[str, ...], cards: tuple[tuple[int, str], ...]
) -> AnkiNote:
    where = topic_line(entry, library)
    return AnkiNote(entry.id, type, deck_name(entry, library), tags(entry, library), (*fields, where), cards)


def _options(id: str, options: Sequence[Option]) -> tuple[str, str]:
    """The options as a list, and the replies to them, the right one first."""
    if not options:
        return "", ""
    shuffled = list(options)
    random.Random(id).shuffle(shuffled)
    offered = "".join(f"<li>{to_card(option.text)}</li>" for option in shuffled)
    replies = []
    for letter, option in sorted(
        zip(ascii_uppercase, shuffled, strict=False), key=lambda pair: (not pair[1].correct, pair[0])
    ):
        verdict = "is right" if option.correct else "is wrong"
        replies.append(f"<p><b>{letter}</b> {verdict}.</p>{to_card(option.why)}")
    return f'<ol type="A" class="options">{offered}</ol>', "".join(replies)


def deck_name(entry: Entry[Any], library: Library) -> str:
    """The deck of a topic and a framework, such as `Threeways::02 Routing::Flask`."""
    topic = library.syllabus.topic_by_id.get(entry.topic)
    title = f"{topic.order:02d} {topic.title}" if topic else entry.topic
    return "::".join((ROOT, title.replace("::", ":"), FRAMEWORKS.get(entry.framework, entry.framework)))


def topic_line(entry: Entry[Any], library: Library) -> str:
    """Where a note belongs, for its reader."""
    topic = library.syllabus.topic_by_id.get(entry.topic)
    framework = FRAMEWORKS.get(entry.framework, entry.framework)
    return to_card(f"{topic.title if topic else entry.topic} · {framework}").removeprefix("<p>").removesuffix("</p>")


def level(item: Item, library: Library) -> str | None:
    """The level of an item; that of a card is the highest of its objectives."""
    own = getattr(item, "level", None)
    if own:
        return str(own)
    known = library.syllabus.objective_by_id
    levels = [LEVELS.index(known[id].level) for id in item.objectives if id in known]
    return LEVELS[max(levels)] if levels else None


def tags(entry: Entry[Any], library: Library) -> tuple[str, ...]:
    """Topic, framework, objectives and level, as Anki's tree of tags."""
    how_hard = level(entry.item, library)
    parts = [f"topic::{entry.topic}", f"framework::{entry.framework}"]
    parts += [f"objective::{id}" for id in entry.item.objectives]
    parts += [f"level::{how_hard}"] if how_hard else []
    return tuple(f"threeways::{part}" for part in parts)
